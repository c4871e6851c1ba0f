"""Tracks on the map: one's own while it grows, and others that were asked for.

A track is drawn with the points that can be told apart at the zoom, and only where it is in sight:
a day at one point a second costs what a day at one a minute costs. Between stretches lies a
dashed line: nobody recorded that way.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
import numpy.typing as npt
import shapely
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from jdz_field.geo.tiles import from_unit
from jdz_field.geo.tracks import Segment
from jdz_field.ui import theme
from jdz_field.ui.map.view import TILE, View

Floats = npt.NDArray[np.float64]

#: A line may be so many pixels beside what was walked.
_TRUE = 0.7
#: Pixels beyond the window within which a line is still drawn.
_MARGIN = 24
#: Points of a chunk, which is simplified once for each zoom, and of what is stroked at once:
#: long lines that cross themselves cost Qt a hundred times what their parts do.
_CHUNK, _STROKE = 256, 16
#: Other people's lines: readable on land and tiles, told apart by those who see few colours.
_OTHERS = ("#7B3FA0", "#00796B", "#AD1457", "#5D4037", "#C05600", "#37474F")


def unit_xy(lons: Sequence[float], lats: Sequence[float]) -> tuple[Floats, Floats]:
    """Degrees to unit coordinates of Web Mercator, all at once."""
    lon, lat = np.array(lons, np.float64), np.array(lats, np.float64)
    x = (lon + 180.0) / 360.0
    y = 0.5 - np.arcsinh(np.tan(np.radians(np.clip(lat, -85.05, 85.05)))) / (2 * np.pi)
    return x, y


class Chunk:
    """Some neighbouring points in unit coordinates; ``box``: left, top, right, bottom."""

    def __init__(self, x: Floats, y: Floats) -> None:
        self.xy = np.column_stack([x, y])
        self.box = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
        self.ends = self.xy[[0, -1]]
        self._seen: dict[int, Floats] = {}

    def at(self, level: int) -> Floats:
        """The points that matter at a level (twice the zoom); kept for a few levels."""
        if len(self.xy) < 3:
            return self.xy
        if level not in self._seen:
            if len(self._seen) > 6:
                self._seen.clear()
            off = _TRUE / (TILE * 2.0 ** (level / 2))
            simple = shapely.simplify(shapely.linestrings(self.xy), off, preserve_topology=False)
            self._seen[level] = shapely.get_coordinates(simple)
        return self._seen[level]

    def touches(self, view: View) -> bool:
        """Whether it may be seen."""
        left, top = view.to_unit(-_MARGIN, -_MARGIN)
        right, bottom = view.to_unit(view.width + _MARGIN, view.height + _MARGIN)
        west, north, east, south = self.box
        return west <= right and east >= left and north <= bottom and south >= top


@dataclass
class Line:
    """One track; ``person`` decides its colour, ``own`` is the one that grows now: the accent
    colour, broader. ``stretches`` hold the chunks of each stretch.
    """

    person: str
    own: bool = False
    stretches: list[list[Chunk]] = field(default_factory=list)
    _taken: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, segments: Sequence[Segment], person: str, *, own: bool = False) -> Line:
        """Of the stretches of a track."""
        made = cls(person, own)
        made.grow(segments)
        return made

    def grow(self, segments: Sequence[Segment]) -> None:
        """Take in what the segments have more than before; what is whole is not made anew."""
        for number, one in enumerate(segments):
            if number == len(self.stretches):
                self.stretches.append([])
                self._taken.append(0)
            if len(one.times) > self._taken[number]:
                self._grow(number, one)

    def _grow(self, number: int, one: Segment) -> None:
        chunks, total = self.stretches[number], len(one.times)
        whole = max((self._taken[number] - 1) // _CHUNK, 0)
        del chunks[whole:]
        for first in range(whole * _CHUNK, max(total - 1, 1), _CHUNK):
            # A chunk begins with the point that the one before ended with.
            part = slice(first, first + _CHUNK + 1)
            chunks.append(Chunk(*unit_xy(one.lons[part], one.lats[part])))
        self._taken[number] = total

    def whole(self) -> tuple[int, ...]:
        """How many chunks each stretch has."""
        return tuple(map(len, self.stretches))

    def ink(self) -> QColor:
        """The colour of its line."""
        return theme.current().colour("accent") if self.own else QColor(colour_of(self.person))

    def broad(self) -> float:
        """The width of its line in pixels."""
        return 4.5 if self.own else 3.5

    def ends(self) -> list[tuple[Floats, Floats]]:
        """First and last point of each stretch."""
        return [(chunks[0].xy[0], chunks[-1].xy[-1]) for chunks in self.stretches if chunks]

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; ``None`` without a point."""
        boxes = [chunk.box for chunks in self.stretches for chunk in chunks]
        if not boxes:
            return None
        left, top = (min(box[n] for box in boxes) for n in (0, 1))
        right, bottom = (max(box[n] for box in boxes) for n in (2, 3))
        (west, north), (east, south) = from_unit(left, top), from_unit(right, bottom)
        return west, south, east, north


