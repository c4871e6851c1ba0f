"""The strip on top: project, where positions come from, what is unsent, when it was saved."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui import icons
from jdz_field.ui.numbers import clock
from jdz_field.ui.receiver import Receiver
from jdz_field.ui.receiver_words import words_of
from jdz_field.ui.widgets import Elided, button, line, set_role, text

#: Letters of a person's name that the strip shows.
LONGEST_NAME = 8
#: Pixels kept for margins, gaps and the beginning of the project's name.
_LEAST_NAME = 130
_GAP = 8


class Strip(QFrame):
    """What must always be seen.

    Signals:
        unsent_tapped: the person wants to see what is unsent.
        receiver_tapped: … how the receiver does.
        person_tapped: … to change the person, or to lock.
    """

    unsent_tapped = Signal()
    receiver_tapped = Signal()
    person_tapped = Signal()

    def __init__(self, name: str, receiver: Receiver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self._unsent = 0
        self._saved: datetime | None = None
        self._has_person = False
        self._receiver = receiver
        self._drawn = ("", "")
        self.name = Elided(name, "strong")
        self.person = button("", self.person_tapped.emit, kind="quiet", icon="user")
        self.fix = button("", self.receiver_tapped.emit, kind="quiet", icon="no-signal")
        receiver.shown.connect(self.show_receiver)
        self.unsent = button("", self.unsent_tapped.emit, kind="quiet")
        self.saved_icon = QLabel()
        icons.give(self.saved_icon, "done", "ok", 20)
        self.saved = text("", "secondary", wrap=False)
        self.person.hide()
        row = line(self.name, self.person, self.fix, 8, self.unsent, 8, self.saved_icon, self.saved)
        row.setContentsMargins(16, 4, 16, 4)
        row.setStretch(0, 1)
        self.setLayout(row)
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.show_receiver()
        self.show_unsent(self._unsent)
        if self._saved is None:
            self.saved.setText(_("Everything is saved"))
        else:
            self.saved.setText(_("Saved {time}").format(time=clock(self._saved)))
        self.saved_icon.setToolTip(self.saved.text())
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What matters most is whole in a narrow window too."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Say the saving by its icon alone, and the person, where words have no room."""
        others = (self.name, self.saved, self.person)
        parts = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        needed = sum(
            part.sizeHint().width() + _GAP
            for part in parts
            if part not in others and not part.isHidden()
        )
        room = self.width() - needed - _LEAST_NAME
        person = self.person.sizeHint().width() if self._has_person else 0
        self.saved.setVisible(room - person >= self.saved.sizeHint().width())
        self.person.setVisible(self._has_person and room >= person)

    def show_receiver(self) -> None:
        """How the receiver does now."""
        words = words_of(self._receiver)
        if self.fix.text() != words.short:
            self.fix.setText(words.short)
            self.fit()
        if self.fix.toolTip() != words.long:
            self.fix.setToolTip(words.long)
        if self._drawn != (words.icon, words.ink):
            self._drawn = words.icon, words.ink
            icons.give(self.fix, words.icon, words.ink, 20)

    def show_unsent(self, count: int) -> None:
        """How many changes wait to be sent."""
        self._unsent = count
        words = _("Unsent {n}").format(n=f"{count:,}") if count else _("Nothing unsent")
        self.unsent.setText(words)
        self.unsent.setToolTip(_("To the sync page (Ctrl+5)"))

    def show_person(self, name: str) -> None:
        """Who works now; nobody takes the button away."""
        fitting = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
        self.person.setText(fitting)
        self.person.setToolTip(
            _("{name} works now. Another person, PIN, lock (Ctrl+L)").format(name=name)
        )
        self._has_person = bool(name)
        self.fit()

    def show_saved(self, moment: datetime) -> None:
        """When something was last written."""
        self._saved = moment
        self.retranslate()


class SampleBand(QFrame):
    """The quiet band that says: this is invented."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "band")
        self.words = text("", "caption", wrap=False)
        row = line(None, self.words, None)
        row.setContentsMargins(8, 3, 8, 3)
        self.setLayout(row)
        set_role(self.words, "")
        self.retranslate()

    def retranslate(self) -> None:
        """Its words in the language in force."""
        self.words.setText(_("Invented sample data: no such places, people or telephones"))
