from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.xforms.definition import parse_form
from tests.xforms.tools import calculations, evaluate, session, value

VALUES = {"a": ("int", "6"), "e": ("int", ""), "t": ("string", "x y")}


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("if(../a > 5, 'big', 'small')", "big"),
        ("if(../e, 1, 2)", "2"),
        ("if(true(), ../t, 1)", "x y"),
        ("if(../a > 5, ../a > 1, ../a < 1)", "1"),
        ("coalesce(../e, ../t)", "x y"),
        ("coalesce(../e, '', 'third')", "third"),
        ("coalesce(number('x'), 5)", "5"),
        ("once('first')", "first"),
        ("position(..)", "1"),
        ("position()", "1"),
        ("position(../nothing)", "0"),
        ("number(../t)", None),
        ("string(../a)", "6"),
    ],
)
def test_choosing(expression: str, result: str | None) -> None:
    assert evaluate(expression, **VALUES) == result


def test_once_keeps_what_is_there() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | calculation |
        | | text | t | T | |
        | | calculate | kept | | once(${t}) |
        """
    )
    assert value(filling, "/data/kept") == ""
    filling.answer("/data/t", "a")
    filling.answer("/data/t", "b")
    assert value(filling, "/data/kept") == "a"


INDEXED = """
| survey |
| | type | name | label | calculation |
| | begin_repeat | plot | Plot | |
| | begin_repeat | tree | Tree | |
| | integer | width | Width | |
| | calculate | before | | indexed-repeat(${width}, ${tree}, position(..) - 1) |
| | end_repeat | | | |
| | end_repeat | | | |
| | integer | p | P | |
| | integer | t | T | |
| | calculate | picked | | indexed-repeat(${width}, ${plot}, ${p}, ${tree}, ${t}) |
"""


def test_indexed_repeat_picks_by_place() -> None:
    filling = session(INDEXED)
    filling.add_repeat("/data/plot[1]/tree")
    filling.add_repeat("/data/plot")
    filling.add_repeat("/data/plot[2]/tree")
    filling.answer("/data/plot[1]/tree[1]/width", "11")
    filling.answer("/data/plot[1]/tree[2]/width", "12")
    filling.answer("/data/plot[2]/tree[1]/width", "21")
    assert value(filling, "/data/picked") == "11"
    filling.answer("/data/t", "2")
    assert value(filling, "/data/picked") == "12"
    filling.answer("/data/p", "2")
    assert value(filling, "/data/picked") == ""
    filling.answer("/data/t", "1")
    assert value(filling, "/data/picked") == "21"
    assert value(filling, "/data/plot[1]/tree[2]/before") == "11"
    filling.answer("/data/plot[1]/tree[1]/width", "13")
    assert value(filling, "/data/plot[1]/tree[2]/before") == "13"


@pytest.mark.parametrize(
    "expression",
    [
        "if(1, 2)",
        "coalesce(1)",
        "indexed-repeat(/data/a, /data, 1, 2)",
        "indexed-repeat('a', /data, 1)",
        "indexed-repeat(/data/a[1 = 1], /data, 1)",
        "position('a')",
        "randomize('a')",
        "jr:choice-name('a', 'b + 1')",
        "pulldata('a')",
    ],
)
def test_calls_that_cannot_be_are_refused(expression: str) -> None:
    with pytest.raises(BadInput):
        parse_form(calculations(VALUES, [expression]))
