"""The sites on the map: sorted along a Morton curve once, grouped by cells at every zoom.

Sorting the points by the interleaved bits of their place makes each square cell of each level
one run of neighbours, so that grouping a million points is a handful of passes over arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jdz_field.store.map_points import MapPoints
from jdz_field.ui.map.view import TILE, View
from jdz_field.ui.marks import Mark

if TYPE_CHECKING:
    from jdz_field.store.queries import MapPoint

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Bits of each axis in the curve: 256 · 2²⁴ / 2²⁸ = 16 px cells at zoom 24.
BITS = 26
#: A cell is at least so many pixels wide; cells with more points than ``LOOSE`` are clusters.
CELL, LOOSE = 58, 2
#: From this zoom on points stand alone, unless more than ``MANY`` are in view.
ALONE_ZOOM, MANY = 15.5, 2000
#: Grades from worst to none, as counted in clusters.
GRADES = ("A", "B", "C", "D", None)


@dataclass(frozen=True, slots=True)
class Single:
    """One site on the screen, centre in pixels; ``row`` in ``PointIndex.places``."""

    row: int
    px: float
    py: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Several sites as one: centre in pixels, how many, by grade, and their extent (unit).

    Its sites are the rows ``first`` to ``first + count`` of ``PointIndex.places``.
    """

    px: float
    py: float
    first: int
    count: int
    by_grade: tuple[int, ...]
    extent: tuple[float, float, float, float]

    @property
    def worst(self) -> str | None:
        """The worst grade inside."""
        return next((g for g, n in zip(GRADES, self.by_grade, strict=True) if n), None)


@dataclass
class _Level:
    """The cells of one level: first row, count, mean place, extent, counts by grade."""

    start: Ints
    count: Ints
    x: Floats
    y: Floats
    box: Floats
    grades: Ints
    centres: tuple[Floats, Floats]


@dataclass
class PointIndex:
    """Every site of the map. Build it anew when the sites change."""

    places: Sequence[MapPoint] = ()
    x: Floats = field(default_factory=lambda: np.empty(0))
    y: Floats = field(default_factory=lambda: np.empty(0))
    _code: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    _grade: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    _levels: dict[int, _Level] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Sequence[MapPoint]) -> PointIndex:
        """Index ``places`` (degrees)."""
        if not places:
            return cls()
        lon, lat, grades = _columns(places)
        x, y = _unit_arrays(lon, lat)
        code = morton(x, y)
        order = np.argsort(code, kind="stable")
        ranks = {grade: rank for rank, grade in enumerate(GRADES)}
        last = len(GRADES) - 1
        grade = np.fromiter((ranks.get(g, last) for g in grades), np.int64, len(places))
        sorted_places: Sequence[MapPoint]
        if isinstance(places, MapPoints):
            sorted_places = places.ordered(order)
        else:
            sorted_places = [places[i] for i in order.tolist()]
        return cls(sorted_places, x[order], y[order], code[order], grade[order])

    def mark(self, row: int) -> Mark:
        """How the site in ``row`` looks."""
        p = self.places[row]
        return Mark(p.kind, p.kind_code, p.grade, p.unsent, p.conflict)

    def row_of(self, site_id: str) -> int | None:
        """The row of a site."""
        if isinstance(self.places, MapPoints):
            return self.places.row_of(site_id)
        return next((i for i, p in enumerate(self.places) if p.id == site_id), None)

    def shown(self, view: View, margin: int = 40) -> list[Single | Cluster]:
        """What stands on the screen, clusters first, then single sites."""
        if not len(self.x):
            return []
        left, top = view.to_unit(-margin, -margin)
        right, bottom = view.to_unit(view.width + margin, view.height + margin)
        if view.zoom >= ALONE_ZOOM:
            inside = (self.x >= left) & (self.x <= right) & (self.y >= top) & (self.y <= bottom)
            rows = np.flatnonzero(inside)
            if len(rows) <= MANY:
                return self._singles(view, rows)
        return self._grouped(view, (left, top, right, bottom))

    def _grouped(
        self, view: View, box: tuple[float, float, float, float]
    ) -> list[Single | Cluster]:
        level = self.level(level_at(view.zoom))
        left, top, right, bottom = box
        seen = np.flatnonzero(
            (level.x >= left) & (level.x <= right) & (level.y >= top) & (level.y <= bottom)
        )
        dense = level.count[seen] > LOOSE
        middle_x, middle_y = level.centres
        shown: list[Single | Cluster] = []
        px = (middle_x - view.x) * view.scale + view.width / 2
        py = (middle_y - view.y) * view.scale + view.height / 2
        shown += [
            Cluster(
                float(px[cell]),
                float(py[cell]),
                int(level.start[cell]),
                int(level.count[cell]),
                tuple(level.grades[cell].tolist()),
                tuple(level.box[cell].tolist()),
            )
            for cell in seen[dense].tolist()
        ]
        loose = seen[~dense]
        rows = [
            row
            for cell in loose.tolist()
            for row in range(level.start[cell], level.start[cell] + level.count[cell])
        ]
        shown += self._singles(view, np.array(rows, dtype=np.int64))
        return shown

    def _singles(self, view: View, rows: Ints) -> list[Single | Cluster]:
        # The worst are painted last, on top.
        rows = rows[np.argsort(-self._grade[rows], kind="stable")]
        px = (self.x[rows] - view.x) * view.scale + view.width / 2
        py = (self.y[rows] - view.y) * view.scale + view.height / 2
        return [
            Single(row, x, y)
            for row, x, y in zip(rows.tolist(), px.tolist(), py.tolist(), strict=True)
        ]

    def level(self, bits: int) -> _Level:
        """The cells with ``bits`` bits an axis; kept."""
        if bits not in self._levels:
            self._levels[bits] = self._make_level(bits)
        return self._levels[bits]

    def _make_level(self, bits: int) -> _Level:
        cell = self._code >> np.int64(2 * (BITS - bits))
        start = np.flatnonzero(np.concatenate(([True], cell[1:] != cell[:-1])))
        count = np.diff(np.append(start, len(cell)))
        x, y = np.add.reduceat(self.x, start) / count, np.add.reduceat(self.y, start) / count
        return _Level(
            start=start,
            count=count,
            x=x,
            y=y,
            centres=(_inward(x, bits), _inward(y, bits)),
            box=np.column_stack(
                [
                    np.minimum.reduceat(self.x, start),
                    np.minimum.reduceat(self.y, start),
                    np.maximum.reduceat(self.x, start),
                    np.maximum.reduceat(self.y, start),
                ]
            ),
            grades=np.column_stack(
                [np.add.reduceat(self._grade == rank, start) for rank in range(len(GRADES))]
            ).astype(np.int64),
        )


