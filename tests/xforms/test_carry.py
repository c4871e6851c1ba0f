"""Answers carried from one version of a form to another: nothing vanishes without being named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.xforms.carry import Carry, Told, choices_of, compare, label_of
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.submission import as_text
from tests.xforms.tools import form

HEAD = "| survey |\n| | type | name | label | required | relevant |\n"
CHOICES = "| choices |\n| | list_name | name | label |\n"


def made(*rows: str, choices: str = "") -> FormDefinition:
    lines = [f"| | {row} |" + " |" * (4 - row.count("|")) for row in rows]
    return form(HEAD + "\n".join(lines) + ("\n" + CHOICES + choices if choices else ""))


def carry(old: FormDefinition, new: FormDefinition, **answers: Any) -> Carry:
    return compare(old, new, answers)


def test_the_same_form_keeps_everything() -> None:
    one = made("text | t | T", "integer | n | N")
    found = carry(one, one, t="x", n="3", meta={"instanceID": "uuid:1"})
    assert found.answers == {"t": "x", "n": "3", "meta": {"instanceID": "uuid:1"}}
    assert (found.kept, found.smooth, found.new) == (2, True, ())


def test_what_has_no_place_any_more_is_named_with_its_answer() -> None:
    found = carry(made("text | t | Town", "text | u | U"), made("text | u | U"), t="瑶里", u="")
    assert found.lost == (Told("/data/t", "Town", "瑶里", "gone"),)
    assert "t" not in found.answers
    assert not found.smooth


def test_an_empty_answer_is_no_loss() -> None:
    assert carry(made("text | t | T", "text | u | U"), made("text | u | U"), t=None).lost == ()


def test_a_question_that_stands_elsewhere_takes_its_answer_along() -> None:
    old = made("text | t | T", "integer | n | N")
    new = made("begin_group | g | G", "text | t | T", "end_group | |", "integer | n | N")
    found = carry(old, new, t="x", n="1")
    assert found.answers == {"g": {"t": "x"}, "n": "1"}
    assert found.moved == (Told("/data/g/t", "T", "x"),)
    assert (found.lost, found.new, found.smooth) == ((), (), True)
    back = carry(new, old, g={"t": "x"}, n="1")
    assert back.answers["t"] == "x"


@pytest.mark.parametrize(
    "new",
    [
        made("begin_repeat | g | G", "text | t | T", "end_repeat | |"),
        made("begin_group | g | G", "integer | t | T", "end_group | |"),
        made(
            *("begin_group | g | G", "text | t | T", "end_group | |"),
            *("begin_group | h | H", "text | t | T", "end_group | |"),
        ),
    ],
    ids=["into a repeat", "another type", "two of that name"],
)
def test_a_doubtful_new_place_is_not_guessed(new: FormDefinition) -> None:
    found = carry(made("text | t | T", "text | u | U"), new, t="x")
    assert [told.why for told in found.lost] == ["gone"]


@pytest.mark.parametrize(
    ("before", "after", "text", "why"),
    [
        ("text", "integer", "12", None),
        ("text", "integer", "many", "type"),
        ("integer", "text", "12", None),
        ("decimal", "integer", "1.5", "type"),
        ("text", "date", "2026-04-05", None),
        ("text", "date", "spring", "type"),
        ("text", "geopoint", "29.3 117.2", None),
    ],
)
def test_another_type_keeps_what_it_can_read_and_names_the_rest(
    before: str, after: str, text: str, why: str | None
) -> None:
    new = made(f"{after} | t | T")
    found = carry(made(f"{before} | t | T"), new, t=text)
    assert [told.why for told in found.changed] == ([why] if why else [])
    # Even unread it is there: the form shows it and says what is wrong.
    session = FormSession(new, answers=found.answers)
    assert session.node("/data/t").value.startswith(text)
    assert bool(session.problems()) is bool(why)


@pytest.mark.parametrize(("before", "after"), [("image", "text"), ("text", "image")])
def test_a_file_is_no_text(before: str, after: str) -> None:
    found = carry(made(f"{before} | t | T"), made(f"{after} | t | T"), t="a.jpg")
    assert [told.why for told in found.lost] == ["type"]
    assert "t" not in found.answers


TWO = "| | ab | a | Apple |\n| | ab | b | Birch |"
ONE = "| | ab | a | Apple |"


def test_a_choice_that_is_gone_is_named_by_its_label() -> None:
    old = made("select_one ab | s | S", "select_multiple ab | m | M", choices=TWO)
    new = made("select_one ab | s | S", "select_multiple ab | m | M", choices=ONE)
    found = carry(old, new, s="b", m=["a", "b"])
    assert [(t.ref, t.value, t.why) for t in found.changed] == [
        ("/data/s", "Birch", "choice"),
        ("/data/m", "Apple, Birch", "choice"),
    ]
    assert found.answers == {"s": "b", "m": "a b"}
    assert carry(old, new, s="a", m="a").smooth


def test_choices_that_depend_on_a_file_are_not_judged() -> None:
    one = made("select_one_from_file x.csv | s | S")
    (control,) = one.questions()
    assert choices_of(one, control) is None
    assert carry(one, one, s="whatever").smooth


def test_what_is_required_only_now_and_empty_is_named() -> None:
    old = made("text | t | T", "text | u | U", "text | v | V | yes")
    new = made("text | t | T | yes", "text | u | U | yes", "text | v | V | yes")
    assert [t.ref for t in carry(old, new, t="x").required] == ["/data/u"]


def test_an_entry_that_lacks_what_is_required_now_is_found() -> None:
    old = made("begin_repeat | r | R", "text | t | T", "end_repeat | |")
    new = made("begin_repeat | r | R", "text | t | T | yes", "end_repeat | |")
    assert carry(old, new, r=[]).required == ()
    assert carry(old, new, r=[{"t": "x"}]).required == ()
    assert [t.ref for t in carry(old, new, r=[{"t": "x"}, {"t": None}]).required] == ["/data/r/t"]


def test_new_questions_are_named_and_notes_are_not() -> None:
    new = made("text | t | T", "note | hello | Hello", "integer | n | Number")
    assert carry(made("text | t | T"), new, t="x").new == (Told("/data/n", "Number"),)
    asked = made("text | t | T", "integer | n | Number | yes")
    assert carry(made("text | t | T"), asked, t="x").new[0].why == "required"


def test_entries_of_repeats_come_along_one_by_one() -> None:
    old = made("begin_repeat | r | R", "text | t | T", "text | u | U", "end_repeat | |")
    new = made("begin_repeat | r | R", "text | t | T", "end_repeat | |")
    rows = [{"t": "1", "u": "2"}, {"t": "3", "u": None}, {"t": None, "u": "4"}]
    found = carry(old, new, r=rows)
    assert found.answers == {"r": [{"t": "1"}, {"t": "3"}, {"t": None}]}
    assert [(t.ref, t.value) for t in found.lost] == [("/data/r[1]/u", "2"), ("/data/r[3]/u", "4")]


@pytest.mark.parametrize(
    ("old", "new", "answers"),
    [
        ("repeat", "group", {"r": [{"t": "x"}]}),
        ("group", "repeat", {"r": {"t": "x"}}),
        ("group", "leaf", {"r": {"t": "x"}}),
        ("repeat", "none", {"r": [{"t": "x"}]}),
    ],
)
def test_what_was_inside_something_else_is_named(old: str, new: str, answers: Any) -> None:
    def shape(kind: str) -> FormDefinition:
        if kind == "leaf":
            return made("text | r | R")
        if kind == "none":
            return made("text | other | O")
        return made(f"begin_{kind} | r | R", "text | t | T", f"end_{kind} | |")

    found = compare(shape(old), shape(new), answers)
    assert [t.value for t in (*found.lost, *found.moved)] == ["x"]


def test_answers_that_are_no_answers_do_no_harm() -> None:
    one = made("begin_repeat | r | R", "text | t | T", "end_repeat | |", "text | u | U")
    for odd in ({"r": "x"}, {"r": [1, None]}, {"u": {"a": 1}}, {"gone": 1}, {}):
        assert isinstance(compare(one, one, odd).answers, dict)


def test_labels_are_in_the_language_and_without_answers() -> None:
    one = form(
        "| survey |\n| | type | name | label::中文 (zh) | label::English (en) |\n"
        "| | text | t | 乡镇 | Town |\n| | text | u | 在 ${t} | In ${t} |"
    )
    t, u = (control.definition for control in one.questions())
    assert label_of(one, t, "English (en)") == "Town"
    assert label_of(one, t, "中文 (zh)") == label_of(one, t, "nothing") == "乡镇"
    assert label_of(one, u, "English (en)") == "In …"
    plain = made("hidden | h |", "text | t | T")
    assert label_of(plain, plain.nodes["/data/h"]) == "h"


# ---- nothing vanishes

_TYPES = ("text", "integer", "date", "select_one ab", "image")
_ROWS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(_TYPES), min_size=1)
_FORMS = st.tuples(_ROWS, _ROWS, _ROWS)


def _shaped(parts: tuple[dict[str, str], dict[str, str], dict[str, str]]) -> FormDefinition:
    top, group, repeat = parts
    rows = [f"{kind} | {name} | {name}" for name, kind in top.items()]
    for holder, inside in (("group", group), ("repeat", repeat)):
        rows.append(f"begin_{holder} | {holder} | H")
        rows += [f"{kind} | {name} | {name}" for name, kind in inside.items()]
        rows.append(f"end_{holder} | |")
    return made(*rows, choices=TWO)


def _leaves(answers: Any) -> list[str]:
    if isinstance(answers, dict):
        return [leaf for value in answers.values() for leaf in _leaves(value)]
    if isinstance(answers, list):
        return [leaf for value in answers for leaf in _leaves(value)]
    return [as_text(answers)] if as_text(answers) else []


@settings(deadline=None, max_examples=40)
@given(_FORMS, _FORMS, st.data())
def test_every_answer_is_carried_or_named(before: Any, after: Any, data: st.DataObject) -> None:
    old, new = _shaped(before), _shaped(after)
    count = iter(range(1000))

    def some(names: dict[str, str]) -> dict[str, str]:
        return {n: f"answer {next(count)}" for n in names if data.draw(st.booleans())}

    rows = data.draw(st.integers(0, 2))
    answers = {
        **some(before[0]),
        "group": some(before[1]),
        "repeat": [some(before[2]) for _row in range(rows)],
    }
    found = compare(old, new, answers)
    carried, named = set(_leaves(found.answers)), {told.value for told in found.lost}
    assert carried | named == set(_leaves(answers))
    assert not carried & named
    assert found.kept + len(found.moved) + len(found.changed) == len(_leaves(found.answers))
    # What is carried is what the new version holds.
    held = set(_leaves(FormSession(new, answers=found.answers).answers()))
    assert carried <= held
