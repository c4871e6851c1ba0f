"""One's own PIN: the present one first, then the new one twice."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.operations.people import Entered, moment_left
from jdz_field.operations.people_file import Person
from jdz_field.operations.people_pins import require_good
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.lock_pad import PinPad
from jdz_field.ui.page import Page
from jdz_field.ui.widgets import Scroll, column, text


class PinPage(Page):
    """Sets, changes or (``drop``) takes away the PIN of the person who works.

    Attributes:
        step: ``present``, ``new`` or ``again``.
    """

    def __init__(
        self, app: AppContext, person: Person, *, drop: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self._person, self._drop = person, drop
        self.step = "present" if person.pin is not None else "new"
        self._new = ""
        self.head, self.hint = text("", "heading"), text("", "secondary")
        for label in (self.head, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.pad = PinPad()
        self.pad.done.connect(self._done)
        scroll = Scroll(gap=12)
        scroll.body.addWidget(self.head)
        scroll.body.addWidget(self.hint)
        scroll.body.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))
        self.retranslate()

    def title(self) -> str:
        """The heading."""
        return _("Your PIN")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.pad.retranslate()
        self.head.setText(
            {
                "present": _("The PIN you have now"),
                "new": _("A new PIN"),
                "again": _("The new PIN once more"),
            }[self.step]
        )
        self.hint.setText(
            _("4 to 12 digits. Do not take one that opens something else, your bank card say.")
            if self.step == "new"
            else ""
        )
        self.hint.setVisible(bool(self.hint.text()))

    def showEvent(self, event: QShowEvent) -> None:
        """Digits of the keyboard go to the pad, once the sheet has given the focus away."""
        super().showEvent(event)
        QTimer.singleShot(0, self.pad, self.pad.setFocus)

    def _to(self, step: str, words: str = "", role: str = "secondary") -> None:
        self.step = step
        self.pad.clear()
        self.pad.allow(keys=True)
        self.pad.say(words, role)
        self.retranslate()

    def _done(self, digits: str) -> None:
        if self.step == "present":
            self._prove(digits)
        elif self.step == "new":
            try:
                require_good(digits)
            except BadInput as error:
                self._to("new", str(error), "error")
                return
            self._new = digits
            self._to("again")
        elif digits != self._new:
            self._to("new", _("The two are not the same; type them again."), "error")
        else:
            self._set(digits)

    def _prove(self, digits: str) -> None:
        self.pad.allow(keys=False)
        self.pad.say(_("Checking …"))
        people, who = self.app.people, self._person.id
        self.app.jobs.without_store(
            lambda: people.enter(who, digits), self, self._proven, self._failed
        )

    def _proven(self, found: Entered) -> None:
        if found.right:
            if self._drop:
                self._set("")
            else:
                self._to("new")
        elif found.wait:
            words = _("Too many wrong PINs. Again in {time}.")
            self._to("present", words.format(time=moment_left(found.wait)), "error")
        else:
            self._to("present", _("That is not the PIN."), "error")

    def _set(self, digits: str) -> None:
        self.pad.allow(keys=False)
        people, who = self.app.people, self._person.id
        self.app.jobs.without_store(
            lambda: people.set_pin(who, digits), self, self._is_set, self._failed
        )

    def _is_set(self, person: Person) -> None:
        self.app.know(person)
        self.app.back()
        self.app.toast(_("The PIN is set.") if person.pin else _("The PIN is taken away."))

    def _failed(self, error: Exception) -> None:
        self._to(self.step, sentence(error), "error")
