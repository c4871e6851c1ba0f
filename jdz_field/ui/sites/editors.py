"""Editors of one field, in place: text, number, date, code, several codes, yes or no."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from jdz_field.core.catalogue import Code, Field
from jdz_field.core.changes import Value
from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import _
from jdz_field.ui.flow import Flow
from jdz_field.ui.widgets import button, by_finger, column, line, set_role, text

#: Up to so many codes stand side by side as chips; more are a list.
CHIPS = 8


class Editor(QWidget):
    """One field's editor.

    Signals:
        accepted: the person wants this value saved (Enter).
    """

    accepted = Signal()

    def value(self) -> Value:
        """What stands in the editor; ``None`` for nothing."""
        return None

    def set_value(self, value: Value) -> None:
        """Put a value in."""

    def start(self) -> None:
        """Take the focus."""
        self.setFocus()


class TextEditor(Editor):
    """Words, numbers and dates as text; the operation says what is wrong with them."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._type = field.type
        self.edit = QLineEdit()
        self.edit.setAccessibleName(field.label)
        self.edit.returnPressed.connect(self.accepted)
        if field.type in ("integer", "decimal"):
            self.edit.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        if field.type == "date":
            self.edit.setPlaceholderText("2026-11-22")
        row = line(self.edit)
        if field.unit:
            row.addWidget(text(field.unit_label, "secondary", wrap=False))
        if field.type == "date":
            row.addWidget(button(_("Today"), self._today))
        self.setLayout(row)
        self.setFocusProxy(self.edit)

    def value(self) -> Value:
        """Text; a number when the field is one and the text reads as one."""
        words = self.edit.text().strip()
        if not words:
            return None
        return _number(words, self._type) if self._type in ("integer", "decimal") else words

    def _today(self) -> None:
        self.edit.setText(utc_now().astimezone(BEIJING).date().isoformat())
        self.edit.setFocus()

    def set_value(self, value: Value) -> None:
        """Put a value in, chosen whole, so that typing replaces it."""
        self.edit.setText("" if value is None else f"{value:g}" if _is_float(value) else str(value))
        self.edit.selectAll()


class ChipsEditor(Editor):
    """A short code list as chips; one or several can be on."""

    def __init__(self, field: Field, *, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._several = several
        self.chips: dict[str, QPushButton] = {}
        flow = Flow(self)
        for value, words in _choices(field):
            chip = button(words, self._clicked, kind="chip")
            chip.setCheckable(True)
            self.chips[value] = chip
            flow.addWidget(chip)

    def value(self) -> Value:
        """The code, codes with spaces between, or ``None``."""
        on = [value for value, chip in self.chips.items() if chip.isChecked()]
        if self._several:
            return " ".join(on) or None
        return _truth(on[0]) if on else None

    def set_value(self, value: Value) -> None:
        """Put a value in."""
        plain = {True: "true", False: "false", None: ""}.get(value, str(value))
        wanted = set(plain.split()) if self._several else {plain}
        for code, chip in self.chips.items():
            chip.setChecked(code in wanted)

    def start(self) -> None:
        """The first chip takes the focus."""
        next(iter(self.chips.values())).setFocus()

    def _clicked(self) -> None:
        clicked = self.sender()
        if not self._several and isinstance(clicked, QPushButton) and clicked.isChecked():
            for chip in self.chips.values():
                chip.setChecked(chip is clicked)


class ListEditor(Editor):
    """A longer code list as a drop-down."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = QComboBox()
        self.combo.setAccessibleName(field.label)
        self.combo.addItem("—", None)
        for code in _codes(field):
            self.combo.addItem(code.label, code.value)
        by_finger(self.combo.view())
        self.setLayout(column(self.combo))
        self.setFocusProxy(self.combo)

    def value(self) -> Value:
        """The code."""
        return self.combo.currentData()

    def set_value(self, value: Value) -> None:
        """Put a value in."""
        self.combo.setCurrentIndex(max(0, self.combo.findData(value)))


def editor_for(field: Field) -> Editor:
    """The editor that fits a field."""
    if field.type == "boolean":
        return ChipsEditor(field, several=False)
    if field.type == "codes":
        return ChipsEditor(field, several=True)
    if field.type == "code":
        short = len(_codes(field)) <= CHIPS
        return ChipsEditor(field, several=False) if short else ListEditor(field)
    return TextEditor(field)


class EditBox(QWidget):
    """A field being edited: label, editor, what is wrong, save and cancel.

    Signals:
        save: name of the field and its value.
        cancelled: leave it as it was.
    """

    save = Signal(str, object)
    cancelled = Signal()

    def __init__(self, field: Field, value: Value, note: str = "") -> None:
        super().__init__()
        self.field = field
        self.editor = editor_for(field)
        self.editor.set_value(value)
        self.editor.accepted.connect(self._save)
        self.wrong = text("", "error")
        self.wrong.hide()
        keep = button(_("Save"), self._save, icon="check")
        keep.setToolTip("Enter")
        leave = button(_("Cancel"), self.cancelled.emit, kind="quiet")
        leave.setToolTip("Esc")
        parts: list[QWidget | None] = [text(field.label, "section"), self.editor, self.wrong]
        if note:
            parts.append(text(note, "caption"))
        box = column(*parts, line(None, leave, keep), gap=8)
        box.setContentsMargins(12, 12, 12, 8)
        self.setLayout(box)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "ground")

    def say_wrong(self, sentence: str) -> None:
        """What is wrong with the value."""
        self.wrong.setText(sentence)
        self.wrong.show()
        if isinstance(self.editor, TextEditor):
            set_role(self.editor.edit, "true", "invalid")
        self.editor.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the field as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _save(self) -> None:
        self.save.emit(self.field.name, self.editor.value())


def _codes(field: Field) -> tuple[Code, ...]:
    codes = field.code_list()
    return codes.codes if codes else ()


def _choices(field: Field) -> list[tuple[str, str]]:
    if field.type == "boolean":
        return [("true", _("Yes")), ("false", _("No"))]
    return [(code.value, code.label) for code in _codes(field)]


def _truth(value: str) -> Value:
    return {"true": True, "false": False}.get(value, value)


def _is_float(value: Value) -> bool:
    return isinstance(value, float)


def _number(words: str, kind: str) -> Value:
    try:
        number = float(words.replace(",", ""))
    except ValueError:
        return words
    return int(number) if kind == "integer" and number.is_integer() else number
