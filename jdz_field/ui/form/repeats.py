"""Repeats: their title, their entries, the button that adds one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.last_time import shown_answer
from jdz_field.ui.form.marked import plain, show_words
from jdz_field.ui.form.sections import Section
from jdz_field.ui.form.steps import shows
from jdz_field.ui.icons import give
from jdz_field.ui.widgets import button, clear, column, line, text, tool
from jdz_field.xforms.view import Choice, Node

#: How many answers the line of a closed entry shows.
_SUMMED_UP = 4


class Host(Protocol):
    """What a repeat asks of the form it is in (``Body``)."""

    driver: Driver
    removed: SignalInstance
    wanted: SignalInstance

    def fill(self, section: Section, node: Node) -> None:
        """Put the questions of an entry or group into its section."""
        ...

    def forget(self, ref: str) -> None:
        """The widgets at and below ``ref`` are gone."""
        ...

    def choices(self, node: Node) -> Sequence[Choice]:
        """The choices that a question offers now; none when it is no select."""
        ...

    def settle(self) -> None:
        """Hide what has nothing to show any more."""
        ...


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
    """A repeat: it draws its entries and keeps them in step with the session."""

    def __init__(self, ref: str, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ref = ref
        self._host = host
        self._open = ""
        self.relevant = self.shown = True
        self.instances: list[Instance] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.title = text("", "strong")
        self.hint = text("", "caption")
        self.entries = QVBoxLayout()
        self.entries.setSpacing(8)
        self.add: QPushButton = button("", self._add, icon="plus")
        self.setLayout(column(self.title, self.hint, self.entries, line(self.add, None)))

    # ---- drawing
    def follow(self, refs: Iterable[str] = ()) -> None:
        """Draw what changed at ``refs``, and other entries when there are others."""
        node = self._host.driver.session.node(self.ref)
        self._show_node(node)
        if node.children != self.refs():
            self._fill(node)
            return
        changed = {self._entry_of(ref) for ref in refs}
        for instance in self.instances:
            if instance.ref in changed and not instance.head.isChecked():
                self._sum_up(instance)

    def _entry_of(self, ref: str) -> str:
        """The ref of the entry of this repeat that ``ref`` is in; else empty."""
        start = f"{self.ref}["
        if not ref.startswith(start):
            return ""
        return start + ref[len(start) :].partition("]")[0] + "]"

    def _show_node(self, node: Node) -> None:
        show_words(self.title, node.label)
        show_words(self.hint, node.hint)
        name = plain(node.label)
        self.add.setText(_("Add: {what}").format(what=name) if name else _("Add"))
        self.add.setVisible(node.can_add)
        self.relevant = shows(node)
        self.settle()

    def settle(self) -> None:
        """Hidden when irrelevant, or when another step is shown (``shown``)."""
        self.setVisible(self.relevant and self.shown)

    def refs(self) -> tuple[str, ...]:
        """The refs of the entries that are shown."""
        return tuple(instance.ref for instance in self.instances)

    def _fill(self, node: Node) -> None:
        if not any(self._open.startswith(ref) for ref in node.children):
            self._open = node.children[0] if len(node.children) == 1 else self._open
        for ref in self.refs():
            self._host.forget(ref)
        clear(self.entries)
        self.instances = [self._instance(ref) for ref in node.children]
        for instance in self.instances:
            self.entries.addWidget(instance)

    def _instance(self, ref: str) -> Instance:
        instance = Instance(ref, self)
        instance.opened.connect(self._toggle)
        instance.removed.connect(self._remove)
        node = self._host.driver.session.node(ref)
        instance.remove.setVisible(node.can_remove)
        if self._open.startswith(ref):
            self._unfold(instance)
        self._sum_up(instance)
        return instance

    # ---- opening and closing
    def _unfold(self, instance: Instance) -> None:
        """Questions of an entry are made when it is first opened: 200 trees open at once."""
        if instance.section is None:
            node = self._host.driver.session.node(instance.ref)
            section = Section(instance.ref, card=False, parent=instance)
            self._host.fill(section, node)
            section.title.hide()
            instance.put(section)
        instance.set_open(is_open=True)

    def _toggle(self, instance: Instance) -> None:
        if instance.head.isChecked():
            self._open = instance.ref
            self._unfold(instance)
            self._host.settle()
        else:
            instance.set_open(is_open=False)
        self._sum_up(instance)

    def open_entry(self, ref: str) -> QWidget | None:
        """Open the entry that ``ref`` is or is in; its card, or None when there is none."""
        wanted = self._entry_of(ref)
        for instance in self.instances:
            if instance.ref == wanted:
                if not instance.head.isChecked():
                    self._open = instance.ref
                    self._unfold(instance)
                    self._sum_up(instance)
                    self._host.settle()
                return instance
        return None

    def _sum_up(self, instance: Instance) -> None:
        node = self._host.driver.session.node(instance.ref)
        name = plain(node.label) or self.title.text()
        words = self._answers_below(node)
        instance.show_summary(f"{name} {node.position}".strip(), " · ".join(words))

    def _answers_below(self, node: Node) -> list[str]:
        found: list[str] = []
        for ref in node.children:
            inner = self._host.driver.session.node(ref)
            if inner.kind == "question" and inner.value and inner.relevant:
                found.append(shown_answer(inner.type, inner.value, self._host.choices(inner)))
            if len(found) >= _SUMMED_UP:
                break
        return found

    # ---- adding and removing
    def _add(self) -> None:
        made = self._host.driver.session.node(self.ref)
        self._open = f"{self.ref}[{len(made.children) + 1}]"
        self._host.driver.add_repeat(self.ref)
        self._host.wanted.emit(self._open)

    def _remove(self, ref: str) -> None:
        self._open = ""
        held = self._host.driver.remove_repeat(ref)
        self._host.removed.emit(ref, held)
