"""Where photos were taken and which way they looked: a dot with a cone of sight.

A direction from magnetic north, or from an unknown one, is drawn dashed: in this city it is some
five degrees beside the true one. With the project's declination a magnetic one is turned to true
north; dashed it stays, for it is a compass's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from jdz_field.core.sites import Attachment
from jdz_field.operations.declination import Declination, true_direction
from jdz_field.ui.map.view import View

#: Pixels of a cone's length and a dot's radius, and the cone's angle in degrees: a phone's lens.
LONG, DOT, WIDE = 34, 4.5, 56
#: Cones are drawn from this zoom on; farther out they would be a thicket.
FROM_ZOOM = 13.0
_INK, _EDGE = "#0B63B0", "#FFFFFF"


class PhotoLayer:
    """Photos with a position; a ``MapLayer`` below the marks of sites."""

    def __init__(self) -> None:
        self.photos: list[tuple[float, float, float | None, bool]] = []
        #: Whether directions are drawn; the dots always are.
        self.cones = True

    def put(self, photos: Sequence[Attachment], known: Declination | None = None) -> bool:
        """Show these; whether anything is another than before."""
        found = [
            (a.lon, a.lat, _turned(a, known), a.direction_ref == "true")
            for a in photos
            if a.lon is not None and a.lat is not None and a.mime.startswith("image/")
        ]
        changed, self.photos = found != self.photos, found
        return changed

    def seen(self, view: View) -> list[tuple[QPointF, float | None, bool]]:
        """The photos in sight: place in pixels, direction, whether it counts from true north."""
        if view.zoom < FROM_ZOOM:
            return []
        found = []
        for lon, lat, direction, true in self.photos:
            x, y = view.at(lon, lat)
            if -LONG < x < view.width + LONG and -LONG < y < view.height + LONG:
                found.append((QPointF(x, y), direction, true))
        return found

    def paint(self, painter: QPainter, view: View) -> None:
        """Cones, then dots."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self.seen(view)
        for at, direction, true in shown:
            if direction is not None and self.cones:
                paint_cone(painter, at, direction, true=true)
        painter.setPen(QPen(QColor(_EDGE), 1.5))
        painter.setBrush(QColor(_INK))
        for at, _direction, _true in shown:
            painter.drawEllipse(at, DOT, DOT)


def _turned(photo: Attachment, known: Declination | None) -> float | None:
    true = true_direction(photo, known)
    return photo.direction if true is None else true


def paint_cone(
    painter: QPainter, at: QPointF, direction: float, *, true: bool, long: float = LONG
) -> None:
    """A cone of sight from a place, ``direction`` degrees clockwise from the top."""
    if not math.isfinite(direction):
        return
    fill = QColor(_INK)
    fill.setAlpha(90)
    pen = QPen(QColor(_INK), 1.5)
    if not true:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(fill)
    box = QRectF(at.x() - long, at.y() - long, 2 * long, 2 * long)
    # Qt counts sixteenths of a degree, against the clock, from three o'clock.
    middle = 90 - direction
    painter.drawPie(box, round((middle - WIDE / 2) * 16), WIDE * 16)
