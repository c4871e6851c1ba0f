"""Photos and tracks drawn to scale: does the day look right?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.photos.plan import Pile, Shot
from jdz_field.ui.theme import current

_DEGREE = 111_200.0
_DOT = 7
#: Gives a longitude and latitude their pixel.
Place = Callable[[float, float], QPointF]
#: Tracks are drawn with at most so many points; more cannot be seen.
_MOST_POINTS = 2000


class PhotoSketch(QWidget):
    """North up, with a scale bar; a tap chooses the nearest photo.

    Signals:
        chosen(str): the key of the photo that was tapped.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shots: list[Shot] = []
        self._lines: list[list[tuple[float, float]]] = []
        self._sites: list[tuple[float, float]] = []
        self._key = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def put(self, pile: Pile, sites: Sequence[tuple[float, float]] = ()) -> None:
        """Show the photos that have a position, the tracks, and the sites (lon, lat)."""
        self._shots = [shot for shot in pile.shots if shot.position is not None]
        self._sites = list(sites)
        self._lines = [
            _thinned(list(zip(segment.lons, segment.lats, strict=True)))
            for track in pile.tracks
            for segment in track.segments
        ]
        self.update()

    def mark(self, key: str) -> None:
        """Make this photo stand out."""
        self._key = key
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and not high."""
        return QSize(420, 260)

    def minimumSizeHint(self) -> QSize:
        """Small still tells something."""
        return QSize(200, 140)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the nearest photo."""
        if not self._shots:
            return
        place = self._placer()[1]
        near = [(self._far(place, shot, event.position()), shot.key) for shot in self._shots]
        self.chosen.emit(min(near)[1])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Ground, tracks, sites, photos, scale."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("land"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if not self._shots and not self._lines:
            painter.setPen(theme.colour("ink2"))
            centre = int(Qt.AlignmentFlag.AlignCenter)
            painter.drawText(self.rect(), centre, _("No photo has a position yet"))
            return
        scale, place = self._placer()
        painter.setPen(QPen(theme.colour("celadon_fill"), 3))
        for line in self._lines:
            painter.drawPolyline(QPolygonF([place(*point) for point in line]))
        painter.setPen(QPen(theme.colour("ink2"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for site in self._sites:
            painter.drawRect(QRectF(place(*site) - QPointF(7, 7), place(*site) + QPointF(7, 7)))
        for shot in sorted(self._shots, key=lambda one: one.key == self._key):
            self._dot(painter, shot, place(*_at(shot)))
        self._bar(painter, scale)

    def _dot(self, painter: QPainter, shot: Shot, at: QPointF) -> None:
        theme, marked = current(), shot.key == self._key
        painter.setPen(QPen(theme.colour("surface"), 2))
        painter.setBrush(theme.colour("accent" if shot.source == "exif" else "celadon"))
        size = _DOT + 5 if marked else _DOT
        painter.drawEllipse(at, size, size)
        if marked:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("ink"), 2))
            painter.drawEllipse(at, size + 3, size + 3)

    def _far(self, place: Place, shot: Shot, at: QPointF) -> float:
        there = place(*_at(shot)) - at
        return math.hypot(there.x(), there.y())

    def _placer(self) -> tuple[float, Place]:
        """Pixels a metre, and what gives a place (lon, lat) its pixel."""
        points = [_at(shot) for shot in self._shots] + [p for line in self._lines for p in line]
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        south, north = min(p[1] for p in points), max(p[1] for p in points)
        across = math.cos(math.radians((south + north) / 2)) * _DEGREE
        wide, high = max((east - west) * across, 20.0), max((north - south) * _DEGREE, 20.0)
        scale = min((self.width() - 60) / wide, (self.height() - 80) / high)
        middle = QPointF(self.width() / 2, self.height() / 2 - 10)

        def place(lon: float, lat: float) -> QPointF:
            x = (lon - (west + east) / 2) * across * scale
            return middle + QPointF(x, -(lat - (south + north) / 2) * _DEGREE * scale)

        return scale, place

    def _bar(self, painter: QPainter, scale: float) -> None:
        length = 10 ** math.floor(math.log10(110 / scale))
        length *= next(k for k in (5, 2, 1) if k * length * scale <= 140)
        base = self.height() - 14.0
        painter.setPen(QPen(current().colour("ink"), 2))
        painter.setFont(current().font("caption"))
        painter.drawLine(QPointF(14, base), QPointF(14 + length * scale, base))
        words = f"{length:g} m" if length < 1000 else f"{length / 1000:g} km"
        painter.drawText(QPointF(14, base - 6), words)


def _at(shot: Shot) -> tuple[float, float]:
    position = shot.position
    assert position is not None
    return position


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return points[:: max(1, len(points) // _MOST_POINTS)]
