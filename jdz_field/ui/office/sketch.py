"""A sketch of positions that stand against each other: how far apart, and which way."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.ui.form.place import metres_between
from jdz_field.ui.form.place_map import shown_distance
from jdz_field.ui.theme import current


@dataclass(frozen=True, slots=True)
class Spot:
    """One position (lon, lat in degrees), the key of its card and its colour token."""

    key: str
    lon: float
    lat: float
    token: str


class Sketch(QWidget):
    """Spots to scale, north up, with a scale bar and the distances to the middle one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spots: list[Spot] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, spots: list[Spot]) -> None:
        """Show these; hidden when there are fewer than two."""
        self._spots = spots
        self.setVisible(len(spots) > 1)
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(480, 200)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Ground, lines with distances, spots with their keys, scale bar."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("land"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if len(self._spots) < 2:
            return
        scale, places = self._places()
        painter.setFont(theme.font("caption"))
        self._lines(painter, places)
        for spot, place in zip(self._spots, places, strict=True):
            painter.setPen(QPen(theme.colour("surface"), 2))
            painter.setBrush(theme.colour(spot.token))
            painter.drawEllipse(place, 13, 13)
            painter.setPen(QColor(theme.colours.on_accent))
            box = QRectF(place.x() - 13, place.y() - 13, 26, 26)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), spot.key)
        self._bar(painter, scale)

    def _places(self) -> tuple[float, list[QPointF]]:
        """Pixels per metre, and where the spots go."""
        first = self._spots[0]
        east = math.cos(math.radians(first.lat)) * 111_200
        metres = [((s.lon - first.lon) * east, (s.lat - first.lat) * 111_200) for s in self._spots]
        xs, ys = [m[0] for m in metres], [m[1] for m in metres]
        wide, high = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)
        scale = min((self.width() - 120) / wide, (self.height() - 90) / high)
        cx, cy = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
        middle = QPointF(self.width() / 2, self.height() / 2 - 8)
        return scale, [middle + QPointF((x - cx) * scale, -(y - cy) * scale) for x, y in metres]

    def _lines(self, painter: QPainter, places: list[QPointF]) -> None:
        ink = current().colour("ink2")
        for i in range(1, len(places)):
            a, b = self._spots[i - 1], self._spots[i]
            metres = metres_between((a.lon, a.lat), (b.lon, b.lat))
            if metres < 0.5:
                continue
            painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(places[i - 1], places[i])
            middle = (places[i - 1] + places[i]) / 2
            painter.setPen(current().colour("ink"))
            painter.drawText(middle + QPointF(8, -8), shown_distance(metres))

    def _bar(self, painter: QPainter, scale: float) -> None:
        length = 10 ** math.floor(math.log10(120 / scale))
        length *= next(k for k in (5, 2, 1) if k * length * scale <= 140)
        left, base = 14.0, self.height() - 14.0
        painter.setPen(QPen(current().colour("ink"), 2))
        painter.drawLine(QPointF(left, base), QPointF(left + length * scale, base))
        painter.drawText(QPointF(left, base - 6), shown_distance(length))
