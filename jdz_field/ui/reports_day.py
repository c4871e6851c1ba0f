"""A day that a report is of: now, the end of a month or year, or any day before today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.settings import Choice
from jdz_field.ui.widgets import column

NOW, MONTH, YEAR, OTHER = "now", "month", "year", "other"


class DayChoice(QWidget):
    """Chips, and a calendar for any other day.

    ``begins``: it is the first day of a period (of this month, of this year), not the last.
    """

    def __init__(self, today: date, changed: Callable[[], None], *, begins: bool = False) -> None:
        super().__init__()
        self._today, self._changed, self._begins = today, changed, begins
        self.way = YEAR if begins else NOW
        names = (YEAR, MONTH, OTHER) if begins else (NOW, MONTH, YEAR, OTHER)
        self.chips = Choice(self.choose, names)
        self.edit = QDateEdit()
        self.edit.setCalendarPopup(True)
        self.edit.setDisplayFormat("yyyy-MM-dd")
        self.edit.setMaximumDate(_of(today))
        self.edit.setDate(_of(today))
        self.edit.dateChanged.connect(self._typed)
        self.edit.hide()
        self.setLayout(column(self.chips, self.edit))
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.edit.setAccessibleName(_("Day"))
        self._show()

    def choose(self, way: str) -> None:
        """Choose ``now``, ``month``, ``year`` or ``other``."""
        self.way = way
        self._show()
        if way == OTHER:
            self.edit.setFocus()
        self._changed()

    def day(self) -> str:
        """``YYYY-MM-DD``; empty for now."""
        first = self._today.replace(day=1)
        if self.way == MONTH:
            return (first if self._begins else first - timedelta(days=1)).isoformat()
        if self.way == YEAR:
            start = first.replace(month=1)
            return (start if self._begins else start - timedelta(days=1)).isoformat()
        return self.edit.date().toString("yyyy-MM-dd") if self.way == OTHER else ""

    def _show(self) -> None:
        last = (
            {MONTH: _("This month"), YEAR: _("This year")}
            if self._begins
            else {MONTH: _("End of last month"), YEAR: _("End of last year")}
        )
        words = {NOW: _("As it stands now"), OTHER: _("Another day …"), **last}
        self.chips.show_value(self.way, words)
        self.edit.setVisible(self.way == OTHER)

    def _typed(self) -> None:
        self._changed()


def _of(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
