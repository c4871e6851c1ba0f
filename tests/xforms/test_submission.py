from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.submission import answers_from_xml
from tests.xforms.tools import form, value

FORM = """
| survey |
| | type | name | label | relevant | calculation |
| | text | t | T | | |
| | integer | i | I | | |
| | decimal | d | D | | |
| | select_multiple ab | m | M | | |
| | begin_group | g | G | ${i} > 5 | |
| | date | day | Day | | |
| | end_group | | | | |
| | begin_repeat | r | R | | |
| | geopoint | p | P | | |
| | text | x | X | | |
| | end_repeat | | | | |
| | calculate | yes | | | ${i} > 5 |
| choices |
| | list_name | name | label |
| | ab | a | A |
| | ab | b | B |
| settings |
| | form_id | version |
| | sub | 7 |
"""
MADE = form(FORM)


def filled() -> FormSession:
    filling = FormSession(MADE)
    for ref, text in {
        "t": '甲 <&> "x"',
        "i": "6",
        "d": "1.50",
        "m": "a b",
        "g/day": "2026-04-05",
        "r[1]/x": "one",
    }.items():
        filling.answer(f"/data/{ref}", text)
    filling.add_repeat("/data/r")
    filling.answer("/data/r[2]/p", "29.3 117.2 10 3")
    return filling


def test_a_record_is_typed_and_leaves_out_what_is_irrelevant() -> None:
    filling = filled()
    record = filling.submission()
    assert record["i"] == 6
    assert record["d"] == 1.5
    assert record["m"] == ["a", "b"]
    assert record["g"] == {"day": "2026-04-05"}
    assert record["r"] == [{"p": None, "x": "one"}, {"p": "29.3 117.2 10.0 3.0", "x": None}]
    assert record["yes"] == "1" or record["yes"] is True
    filling.answer("/data/i", "1")
    assert "g" not in filling.submission()
    assert filling.answers()["g"] == {"day": "2026-04-05"}


def test_the_xml_is_an_openrosa_submission() -> None:
    filling = filled()
    root = etree.fromstring(filling.to_xml())
    assert root.tag == "data"
    assert (root.get("id"), root.get("version")) == ("sub", "7")
    assert root.findtext("t") == '甲 <&> "x"'
    assert [e.findtext("x") for e in root.findall("r")] == ["one", ""]
    assert root.findtext("meta/instanceID") == filling.instance_id
    filling.answer("/data/i", "1")
    assert etree.fromstring(filling.to_xml()).find("g") is None


def test_xml_comes_back_as_the_same_record() -> None:
    filling = filled()
    again = FormSession(MADE, answers=answers_from_xml(MADE, filling.to_xml()))
    assert again.submission() == filling.submission()
    assert again.to_xml() == filling.to_xml()
    stored = json.loads(json.dumps(filling.submission()))
    third = FormSession(MADE, answers=stored)
    assert third.submission() == filling.submission()
    assert third.instance_id == filling.instance_id


_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@settings(deadline=None, max_examples=50)
@given(_TEXTS, st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)), st.lists(_TEXTS, max_size=3))
def test_any_record_comes_back_from_its_xml(text: str, number: int | None, rows: list[str]) -> None:
    filling = FormSession(MADE)
    filling.answer("/data/t", text)
    filling.answer("/data/i", "" if number is None else str(number))
    for at, row in enumerate(rows):
        if at:
            filling.add_repeat("/data/r")
        filling.answer(f"/data/r[{at + 1}]/x", row)
    again = FormSession(MADE, answers=answers_from_xml(MADE, filling.to_xml()))
    assert again.answers() == filling.answers()


def test_control_characters_do_not_break_the_xml() -> None:
    filling = FormSession(MADE)
    filling.answer("/data/t", "a\x00\x0bb\tc")
    assert etree.fromstring(filling.to_xml()).findtext("t") == "a\u2400\u240bb\tc"


@pytest.mark.parametrize(
    "xml", ["", "<other/>", "<data", '<!DOCTYPE data [<!ENTITY a "b">]><data/>']
)
def test_what_is_no_submission_of_the_form_is_refused(xml: str) -> None:
    with pytest.raises(BadInput):
        answers_from_xml(MADE, xml)


def test_unknown_elements_and_broken_answers_do_no_harm() -> None:
    answers = answers_from_xml(MADE, '<data id="sub"><nope/><i>x</i><r/><r><x>2</x></r></data>')
    assert answers == {"i": "x", "r": [{}, {"x": "2"}]}
    filling = FormSession(MADE, answers={**answers, "g": 3, "m": None, "t": 2.0, "d": 2.5, "q": 1})
    assert value(filling, "/data/i") == "x"
    assert value(filling, "/data/t") == "2"
    assert value(filling, "/data/d") == "2.5"
    assert filling.problems()[0].kind == "type"
    assert FormSession(MADE, answers={"r": "x"}).submission()["r"] == []
