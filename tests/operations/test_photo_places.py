"""Records that were being made when a photo was taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jdz_field.core.clock import to_text
from jdz_field.core.sites import Draft, Record, point_wkt
from jdz_field.operations.photo_places import RecordFinder, SiteFinder, first_sure
from jdz_field.store.project import Project

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LON, LAT = 117.2, 29.3
SITE = "01900000-0000-7000-8000-000000000001"


def record(number: int, start: datetime, minutes: float, **more: object) -> Record:
    end = start + timedelta(minutes=minutes)
    values = {"site": SITE, "site_kind": "geohazard"} | more
    return Record(
        id=f"01900000-0000-7000-8000-0000000000{number:02d}", form="f", form_version="1",
        answers={}, author="a", started=to_text(start), finished=to_text(end), **values,
    )  # type: ignore[arg-type] # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p", name="p", author="a") as made:
        fields = {"code": "1", "name": "瑶里滑坡", "geometry": point_wkt(LON, LAT)}
        made.edit("geohazard", SITE, fields)
        yield made


def finder(project: Project) -> RecordFinder:
    return RecordFinder.of(project, NOON - timedelta(hours=1), NOON + timedelta(hours=1))


def test_a_photo_of_its_time_and_place_is_sure(project: Project) -> None:
    project.finalize(record(1, NOON, 20), draft=None)
    (one,) = finder(project).near(NOON + timedelta(minutes=5), (LON + 0.0005, LAT))
    assert (one.gap_s, one.sure, one.site, one.name) == (0, True, SITE, "瑶里滑坡")
    assert one.distance_m == pytest.approx(48.5, abs=1)
    assert first_sure([one], []) == (one.record, SITE)


def test_a_photo_beside_the_time_is_proposed_and_not_chosen(project: Project) -> None:
    project.finalize(record(1, NOON, 20), draft=None)
    (one,) = finder(project).near(NOON + timedelta(minutes=25), (LON, LAT))
    assert (one.gap_s, one.sure) == (300, False)
    assert first_sure([one], []) == (None, None)
    assert finder(project).near(NOON + timedelta(minutes=36), (LON, LAT)) == []


def test_a_photo_from_far_away_is_not_proposed(project: Project) -> None:
    project.finalize(record(1, NOON, 20), draft=None)
    assert finder(project).near(NOON, (LON + 0.01, LAT)) == []


def test_without_a_position_time_decides_if_it_is_one_record(project: Project) -> None:
    project.finalize(record(1, NOON, 20), draft=None)
    (one,) = finder(project).near(NOON, None)
    assert (one.distance_m, one.sure) == (None, True)
    project.finalize(record(2, NOON, 20), draft=None)
    assert [two.sure for two in finder(project).near(NOON, None)] == [False, False]


def test_the_records_own_place_counts_before_its_sites(project: Project) -> None:
    there = point_wkt(LON + 0.01, LAT)
    project.finalize(record(1, NOON, 20, geometry=there), draft=None)
    (one,) = finder(project).near(NOON, (LON + 0.01, LAT))
    assert one.distance_m == pytest.approx(0, abs=0.1)


def test_drafts_count_too_and_old_records_do_not(project: Project) -> None:
    project.finalize(record(1, NOON - timedelta(days=9), 20), draft=None)
    text = to_text(NOON)
    draft = Draft("01900000-0000-7000-8000-0000000000dd", "f", "1", {}, "a", text, text, SITE)
    project.save_draft(draft)
    found = finder(project).near(NOON + timedelta(minutes=30), (LON, LAT))
    assert [one.record for one in found] == [draft.id]


def test_no_time_no_proposal(project: Project) -> None:
    project.finalize(record(1, NOON, 20), draft=None)
    assert finder(project).near(None, (LON, LAT)) == []
    assert first_sure([], SiteFinder([]).near(LON, LAT)) == (None, None)


def test_the_nearer_in_time_comes_first(project: Project) -> None:
    project.finalize(record(1, NOON - timedelta(minutes=12), 10), draft=None)
    project.finalize(record(2, NOON, 10), draft=None)
    found = finder(project).near(NOON + timedelta(minutes=1), (LON, LAT))
    assert [one.gap_s for one in found] == [0, 180]
    assert found[0].to_json()["gap_s"] == 0
