"""Filling a form by reference."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import form, raw_xform, session, value

SMALL = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | hint::中文 (zh) | hint::English (en) | guidance_hint::中文 (zh) | relevant | required | required_message::中文 (zh) | required_message::English (en) | constraint | constraint_message::中文 (zh) | constraint_message::English (en) | calculation | appearance | media::image::English (en) |
| | integer | people | 人数 | People | 现住 | Living there | 问村长 | | yes | 请填人数 | Say how many | . >= 0 | 不能为负 | Not negative | | numbers | people.png |
| | decimal | area | 面积 | Area | | | | ${people} > 10 | | | | | | | | | |
| | select_one ab | ab | 选 ${people} | Pick ${people} | | | | | | | | | | | | minimal | |
| | calculate | twice | | | | | | | | | | | | | ${people} * 2 | | |
| | begin_group | g | 组 | Group | | | | ${people} > 1 | | | | | | | | field-list | |
| | date | day | 日期 | Day | | | | | | | | . <= today() | | | | | |
| | image | photo | 照片 | Photo | | | | | yes | | | | | | | | |
| | end_group | | | | | | | | | | | | | | | | |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) | media::image::English (en) |
| | ab | a | 甲 | Alpha | a.png |
| | ab | b | 乙 | Beta | |
| settings |
| | default_language |
| | 中文 (zh) |
"""  # noqa: E501


def test_answers_change_just_what_depends_on_them() -> None:
    filling = session(SMALL)
    assert set(filling.answer("/data/people", "5")) == {
        "/data/people",
        "/data/twice",
        "/data/ab",
        "/data/g",
        "/data/g/day",
        "/data/g/photo",
    }
    assert set(filling.answer("/data/people", "6")) == {"/data/people", "/data/twice", "/data/ab"}
    assert "/data/area" in filling.answer("/data/people", "11")
    assert filling.answer("/data/g/day", "2026-04-05") == ("/data/g/day",)


def test_a_question_shows_what_it_is() -> None:
    filling = session(SMALL)
    node = filling.node("/data/people")
    assert (node.kind, node.type, node.control, node.appearance) == (
        "question",
        "int",
        "input",
        "numbers",
    )
    assert (node.label, node.hint, node.guidance) == ("人数", "现住", "问村长")
    assert (node.relevant, node.required, node.readonly) == (True, True, False)
    assert node.required_message == "请填人数"
    filling.set_language("en")
    assert filling.node("/data/people").media == {"image": "jr://images/people.png"}
    assert filling.language == "English (en)"
    filling.answer("/data/people", "3")
    assert filling.node("/data/ab").label == "Pick 3"
    assert [(c.value, c.label) for c in filling.choices("/data/ab")] == [
        ("a", "Alpha"),
        ("b", "Beta"),
    ]
    assert filling.choices("/data/ab")[0].media == {"image": "jr://images/a.png"}
    assert filling.node("/data/g/photo").mediatype == "image/*"


def test_languages_are_found_by_their_short_name() -> None:
    filling = session(SMALL, language="en")
    assert filling.languages == ("中文 (zh)", "English (en)") or set(filling.languages) == {
        "中文 (zh)",
        "English (en)",
    }
    assert filling.node("/data/people").label == "People"
    with pytest.raises(BadInput):
        filling.set_language("fr")


def test_the_outline_is_the_form_in_order() -> None:
    filling = session(SMALL)
    assert [node.ref for node in filling.outline()] == [
        "/data/people",
        "/data/area",
        "/data/ab",
        "/data/g",
    ]
    group = filling.outline()[-1]
    assert (group.kind, group.label, group.appearance) == ("group", "组", "field-list")
    assert group.children == ("/data/g/day", "/data/g/photo")
    assert not group.relevant


