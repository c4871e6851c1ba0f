"""Which questions make a table, and how its cells are read and shown."""

from __future__ import annotations

import pytest

from jdz_field.ui.form.table_columns import columns_of, notes_of, read, shown
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Choice
from tests.ui.form.forms import EVERY, HEAD
from tests.ui.form.nested_form import NESTED
from tests.ui.form.tally import TALLY

SIGNS = (Choice("dry", "枯梢"), Choice("bug", "虫害"), Choice("bent", "倾斜"))


def repeat_of(body, binds="", inside="<a/>"):
    return FormSession(
        parse_form(
            HEAD
            + f"""<h:head><h:title>t</h:title><model><instance><data id="t"><r jr:template="">
{inside}</r><meta><instanceID/></meta></data></instance>{binds}</model></h:head><h:body>
<group ref="/data/r"><repeat nodeset="/data/r">{body}</repeat></group></h:body></h:html>"""
        )
    )


def columns(session=None):
    return {
        one.path: one for one in columns_of(session or FormSession(parse_form(TALLY)), "/data/tree")
    }


def test_every_simple_question_is_a_column():
    found = columns()
    assert [(path, one.kind) for path, one in found.items()] == [
        ("species", "one"),
        ("dbh", "number"),
        ("height", "number"),
        ("why", "text"),
        ("signs", "several"),
        ("day", "date"),
        ("clock", "time"),
        ("at", "moment"),
        ("seen", "tick"),
        ("slope", "number"),
        ("area", "number"),
        ("said", "words"),
    ]
    assert {path for path, one in found.items() if one.fixed} == {"area", "said"}
    assert {path for path, one in found.items() if one.required} == {"species", "dbh"}


def test_asking_for_the_columns_adds_no_entry():
    session = FormSession(parse_form(TALLY))
    columns_of(session, "/data/tree")
    assert session.node("/data/tree").children == ()


@pytest.mark.parametrize(
    ("control", "bind"),
    [
        ('<input ref="/data/r/a"/>', "geopoint"),
        ('<input ref="/data/r/a"/>', "geotrace"),
        ('<upload ref="/data/r/a" mediatype="image/*"/>', "binary"),
        ('<input ref="/data/r/a" appearance="multiline"/>', "string"),
        ("", "string"),
    ],
)
def test_what_needs_more_room_makes_no_table(control, bind):
    session = repeat_of(control, f'<bind nodeset="/data/r/a" type="{bind}"/>')
    assert columns_of(session, "/data/r") is None


def test_a_repeat_in_it_or_none_at_all_makes_no_table():
    nested = FormSession(parse_form(NESTED))
    assert columns_of(nested, "/data/house") is None
    assert columns_of(nested, "/data/nowhere") is None
    nested.add_repeat("/data/house")
    assert [one.path for one in columns_of(nested, "/data/house[1]/person")] == ["name", "age"]


def test_more_questions_than_a_screen_takes_make_no_table():
    names = [f"q{n}" for n in range(31)]
    body = "".join(f'<input ref="/data/r/{name}"/>' for name in names)
    session = repeat_of(body, inside="".join(f"<{name}/>" for name in names))
    assert columns_of(session, "/data/r") is None


def test_questions_of_a_group_are_columns_too():
    session = repeat_of(
        '<group ref="/data/r/g"><label>G</label><input ref="/data/r/g/a"/></group>'
        '<group><input ref="/data/r/b"/></group>',
        inside="<g><a/></g><b/>",
    )
    assert [one.path for one in columns_of(session, "/data/r")] == ["g/a", "b"]


def test_a_note_that_says_the_same_everywhere_stands_above():
    session = repeat_of(
        '<input ref="/data/r/n"><label>先量胸径</label></input><input ref="/data/r/a"/>',
        '<bind nodeset="/data/r/n" type="string" readonly="true()"/>',
        "<n/><a/>",
    )
    assert [one.path for one in columns_of(session, "/data/r")] == ["a"]
    assert notes_of(session, "/data/r") == ["先量胸径"]


def test_the_form_with_every_kind_of_question_has_a_table_of_its_cracks():
    assert columns_of(FormSession(parse_form(EVERY)), "/data/crack") is not None


@pytest.mark.parametrize(
    ("path", "typed", "lexical"),
    [
        ("dbh", " １２．５ ", "12.5"),
        ("dbh", "", ""),
        ("dbh", "大约", "大约"),
        ("day", "11-22", "2026-11-22"),
        ("day", "2026年2月30日", "2026年2月30日"),
        ("clock", "8点5分", "08:05:00.000+08:00"),
        ("clock", "25:00", "25:00"),
        ("at", "2026/1/2 0830", "2026-01-02T08:30:00.000+08:00"),
        ("at", "2026-01-02", "2026-01-02"),
        ("seen", "是", "OK"),
        ("seen", "否", ""),
        ("signs", "倾斜、枯梢", "dry bent"),
        ("signs", "bug 大", "bug 大"),
        ("species", "倾斜", "bent"),
        ("species", "倾", "倾"),
        ("why", " 有空格 ", " 有空格 "),
    ],
)
def test_what_is_typed_becomes_the_answer(path, typed, lexical):
    assert read(columns()[path], typed, SIGNS, 2026) == lexical


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("dbh", "12.0", "12"),
        ("dbh", "约十", "约十"),
        ("clock", "08:30:00.000+08:00", "08:30"),
        ("at", "2026-11-22T00:30:00.000Z", "2026-11-22 08:30"),
        ("at", "昨天", "昨天"),
        ("signs", "dry bent", "枯梢、倾斜"),
        ("signs", "gone dry", "gone、枯梢"),
        ("day", "2026-11-22", "2026-11-22"),
    ],
)
def test_an_answer_is_shown_as_a_person_reads_it(path, answer, words):
    session = FormSession(parse_form(TALLY))
    ref = session.add_repeat("/data/tree")
    session.answer(f"{ref}/{path}", answer)
    assert shown(columns(session)[path], session.node(f"{ref}/{path}"), SIGNS) == words
