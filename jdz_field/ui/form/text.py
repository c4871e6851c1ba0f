"""Typed answers: one line, or several."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from jdz_field.ui.form.editor import Editor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import set_role

#: Typing is answered this long after the last key: rules run once a word, not once a letter.
_PAUSE_MS = 250
#: Errors wait this long after the last key, so that "1" on the way to "15" is not scolded.
_SETTLE_MS = 1500
_LINES_AT_LEAST, _LINES_AT_MOST = 3, 12


class TypingEditor(Editor):
    """A typed answer: answers after a pause, settles when left or after a longer one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._answer)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.settled)
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
        self._settle.stop()
        self._answer()
        self.settled.emit()

    def _typed(self) -> None:
        self._pause.start()
        self._settle.start()

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


class _GrowingText(QPlainTextEdit):
    """As tall as its text, within reason; Tab leaves it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setSizeAdjustPolicy(QPlainTextEdit.SizeAdjustPolicy.AdjustIgnored)
        self.textChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text."""
        lines = max(_LINES_AT_LEAST, min(self._lines(), _LINES_AT_MOST))
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
    """Several lines of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = _GrowingText()
        self.area.textChanged.connect(self._changed)
        self.area.installEventFilter(self)
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