def test_bad_answers_are_kept_shown_and_reported() -> None:
    set_language("en")
    filling = session(SMALL, language="en")
    filling.answer("/data/people", "many")
    node = filling.node("/data/people")
    assert (node.value, node.error) == ("many", "many is no whole number.")
    assert value(filling, "/data/twice") == ""
    filling.answer("/data/people", "-1")
    assert filling.node("/data/people").error == "Not negative"
    assert value(filling, "/data/twice") == "-2"
    filling.answer("/data/ab", "z")
    assert "z" in (filling.node("/data/ab").error or "")
    assert [(p.ref, p.kind) for p in filling.problems()] == [
        ("/data/people", "constraint"),
        ("/data/ab", "choice"),
    ]
    filling.answer("/data/people", None)
    assert filling.problems()[0].message == "Say how many"
    assert filling.problems()[0].label == "People"
    assert filling.node("/data/people").error is None


@pytest.mark.parametrize(
    ("kind", "good", "kept", "bad"),
    [
        ("int", "０１２", "12", "1.5"),
        ("int", " 7 ", "7", "99999999999"),
        ("decimal", "1.50", "1.50", "1,5"),
        ("decimal", "１．５", "1.5", "abc"),
        ("date", "2026-4-5", "2026-04-05", "2026-02-30"),
        ("time", "8:30Z", None, "25:00"),
        ("dateTime", "2026-04-05T08:30:00Z", None, "2026-04-05 08:30"),
        ("geopoint", "29.3 117.2", "29.3 117.2 0.0 0.0", "29.3"),
        ("geotrace", "29 117;30 118", "29.0 117.0 0.0 0.0; 30.0 118.0 0.0 0.0", "a b;c d"),
        ("boolean", "t", "1", None),
        ("select", " a  b ", "a b", None),
    ],
)
def test_answers_are_read_by_type(kind: str, good: str, kept: str | None, bad: str | None) -> None:
    xml = raw_xform(
        f'<instance><data id="f"><q/></data></instance><bind nodeset="/data/q" type="{kind}"/>',
        '<input ref="/data/q"/>',
    )
    filling = FormSession(parse_form(xml))
    filling.answer("/data/q", good)
    assert filling.node("/data/q").error is None
    if kept is not None:
        assert value(filling, "/data/q") == kept
    if bad is not None:
        filling.answer("/data/q", bad)
        assert filling.node("/data/q").error
        assert value(filling, "/data/q") == bad
        assert [problem.kind for problem in filling.problems()] == ["type"]
        assert not filling.readable("/data/q", bad)
    filling.answer("/data/q", "")
    assert filling.problems() == []


REPEAT = """
| survey |
| | type | name | label | repeat_count | relevant | calculation | default |
| | integer | n | N | | | | |
| | begin_repeat | free | Free | | ${n} != 9 | | |
| | text | x | X | | | | |
| | text | stamp | Stamp | | | | concat('s', ${n}) |
| | begin_repeat | inner | Inner | | | | |
| | text | y | Y ${x} | | | | |
| | end_repeat | | | | | | |
| | end_repeat | | | | | | |
| | begin_repeat | counted | Counted | ${n} | | | |
| | text | z | Z | | | | |
| | end_repeat | | | | | | |
| | calculate | zs | | | | count(${counted}) | |
"""


def test_repeats_are_added_and_removed() -> None:
    filling = session(REPEAT)
    filling.answer("/data/n", "2")
    made = filling.add_repeat("/data/free")
    assert made == "/data/free[2]"
    assert "/data/free[2]/x" in filling.take_changes()
    assert value(filling, "/data/free[2]/stamp") == "s2"
    filling.answer("/data/free[2]/x", "here")
    repeat = filling.outline()[1]
    assert (repeat.ref, repeat.kind, repeat.can_add) == ("/data/free", "repeat", True)
    assert repeat.children == ("/data/free[1]", "/data/free[2]")
    instance = filling.node("/data/free[2]")
    assert (instance.kind, instance.position, instance.can_remove) == ("instance", 2, True)
    assert instance.children == ("/data/free[2]/x", "/data/free[2]/stamp", "/data/free[2]/inner")
    assert filling.add_repeat("/data/free[2]/inner") == "/data/free[2]/inner[1]"
    assert filling.node("/data/free[2]/inner[1]/y").label == "Y here"
    changed = filling.remove_repeat("/data/free[1]")
    assert "/data/free[1]/x" in changed
    assert value(filling, "/data/free[1]/x") == "here"
    assert filling.node("/data/free[1]/inner[1]/y").label == "Y here"


