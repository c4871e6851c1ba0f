"""A direction in degrees: typed, or pointed at on a rose; said in words beside it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.hold import Hold
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import column, line, text

_SIDE = 168
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: -10,
    Qt.Key.Key_Up: 10,
}


def direction(degrees: float) -> str:
    """The point of the compass, of sixteen: north, north-northeast, northeast …"""
    names = _("N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW").split()
    return names[round(degrees / 22.5) % 16]


def degrees_of(value: str) -> float | None:
    """An answer as degrees from 0 to 360; ``None`` when it is none."""
    try:
        degrees = float(value)
    except ValueError:
        return None
    return degrees if 0 <= degrees <= 360 else None


class BearingEditor(NumberEditor):
    """Degrees from 0 to 360, clockwise from north; the phone's compass is a rose to tap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(whole=False, parent=parent)
        self.line.setPlaceholderText(_("0 to 360°, clockwise from north"))
        self.rose = Rose()
        self.rose.pointed.connect(self._pointed)
        self.rose.settled.connect(self.settled)
        self.words = text("", "heading", wrap=False)
        help_ = text(_("Read the compass and type the degrees, or tap the rose."), "caption")
        beside = column(self.words, help_, None)
        row = line(self.rose, beside, gap=16)
        row.setStretch(1, 1)
        self.column.addLayout(row)
        self.line.textChanged.connect(self._follow)
        self._follow()

    def set_readonly(self, readonly: bool) -> None:
        """The rose only shows."""
        super().set_readonly(readonly)
        self.rose.setEnabled(not readonly)

    def _follow(self) -> None:
        degrees = degrees_of(self.text())
        self.rose.show_degrees(degrees)
        words = _("{direction} · {degrees}°")
        shown = (
            "—"
            if degrees is None
            else words.format(direction=direction(degrees), degrees=f"{degrees:g}")
        )
        self.words.setText(shown)

    def _pointed(self, degrees: int) -> None:
        self.line.setText(str(degrees))
        self._pause.stop()
        self._answer()


class Rose(QWidget):
    """A compass rose with a needle; a tap or a drag points it, keys turn it.

    Signals:
        pointed(int): whole degrees.
        settled(): the person let go.
    """

    pointed = Signal(int)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._degrees: float | None = None
        self._hold = Hold(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Compass rose"))

    def sizeHint(self) -> QSize:
        """Large enough for a gloved finger to mean a direction."""
        return QSize(_SIDE, _SIDE)

    def show_degrees(self, degrees: float | None) -> None:
        """Turn the needle; ``None``: there is none."""
        self._degrees = degrees
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Point."""
        self._hold.take()
        self._point(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the needle."""
        self._point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._hold.let_go()
        self.settled.emit()

    def _point(self, point: QPointF) -> None:
        away = point - QPointF(_SIDE / 2, _SIDE / 2)
        if math.hypot(away.x(), away.y()) > 8:
            self.pointed.emit(round(math.degrees(math.atan2(away.x(), -away.y()))) % 360)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One degree sideways, ten up and down."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.pointed.emit(round((self._degrees or 0) + step) % 360)
        self.settled.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Ring, ticks, letters, needle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = current().colours
        painter.translate(_SIDE / 2, _SIDE / 2)
        ring = QPen(QColor(t.accent if self.hasFocus() else t.ink2), 3 if self.hasFocus() else 1.5)
        painter.setPen(ring)
        painter.setBrush(QColor(t.surface))
        painter.drawEllipse(QPointF(0, 0), _SIDE / 2 - 3, _SIDE / 2 - 3)
        painter.setPen(QPen(QColor(t.ink2), 1.5))
        for tick in range(36):
            painter.save()
            painter.rotate(tick * 10)
            inner = 14 if tick % 9 == 0 else 8
            painter.drawLine(QPointF(0, -_SIDE / 2 + 4), QPointF(0, -_SIDE / 2 + 4 + inner))
            painter.restore()
        self._paint_letters(painter)
        if self._degrees is not None:
            self._paint_needle(painter)

    def _paint_letters(self, painter: QPainter) -> None:
        painter.setPen(QColor(current().colours.ink))
        painter.setFont(current().font("caption", bold=True))
        reach = _SIDE / 2 - 30
        for degrees in (0, 90, 180, 270):
            angle = math.radians(degrees)
            box = QRectF(0, 0, 32, 24)
            box.moveCenter(QPointF(math.sin(angle) * reach, -math.cos(angle) * reach))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), direction(degrees))

    def _paint_needle(self, painter: QPainter) -> None:
        t = current().colours
        painter.save()
        painter.rotate(self._degrees or 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.accent))
        reach = _SIDE / 2 - 16
        tip = [QPointF(0, -reach), QPointF(9, 0), QPointF(-9, 0)]
        painter.drawPolygon(QPolygonF(tip))
        painter.setBrush(QColor(t.ink2))
        painter.drawPolygon(QPolygonF([QPointF(0, reach * 0.6), QPointF(7, 0), QPointF(-7, 0)]))
        painter.restore()
