"""A line or ring that is being drawn: its vertices, undo, its measures, its faults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from jdz_field.core.i18n import _
from jdz_field.geo.measures import area_m2, crossings, length_m
from jdz_field.ui.form.lexical import Vertex, distinct, vertices_of, vertices_text

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
#: Steps that can be undone.
MOST_STEPS = 2000
#: A straight of so many metres, and so many times the usual, between two vertices of a
#: receiver is taken for a gap: somebody walked there and nothing was recorded.
GAP_METRES, GAP_TIMES = 50.0, 8.0


class _Step(NamedTuple):
    """At ``at``, ``before`` gave way to ``after``."""

    at: int
    before: tuple[Vertex, ...]
    after: tuple[Vertex, ...]


class Trace:
    """Vertices with undo.

    Attributes:
        closed: a ring (geoshape); its first vertex is kept once.
        vertices: read them, change them through the methods.
        chosen: the vertex that is worked on; ``None``: none.
        gaps: places of vertices before which nothing was recorded, to be asked about.
    """

    def __init__(self, *, closed: bool = False) -> None:
        self.closed = closed
        self.vertices: list[Vertex] = []
        self.chosen: int | None = None
        self.version = 0
        self._bridged: set[tuple[tuple[float, float], tuple[float, float]]] = set()
        self._broken: set[tuple[tuple[float, float], tuple[float, float]]] = set()
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._measured: tuple[int, Numbers, Numbers] | None = None

    # ---- text
    def load(self, text: str) -> bool:
        """Take over an answer, nothing to undo; ``False`` when it is none (then it is empty)."""
        found = vertices_of(text, closed=self.closed)
        self.vertices = found or []
        self._done, self._undone = [], []
        self.chosen = None
        self._touch()
        return found is not None

    def begin(self, vertices: Sequence[Vertex]) -> None:
        """Go on with these, nothing to undo."""
        self.vertices = list(vertices)
        self._done, self._undone = [], []
        self._touch()

    def text(self) -> str:
        """The answer."""
        return vertices_text(self.vertices, closed=self.closed)

    def set_closed(self, *, closed: bool) -> None:
        """Take it for a ring, or for a line, from now on; its vertices stay."""
        self.closed = closed
        self._touch()

    # ---- changing
    def add(self, vertex: Vertex, *, gap: bool = False) -> None:
        """Append; ``gap``: what lies between it and the one before is unknown."""
        if gap and self.vertices:
            self._broken.add((self.vertices[-1].place, vertex.place))
        self._do(_Step(len(self.vertices), (), (vertex,)))

    def insert(self, at: int, vertex: Vertex) -> None:
        """Put a vertex before the one at ``at``."""
        self._do(_Step(at, (), (vertex,)))
        self.chosen = at

    def move(self, at: int, vertex: Vertex) -> None:
        """Another place for a vertex."""
        self._do(_Step(at, (self.vertices[at],), (vertex,)))
        self.chosen = at

    def delete(self, at: int) -> None:
        """Take a vertex out; the one before it is chosen then."""
        self._do(_Step(at, (self.vertices[at],), ()))
        self.chosen = max(at - 1, 0) if self.vertices else None

    def cut_from(self, at: int) -> None:
        """Take out this vertex and all after it."""
        self._do(_Step(at, tuple(self.vertices[at:]), ()))
        self.chosen = None

    def replace(self, vertices: Sequence[Vertex]) -> None:
        """All other vertices."""
        self._do(_Step(0, tuple(self.vertices), tuple(vertices)))
        self.chosen = None

    def _do(self, step: _Step) -> None:
        self._swap(step)
        self._done.append(step)
        del self._done[:-MOST_STEPS]
        self._undone.clear()

    def undo(self) -> bool:
        """Take the last change back; ``False`` when there is none."""
        if not self._done:
            return False
        step = self._done.pop()
        self._swap(_Step(step.at, step.after, step.before))
        self._undone.append(step)
        return True

    def redo(self) -> bool:
        """Make the change again that was taken back last."""
        if not self._undone:
            return False
        step = self._undone.pop()
        self._swap(step)
        self._done.append(step)
        return True

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._undone)

    def _swap(self, step: _Step) -> None:
        self.vertices[step.at : step.at + len(step.before)] = step.after
        if self.chosen is not None and self.chosen >= len(self.vertices):
            self.chosen = len(self.vertices) - 1 if self.vertices else None
        self._touch()

    def _touch(self) -> None:
        self.version += 1

    # ---- choosing
    def choose(self, at: int | None) -> None:
        """Work on this vertex."""
        self.chosen = at if at is not None and 0 <= at < len(self.vertices) else None

    def step(self, by: int) -> int | None:
        """Choose the next (1) or the previous (-1) vertex, round and round."""
        count = len(self.vertices)
        if not count:
            return None
        start = self.chosen if self.chosen is not None else (-1 if by > 0 else 0)
        self.chosen = (start + by) % count
        return self.chosen

    # ---- measures
    def arrays(self) -> tuple[Numbers, Numbers]:
        """Longitudes and latitudes."""
        if self._measured is None or self._measured[0] != self.version:
            xy = np.array([v[:2] for v in self.vertices], dtype=np.float64).reshape(-1, 2)
            self._measured = (self.version, xy[:, 0], xy[:, 1])
        return self._measured[1], self._measured[2]

    def length(self) -> float:
        """Metres along the line, or around the ring."""
        lon, lat = self.arrays()
        if self.closed and len(lon) > 2:
            lon, lat = np.append(lon, lon[0]), np.append(lat, lat[0])
        return length_m(lon, lat)

    def area(self) -> float:
        """Square metres inside the ring; 0 for a line."""
        return area_m2(*self.arrays()) if self.closed else 0.0

    # ---- faults
    @property
    def least(self) -> int:
        """Different vertices that it takes at least (ODK: 2 for a trace, 3 for a shape)."""
        return 3 if self.closed else 2

    def crossings(self) -> list[tuple[int, int]]:
        """Segments that cross: pairs of places."""
        return crossings(*self.arrays(), closed=self.closed)

    def missing(self) -> str:
        """A sentence when there are too few vertices for a line or an area; else empty."""
        count = distinct(self.vertices)
        if count == 0 or count >= self.least:
            return ""
        if self.closed:
            words = _("An area needs 3 different points; there are {n}. What is there is kept.")
        else:
            words = _("A line needs 2 different points; there is {n}. What is there is kept.")
        return words.format(n=count)

    def gaps(self) -> list[int]:
        """Vertices before which a stretch is missing, as marked or as its length betrays."""
        measured = np.array([vertex.accuracy > 0 for vertex in self.vertices], dtype=bool)
        places = np.flatnonzero(measured[1:] & measured[:-1]) + 1
        found = set(self._long(places))
        if self._broken:
            found |= {at for at in places.tolist() if self._pair(at) in self._broken}
        return sorted(at for at in found if self._pair(at) not in self._bridged)

    def _pair(self, at: int) -> tuple[tuple[float, float], tuple[float, float]]:
        return self.vertices[at - 1].place, self.vertices[at].place

    def _long(self, at: Places) -> list[int]:
        if len(at) < 3:
            return []
        lon, lat = self.arrays()
        east = (lon[at] - lon[at - 1]) * np.cos(np.radians(lat[at]))
        metres = np.hypot(east, lat[at] - lat[at - 1]) * 111_200.0
        limit = max(GAP_METRES, GAP_TIMES * float(np.median(metres)))
        return [int(place) for place in at[metres > limit]]

    def bridge(self, at: int) -> None:
        """The straight before vertex ``at`` is right."""
        self._bridged.add(self._pair(at))
        self._touch()
