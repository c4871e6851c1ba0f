from __future__ import annotations

import pytest

from jdz_field.xforms.last_saved import last_saved_lists
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import form, noon, value

FORM = form(
    """
    | survey |
    | | type | name | label | default | calculation |
    | | text | town | Town | ${last-saved#town} | |
    | | begin_group | g | G | | |
    | | integer | n | N | ${last-saved#n} + 1 | |
    | | end_group | | | | |
    | | begin_repeat | r | R | | |
    | | text | who | Who | | |
    | | end_repeat | | | | |
    | | calculate | before | | | count(instance('__last-saved')/data/r) |
    """
)


def test_answers_of_the_last_record_are_the_defaults_of_the_next() -> None:
    first = FormSession(FORM, now=noon)
    first.answer("/data/town", "瑶里")
    first.answer("/data/g/n", "4")
    first.add_repeat("/data/r")
    for kept in (first.submission(), first.answers()):
        following = FormSession(FORM, now=noon, last_saved=kept)
        assert value(following, "/data/town") == "瑶里"
        assert value(following, "/data/g/n") == "5"
        assert value(following, "/data/before") == "2"


@pytest.mark.parametrize("kept", [None, {}, {"town": None}, {"gone": "x", "r": "no list"}])
def test_without_a_last_record_its_answers_are_empty(kept: dict[str, object] | None) -> None:
    filling = FormSession(FORM, now=noon, last_saved=kept)
    assert value(filling, "/data/town") == ""
    assert value(filling, "/data/g/n") == ""
    assert filling.faults() == []


def test_a_form_that_does_not_ask_gets_no_list() -> None:
    plain = form("| survey |\n| | type | name | label |\n| | text | a | A |")
    assert last_saved_lists(plain, {"a": "x"}) == {}
    assert list(last_saved_lists(FORM, None)) == ["__last-saved"]


def test_a_draft_that_is_opened_again_keeps_its_own_answers() -> None:
    filling = FormSession(FORM, now=noon, answers={"town": "蛟潭"}, last_saved={"town": "瑶里"})
    assert value(filling, "/data/town") == "蛟潭"
