"""Expressions over a small record: paths, predicates, operators."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.xpath.compiler import known_functions
from tests.xforms.tools import calculations, evaluate, raw_xform, session, value

NUMBERS = {"a": ("int", "6"), "b": ("decimal", "2.50"), "t": ("string", "甲"), "e": ("int", "")}


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("/data/a + /data/b", "8.5"),
        ("../a * 2", "12"),
        ("../a div 0", "Infinity"),
        ("-../a div 0", "-Infinity"),
        ("../e + 1", None),
        ("../e div 0", None),
        ("5.5 mod -2", "1.5"),
        ("5 mod 0", None),
        ("../a > 5 and ../b < 3", "1"),
        ("../a != 6 or not(../t)", "0"),
        ("'甲' = ../t", "1"),
        ("../b = 2.5", "1"),
        ("count(../a | ../b | ../a)", "2"),
        ("(../a | ../b)[2]", "2.5"),
        ("../a[. > 100]", None),
        ("name(../t)", "t"),
        ("count(../t/preceding-sibling::a)", "1"),
        ("count(../t/following-sibling::b)", "0"),
        ("count(../t/ancestor::data)", "1"),
        ("name(../t/self::t)", "t"),
        ("string-length(/data/@id)", "1"),
        ("sum(//a)", "6"),
        ("sum(/data/descendant::b)", "2.5"),
    ],
)
def test_expressions(expression: str, result: str | None) -> None:
    assert evaluate(expression, **NUMBERS) == result


def test_a_step_may_go_up_after_it_went_down() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | calculation |
        | | begin_group | g | G | |
        | | integer | x | X | |
        | | end_group | | | |
        | | integer | y | Y | |
        | | calculate | z | | /data/g/../y + 1 |
        """
    )
    filling.answer("/data/y", "4")
    assert value(filling, "/data/z") == "5"


REPEATED = """
| survey |
| | type | name | label | calculation |
| | begin_repeat | tree | Tree | |
| | integer | width | Width | |
| | calculate | same | | /data/tree/width + 0 |
| | calculate | all | | sum(../../tree/width) |
| | calculate | last_one | | ../../tree[last()]/width |
| | calculate | place | | position(..) |
| | calculate | wider | | count(../../tree[width > current()/../width]) |
| | end_repeat | | | |
| | calculate | second | | /data/tree[2]/width |
| | calculate | wide | | count(/data/tree[width > 5]) |
| | calculate | first_wide | | /data/tree[width > 5][1]/width |
| | calculate | of_place | | /data/tree[position() = 2]/width |
"""


def test_references_in_repeats() -> None:
    filling = session(REPEATED)
    for width in ("4", "9", "7"):
        last = len(filling.outline()[0].children)
        filling.answer(f"/data/tree[{last}]/width", width)
        if width != "7":
            filling.add_repeat("/data/tree")
    shown = {
        name: [value(filling, f"/data/tree[{at}]/{name}") for at in (1, 2, 3)]
        for name in ("same", "all", "last_one", "place", "wider")
    }
    assert shown == {
        "same": ["4", "9", "7"],
        "all": ["20", "20", "20"],
        "last_one": ["7", "7", "7"],
        "place": ["1", "2", "3"],
        "wider": ["2", "0", "1"],
    }
    outside = [value(filling, f"/data/{n}") for n in ("second", "wide", "first_wide", "of_place")]
    assert outside == ["9", "2", "9", "9"]
    filling.remove_repeat("/data/tree[1]")
    assert [value(filling, f"/data/tree[{at}]/place") for at in (1, 2)] == ["1", "2"]
    assert value(filling, "/data/second") == "7"


def test_a_repeated_value_where_one_is_due_is_a_fault_of_that_question_only() -> None:
    set_language("en")
    filling = session(
        """
        | survey |
        | | type | name | label | calculation |
        | | begin_repeat | tree | Tree | |
        | | integer | width | Width | |
        | | end_repeat | | | |
        | | calculate | bad | | ${width} + 1 |
        | | calculate | good | | count(${tree}) |
        """
    )
    filling.add_repeat("/data/tree")
    assert value(filling, "/data/good") == "2"
    assert "repeated 2 times" in (filling.node("/data/bad").error or "")
    assert [problem.kind for problem in filling.problems()] == ["rule"]
    filling.remove_repeat("/data/tree[2]")
    assert filling.faults() == []


