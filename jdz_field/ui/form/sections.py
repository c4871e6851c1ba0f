"""The parts of a form's page: cards of groups, headings further down, and how they are laid out."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QFrame, QLayout, QSizePolicy, QVBoxLayout, QWidget

from jdz_field.ui.form.choice_media import Find
from jdz_field.ui.form.label_media import LabelMedia
from jdz_field.ui.form.marked import show_words
from jdz_field.ui.widgets import column, text
from jdz_field.xforms.view import Node


class Arrangement(Protocol):
    """How the parts of a section stand: below each other, or otherwise by their appearance."""

    def layout(self) -> QLayout:
        """The layout that holds the parts."""
        ...

    def put(self, part: QWidget, node: Node) -> None:
        """Add the widget of a question, group or repeat."""
        ...


class Stacked:
    """Parts below each other, each as wide as the section."""

    def __init__(self, gap: int) -> None:
        self._column = column(gap=gap)

    def layout(self) -> QVBoxLayout:
        """The column."""
        return self._column

    def put(self, part: QWidget, node: Node) -> None:  # noqa: ARG002 - any part alike
        """Below what is there."""
        self._column.addWidget(part)


class Section(QFrame):
    """A group: a card at the top level, a heading further down; ``parts`` stand in its body."""

    def __init__(
        self,
        ref: str,
        *,
        card: bool,
        parent: QWidget | None = None,
        arrangement: Arrangement | None = None,
    ) -> None:
        super().__init__(parent)
        self.ref = ref
        self.relevant = True
        self.parts: list[QWidget] = []
        if card:
            self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.title = text("", "heading" if card else "strong")
        self.hint = text("", "secondary")
        self._arrangement = arrangement or Stacked(22 if card else 20)
        whole = column(self.title, self.hint, self._arrangement.layout(), gap=16 if card else 10)
        edge = 20 if card else 0
        whole.setContentsMargins(edge, edge, edge, edge + 4 if card else 0)
        self.setLayout(whole)
        self._whole = whole
        self._media: LabelMedia | None = None
        self.title.hide()
        self.hint.hide()

    def arrange(self, arrangement: Arrangement) -> None:
        """Let the parts that come now stand otherwise."""
        self._whole.removeItem(self._arrangement.layout())
        self._arrangement = arrangement
        self._whole.addLayout(arrangement.layout())

    def put(self, part: QWidget, node: Node) -> None:
        """Add the widget of ``node`` after those that are there."""
        self.parts.append(part)
        self._arrangement.put(part, node)

    def show_node(self, node: Node) -> None:
        """Title, hint and relevance as they stand now."""
        self.relevant = node.relevant
        # An entry of a repeat is called by the line above it.
        title = "" if node.kind == "instance" else node.label
        for label, words in ((self.title, title), (self.hint, node.hint)):
            show_words(label, words)

    def show_media(self, node: Node, find: Find) -> None:
        """Pictures, sounds and films of its label; ``find`` a file that it names."""
        if node.media and self._media is None:
            self._media = LabelMedia(find)
            self._whole.insertWidget(2, self._media)
        if self._media is not None:
            self._media.put(node.media)

    def settle(self) -> None:
        """Hide when irrelevant, or when nothing in it is shown."""
        shown = self.relevant and any(not part.isHidden() for part in self.parts)
        if self.isHidden() == shown:
            self.setVisible(shown)
