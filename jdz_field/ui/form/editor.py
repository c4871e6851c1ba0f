"""What every answer widget has in common."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from jdz_field.xforms.view import Choice

#: What Chinese input methods put where a number wants its half-width twin.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．。，－＋：", "0123456789..,-+:")


def half_width(text: str) -> str:
    """Digits and signs typed with a Chinese input method, as a number wants them."""
    return text.translate(_HALF_WIDTH).strip()


class Editor(QWidget):
    """Shows one answer and takes a new one; knows nothing of the session.

    Signals:
        answered(str): the new answer in XForms lexical form; empty clears it.
        settled(): the person has left the field or made a whole choice: errors may be shown now.
        advance(): this question is done with, the next one may be shown (``quick``).
    """

    answered = Signal(str)
    settled = Signal()
    #: Whether the label's picture is part of the editor, so that it is not shown above it too.
    shows_picture = False
    advance = Signal()

    def show_value(self, value: str) -> None:
        """Show ``value`` without answering; a focused field being typed in is left alone."""
        raise NotImplementedError

    def set_readonly(self, readonly: bool) -> None:
        """Refuse new answers, still legible."""
        self.setEnabled(not readonly)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """The choices on offer now; only selects have any."""

    def mark_invalid(self, invalid: bool) -> None:
        """Show on the field itself that its answer is wrong."""

    def short_width(self) -> int:
        """Width in pixels that is enough for the whole answer on one line; 0: takes a line."""
        return 0

    def take_focus(self) -> None:
        """Put the keyboard where the answer is typed."""
        (self.focusProxy() or self).setFocus()
