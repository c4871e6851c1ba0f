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
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from jdz_field.geo.tiles import from_unit
from jdz_field.geo.tracks import Segment
from jdz_field.ui import theme
from jdz_field.ui.map.view import TILE, View

Floats = npt.NDArray[np.float64]

#: Points closer than so many pixels are one.
_TELL_APART = 1.6
#: Pixels beyond the window within which a line is still drawn.
_MARGIN = 24
#: Other people's lines: readable on land and tiles, told apart by those who see few colours.
_OTHERS = ("#7B3FA0", "#00796B", "#AD1457", "#5D4037", "#C05600", "#37474F")


def unit_xy(lons: Sequence[float], lats: Sequence[float]) -> tuple[Floats, Floats]:
    """Degrees to unit coordinates of Web Mercator, all at once."""
    lon, lat = np.array(lons, np.float64), np.array(lats, np.float64)
    x = (lon + 180.0) / 360.0
    y = 0.5 - np.arcsinh(np.tan(np.radians(np.clip(lat, -85.05, 85.05)))) / (2 * np.pi)
    return x, y


@dataclass
class Line:
    """One track: its stretches as unit coordinates; ``person`` decides its colour.

    ``own`` is the one that grows now: the accent colour, broader.
    """

    person: str
    stretches: list[tuple[Floats, Floats]]
    own: bool = False
    _seen: dict[int, list[tuple[Floats, Floats]]] = field(default_factory=dict)

    @classmethod
    def of(cls, segments: Sequence[Segment], person: str, *, own: bool = False) -> Line:
        """Of the stretches of a track."""
        return cls(person, [unit_xy(one.lons, one.lats) for one in segments if one.times], own)

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; ``None`` without a point."""
        if not self.stretches:
            return None
        x = np.concatenate([one for one, _y in self.stretches])
        y = np.concatenate([one for _x, one in self.stretches])
        north_west = from_unit(float(x.min()), float(y.min()))
        south_east = from_unit(float(x.max()), float(y.max()))
        return north_west[0], south_east[1], south_east[0], north_west[1]

    def at(self, zoom: float) -> list[tuple[Floats, Floats]]:
        """The stretches with the points that can be told apart; kept for half a zoom level."""
        level = int(np.ceil(zoom * 2))
        if level not in self._seen:
            if len(self._seen) > 6:
                self._seen.clear()
            cell = _TELL_APART / (TILE * 2.0 ** (level / 2))
            self._seen[level] = [_thinned(x, y, cell) for x, y in self.stretches]
        return self._seen[level]


def _thinned(x: Floats, y: Floats, cell: float) -> tuple[Floats, Floats]:
    """Of neighbours in one cell the first; ends stay."""
    if len(x) < 3:
        return x, y
    column, row = np.floor(x / cell), np.floor(y / cell)
    keep = np.ones(len(x), bool)
    keep[1:] = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
    keep[-1] = True
    return x[keep], y[keep]


class TrackLayer:
    """What the map is given; ``lines`` by a key of the caller's."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}

    def paint(self, painter: QPainter, view: View) -> None:
        """Others first, one's own above them."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in sorted(self.lines.values(), key=lambda one: one.own):
            self._paint_line(painter, view, line)
        painter.restore()

    def _paint_line(self, painter: QPainter, view: View, line: Line) -> None:
        now = theme.current()
        ink = QColor(colour_of(line.person)) if not line.own else now.colour("accent")
        broad = (4.5 if line.own else 3.5) * max(now.outline, 1.0) ** 0.3
        stretches = line.at(view.zoom)
        runs = [run for x, y in stretches for run in _in_sight(x, y, view)]
        _stroke(painter, runs, QPen(now.colour("halo"), broad + 2.5))
        pen = QPen(ink, broad, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        _stroke(painter, runs, pen)
        self._paint_gaps(painter, view, stretches, QPen(ink, broad * 0.6))
        self._paint_start(painter, view, stretches, ink)

    def _paint_gaps(
        self, painter: QPainter, view: View, stretches: list[tuple[Floats, Floats]], pen: QPen
    ) -> None:
        pen.setDashPattern([2.0, 4.0])
        painter.setPen(pen)
        for before, after in itertools.pairwise(stretches):
            ends = np.array([before[0][-1], after[0][0]]), np.array([before[1][-1], after[1][0]])
            for run in _in_sight(*ends, view):
                painter.drawPolyline(run)

    def _paint_start(
        self, painter: QPainter, view: View, stretches: list[tuple[Floats, Floats]], ink: QColor
    ) -> None:
        if stretches:
            at = QPointF(*view.to_screen(float(stretches[0][0][0]), float(stretches[0][1][0])))
            painter.setPen(QPen(ink, 2.5))
            painter.setBrush(theme.current().colour("halo"))
            painter.drawEllipse(at, 5, 5)
            painter.setBrush(Qt.BrushStyle.NoBrush)


def _stroke(painter: QPainter, runs: list[QPolygonF], pen: QPen) -> None:
    painter.setPen(pen)
    for run in runs:
        painter.drawPolyline(run)


def _in_sight(x: Floats, y: Floats, view: View) -> list[QPolygonF]:
    """The parts of a line that may touch the window, in pixels."""
    px = (x - view.x) * view.scale + view.width / 2
    py = (y - view.y) * view.scale + view.height / 2
    if len(px) < 2:
        return []
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
    breaks = np.flatnonzero(np.diff(shown) > 1) + 1
    runs = []
    for part in np.split(shown, breaks):
        first, last = int(part[0]), int(part[-1]) + 2
        places = zip(px[first:last].tolist(), py[first:last].tolist(), strict=True)
        runs.append(QPolygonF([QPointF(a, b) for a, b in places]))
    return runs


def colour_of(person: str) -> str:
    """The colour of a person's lines, the same on every device."""
    return _OTHERS[crc32(person.encode()) % len(_OTHERS)]
