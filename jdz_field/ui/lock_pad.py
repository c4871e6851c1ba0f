"""The number pad for a PIN: keys for fingers in gloves, digits of the keyboard as well."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.people_pins import LEAST, MOST
from jdz_field.ui import icons, theme
from jdz_field.ui.widgets import button, column, set_role, text

#: Least side of a key, in pixels.
KEY = 64


class PinPad(QWidget):
    """Dots for what was typed, a line of words, and the keys.

    Signals:
        done: the digits, when the person is through.
    """

    done = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.digits = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.dots = QLabel()
        self.dots.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = text("", "secondary")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.keys: dict[str, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, name in enumerate(("1", "2", "3", "4", "5", "6", "7", "8", "9", "-", "0", "+")):
            grid.addWidget(self._key(name), place // 3, place % 3)
        self.setLayout(column(self.dots, self.words, grid))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retranslate()
        self.clear()

    def _key(self, name: str) -> QPushButton:
        key = button(name if name.isdigit() else "", self._pressed)
        key.setObjectName(name)
        # Tab goes past twelve keys: the pad itself takes the keyboard's digits.
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if name == "-":
            icons.give(key, "erase", "ink", 26)
        elif name == "+":
            key.setProperty("kind", "primary")
            icons.give(key, "check", "on_accent", 28)
        self.keys[name] = key
        return key

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.setAccessibleName(_("Number pad for the PIN"))
        for name, words in (("-", _("Erase (Backspace)")), ("+", _("Done (Enter)"))):
            self.keys[name].setAccessibleName(words)
            self.keys[name].setToolTip(words)
        side = max(KEY, theme.current().touch() + 8)
        for key in self.keys.values():
            key.setFixedSize(round(side * 1.35), side)
            # The style sheet of the program says how large letters on buttons are.
            key.setStyleSheet(f"font-size: {theme.current().text('title')}px")

    def clear(self) -> None:
        """Begin anew."""
        self.digits = ""
        self._show()

    def say(self, words: str, role: str = "secondary") -> None:
        """A line between dots and keys; ``role``: secondary, error."""
        self.words.setText(words)
        set_role(self.words, role)

    def allow(self, *, keys: bool) -> None:
        """Take keys, or not; the words stay readable."""
        for key in self.keys.values():
            key.setEnabled(keys)
        self._show()

    def press(self, name: str) -> None:
        """A digit, ``-`` to erase, ``+`` when through."""
        if not self.keys["1"].isEnabled():
            return
        if name == "-":
            self.digits = self.digits[:-1]
        elif name == "+":
            if len(self.digits) >= LEAST:
                self.done.emit(self.digits)
            return
        elif len(self.digits) < MOST:
            self.digits += name
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, Backspace and Enter; Escape belongs to who shows the pad."""
        typed = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.press("+")
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.press("-")
        elif typed.isascii() and typed.isdigit():
            self.press(typed)
        else:
            super().keyPressEvent(event)

    def _pressed(self) -> None:
        self.press(self.sender().objectName())

    def _show(self) -> None:
        typed = len(self.digits)
        # Four rings at least, so that the person sees what is wanted.
        self.dots.setText(" ".join("●" * typed + "○" * max(LEAST - typed, 0)))
        font = theme.current().font("title")
        self.dots.setFont(font)
        self.dots.setMinimumHeight(round(font.pixelSize() * 1.4))
        self.dots.setAccessibleName(_("{n} digits typed").format(n=typed))
        enough = typed >= LEAST and self.keys["1"].isEnabled()
        self.keys["+"].setEnabled(enough)
