"""Edits made in QGIS (GDAL) or by hand in SQLite become changes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from jdz_field.core.ids import is_uuid, new_id
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.conftest import missing
from tests.store.tools import add_site, geohazard, many, photo, record, told

SYSTEM_PYTHON = Path("/usr/bin/python3")


def outside(project: Project, *statements: str) -> None:
    """Run SQL from a connection that is not ours and knows no R-tree functions."""
    connection = sqlite3.connect(project.path / "field.gpkg", isolation_level=None)
    for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
        connection.create_function(name, 1, lambda blob: None if blob is None else 0)
    try:
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.close()


def gdal(script: str, file: Path) -> None:
    """Run a script with Debian's GDAL: ``ds`` is the file, opened for writing."""
    if not SYSTEM_PYTHON.exists():
        missing("python3-gdal")
    head = f"from osgeo import gdal, ogr\nogr.UseExceptions()\nds = ogr.Open({str(file)!r}, 1)\n"
    done = subprocess.run(
        [str(SYSTEM_PYTHON), "-c", head + script], capture_output=True, text=True, check=False
    )
    if "No module named 'osgeo'" in done.stderr:
        missing("python3-gdal")
    assert done.returncode == 0, done.stderr


def external(project: Project) -> list:
    return [change for change in project.unsent_changes() if change.origin == "external"]


def test_an_edit_from_outside_becomes_a_change(project) -> None:
    site = add_site(project)
    outside(project, "UPDATE geohazard SET town = '鹅湖镇', threatened_people = 40")
    assert project.notice_external() == 1
    (change,) = external(project)
    assert change.author == "外部编辑"
    assert change.subject == site
    assert change.fields == {"town": ("瑶里镇", "鹅湖镇"), "threatened_people": (12, 40)}
    assert change.parent == project.unsent_changes()[0].id
    assert project.notice_external() == 0
    assert project.check() == []


def test_it_is_noticed_at_the_next_open(project) -> None:
    add_site(project)
    project.close()
    outside(project, "UPDATE geohazard SET town = '鹅湖镇'")
    with Project.open(project.path) as again:
        assert len(external(again)) == 1
        assert again.count(SiteQuery(text="鹅湖")) == 1


def test_it_is_noticed_before_a_pull_could_cover_it(project) -> None:
    project.begin_feed("e")
    site = new_id()
    project.apply_feed([told(1, site, 1, geohazard(1))], 1)
    outside(project, "UPDATE geohazard SET town = 'outside'")
    project.apply_feed([told(2, site, 2, {"town": "theirs"})], 2)
    (change,) = external(project)
    assert change.fields["town"] == ("瑶里镇", "outside")
    assert project.site(site).fields["town"] == "outside"
    assert project.check() == []


def test_a_reader_leaves_it_to_the_writer(project) -> None:
    add_site(project)
    outside(project, "UPDATE geohazard SET town = '鹅湖镇'")
    with Project.open(project.path, read_only=True) as reader:
        assert external(reader) == []


def test_several_edits_of_one_row_are_one_change(project) -> None:
    add_site(project)
    outside(project, *(f"UPDATE geohazard SET town = '{t}'" for t in "abc"))
    project.notice_external()
    (change,) = external(project)
    assert change.fields == {"town": ("瑶里镇", "c")}


def test_an_edit_that_was_taken_back_outside_is_no_change(project) -> None:
    add_site(project)
    outside(project, "UPDATE geohazard SET town = 'x'", "UPDATE geohazard SET town = '瑶里镇'")
    assert project.notice_external() == 1
    assert external(project) == []
    assert project.check() == []


def test_our_columns_cannot_be_changed_from_outside(project) -> None:
    site = add_site(project)
    outside(project, "UPDATE geohazard SET version = 9, extra = '{}', lon = 1, updated = 'x'")
    project.notice_external()
    assert external(project) == []
    assert project.site(site).lon == 117.2001
    assert project.check() == []


