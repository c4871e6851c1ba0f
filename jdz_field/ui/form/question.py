"""One question on the page: label, hint, last time's answer, the answer, what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.last_time import Last
from jdz_field.ui.form.marked import show_words
from jdz_field.ui.icons import give
from jdz_field.ui.widgets import button, column, line, set_role, text
from jdz_field.xforms.view import Node

#: How long a question stays lit after one jumped to it.
_LIT_MS = 1600
_NO_LIMIT = 16777215


class Question(QFrame):
    """Shows one node; says what was answered, knows nothing of the session.

    Signals:
        answered(str, str): ref and the new answer in lexical form.
    """

    answered = Signal(str, str)

    def __init__(
        self, node: Node, editor: Editor, last: Last | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "question")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.ref = node.ref
        self.editor = editor
        self.last = last
        self._touched = False
        self._node = node
        self.label = text("", "strong")
        self.hint = text("", "caption")
        self.error = text("", "error")
        self.error_icon = text("", wrap=False)
        give(self.error_icon, "error", "error", 20)
        self.was = text("", "caption")
        self.again = button(_("Same as last time"), self._again, kind="quiet", icon="repeat")
        self._last_row = line(self.was, self.again)
        self._last_row.setStretch(0, 1)
        fault = line(self.error_icon, self.error)
        fault.setStretch(1, 1)
        self._top = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._top.setSpacing(6)
        words = QWidget()
        words.setLayout(column(self.label, self.hint, self._last_row, gap=4))
        self._top.addWidget(words, 1)
        self._top.addWidget(editor)
        self.setLayout(column(self._top, fault, gap=6))
        editor.answered.connect(self._answered)
        editor.settled.connect(self._settled)
        self.refresh(node)

    @property
    def node(self) -> Node:
        """The node as it was last shown."""
        return self._node

    def refresh(self, node: Node) -> None:
        """Show the node as it stands now."""
        self._node = node
        self._label(node)
        self.editor.set_readonly(node.readonly)
        self.editor.show_value(node.value)
        self._show_last()
        if not node.error or self._touched:
            self.show_error(node.error or "")
        self.setVisible(node.relevant)

    def show_error(self, sentence: str) -> None:
        """Show a sentence under the answer; empty takes it away."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.error_icon.setVisible(bool(sentence))
        self.editor.mark_invalid(bool(sentence))

    def light(self) -> None:
        """Stand out for a moment: the person was led here."""
        set_role(self, "question-lit")
        QTimer.singleShot(_LIT_MS, self, self._dim)

    def _dim(self) -> None:
        set_role(self, "question")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A short answer stands beside its question when there is room."""
        super().resizeEvent(event)
        wanted = self.editor.short_width()
        beside = 0 < wanted <= event.size().width() // 2
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._top.direction() != way:
            self._top.setDirection(way)
            self.editor.setMaximumWidth(wanted if beside else _NO_LIMIT)
            self.editor.setMinimumWidth(wanted if beside else 0)

    def _label(self, node: Node) -> None:
        words = node.label or node.name
        if node.required and not node.readonly:
            words += " *"
            self.label.setToolTip(node.required_message or _("This must be answered."))
        show_words(self.label, words)
        show_words(self.hint, node.hint)

    def _show_last(self) -> None:
        offered = self.last is not None and not self._node.readonly
        same = self.last is not None and self.last.lexical == self._node.value
        self.was.setVisible(offered and not same)
        self.again.setVisible(offered and not same)
        if self.last is not None:
            self.was.setText(_("Last time: {value}").format(value=self.last.shown))

    def _again(self) -> None:
        if self.last is not None:
            self._touched = True
            self.answered.emit(self.ref, self.last.lexical)

    def _answered(self, value: str) -> None:
        self.answered.emit(self.ref, value)

    def _settled(self) -> None:
        self._touched = True
        self.show_error(self._node.error or "")
