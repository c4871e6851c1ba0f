"""The line from the person to the place they want to reach, on the map."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from jdz_field.ui import theme
from jdz_field.ui.map.view import View

_RING = 16


class FindingLayer:
    """A map layer.

    Attributes:
        start: where the person stands; ``None`` when nobody knows that now: then no line.
        goal: the place they go to; ``None``: nothing is drawn.
    """

    def __init__(self) -> None:
        self.start: tuple[float, float] | None = None
        self.goal: tuple[float, float] | None = None

    def paint(self, painter: QPainter, view: View) -> None:
        """The line, dashed, and a ring around the goal."""
        if self.goal is None:
            return
        now = theme.current()
        goal = QPointF(*view.at(*self.goal))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ink = QColor(now.colour("accent"))
        if self.start is not None:
            start = QPointF(*view.at(*self.start))
            painter.setPen(QPen(now.colour("halo"), 7))
            painter.drawLine(start, goal)
            pen = QPen(ink, 4)
            pen.setDashPattern([2.5, 1.5])
            painter.setPen(pen)
            painter.drawLine(start, goal)
        for broad, colour in ((7, now.colour("halo")), (3.5, ink)):
            painter.setPen(QPen(colour, broad))
            painter.drawEllipse(goal, _RING, _RING)
