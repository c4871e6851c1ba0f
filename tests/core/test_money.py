"""Money of projects: sums of what was entered; what does not add up is said, never mended."""

from __future__ import annotations

from typing import Any

import pytest

from jdz_field.core.catalogue import site_kind
from jdz_field.core.money import FIELDS, Project, projects, sums
from jdz_field.core.progress import progress
from jdz_field.core.progress_fold import fold
from jdz_field.geo.outlines import outline_m2
from tests.core.plan_feed import Feed

END = "2035-12-31T15:59:59.999Z"


def found(feed: Feed) -> list[Project]:
    return projects(fold(feed.entries, END).sites.values(), {})


def one(**fields: Any) -> Project:
    feed = Feed()
    feed.works("w", money_document="景财〔2023〕1号", **fields)
    return found(feed)[0]


def codes(project: Project) -> list[str]:
    return [note.code for note in project.notes]


def test_the_catalogue_has_a_field_for_each_sum() -> None:
    names = site_kind("works").by_name
    assert FIELDS.keys() == {
        (step, source)
        for step in ("planned", "allocated", "spent")
        for source in ("central", "province", "county", "social")
    }
    for name in (*FIELDS.values(), "performance", "money_document", "budget"):
        assert names[name].group == "money"
    assert {names[name].unit for name in FIELDS.values()} == {"万元"}
    assert names["planned_central"].labels["zh"] == "中央资金计划"


def test_nothing_entered_is_nothing_and_not_0() -> None:
    project = one()
    assert project.totals == {"planned": None, "allocated": None, "spent": None}
    assert not project.has_money
    assert codes(project) == []


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("budget", {"budget": 100, "planned_central": 60, "planned_social": 39.99}),
        ("spent", {"spent": 10, "spent_central": 9, "allocated_central": 9, "planned_central": 9}),
        ("allocated_over", {"allocated_county": 10.01, "planned_county": 10}),
        ("spent_over", {"spent_county": 5, "allocated_county": 4, "planned_county": 4}),
        ("allocated_alone", {"allocated_province": 1}),
        ("spent_alone", {"spent_social": 80}),
        ("no_document", {"allocated_central": 1, "planned_central": 1, "money_document": None}),
        ("no_performance", {"acceptance": "1"}),
        ("no_programme", {"kind_code": "C9"}),
    ],
)
def test_what_does_not_add_up_is_said(code: str, fields: dict[str, Any]) -> None:
    feed = Feed()
    feed.works("w", **({"money_document": "景财〔2023〕1号"} | fields))
    assert codes(found(feed)[0]) == [code]


def test_a_cent_of_rounding_is_no_complaint() -> None:
    assert codes(one(budget=100, planned_central=60, planned_social=40.004)) == []
    assert codes(one(spent_central=0)) == []


def test_sums_name_their_projects_and_leave_units_with_projects_out() -> None:
    feed = Feed()
    feed.works("u", budget=500, planned_central=500)
    feed.works("p1", parent="u", budget=300, planned_central=100, planned_social=200)
    feed.works("p2", parent_code="u", town="瑶里镇", planned_central=50)
    feed.works("x", programme="B1", deleted=True, planned_central=9)
    feed.works("y", programme="B1", merged_into="p1", planned_central=9)
    told = found(feed)
    assert [(p.id, p.counted) for p in told] == [("p1", True), ("p2", True), ("u", False)]
    assert codes(told[2]) == ["parts"]
    (by_programme,) = sums(told, "programme")
    assert by_programme.key == ("A2",)
    assert by_programme.projects == ("p1", "p2")
    assert by_programme.totals == {"planned": 350, "allocated": None, "spent": None}
    assert by_programme.amounts["planned_social"] == 200
    towns = {s.key: s.totals["planned"] for s in sums(told, "county", "town")}
    assert towns == {("360222", "鹅湖镇"): 300, ("360222", "瑶里镇"): 50}


def test_more_than_the_plan_has_is_said_of_the_programme_and_a_record_of_its_project() -> None:
    feed = Feed()
    feed.works("w", programme="A7", planned_central=741.01, spent=10)
    feed.works("v", programme="A3", spent=7)
    feed.works_record(
        "r", "v", 1, on="2023-01-01", quantity="sewer", unit="km", form="wetland_works", spent=8
    )
    feed.review("r")
    told = progress(fold(feed.entries, END), END, outline_m2)
    lines = {line.programme.id: line for line in told.programmes}
    assert [(n.code, n.args) for n in lines["A7"].notes] == [
        ("planned_over_plan", {"one": 741.01, "other": 741})
    ]
    (note,) = next(p for p in told.projects if p.id == "v").notes
    assert (note.code, note.args) == ("record_spent", {"one": 7, "other": 8, "record": "r"})


def test_who_wrote_the_money_last_is_told() -> None:
    feed = Feed()
    feed.works("w", planned_central=1)
    feed.day = "2024-05-05"
    feed.say("w", "works", by="财务", spent_central=1)
    feed.say("w", "works", by="别人", name="其他")
    assert found(feed)[0].changed[1] == "财务"
    assert found(feed)[0].version == 3
