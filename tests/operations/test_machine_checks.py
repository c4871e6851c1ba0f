"""What the machine finds odd in real forms on a real project, and how reasons stay."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from jdz_field.cli.demo_answers import FORM, answer_first_half, answer_second_half
from jdz_field.core.clock import utc_now
from jdz_field.core.machine_checks import read_kept
from jdz_field.core.positions import Provenance
from jdz_field.core.sites import point_wkt
from jdz_field.operations.photos import add_photos
from jdz_field.operations.projects import create_project
from jdz_field.operations.record_export import export_records
from jdz_field.operations.records import Filling
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.operations.submissions import import_submissions
from jdz_field.store.project import Project

HERE = (117.5, 29.5)
POINT = {"code": "360222010001", "name": "示例滑坡", "kind_code": "01", "threatened_people": 120}
PLOT = {"code": "360222L0001", "name": "示例小班", "area_ha": 10.0, "density": 167}
SQUARE = "POLYGON ((117.5 29.5, 117.51 29.5, 117.51 29.51, 117.5 29.51, 117.5 29.5))"
OVERVIEW = "/data/photos/photo_overview"
SIGNS = "/data/photos/photo_deformation"
POSITION = "/data/visit/position"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checks") / "p"
    with create_project(folder, name="试", author="张三") as made:
        made.edit("geohazard", "one", {**POINT, "geometry": point_wkt(*HERE)})
        made.edit("plot", "plot", {**PLOT, "geometry": SQUARE})
    return folder


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copytree(template, tmp_path / "p")
    with Project.open(tmp_path / "p") as made:
        yield made


def started(project: Project) -> Filling:
    filling = Filling.start(project, FORM, "one")
    answer_first_half(filling)
    answer_second_half(filling)
    return filling


def photographed(project: Project, filling: Filling, file: Path, ref: str = OVERVIEW) -> None:
    made = add_photos(project, [file], record=filling.id, path=ref, any_file=True).files[0]
    assert made.attachment is not None
    filling.session.answer(ref, made.attachment.filename)


def whole(project: Project, folder: Path, *, seed: int = 1) -> Filling:
    """A patrol with two photos of its own, from the site."""
    filling = started(project)
    filling.session.answer(POSITION, "29.5 117.5 60 3")
    for n, ref in enumerate((OVERVIEW, SIGNS)):
        file = sample_photo(folder / f"{seed}-{n}.jpg", utc_now(), HERE, seed=10 * seed + n)
        photographed(project, filling, file, ref)
    return filling


def codes(project: Project, filling: Filling) -> list[str]:
    return [one.check for one in filling.findings(project)]


def test_a_usual_visit_raises_nothing(project: Project, tmp_path: Path) -> None:
    filling = whole(project, tmp_path)
    assert filling.findings(project) == []
    result = filling.finalize(project, ask=True)
    assert result.record is not None
    assert result.record.checks == {}


@pytest.mark.parametrize(("lat", "found"), [(29.5026, []), (29.5028, ["far"]), (29.9, ["far"])])
def test_far_begins_beyond_the_limit_and_the_error(
    project: Project, tmp_path: Path, lat: float, found: list[str]
) -> None:
    filling = whole(project, tmp_path)
    filling.session.answer(POSITION, f"{lat} 117.5 60 3")
    assert codes(project, filling) == found


def test_inside_an_area_nothing_is_far(project: Project) -> None:
    filling = Filling.start(project, "plot_check", "plot")
    filling.session.answer(POSITION, "29.505 117.505 0 3")
    assert "far" not in codes(project, filling)
    filling.session.answer(POSITION, "29.52 117.505 0 3")
    (far,) = [one for one in filling.findings(project) if one.check == "far"]
    assert far.figures["metres"] == pytest.approx(1110, abs=5)


def test_positions_that_are_replayed_or_coarse(project: Project, tmp_path: Path) -> None:
    filling = whole(project, tmp_path)
    value = "29.5 117.5 60.0 40.0"
    filling.session.answer(POSITION, value)
    assert codes(project, filling) == ["coarse"]
    filling.note_position(value, Provenance(method="receiver", accuracy=40, replay=True))
    assert codes(project, filling) == ["replayed", "coarse"]
    told = Provenance(method="receiver", accuracy=40, reason="gorge", limit=5)
    filling.note_position(value, told)
    assert codes(project, filling) == [], "its reason was given when it was taken"


def test_a_missing_view_may_be_excused_and_only_by_a_reason(
    project: Project, tmp_path: Path
) -> None:
    filling = whole(project, tmp_path)
    filling.session.answer(OVERVIEW, "")
    (view,) = filling.findings(project)
    assert (view.check, view.ref) == ("view", OVERVIEW)
    refused = filling.finalize(project)
    assert [one.ref for one in refused.problems] == [OVERVIEW]
    filling.say_why(view, "device")
    made = filling.finalize(project, ask=True)
    assert made.record is not None
    assert read_kept(made.record.checks)[0].reason == "device"


def test_the_same_photo_in_two_places(project: Project, tmp_path: Path) -> None:
    first = whole(project, tmp_path)
    assert first.finalize(project).record is not None
    again = whole(project, tmp_path, seed=2)
    photographed(project, again, tmp_path / "1-0.jpg")
    (found,) = again.findings(project)
    assert (found.check, found.ref) == ("photo_again", OVERVIEW)
    assert found.figures["record"] == first.id
    photographed(project, again, tmp_path / "2-0.jpg", OVERVIEW)
    photographed(project, again, tmp_path / "2-0.jpg", SIGNS)
    (found,) = again.findings(project)
    assert (found.check, found.ref, found.figures.get("record")) == ("photo_again", SIGNS, None)


def test_a_photo_of_another_place_and_time(project: Project, tmp_path: Path) -> None:
    filling = whole(project, tmp_path)
    old = utc_now() - timedelta(days=3)
    photographed(project, filling, sample_photo(tmp_path / "old.jpg", old, (117.6, 29.5), seed=9))
    assert codes(project, filling) == ["photo_far", "photo_old"]


def test_values_that_are_seldom_or_jump(project: Project, tmp_path: Path) -> None:
    filling = whole(project, tmp_path)
    filling.session.answer("/data/threat/people", "5000")
    assert codes(project, filling) == ["range", "jump"]
    filling.session.answer("/data/threat/people", "130")
    assert codes(project, filling) == []


def test_an_area_larger_than_its_plot(project: Project) -> None:
    filling = Filling.start(project, "forest_works_check", "plot")
    filling.session.answer("/data/done_ha", "10.4")
    assert "area" not in codes(project, filling)
    filling.session.answer("/data/done_ha", "12")
    assert "area" in codes(project, filling)


def test_time_that_goes_back(project: Project, tmp_path: Path) -> None:
    assert whole(project, tmp_path).finalize(project).record is not None
    again = whole(project, tmp_path, seed=3)
    again.session.answer("/data/visit/inspection_date", "2026-01-01")
    assert "before_last" in codes(project, again)
    ahead = utc_now() - timedelta(hours=2)
    with Project.open(project.path, now=lambda: ahead, read_only=True) as slow:
        assert "clock" in codes(slow, again)


def test_without_asking_it_is_kept_unanswered(project: Project, tmp_path: Path) -> None:
    filling = whole(project, tmp_path)
    filling.session.answer(POSITION, "29.9 117.5 60 3")
    asked = filling.finalize(project, ask=True)
    assert asked.record is None
    assert asked.problems == ()
    made = filling.finalize(project)
    assert made.record is not None
    kept = project.record(made.record.id)
    assert kept is not None
    assert [one.reason for one in read_kept(kept.checks)] == [""]


def test_an_urgent_report_is_never_held_up(project: Project) -> None:
    filling = Filling.start(project, "disaster_report", "one")
    filling.session.answer("/data/position", "29.9 117.5 0 180")
    said = {"report_kind": "danger", "place": "虚构示例村", "threatened": "12"}
    for name, value in {**said, "phone": "0798-0000000", "reporter": "张三"}.items():
        filling.session.answer(f"/data/{name}", value)
    made = filling.finalize(project, ask=True)
    assert made.record is not None
    assert {one.reason for one in read_kept(made.record.checks)} == {"urgent"}


def test_reasons_go_out_in_every_table_and_come_back(project: Project, tmp_path: Path) -> None:
    filling = whole(project, tmp_path)
    filling.session.answer(POSITION, "29.9 117.5 60 3")
    (far,) = filling.findings(project)
    filling.say_why(far, "桥断了")
    made = filling.finalize(project, ask=True)
    assert made.record is not None
    for name in ("out.csv", "out.json", "out.xml"):
        export_records(project, tmp_path / name)
    assert "桥断了" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "@checks" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    with create_project(tmp_path / "other", name="别处", author="李四") as other:
        (done,) = import_submissions(other, [tmp_path / "out.xml"], None)
        record = other.record(done.id)
        assert record is not None
        assert record.checks == made.record.checks


def test_damaged_reasons_of_a_submission_are_left_out(project: Project, tmp_path: Path) -> None:
    made = whole(project, tmp_path).finalize(project)
    assert made.record is not None
    export_records(project, tmp_path / "out.xml")
    root = etree.parse(tmp_path / "out.xml").getroot()
    meta = root.find(".//{*}meta")
    assert meta is not None
    block = etree.SubElement(meta, "{urn:jdz-field:checks}jdzChecks")
    block.text = '{"far:/x": 7}'
    etree.ElementTree(root).write(tmp_path / "bad.xml", encoding="utf-8")
    with create_project(tmp_path / "other", name="别处", author="李四") as other:
        (done,) = import_submissions(other, [tmp_path / "bad.xml"], None)
        record = other.record(done.id)
        assert record is not None
        assert record.checks == {}
