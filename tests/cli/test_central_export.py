"""``central export`` and ``central draw``: the centre's own data out, in every format."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from jdz_field.central.office import Office
from jdz_field.cli.root import run
from jdz_field.core.changes import RECORD
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Record
from tests.central.tablet import Tablet
from tests.central.test_tasks import publish

CODE = "360222010001"


@pytest.fixture
def place(tmp_path: Path) -> list[str]:
    return ["--files", str(tmp_path / "files"), "--who", "王"]


@pytest.fixture
def office(tmp_path: Path):
    with Office(None, tmp_path / "files") as opened:
        yield opened


@pytest.fixture
def filled(office: Office, tmp_path: Path) -> str:
    """Two points and a mine; a record of one point with a photo."""
    tablet = Tablet.enrol(office)
    site, record, photo = new_id(), new_id(), new_id()
    point = {"name": "瑶里滑坡", "code": CODE, "county_code": "360222", "kind_code": "01"}
    point |= {"geometry": "POINT (117.2 29.3)", "monitor_phone": "13800000000"}
    picture = tablet.batch(
        tablet.change(site, **point),
        tablet.change(new_id(), name="乐平", code="360281010001", county_code="360281"),
        tablet.change(new_id(), "mine", name="矿", code="K1", county_code="360222"),
        files=(b"picture",),
    )
    office.receive(picture)
    publish(office, tmp_path)
    made = Record(
        id=record, form="patrol", form_version="1", site=site, site_kind="geohazard",
        answers={"note": "有裂缝"}, author="Li", started="2026-06-01T00:00:00.000Z",
        finished="2026-06-01T00:05:00.000Z",
    )  # fmt: skip
    told = {n: getattr(made, n) for n in ("form", "form_version", "site", "site_kind", "author")}
    told |= {"answers": dict(made.answers), "started": made.started, "finished": made.finished}
    sha = picture.manifest.attachments[0].sha256
    office.receive(
        tablet.batch(
            tablet.change(record, RECORD, **told),
            tablet.change(photo, "attachment", sha256=sha, record=record, filename="a.jpg", size=7),
        )
    )
    return site


@pytest.fixture
def command(place, capsys):
    def call(*words, code=0):
        capsys.readouterr()
        assert run(["central", *map(str, words), *place, "--json"]) == code
        return json.loads(capsys.readouterr().out or "null")

    return call


def test_sites_as_csv_gpkg_and_by_county(command, filled, tmp_path):
    told = command("export", tmp_path / "all.csv", "--kind", "geohazard")
    assert told["written"] == 2
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert any(CODE in row for row in rows)
    assert command("export", tmp_path / "all.gpkg")["written"] == 3
    told = subprocess.run(
        ["ogrinfo", "-ro", "-q", tmp_path / "all.gpkg"], capture_output=True, text=True, check=True
    )
    assert len(told.stdout.splitlines()) == 2
    told = command("export", tmp_path / "one.geojson", "--kind", "geohazard", "--county", "360222")
    assert told["written"] == 1


def test_records_as_xlsx_and_json(command, filled, tmp_path):
    assert command("export", tmp_path / "r.json", "--what", "records")["written"] == 1
    (row,) = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert (row["answers"], row["site_code"]) == ({"note": "有裂缝"}, CODE)
    assert row["attachments"][0]["filename"] == "a.jpg"
    command("export", tmp_path / "r.xlsx", "--what", "records")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx", read_only=True)
    assert any("有裂缝" in row for row in book.worksheets[0].values)
    book.close()


def test_names_and_telephones_can_stay_behind(command, filled, tmp_path):
    command("export", tmp_path / "a.csv", "--kind", "geohazard", "--personal", "leave-out")
    assert "13800000000" not in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_an_export_is_in_the_audit_log(command, filled, office, tmp_path):
    command("export", tmp_path / "a.csv", "--kind", "mine")
    with office.database.read() as connection:
        told = connection.exec_driver_sql("SELECT who, act, what FROM audit ORDER BY id DESC")
        who, act, what = told.first()
    assert (who, act, json.loads(what)) == (
        "王",
        "export",
        {"file": "a.csv", "what": "sites", "written": 1},
    )


def test_what_cannot_be_written_is_said(command, filled, tmp_path):
    command("export", tmp_path / "a.docx", code=2)
    command("export", tmp_path / "a.csv", "--what", "people", code=2)
    command("export", tmp_path / "none" / "a.csv", "--kind", "mine", code=4)


def test_a_draw_and_the_list_of_draws(command, filled):
    told = command("draw", "--what", "sites", "--kind", "geohazard", "--count", "1", "--seed", "s")
    assert (told["population"], len(told["drawn"])) == (2, 1)
    (kept,) = command("draw", "--list")
    assert (kept["by"], kept["seed"], kept["drawn"]) == ("王", "s", told["drawn"])
    command("draw", "--what", "sites", code=2)