def _inward(mean: Floats, bits: int) -> Floats:
    """Means moved into the inner part of their cell, so that neighbouring clusters stay apart."""
    side = 1.0 / (1 << bits)
    middle = (np.floor(mean / side) + 0.5) * side
    return middle + np.clip(mean - middle, -0.22 * side, 0.22 * side)


def level_at(zoom: float) -> int:
    """Bits an axis of the cells that are between ``CELL`` and twice that wide at ``zoom``."""
    return int(min(max(np.floor(zoom + np.log2(TILE / CELL)), 1), BITS))


def _columns(places: Sequence[MapPoint]) -> tuple[Floats, Floats, Sequence[str | None]]:
    """Longitudes, latitudes and grades."""
    if isinstance(places, MapPoints):
        at = places.order
        return places.lon[at], places.lat[at], [places.grades[i] for i in at.tolist()]
    lon, lat, grades = zip(*((p.lon, p.lat, p.grade) for p in places), strict=True)
    return np.array(lon, np.float64), np.array(lat, np.float64), grades


def morton(x: Floats, y: Floats) -> Ints:
    """The place on the curve: bits of ``x`` and ``y`` (0–1) interleaved, ``BITS`` each."""
    limit = (1 << BITS) - 1
    return _spread(np.clip(x * (limit + 1), 0, limit).astype(np.int64)) | (
        _spread(np.clip(y * (limit + 1), 0, limit).astype(np.int64)) << np.int64(1)
    )


def _spread(n: Ints) -> Ints:
    """Bit k moves to bit 2k (the usual magic numbers, for 32 bits)."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        n = (n | (n << np.int64(shift))) & np.int64(mask)
    return n


def _unit_arrays(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x = (lon + 180.0) / 360.0
    y = 0.5 - np.arcsinh(np.tan(np.radians(np.clip(lat, -85.05, 85.05)))) / (2 * np.pi)
    return x, y


def nearest(
    shown: Sequence[Single | Cluster], px: float, py: float, reach: float
) -> Single | Cluster | None:
    """What stands closest to a pixel, not farther than ``reach``; single sites before clusters."""
    best: Single | Cluster | None = None
    least = reach * reach
    for item in shown:
        squared = (item.px - px) ** 2 + (item.py - py) ** 2
        if squared <= least:
            best, least = item, squared
    return best