@pytest.mark.parametrize("what", ["id = 'x'", "id = NULL", "fid = 99"])
def test_identifiers_cannot_be_changed_from_outside(project, what) -> None:
    add_site(project)
    with pytest.raises(sqlite3.DatabaseError, match="never change"):
        outside(project, f"UPDATE geohazard SET {what}")
    assert project.check() == []


def test_a_row_made_outside_becomes_a_site(project) -> None:
    outside(project, "INSERT INTO mine (name, area_m2) VALUES ('新矿', 5)")
    project.notice_external()
    (change,) = external(project)
    assert is_uuid(change.subject)
    assert change.fields == {"name": (None, "新矿"), "area_m2": (None, 5.0)}
    assert project.site(change.subject).name == "新矿"
    assert project.count(SiteQuery(text="xk")) == 1
    assert project.check() == []


def test_a_row_that_brings_a_strange_or_taken_id_gets_its_own(project) -> None:
    site = add_site(project)
    outside(
        project,
        f"INSERT INTO mine (id, name) VALUES ('{site}', 'copy')",
        "INSERT INTO mine (id, name) VALUES ('17', 'strange')",
    )
    project.notice_external()
    subjects = {change.subject for change in external(project)}
    assert len(subjects) == 2
    assert all(is_uuid(one) and one != site for one in subjects)
    assert project.check() == []


def test_a_row_made_and_removed_outside_leaves_nothing(project) -> None:
    outside(project, "INSERT INTO mine (name) VALUES ('x')", "DELETE FROM mine")
    project.notice_external()
    assert external(project) == []
    assert project.check() == []


def test_a_row_removed_outside_is_deleted_and_can_be_restored(project) -> None:
    site = add_site(project)
    outside(project, "DELETE FROM geohazard")
    project.notice_external()
    (change,) = external(project)
    assert change.fields == {"deleted": (False, True)}
    assert project.site(site).deleted
    assert project.check() == []
    project.edit("geohazard", site, {"deleted": False})
    assert project.site(site).fields["town"] == "瑶里镇"


def test_values_are_cleaned_as_far_as_they_can_be(project) -> None:
    site = add_site(project)
    outside(project, "UPDATE geohazard SET town = '', length = 3, elevation = 'high'")
    project.notice_external()
    fields = project.site(site).fields
    assert (fields["town"], fields["length"], fields["elevation"]) == (None, 3.0, "high")
    assert project.check() == []


def test_a_broken_geometry_is_no_geometry(project) -> None:
    site = add_site(project)
    outside(project, "UPDATE geohazard SET geom = x'00'")
    project.notice_external()
    assert external(project)[0].fields == {"geometry": ("POINT (117.2001 29.3)", None)}
    assert project.site(site).lon is None
    assert project.check() == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("length = 9e999", {"length": (None, "inf")}),
        ("length = -9e999", {"length": (None, "-inf")}),
        ("town = CAST(x'b6ecbafed5f2' AS TEXT)", {"town": ("瑶里镇", "鹅湖镇")}),
        ("town = CAST(x'ff' AS TEXT)", {"town": ("瑶里镇", "\ufffd")}),
        ("threatened_people = 'many'", {"threatened_people": (12, "many")}),
        ("threatened_people = x'00'", {"threatened_people": (12, None)}),
        ("kind_code = '99'", {"kind_code": ("01", "99")}),
        ("geom = NULL", {"geometry": ("POINT (117.2001 29.3)", None)}),
        ("town = 'a' || char(0) || 'b'", {"town": ("瑶里镇", "ab")}),
    ],
)
def test_whatever_is_written_is_noticed_and_the_project_opens(project, written, kept) -> None:
    site = add_site(project)
    project.close()
    outside(project, f"UPDATE geohazard SET {written}")
    with Project.open(project.path, read_only=True) as reader:
        assert len(reader.search(SiteQuery())) == 1
    with Project.open(project.path) as again:
        (change,) = external(again)
        assert change.fields == kept
        assert again.check() == []
        assert again.edit("geohazard", site, {"remarks": "weiter"})


