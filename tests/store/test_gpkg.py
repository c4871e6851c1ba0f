"""The file is a GeoPackage that the standard's tests and GDAL accept."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.core.ids import new_id
from jdz_field.store import gpkg
from jdz_field.store.layers import ORDER, layer
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.conftest import missing
from tests.store.test_external import gdal
from tests.store.tools import add_site, geohazard, photo, record, told

VALIDATOR = Path("/usr/share/doc/python3-gdal/examples/validate_gpkg.py")


@pytest.fixture
def file(project) -> Path:
    """A project with something in every layer."""
    site = add_site(project)
    for kind in SITE_KINDS[1:]:
        area = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"
        project.edit(kind, new_id(), {"name": kind, "geometry": area})
    project.finalize(record(site=site, site_kind="geohazard"), draft=None)
    project.add_attachment(photo(site=site))
    project.begin_feed("e")
    line = "LINESTRING (117.2 29.3, 117.3 29.4)"
    track = {"mime": "application/gpx+xml", "sha256": "0" * 64, "geometry": line}
    project.apply_feed([told(1, new_id(), 1, track, kind="attachment")], 1)
    project.close()
    return project.path / "field.gpkg"


def rows(file: Path, sql: str) -> list[tuple]:
    connection = sqlite3.connect(file)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def test_debian_s_validator_finds_no_error(file) -> None:
    if not VALIDATOR.exists():
        missing("validate_gpkg.py of python3-gdal")
    done = subprocess.run(
        ["/usr/bin/python3", str(VALIDATOR), str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_validator_finds_nothing_in_every_field_of_every_kind(project) -> None:
    """Filled in by us, then edited by GDAL: no error, no warning, and ``check`` agrees."""
    for kind in SITE_KINDS:
        shape = "POINT (117.2 29.3)" if site_kind(kind).geometry == "POINT" else _AREA
        project.edit(kind, new_id(), {"geometry": shape, **_every_field(kind)})
    project.close()
    target = project.path / "field.gpkg"
    _validate(target)
    script = """
for name in KINDS:
    layer = ds.GetLayer(name)
    feature = layer.GetNextFeature()
    feature["remarks"] = "GDAL"
    moved = feature.GetGeometryRef().Clone()
    feature.SetGeometry(moved.Buffer(0.001) if name != "geohazard" else moved)
    layer.SetFeature(feature)
    copy = feature.Clone()
    copy.SetFID(-1)
    copy.UnsetField("id")
    layer.CreateFeature(copy)
    ds.ExecuteSQL("UPDATE %s SET name = 'SQL' WHERE fid = 2" % name)
""".replace("KINDS", repr(SITE_KINDS))
    gdal(script, target)
    _validate(target)
    with Project.open(project.path) as again:
        assert again.check() == []
        for kind in SITE_KINDS:
            first, second = sorted(again.search(SiteQuery(kinds=(kind,))), key=lambda s: s.name)
            assert {first.fields["remarks"], second.fields["remarks"]} == {"GDAL"}
            assert "SQL" in (first.name, second.name)
            twins = {n: v for n, v in first.fields.items() if n not in ("name", "provisional")}
            assert twins == {n: second.fields.get(n) for n in twins}
    _validate(target)


_AREA = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"


def _every_field(kind: str) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in site_kind(kind).fields:
        codes = field.code_list()
        plain = {"integer": 2, "decimal": 1.5, "date": "2026-11-22", "boolean": True}
        if codes is not None:
            values[field.name] = codes.codes[0].value
        else:
            values[field.name] = plain.get(field.type, f"{field.name} 示例")
    return values


def _validate(target: Path) -> None:
    if not VALIDATOR.exists():
        missing("validate_gpkg.py of python3-gdal")
    done = subprocess.run(
        ["/usr/bin/python3", str(VALIDATOR), str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_ogrinfo_lists_the_layers_and_no_private_table(file, tool) -> None:
    done = subprocess.run(
        [tool("ogrinfo"), "-q", str(file)], capture_output=True, text=True, check=True
    )
    names = [line.split(": ")[1].split(" (")[0] for line in done.stdout.splitlines()]
    assert names == [*ORDER, "jdz_change"]


def test_ogr2ogr_reads_every_value(file, tool, tmp_path) -> None:
    out = tmp_path / "out.geojson"
    subprocess.run([tool("ogr2ogr"), str(out), str(file), "geohazard"], check=True)
    (feature,) = json.loads(out.read_text(encoding="utf-8"))["features"]
    properties = feature["properties"]
    wanted = geohazard(1)
    lon, lat = 117.2001, 29.3
    assert feature["geometry"]["coordinates"] == [lon, lat]
    assert {n: properties[n] for n in wanted if n != "geometry"} == {
        n: v for n, v in wanted.items() if n != "geometry"
    }


def test_the_header_says_geopackage_1_3(file) -> None:
    assert rows(file, "PRAGMA application_id") == [(0x47504B47,)]
    assert rows(file, "PRAGMA user_version") == [(10300,)]


def test_columns_have_titles_and_code_lists(file) -> None:
    found = dict(
        rows(
            file, "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'geohazard'"
        )
    )
    assert found["name"] == "名称"
    assert found["threatened_people"] == "威胁人口 (人)"
    assert set(found) == {"id", *layer("geohazard").written} - {"geom"}
    enums = rows(
        file,
        "SELECT value, description FROM gpkg_data_column_constraints"
        " WHERE constraint_name = 'jdz_geohazard_kind'",
    )
    assert enums == [(code.value, code.label) for code in code_list("geohazard_kind").codes]


def test_gdal_reads_the_code_lists_as_field_domains(file) -> None:
    script = (
        "from osgeo import gdal\n"
        f"ds = gdal.OpenEx({str(file)!r})\n"
        "field = ds.GetLayer('geohazard').GetLayerDefn()\n"
        "index = field.GetFieldIndex('kind_code')\n"
        "domain = ds.GetFieldDomain(field.GetFieldDefn(index).GetDomainName())\n"
        "print(domain.GetEnumeration()['01'])\n"
    )
    done = subprocess.run(
        ["/usr/bin/python3", "-c", script], capture_output=True, text=True, check=False
    )
    if "No module named 'osgeo'" in done.stderr:
        missing("python3-gdal")
    assert done.stdout.strip() == code_list("geohazard_kind").label("01"), done.stderr


def test_times_are_written_as_the_standard_says(file) -> None:
    for table in (*ORDER[:6], "photos"):
        ((moment,),) = rows(file, f"SELECT DISTINCT updated FROM {table}")
        assert len(moment) == len("2026-11-22T06:00:00.000Z")
        assert moment.endswith("Z")


def test_geometry_is_indexed(file) -> None:
    for table in ORDER:
        assert rows(file, f"SELECT count(*) FROM rtree_{table}_geom") == [(1,)]


def test_long_layers_are_logged_in_several_objects(monkeypatch) -> None:
    monkeypatch.setattr(gpkg, "_PAIRS", 5)
    text = "".join(gpkg.watch_layer(layer("geohazard")))
    assert text.count("json_object(") > 20


def test_ids_made_by_the_trigger_are_version_7(project) -> None:
    from tests.store.test_external import outside

    outside(project, *("INSERT INTO mine (name) VALUES ('x')" for _ in range(20)))
    ids = [row[0] for row in rows(project.path / "field.gpkg", "SELECT id FROM mine")]
    assert len(set(ids)) == 20
    assert {(one[14], one[19] in "89ab") for one in ids} == {("7", True)}
