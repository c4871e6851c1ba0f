"""One question on the page: label, hint, last time's answer, the answer, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.choice_media import Find, nothing
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.label_media import LabelMedia
from jdz_field.ui.form.last_time import Last
from jdz_field.ui.form.marked import plain, show_words
from jdz_field.ui.icons import give
from jdz_field.ui.widgets import boxed, button, column, line, set_role, text
from jdz_field.xforms.view import Node

#: How long a question stays lit after one jumped to it.
_LIT_MS = 1600
_NO_LIMIT = 16777215
#: Letters of last time's answer that are shown.
_SHORT = 16


class Question(QFrame):
    """Shows one node; says what was answered, knows nothing of the session.

    Its parts are made when it is first relevant: of a form's hundred questions most are never
    asked. They are made in the order in which Tab goes through them.

    Signals:
        answered(str, str): ref and the new answer in lexical form.
        advanced(str): ref; a choice that leads on to the next question was made.
    """

    answered = Signal(str, str)
    advanced = Signal(str)

    def __init__(
        self,
        node: Node,
        make: Callable[[Node], Editor],
        last: Last | None = None,
        parent: QWidget | None = None,
        *,
        find: Find = nothing,
    ) -> None:
        """``make`` gives the editor, with its choices; ``find`` a file that the label names."""
        super().__init__(parent)
        self.setProperty("role", "question")
        self.ref = node.ref
        self.last = last
        self._make, self._find = make, find
        self._node = node
        # What was answered before the question was drawn may be called wrong at once.
        self._touched = bool(node.value)
        self._editor: Editor | None = None
        self._top = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._top.setSpacing(6)
        self._words = column(gap=4)
        self._first = line(gap=8)
        self._whole = column(self._top, gap=6)
        self.setLayout(self._whole)
        self.label: QLabel | None = None
        self.hint: QLabel | None = None
        self.error: QLabel | None = None
        self.again: QPushButton | None = None
        self.more: QPushButton | None = None
        self.guidance: QLabel | None = None
        self.media: LabelMedia | None = None
        self._fault: QWidget | None = None
        self._sentence = ""
        self.refresh(node)

    @property
    def node(self) -> Node:
        """The node as it was last shown."""
        return self._node

    @property
    def built(self) -> bool:
        """Whether its parts are made."""
        return self._editor is not None

    @property
    def editor(self) -> Editor:
        """Where the answer is given."""
        return self._editor if self._editor is not None else self._build()

    def _build(self) -> Editor:
        words = QWidget()
        words.setLayout(self._words)
        self.label = text("", "strong")
        self._first.addWidget(self.label, 1)
        self._words.addLayout(self._first)
        self._top.addWidget(words, 1)
        self._build_more()
        if self.last is not None:
            self.again = button("", self._again, kind="quiet", icon="repeat")
            self._first.addWidget(self.again)
        editor = self._editor = self._make(self._node)
        self._top.addWidget(editor)
        editor.answered.connect(self._answered)
        editor.settled.connect(self._settled)
        editor.advance.connect(self._advance)
        return editor

    def _build_more(self) -> None:
        """What is only there when the form has it: hint, guidance, pictures."""
        self.hint = text("", "caption")
        self._words.addWidget(self.hint)
        if self._node.media:
            self.media = LabelMedia(self._find)
            self._words.addWidget(self.media)
        if self._node.guidance:
            self.more = button(_("How to answer"), self._unfold, kind="quiet", icon="help")
            self.more.setCheckable(True)
            self._first.addWidget(self.more)
            self.guidance = text("", "secondary")
            self._fold = boxed(column(self.guidance, margins=12), "note")
            self._words.addWidget(self._fold)
            self._unfold()

    def _unfold(self) -> None:
        """Guidance is for who asks for it."""
        if self.more is None:
            return
        opened = self.more.isChecked()
        self._fold.setVisible(opened)
        self.more.setText(_("Fold up") if opened else _("How to answer"))
        self.more.setAccessibleDescription(plain(self._node.guidance) if opened else "")

    def refresh(self, node: Node) -> None:
        """Show the node as it stands now."""
        self._node = node
        if node.relevant:
            editor = self.editor
            self._show_words(node)
            editor.set_readonly(node.readonly)
            editor.show_value(node.value)
            self._show_last()
            if not node.error or self._touched:
                self.show_error(node.error or "")
        self.setVisible(node.relevant)

    def show_error(self, sentence: str) -> None:
        """Show a sentence under the answer; empty takes it away."""
        self._sentence = sentence
        if sentence and self._fault is None:
            self.error = text("", "error")
            sign = text("", wrap=False)
            give(sign, "error", "error", 20)
            row = line(sign, self.error)
            row.setStretch(1, 1)
            self._fault = QWidget()
            self._fault.setLayout(row)
            self._whole.addWidget(self._fault)
        if self._fault is not None and self.error is not None:
            show_words(self.error, sentence)
            self._fault.setVisible(bool(sentence))
        if self._editor is not None:
            self._editor.mark_invalid(bool(sentence))
            self._name_editor()

    def wrong(self) -> str:
        """The sentence that is shown under the answer, empty when none is."""
        shown = self._fault is not None and not self._fault.isHidden()
        return self._sentence if shown else ""

    def light(self) -> None:
        """Stand out for a moment: the person was led here."""
        set_role(self, "question-lit")
        QTimer.singleShot(_LIT_MS, self, self._dim)

    def _dim(self) -> None:
        set_role(self, "question")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A short answer stands beside its question when there is room."""
        super().resizeEvent(event)
        self.stand()

    def stand(self) -> None:
        """Answer beside question, or below it: as the width and the answer's own allow."""
        if self._editor is None:
            return
        wanted = self._editor.short_width()
        beside = 0 < wanted <= self.width() // 2
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        most, least = (wanted, wanted) if beside else (_NO_LIMIT, 0)
        if (self._top.direction(), self._editor.minimumWidth()) != (way, least):
            self._top.setDirection(way)
            self._editor.setMaximumWidth(most)
            self._editor.setMinimumWidth(least)

    def _show_words(self, node: Node) -> None:
        # Heads above a table of choices may have no name of their own.
        words = node.label or ("" if "label" in node.appearance.split() else node.name)
        if self.label is None or self.hint is None:
            return
        required = node.required and not node.readonly
        show_words(self.label, words, " *" if required else "")
        why = node.required_message or _("This must be answered.")
        self.label.setToolTip(plain(why) if required else "")
        show_words(self.hint, node.hint)
        if self.guidance is not None and self.more is not None:
            show_words(self.guidance, node.guidance)
            self.more.setVisible(bool(node.guidance))
        if self.media is not None:
            own = {"image"} if self._editor is not None and self._editor.shows_picture else set()
            self.media.put({kind: name for kind, name in node.media.items() if kind not in own})
        self._name_editor()

    def _name_editor(self) -> None:
        """What a screen reader says of the field: the question, whether it must, what is wrong."""
        node, editor = self._node, self._editor
        if editor is None:
            return
        name = plain(node.label) or node.name
        if node.required and not node.readonly:
            name = _("{label} (required)").format(label=name)
        about = "\n".join(part for part in (plain(node.hint), self.wrong()) if part)
        for one in {editor, editor.focusProxy() or editor}:
            one.setAccessibleName(name)
            one.setAccessibleDescription(about)

    # ---- last time
    def _show_last(self) -> None:
        if self.last is None or self.again is None:
            return
        offered = not self._node.readonly and self.last.lexical != self._node.value
        words = _("Last time: {value} · same again")
        self.again.setText(words.format(value=_short(self.last.shown)))
        self.again.setToolTip(self.last.shown)
        self.again.setVisible(offered)

    def _again(self) -> None:
        if self.last is not None:
            self._touched = True
            self.answered.emit(self.ref, self.last.lexical)

    def _advance(self) -> None:
        self.advanced.emit(self.ref)

    def _answered(self, value: str) -> None:
        self.answered.emit(self.ref, value)

    def _settled(self) -> None:
        self._touched = True
        self.show_error(self._node.error or "")


def _short(words: str) -> str:
    """The first words of a long answer."""
    first = words.splitlines()[0] if words else ""
    return first if len(first) <= _SHORT else f"{first[:_SHORT]}…"
