"""A time to tap: an hour, then a minute in steps of five."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import column, set_role, text

_ACROSS = 6


class ClockPicker(QWidget):
    """The hours of a day and twelve minutes.

    Signals:
        picked(int, int): hour and minute so far; a first tap on an hour is its full hour.
        done(): the minute was tapped too.
    """

    picked = Signal(int, int)
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hour, self.minute = -1, 0
        self.hours = [self._key(f"{hour:02d}", hour) for hour in range(24)]
        self.minutes = [self._key(f"{minute:02d}", minute) for minute in range(0, 60, 5)]
        for key in self.hours:
            key.clicked.connect(self._hour_tapped)
        for key in self.minutes:
            key.clicked.connect(self._minute_tapped)
        hours, minutes = text(_("Hour"), "section"), text(_("Minute"), "section")
        self.setLayout(column(hours, _grid(self.hours), minutes, _grid(self.minutes), gap=6))
        self.setMaximumWidth(_ACROSS * (current().touch() + 26))

    def _key(self, words: str, number: int) -> QPushButton:
        key = QPushButton(words)
        key.setObjectName(str(number))
        key.setCheckable(True)
        key.setMinimumWidth(current().touch())
        set_role(key, "chip", "kind")
        return key

    def show_time(self, hour: int, minute: int) -> None:
        """Mark a time; hour -1: none."""
        self.hour, self.minute = hour, minute
        for key in self.hours:
            key.setChecked(int(key.objectName()) == hour)
        for key in self.minutes:
            key.setChecked(hour >= 0 and int(key.objectName()) == minute)

    def _hour_tapped(self) -> None:
        self.show_time(int(self.sender().objectName()), self.minute)
        self.picked.emit(self.hour, self.minute)

    def _minute_tapped(self) -> None:
        self.show_time(max(self.hour, 0), int(self.sender().objectName()))
        self.picked.emit(self.hour, self.minute)
        self.done.emit()


def _grid(keys: list[QPushButton]) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(6)
    for place, key in enumerate(keys):
        grid.addWidget(key, place // _ACROSS, place % _ACROSS)
    return grid
