"""Sites that may be one: found, compared, merged, remembered as two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.operations.duplicates import (
    NUMBER,
    PLACE,
    compare,
    find_duplicates,
    keep_both,
    merge_sites,
)
from jdz_field.operations.sites import delete_site, edit_site
from jdz_field.store.project import Project

CODE = "360222010001"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p", name="试", author="甲") as made:
        made.edit(
            "geohazard",
            "a",
            {"code": CODE, "name": "瑶里滑坡", "geometry": "POINT (117.4 29.5)", "kind_code": "01"},
        )
        made.edit(
            "geohazard",
            "b",
            {
                "code": CODE,
                "name": "瑶里 滑坡",
                "geometry": "POINT (117.4002 29.5001)",
                "kind_code": "02",
                "threatened_people": 5,
            },
        )
        made.edit("geohazard", "c", {"name": "瑶里滑坡", "geometry": "POINT (117.4 29.5004)"})
        made.edit("geohazard", "d", {"name": "瑶里滑坡", "geometry": "POINT (117.4 29.6)"})
        made.edit("mine", "m", {"code": CODE, "name": "瑶里滑坡", "geometry": "POINT (117.4 29.5)"})
        yield made


def keys(project: Project) -> list[tuple[str, str]]:
    return [(pair.key, pair.why) for pair in find_duplicates(project)]


def test_one_number_and_one_name_within_50_m(project: Project) -> None:
    assert keys(project) == [("a|b", NUMBER), ("a|c", PLACE), ("b|c", PLACE)]
    pair = find_duplicates(project, ("geohazard",))[0]
    assert pair.metres == pytest.approx(22.3, abs=0.5)
    assert find_duplicates(project, ("mine",)) == []
    assert pair.to_json()["ids"] == ["a", "b"]


def test_they_are_compared_field_by_field(project: Project) -> None:
    fields = {one.field: one for one in compare(project, "a", "b")}
    assert not fields["code"].differs
    assert fields["kind_code"].differs
    assert fields["kind_code"].one_words != fields["kind_code"].other_words
    assert fields["threatened_people"].one is None
    assert "remarks" not in fields
    assert next(iter(fields)) == "geometry"


def test_merging_keeps_one_fills_what_it_lacks_and_takes_what_is_chosen(project: Project) -> None:
    assert merge_sites(project, "a", "b", ["kind_code"]) == 2
    stays, goes = project.site("a"), project.site("b")
    assert stays is not None
    assert goes is not None
    assert stays.fields["kind_code"] == "02"
    assert stays.fields["threatened_people"] == 5
    assert stays.name == "瑶里滑坡"
    assert goes.deleted
    assert CODE in str(goes.fields["remarks"])
    assert keys(project) == [("a|c", PLACE)]
    assert project.check() == []


def test_they_are_two_is_remembered(project: Project) -> None:
    keep_both(project, "b", "a")
    keep_both(project, "a", "b")
    assert keys(project) == [("a|c", PLACE), ("b|c", PLACE)]


def test_a_deleted_site_is_no_duplicate(project: Project) -> None:
    site = project.site("b")
    assert site is not None
    delete_site(project, site)
    assert keys(project) == [("a|c", PLACE)]
    with pytest.raises(BadInput, match="瑶里"):
        merge_sites(project, "a", "b")


def test_a_site_without_a_place_is_known_by_its_number(project: Project) -> None:
    project.edit("geohazard", "e", {"code": "360222010009", "name": "甲"})
    project.edit("geohazard", "f", {"code": "360222010009", "name": "乙"})
    pair = next(p for p in find_duplicates(project) if p.key == "e|f")
    assert pair.metres is None
    assert merge_sites(project, "e", "f") == 1
    edit_site(project, "e", {"name": "丙"})


@pytest.mark.parametrize(
    ("stays", "goes", "take", "error"),
    [
        ("a", "a", (), BadInput),
        ("a", "m", (), BadInput),
        ("a", "nobody", (), BadInput),
        ("a", "b", ("volcano",), BadUsage),
    ],
)
def test_what_cannot_be_merged_is_one_sentence(
    project: Project, stays: str, goes: str, take: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        merge_sites(project, stays, goes, take)
    assert "\n" not in str(raised.value)
    assert find_duplicates(project)[0].key == "a|b"
