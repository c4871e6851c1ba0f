"""A month to tap a day in, with days as large as a gloved thumb."""

from __future__ import annotations

from calendar import Calendar
from datetime import date

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import column, line, text, tool

_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}


class MonthPicker(QWidget):
    """One month, and arrows to the months around it.

    Signals:
        picked(object): the ``date`` that was tapped.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = text("", "strong")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.days = _Days()
        self.days.picked.connect(self.picked)
        self.days.moved.connect(self._titled)
        head = line(
            tool("chevron-left", _("Month before"), self._before),
            self._title,
            tool("chevron-right", _("Month after"), self._after),
        )
        head.setStretch(1, 1)
        self.setLayout(column(head, self.days))
        self.setMaximumWidth(8 * current().touch())
        self.setFocusProxy(self.days)

    def show_day(self, day: date) -> None:
        """Show the month of ``day``, with the day marked."""
        self.days.show_day(day)
        self._titled()

    def _titled(self) -> None:
        month = self.days.month
        self._title.setText(_("{month}/{year}").format(year=month.year, month=month.month))

    def _before(self) -> None:
        self.days.turn(-1)

    def _after(self) -> None:
        self.days.turn(1)


class _Days(QWidget):
    """The days, Monday first."""

    picked = Signal(object)
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._day = date(2000, 1, 1)
        self.month = self._day
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_day(self, day: date) -> None:
        self._day, self.month = day, day.replace(day=1)
        self.update()

    def turn(self, months: int) -> None:
        count = self.month.year * 12 + self.month.month - 1 + months
        if 12 <= count < 12 * 9999:
            self.month = date(count // 12, count % 12 + 1, 1)
            self.update()
            self.moved.emit()

    def sizeHint(self) -> QSize:
        return QSize(7 * current().touch(), 7 * current().touch())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for day, box in self._boxes():
            if box.contains(event.position().toPoint()) and day.month == self.month.month:
                self._day = day
                self.update()
                self.picked.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step is not None:
            self.show_day(date.fromordinal(max(1, self._day.toordinal() + step)))
            self.moved.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self._day)
        else:
            super().keyPressEvent(event)

    def _boxes(self) -> list[tuple[date, QRect]]:
        wide, high = self.width() / 7, self.height() / 7
        days = Calendar().itermonthdates(self.month.year, self.month.month)
        return [
            (day, QRectF(i % 7 * wide, (i // 7 + 1) * high, wide, high).toRect())
            for i, day in enumerate(days)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, centre = current().colours, Qt.AlignmentFlag.AlignCenter
        painter.setFont(current().font("caption"))
        painter.setPen(QColor(colours.ink2))
        for i, name in enumerate(_("Mo Tu We Th Fr Sa Su").split()):
            box = QRectF(i * self.width() / 7, 0, self.width() / 7, self.height() / 7)
            painter.drawText(box, int(centre), name)
        painter.setFont(current().font())
        for day, place in self._boxes():
            if day.month == self.month.month:
                self._paint_day(painter, day, place)

    def _paint_day(self, painter: QPainter, day: date, box: QRect) -> None:
        colours, chosen = current().colours, day == self._day
        if chosen:
            side = min(box.width(), box.height()) - 6
            disc = QRect(0, 0, side, side)
            disc.moveCenter(box.center())
            painter.setPen(QPen(QColor(colours.ink), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(disc)
        painter.setPen(QColor(colours.on_accent if chosen else colours.ink))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(day.day))
