"""The camera's clock: how far it is behind, by hand, by a photo of a clock, or as proposed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.photos.clock import PLACE, Proposal, offset_from_clock
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.photos.plan import Pile, Shot
from jdz_field.ui.widgets import button, column, line, text, touch


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
        now = pile.timing.clock_offset
        best = pile.clocks[0] if pile.clocks else None
        self.use.setVisible(best is not None and abs(best.offset - now) >= 1)
        if best is not None:
            self._suggested = round(best.offset)
            self.use.setText(_told(best))

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
        if self._shot is None:
            return
        try:
            zone = self._pile.timing.zone
            offset = offset_from_clock(self._shot.info, self.shown.text(), zone)
        except (BadInput, BadUsage) as error:
            self.wrong.setText(str(error))
            self.wrong.show()
        else:
            self.wrong.hide()
            self._set(round(offset, 3))

    def _set(self, seconds: float) -> None:
        self.value.show_value(f"{seconds:g}")
        self.offset_wanted.emit(seconds)


def _told(one: Proposal) -> str:
    words = (
        _("By {n} of {of} photos on the track: {offset} s")
        if one.source == PLACE
        else _("By the receiver in {n} of {of} photos: {offset} s")
    )
    return words.format(n=one.photos, of=one.known, offset=round(one.offset))
