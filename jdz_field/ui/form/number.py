"""Numbers: large figures, and a pad of keys for gloves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import half_width
from jdz_field.ui.form.text import LineEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import tool

_KEYS = (("7", "8", "9", "⌫"), ("4", "5", "6", "±"), ("1", "2", "3", "."), ("0", "OK"))


class NumberEditor(LineEditor):
    """A number: large figures, a pad of keys beside it, full-width digits understood.

    What is no number is kept and shown; the session says what is wrong with it.
    """

    def __init__(self, *, whole: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = whole
        hint = Qt.InputMethodHint
        self.line.setInputMethodHints(hint.ImhDigitsOnly if whole else hint.ImhFormattedNumbersOnly)
        self.line.setProperty("role", "number")
        self.line.setMaximumWidth(round(320 * current().scale))
        self.line.installEventFilter(self)
        self._toggle = tool("keypad", _("Number pad"), kind="")
        self._toggle.setCheckable(True)
        self._toggle.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._toggle.toggled.connect(self._show_pad)
        self.row.addWidget(self._toggle)
        self.row.addStretch(1)
        self._pad: NumberPad | None = None

    def set_readonly(self, readonly: bool) -> None:
        """A number that cannot be changed needs no pad."""
        super().set_readonly(readonly)
        self._toggle.setVisible(not readonly)
        if readonly:
            self._toggle.setChecked(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A finger on the field opens the pad; a keyboard does not need it."""
        if event.type() == QEvent.Type.TouchBegin and not self.line.isReadOnly():
            self._toggle.setChecked(True)
        return super().eventFilter(watched, event)

    def show_value(self, value: str) -> None:
        """A calculated ``5200.0`` reads ``5200``."""
        super().show_value(value)
        if not self.typing() and value.endswith(".0"):
            self.line.setText(value.removesuffix(".0"))

    def text(self) -> str:
        """The number with half-width digits; as it was given when it only looks otherwise."""
        typed = half_width(self.line.text())
        return self._sent if self._sent == f"{typed}.0" else typed

    def leave(self) -> None:
        """Show the number as it was understood, then answer."""
        if self.line.text() != self.text():
            self.line.setText(self.text())
        super().leave()

    def _show_pad(self, shown: bool) -> None:
        if shown and self._pad is None:
            self._pad = NumberPad(self.line, whole=self._whole)
            self._pad.closed.connect(self._pad_done)
            self.column.addWidget(self._pad)
        if self._pad is not None:
            self._pad.setVisible(shown)
        if shown:
            self.line.setFocus()

    def _pad_done(self) -> None:
        self._toggle.setChecked(False)
        self.leave()


class NumberPad(QWidget):
    """Large keys that type into a line, and one that ends the typing."""

    closed = Signal()

    def __init__(self, line: QLineEdit, *, whole: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self.setMaximumWidth(round(376 * current().scale))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for row, keys in enumerate(_KEYS):
            for column, key in enumerate(keys):
                if not (whole and key == "."):
                    wide = 2 if row == len(_KEYS) - 1 else 1
                    grid.addWidget(self._key(key), row, column * wide, 1, wide)

    def _key(self, key: str) -> QPushButton:
        button = QPushButton(_("Done") if key == "OK" else key)
        if key == "OK":
            button.setProperty("kind", "primary")
        button.setObjectName(key)
        button.setMinimumSize(72, current().touch() + 8)
        # The line keeps the focus, and with it the cursor.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(self._pressed)
        return button

    def _pressed(self) -> None:
        key = self.sender().objectName()
        if key == "OK":
            self.closed.emit()
            return
        if key == "⌫":
            self._line.backspace()
        elif key == "±":
            self._negate()
        else:
            self._line.insert(key)
        self._line.textEdited.emit(self._line.text())

    def _negate(self) -> None:
        text = self._line.text()
        self._line.setText(text[1:] if text.startswith("-") else f"-{text}")
