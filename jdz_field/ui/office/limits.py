"""How many wrong tries are free, how long one waits after more, how long a desk stays signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.widgets import button, column, line, text

Told = Mapping[str, Any]
#: Least and most, as the centre has them: it refuses what is none.
_SPAN = (1, 10_000)
_SPANS = {"desk_days": (2, 365)}
_NAMES = ("code", "login", "address", "name", "token", "window", "first", "longest", "desk_days")
_WIDTH = 104


@dataclass(frozen=True, slots=True)
class _Field:
    words: QLabel
    edit: QLineEdit
    unit: QLabel


class LimitsView(QWidget):
    """Nine numbers, and what each is for.

    Signals:
        saved(object): the numbers that are others than before, by name.
    """

    saved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._put: dict[str, int] = {}
        self.title, self.hint = text("", "heading"), text("", "secondary")
        self.fields = {name: _field(name) for name in _NAMES}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for row, field in enumerate(self.fields.values()):
            grid.addWidget(field.words, row, 0)
            grid.addWidget(field.edit, row, 1)
            grid.addWidget(field.unit, row, 2)
            field.edit.textEdited.connect(self._edited)
            field.edit.returnPressed.connect(self._save)
        self.fault = text("", "error")
        self.fault.hide()
        self.save = button("", self._save, kind="primary", icon="check")
        self.back = button("", self._back)
        foot = line(self.save, self.back, None)
        self.setLayout(column(self.title, self.hint, grid, self.fault, foot))
        self._edited()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.title.setText(_("Limits"))
        self.hint.setText(_("A change holds at once for everybody and stands in the audit log."))
        for name, words in _words().items():
            field = self.fields[name]
            field.words.setText(words)
            field.edit.setAccessibleName(words)
            field.unit.setText(_unit(name))
        self.save.setText(_("Save the limits"))
        self.back.setText(_("Take it back"))

    def put(self, limits: Told) -> None:
        """Show the limits in force; what is being typed stays until they are others."""
        told = {name: int(limits[name]) for name in _NAMES if name in limits}
        if told == self._put:
            return
        self._put = told
        self._back()

    def refuse(self, sentence: str) -> None:
        """Say what was refused; what was typed stays."""
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))

    def changes(self) -> dict[str, int]:
        """The numbers that are others than those in force."""
        given = {n: f.edit.text() for n, f in self.fields.items() if n in self._put}
        return {n: int(t or 0) for n, t in given.items() if int(t or 0) != self._put[n]}

    def _edited(self, _words: str = "") -> None:
        for one in (self.save, self.back):
            one.setEnabled(bool(self.changes()))

    def _save(self) -> None:
        changes = self.changes()
        wrong = next((name for name, n in changes.items() if not _fits(name, n)), "")
        if wrong:
            least, most = _SPANS.get(wrong, _SPAN)
            words = _("{what}: a number from {least} to {most}.")
            self.refuse(words.format(what=_words()[wrong], least=least, most=most))
            self.fields[wrong].edit.setFocus()
        elif changes:
            self.refuse("")
            self.saved.emit(changes)

    def _back(self) -> None:
        for name, number in self._put.items():
            self.fields[name].edit.setText(str(number))
        self.refuse("")
        self._edited()


def _field(name: str) -> _Field:
    edit = QLineEdit()
    edit.setValidator(QIntValidator(0, _SPANS.get(name, _SPAN)[1], edit))
    edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
    edit.setAlignment(Qt.AlignmentFlag.AlignRight)
    edit.setFixedWidth(_WIDTH)
    return _Field(text(""), edit, text("", "secondary", wrap=False))


def _fits(name: str, number: int) -> bool:
    least, most = _SPANS.get(name, _SPAN)
    return least <= number <= most


def _words() -> dict[str, str]:
    return {
        "code": _("Wrong enrolment codes allowed from one address"),
        "login": _("Wrong passwords allowed for one person from one address"),
        "address": _("Wrong passwords allowed from one address, whoever's"),
        "name": _("Wrong passwords allowed for one person, from wherever"),
        "token": _("Requests allowed to unknown devices of one address"),
        "window": _("A wrong try counts for"),
        "first": _("The first wait; each further wrong try doubles it"),
        "longest": _("The longest wait"),
        "desk_days": _("A desk of the office stays signed in while nobody works at it"),
    }


def _unit(name: str) -> str:
    if name == "desk_days":
        return _("days")
    return _("minutes") if name in ("window", "first", "longest") else _("tries")
