"""Dates and times: typed loosely, or tapped."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from jdz_field.core.clock import BEIJING, Now, utc_now
from jdz_field.core.i18n import _
from jdz_field.ui.form.clock_picker import ClockPicker
from jdz_field.ui.form.editor import half_width
from jdz_field.ui.form.moments import moment_parts
from jdz_field.ui.form.month import MonthPicker
from jdz_field.ui.form.text import Composing, TypingEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import button, column, line, set_role, tool
from jdz_field.ui.widgets import text as label

_DATE = re.compile(r"^(?:(\d{4})\D?)?(\d{1,2})\D(\d{1,2})\D?$|^(\d{4})(\d{2})(\d{2})$")
#: With the year last, only a number above 12 tells the day from the month.
_YEAR_LAST = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
_TIME = re.compile(r"^(\d{1,2})(?:\D(\d{1,2})\D?|(\d{2})|[点时])?$")
_HALF_DAY = re.compile(
    r"^(?P<before>凌晨|早上|上午|中午|下午|晚上|am|pm)?(?P<time>.*?)(?P<after>am|pm|a\.m\.|p\.m\.)?$"
)
_LATER = ("中午", "下午", "晚上", "pm", "p.m.")
_EARLIER = ("凌晨", "am", "a.m.")


def read_date(text: str, year: int) -> str:
    """``2026-11-22`` from ``2026/11/22``, ``20261122``, ``2026年11月22日``, ``11-22``, ``22/11``.

    ``year`` stands where none is typed. What is no date, or could be two (``5/4/2026``), is given
    back as it is; without a year the month stands first, as in China.
    """
    typed = half_width(text).replace(" ", "")
    last = _YEAR_LAST.match(typed)
    if last:
        return _day_first(int(last[1]), int(last[2]), int(last[3])) or text
    found = _DATE.match(typed)
    if not found:
        return text
    numbers = found.group(1, 2, 3) if found[2] else found.group(4, 5, 6)
    month, day = int(numbers[1]), int(numbers[2])
    if not numbers[0] and month > 12:
        month, day = day, month
    return _iso(int(numbers[0] or year), month, day) or text


def _day_first(first: int, second: int, year: int) -> str:
    if first == second or second > 12:
        return _iso(year, first, second)
    return _iso(year, second, first) if first > 12 else ""


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def read_time(text: str) -> str:
    """``14:05`` from ``14:5``, ``1405``, ``14点05分``, ``2:05 pm`` or ``下午2点05``.

    ``14点半`` is 14:30. What is no time is given back as it is.
    """
    halves = _HALF_DAY.match(half_width(text).casefold().replace(" ", ""))
    words = halves["time"].replace("点半", ":30").replace("点整", ":00") if halves else ""
    found = _TIME.match(words)
    if not found or halves is None:
        return text
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    named = (halves["before"] or "", halves["after"] or "")
    if any(name in _LATER for name in named) and hour < 12:
        hour += 12
    elif any(name in _EARLIER for name in named) and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else text


class WhenEditor(TypingEditor):
    """A date, a time, or both; what cannot be read stays as typed, the session judges it."""

    def __init__(
        self,
        *,
        with_date: bool,
        with_time: bool,
        now: Now = utc_now,
        months: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._shown = ("", "")
        self.date = self._line(_("yyyy-mm-dd"), 11) if with_date else None
        self.time = self._line(_("hh:mm"), 7) if with_time else None
        self.calendar: QToolButton | None = None
        self.clock: QToolButton | None = None
        if with_date and months:
            self.calendar = self._opener("calendar", _("Calendar"), self._show_month)
        if with_time:
            self.clock = self._opener("clock", _("Hours and minutes"), self._show_clock)
        self.now = button(_("Now") if with_time else _("Today"), self._set_now)
        self.drop = tool("close", _("Clear"), self._clear)
        row = line(gap=8)
        lines: list[QWidget] = []
        for part, opener in ((self.date, self.calendar), (self.time, self.clock)):
            if part is not None:
                row.addWidget(part)
                lines.append(part)
            if opener is not None:
                row.addWidget(opener)
        row.addWidget(self.now)
        row.addWidget(self.drop)
        row.addStretch(1)
        self.column = column(row)
        self.setLayout(self.column)
        self._month: MonthPicker | None = None
        self._face: ClockPicker | None = None
        self.setFocusProxy(lines[0])
        self.drop.hide()

    def _line(self, placeholder: str, letters: int) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(placeholder)
        made.setFixedWidth(round(letters * current().text() * 0.72) + 32)
        made.textEdited.connect(self._typed)
        made.editingFinished.connect(self.leave)
        Composing(made)
        return made

    def _opener(self, icon: str, tip: str, show: Callable[[bool], None]) -> QToolButton:
        made = tool(icon, tip, kind="")
        made.setCheckable(True)
        made.toggled.connect(show)
        return made

    def remark(self, words: str) -> None:
        """A line below the field that says what is special here."""
        self.column.addWidget(label(words, "caption"))

    # ---- showing
    def show_value(self, value: str) -> None:
        """Show an XForms date, time or dateTime; untouched, it is answered as it was."""
        self._sent = value
        if self.typing():
            return
        day, clock = moment_parts(value, with_date=self.date is not None)
        if self.date is not None:
            self.date.setText(day)
        if self.time is not None:
            self.time.setText(clock)
        self._shown = self._typed_now()
        self.drop.setVisible(bool(value) and self.now.isVisibleTo(self))

    def set_readonly(self, readonly: bool) -> None:
        """Legible, without the buttons."""
        for part, opener in ((self.date, self.calendar), (self.time, self.clock)):
            if part is not None:
                part.setReadOnly(readonly)
            if opener is not None:
                opener.setVisible(not readonly)
        self.now.setVisible(not readonly)
        self.drop.setVisible(not readonly and bool(self._sent))

    def mark_invalid(self, invalid: bool) -> None:
        """A red border."""
        for part in (self.date, self.time):
            if part is not None:
                set_role(part, "true" if invalid else "false", "invalid")

    # ---- answering
    def _typed_now(self) -> tuple[str, str]:
        return (
            self.date.text() if self.date is not None else "",
            self.time.text() if self.time is not None else "",
        )

    def text(self) -> str:
        """The lexical form: ``2026-11-22``, ``14:05:00.000+08:00`` or both with a T."""
        if self._sent and self._typed_now() == self._shown:
            # Seconds and another zone are not shown, and not lost by looking at them.
            return self._sent
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
        self._put(f"{now:%Y-%m-%d}", f"{now:%H:%M}")

    def _clear(self) -> None:
        self._put("", "")

    def _put(self, day: str | None, clock: str | None) -> None:
        if self.date is not None and day is not None:
            self.date.setText(day)
        if self.time is not None and clock is not None:
            self.time.setText(clock)
        self.leave()

    # ---- tapping
    def _show_month(self, shown: bool) -> None:
        if shown and self._month is None:
            self._month = MonthPicker()
            self._month.picked.connect(self._picked)
            self.column.addWidget(self._month)
        if self._month is not None:
            self._month.setVisible(shown)
            self._month.show_day(_day_of(self._day_typed()) or self._today().date())
            if shown:
                self._month.days.setFocus()

    def _day_typed(self) -> str:
        return read_date(self.date.text(), self._today().year) if self.date is not None else ""

    def _picked(self, day: date) -> None:
        if self.calendar is not None:
            self.calendar.setChecked(False)
        self._put(day.isoformat(), None)
        after = self.time if self.time is not None and not self.time.text() else self.date
        if after is not None:
            after.setFocus()

    def _show_clock(self, shown: bool) -> None:
        if shown and self._face is None:
            self._face = ClockPicker()
            self._face.picked.connect(self._timed)
            self._face.done.connect(self._clock_done)
            self.column.addWidget(self._face)
        if self._face is not None:
            self._face.setVisible(shown)
            typed = read_time(self.time.text()) if self.time is not None else ""
            hour, _colon, minute = typed.partition(":")
            known = hour.isdecimal() and minute.isdecimal()
            self._face.show_time(int(hour) if known else -1, int(minute) if known else 0)

    def _timed(self, hour: int, minute: int) -> None:
        self._put(None, f"{hour:02d}:{minute:02d}")

    def _clock_done(self) -> None:
        if self.clock is not None:
            self.clock.setChecked(False)
        if self.time is not None:
            self.time.setFocus()


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
