"""The camera's clock: how far it is behind, by hand, by a photo of a clock, or as proposed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.photos.plan import Pile, Shot, clock_error
from jdz_field.ui.widgets import button, column, line, text, touch

_SHOWN = re.compile(r"\s*(\d{1,2})\s*[:：.]\s*(\d{1,2})(?:\s*[:：.]\s*(\d{1,2}))?\s*")
_DAY = 86_400.0


def offset_by_shown(shown: str, taken: datetime) -> float | None:
    """Seconds that the camera is behind a clock in its picture; ``None`` for no time of day.

    ``shown`` is hours, minutes and seconds as the clock in the picture shows them, ``taken`` the
    camera's time in the same zone. The nearest such moment is meant, half a day at most.
    """
    found = _SHOWN.fullmatch(shown)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    midnight = taken.replace(hour=0, minute=0, second=0, microsecond=0)
    true = midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    apart = (true - taken).total_seconds()
    return (apart + _DAY / 2) % _DAY - _DAY / 2


class ClockBox(QWidget):
    """The offset and the three ways to it.

    Signals:
        offset_wanted(float): the camera's clock is so many seconds behind.
    """

    offset_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggested = 0.0
        self._shot: Shot | None = None
        self._pile = Pile()
        self.label, self.hint = text("", "strong"), text("", "caption")
        self.value = NumberEditor(whole=False)
        self.value.show_value("0")
        self.value.answered.connect(self._entered)
        self.use = button("", self._use, kind="quiet")
        self.shown_label = text("", "caption")
        self.shown = QLineEdit()
        self.shown.setPlaceholderText("14:05:37")
        self.shown.setMaximumWidth(180)
        self.shown.setMinimumHeight(touch())
        self.shown.returnPressed.connect(self._by_shown)
        self.take = button("", self._by_shown, icon="clock")
        self.wrong = text("", "attention")
        self.wrong.hide()
        self.setLayout(
            column(
                self.label, self.hint, line(self.value, self.use, None), self.shown_label,
                line(self.shown, self.take, None), self.wrong,
            )
        )  # fmt: skip
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.label.setText(_("The camera's clock is behind by, in seconds"))
        self.hint.setText(_("Photograph the receiver's screen to know it. Ahead: a minus."))
        self.shown_label.setText(_("The chosen photo shows a clock of the receiver at"))
        self.take.setText(_("Use this time"))

    def show_pile(self, pile: Pile) -> None:
        """What is in force, and what the photos' own receivers say."""
        self._pile = pile
        now, error = pile.timing.clock_offset, clock_error(pile)
        wanted = error is not None and abs(error - now) >= 1
        self.use.setVisible(wanted)
        if error is not None and wanted:
            self._suggested = round(error)
            told = _("By the photos' receiver: {n} s").format(n=f"{self._suggested:g}")
            self.use.setText(told)

    def show_shot(self, shot: Shot | None) -> None:
        """The photo that is chosen: it may be the one of a clock."""
        self._shot = shot
        there = shot is not None and shot.info.taken is not None
        self.shown.setEnabled(there)
        self.take.setEnabled(there)

    def _entered(self, entered: str) -> None:
        try:
            seconds = float(entered or 0)
        except ValueError:
            self.value.mark_invalid(True)
        else:
            self.value.mark_invalid(False)
            self.offset_wanted.emit(seconds)

    def _use(self) -> None:
        self._set(self._suggested)

    def _by_shown(self) -> None:
        zone = self._pile.timing.zone
        taken = self._shot.info.moment(zone) if self._shot is not None else None
        local = taken.astimezone(zone) if taken is not None else None
        offset = offset_by_shown(self.shown.text(), local) if local is not None else None
        self.wrong.setVisible(offset is None)
        if offset is None:
            self.wrong.setText(_("Write the time as the photo shows it, like 14:05:37."))
        else:
            self._set(round(offset, 3))

    def _set(self, seconds: float) -> None:
        self.value.show_value(f"{seconds:g}")
        self.offset_wanted.emit(seconds)
