"""Records that show protected species leave with coarse places, in every format."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyogrio.raw
import pytest
import shapely

from jdz_field.core.positions import Provenance
from jdz_field.core.sites import Attachment
from jdz_field.operations.answer_files import Question, take_answer
from jdz_field.operations.forms import add_form
from jdz_field.operations.photo_sensitive import PEOPLE, SPECIES, PhotoWords, coarse, say_of
from jdz_field.operations.projects import create_project
from jdz_field.operations.record_export import export_records
from jdz_field.operations.records import Filling
from jdz_field.operations.sites import add_site
from jdz_field.store.project import Project
from tests.photos.pictures import HERE, camera, jpeg
from tests.xforms.books import survey

HEAD = ("type", "name", "label", "calculation")
ROWS = (
    ("text", "site_id", "点", ""),
    ("image", "photo", "照片", ""),
    ("geopoint", "place", "位置", ""),
    ("geotrace", "walk", "路线", ""),
    ("calculate", "copied", "", "concat('在 ', ${place})"),
    ("calculate", "again", "", "string(${place})"),
    ("integer", "count", "株数", ""),
)
SETTINGS = (("form_title", "form_id", "version"), ("种", "species", "1"))
PLACE, NEAR = "29.354321 117.212345 88.5 3.2", "29.35432"


@pytest.fixture
def project(tmp_path: Path):
    with create_project(tmp_path / "p", name="试点", author="余小敏") as made:
        add_form(made, survey(tmp_path / "f.xlsx", HEAD, *ROWS, settings=SETTINGS))
        yield made


def finished(project: Project, tmp_path: Path) -> tuple[str, Attachment]:
    """A record with a place, a line and a photo; its id and the photo."""
    site = add_site(project, "geohazard", 117.212345, 29.354321, {"name": "虚构示例 点"})
    filling = Filling.start(project, "species", site.id)
    file = tmp_path / f"IMG_{len(project.records())}.jpg"
    file.write_bytes(camera("<", HERE, pixels=jpeg(300, 200 + len(project.records()))))
    question = Question(filling.id, "/data/photo", site.id, "image")
    name = take_answer(project, file, question)
    answers = {"photo": name.filename, "place": PLACE, "count": "3"}
    answers["walk"] = f"{PLACE}; 29.355111 117.213222 0 0"
    for question, value in answers.items():
        filling.session.answer(f"/data/{question}", value)
    filling.note_position(PLACE, Provenance(method="typed", typed=PLACE))
    done = filling.finalize(project)
    assert done.record is not None, done.problems
    return done.record.id, name


def everything(project: Project, folder: Path) -> dict[str, str]:
    """What each format says, as one text."""
    folder.mkdir()
    found = {}
    for suffix in ("json", "csv", "xlsx", "gpkg", "xml"):
        file = folder / f"out.{suffix}"
        export_records(project, file)
        if suffix == "xlsx":
            rows = openpyxl.load_workbook(file).worksheets[0].values
            found[suffix] = json.dumps([[str(cell) for cell in row] for row in rows])
        elif suffix == "gpkg":
            _meta, _fids, shapes, cells = pyogrio.raw.read(file)
            told = [shapely.from_wkb(one).wkt for one in shapes]
            found[suffix] = " ".join([*told, *(str(c) for column in cells for c in column)])
        else:
            found[suffix] = file.read_text(encoding="utf-8-sig")
    return found


def test_no_format_tells_where_a_protected_species_is(project: Project, tmp_path: Path) -> None:
    record, photo = finished(project, tmp_path)
    before = project.record(record)
    for text in everything(project, tmp_path / "plain").values():
        assert NEAR in text
    say_of(project, [photo.id], PhotoWords(sensitive=SPECIES))
    site = project.site(before.site)
    east, north = coarse(117.212345, 29.354321)
    for suffix, text in everything(project, tmp_path / "out").items():
        for secret in ("29.354", "117.212", "29.355", site.code, site.id):
            assert secret not in text, (suffix, secret)
        assert f"{north}" in text, suffix
        assert f"{east}" in text, suffix
    # What is in the project is as it was.
    assert project.record(record) == before


def test_marks_of_people_hide_no_place(project: Project, tmp_path: Path) -> None:
    _record, photo = finished(project, tmp_path)
    say_of(project, [photo.id], PhotoWords(sensitive=PEOPLE))
    assert all(NEAR in text for text in everything(project, tmp_path / "out").values())


def test_only_the_marked_record_is_coarse_and_it_is_said(project: Project, tmp_path: Path) -> None:
    marked, photo = finished(project, tmp_path)
    other, _photo = finished(project, tmp_path)
    say_of(project, [photo.id], PhotoWords(sensitive=SPECIES))
    done = export_records(project, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows[other]["place"] == PLACE
    assert rows[marked]["place"].endswith(" 0 10000")
    assert rows[marked]["walk"] == ""
    assert rows[marked]["count"] == rows[other]["count"]
    assert done.written == 2
    (note,) = done.notes
    assert "1" in note
    assert "10" in note
