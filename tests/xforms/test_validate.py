"""ODK Validate, the reference's own judge, takes what we make of workbooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.catalogue import site_kinds
from jdz_field.core.lists import list_names
from jdz_field.core.resources import folder
from jdz_field.xforms.check import check_form
from jdz_field.xforms.convert import convert_xlsform
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from tests.xforms.books import survey
from tests.xforms.conftest import Validate

#: The lists that every project gives.
LISTS = [f"{name}.csv" for name in (*(k.entity_list for k in site_kinds()), *list_names())]
SHIPPED = sorted(file.stem for file in folder("forms").glob("*.xlsx"))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_forms_are_valid(name: str, validate: Validate) -> None:
    made = convert_xlsform(folder("forms") / f"{name}.xlsx")
    assert "form:title" in made.xml
    assert set(made.titles) == {"中文 (zh)", "English (en)"}
    assert "Xform is valid" in validate(made.xml)
    issues, _form = check_form(folder("forms") / f"{name}.xlsx", given=LISTS)
    assert issues == []


HEAD = ("type", "name", "label", "choice_filter")
CITIES = [
    ("list_name", "name", "label", "state"),
    ("city", "c1", "One", "s1"),
    ("city", "c2", "Two", "s2"),
]
STATES = [("list_name", "name", "label"), ("state", "s1", "S1"), ("state", "s2", "S2")]


def external(path: Path, **sheets: list[tuple[str, ...]]) -> Path:
    rows = (
        HEAD,
        ("select_one state", "st", "State"),
        ("select_one_external city", "c", "City", "state=${st}"),
    )
    return survey(path, *rows, **{"choices": STATES, "external_choices": CITIES, **sheets})


def test_external_choices_are_offered_from_the_form_itself(
    tmp_path: Path, validate: Validate
) -> None:
    made = convert_xlsform(external(tmp_path / "f.xlsx"))
    assert "Xform is valid" in validate(made.xml)
    session = FormSession(parse_form(made.xml))
    assert session.choices("/data/c") == []
    session.answer("/data/st", "s2")
    assert [(one.value, one.label) for one in session.choices("/data/c")] == [("c2", "Two")]


def test_external_choices_of_a_name_that_is_taken(tmp_path: Path) -> None:
    states = [*STATES, ("city", "x", "X")]
    made = convert_xlsform(external(tmp_path / "f.xlsx", choices=states))
    session = FormSession(parse_form(made.xml))
    session.answer("/data/st", "s1")
    assert [one.value for one in session.choices("/data/c")] == ["c1"]


def test_external_choices_follow_the_language(tmp_path: Path, validate: Validate) -> None:
    head = ("type", "name", "label::A", "label::B", "choice_filter")
    file = survey(
        tmp_path / "f.xlsx",
        head,
        ("text", "t", "A", "B"),
        ("select_one_external city", "c", "A", "B", "state=${t}"),
        external_choices=[
            ("list_name", "name", "label::A", "label::B", "state", "not a name"),
            ("city", "c1", "One", "Eins", "s1", "x"),
            ("city", "c2", "Two", "", "s2", "y"),
        ],
    )
    made = convert_xlsform(file)
    assert "Xform is valid" in validate(made.xml)
    session = FormSession(parse_form(made.xml), language="B")
    session.answer("/data/t", "s1")
    assert [one.label for one in session.choices("/data/c")] == ["Eins"]
    session.set_language("A")
    assert [one.label for one in session.choices("/data/c")] == ["One"]


def settings(**columns: str) -> list[tuple[str, ...]]:
    named = {"form_id": "f", "version": "1", **columns}
    return [tuple(named), tuple(named.values())]


def test_titles_travel_with_the_form(tmp_path: Path, validate: Validate) -> None:
    titles = {
        "form_title": "巡查",
        "form_title::English (en)": "Inspection",
        "default_language": "中文 (zh)",
    }
    file = survey(
        tmp_path / "f.xlsx",
        ("type", "name", "label::中文 (zh)", "label::English (en)"),
        ("text", "a", "甲", "A"),
        settings=settings(**titles),
    )
    made = convert_xlsform(file)
    assert "Xform is valid" in validate(made.xml)
    form = parse_form(made.xml)
    assert form.title == "巡查"
    assert form.titles == {"中文 (zh)": "巡查", "English (en)": "Inspection"}
    assert [form.title_in(one) for one in ("en", "zh", "English (en)", "fr")] == [
        "Inspection",
        "巡查",
        "Inspection",
        "巡查",
    ]
    assert check_form(file)[0] == []


def test_titles_of_a_form_without_translations(tmp_path: Path, validate: Validate) -> None:
    file = survey(
        tmp_path / "f.xlsx",
        ("type", "name", "label"),
        ("text", "a", "A"),
        settings=settings(**{"form_title::English (en)": "One", "form_title::中文 (zh)": "一"}),
    )
    made = convert_xlsform(file)
    assert "Xform is valid" in validate(made.xml)
    form = parse_form(made.xml)
    assert (form.title_in("en"), form.title_in("zh")) == ("One", "一")
    assert FormSession(form).node("/data/a").label == "A"


def test_a_form_with_one_title_is_as_pyxform_makes_it(tmp_path: Path) -> None:
    file = survey(
        tmp_path / "f.xlsx",
        ("type", "name", "label"),
        ("text", "a", "A"),
        settings=settings(form_title="T"),
    )
    made = convert_xlsform(file)
    assert "form:title" not in made.xml
    assert made.titles == {}
    assert parse_form(made.xml).title_in("en") == "T"
