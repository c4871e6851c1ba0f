"""Sites and records as QGIS and GDAL open them in the central database: typed, in EPSG:4490."""

from __future__ import annotations

import json
import subprocess

import psycopg
import pytest

from jdz_field.central import record_views
from jdz_field.central.office import Office
from jdz_field.core.ids import new_id
from tests.central.cluster import execute
from tests.central.tablet import Tablet

_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>巡查's form</h:title><model>
<instance><data id="patrol-1" version="{version}"><people/><width/><day/><signs/>
<note><text/></note>{more}<meta><instanceID/></meta></data></instance>
<bind nodeset="/data/people" type="int"/><bind nodeset="/data/width" type="decimal"/>
<bind nodeset="/data/day" type="date"/><bind nodeset="/data/signs" type="string"/>
<bind nodeset="/data/note/text" type="string"/>{binds}
</model></h:head><h:body>
<input ref="/data/people"><label>受威胁人数 100%</label></input>
<input ref="/data/width"><label>宽度's</label></input>
<input ref="/data/day"><label>日期</label></input>
<select ref="/data/signs"><label>迹象</label><item><label>裂缝</label><value>a</value></item>
<item><label>渗水</label><value>b</value></item></select>
<group ref="/data/note"><label>备注</label><input ref="/data/note/text"><label>文字</label></input>
</group>{body}</h:body></h:html>"""
_PLAIN = _FORM.format(version="1", more="", binds="", body="")
_NEXT = _FORM.format(
    version="2",
    more="<height/>",
    binds='<bind nodeset="/data/height" type="int"/>',
    body='<input ref="/data/height"><label>高</label></input>',
)
_GOOD = {"people": 3, "width": 1.5, "day": "2026-11-20", "signs": ["a", "b"]}


@pytest.fixture
def filled(central_url, tmp_path):
    with Office(central_url, tmp_path / "files") as office:
        tablet = Tablet.enrol(office)
        publish(office, tmp_path, _PLAIN)
        site = new_id()
        office.receive(
            tablet.batch(
                tablet.change(site, name="一", geometry="POINT (117.5 29.5)", county_code="360222"),
                record(tablet, site, {**_GOOD, "note": {"text": "it's \x00 100% «»"}}),
                record(tablet, site, {"people": "many", "day": "2026-13-45", "width": None}),
            )
        )
        yield office, tablet, site


def record(tablet: Tablet, site: str, answers: dict) -> object:
    return tablet.change(
        new_id(), "record", form="patrol-1", form_version="1", site=site, answers=answers
    )


def publish(office: Office, folder, xml: str) -> None:
    path = folder / "form.xml"
    path.write_text(xml, encoding="utf-8")
    office.publish_form(path)


def source(office: Office, layer: str) -> list[str]:
    """How GDAL's programs name a layer."""
    if office.database.path:
        return [str(office.database.path), layer]
    url = office.database.engine.url
    place = f"PG:dbname={url.database} user={url.username} host={url.query['host']}"
    return [place, f"jdz_layers.{layer}"]


def features(ogr2ogr: str, office: Office, layer: str) -> list[dict]:
    done = subprocess.run(
        [ogr2ogr, "-f", "GeoJSON", "-lco", "RFC7946=NO", "/vsistdout/", *source(office, layer)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)["features"]


def test_gdal_reads_records_with_their_types_and_place(filled, tool) -> None:
    office, _tablet, site = filled
    found = features(tool("ogr2ogr"), office, "record_patrol_1")
    assert len(found) == 2
    assert {tuple(f["geometry"]["coordinates"]) for f in found} == {(117.5, 29.5)}
    good, bad = sorted((f["properties"] for f in found), key=lambda p: p["people"] != 3)
    assert (good["people"], good["width"], good["day"].replace("/", "-")) == (3, 1.5, "2026-11-20")
    assert good["signs"] == "a b"
    assert good["note_text"].startswith("it's")
    # In SQLite's file a NUL ends a text for programs written in C.
    assert office.database.path or good["note_text"].endswith("100% «»")
    assert not any(name.startswith("q_") for name in good)
    assert good["site"] == site
    assert bad["people"] in (None, 0), "what is no number is none here; the record has it still"
    assert bad["width"] is None


def test_gdal_lists_the_layers_in_epsg_4490(filled, tool) -> None:
    office, _tablet, _site = filled
    for layer in ("geohazard", "record_patrol_1"):
        done = subprocess.run(
            [tool("ogrinfo"), "-ro", "-so", *source(office, layer)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert 'ID["EPSG",4490]' in done.stdout, done.stdout
    assert "people: Integer" in done.stdout, done.stdout
    assert "width: Real" in done.stdout
    (site,) = features(tool("ogr2ogr"), office, "geohazard")
    assert site["properties"]["name"] == "一"


def test_a_new_version_of_a_form_adds_its_column_and_a_new_form_its_view(
    filled, tool, tmp_path
) -> None:
    office, tablet, site = filled
    publish(office, tmp_path, _NEXT)
    office.receive(tablet.batch(record(tablet, site, {"height": 9, "people": 1})))
    found = features(tool("ogr2ogr"), office, "record_patrol_1")
    assert sorted(f["properties"]["height"] or 0 for f in found) == [0, 0, 9]
    publish(office, tmp_path, _PLAIN.replace("patrol-1", "Patrol.1"))
    assert features(tool("ogr2ogr"), office, "record_patrol_1_2") == []
    with office.database.read() as connection:
        assert record_views.fits(connection)


def test_a_site_that_was_deleted_is_gone_from_the_view(filled, tool) -> None:
    office, tablet, site = filled
    version = office.history(site)[-1].version
    office.receive(tablet.batch(tablet.change(site, deleted=True, base_version=version)))
    found = features(tool("ogr2ogr"), office, "geohazard")
    # The GeoPackage's layer is what the log says; its column says what to filter by.
    wanted = [True] if office.database.path else []
    assert [f["properties"]["deleted"] for f in found] == wanted


def test_a_reading_role_sees_layers_and_no_secrets(postgres_url, tmp_path) -> None:
    role = "eye_" + new_id().replace("-", "")[-12:]
    execute(postgres_url, f"CREATE ROLE {role} LOGIN")
    url = postgres_url.replace("jdz@", f"{role}@")
    try:
        with Office(postgres_url, tmp_path / "files") as office:
            for statement in record_views.grants(role, "jdz"):
                execute(postgres_url, statement)
            publish(office, tmp_path, _PLAIN)
            with psycopg.connect(url, autocommit=True) as reader:
                reader.execute("SELECT count(*) FROM jdz_layers.geohazard")
                reader.execute("SELECT count(*) FROM jdz_layers.record_patrol_1")
                for table in ("users", "devices", "app_passwords", "audit", "subjects"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        reader.execute(f"SELECT * FROM {table}")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    reader.execute("DELETE FROM jdz_layers.geohazard")
    finally:
        execute(postgres_url, f"DROP OWNED BY {role}")
        execute(postgres_url, f"DROP ROLE {role}")
