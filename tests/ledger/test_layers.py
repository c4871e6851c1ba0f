"""Map files as tables: fields, geometry, reference system, Chinese in shapefiles."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.geo.crs import Datum
from jdz_field.ledger.layers import read_layers

Tool = Callable[[str], str]


def geojson(tmp_path: Path, *features: tuple[dict[str, object], object]) -> Path:
    path = tmp_path / "sites.geojson"
    found = [
        {"type": "Feature", "properties": about, "geometry": shape} for about, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")
    return path


def point(lon: float, lat: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [lon, lat]}


ONE = ({"统一编号": "360222010001", "名称": "瑶里滑坡", "人数": 12}, point(117.4, 29.5))
TWO = ({"统一编号": "360222010002", "名称": None, "人数": None}, None)


def test_geojson_fields_geometry_and_missing_values(tmp_path: Path) -> None:
    table = read_layers(geojson(tmp_path, ONE, TWO))[0]
    assert table.columns == ("统一编号", "名称", "人数", "geometry")
    assert table.size == 2
    rows = list(table.rows())
    assert rows[0][0] == 1
    assert rows[0][1][:3] == ("360222010001", "瑶里滑坡", 12)
    assert rows[0][1][3].wkt == "POINT (117.4 29.5)"
    assert rows[1][1] == ("360222010002", None, None, None)


@pytest.mark.parametrize("suffix", [".gpkg", ".kml", ".gpx"])
def test_what_gdal_writes_is_read(tmp_path: Path, tool: Tool, suffix: str) -> None:
    source, out = geojson(tmp_path, ONE), tmp_path / f"sites{suffix}"
    names = ["-sql", 'SELECT "名称" AS name FROM sites'] if suffix != ".gpkg" else []
    subprocess.run([tool("ogr2ogr"), out, source, *names], check=True, capture_output=True)
    tables = [table for table in read_layers(out) if table.size]
    assert len(tables) == 1
    assert tables[0].system is not None
    assert tables[0].system.modern
    ((_number, cells),) = tables[0].rows()
    assert "瑶里滑坡" in cells
    assert cells[-1].x == pytest.approx(117.4)


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
@pytest.mark.parametrize("cpg", [True, False])
def test_chinese_in_shapefiles_with_and_without_cpg(
    tmp_path: Path, tool: Tool, encoding: str, cpg: bool
) -> None:
    source, out = geojson(tmp_path, ONE), tmp_path / "sites.shp"
    command = [tool("ogr2ogr"), out, source, "-lco", f"ENCODING={encoding}"]
    subprocess.run(
        [*command, "-sql", 'SELECT "名称" AS MC FROM sites'], check=True, capture_output=True
    )
    if not cpg:
        (tmp_path / "sites.cpg").unlink()
        data = bytearray((tmp_path / "sites.dbf").read_bytes())
        # No language byte either, as many programs leave it.
        data[29] = 0
        (tmp_path / "sites.dbf").write_bytes(data)
    ((_number, cells),) = read_layers(out)[0].rows()
    assert cells[0] == "瑶里滑坡"


def test_a_shapefile_without_prj_has_no_system_and_an_esri_prj_is_understood(
    tmp_path: Path, tool: Tool
) -> None:
    source, out = geojson(tmp_path, ONE), tmp_path / "sites.shp"
    command = [tool("ogr2ogr"), "-t_srs", "EPSG:4527", out, source]
    subprocess.run(command, check=True, capture_output=True)
    system = read_layers(out)[0].system
    assert system is not None
    assert system.datum is Datum.CGCS2000
    assert system.projected
    (tmp_path / "sites.prj").unlink()
    assert read_layers(out)[0].system is None


def test_old_datums_show(tmp_path: Path, tool: Tool) -> None:
    out = tmp_path / "old.gpkg"
    command = [tool("ogr2ogr"), "-a_srs", "EPSG:2384", out, geojson(tmp_path, ONE)]
    subprocess.run(command, check=True, capture_output=True)
    system = read_layers(out)[0].system
    assert system is not None
    assert system.datum is Datum.XIAN80
    assert not system.modern


def test_tracks_of_a_gpx_are_no_sites(tmp_path: Path) -> None:
    path = tmp_path / "walk.gpx"
    path.write_text(
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="29.5" lon="117.4"><name>点一</name><ele>123</ele></wpt>'
        '<trk><trkseg><trkpt lat="29" lon="117"/></trkseg></trk></gpx>',
        encoding="utf-8",
    )
    assert [table.name for table in read_layers(path)] == ["waypoints"]


def test_a_missing_part_of_a_shapefile_is_one_sentence(tmp_path: Path, tool: Tool) -> None:
    source, out = geojson(tmp_path, ONE), tmp_path / "sites.shp"
    subprocess.run([tool("ogr2ogr"), out, source], check=True, capture_output=True)
    (tmp_path / "sites.shx").write_bytes(b"")
    (tmp_path / "sites.shp").write_bytes(b"\0" * 20)
    with pytest.raises(BadInput, match=r"sites\.shp"):
        read_layers(out)
