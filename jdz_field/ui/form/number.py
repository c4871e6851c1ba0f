"""Numbers: large figures, and a pad of keys for gloves."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QInputDevice, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import half_width
from jdz_field.ui.form.text import LineEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import tool

_KEYS = (("7", "8", "9", "⌫"), ("4", "5", "6", "±"), ("1", "2", "3", "."), ("0", "OK"))
#: Signs that stand for a minus, and blanks that stand between thousands.
_MINUS = re.compile("^[−–—﹣负]")
_BLANKS = re.compile("[\\s\u2009\u202f']+(?=\\d{3})")
_THOUSANDS = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d*)?$")
_COMMA = re.compile(r"^(-?\d*),(\d+)$")
_POWER = re.compile(r"^-?(\d+\.?\d*|\.\d+)[eE][+-]?\d{1,2}$")
_NUMBER = re.compile(r"^-?(\d+\.?\d*|\.\d+)$")


def read_number(typed: str, *, whole: bool = False) -> str:
    """A number as people type it, as XForms writes it; what is none is given back as typed.

    ``１２．５``, ``12,5`` and ``12。5`` are 12.5; ``1,234`` and ``1 234`` are 1234 (commas before
    three digits part thousands, as in China); ``1.5e3`` is 1500; ``+5``, ``.5`` and ``5.`` lose
    or get what is missing. ``whole``: a fraction of zeros is dropped.
    """
    text = _BLANKS.sub("", _MINUS.sub("-", half_width(typed)).removeprefix("+"))
    if _THOUSANDS.match(text):
        text = text.replace(",", "")
    elif _COMMA.match(text):
        text = text.replace(",", ".")
    if _POWER.match(text):
        text = f"{Decimal(text):f}"
    if not _NUMBER.match(text):
        return half_width(typed)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    digits = f"0{digits}" if digits.startswith(".") else digits.removesuffix(".")
    if whole and re.fullmatch(r"\d+\.0+", digits):
        digits = digits.partition(".")[0]
    return sign + digits


def grouped(number: str) -> str:
    """``12345.678`` as ``12,345.678``; what is no number as it is."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", number):
        return number
    try:
        whole, dot, rest = number.partition(".")
        return f"{Decimal(whole):,f}{dot}{rest}"
    except InvalidOperation:
        return number


def by_touch(event: QEvent) -> bool:
    """Whether a finger was put down: lines are not told of touches but as of a mouse."""
    if event.type() == QEvent.Type.TouchBegin:
        return True
    return (
        isinstance(event, QMouseEvent)
        and event.type() == QEvent.Type.MouseButtonPress
        and event.pointingDevice().type() == QInputDevice.DeviceType.TouchScreen
    )


class NumberEditor(LineEditor):
    """A number: large figures, a pad of keys beside it, full-width digits understood.

    What is no number is kept and shown; the session says what is wrong with it. ``string``: a
    text made of digits (telephone, identity card) keeps its zeros and signs. ``thousands``: in
    groups of three while nobody types.
    """

    def __init__(
        self,
        *,
        whole: bool,
        string: bool = False,
        thousands: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole, self._string, self._thousands = whole, string, thousands
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
        if by_touch(event) and not self.line.isReadOnly():
            self._toggle.setChecked(True)
        elif event.type() == QEvent.Type.FocusIn and self._thousands:
            self._show_figure(focused=True)
        return super().eventFilter(watched, event)

    def show_value(self, value: str) -> None:
        """A calculated ``5200.0`` reads ``5200``."""
        self._sent = value
        # What is typed and means the same stays as it is typed.
        if not self.typing() and not (self.line.hasFocus() and self.text() == value):
            self._show_figure(focused=self.line.hasFocus())

    def _show_figure(self, *, focused: bool) -> None:
        shown = self._sent if self._string else self._sent.removesuffix(".0")
        if self._thousands and not focused:
            shown = grouped(shown)
        if self.line.text() != shown and not self.typing():
            self.line.setText(shown)

    def text(self) -> str:
        """The number with half-width digits; as it was given when it only looks otherwise."""
        typed = self.line.text()
        if self._string:
            return half_width(typed.replace(",", "") if self._thousands else typed)
        read = read_number(typed, whole=self._whole)
        return self._sent if self._sent == f"{read}.0" else read

    def leave(self) -> None:
        """Answer, then show the number as it was understood."""
        super().leave()
        self._show_figure(focused=self.line.hasFocus())

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
