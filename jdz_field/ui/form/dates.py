"""Dates and times: typed loosely, or tapped."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.clock import BEIJING, Now, utc_now
from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import half_width
from jdz_field.ui.form.month import MonthPicker
from jdz_field.ui.form.text import TypingEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import button, column, line, set_role, tool

_DATE = re.compile(r"^(?:(\d{4})\D?)?(\d{1,2})\D(\d{1,2})\D?$|^(\d{4})(\d{2})(\d{2})$")
_TIME = re.compile(r"^(\d{1,2})(?:\D(\d{1,2})\D?|(\d{2}))?$")


def read_date(text: str, year: int) -> str:
    """``2026-11-22`` from ``2026/11/22``, ``20261122``, ``2026年11月22日`` or ``11-22``.

    ``year`` stands where none is typed. What is no date is given back as it is.
    """
    found = _DATE.match(half_width(text))
    if not found:
        return text
    numbers = found.group(1, 2, 3) if found[2] else found.group(4, 5, 6)
    try:
        return date(int(numbers[0] or year), int(numbers[1]), int(numbers[2])).isoformat()
    except ValueError:
        return text


def read_time(text: str) -> str:
    """``14:05`` from ``14:5``, ``1405``, ``14点05分`` or ``14``; else the text as it is."""
    found = _TIME.match(half_width(text))
    if not found:
        return text
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else text


class WhenEditor(TypingEditor):
    """A date, a time, or both; what cannot be read stays as typed, the session judges it."""

    def __init__(
        self, *, with_date: bool, with_time: bool, now: Now = utc_now, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._zone = ""
        self.date = self._line(_("yyyy-mm-dd"), 11) if with_date else None
        self.time = self._line(_("hh:mm"), 7) if with_time else None
        self._buttons = self._build_buttons()
        lines = [part for part in (self.date, self.time) if part is not None]
        self.column = column(line(*lines, *self._buttons, None))
        self.setLayout(self.column)
        self._month: MonthPicker | None = None
        self.setFocusProxy(lines[0])

    def _line(self, placeholder: str, letters: int) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(placeholder)
        made.setFixedWidth(round(letters * current().text() * 0.72) + 32)
        made.textEdited.connect(self._typed)
        made.editingFinished.connect(self.leave)
        return made

    def _build_buttons(self) -> list[QWidget]:
        now = button(_("Now") if self.date is None or self.time else _("Today"), self._set_now)
        if self.date is None:
            return [now]
        self._opener = tool("calendar", _("Calendar"), kind="")
        self._opener.setCheckable(True)
        self._opener.toggled.connect(self._show_month)
        return [self._opener, now]

    def show_value(self, value: str) -> None:
        """Show an XForms date, time or dateTime; the zone is kept for the answer."""
        self._sent = value
        if self.typing():
            return
        day, _t, clock = value.partition("T")
        if self.date is None:
            day, clock = "", value
        if day and clock:
            day, clock = _local(value) or (day, clock)
        clock = re.sub(r"^(\d{2}:\d{2}).*$", r"\1", clock)
        if self.date is not None:
            self.date.setText(day)
        if self.time is not None:
            self.time.setText(clock)

    def set_readonly(self, readonly: bool) -> None:
        """Legible, without the buttons."""
        for part in (self.date, self.time):
            if part is not None:
                part.setReadOnly(readonly)
        for made in self._buttons:
            made.setVisible(not readonly)

    def mark_invalid(self, invalid: bool) -> None:
        """A red border."""
        for part in (self.date, self.time):
            if part is not None:
                set_role(part, "true" if invalid else "false", "invalid")

    def text(self) -> str:
        """The lexical form: ``2026-11-22``, ``14:05:00.000+08:00`` or both with a T."""
        day = read_date(self.date.text(), self._today().year) if self.date is not None else ""
        clock = read_time(self.time.text()) if self.time is not None else ""
        if re.fullmatch(r"\d{2}:\d{2}", clock):
            clock = f"{clock}:00.000+08:00"
        if self.date is None or self.time is None:
            return day or clock
        return f"{day}T{clock}" if day and clock else ""

    def leave(self) -> None:
        """Answer, then show what was understood; half a moment is no answer and stays."""
        super().leave()
        half = self.date is not None and self.time is not None and not self.text()
        if not half:
            self.show_value(self._sent)

    def _today(self) -> datetime:
        return self._now().astimezone(BEIJING)

    def _set_now(self) -> None:
        now = self._today()
        if self.date is not None:
            self.date.setText(f"{now:%Y-%m-%d}")
        if self.time is not None:
            self.time.setText(f"{now:%H:%M}")
        self.leave()

    def _show_month(self, shown: bool) -> None:
        if shown and self._month is None:
            self._month = MonthPicker()
            self._month.picked.connect(self._picked)
            self.column.addWidget(self._month)
        if self._month is not None:
            self._month.setVisible(shown)
            self._month.show_day(_day_of(self.text()) or self._today().date())

    def _picked(self, day: date) -> None:
        if self.date is not None:
            self.date.setText(day.isoformat())
        self._opener.setChecked(False)
        self.leave()


def _local(value: str) -> tuple[str, str] | None:
    """Date and time of a moment in Beijing; ``None`` when it is none or names no zone."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    here = moment.astimezone(BEIJING)
    return f"{here:%Y-%m-%d}", f"{here:%H:%M}"


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def editor_for(type_: str, now: Now) -> Callable[[], WhenEditor]:
    """A maker of the editor for ``date``, ``time`` or ``dateTime``."""
    return lambda: WhenEditor(with_date=type_ != "time", with_time=type_ != "date", now=now)
