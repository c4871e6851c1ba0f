"""Rows of operators are as long as their author likes; only nesting is bounded."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.xforms.check_logic import constant
from jdz_field.xforms.check_walk import paths
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.syntax import walk
from tests.xforms.tools import calculations, evaluate, noon, session, value

_LONG = 3000


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (" + ".join(["/data/a"] * _LONG), "6000"),
        (" - ".join(["/data/a"] * _LONG), str(2 - 2 * (_LONG - 1))),
        ("/data/a * 3 + " + " + ".join(["1"] * _LONG), str(6 + _LONG)),
        (" * ".join(["/data/a", "3 div 3"] * 1000 + ["0"]), "0"),
        (" or ".join(f"/data/a = {n}" for n in range(_LONG, 1, -1)), "1"),
        (" or ".join(f"/data/a = {n}" for n in range(_LONG, 2, -1)), "0"),
        (" and ".join(["/data/a = 2"] * _LONG), "1"),
        (" and ".join(["/data/a = 2"] * _LONG + ["/data/a = 3"]), "0"),
        (f"count({' | '.join(['/data/a'] * _LONG)})", "1"),
        ("100 mod 7 * 5 - 3 - 2 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 10 + 4", "-8"),
        ("-1 - -1 + 2 - 3 + 4 - 5 + 6 - 7 + 8 - 9 + 10 - 11", "-5"),
    ],
)
def test_long_rows_are_calculated(expression: str, expected: str) -> None:
    assert evaluate(expression, a=("int", "2")) == expected


def test_the_rest_of_a_row_is_not_looked_at_when_the_answer_is_known() -> None:
    codes = " or ".join(f"/data/a = {n}" for n in range(20))
    assert evaluate(f"true() or date('x') = 1 or {codes}", a=("int", "2")) == "1"
    codes = " and ".join(f"/data/a != {n}" for n in range(20))
    assert evaluate(f"false() and date('x') = 1 and {codes}", a=("int", "2")) == "0"


def test_a_filter_of_many_conditions_still_finds_its_rows() -> None:
    wanted = " or ".join(f"name = 'x{n}'" for n in range(1000))
    every = " and ".join(["f != 'q'"] * 1000)
    filling = session(
        f"""
        | survey |
        | | type | name | label | choice_filter |
        | | select_one l | a | A | ({wanted} or name = 'one') and {every} and f = 'y' |
        | choices |
        | | list_name | name | label | f |
        | | l | one | One | y |
        | | l | two | Two | y |
        | | l | x3 | Three | n |
        """
    )
    assert [choice.value for choice in filling.choices("/data/a")] == ["one"]


def test_what_reads_expressions_takes_long_rows() -> None:
    tree = parse(" + ".join(f"/data/q{n}" for n in range(_LONG)))
    assert len(list(paths(tree))) == _LONG
    assert len(list(walk(tree))) == 2 * _LONG - 1
    assert constant(parse(" or ".join(["false()"] * _LONG))) is False
    assert constant(parse(" or ".join(["false()"] * _LONG + ["true()"]))) is True


def test_true_nesting_is_still_refused() -> None:
    xml = calculations({}, ["(" * 500 + "1" + ")" * 500])
    with pytest.raises(BadInput, match=r"nested|嵌套"):
        FormSession(parse_form(xml), now=noon)


def test_a_relevance_with_five_hundred_codes() -> None:
    codes = " or ".join(f"${{a}} = 'c{n}'" for n in range(500))
    filling = session(
        f"""
        | survey |
        | | type | name | label | relevant |
        | | text | a | A | |
        | | text | b | B | {codes} |
        """
    )
    assert not filling.node("/data/b").relevant
    filling.answer("/data/a", "c499")
    assert filling.node("/data/b").relevant
    assert value(filling, "/data/a") == "c499"