def test_counted_repeats_follow_their_count() -> None:
    filling = session(REPEAT)
    filling.answer("/data/n", "3")
    for at in (1, 2, 3):
        filling.answer(f"/data/counted[{at}]/z", f"z{at}")
    assert value(filling, "/data/zs") == "3"
    filling.answer("/data/n", "1")
    counted = filling.node("/data/counted")
    assert counted.children == ("/data/counted[1]",)
    assert not counted.can_add
    assert value(filling, "/data/zs") == "1"
    assert len(filling.submission()["counted"]) == 1
    assert len(filling.answers()["counted"]) == 3
    filling.answer("/data/n", "2")
    assert value(filling, "/data/counted[2]/z") == "z2"
    filling.answer("/data/n", "0")
    assert filling.node("/data/counted").children == ()


def test_what_cannot_be_added_or_removed_is_refused() -> None:
    filling = session(REPEAT)
    filling.answer("/data/n", "9")
    for ref in ("/data/counted", "/data/free", "/data/n", "/data/nothing", "/data/free[1]"):
        with pytest.raises(BadInput):
            filling.add_repeat(ref)
    for ref in ("/data/n", "/data/free[7]", "/data/free"):
        with pytest.raises(BadInput):
            filling.remove_repeat(ref)


@pytest.mark.parametrize(
    "ref", ["", "/", "/x", "/data/q", "data/n", "/data/n[2]", "/data/free/x", "/data/#9"]
)
def test_refs_to_nothing_are_refused(ref: str) -> None:
    filling = session(REPEAT)
    with pytest.raises(BadInput):
        filling.node(ref)
    with pytest.raises(BadInput):
        filling.answer(ref, "1")


def test_groups_are_no_questions() -> None:
    with pytest.raises(BadInput):
        session(SMALL).answer("/data/g", "1")


def test_a_count_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jdz_field.xforms.repeats.MAX_INSTANCES", 50)
    filling = session(
        """
        | survey |
        | | type | name | label | repeat_count | calculation |
        | | integer | start | Start | | |
        | | begin_repeat | r | R | ${start} * (count(${r}) + 1) | |
        | | text | x | X | | |
        | | end_repeat | | | | |
        """
    )
    filling.answer("/data/start", "1")
    assert len(filling.node("/data/r").children) == 50
    assert [problem.kind for problem in filling.problems()] == ["rule"]


def test_groups_without_a_node_are_shown_too() -> None:
    xml = raw_xform(
        '<instance><data id="f"><a/><b/></data></instance>',
        "<group appearance='w1'><label>Loose</label><input ref='/data/a'/>"
        "<group><label>Deep</label><input ref='/data/b'/></group></group>",
    )
    filling = FormSession(parse_form(xml))
    loose = filling.outline()[0]
    assert (loose.kind, loose.label, loose.appearance) == ("group", "Loose", "w1")
    assert loose.children[0] == "/data/a"
    deep = filling.node(loose.children[1])
    assert (deep.label, deep.children) == ("Deep", ("/data/b",))


ACTIONS = """
| survey |
| | type | name | label | calculation | trigger | default |
| | text | a | A | | | |
| | text | b | B | concat(${a}, '!') | ${a} | |
| | text | c | C | concat(${b}, '?') | ${b} | |
| | integer | d | D | | | 2 + 3 |
| | dateTime | seen | | now() | ${a} | |
"""


def test_actions_set_each_other_off() -> None:
    filling = session(ACTIONS)
    assert value(filling, "/data/d") == "5"
    filling.answer("/data/a", "x")
    assert (value(filling, "/data/b"), value(filling, "/data/c")) == ("x!", "x!?")
    assert value(filling, "/data/seen").startswith("2026-04-05T")
    filling.answer("/data/b", "mine")
    filling.answer("/data/a", "x")
    assert value(filling, "/data/b") == "mine"