LISTS = {
    "trees": [
        {"name": "1", "kind": "pine", "age": "10"},
        {"name": "2", "kind": "fir", "age": "10.0"},
        {"name": "3", "kind": "pine", "age": "x"},
    ]
}


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("instance('trees')/root/item[name = 2]/kind", "fir"),
        ("instance('trees')/root/item[name = '2']/kind", "fir"),
        ("count(instance('trees')/root/item[kind = /data/k])", "2"),
        ("count(instance('trees')/root/item[/data/k = kind and age = 10])", "1"),
        ("count(instance('trees')/root/item[kind = /data/k][age != 'x'])", "1"),
        ("count(instance('trees')/root/item[age = 10])", "2"),
        ("count(instance('trees')/root/item[age = number('x')])", "0"),
        ("count(instance('trees')/root/item[kind = 'pine' and contains(name, '3')])", "1"),
        ("count(instance('trees')/root/item[name = position()])", "3"),
        ("instance('trees')/root/item[last()]/name", "3"),
        ("instance('trees')/root/item[2]/name", "2"),
        ("instance('trees')/root/item[kind = current()/../k][2]/name", "3"),
        ("count(instance('trees')/root/item/*)", "9"),
        ("pulldata('trees', 'kind', 'name', '2')", "fir"),
        ("pulldata('trees', 'kind', 'name', '9')", None),
        ("count(instance('trees')/root/item[boolean(kind = 'fir') = true()])", "1"),
        ("join('-', instance('trees')/root/item[kind = ../item[1]/kind]/name)", "1-3"),
    ],
)
def test_lists(expression: str, result: str | None) -> None:
    from tests.xforms.tools import noon

    xml = calculations({"k": ("string", "pine")}, [expression]).replace(
        "</instance>", '</instance><instance id="trees" src="jr://file-csv/trees.csv"/>', 1
    )
    filling = FormSession(parse_form(xml), now=noon, instances=LISTS)
    assert filling.faults() == []
    assert (value(filling, "/data/e0") or None) == result


@pytest.mark.parametrize(
    "expression",
    [
        "nope(1)",
        "concat(",
        "string-length(1, 2)",
        "if(1, 2)",
        "count(1)",
        "instance(/data/a)/root",
        "sum('x')",
        "indexed-repeat(/data/a, /data/b, 1)",
        "indexed-repeat(1, 2, 3)",
        "indexed-repeat(/data/a, /data)",
    ],
)
def test_what_cannot_be_compiled_is_refused(expression: str) -> None:
    with pytest.raises(BadInput):
        parse_form(calculations(NUMBERS, [expression]))


def test_a_reference_to_nothing_is_empty_and_reported() -> None:
    form = parse_form(calculations(NUMBERS, ["/data/nope", "../../../x", "/other/a", "../a/b/c"]))
    assert [problem.ref for problem in form.problems] == [f"/data/e{at}" for at in range(4)]
    filling = FormSession(form)
    assert value(filling, "/data/e0") == ""


def test_the_functions_of_the_odk_list_are_all_there() -> None:
    odk = """if position once selected selected-at count-selected jr:choice-name indexed-repeat
    count count-non-empty sum max min string-length substr substring-before substring-after
    translate
    string ends-with starts-with contains concat join regex coalesce round int number abs pow log
    log10 sin cos tan asin acos atan atan2 sqrt exp exp10 pi today now date date-time
    decimal-date-time decimal-time format-date format-date-time area distance geofence intersects
    random randomize uuid boolean not true false checklist weighted-checklist digest
    base64-decode extract-signed boolean-from-string normalize-space version pulldata
    current instance"""
    assert set(odk.split()) <= known_functions()


def test_the_root_of_a_document_may_be_climbed_to() -> None:
    assert evaluate("../../data/a", **NUMBERS) == "6"


def test_an_empty_form_body_is_a_form() -> None:
    xml = raw_xform('<instance><data id="x"><a>1</a></data></instance>')
    assert FormSession(parse_form(xml)).answers() == {"a": "1"}
