"""Danger grades: either figure decides, limits belong to the higher grade."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.core.grades import danger_grade, derive, effective, rule, rules_of, worth_stating


@pytest.mark.parametrize(
    ("people", "assets", "grade"),
    [
        (0, 0, "D"),
        (99, 499.9, "D"),
        (100, 0, "C"),
        (0, 500, "C"),
        (499, 4999, "C"),
        (500, 0, "B"),
        (3, 5000, "B"),
        (999, 9999, "B"),
        (1000, 0, "A"),
        (0, 10000, "A"),
        (10**6, 10**6, "A"),
    ],
)
def test_the_higher_of_both_grades_is_taken(people, assets, grade) -> None:
    assert danger_grade(people, assets) == grade


def test_every_grade_is_in_the_code_list() -> None:
    grades = {danger_grade(people, 0) for people in (0, 100, 500, 1000)}
    assert grades == {code.value for code in code_list("danger_grade").codes}


def test_fewer_than_none_have_no_grade() -> None:
    with pytest.raises(ValueError, match="no grade"):
        danger_grade(-1, -1)


def test_every_rule_names_fields_and_codes_that_there_are() -> None:
    for kind in SITE_KINDS:
        fields = site_kind(kind).by_name
        for name, by in rules_of(kind).items():
            assert set(by.inputs) <= set(fields)
            assert list(by.codes) == [c for c in by.codes if c in fields[name].code_list()]
            assert by.label
            for table in by.tables.values():
                assert table.source
                assert table.certainty in ("source", "general")
                for _field, limits in table.inputs:
                    assert len(limits) == len(by.codes) - 1
                    assert list(limits) == sorted(set(limits))


def test_every_derived_field_names_its_rule() -> None:
    for kind in SITE_KINDS:
        for field in site_kind(kind).fields:
            assert field.derived == bool(field.rule)
            assert not field.rule or rule(field.rule).codes
    with pytest.raises(KeyError):
        rule("nothing")
    assert rules_of("record") == {}


@pytest.mark.parametrize(
    ("kind_code", "volume", "grade", "certainty"),
    [
        ("01", 99_999, "D", "source"),
        ("01", 100_000, "C", "source"),
        ("01", 10_000_000, "A", "source"),
        ("02", 52_000, "C", "general"),
        ("03", 500_000, "A", "general"),
        ("04", 500_000, None, ""),
        (None, 500_000, None, ""),
    ],
)
def test_scale_goes_by_kind(kind_code, volume, grade, certainty) -> None:
    found = derive(rule("scale_grade"), {"kind_code": kind_code, "volume": volume})
    assert (found.value if found else None) == grade
    assert (found.table.certainty if found else "") == certainty


@pytest.mark.parametrize(
    ("rate", "verdict"), [(100, "1"), (85, "1"), (84.99, "2"), (41, "2"), (40.99, "3"), (0, "3")]
)
def test_survival_limits_are_half_open(rate, verdict) -> None:
    assert effective("plot", {"survival_rate": rate})["survival_verdict"] == verdict


@pytest.mark.parametrize("figure", [None, "many", True, -1, float("nan"), float("inf"), [3]])
def test_what_is_no_figure_gives_no_grade(figure) -> None:
    assert derive(rule("danger_grade"), {"threatened_people": figure}) is None
    assert (
        effective("geohazard", {"threatened_people": figure, "danger_grade": "?"})["danger_grade"]
        == "?"
    )


def test_one_missing_figure_gives_the_least_there_can_be() -> None:
    found = derive(rule("danger_grade"), {"threatened_people": 600})
    assert (found.value, found.used, found.missing) == (
        "B",
        ("threatened_people",),
        ("threatened_assets",),
    )
    for stated, holds in (("A", "A"), ("D", "B"), (None, "B"), ("?", "B")):
        values = {"threatened_people": 600, "danger_grade": stated}
        assert effective("geohazard", values)["danger_grade"] == holds


@given(st.integers(0, 3000), st.integers(0, 30000), st.integers(0, 500))
def test_more_people_never_lower_the_grade(people: int, assets: int, more: int) -> None:
    assert danger_grade(people + more, assets) <= danger_grade(people, assets)


def test_a_form_that_works_by_the_rule_states_nothing() -> None:
    before = {"threatened_assets": 1.0, "name": "a"}
    fields = {"threatened_people": 600, "danger_grade": "B", "name": "b"}
    assert worth_stating("geohazard", before, fields) == {"threatened_people": 600, "name": "b"}
    other = fields | {"danger_grade": "C"}
    assert worth_stating("geohazard", before, other) == other
