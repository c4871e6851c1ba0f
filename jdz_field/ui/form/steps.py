"""The steps that a form is paged by: its parts, or one question at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from jdz_field.core.i18n import _
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.tally import is_note
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.tree import find_node
from jdz_field.xforms.view import Node

#: ``groups``: a top-level group, repeat or run of loose questions is a step; ``questions``: a
#: question, a repeat or a ``field-list`` group is.
Mode = Literal["groups", "questions"]


@dataclass(frozen=True, slots=True)
class Step:
    """What is shown together: ``key`` names it, ``refs`` are its questions, groups, repeats."""

    key: str
    refs: tuple[str, ...]
    title: str


@dataclass(slots=True)
class _Part:
    """A step as the form has it, relevant or not; ``leaves`` are its questions and repeats."""

    refs: list[str]
    leaves: list[str] = field(default_factory=list)


def shows(node: Node) -> bool:
    """Whether a question or repeat has anything to show now."""
    return node.relevant and (node.kind != "repeat" or bool(node.children) or node.can_add)


class Steps:
    """The steps of one session in one mode; ``left_out``: refs that are never shown.

    What belongs together is found once, what is relevant is asked for each time.
    """

    def __init__(self, session: FormSession, mode: Mode, left_out: Collection[str] = ()) -> None:
        self.mode = mode
        self._session = session
        self._left_out = left_out
        self._parts: dict[str, _Part] = {}
        self._key_of: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        loose = ""
        for node in session.outline():
            alone = node.kind != "question" or mode == "questions"
            if not alone:
                loose = loose or node.ref
                self._take(loose, node, top=True)
            else:
                loose = ""
                self._find(node)
        if mode == "groups":
            self._join_notes()

    def _join_notes(self) -> None:
        """A part that only says something stands above the next one, not on a page of its own."""
        keys = list(self._parts)
        for key, following in pairwise(keys):
            part, after = self._parts[key], self._parts[following]
            if all(self._only_says(ref) for ref in part.leaves):
                after.refs[:0], after.leaves[:0] = part.refs, part.leaves
                self._key_of |= {ref: following for ref, of in self._key_of.items() if of == key}
                del self._parts[key]

    def _only_says(self, ref: str) -> bool:
        definition = self._session.form.nodes.get(ref)
        control = self._session.form.by_definition.get(definition) if definition else None
        return control is not None and is_note(control)

    def _find(self, node: Node) -> None:
        """Take a group, repeat or question as a step, or each thing in the group as its own."""
        split = self.mode == "questions" and "field-list" not in node.appearance.split()
        if node.kind == "group" and split:
            for ref in node.children:
                self._find(self._session.node(ref))
        else:
            self._take(node.ref, node, top=True)

    def _take(self, key: str, node: Node, *, top: bool) -> None:
        if node.ref in self._left_out:
            return
        part = self._parts.setdefault(key, _Part([]))
        if top:
            part.refs.append(node.ref)
        self._key_of[node.ref] = key
        if node.kind == "group":
            for ref in node.children:
                self._take(key, self._session.node(ref), top=False)
        else:
            part.leaves.append(node.ref)

    def shown(self) -> list[Step]:
        """The steps with anything relevant in them, in the order of the form."""
        return [
            Step(key, tuple(part.refs), self._title(key))
            for key, part in self._parts.items()
            if any(self._relevant(ref) for ref in part.leaves)
        ]

    def of(self, ref: str) -> str:
        """The key of the step that a question, group, repeat or entry is in; else ``""``."""
        while ref and ref not in self._key_of:
            # Entries and what is in them belong to the outermost repeat.
            ref = ref.rpartition("[")[0]
        return self._key_of.get(ref, "")

    def forget_titles(self, refs: Collection[str]) -> None:
        """These may be called otherwise now."""
        for ref in refs:
            self._titles.pop(ref, None)

    def _relevant(self, ref: str) -> bool:
        found = find_node(self._session.root, ref)
        return found.relevant if found is not None else shows(self._session.node(ref))

    def _title(self, key: str) -> str:
        if key not in self._titles:
            own = [ref for ref in self._parts[key].leaves if not self._only_says(ref)]
            first = (key, *own[:1], *self._parts[key].leaves[:1])
            named = (plain(self._session.node(ref).label) for ref in first)
            self._titles[key] = next((words for words in named if words), _("Questions"))
        return self._titles[key]