def test_a_row_in_the_place_of_another_is_a_new_site_and_the_other_is_deleted(project) -> None:
    site = add_site(project)
    outside(
        project,
        "DELETE FROM geohazard",
        "INSERT INTO geohazard (fid, name) VALUES (1, 'new')",
    )
    project.notice_external()
    gone, made = external(project)
    assert (gone.subject, gone.fields) == (site, {"deleted": (False, True)})
    assert made.subject != site
    assert made.fields == {"name": (None, "new")}
    assert project.check() == []


def test_a_row_that_was_cut_and_pasted_is_the_same_site(project) -> None:
    site = add_site(project)
    outside(
        project,
        "CREATE TABLE paste AS SELECT * FROM geohazard",
        "DELETE FROM geohazard",
        "UPDATE paste SET fid = 9, town = '鹅湖镇'",
        "INSERT INTO geohazard SELECT * FROM paste",
        "DROP TABLE paste",
    )
    project.notice_external()
    (change,) = external(project)
    assert (change.subject, change.fields) == (site, {"town": ("瑶里镇", "鹅湖镇")})
    assert project.check() == []


def test_a_row_that_was_replaced_without_a_word_is_deleted(project) -> None:
    site = add_site(project)
    outside(project, "INSERT OR REPLACE INTO geohazard (fid, name) VALUES (1, 'new')")
    project.notice_external()
    changes = {change.subject: change.fields for change in external(project)}
    assert changes.pop(site) == {"deleted": (False, True)}
    assert list(changes.values()) == [{"name": (None, "new")}]
    assert project.check() == []
    project.edit("geohazard", site, {"deleted": False})
    assert project.site(site).fields["town"] == "瑶里镇"


def test_statements_that_were_taken_back_outside_are_nothing(project) -> None:
    add_site(project)
    outside(
        project,
        "BEGIN",
        "UPDATE geohazard SET town = 'a'",
        "SAVEPOINT edit",
        "UPDATE geohazard SET town = 'b', village = 'v'",
        "ROLLBACK TO edit",
        "COMMIT",
    )
    project.notice_external()
    (change,) = external(project)
    assert change.fields == {"town": ("瑶里镇", "a")}


def test_both_edits_of_one_site_stay_in_its_history(project) -> None:
    site = add_site(project)
    outside(project, "UPDATE geohazard SET town = '鹅湖镇', village = 'v'")
    project.edit("geohazard", site, {"town": "经公桥镇"})
    ours, theirs, _made = project.site_history(site)
    assert theirs.change.fields == {"town": ("瑶里镇", "鹅湖镇"), "village": (None, "v")}
    assert ours.change.fields == {"town": ("鹅湖镇", "经公桥镇")}
    assert project.site(site).fields["village"] == "v"
    assert project.check() == []


def test_many_rows_are_noticed_together(project) -> None:
    project.edit_many(many(2500), origin="import:1")
    outside(project, "UPDATE geohazard SET remarks = 'x' || fid")
    assert project.notice_external() == 2500
    assert len(external(project)) == 2500
    assert project.check() == []


def test_what_no_column_holds_survives_edits_outside(project) -> None:
    project.begin_feed("e")
    site = new_id()
    fields = geohazard(1, threatened_people="约30人", slope_age="old")
    project.apply_feed([told(1, site, 1, fields)], 1)
    outside(project, "UPDATE geohazard SET town = 'x'")
    project.notice_external()
    found = project.site(site).fields
    assert (found["threatened_people"], found["slope_age"]) == ("约30人", "old")
    outside(project, "UPDATE geohazard SET threatened_people = 30")
    project.notice_external()
    assert external(project)[-1].fields == {"threatened_people": ("约30人", 30)}
    assert project.check() == []


@pytest.mark.parametrize("statement", ["UPDATE records SET author = 'x'", "DELETE FROM records"])
def test_finalized_records_cannot_be_changed_outside(project, statement) -> None:
    project.finalize(record(), draft=None)
    with pytest.raises(sqlite3.DatabaseError, match="never change"):
        outside(project, statement)
    with pytest.raises(sqlite3.DatabaseError, match="never change"):
        outside(project, "INSERT INTO records (form) VALUES ('f')")


