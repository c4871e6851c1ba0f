"""Forms as designers write them answer as JavaRosa does, line by line, broken lines included."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.runner import Runner
from jdz_field.xforms.session import FormSession
from tests.xforms.conftest import Oracle
from tests.xforms.real_forms import RealForm
from tests.xforms.tools import xform

_ANSWERED = ("dump", "validate", "choices")
#: From here on the reference's values are stale (docs/xforms.md).
_FAILED = ("Error evaluating", "Invalid cast", "XPathTypeMismatch")
_OURS = {"/data/meta/instanceID"}


def by_line(commands: Sequence[str], answers: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The answers by the number of the command that they belong to."""
    found, waiting = {}, answers[::-1]
    for number, command in enumerate(commands, 1):
        if not waiting:
            break
        due = "error" not in waiting[-1] and command.split("\t")[0] in _ANSWERED
        if due or waiting[-1].get("line") == number:
            found[number] = waiting.pop()
    return found


def _plain(answer: dict[str, Any] | None) -> object:
    if answer is None or "error" in answer:
        return answer and "error"
    if "leaves" not in answer:
        return answer
    return {path: leaf for path, leaf in answer["leaves"].items() if path not in _OURS}


def first_difference(
    commands: Sequence[str], ours: dict[int, dict[str, Any]], theirs: dict[int, dict[str, Any]]
) -> str:
    """What the first line that differs says on both sides; empty when none does."""
    for number, command in enumerate(commands, 1):
        other = theirs.get(number)
        if other and any(sign in str(other.get("error", "")) for sign in _FAILED):
            return ""
        mine, other_plain = _plain(ours.get(number)), _plain(other)
        if mine == other_plain:
            continue
        if isinstance(mine, dict) and isinstance(other_plain, dict):
            mine, other_plain = (
                {key: one[key] for key in one if one.get(key) != another.get(key)}
                for one, another in ((mine, other_plain), (other_plain, mine))
            )
        return f"line {number} {command!r}: {mine}, not {other_plain}"
    return ""


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_real_forms_answer_as_javarosa_does(start: int, oracle: Oracle) -> None:
    compared, found = 0, []
    for seed in range(start, start + 20):
        made = RealForm(Random(seed))
        made.grow(2 + seed % 3)
        commands, xml = made.script(22), xform(made.markdown())
        theirs = oracle(xml, commands)
        if theirs[0].startswith("refused"):
            # A calculation that fails at once: the reference does not open such a form.
            assert "XPath" in theirs[0] or "cast" in theirs[0]
            continue
        session = FormSession(parse_form(xml), date_language="en")
        ours = [json.loads(line) for line in Runner(session).run(commands)]
        others = [json.loads(line) for line in theirs[1:]]
        difference = first_difference(commands, by_line(commands, ours), by_line(commands, others))
        found += [f"form {seed}, {difference}"] if difference else []
        compared += 1
    assert found == []
    assert compared > 10
