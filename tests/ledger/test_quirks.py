"""Faults of map files as they come: code pages, missing parts, upper case, extensions."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely

from jdz_field.core.errors import BadInput
from jdz_field.ledger.files import open_ledger
from tests.ledger.conftest import Check

NAMES = ["瑶里滑坡点", "鹅湖崩塌点", "蛟潭"]


def shapefile(folder: Path, encoding: str, name: str = "points") -> Path:
    path = folder / f"{name}.shp"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(shapely.points([(117.4 + i / 100, 29.5) for i in range(3)])),
            field_data=[np.array(NAMES, dtype=object), np.array(["滑坡"] * 3, dtype=object)],
            fields=np.array(["MC", "ZHLX"], dtype=object),
            driver="ESRI Shapefile",
            crs="EPSG:4490",
            geometry_type="Point",
            encoding=encoding,
        )
    return path


@pytest.mark.parametrize(
    ("encoding", "page"),
    [
        *[("UTF-8", page) for page in (None, "UTF-8", "GBK", "936", "", "nonsense")],
        *[("GB18030", page) for page in (None, "UTF-8", "GBK", "936", "")],
    ],
)
def test_a_missing_or_wrong_cpg(
    tmp_path: Path, check: Check, encoding: str, page: str | None
) -> None:
    path = shapefile(tmp_path, encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if page is not None:
        path.with_suffix(".cpg").write_text(page)
    rows = check(path)
    assert [row.fields["name"] for row in rows] == NAMES
    assert {row.fields["kind_code"] for row in rows} == {"01"}


def test_without_prj_and_in_upper_case(tmp_path: Path, check: Check) -> None:
    path = shapefile(tmp_path, "GB18030")
    for file in list(tmp_path.iterdir()):
        if file.suffix in (".prj", ".cpg"):
            file.unlink()
        else:
            file.rename(file.with_name(file.name.upper()))
    rows = check(tmp_path / path.name.upper())
    assert [row.fields["name"] for row in rows] == NAMES
    assert rows[0].fields["geometry"] == "POINT (117.4 29.5)"


@pytest.mark.parametrize("missing", [".dbf", ".shx"])
def test_a_part_is_missing(tmp_path: Path, missing: str) -> None:
    path = shapefile(tmp_path, "UTF-8")
    path.with_suffix(missing).unlink()
    try:
        tables = open_ledger(path)
        rows = [row for table in tables for row in table.rows()]
    except BadInput:
        return
    assert len(rows) == 3


def test_waypoints_with_extensions(tmp_path: Path, check: Check) -> None:
    points = "".join(
        f'<wpt lat="29.5" lon="117.4{i}"><ele>12{i}</ele><name>点{i}</name><desc>甲</desc>'
        f"<extensions><x:people>1{i}</x:people></extensions></wpt>"
        for i in range(3)
    )
    path = tmp_path / "a.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" creator="t" '
        'xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="http://example.com/x">'
        f"{points}</gpx>",
        encoding="utf-8",
    )
    rows = check(path)
    assert [row.fields["name"] for row in rows] == ["点0", "点1", "点2"]
    assert rows[1].fields["elevation"] == 121
    assert rows[1].fields["geometry"] == "POINT (117.41 29.5)"


def test_a_second_table_below_is_told_not_read(tmp_path: Path, check: Check) -> None:
    lines: list[list[Any]] = [
        ["统一编号", "名称", "灾害类型", "经度", "纬度"],
        ["360222010001", "甲", "滑坡", 117.4, 29.5],
        [],
        ["名称", "纬度", "经度", "乡镇", "灾害类型"],
        ["乙", 29.6, 117.5, "瑶里镇", "崩塌"],
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(map(str, line)) for line in lines), encoding="utf-8")
    assert [row.row for row in check(path)] == [2]
