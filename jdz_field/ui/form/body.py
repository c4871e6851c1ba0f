"""The whole form as widgets: built once, then only what changed is drawn anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.last_time import last_of, shown_answer
from jdz_field.ui.form.maker import Maker
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.question import Question
from jdz_field.ui.form.sections import Instance, Repeat, Section
from jdz_field.xforms.view import Choice, Node, Problem

_POSITIONS = re.compile(r"\[\d+\]")
_SELECTS = frozenset(("select1", "select", "rank"))
#: How many answers the line of a closed repeat card shows.
_SUMMED_UP = 4


class Body(QWidget):
    """Sections, repeats and questions by their refs; ``tops``: parts of the form in each card.

    Signals:
        removed(str, object): a repeat's entry (its ref) was removed, with what it held.
    """

    removed = Signal(str, object)

    def __init__(
        self,
        driver: Driver,
        maker: Maker,
        previous: Mapping[str, Any],
        left_out: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._driver, self._maker, self._previous = driver, maker, previous
        self.questions: dict[str, Question] = {}
        self.sections: dict[str, Section] = {}
        self.repeats: dict[str, Repeat] = {}
        self.cards: list[Section] = []
        self.tops: list[list[int]] = []
        self._left_out = frozenset(left_out)
        self._open = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self.build()

    # ---- building
    def build(self) -> None:
        """Draw everything anew."""
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.questions, self.sections, self.repeats, self.cards = {}, {}, {}, []
        self.tops = []
        loose: Section | None = None
        for place, node in enumerate(self._driver.session.outline()):
            if node.kind == "group":
                loose = None
                self._fill(self._card(node.ref), node)
            else:
                if loose is None or node.kind == "repeat":
                    loose = self._card("")
                self._put(loose, node.ref)
                loose = loose if node.kind != "repeat" else None
            self.tops[-1].append(place)
        self._settle()

    def title_of(self, card: Section) -> str:
        """A card's title; without one, that of the first thing in it."""
        first = self.first_of(card)
        if card.title.text() or first not in self.repeats:
            question = self.questions.get(first)
            return plain(card.title.text() or (question.node.label if question else ""))
        return self.repeats[first].title.text()

    def first_of(self, card: Section) -> str:
        """The ref of a card, or of the first thing in a card without one."""
        item = card.body.itemAt(0)
        first = item.widget() if item is not None else None
        return card.ref or str(getattr(first, "ref", ""))

    def _card(self, ref: str) -> Section:
        card = Section(ref, card=True, parent=self)
        self.cards.append(card)
        self.tops.append([])
        self._column.addWidget(card)
        return card

    def _fill(self, section: Section, node: Node) -> None:
        self.sections[section.ref] = section
        section.show_node(node)
        for ref in node.children:
            self._put(section, ref)

    def _put(self, section: Section, ref: str) -> None:
        node = self._driver.session.node(ref)
        if node.kind == "group":
            inner = Section(ref, card=False, parent=section)
            section.body.addWidget(inner)
            self._fill(inner, node)
        elif node.kind == "repeat":
            repeat = Repeat(ref, section)
            repeat.add_wanted.connect(self._add)
            self.repeats[ref] = repeat
            section.body.addWidget(repeat)
            self._fill_repeat(repeat, node)
        elif node.kind == "question" and ref not in self._left_out:
            section.body.addWidget(self._question(node, section))

    def _question(self, node: Node, section: Section) -> Question:
        choices = self._choices(node) if self._previous else ()
        question = Question(node, self._editor, last_of(self._previous, node, choices), section)
        question.answered.connect(self._driver.answer)
        self.questions[node.ref] = question
        return question

    def _editor(self, node: Node) -> Editor:
        choices = self._choices(node)
        editor = self._maker.make(node, choices, note=self._is_note(node))
        if node.control in _SELECTS:
            editor.set_choices(choices)
        return editor

    def _choices(self, node: Node) -> Sequence[Choice]:
        return self._driver.session.choices(node.ref) if node.control in _SELECTS else ()

    def _is_note(self, node: Node) -> bool:
        definition = self._driver.session.form.nodes.get(_POSITIONS.sub("", node.ref))
        never = definition is not None and definition.bind.readonly in ("true()", "1")
        return node.control == "input" and never

    # ---- repeats
    def _fill_repeat(self, repeat: Repeat, node: Node) -> None:
        repeat.show_node(node)
        if not any(self._open.startswith(ref) for ref in node.children):
            self._open = node.children[0] if len(node.children) == 1 else self._open
        for ref in repeat.refs():
            self._forget(ref)
        repeat.put([self._instance(ref, repeat) for ref in node.children])

    def _instance(self, ref: str, repeat: Repeat) -> Instance:
        instance = Instance(ref, repeat)
        instance.opened.connect(self._toggle)
        instance.removed.connect(self._remove)
        node = self._driver.session.node(ref)
        instance.remove.setVisible(node.can_remove)
        if self._open.startswith(ref):
            self._unfold(instance)
        self._sum_up(instance)
        return instance

    def _unfold(self, instance: Instance) -> None:
        """Questions of an entry are made when it is first opened: 200 trees open at once."""
        if instance.section is None:
            node = self._driver.session.node(instance.ref)
            section = Section(instance.ref, card=False, parent=instance)
            self._fill(section, node)
            section.title.hide()
            instance.put(section)
        instance.set_open(is_open=True)

    def _toggle(self, instance: Instance) -> None:
        if instance.head.isChecked():
            self._open = instance.ref
            self._unfold(instance)
            self._settle()
        else:
            instance.set_open(is_open=False)
        self._sum_up(instance)

    def _sum_up(self, instance: Instance) -> None:
        node = self._driver.session.node(instance.ref)
        repeat = self.repeats.get(instance.ref.rpartition("[")[0])
        name = plain(node.label) or (repeat.title.text() if repeat is not None else "")
        words = self._answers_below(node)
        instance.show_summary(f"{name} {node.position}".strip(), " · ".join(words))

    def _answers_below(self, node: Node) -> list[str]:
        found: list[str] = []
        for ref in node.children:
            inner = self._driver.session.node(ref)
            if inner.kind == "question" and inner.value and inner.relevant:
                found.append(shown_answer(inner.type, inner.value, self._choices(inner)))
            if len(found) >= _SUMMED_UP:
                break
        return found

    def _add(self, ref: str) -> None:
        made = self._driver.session.node(ref)
        self._open = f"{ref}[{len(made.children) + 1}]"
        self._driver.add_repeat(ref)
        self.go_to(self._open)

    def _remove(self, ref: str) -> None:
        self._open = ""
        held = self._driver.remove_repeat(ref)
        self.removed.emit(ref, held)

    def _forget(self, ref: str) -> None:
        """Widgets of an entry that is taken away are no longer asked for."""
        kept: tuple[dict[str, Any], ...] = (self.questions, self.sections, self.repeats)
        for registry in kept:
            for key in [k for k in registry if k == ref or k.startswith(f"{ref}/")]:
                del registry[key]

    # ---- drawing anew
    def refresh(self, refs: Iterable[str]) -> None:
        """Draw what changed, and repeats whose entries are others now."""
        self.setUpdatesEnabled(False)
        try:
            for ref in refs:
                self._refresh(ref)
            self._follow_repeats()
            self._settle()
        finally:
            self.setUpdatesEnabled(True)

    def _refresh(self, ref: str) -> None:
        question = self.questions.get(ref)
        if question is not None:
            node = self._driver.session.node(ref)
            if node.control in _SELECTS and question.built:
                question.editor.set_choices(self._choices(node))
            question.refresh(node)
        elif ref in self.sections:
            self.sections[ref].show_node(self._driver.session.node(ref))

    def _follow_repeats(self) -> None:
        for ref, repeat in list(self.repeats.items()):
            if ref not in self.repeats:
                continue
            node = self._driver.session.node(ref)
            if node.children != repeat.refs():
                self._fill_repeat(repeat, node)
                continue
            repeat.show_node(node)
            for instance in repeat.instances:
                if not instance.head.isChecked():
                    self._sum_up(instance)

    def _settle(self) -> None:
        """Hide groups with nothing to show; inner ones first."""
        for ref in sorted(self.sections, key=len, reverse=True):
            if not ref.endswith("]"):
                self.sections[ref].settle()
        for card in self.cards:
            card.settle()

    # ---- going to a question
    def go_to(self, ref: str) -> QWidget | None:
        """The widget of a question or repeat entry, with every card around it opened."""
        for repeat in list(self.repeats.values()):
            for instance in repeat.instances:
                if f"{ref}/".startswith(f"{instance.ref}/") and instance.section is None:
                    self._open = ref
                    self._unfold(instance)
                    self._sum_up(instance)
                    self._settle()
                    return self.go_to(ref)
                if ref == instance.ref:
                    instance.set_open(is_open=True)
                    return instance
        return self.questions.get(ref) or self.sections.get(ref) or self.repeats.get(ref)

    def part_of(self, ref: str) -> str:
        """The key (``first_of``) of the card that a question is in."""
        widget = self.questions.get(ref)
        for card in self.cards:
            if widget is not None and card.isAncestorOf(widget):
                return self.first_of(card)
        return ""

    def complain(self, problem: Problem) -> None:
        """Show a problem at its question."""
        question = self.questions.get(problem.ref)
        if question is not None:
            question.show_error(problem.message)
