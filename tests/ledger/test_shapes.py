"""Geometry that comes with the file: areas, wrong kinds, swapped, without or with old systems."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jdz_field.geo.geometry import geometry_of
from tests.ledger.conftest import Check

Tool = Callable[[str], str]
SQUARE = [[117.4, 29.5], [117.41, 29.5], [117.41, 29.51], [117.4, 29.51], [117.4, 29.5]]
BOW = [[117.4, 29.5], [117.41, 29.51], [117.41, 29.5], [117.4, 29.51], [117.4, 29.5]]


@pytest.fixture
def features(tmp_path: Path) -> Callable[..., Path]:
    def make(*shapes: object, **about: object) -> Path:
        found = [
            {
                "type": "Feature",
                "properties": {"编号": f"360222K000{i}", "县": "浮梁县", **about},
                "geometry": shape,
            }
            for i, shape in enumerate(shapes, start=1)
        ]
        path = tmp_path / "shapes.geojson"
        text = json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        return path

    return make


def polygon(ring: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring]}


def codes(rows: list[object]) -> list[list[str]]:
    return [[issue.code for issue in row.issues] for row in rows]  # type: ignore[attr-defined]


def test_an_area_stays_an_area(check: Check, features: Callable[..., Path]) -> None:
    (row,) = check(features(polygon(SQUARE)), kind="mine")
    assert row.status == "ok"
    assert geometry_of(row.fields["geometry"]).equals(
        geometry_of("POLYGON ((117.4 29.5, 117.41 29.5, 117.41 29.51, 117.4 29.51, 117.4 29.5))")
    )


def test_an_area_is_no_geohazard_point(check: Check, features: Callable[..., Path]) -> None:
    (row,) = check(features(polygon(SQUARE), 类型="滑坡"))
    assert codes([row]) == [["bad_geometry"]]
    assert row.status == "refused"


def test_rings_that_cross_are_kept_with_a_warning(
    check: Check, features: Callable[..., Path]
) -> None:
    (row,) = check(features(polygon(BOW)), kind="mine")
    assert codes([row]) == [["invalid_geometry"]]
    assert row.status == "warning"
    assert row.fields["geometry"].startswith("POLYGON")


def test_latitude_first_is_swapped_and_said(check: Check, features: Callable[..., Path]) -> None:
    ring = [[y, x] for x, y in SQUARE]
    (row,) = check(features(polygon(ring)), kind="mine")
    assert codes([row]) == [["axes_swapped"]]
    assert geometry_of(row.fields["geometry"]).bounds == (117.4, 29.5, 117.41, 29.51)


def test_no_geometry_an_empty_one_and_a_lone_multipoint(
    check: Check, features: Callable[..., Path]
) -> None:
    lone = {"type": "MultiPoint", "coordinates": [[117.4, 29.5]]}
    empty = {"type": "Polygon", "coordinates": []}
    rows = check(features(None, empty, lone, 类型="滑坡"))
    assert codes(rows) == [["no_position"], ["no_position"], []]
    assert rows[2].fields["geometry"] == "POINT (117.4 29.5)"


@pytest.mark.parametrize("epsg", ["4527", "4548", "32650", "4326", "3857"])
def test_every_modern_system_comes_out_as_degrees(
    check: Check, features: Callable[..., Path], tool: Tool, tmp_path: Path, epsg: str
) -> None:
    out = tmp_path / "moved.gpkg"
    source = features(polygon(SQUARE))
    subprocess.run(
        [tool("ogr2ogr"), "-t_srs", f"EPSG:{epsg}", out, source], check=True, capture_output=True
    )
    (row,) = check(out, kind="mine")
    assert row.status == "ok"
    assert geometry_of(row.fields["geometry"]).bounds == pytest.approx(
        (117.4, 29.5, 117.41, 29.51), abs=2e-7
    )


def test_metres_without_a_system_are_the_citys(
    check: Check, features: Callable[..., Path], tool: Tool, tmp_path: Path
) -> None:
    out = tmp_path / "moved.shp"
    source = features({"type": "Point", "coordinates": [117.4, 29.5]}, 类型="滑坡")
    command = [tool("ogr2ogr"), "-t_srs", "EPSG:4527", "-lco", "ENCODING=UTF-8", out, source]
    subprocess.run(command, check=True, capture_output=True)
    (tmp_path / "moved.prj").unlink()
    (row,) = check(out)
    assert row.status == "ok"
    assert row.fields["geometry"] == "POINT (117.4 29.5)"


def test_an_old_system_is_kept_not_converted(
    check: Check, features: Callable[..., Path], tool: Tool, tmp_path: Path
) -> None:
    out = tmp_path / "old.gpkg"
    source = features({"type": "Point", "coordinates": [538770.5, 3264681]}, 类型="滑坡")
    subprocess.run(
        [tool("ogr2ogr"), "-a_srs", "EPSG:2384", out, source], check=True, capture_output=True
    )
    (row,) = check(out)
    assert codes([row]) == [["legacy_datum"]]
    assert "538770.5" in row.fields["remarks"]


def test_wkt_in_a_text_table(check: Check, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["编号", "县", "geometry"])
        writer.writerow(["360222K0001", "浮梁县", "LINESTRING (117.4 29.5, 117.41 29.51)"])
        writer.writerow(["360222K0002", "浮梁县", "nonsense"])
        writer.writerow(["360222K0003", "浮梁县", ""])
    rows = check(path, kind="works")
    assert codes(rows) == [[], ["bad_value", "no_position"], ["no_position"]]
    assert rows[0].fields["geometry"] == "LINESTRING (117.4 29.5, 117.41 29.51)"
    assert "nonsense" in rows[1].fields["remarks"]
