"""How positions were found: kept by finished forms, in every export, back again, in words."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyogrio.raw
import pytest
from lxml import etree

from jdz_field.core.i18n import spoken
from jdz_field.core.positions import HOW, Provenance, provenance_at
from jdz_field.core.sites import point_wkt
from jdz_field.operations.exporting import export_sites
from jdz_field.operations.forms import add_form
from jdz_field.operations.position_words import (
    added_words,
    crs_words,
    found_how,
    override_words,
    position_words,
    record_words,
    whole_words,
)
from jdz_field.operations.projects import create_project
from jdz_field.operations.record_export import export_records, record_json
from jdz_field.operations.records import Filling
from jdz_field.operations.sites import add_site, edit_site, position_of, to_flat_json
from jdz_field.operations.submissions import import_submissions
from jdz_field.operations.versions import carry_over, take_back
from jdz_field.store.project import Project
from tests.xforms.books import survey

HEAD = ("type", "name", "label")
ROWS = (("geopoint", "place", "位置"), ("begin_repeat", "r", "处"), ("geopoint", "p", "点"))
END = (("end_repeat", "", ""),)
PLACE, OTHER = "29.3521 117.2103 88.0 1.2", "29.3 117.3 0.0 0.0"
AVERAGE = Provenance(
    method="average", accuracy=1.2, samples=23, fix="rtk", satellites=14, outliers=0
)
GORGE = Provenance(
    method="receiver", accuracy=18.0, limit=5.0, reason="gorge", note="崖 下 <&> \x07", fix="single"
)
MAP, TYPED = (
    Provenance(method="map"),
    Provenance(method="typed", crs="EPSG:4527", typed="3248000, 39520000"),
)


def made(path: Path) -> Project:
    project = create_project(path, name="试点", author="余小敏")
    settings = (("form_title", "form_id", "version"), ("位置", "places", "1"))
    book = survey(path.parent / f"{path.name}.xlsx", HEAD, *ROWS, *END, settings=settings)
    add_form(project, book)
    return project


@pytest.fixture
def project(tmp_path: Path):
    with made(tmp_path / "p") as one:
        yield one


def finished(project: Project, first: Provenance = AVERAGE):
    filling = Filling.start(project, "places")
    filling.note_position(PLACE, first)
    filling.session.answer("/data/place", PLACE)
    entry = filling.session.add_repeat("/data/r")
    filling.note_position(OTHER, GORGE)
    filling.session.answer(f"{entry}/p", OTHER)
    record = filling.finalize(project).record
    assert record is not None
    return record


def test_a_submission_carries_it_and_another_project_reads_it(
    project: Project, tmp_path: Path
) -> None:
    record = finished(project)
    export_records(project, tmp_path / "out.xml")
    top = etree.parse(tmp_path / "out.xml").getroot()
    (meta,) = [one for one in top[0] if etree.QName(one).localname == "meta"]
    assert [one for one in meta if "jdzPositions" in one.tag]
    with made(tmp_path / "q") as other:
        (done,) = import_submissions(other, [tmp_path / "out.xml"])
        assert (done.status, done.notes) == ("imported", ())
        there = other.record(done.id)
        assert there is not None
        assert there.answers == record.answers
        assert (
            there.positions
            == record.positions
            == {
                PLACE: AVERAGE.to_json(),
                OTHER: GORGE.to_json(),
            }
        )
        assert other.check() == []


@pytest.mark.parametrize("bad", ["{", "[]", '{"29 117 0 0":{"method":"guess"}}', "[" * 9000])
def test_a_block_that_cannot_be_read_costs_no_record(
    project: Project, tmp_path: Path, bad: str
) -> None:
    finished(project)
    export_records(project, tmp_path / "out.xml")
    text = (tmp_path / "out.xml").read_text("utf-8")
    head, _, rest = text.partition("jdzPositions")
    opening, _, tail = rest.partition(">")
    _block, _, end = tail.partition("</jdz:jdzPositions>")
    changed = f"{head}jdzPositions{opening}>{bad}</jdz:jdzPositions>{end}"
    (tmp_path / "out.xml").write_text(changed, "utf-8")
    with made(tmp_path / "q") as other:
        (done,) = import_submissions(other, [tmp_path / "out.xml"])
        assert done.status == "imported"
        assert len(done.notes) == 1
        assert other.record(done.id).positions == {}


def test_every_table_says_it_in_words_and_whole(project: Project, tmp_path: Path) -> None:
    record = finished(project)
    whole = record.positions
    export_records(project, tmp_path / "out.json")
    (row,) = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert row["positions"] == whole
    export_records(project, tmp_path / "out.csv", coordinates="dms")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert json.loads(line["@positions_json"]) == whole
    assert "RTK" in line["@positions"]
    export_records(project, tmp_path / "out.gpkg")
    meta, _fids, _shapes, cells = pyogrio.raw.read(tmp_path / "out.gpkg")
    named = dict(zip(meta["fields"], cells, strict=True))
    assert json.loads(named["@positions_json"][0]) == whole


def test_a_workbook_takes_what_cells_can_hold(project: Project, tmp_path: Path) -> None:
    filling = Filling.start(project, "places")
    filling.note_position(PLACE, TYPED)
    filling.session.answer("/data/place", PLACE)
    record = filling.finalize(project).record
    export_records(project, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx", read_only=True)
    heads, cells = book.active.iter_rows(values_only=True)
    book.close()
    assert json.loads(cells[heads.index("@positions_json")]) == record.positions


def test_tables_without_positions_have_no_column_for_them(project: Project, tmp_path: Path) -> None:
    filling = Filling.start(project, "places")
    filling.session.answer("/data/place", PLACE)
    record = filling.finalize(project).record
    assert record_json(project, record)["positions"] == {}
    export_records(project, tmp_path / "out.csv")
    assert "@positions" not in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_a_sites_geopackage_keeps_the_column(project: Project, tmp_path: Path) -> None:
    site = add_site(project, "geohazard", 117.2, 29.3, {"name": "虚构示例"}, AVERAGE)
    export_sites(project, tmp_path / "out.gpkg")
    meta, _fids, _shapes, cells = pyogrio.raw.read(tmp_path / "out.gpkg", layer="geohazard")
    named = dict(zip(meta["fields"], cells, strict=True))
    assert provenance_at(named[HOW][0], 117.2, 29.3) == AVERAGE
    assert to_flat_json(site)["position"] == AVERAGE.to_json()
    assert HOW not in to_flat_json(site)


def test_a_site_keeps_it_through_moves_in_the_same_change(project: Project) -> None:
    site = add_site(project, "geohazard", 117.2, 29.3, {"name": "虚构示例"}, AVERAGE)
    change = edit_site(project, site.id, {"lon": 117.3, "lat": 29.4}, MAP)
    assert change is not None
    assert set(change.fields) == {"geometry", HOW}
    assert position_of(project.site(site.id)) == MAP
    edit_site(project, site.id, {"geometry": point_wkt(117.2, 29.3)})
    assert position_of(project.site(site.id)) == AVERAGE
    edit_site(project, site.id, {"lon": 117.21})
    moved = project.site(site.id)
    assert position_of(moved) is None
    assert found_how(moved, project.site_history(site.id)) is None
    assert project.check() == []


def test_a_carried_draft_keeps_it_even_when_that_is_taken_back(
    project: Project, tmp_path: Path
) -> None:
    filling = Filling.start(project, "places")
    filling.note_position(PLACE, AVERAGE)
    filling.session.answer("/data/place", PLACE)
    project.save_draft(filling.draft(project))
    settings = (("form_title", "form_id", "version"), ("位置", "places", "2"))
    add_form(project, survey(tmp_path / "n.xlsx", HEAD, *ROWS[1:], *END, settings=settings))
    moved = carry_over(project, project.draft(filling.id))
    again = Filling.resume(project, moved.id)
    project.save_draft(again.draft(project))
    back = take_back(project, project.draft(filling.id))
    assert back.answers["place"] == PLACE
    assert Filling.resume(project, back.id).position_of(PLACE) == AVERAGE


@pytest.mark.parametrize(
    ("how", "zh", "en"),
    [
        (
            AVERAGE,
            "平均定位 ±1.2 m · 23 次 · RTK固定 · 14 颗卫星",
            "Averaged ±1.2 m · 23 fixes · RTK fixed · 14 satellites",
        ),
        (MAP, "地图点选", "Tapped on the map"),
        (TYPED, "手工输入（CGCS2000 3°带39）", "Typed (CGCS2000 3° zone 39)"),
        (Provenance(method="typed"), "手工输入", "Typed"),
        (Provenance(method="photo", accuracy=4.0), "取自照片 ±4.0 m", "Taken from a photo ±4.0 m"),
        (
            Provenance(method="receiver", accuracy=0.02, replay=True),
            "接收机 ±0.02 m · 回放记录",
            "Receiver ±0.02 m · from a recorded log",
        ),
        (Provenance(method="receiver"), "接收机 · 精度未知", "Receiver · accuracy unknown"),
    ],
)
def test_a_position_is_told_in_both_languages(how: Provenance, zh: str, en: str) -> None:
    assert spoken("zh")(position_words)(how) == zh
    assert spoken("en")(position_words)(how) == en


def test_an_override_names_limit_and_reason() -> None:
    told = spoken("zh")(override_words)(GORGE)
    assert told.startswith("未达 5 m 要求：峡谷")
    assert "崖 下" in told
    assert told in spoken("zh")(whole_words)(GORGE)
    assert override_words(AVERAGE) == ""
    assert "gone" in override_words(Provenance(method="receiver", reason="gone"))


def test_several_positions_are_told_apart(project: Project) -> None:
    words = record_words(finished(project).positions)
    assert "29.3521 117.2103: " in words
    assert record_words({PLACE: {"method": "guess"}}) == ""
    assert added_words(None, 7) == ""
    assert added_words("x", "x {") == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("EPSG:4490", "CGCS2000"),
        ("EPSG:4326", "WGS 84"),
        ("EPSG:4513", "CGCS2000 3° zone 25"),
        ("EPSG:4548", "CGCS2000 3°, 117° E"),
        ("EPSG:2385", "EPSG:2385"),
        ("", ""),
        ("EPSG:²", "EPSG:²"),
    ],
)
def test_systems_are_named(code: str, words: str) -> None:
    assert spoken("en")(crs_words)(code) == words
