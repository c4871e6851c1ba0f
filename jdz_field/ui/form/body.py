"""The whole form as widgets: built once, then only what changed is drawn anew."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.grid import Grid, asks_for_grid
from jdz_field.ui.form.last_time import last_of
from jdz_field.ui.form.maker import Maker
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.question import Question
from jdz_field.ui.form.repeats import Repeat
from jdz_field.ui.form.sections import Section
from jdz_field.ui.form.steps import Mode, Step, Steps
from jdz_field.ui.form.table_list import ListedRows, lists_choices
from jdz_field.ui.form.text import TypingEditor
from jdz_field.xforms.view import Choice, Node, Problem

_POSITIONS = re.compile(r"\[\d+\]")
#: Controls with choices; those of a range are the words at its ticks.
_SELECTS = frozenset(("select1", "select", "rank", "range"))


class Body(QWidget):
    """Sections, repeats and questions by their refs; ``tops``: parts of the form in each card.

    Signals:
        removed(str, object): a repeat's entry (its ref) was removed, with what it held.
        wanted(str): the person is to be led to this entry or question.
        advanced(str): a choice at this question leads on to the next one (``quick``).
    """

    removed = Signal(str, object)
    wanted = Signal(str)
    advanced = Signal(str)

    def __init__(
        self,
        driver: Driver,
        maker: Maker,
        previous: Mapping[str, Any],
        left_out: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.driver, self._maker, self._previous = driver, maker, previous
        self.questions: dict[str, Question] = {}
        self.sections: dict[str, Section] = {}
        self.repeats: dict[str, Repeat] = {}
        self.cards: list[Section] = []
        self.tops: list[list[int]] = []
        self._left_out = frozenset(left_out)
        self._step: str | None = None
        #: What stands against finishing at questions that may not be drawn yet.
        self._complaints: dict[str, str] = {}
        self._steps = Steps(driver.session, "groups", self._left_out)
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
        self._steps = Steps(self.driver.session, self._steps.mode, self._left_out)
        loose: Section | None = None
        for place, node in enumerate(self.driver.session.outline()):
            if node.kind == "group":
                loose = None
                self.fill(self._card(node.ref), node)
            else:
                if loose is None or node.kind == "repeat":
                    loose = self._card("")
                self._put(loose, node.ref)
                loose = loose if node.kind != "repeat" else None
            self.tops[-1].append(place)
        self.settle()

    def title_of(self, card: Section) -> str:
        """A card's title; without one, that of the first thing in it."""
        first = self.first_of(card)
        if card.title.text() or first not in self.repeats:
            question = self.questions.get(first)
            return plain(card.title.text() or (question.node.label if question else ""))
        return self.repeats[first].title.text()

    def first_of(self, card: Section) -> str:
        """The ref of a card, or of the first thing in a card without one."""
        first = card.parts[0] if card.parts else None
        return card.ref or str(getattr(first, "ref", ""))

    def _card(self, ref: str) -> Section:
        card = Section(ref, card=True, parent=self)
        self.cards.append(card)
        self.tops.append([])
        self._column.addWidget(card)
        return card

    def fill(self, section: Section, node: Node) -> None:
        """Put what is in a group or entry into its section."""
        self.sections[section.ref] = section
        if asks_for_grid(self.driver.session.form):
            section.arrange(Grid(node))
        elif any(map(lists_choices, map(self.driver.session.node, node.children))):
            section.arrange(ListedRows())
        section.show_node(node)
        section.show_media(node, self.driver.media)
        for ref in node.children:
            self._put(section, ref)

    def _put(self, section: Section, ref: str) -> None:
        node = self.driver.session.node(ref)
        if node.kind == "group":
            inner = Section(ref, card=False, parent=section)
            section.put(inner, node)
            self.fill(inner, node)
        elif node.kind == "repeat":
            repeat = Repeat(ref, self, section)
            repeat.shown = self._here(ref)
            self.repeats[ref] = repeat
            section.put(repeat, node)
            repeat.follow()
        elif node.kind == "question" and ref not in self._left_out:
            question = self._question(node, section)
            section.put(question, node)
            self._veil(question)

    def _question(self, node: Node, section: Section) -> Question:
        choices = self.choices(node) if self._previous else ()
        last = last_of(self._previous, node, choices)
        question = Question(node, self._editor, last, section, find=self.driver.media)
        question.answered.connect(self.driver.answer)
        question.advanced.connect(self.advanced)
        self.questions[node.ref] = question
        if node.ref in self._complaints:
            question.show_error(self._complaints[node.ref])
        return question

    def _editor(self, node: Node) -> Editor:
        choices = self.choices(node)
        editor = self._maker.make(node, choices, note=self._is_note(node))
        if node.control in _SELECTS:
            editor.set_choices(choices)
        return editor

    def choices(self, node: Node) -> Sequence[Choice]:
        """The choices that a question offers now; none when it is no select."""
        return self.driver.session.choices(node.ref) if node.control in _SELECTS else ()

    def _is_note(self, node: Node) -> bool:
        definition = self.driver.session.form.nodes.get(_POSITIONS.sub("", node.ref))
        never = definition is not None and definition.bind.readonly in ("true()", "1")
        return node.control == "input" and never

    def forget(self, ref: str) -> None:
        """Widgets of an entry that is taken away are no longer asked for."""
        kept: tuple[dict[str, Any], ...] = (self.questions, self.sections, self.repeats)
        for registry in kept:
            for key in [k for k in registry if k == ref or k.startswith(f"{ref}/")]:
                del registry[key]

    # ---- drawing anew
    def refresh(self, refs: Sequence[str]) -> None:
        """Draw what changed, and repeats whose entries are others now.

        Nothing is painted before the event loop runs again: to hold updates back would only make
        the whole page be painted afterwards.
        """
        for ref in refs:
            self._refresh(ref)
        for repeat in list(self.repeats.values()):
            # An entry that went away took the repeats in it along.
            if repeat.ref in self.repeats:
                repeat.follow(refs)
        self._steps.forget_titles(refs)
        self.settle()

    def _refresh(self, ref: str) -> None:
        self._complaints.pop(ref, None)
        question = self.questions.get(ref)
        if question is not None:
            node = self.driver.session.node(ref)
            if node.control in _SELECTS and question.built:
                question.editor.set_choices(self.choices(node))
            question.refresh(node)
            self._veil(question)
        elif ref in self.sections:
            node = self.driver.session.node(ref)
            self.sections[ref].show_node(node)
            self.sections[ref].show_media(node, self.driver.media)

    def settle(self) -> None:
        """Hide groups with nothing to show; inner ones first."""
        for ref in sorted(self.sections, key=len, reverse=True):
            if not ref.endswith("]"):
                self.sections[ref].settle()
        for card in self.cards:
            card.settle()

    # ---- one step at a time
    def steps(self, mode: Mode) -> list[Step]:
        """The relevant steps in order; ``show_step`` and ``step_of`` mean this mode from now on."""
        if self._steps.mode != mode:
            self._steps = Steps(self.driver.session, mode, self._left_out)
        return self._steps.shown()

    def step_of(self, ref: str) -> str:
        """The key of the step that a question, group or repeat is in; ``""`` when in none."""
        return self._steps.of(ref)

    def show_step(self, key: str | None) -> None:
        """Show the parts of one step alone (None: everything); what is typed stays."""
        self._step = key
        self.setUpdatesEnabled(False)
        try:
            for question in self.questions.values():
                self._veil(question)
            for repeat in self.repeats.values():
                repeat.shown = self._here(repeat.ref)
                repeat.settle()
            self.settle()
        finally:
            self.setUpdatesEnabled(True)

    def _here(self, ref: str) -> bool:
        return self._step is None or self._steps.of(ref) == self._step

    def _veil(self, question: Question) -> None:
        """Show a question when it is relevant and of the step that is shown."""
        away = bool(question.property("away"))
        seen = question.node.relevant and self._here(question.ref) and not away
        if question.isHidden() == seen:
            question.setVisible(seen)

    # ---- going to a question
    def go_to(self, ref: str) -> QWidget | None:
        """The widget of a question or repeat entry, with every card around it opened."""
        entry: QWidget | None = None
        for place in (found.end() for found in _POSITIONS.finditer(ref)):
            repeat = self.repeats.get(ref[:place].rpartition("[")[0])
            entry = repeat.lead_to(ref) if repeat is not None else None
        question = self.questions.get(ref)
        if ref.endswith("]") or (question is None and ref.count("[")):
            return entry
        return question or self.sections.get(ref) or self.repeats.get(ref)

    def part_of(self, ref: str) -> str:
        """The key (``first_of``) of the card that a question is in."""
        widget = self.questions.get(ref) or self.repeats.get(ref.partition("[")[0])
        for card in self.cards:
            if widget is not None and card.isAncestorOf(widget):
                return self.first_of(card)
        return ""

    def complain(self, problem: Problem) -> None:
        """Show a problem at its question, also when that is drawn later."""
        self._complaints[problem.ref] = problem.message
        question = self.questions.get(problem.ref)
        if question is not None:
            question.show_error(problem.message)
        for place in (found.start() for found in _POSITIONS.finditer(problem.ref)):
            repeat = self.repeats.get(problem.ref[:place])
            if repeat is not None:
                repeat.complain(problem)

    def flush(self) -> None:
        """Answer what is being typed."""
        for question in list(self.questions.values()):
            if question.built and isinstance(question.editor, TypingEditor):
                question.editor.flush()
        for repeat in list(self.repeats.values()):
            repeat.flush()
