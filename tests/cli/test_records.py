"""``records`` on a real project."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from lxml import etree

from jdz_field.cli.root import run
from jdz_field.core.clock import utc_now
from jdz_field.operations.projects import create_project
from jdz_field.operations.sample_photos import sample_photo

SIGNS = (
    *("tension_crack", "shear_crack", "ground_heave", "ground_subsidence"),
    *("spalling", "tilted_trees", "building_damage", "muddy_water"),
)
WARNINGS = (
    *("front_bulge", "rear_arc_crack", "front_cracks"),
    *("spring_change", "pond_drop", "reading_jump"),
)
ANSWERS = "\n".join(
    [
        "answer\t/data/visit/weather\tsunny",
        "answer\t/data/visit/inspection_type\tflood",
        *(
            f"answer\t/data/signs/{name}\tno"
            for name in [
                "tension_crack",
                "shear_crack",
                "ground_heave",
                "ground_subsidence",
                "spalling",
                "tilted_trees",
                "building_damage",
                "muddy_water",
            ]
        ),
        *(
            f"answer\t/data/slide_warnings/{name}\tno"
            for name in [
                "front_bulge",
                "rear_arc_crack",
                "front_cracks",
                "spring_change",
                "pond_drop",
                "reading_jump",
            ]
        ),
        *(
            f"answer\t/data/care/{name}\tyes"
            for name in ["phone_answered", "shelter_ready", "route_open", "cards_issued"]
        ),
        "answer\t/data/threat/people\t12",
        "answer\t/data/threat/stability\t好",
    ]
)


@pytest.fixture
def project(tmp_path: Path) -> str:
    folder = tmp_path / "p"
    with create_project(folder, name="试", author="张三") as made:
        fields = {"code": "360222010001", "name": "=示例", "kind_code": "01"}
        made.edit("geohazard", "site-1", {**fields, "geometry": "POINT (117.5 29.5)"})
    (tmp_path / "answers.tsv").write_text(ANSWERS, encoding="utf-8")
    sample_photo(tmp_path / "a.jpg", utc_now(), (117.5, 29.5))
    return str(folder)


def _new(project: str, *more: str) -> list[str]:
    folder = Path(project).parent
    head = ["--project", project, "records", "new", "geohazard_inspection"]
    where = ["--site", "360222010001", "--answers", str(folder / "answers.tsv")]
    return [*head, *where, *more, "--json"]


def _with_photo(project: str) -> list[str]:
    photo = Path(project).parent / "a.jpg"
    return _new(project, "--attach", f"/data/photos/photo_overview={photo}")


def test_a_complete_record_is_finalized(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_with_photo(project)) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["state"] == "final"
    assert made["problems"] == []
    assert run(["--project", project, "records", "show", made["id"], "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["state"] == "unsent"
    assert shown["attachments"][0]["path"] == "/data/photos/photo_overview"


def test_what_is_missing_is_listed_and_the_draft_kept(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(_new(project)) == 1
    made = json.loads(capsys.readouterr().out)
    assert made["state"] == "draft"
    assert [p["path"] for p in made["problems"]] == ["/data/photos/photo_overview"]
    assert run(["--project", project, "records", "list", "--drafts", "--json"]) == 0
    assert [r["id"] for r in json.loads(capsys.readouterr().out)] == [made["id"]]


def test_a_draft_is_kept_when_asked(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_new(project, "--draft")) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "draft"


def test_a_line_that_cannot_be_done_leaves_a_draft(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = Path(project).parent / "answers.tsv"
    answers.write_text(ANSWERS + "\nanswer\t/data/nothing\t1\n", encoding="utf-8")
    assert run(_with_photo(project)) == 1
    made = json.loads(capsys.readouterr().out)
    assert made["state"] == "draft"
    assert made["problems"][0]["line"] == ANSWERS.count("\n") + 2


@pytest.mark.parametrize("bad", [["--attach", "nonsense"], ["--attach", "/data/x=/no/file.jpg"]])
def test_a_wrong_attachment_is_refused(project: str, bad: list[str]) -> None:
    assert run(_new(project, *bad)) in (2, 3)


def test_answers_that_are_no_text_are_refused(project: str) -> None:
    (Path(project).parent / "answers.tsv").write_bytes(b"\xff\xfe\x00")
    assert run(_new(project)) == 3


def test_an_unknown_record_is_refused(project: str) -> None:
    assert run(["--project", project, "records", "show", "nothing"]) == 3


def test_export_in_every_format(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_with_photo(project)) == 0
    folder = Path(project).parent
    for suffix in ("json", "csv", "xlsx", "gpkg", "xml"):
        out = folder / f"记录.{suffix}"
        capsys.readouterr()
        assert run(["--project", project, "records", "export", str(out), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["written"] == 1
    with (folder / "记录.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert row["visit/weather"] == "sunny"
    assert row["site_name"] == "'=示例"
    sheet = openpyxl.load_workbook(folder / "记录.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 2
    assert pyogrio.read_info(folder / "记录.gpkg")["features"] == 1
    root = etree.parse(folder / "记录.xml").getroot()
    assert root[0].get("id") == "geohazard_inspection"


def test_an_unknown_format_is_wrong_usage(project: str, tmp_path: Path) -> None:
    assert run(["--project", project, "records", "export", str(tmp_path / "x.doc")]) == 2
