"""How far a form is: what is answered, what is still missing and what is wrong, part by part."""

from __future__ import annotations

from collections import Counter as Numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from jdz_field.xforms.form import Control
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.tree import TreeNode, find_node

#: Read-only expressions that make a question a note for ever.
_NEVER = ("true()", "1")
#: States of a question in the list to jump by.
ANSWERED, EMPTY, MISSING, WRONG, SHOWN = "answered", "empty", "missing", "wrong", "shown"
_DONE = (ANSWERED, WRONG)


class Asked(NamedTuple):
    """A relevant question: its part of the form (top level, from 0) and how it stands."""

    part: int
    ref: str
    state: str
    control: Control


class Tally:
    """The whole form as it stands: numbers at hand, single questions when they are asked for."""

    def __init__(
        self,
        numbers: Mapping[str, int] | None = None,
        asked: Callable[[], Sequence[Asked]] = tuple,
    ) -> None:
        """``numbers`` of questions in each state; ``asked`` lists them in the form's order."""
        self._numbers: Mapping[str, int] = numbers or {}
        self._ask = asked

    @cached_property
    def asked(self) -> Sequence[Asked]:
        """Every question that is relevant now; notes are none."""
        return self._ask()

    @property
    def done(self) -> int:
        """Questions that are answered, read-only ones aside."""
        return sum(self._numbers.get(state, 0) for state in _DONE)

    @property
    def all(self) -> int:
        """Questions that are asked now, read-only ones aside."""
        return sum(self._numbers.get(state, 0) for state in (*_DONE, EMPTY, MISSING))

    @property
    def missing(self) -> int:
        """Required questions without an answer."""
        return self._numbers.get(MISSING, 0)

    @property
    def wrong(self) -> int:
        """Questions whose answer is refused, or whose rules could not be evaluated."""
        return self._numbers.get(WRONG, 0)

    @property
    def open(self) -> list[str]:
        """Refs of what is missing or wrong, in the order of the form."""
        return [one.ref for one in self.asked if one.state in (MISSING, WRONG)]

    def of_part(self, part: int) -> tuple[int, int]:
        """Answered and asked questions of one part of the form's top level."""
        inside = [one.state for one in self.asked if one.part == part and one.state != SHOWN]
        return sum(state in _DONE for state in inside), len(inside)


class Counter:
    """Counts a session once, and afterwards only what changed.

    Args:
        left_out: refs that nobody is asked for.
    """

    def __init__(self, session: FormSession, left_out: Sequence[str] = ()) -> None:
        self._session, self._left_out = session, frozenset(left_out)
        self._places: dict[str, tuple[int, Control]] = {}
        self._states: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self.count()

    @property
    def size(self) -> int:
        """How many questions the form has, relevant or not."""
        return len(self._places)

    def count(self) -> None:
        """Everything anew: entries came or went."""
        parts = {
            inner.definition: place
            for place, top in enumerate(self._session.form.controls)
            for inner in top.walk()
        }
        kinds = {problem.ref: problem.kind for problem in self._session.problems()}
        self._places, self._states = {}, {}
        for control, node in self._session.questions():
            ref = node.ref
            if ref not in self._left_out and not is_note(control):
                self._places[ref] = (parts[control.definition], control)
                self._states[ref] = _state_of(node, kinds.get(ref, ""))
        self._numbers = dict(Numbers(self._states.values()))

    def follow(self, refs: Iterable[str]) -> bool:
        """Look at what changed; False: entries may have come or gone, ``count`` anew."""
        for ref in refs:
            node = find_node(self._session.root, ref)
            if node is None or not node.definition.leaf:
                return False
            if ref in self._places:
                before, after = self._states[ref], self._state(ref)
                self._states[ref] = after
                self._numbers[before] -= 1
                self._numbers[after] = self._numbers.get(after, 0) + 1
            elif node.definition in self._session.form.by_definition and not self._skipped(node):
                return False
        return True

    def _skipped(self, node: TreeNode) -> bool:
        control = self._session.form.by_definition[node.definition]
        return node.ref in self._left_out or is_note(control)

    def _state(self, ref: str) -> str:
        node = self._session.node(ref)
        if not node.relevant:
            return ""
        if node.required and node.value == "":
            return MISSING
        if node.error:
            return WRONG
        if node.readonly:
            return SHOWN
        return ANSWERED if node.value else EMPTY

    def tally(self) -> Tally:
        """How the form stands."""
        return Tally(dict(self._numbers), self._asked)

    def _asked(self) -> Sequence[Asked]:
        places = self._places
        return [
            Asked(places[ref][0], ref, state, places[ref][1])
            for ref, state in self._states.items()
            if state
        ]


def is_note(control: Control) -> bool:
    """Whether it only says something and is never answered."""
    bind = control.definition.bind
    # Choices alone, as heads above a table of them.
    heads = control.tag in ("select1", "select") and "label" in control.appearance.split()
    return heads or (control.tag == "input" and bind.readonly in _NEVER and not bind.calculate)


def _state_of(node: TreeNode, problem: str) -> str:
    if not node.relevant:
        return ""
    if problem:
        return MISSING if problem == "required" else WRONG
    if node.readonly:
        return SHOWN
    return ANSWERED if node.text != "" else EMPTY
