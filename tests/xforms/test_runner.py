from __future__ import annotations

import json

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.xforms.runner import Runner
from tests.xforms.tools import session

FORM = """
| survey |
| | type | name | label | required | constraint | choice_filter |
| | integer | n | N | yes | . < 10 | |
| | select_one ab | one | One | | | f = ${n} |
| | select_multiple ab | many | Many | | | f = ${n} |
| | begin_repeat | r | R | | | |
| | decimal | d | D | | . > 0 | |
| | end_repeat | | | | | |
| choices |
| | list_name | name | label | f |
| | ab | a | A | 1 |
| | ab | b | B | 2 |
"""


def run(*lines: str, strict: bool = True) -> list[dict[str, object]]:
    return [json.loads(line) for line in Runner(session(FORM), strict=strict).run(lines)]


def test_commands_are_answered_in_order() -> None:
    made = run(
        "answer\t/data/n\t1", "choices\t/data/one", "", "validate", "repeat\t/data/r", "dump"
    )
    assert made[:2] == [{"choices": ["a"]}, {"valid": True}]
    leaves = made[2]["leaves"]
    assert isinstance(leaves, dict)
    assert leaves["/data/n"] == {
        "value": "1",
        "relevant": True,
        "required": True,
        "readonly": False,
    }
    assert "/data/r[2]/d" in leaves


def test_lines_that_cannot_be_done_are_named_and_the_rest_goes_on() -> None:
    set_language("en")
    made = run(
        "bogus",
        "answer",
        "answer\t/data/x\t1",
        "time\tx\ty",
        "lang\tfr",
        "remove\t/data/n",
        "repeat\t/data/n",
        "answer\t/data/n\t1",
        "validate",
    )
    assert [line.get("line") for line in made] == [1, 2, 3, 4, 6, 7, None]
    assert made[-1] == {"valid": True}


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["validate"], {"valid": False, "path": "/data/n[1]", "outcome": 1}),
        (["answer\t/data/n\t12", "validate"], {"valid": False, "path": "/data/n[1]", "outcome": 2}),
        (
            ["answer\t/data/n\t1", "answer\t/data/r[1]/d\t-1", "validate"],
            {"valid": False, "path": "/data/r[1]/d[1]", "outcome": 2},
        ),
    ],
)
def test_validation_names_the_first_refusal(lines: list[str], answer: dict[str, object]) -> None:
    assert run(*lines) == [answer]


def test_strictly_what_is_no_value_or_no_choice_is_dropped() -> None:
    made = run(
        "answer\t/data/n\tx",
        "dump",
        "answer\t/data/n\t1",
        "answer\t/data/one\tb",
        "answer\t/data/many\ta b",
        "choices\t/data/one",
        "validate",
        "dump",
    )
    first, last = made[0]["leaves"], made[-1]["leaves"]
    assert isinstance(first, dict)
    assert isinstance(last, dict)
    assert first["/data/n"]["value"] is None
    assert (last["/data/one"]["value"], last["/data/many"]["value"]) == (None, "a")


def test_otherwise_it_is_kept_and_refused_at_the_end() -> None:
    made = run(
        "answer\t/data/n\tx",
        "validate",
        "answer\t/data/n\t1",
        "answer\t/data/one\tb",
        "choices\t/data/one",
        "dump",
        strict=False,
    )
    assert made[0] == {"valid": False, "path": "/data/n[1]", "outcome": 2}
    leaves = made[-1]["leaves"]
    assert isinstance(leaves, dict)
    assert leaves["/data/one"]["value"] == "b"


def test_time_is_measured() -> None:
    assert float(str(run("time\t3\t/data/n\t1\t2")[0]["ns_per_answer"])) > 0


def test_a_rule_that_fails_is_said_once() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | calculation |
        | | text | t | T | |
        | | calculate | day | | date(${t}) |
        """
    )
    made = [
        json.loads(line)
        for line in Runner(filling).run(
            ["answer\t/data/t\tx", "answer\t/data/t\ty z", "answer\t/data/t\t2026-01-01", "dump"]
        )
    ]
    assert [line.get("line") for line in made] == [1, 2, None]
    assert made[-1]["leaves"]["/data/day"]["value"].startswith("2026-01-01")


def test_what_is_no_choice_question_has_no_choices_and_keeps_its_answer() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | parameters |
        | | text | a | A | |
        | | range | r | R | start=1 end=5 step=1 |
        """
    )
    asked = ["answer\t/data/a\tyes", "answer\t/data/r\t2", "choices\t/data/a", "choices\t/data/r"]
    lines = [json.loads(line) for line in Runner(filling).run([*asked, "dump"])]
    assert [line.get("line") for line in lines] == [3, 4, None]
    assert lines[-1]["leaves"]["/data/a"]["value"] == "yes"
    assert lines[-1]["leaves"]["/data/r"]["value"] == "2"


def test_a_constraint_that_fails_is_told_when_it_is_asked_for() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | constraint |
        | | text | a | A | date(.) < today() |
        """
    )
    lines = [
        json.loads(line) for line in Runner(filling).run(["answer\t/data/a\tx", "validate", "dump"])
    ]
    assert [line.get("line") for line in lines] == [2, None]
    assert lines[1]["leaves"]["/data/a"]["value"] == "x"


def test_once_looks_at_itself_after_its_group_became_relevant() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | calculation | relevant |
        | | text | a | A | | |
        | | begin_group | g | G | | ${a} != 'x' |
        | | calculate | c | | once(concat(${a}, '!')) | |
        | | end_group | | | | |
        """
    )
    filling.answer("/data/a", "x")
    held = filling.node("/data/g/c").value
    filling.answer("/data/a", "2")
    assert held == "x!"
    assert filling.node("/data/g/c").value == "x!"


def test_months_and_days_are_named_in_the_language_of_the_form() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label::English (en) | label::中文 (zh) | calculation |
        | | date | d | D | 日 | |
        | | calculate | c | | | format-date(${d}, '%a') |
        """
    )
    filling.set_language("中文 (zh)")
    filling.answer("/data/d", "2026-11-21")
    assert filling.node("/data/c").value == "周六"
    filling.set_language("English (en)")
    filling.answer("/data/d", "2026-11-22")
    assert filling.node("/data/c").value == "Sun"


def test_a_point_has_two_numbers() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label |
        | | geopoint | p | P |
        """
    )
    lines = [json.loads(line) for line in Runner(filling).run(["answer\t/data/p\t1", "dump"])]
    assert lines[0]["leaves"]["/data/p"]["value"] is None