def test_preloads_are_taken_once() -> None:
    markdown = """
    | survey |
    | | type | name | label |
    | | start | start | |
    | | end | end | |
    | | today | today | |
    | | username | user | |
    | | deviceid | device | |
    | | text | a | A |
    """
    made = form(markdown)
    from tests.xforms.tools import noon

    filling = FormSession(made, now=noon, metadata={"username": "张三", "deviceid": "d1"})
    assert value(filling, "/data/user") == "张三"
    assert value(filling, "/data/device") == "d1"
    assert value(filling, "/data/today") == "2026-04-05"
    assert value(filling, "/data/end") == ""
    started = value(filling, "/data/start")
    again = FormSession(made, answers=filling.answers())
    assert value(again, "/data/start") == started
    assert again.instance_id == filling.instance_id
    filling.finish()
    assert value(filling, "/data/end") == started


def test_a_new_version_names_the_old_one() -> None:
    xml = raw_xform(
        '<instance><data id="f"><a/><meta><instanceID/><deprecatedID/></meta></data></instance>'
        '<bind nodeset="/data/meta/instanceID" jr:preload="uid"/>',
        '<input ref="/data/a"/>',
    )
    made = parse_form(xml)
    first = FormSession(made)
    second = FormSession(made, answers=first.answers(), replaces=first.instance_id)
    assert second.instance_id != first.instance_id
    assert second.answers()["meta"]["deprecatedID"] == first.instance_id


def test_instance_names() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label |
        | | text | a | A |
        | settings |
        | | instance_name |
        | | concat('Visit ', ${a}) |
        """
    )
    filling.answer("/data/a", "one")
    assert filling.instance_name == "Visit one"
    assert session(ACTIONS).instance_name == ""


_SCRIPT = st.lists(
    st.one_of(
        st.tuples(
            st.just("answer"),
            st.sampled_from(
                ["/data/n", "/data/free[1]/x", "/data/free[2]/x", "/data/counted[2]/z"]
            ),
            st.sampled_from(["", "1", "2", "3", "x", "9"]),
        ),
        st.tuples(
            st.just("add"), st.sampled_from(["/data/free", "/data/free[1]/inner"]), st.just("")
        ),
        st.tuples(
            st.just("remove"), st.sampled_from(["/data/free[1]", "/data/free[2]"]), st.just("")
        ),
    ),
    max_size=12,
)
_REPEAT_FORM = form(REPEAT)


@settings(max_examples=60, deadline=None)
@given(_SCRIPT)
def test_a_draft_comes_back_as_it_was(script: list[tuple[str, str, str]]) -> None:
    filling = FormSession(_REPEAT_FORM)
    for command, ref, text in script:
        try:
            if command == "answer":
                filling.answer(ref, text)
            elif command == "add":
                filling.add_repeat(ref)
            else:
                filling.remove_repeat(ref)
        except BadInput:
            continue
    draft = json.loads(json.dumps(filling.answers()))
    again = FormSession(_REPEAT_FORM, answers=draft)
    assert again.answers() == filling.answers()
    assert again.submission() == filling.submission()
    assert again.to_xml() == filling.to_xml()
    assert [p.ref for p in again.problems()] == [p.ref for p in filling.problems()]


def test_choices_from_a_repeat() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | choice_filter |
        | | begin_repeat | person | Person | |
        | | text | who | Who | |
        | | integer | age | Age | |
        | | end_repeat | | | |
        | | select_one ${who} | oldest | Oldest | ${age} > 17 |
        """
    )
    filling.answer("/data/person[1]/who", "甲")
    filling.answer("/data/person[1]/age", "40")
    filling.add_repeat("/data/person")
    filling.answer("/data/person[2]/who", "乙")
    assert [choice.value for choice in filling.choices("/data/oldest")] == ["甲"]
    changed = filling.answer("/data/person[2]/age", "18")
    assert "/data/oldest" in changed
    assert [(c.value, c.label) for c in filling.choices("/data/oldest")] == [
        ("甲", "甲"),
        ("乙", "乙"),
    ]
    filling.answer("/data/person[2]/who", "丙")
    assert filling.choices("/data/oldest")[1].label == "丙"
    assert filling.choices("/data/person[1]/who") == []