class TrackLayer:
    """Whole tracks, painted with the cached picture below the marks; ``lines`` by a key of the
    caller's. The tail of one that grows is ``TailLayer``'s.
    """

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}

    def paint(self, painter: QPainter, view: View) -> None:
        """Others first, one's own above them."""
        for line in sorted(self.lines.values(), key=lambda one: one.own):
            self._paint_line(painter, view, line)

    def _paint_line(self, painter: QPainter, view: View, line: Line) -> None:
        parts = [*line.stretches]
        if line.own and parts:
            parts[-1] = parts[-1][:-1]
        _stroke(painter, view, line, parts)
        ends = line.ends()
        pen = QPen(line.ink(), line.broad() * 0.6)
        pen.setDashPattern([2.0, 4.0])
        painter.setPen(pen)
        for before, after in itertools.pairwise(ends):
            for run in _in_sight(np.array([before[1], after[0]]), view):
                painter.drawPolyline(run)
        if ends:
            first = ends[0][0]
            painter.setPen(QPen(line.ink(), 2.5))
            painter.setBrush(theme.current().colour("halo"))
            painter.drawEllipse(QPointF(*view.to_screen(float(first[0]), float(first[1]))), 5, 5)


class TailLayer:
    """The newest points of the track that grows, painted with every frame: few."""

    def __init__(self) -> None:
        self.line: Line | None = None

    def paint(self, painter: QPainter, view: View) -> None:
        """The last chunk."""
        if self.line is not None and self.line.stretches:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _stroke(painter, view, self.line, [self.line.stretches[-1][-1:]])


def _stroke(painter: QPainter, view: View, line: Line, parts: list[list[Chunk]]) -> None:
    """The chunks of each stretch as one line: its edge, then itself."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    level = int(np.ceil(view.zoom * 2))
    runs: list[QPolygonF] = []
    for chunks in parts:
        seen = [chunk.at(level) if chunk.touches(view) else chunk.ends for chunk in chunks]
        if seen:
            runs += _in_sight(np.concatenate(seen), view)
    for colour, width in ((theme.current().colour("halo"), 2.5), (line.ink(), 0.0)):
        pen = QPen(colour, line.broad() + width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        painter.setPen(pen)
        for run in runs:
            painter.drawPolyline(run)


def _in_sight(xy: Floats, view: View) -> list[QPolygonF]:
    """The parts of a line that may touch the window, in pixels."""
    if len(xy) < 2:
        return []
    px = (xy[:, 0] - view.x) * view.scale + view.width / 2
    py = (xy[:, 1] - view.y) * view.scale + view.height / 2
    # A leg is left out when both its ends lie beyond the same edge.
    beyond = [
        *((px < -_MARGIN), (px > view.width + _MARGIN)),
        *((py < -_MARGIN), (py > view.height + _MARGIN)),
    ]
    hidden = np.zeros(len(px) - 1, bool)
    for side in beyond:
        hidden |= side[:-1] & side[1:]
    shown = np.flatnonzero(~hidden)
    if not len(shown):
        return []
    points = [QPointF(a, b) for a, b in zip(px.tolist(), py.tolist(), strict=True)]
    runs = []
    for part in np.split(shown, np.flatnonzero(np.diff(shown) > 1) + 1):
        first, last = int(part[0]), int(part[-1]) + 1
        runs += [
            QPolygonF(points[n : min(n + _STROKE, last) + 1]) for n in range(first, last, _STROKE)
        ]
    return runs


def colour_of(person: str) -> str:
    """The colour of a person's lines, the same on every device."""
    return _OTHERS[crc32(person.encode()) % len(_OTHERS)]
