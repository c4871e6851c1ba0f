"""Matching without back-tracking: a hostile pattern costs what an honest one of its size costs.

The pattern becomes an automaton; all its states that the text so far can reach are followed at
once, so that a match takes at most states × characters steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from jdz_field.core.i18n import _
from jdz_field.xforms.functions.pattern_syntax import (
    WORD,
    Edge,
    Either,
    Look,
    Part,
    Repeat,
    Sequence,
    Sign,
    Test,
    read_pattern,
)
from jdz_field.xforms.xpath.errors import XPathError

MAX_STATES = 4_000
#: States × characters; more would take seconds.
MAX_STEPS = 4_000_000


@dataclass(slots=True)
class _Automaton:
    """States by number: a test with the next state, or conditions and branches without one."""

    tests: list[Test | None] = field(default_factory=list)
    targets: list[list[int]] = field(default_factory=list)
    conditions: list[Edge | _Looking | None] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def state(self) -> int:
        if len(self.tests) >= MAX_STATES:
            raise XPathError(_("A regular expression is too complicated."))
        self.tests.append(None)
        self.targets.append([])
        self.conditions.append(None)
        return len(self.tests) - 1


@dataclass(slots=True)
class _Looking:
    automaton: _Automaton
    ahead: bool
    wanted: bool
    known: dict[tuple[str, int], bool] = field(default_factory=dict)


def matches(pattern: str, text: str) -> bool:
    """Whether all of ``text`` matches; XPathError when the pattern is none or costs too much."""
    automaton = _compiled(pattern)
    if len(automaton.tests) * (len(text) + 1) > MAX_STEPS:
        raise XPathError(_("The text is too long for this regular expression."))
    return automaton.end in _run(automaton, text, 0, len(text))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> _Automaton:
    return _automaton(read_pattern(pattern))


def _automaton(part: Part) -> _Automaton:
    made = _Automaton()
    made.start = made.state()
    made.end = _add(made, part, made.start)
    return made


def _add(made: _Automaton, part: Part, before: int) -> int:  # noqa: C901 (a table)
    """Append what ``part`` needs behind state ``before``; gives the state after it."""
    match part:
        case Sign(test=test):
            made.tests[before] = test
            return _then(made, before)
        case Sequence(parts=parts):
            for inner in parts:
                before = _add(made, inner, before)
            return before
        case Either(parts=parts):
            after = made.state()
            for inner in parts:
                made.targets[_add(made, inner, _then(made, before))].append(after)
            return after
        case Repeat():
            return _add_repeat(made, part, before)
        case Edge():
            made.conditions[before] = part
            return _then(made, before)
        case Look():
            made.conditions[before] = _Looking(_automaton(part.part), part.ahead, part.wanted)
            return _then(made, before)


def _then(made: _Automaton, before: int) -> int:
    after = made.state()
    made.targets[before].append(after)
    return after


def _add_repeat(made: _Automaton, part: Repeat, before: int) -> int:
    for _turn in range(part.least):
        before = _add(made, part.part, before)
    if part.most is None:
        before = _then(made, before)
        inside = _then(made, before)
        made.targets[_add(made, part.part, inside)].append(before)
        return _then(made, before)
    after = made.state()
    for _turn in range(part.most - part.least):
        made.targets[before].append(after)
        before = _add(made, part.part, _then(made, before))
    made.targets[before].append(after)
    return after


def _run(automaton: _Automaton, text: str, begin: int, end: int) -> set[int]:
    """The states that are reached when ``text[begin:end]`` is read."""
    states = _reach(automaton, {automaton.start}, text, begin)
    for at in range(begin, end):
        if not states:
            break
        states = _reach(automaton, _step(automaton, states, text[at]), text, at + 1)
    return states


def _step(automaton: _Automaton, states: set[int], sign: str) -> set[int]:
    found: set[int] = set()
    for state in states:
        test = automaton.tests[state]
        if test is not None and test(sign):
            found.update(automaton.targets[state])
    return found


def _reach(automaton: _Automaton, states: set[int], text: str, at: int) -> set[int]:
    """Also the states that are reached without reading anything."""
    waiting = list(states)
    while waiting:
        state = waiting.pop()
        if automaton.tests[state] is not None:
            continue
        condition = automaton.conditions[state]
        if condition is not None and not _holds(condition, text, at):
            continue
        for target in automaton.targets[state]:
            if target not in states:
                states.add(target)
                waiting.append(target)
    return states


def _holds(condition: Edge | _Looking, text: str, at: int) -> bool:
    if isinstance(condition, _Looking):
        return _sees(condition, text, at) is condition.wanted
    if condition.kind == "^":
        return at == 0
    if condition.kind == "$":
        return at == len(text)
    before = at > 0 and WORD(text[at - 1])
    after = at < len(text) and WORD(text[at])
    return (before is not after) is (condition.kind == "\\b")


def _sees(looking: _Looking, text: str, at: int) -> bool:
    known = looking.known.get((text, at))
    if known is None:
        if len(looking.known) > 10_000:
            looking.known.clear()
        known = looking.known[text, at] = _look(looking, text, at)
    return known


def _look(looking: _Looking, text: str, at: int) -> bool:
    automaton = looking.automaton
    if len(automaton.tests) * (len(text) + 1) ** 2 > MAX_STEPS * 10:
        raise XPathError(_("The text is too long for this regular expression."))
    if not looking.ahead:
        return any(automaton.end in _run(automaton, text, begin, at) for begin in range(at + 1))
    states = _reach(automaton, {automaton.start}, text, at)
    while automaton.end not in states and at < len(text) and states:
        states = _reach(automaton, _step(automaton, states, text[at]), text, at + 1)
        at += 1
    return automaton.end in states
