"""Dates by parts: year, month, day, each typed or stepped, without a calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from jdz_field.core.clock import BEIJING, Now, utc_now
from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import half_width
from jdz_field.ui.form.text import TypingEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import button, column, line, set_role, text, tool

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
_PARTS = re.compile(r"^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:T|$)")


class Spin(QWidget):
    """One part: a number with a key above for more and one below for less.

    Signals:
        typed(): a digit was typed.
        changed(): the number is another one, by key or step.
        left(): the field was left.
    """

    typed = Signal()
    changed = Signal()
    left = Signal()

    def __init__(self, name: str, low: int, high: int, digits: int) -> None:
        super().__init__()
        self.low, self.high, self._digits = low, high, digits
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line.setFixedWidth(round(digits * current().text() * 0.7) + 44)
        self.line.setMaxLength(digits + 2)
        self.line.textEdited.connect(self.typed)
        self.line.editingFinished.connect(self._finished)
        self.line.installEventFilter(self)
        self.more = tool("chevron-up", _("{part}: one more").format(part=name), self._more)
        self.less = tool("chevron-down", _("{part}: one less").format(part=name), self._less)
        for key in (self.more, self.less):
            key.setAutoRepeat(True)
            key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        stack: QVBoxLayout = column(self.more, self.line, self.less, gap=4)
        for part in (self.more, self.line, self.less):
            stack.setAlignment(part, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(line(stack, text(name, "secondary", wrap=False), gap=6))
        self.first = low

    def number(self) -> int | None:
        """The number, when there is one within its bounds."""
        typed = half_width(self.line.text())
        found = int(typed) if typed.isdecimal() else None
        return found if found is not None and self.low <= found <= self.high else None

    def put(self, number: int | None) -> None:
        """Show this number; ``None``: nothing."""
        wanted = "" if number is None else f"{number:0{self._digits}d}"
        if self.line.text() != wanted:
            self.line.setText(wanted)

    def step(self, steps: int) -> None:
        """More or less; the first step shows where it starts; the ends join, but for years."""
        here = self.number()
        if here is None:
            self.put(self.first)
        elif self.high - self.low < 100:
            self.put((here + steps - self.low) % (self.high - self.low + 1) + self.low)
        else:
            self.put(min(max(here + steps, self.low), self.high))
        self.changed.emit()

    def _more(self) -> None:
        self.step(1)

    def _less(self) -> None:
        self.step(-1)

    def _finished(self) -> None:
        self.put(self.number() if self.number() is not None else None)
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows up and down."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and not self.line.isReadOnly():
                self.step(step)
                return True
        return super().eventFilter(watched, event)

    def set_readonly(self, readonly: bool) -> None:
        """Only shown."""
        self.line.setReadOnly(readonly)
        self.more.setVisible(not readonly)
        self.less.setVisible(not readonly)


class PartsEditor(TypingEditor):
    """A date of ``parts`` 1 (year), 2 (year and month) or 3; the rest is the first.

    XLSForm reference, ``year`` and ``month-year``: kept as the first of January or of the month.
    A date with parts still absent answers nothing and stays as it stands.
    """

    def __init__(self, parts: int, now: Now = utc_now, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        today = now().astimezone(BEIJING).date()
        self._now = now
        self.spins = [Spin(_("Year"), 1000, 9999, 4), Spin(_("Month"), 1, 12, 2)][:parts]
        if parts == 3:
            self.spins.append(Spin(_("Day"), 1, 31, 2))
        firsts = (today.year, today.month, today.day)
        for spin, first in zip(self.spins, firsts, strict=False):
            spin.first = first
            spin.typed.connect(self._typed)
            spin.changed.connect(self._stepped)
            spin.left.connect(self._left)
        words = (_("This year"), _("This month"), _("Today"))[parts - 1]
        self.today = button(words, self._set_today)
        self.drop = tool("close", _("Clear"), self._clear)
        row = line(*self.spins, self.today, self.drop, None, gap=12)
        self.setLayout(column(row))
        self.setFocusProxy(self.spins[0].line)

    def numbers(self) -> Sequence[int | None]:
        """Year, month, day as far as they are asked and given."""
        return [spin.number() for spin in self.spins]

    def show_value(self, value: str) -> None:
        """Show a date; what is none is shown as far as it goes."""
        self._sent = value
        self.drop.setVisible(bool(value))
        if self.typing() or (value == "" and any(n is not None for n in self.numbers())):
            return
        found = _PARTS.match(value)
        for spin, part in zip(self.spins, found.groups() if found else (), strict=False):
            spin.put(int(part) if part else None)

    def set_readonly(self, readonly: bool) -> None:
        """Legible, without the keys."""
        for spin in self.spins:
            spin.set_readonly(readonly)
        self.today.setVisible(not readonly)
        self.drop.setVisible(not readonly and bool(self._sent))

    def mark_invalid(self, invalid: bool) -> None:
        """A red border."""
        for spin in self.spins:
            set_role(spin.line, "true" if invalid else "false", "invalid")

    def text(self) -> str:
        """``2026-11-22``; a day beyond its month is the month's last; empty while unfinished."""
        year, month, day = [*self.numbers(), 1, 1][:3] if len(self.spins) < 3 else self.numbers()
        if year is None or month is None or day is None:
            return ""
        kept = date(year, month, min(day, monthrange(year, month)[1])).isoformat()
        # A moment keeps its clock, which is not asked for here.
        return self._sent if self._sent.startswith(f"{kept}T") else kept

    def _stepped(self) -> None:
        self._pause.stop()
        self._answer()

    def _left(self) -> None:
        if not any(spin.line.hasFocus() for spin in self.spins):
            self.leave()

    def leave(self) -> None:
        """Answer, then show what was understood."""
        super().leave()
        if self._sent:
            self.show_value(self._sent)

    def _set_today(self) -> None:
        today: datetime = self._now().astimezone(BEIJING)
        for spin, part in zip(self.spins, (today.year, today.month, today.day), strict=False):
            spin.put(part)
        self.leave()

    def _clear(self) -> None:
        for spin in self.spins:
            spin.put(None)
        self.leave()
