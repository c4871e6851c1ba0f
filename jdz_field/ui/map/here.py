"""Where the person stands, as the receiver says it: a dot in the circle of its error."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from jdz_field.core.i18n import _
from jdz_field.ui import theme
from jdz_field.ui.map.view import View

#: Radius of the dot in pixels; smaller circles of error are hidden by it.
_DOT = 8


@dataclass(frozen=True, slots=True)
class Here:
    """Longitude and latitude in degrees, error in metres when it is known.

    ``old``: the receiver has fallen silent; this is where the person was. ``replay``: a
    recorded log says so, nobody stands there.
    """

    lon: float
    lat: float
    accuracy: float | None = None
    old: bool = False
    replay: bool = False


def paint_here(painter: QPainter, view: View, here: Here) -> None:
    """The dot; grey and without its circle when it is old."""
    now = theme.current()
    at = QPointF(*view.at(here.lon, here.lat))
    ink = QColor(now.colour("ink2" if here.old or here.replay else "accent"))
    radius = 0.0 if here.accuracy is None else here.accuracy / view.metres_per_pixel()
    if not here.old and radius > _DOT:
        painter.setPen(QPen(ink, 1.5))
        tint = QColor(ink)
        tint.setAlpha(36)
        painter.setBrush(tint)
        painter.drawEllipse(at, radius, radius)
    painter.setPen(QPen(now.colour("halo"), 3))
    painter.setBrush(now.colour("surface") if here.old else ink)
    painter.drawEllipse(at, _DOT, _DOT)
    if here.old:
        painter.setPen(QPen(ink, 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, _DOT - 2, _DOT - 2)
    if here.replay:
        _name_replay(painter, at)


def _name_replay(painter: QPainter, at: QPointF) -> None:
    """The word beside the dot, on a plate of its own."""
    now, words = theme.current(), _("Replay")
    around = painter.fontMetrics().boundingRect(words)
    plate = QRectF(at.x() + _DOT + 6, at.y() - around.height() / 2 - 3, 0, 0)
    plate.setSize(QSizeF(around.width() + 14, around.height() + 6))
    painter.setPen(QPen(now.colour("attention"), 1.5))
    painter.setBrush(now.colour("surface"))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(now.colour("attention"))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
