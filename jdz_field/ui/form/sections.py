"""The parts of a form's page: cards of groups, and repeats as cards that open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.marked import plain, show_words
from jdz_field.ui.icons import give
from jdz_field.ui.widgets import button, clear, column, line, text, tool
from jdz_field.xforms.view import Node


class Section(QFrame):
    """A group: a card at the top level, a heading further down."""

    def __init__(self, ref: str, *, card: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ref = ref
        self.relevant = True
        if card:
            self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.title = text("", "heading" if card else "strong")
        self.hint = text("", "secondary")
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(22 if card else 20)
        whole = column(self.title, self.hint, self.body, gap=16 if card else 10)
        edge = 20 if card else 0
        whole.setContentsMargins(edge, edge, edge, edge + 4 if card else 0)
        self.setLayout(whole)
        self.title.hide()
        self.hint.hide()

    def show_node(self, node: Node) -> None:
        """Title, hint and relevance as they stand now."""
        self.relevant = node.relevant
        for label, words in ((self.title, node.label), (self.hint, node.hint)):
            show_words(label, words)

    def settle(self) -> None:
        """Hide when irrelevant, or when nothing in it is shown."""
        items = (self.body.itemAt(i) for i in range(self.body.count()))
        parts = (item.widget() for item in items if item is not None)
        shown = any(part is not None and not part.isHidden() for part in parts)
        if self.isHidden() == (self.relevant and shown):
            self.setVisible(self.relevant and shown)


class Instance(QFrame):
    """One entry of a repeat: a line with a summary that opens into its questions.

    Signals:
        opened(object): the person opened or closed this card.
        removed(str): its ref; the person wants it gone.
    """

    opened = Signal(object)
    removed = Signal(str)

    def __init__(self, ref: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ref = ref
        self.section: Section | None = None
        self.setProperty("role", "sunken")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.head = button("", self._toggled, kind="row")
        self.head.setCheckable(True)
        give(self.head, "chevron-right", "ink2", 20)
        self.remove = tool("trash", _("Remove this entry"), self._remove)
        top = line(self.head, self.remove, gap=4)
        top.setStretch(0, 1)
        self.column = column(top, gap=8)
        self.column.setContentsMargins(8, 4, 8, 4)
        self.setLayout(self.column)

    def show_summary(self, title: str, summary: str) -> None:
        """The line; open cards need no summary."""
        words = title if self.head.isChecked() or not summary else f"{title}   {summary}"
        room = self.head.fontMetrics().horizontalAdvance("中") * 26
        elide = self.head.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        self.head.setText(elide)
        self.head.setAccessibleName(words)

    def put(self, section: Section) -> None:
        """The questions of this entry."""
        self.section = section
        section.setContentsMargins(12, 0, 12, 12)
        self.column.addWidget(section)

    def set_open(self, *, is_open: bool) -> None:
        """Show or hide the questions."""
        self.head.setChecked(is_open)
        give(self.head, "chevron-down" if is_open else "chevron-right", "ink2", 20)
        if self.section is not None:
            self.section.setVisible(is_open)

    def _toggled(self) -> None:
        self.opened.emit(self)

    def _remove(self) -> None:
        self.removed.emit(self.ref)


class Repeat(QFrame):
    """The entries of a repeat and the button that adds one.

    Signals:
        add_wanted(str): the ref of the repeat.
    """

    add_wanted = Signal(str)

    def __init__(self, ref: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ref = ref
        self.instances: list[Instance] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.title = text("", "strong")
        self.hint = text("", "caption")
        self.entries = QVBoxLayout()
        self.entries.setSpacing(8)
        self.add: QPushButton = button("", self._add, icon="plus")
        self.setLayout(column(self.title, self.hint, self.entries, line(self.add, None)))

    def show_node(self, node: Node) -> None:
        """Title, hint, whether one may add, and relevance."""
        show_words(self.title, node.label)
        show_words(self.hint, node.hint)
        name = plain(node.label)
        self.add.setText(_("Add: {what}").format(what=name) if name else _("Add"))
        self.add.setVisible(node.can_add)
        self.setVisible(node.relevant)

    def refs(self) -> tuple[str, ...]:
        """The refs of the entries that are shown."""
        return tuple(instance.ref for instance in self.instances)

    def put(self, instances: list[Instance]) -> None:
        """Show these entries instead of those before."""
        clear(self.entries)
        self.instances = instances
        for instance in instances:
            self.entries.addWidget(instance)

    def _add(self) -> None:
        self.add_wanted.emit(self.ref)
