"""Typed answers: one line, or several."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QInputMethodEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import set_role, text, tool

#: Typing is answered this long after the last key: rules run once a word, not once a letter.
_PAUSE_MS = 250
_LINES_AT_LEAST, _LINES_AT_MOST = 3, 12


class Composing(QObject):
    """Keeps what an input method is still composing when the field is left.

    An answer is taken when composing ends. On a change of focus most input methods commit by
    themselves; what one leaves behind is committed here, so that no word is lost.
    """

    #: Qt asks the filter once more while the field is taken down, when nothing else is left of it.
    _field: QWidget | None = None

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field, self._composed = field, ""
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember what is composed; commit it before the field loses the focus."""
        if self._field is None or watched is not self._field:
            return False
        if isinstance(event, QInputMethodEvent):
            self._composed = event.preeditString()
        elif event.type() == QEvent.Type.FocusOut and self._composed:
            left, self._composed = self._composed, ""
            commit = QInputMethodEvent()
            commit.setCommitString(left)
            QApplication.sendEvent(self._field, commit)
        return False


class TypingEditor(Editor):
    """A typed answer: answers after a pause; errors wait until the field is left.

    "1" on the way to "15" is not scolded, nor half a word on the way to a pattern.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._answer)
        self._sent = ""

    def text(self) -> str:
        """The answer as it is typed now."""
        raise NotImplementedError

    def flush(self) -> None:
        """Answer what is typed now, without waiting for the pause."""
        if self._pause.isActive():
            self._pause.stop()
            self._answer()

    def typing(self) -> bool:
        """Whether the person has typed and not paused yet."""
        return self._pause.isActive()

    def leave(self) -> None:
        """The field is left: answer and let errors show."""
        self._pause.stop()
        self._answer()
        self.settled.emit()

    def _typed(self) -> None:
        self._pause.start()

    def _answer(self) -> None:
        text = self.text()
        if text != self._sent:
            self._sent = text
            self.answered.emit(text)


class LineEditor(TypingEditor):
    """One line of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        Composing(self.line)
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self.leave)
        self.setFocusProxy(self.line)
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.row.addWidget(self.line, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.column.addLayout(self.row)

    def show_value(self, value: str) -> None:
        """Show the value, unless the person is typing another one just now."""
        self._sent = value
        if not self.typing() and self.line.text() != value:
            self.line.setText(value)

    def set_readonly(self, readonly: bool) -> None:
        """Legible and copyable, but not to be changed."""
        self.line.setReadOnly(readonly)

    def mark_invalid(self, invalid: bool) -> None:
        """A red border."""
        set_role(self.line, "true" if invalid else "false", "invalid")

    def text(self) -> str:
        """The line."""
        return self.line.text()

    def remark(self, words: str) -> None:
        """A line below the field that says what is special here."""
        self.column.addWidget(text(words, "caption"))


class MaskedEditor(LineEditor):
    """Dots instead of letters, against eyes that look on; a key shows them for a while."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = tool("eye", _("Show what is typed"), kind="")
        self.eye.setCheckable(True)
        self.eye.toggled.connect(self._show_letters)
        self.row.addWidget(self.eye)

    def _show_letters(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.line.setEchoMode(mode.Normal if shown else mode.Password)

    def leave(self) -> None:
        """What was shown is hidden again."""
        self.eye.setChecked(False)
        super().leave()


class _GrowingText(QPlainTextEdit):
    """As tall as its text, within reason; Tab leaves it."""

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setTabChangesFocus(True)
        self.setSizeAdjustPolicy(QPlainTextEdit.SizeAdjustPolicy.AdjustIgnored)
        self.textChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text."""
        most = max(self._rows, _LINES_AT_MOST)
        lines = max(self._rows, min(self._lines(), most))
        room = 2 * (self.frameWidth() + int(self.document().documentMargin())) + 18
        self.setFixedHeight(max(current().touch(), lines * self.fontMetrics().lineSpacing() + room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps otherwise."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def _lines(self) -> int:
        # QPlainTextDocumentLayout gives its height in lines.
        return int(self.document().size().height())


class MultilineEditor(TypingEditor):
    """Several lines of text; grows with it, never lower than ``rows``."""

    def __init__(self, rows: int = _LINES_AT_LEAST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = _GrowingText(max(1, min(rows, 40)))
        self.area.textChanged.connect(self._changed)
        self.area.installEventFilter(self)
        # The filter installed last comes first: words are committed, then the area is left.
        Composing(self.area)
        self.setFocusProxy(self.area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)
        self._showing = False

    def show_value(self, value: str) -> None:
        """Show the value, unless the person is typing another one just now."""
        self._sent = value
        if not self.typing() and self.text() != value:
            self._showing = True
            self.area.setPlainText(value)
            self._showing = False

    def set_readonly(self, readonly: bool) -> None:
        """Legible and copyable, but not to be changed."""
        self.area.setReadOnly(readonly)

    def mark_invalid(self, invalid: bool) -> None:
        """A red border."""
        set_role(self.area, "true" if invalid else "false", "invalid")

    def text(self) -> str:
        """The whole text."""
        return self.area.toPlainText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving the area answers."""
        if event.type() == QEvent.Type.FocusOut:
            self.leave()
        return super().eventFilter(watched, event)

    def _changed(self) -> None:
        if not self._showing:
            self._typed()
