"""Tables spell coordinates as asked, and are read again to the same place."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from jdz_field.core.errors import BadUsage
from jdz_field.geo.coordinates import point_from_text
from jdz_field.geo.display import FORMS, read_position
from jdz_field.operations.exporting import ExportRequest, export_request
from jdz_field.operations.forms import add_form
from jdz_field.operations.projects import create_project
from jdz_field.operations.record_export import export_records
from jdz_field.operations.records import Filling
from jdz_field.operations.sites import add_site
from tests.xforms.books import survey

LON, LAT = 117.212345678, 29.354321987
SETTINGS = (("form_title", "form_id", "version"), ("点", "place", "1"))


@pytest.fixture
def project(tmp_path: Path):
    with create_project(tmp_path / "p", name="试点", author="余小敏") as made:
        add_site(made, "geohazard", LON, LAT, {"name": "虚构示例 点"})
        head = ("type", "name", "label")
        form = survey(tmp_path / "f.xlsx", head, ("geopoint", "at", "位置"), settings=SETTINGS)
        add_form(made, form)
        yield made


def cells(file: Path) -> dict[str, str]:
    if file.suffix == ".xlsx":
        head, row = list(openpyxl.load_workbook(file).worksheets[0].values)[:2]
        return {str(name): str(cell) for name, cell in zip(head, row, strict=True)}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return next(iter(csv.DictReader(stream)))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("form", ["", *FORMS])
def test_sites_are_spelled_as_asked_and_read_again(project, tmp_path, form, suffix) -> None:
    out = tmp_path / f"o{suffix}"
    export_request(project, out, ExportRequest(coordinates=form))
    row = cells(out)
    names = ("东坐标（米）", "北坐标（米）") if form == "plane39" else ("经度", "纬度")
    found = [next(v for n, v in row.items() if n.startswith(name[:2])) for name in names]
    lon, lat = point_from_text(*found)
    assert (lon, lat) == (pytest.approx(LON, abs=1e-7), pytest.approx(LAT, abs=1e-7))
    assert ("″" in found[0]) is (form == "dms")
    assert ("′" in found[0]) is (form in ("dm", "dms"))


def test_what_does_not_go_together_is_refused(project, tmp_path) -> None:
    for name, request in (
        ("a.gpkg", ExportRequest(coordinates="dms")),
        ("a.csv", ExportRequest(coordinates="dms", crs="EPSG:4527")),
        ("a.csv", ExportRequest(coordinates="roman")),
    ):
        with pytest.raises(BadUsage):
            export_request(project, tmp_path / name, request)
        assert not (tmp_path / name).exists()
    with pytest.raises(BadUsage):
        export_records(project, tmp_path / "a.json", coordinates="dms")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("form", FORMS)
def test_places_of_records_too_their_heights_beside(project, tmp_path, form, suffix) -> None:
    filling = Filling.start(project, "place")
    filling.session.answer("/data/at", f"{LAT} {LON} 88.5 3.2")
    assert filling.finalize(project).record is not None
    out = tmp_path / f"o{suffix}"
    export_records(project, out, coordinates=form)
    row = cells(out)
    lon, lat = read_position(row["at"].removeprefix("'"))
    assert (lon, lat) == (pytest.approx(LON, abs=1e-7), pytest.approx(LAT, abs=1e-7))
    assert (float(row["at-Altitude"]), float(row["at-Accuracy"])) == (88.5, 3.2)
    export_records(project, tmp_path / "plain.csv")
    assert cells(tmp_path / "plain.csv")["at"].split()[2:] == ["88.5", "3.2"]
