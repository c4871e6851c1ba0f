from __future__ import annotations

from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import raw_xform, session, value


def test_choice_names_follow_the_language_and_the_filter() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label::zh | label::en | choice_filter | calculation |
        | | text | group | 组 | Group | | |
        | | select_one ab | one | 一 | One | f = ${group} | |
        | | calculate | name | | | | jr:choice-name(${one}, '${one}') |
        | | note | said | 选了${name} | Chose ${name} | | |
        | choices |
        | | list_name | name | label::zh | label::en | f |
        | | ab | a | 甲 | Alpha | x |
        | | ab | b | 乙 | Beta | y |
        """,
        language="zh",
    )
    filling.answer("/data/group", "x")
    filling.answer("/data/one", "a")
    assert filling.node("/data/said").label == "选了甲"
    filling.answer("/data/group", "y")
    filling.answer("/data/one", "b")
    assert value(filling, "/data/name") == "乙"
    filling.set_language("en")
    filling.answer("/data/one", "b")
    assert filling.node("/data/said").label.startswith("Chose")


STATIC = raw_xform(
    '<instance><data id="f"><a/><n/><t/></data></instance>'
    "<bind nodeset='/data/n' calculate=\"jr:choice-name(/data/a, '/data/a')\"/>"
    "<bind nodeset='/data/t' calculate=\"jr:choice-name('x', '/data/n')\"/>",
    "<select1 ref='/data/a'><label>A</label><hint ref=\"'plain'\"/>"
    "<item><label>First <output value='/data/a'/></label><value>x</value></item>"
    "<item><value>y</value></item></select1>",
)


def test_choices_written_in_the_question() -> None:
    filling = FormSession(parse_form(STATIC))
    filling.answer("/data/a", "x")
    assert [(c.value, c.label) for c in filling.choices("/data/a")] == [("x", "First x"), ("y", "")]
    assert value(filling, "/data/n") == "First x"
    assert value(filling, "/data/t") == ""
    assert filling.node("/data/a").hint == "plain"
    filling.answer("/data/a", "z")
    assert [problem.kind for problem in filling.problems()] == ["choice"]


TEXTS = raw_xform(
    "<itext><translation lang='en' default=''><text id='a'><value form='short'>Short</value></text>"
    "<text id='b'><value>B</value><value form='audio'>jr://audio/b.mp3</value></text></translation>"
    "<translation lang='zh'><text id='a'><value>甲</value></text></translation></itext>"
    '<instance><data id="f"><x/></data></instance>',
    "<input ref='/data/x'><label ref=\"jr:itext('b')\"/><hint ref=\"jr:itext('a')\"/></input>",
)


def test_a_text_that_is_not_translated_is_shown_in_the_default_language() -> None:
    filling = FormSession(parse_form(TEXTS))
    assert filling.language == "en"
    assert filling.node("/data/x").hint == "Short"
    filling.set_language("zh")
    assert filling.node("/data/x").hint == "甲"
    assert filling.node("/data/x").label == "B"
    assert filling.node("/data/x").media == {}


LOOP = raw_xform(
    '<instance><data id="f"><a/><b/></data></instance>',
    "<input ref='/data/a'><setvalue event='xforms-value-changed' ref='/data/b'"
    " value='concat(/data/a, 1)'/></input>"
    "<input ref='/data/b'><setvalue event='xforms-value-changed' ref='/data/a'"
    " value='concat(/data/b, 2)'/></input>",
)


def test_actions_that_chase_each_other_are_stopped() -> None:
    filling = FormSession(parse_form(LOOP))
    filling.answer("/data/a", "x")
    assert 40 < len(value(filling, "/data/a")) < 120


FAILING = raw_xform(
    '<instance><data id="f"><a/><b/><c>text</c></data></instance>'
    "<bind nodeset='/data/b' type='date'/>"
    "<setvalue event='odk-instance-first-load' ref='/data/a'>given</setvalue>"
    "<setvalue event='odk-instance-load' ref='/data/b' value=\"'no date'\"/>",
    "<input ref='/data/a'/><input ref='/data/b'/>",
)


def test_an_action_that_fails_is_a_problem_of_its_question() -> None:
    filling = FormSession(parse_form(FAILING))
    assert value(filling, "/data/a") == "given"
    assert [(p.ref, p.kind) for p in filling.problems()] == [("/data/b", "rule")]
    again = FormSession(parse_form(FAILING), answers={"a": "kept"})
    assert value(again, "/data/a") == "kept"
