"""Sites written to every format and read back; what a format cannot hold."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Site
from jdz_field.geo.crs import reference
from jdz_field.ledger.export import Batch, batch_of, degrees, write
from tests.ledger.conftest import Check

Tool = Callable[[str], str]
SUFFIXES = [".gpkg", ".geojson", ".shp", ".csv", ".xlsx", ".kml", ".kmz", ".dxf"]


def site(kind: str = "geohazard", geometry: str | None = "POINT (117.4 29.5)", **f: Any) -> Site:
    fields = {"code": "360222010001", "name": "=瑶里", "county_code": "360222", "kind_code": "01"}
    return Site(new_id(), kind, {**fields, **f}, geometry, 117.4, 29.5)


def points() -> Batch:
    one = site(
        threatened_people=12, volume=1.5, causes="2 5", remarks="第一行\n第二行", sample=True
    )
    return batch_of("geohazard", [one, site(code="360222010002", geometry=None)], degrees())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_reads_back(tmp_path: Path, check: Check, suffix: str) -> None:
    batch = points()
    out = tmp_path / f"out{suffix}"
    made = write(out, [batch])
    assert out in made
    assert sorted(tmp_path.iterdir()) == sorted(made)
    # A drawing has no place for a site without one.
    first, *rest = check(out)
    assert len(rest) == (suffix != ".dxf")
    told = {name: value for name, value in first.fields.items() if value is not None}
    wanted = {**batch.sites[0].fields, "geometry": "POINT (117.4 29.5)"}
    if suffix == ".dxf":
        wanted["remarks"] = "第一行 第二行"
    assert told == wanted
    assert first.id == batch.sites[0].id
    assert all("geometry" not in one.fields for one in rest)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".csv", ".xlsx"])
@pytest.mark.parametrize("epsg", ["EPSG:4548", "EPSG:4527", "EPSG:4326"])
def test_any_modern_system(tmp_path: Path, check: Check, suffix: str, epsg: str) -> None:
    out = tmp_path / f"out{suffix}"
    write(out, [batch_of("geohazard", [site()], reference(epsg))])
    (row,) = check(out)
    assert row.status == "ok"
    lon, lat = (float(v) for v in row.fields["geometry"][7:-1].split())
    assert (lon, lat) == pytest.approx((117.4, 29.5), abs=1e-8)


def test_ogrinfo_reads_the_geopackage(tmp_path: Path, tool: Tool) -> None:
    out = tmp_path / "out.gpkg"
    mine = site("mine", "POLYGON ((117.4 29.5, 117.41 29.5, 117.41 29.51, 117.4 29.5))")
    write(out, [points(), batch_of("mine", [mine], degrees())])
    done = subprocess.run([tool("ogrinfo"), "-so", out], capture_output=True, text=True, check=True)
    assert "geohazard (Point)" in done.stdout
    assert "mine" in done.stdout


def test_areas_in_a_text_table_are_wkt(tmp_path: Path, check: Check) -> None:
    square = "POLYGON ((117.4 29.5, 117.41 29.5, 117.41 29.51, 117.4 29.5))"
    write(tmp_path / "out.csv", [batch_of("mine", [site("mine", square)], degrees())])
    (row,) = check(tmp_path / "out.csv", kind="mine")
    assert row.fields["geometry"] == square


def test_shapefiles_hold_one_family_of_geometry_each(tmp_path: Path, check: Check) -> None:
    square = "POLYGON ((117.4 29.5, 117.41 29.5, 117.41 29.51, 117.4 29.5))"
    both = [site("mine", square), site("mine")]
    made = write(tmp_path / "out.shp", [batch_of("mine", both, degrees())])
    names = {path.name for path in made if path.suffix == ".shp"}
    assert names == {"out_mine_area.shp", "out_mine_point.shp"}
    assert {".cpg", ".prj", ".dbf", ".shx"} <= {path.suffix for path in made}


def test_texts_stay_texts_in_a_workbook(tmp_path: Path) -> None:
    write(tmp_path / "out.xlsx", [points()])
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert sheet["C2"].value == "=瑶里"
    assert sheet["C2"].data_type == "s"
    assert sheet.title == "地质灾害隐患点"


def test_a_text_table_opens_in_excel(tmp_path: Path) -> None:
    write(tmp_path / "out.csv", [points()])
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        head, first, _second = csv.reader(file)
    assert dict(zip(head, first, strict=True))["威胁人口"] == "12"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nothing_to_write_is_a_file_too(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"out{suffix}", [batch_of("geohazard", [], degrees())])
    assert (tmp_path / f"out{suffix}").exists()


def test_an_old_file_stays_when_writing_fails(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")
    two = [points(), batch_of("mine", [site("mine")], degrees())]
    with pytest.raises(BadUsage, match="--kind"):
        write(out, two)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_faults_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="后缀"):
        write(tmp_path / "out.doc", [points()])
    with pytest.raises(Unavailable, match="无法写入"):
        write(tmp_path / "nowhere" / "out.csv", [points()])
    with pytest.raises(BadInput, match="Xi'an"):
        batch_of("geohazard", [site()], reference("EPSG:2384"))
    with pytest.raises(BadUsage, match="KML"):
        write(tmp_path / "x.kml", [batch_of("geohazard", [site()], reference("4548"))])
