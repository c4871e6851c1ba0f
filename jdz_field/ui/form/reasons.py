"""Why a position is used that is worse than was asked for: one touch, or one digit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _
from jdz_field.ui.flow import flow
from jdz_field.ui.form.gate import OTHER
from jdz_field.ui.widgets import button, column, line, text


class ReasonPanel(QWidget):
    """A button a reason; «other» asks for words.

    Signals:
        chosen(str, str): code of ``position_reason``, and the person's words for it.
        cancelled(): rather wait.
    """

    chosen = Signal(str, str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.why = text("", "strong")
        self.buttons: dict[str, QPushButton] = {}
        for n, code in enumerate(code_list("position_reason").codes, 1):
            made = button(f"{n}  {code.label}", self._pressed)
            made.setMinimumHeight(52)
            self.buttons[code.value] = made
        self.note = QLineEdit()
        self.note.setPlaceholderText(_("In a few words"))
        self.note.setAccessibleName(_("The reason in a few words"))
        self.note.setMaxLength(200)
        self.note.textChanged.connect(self._may)
        self.note.returnPressed.connect(self._other)
        self.take = button(_("Use it"), self._other, kind="primary", icon="check")
        self.take.setEnabled(False)
        row = line(self.note, self.take)
        row.setStretch(0, 1)
        self._words = QWidget()
        self._words.setLayout(row)
        self._words.hide()
        self.back = button(_("Rather wait"), self.cancelled.emit, kind="quiet", icon="back")
        self.setLayout(
            column(self.why, flow(*self.buttons.values()), self._words, line(self.back, None))
        )

    def say(self, words: str) -> None:
        """What is lacking."""
        self.why.setText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses; Escape goes on waiting."""
        at = event.key() - Qt.Key.Key_1
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Not for the panel below: it would ask again.
            event.accept()
        elif 0 <= at < len(self.buttons) and not self.note.hasFocus():
            self._choose(list(self.buttons)[at])
        else:
            super().keyPressEvent(event)

    def _pressed(self) -> None:
        pressed = self.sender()
        self._choose(next(code for code, made in self.buttons.items() if made is pressed))

    def _choose(self, code: str) -> None:
        if code == OTHER:
            self._words.show()
            self.note.setFocus()
        else:
            self.chosen.emit(code, "")

    def _may(self) -> None:
        self.take.setEnabled(bool(self.note.text().strip()))

    def _other(self) -> None:
        words = self.note.text().strip()
        if words:
            self.chosen.emit(OTHER, words)
