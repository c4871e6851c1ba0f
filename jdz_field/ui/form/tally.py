"""How far a form is: what is answered, what is still missing and what is wrong, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jdz_field.xforms.form import Control
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.tree import TreeNode
from jdz_field.xforms.view import Problem

#: Read-only expressions that make a question a note for ever.
_NEVER = ("true()", "1")
#: States of a question in the list to jump by.
ANSWERED, EMPTY, MISSING, WRONG, SHOWN = "answered", "empty", "missing", "wrong", "shown"


class Asked(NamedTuple):
    """A relevant question: its part of the form (top level, from 0) and how it stands."""

    part: int
    ref: str
    state: str
    control: Control


@dataclass(frozen=True, slots=True)
class Tally:
    """The whole form as it stands now.

    Attributes:
        asked: every question that is relevant now, in the order of the form; notes are none.
        problems: what stands against finalizing, in the order of the form.
    """

    asked: Sequence[Asked]
    problems: Sequence[Problem]

    @property
    def done(self) -> int:
        """Questions that are answered, read-only ones aside."""
        return sum(self._is_done(one) for one in self.asked)

    @property
    def all(self) -> int:
        """Questions that are asked now, read-only ones aside."""
        return sum(one.state != SHOWN for one in self.asked)

    @property
    def missing(self) -> int:
        """Required questions without an answer."""
        return sum(problem.kind == "required" for problem in self.problems)

    @property
    def wrong(self) -> int:
        """Answers that are refused, and rules that could not be evaluated."""
        return len(self.problems) - self.missing

    def of_part(self, part: int) -> tuple[int, int]:
        """Answered and asked questions of one part of the form's top level."""
        inside = [one for one in self.asked if one.part == part and one.state != SHOWN]
        return sum(self._is_done(one) for one in inside), len(inside)

    @staticmethod
    def _is_done(one: Asked) -> bool:
        return one.state in (ANSWERED, WRONG)


def tally(session: FormSession, left_out: Sequence[str] = ()) -> Tally:
    """Count; ``left_out``: refs that nobody is asked for."""
    tops = {
        inner.definition: place
        for place, top in enumerate(session.form.controls)
        for inner in top.walk()
    }
    problems = session.problems()
    kinds = {problem.ref: problem.kind for problem in problems}
    asked = []
    for control, node in session.questions():
        if not node.relevant or is_note(control):
            continue
        ref = node.ref
        if ref not in left_out:
            state = _state(node, kinds.get(ref, ""))
            asked.append(Asked(tops[control.definition], ref, state, control))
    return Tally(asked, problems)


def is_note(control: Control) -> bool:
    """Whether it only says something and is never answered."""
    bind = control.definition.bind
    return control.tag == "input" and bind.readonly in _NEVER and not bind.calculate


def _state(node: TreeNode, problem: str) -> str:
    if problem:
        return MISSING if problem == "required" else WRONG
    if node.readonly:
        return SHOWN
    return ANSWERED if node.text != "" else EMPTY
