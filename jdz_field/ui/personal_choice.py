"""What becomes of names and telephones in an export: keep, leave out, or encrypt the file.

Place it above the button that exports::

    choice = PersonalChoice()
    choice.about(carried(sites))      # hides itself where there is nothing personal
    privacy = choice.privacy()        # None: not chosen yet, and the widget says so
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.backups import LEAST
from jdz_field.operations.personal import KEEP, Carried, Privacy
from jdz_field.ui.flow import flow
from jdz_field.ui.widgets import boxed, button, column, set_role, text

WAYS = ("keep", "leave-out", "encrypt")


class PersonalChoice(QWidget):
    """Three chips, the sentence of the one chosen, and a passphrase where one is needed.

    Signals:
        changed: another choice, or another passphrase.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way = ""
        self._carried = Carried(0, ())
        self.head = text("", "section")
        self.what = text("", "secondary")
        self.chips = {name: button("", self._clicked, kind="chip") for name in WAYS}
        group = QButtonGroup(self)
        for name, chip in self.chips.items():
            chip.setCheckable(True)
            chip.setObjectName(name)
            group.addButton(chip)
        self.row = flow(*self.chips.values())
        self.words = text("")
        self.note = boxed(column(self.words, margins=12), "note")
        self.first, self.second = QLineEdit(), QLineEdit()
        for edit in (self.first, self.second):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.textEdited.connect(self._typed)
        self.closing = QWidget()
        self.closing.setLayout(column(self.first, self.second))
        self.wrong = text("", "error")
        self.wrong.hide()
        self.setLayout(
            column(
                self.head,
                self.what,
                self.row,
                self.note,
                self.closing,
                self.wrong,
            )
        )
        self.retranslate()
        self.about(self._carried)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.head.setText(_("Names and telephones"))
        chips = (_("Keep them"), _("Leave them out"), _("Encrypt the file"))
        for chip, words in zip(self.chips.values(), chips, strict=True):
            chip.setText(words)
        self.first.setPlaceholderText(_("Passphrase"))
        self.second.setPlaceholderText(_("Once more"))
        for edit in (self.first, self.second):
            edit.setAccessibleName(edit.placeholderText())
        self.what.setText(self._carried.sentence())
        self._show()

    def about(self, carried: Carried) -> None:
        """What the export would carry; without anything personal there is nothing to choose."""
        self._carried = carried
        self.what.setText(carried.sentence())
        self.setVisible(bool(carried.fields))
        self._show()

    def choose(self, way: str) -> None:
        """Choose ``keep``, ``leave-out`` or ``encrypt``."""
        self.way = way
        self.chips[way].setChecked(True)
        self.wrong.hide()
        self._show()
        if way == "encrypt":
            self.first.setFocus()
        self.changed.emit()

    def privacy(self) -> Privacy | None:
        """What was chosen; ``None`` says in the widget what is missing."""
        if not self._carried.fields:
            return KEEP
        fault = self._fault()
        self.wrong.setText(fault)
        self.wrong.setVisible(bool(fault))
        if fault:
            (self.first if self.way else self.chips["keep"]).setFocus()
            return None
        if self.way == "encrypt":
            return Privacy(passphrase=self.first.text())
        return Privacy(leave_out=self.way == "leave-out")

    def forget(self) -> None:
        """Take the passphrase out of the widget, once the file is written."""
        self.first.clear()
        self.second.clear()

    def _fault(self) -> str:
        if not self.way:
            return _("Choose what becomes of names and telephones.")
        if self.way != "encrypt":
            return ""
        if len(self.first.text()) < LEAST:
            return _("A passphrase needs at least {n} characters; take several words.").format(
                n=LEAST
            )
        if self.first.text() != self.second.text():
            return _("The two are not the same; type them again.")
        return ""

    def _clicked(self) -> None:
        self.choose(self.sender().objectName())

    def _typed(self) -> None:
        self.wrong.hide()
        self.changed.emit()

    def _show(self) -> None:
        words = {
            "": "",
            "keep": _(
                "Whoever gets the file reads them. Right for the ledger that goes back into this"
                " program or to the office."
            ),
            "leave-out": _(
                "Right for maps and tables that go to others. Do not import it as a ledger again:"
                " the empty cells are no news about anybody."
            ),
            "encrypt": _(
                "The whole file opens with the passphrase alone (age format, «.age»). Tell it by"
                " telephone, not in the same message; a forgotten one opens nothing."
            ),
        }[self.way]
        self.words.setText(words)
        self.note.setVisible(bool(words))
        self.closing.setVisible(self.way == "encrypt")
        for name, chip in self.chips.items():
            set_role(chip, "on" if name == self.way else "off", "state")