def test_photos_can_be_described_and_moved_but_not_made_outside(project) -> None:
    one = photo()
    project.add_attachment(one)
    with pytest.raises(sqlite3.DatabaseError, match="added in jdz_field"):
        outside(project, "INSERT INTO photos (filename) VALUES ('x')")
    outside(project, "UPDATE photos SET caption = '裂缝'")
    project.notice_external()
    assert project.attachments()[0].caption == "裂缝"


def test_the_log_cannot_be_edited_by_anyone(project) -> None:
    add_site(project)
    for statement in ("UPDATE jdz_change SET author = 'x'", "DELETE FROM jdz_change"):
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            outside(project, statement)


def test_what_was_there_before_and_after_is_kept(project) -> None:
    add_site(project)
    outside(project, "UPDATE geohazard SET town = 'x'")
    project.notice_external()
    connection = sqlite3.connect(project.path / "field.gpkg")
    old, new = connection.execute("SELECT old, new FROM jdz_external").fetchone()
    connection.close()
    assert [json.loads(one)[0]["town"] for one in (old, new)] == ["瑶里镇", "x"]


def test_gdal_edits_are_noticed(project) -> None:
    site = add_site(project)
    shot = photo()
    project.add_attachment(shot)
    project.close()
    script = """
layer = ds.GetLayer("geohazard")
feature = layer.GetNextFeature()
feature["town"] = "鹅湖镇"
feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT (117.25 29.35)"))
layer.SetFeature(feature)
new = ogr.Feature(layer.GetLayerDefn())
new["name"] = "新滑坡"
new.SetGeometry(ogr.CreateGeometryFromWkt("POINT (117.3 29.4)"))
layer.CreateFeature(new)
photos = ds.GetLayer("photos")
photo = photos.GetNextFeature()
photo.SetGeometry(ogr.CreateGeometryFromWkt("POINT (117.26 29.36)"))
photos.SetFeature(photo)
"""
    gdal(script, project.path / "field.gpkg")
    with Project.open(project.path) as again:
        moved, made, dragged = external(again)
        assert moved.fields == {
            "town": ("瑶里镇", "鹅湖镇"),
            "geometry": ("POINT (117.2001 29.3)", "POINT (117.25 29.35)"),
        }
        assert made.fields["geometry"][1] == "POINT (117.3 29.4)"
        assert dragged.fields == {"lon": (117.2, 117.26), "lat": (29.3, 29.36)}
        assert again.site(site).lon == 117.25
        assert [p for p in again.check() if "索引" in p or "日志" in p] == []


def test_gdal_deletes_are_noticed(project) -> None:
    site = add_site(project)
    project.close()
    gdal("ds.GetLayer('geohazard').DeleteFeature(1)", project.path / "field.gpkg")
    with Project.open(project.path) as again:
        assert again.site(site).deleted
        assert again.check() == []


def test_features_copied_in_with_ogr2ogr_become_sites(project, tool, tmp_path) -> None:
    project.close()
    source = tmp_path / "new.geojson"
    feature = {
        "type": "Feature",
        "properties": {"name": "外来矿", "area_m2": 12.5},
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[117, 29], [117.1, 29], [117, 29.1], [117, 29]]],
        },
    }
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    command = [tool("ogr2ogr"), "-append", "-nln", "mine", "-a_srs", "EPSG:4490"]
    subprocess.run([*command, str(project.path / "field.gpkg"), str(source)], check=True)
    with Project.open(project.path) as again:
        (site,) = again.search(SiteQuery(kinds=("mine",)))
        assert (site.name, site.fields["area_m2"]) == ("外来矿", 12.5)
        assert site.geometry == "POLYGON ((117 29, 117.1 29, 117 29.1, 117 29))"
        assert again.check() == []
