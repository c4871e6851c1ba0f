"""An older centre gets the columns of a newer catalogue, after a copy, and loses nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from jdz_field.central.database import Database
from jdz_field.central.fitting import copy_of
from jdz_field.core import catalogue
from jdz_field.core.catalogue import Field
from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet, open_office

_NAMES = "SELECT name, threatened_people, danger_grade, danger_grade_stated FROM geohazard"


def raw(path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


@pytest.fixture
def filled(tmp_path):
    with open_office(tmp_path) as office:
        tablet = Tablet.enrol(office)
        given = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}
        office.receive(
            tablet.batch(
                tablet.change(new_id(), name="一", threatened_people=600, **given),
                tablet.change(
                    new_id(),
                    name="二",
                    threatened_people=3,
                    threatened_assets=9.0,
                    danger_grade="C",
                    signs="1 3",
                    **given,
                ),
            )
        )
        return office.database.path


def test_the_layer_shows_what_the_rule_gives_beside_what_was_stated(filled) -> None:
    with closing(raw(filled)) as connection:
        assert connection.execute(f"{_NAMES} ORDER BY threatened_people DESC").fetchall() == [
            ("一", 600, "B", None),
            ("二", 3, "D", "C"),
        ]


def test_an_older_centre_gets_new_columns_and_keeps_every_site(filled) -> None:
    with closing(raw(filled)) as connection:
        for name in ("danger_grade_stated", "signs", "scale_grade_stated"):
            connection.execute(f"ALTER TABLE geohazard DROP COLUMN {name}")
        connection.execute("INSERT INTO jdz_writer VALUES (1)")
        connection.execute("UPDATE geohazard SET danger_grade = 'C'")
        connection.execute("DELETE FROM jdz_writer")
        connection.execute("DELETE FROM meta WHERE name = 'layers'")
    Database(f"sqlite:///{filled}").close()
    with closing(raw(filled)) as connection:
        sql = f"{_NAMES} WHERE signs = '1 3'"
        assert connection.execute(sql).fetchall() == [("二", 3, "D", "C")]
        assert connection.execute("SELECT count(*) FROM jdz_writer").fetchone() == (0,)
    (kept,) = (filled.parent / "backups").glob("*-catalogue.gpkg")
    with closing(raw(kept)) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info('geohazard')")}
        assert "signs" not in columns
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_centre_that_fits_is_left_alone(filled) -> None:
    Database(f"sqlite:///{filled}").close()
    assert not (filled.parent / "backups").exists()


def test_columns_of_a_newer_catalogue_stay(filled) -> None:
    with closing(raw(filled)) as connection:
        connection.execute("ALTER TABLE geohazard ADD COLUMN drone TEXT")
        connection.execute("INSERT INTO jdz_writer VALUES (1)")
        connection.execute("UPDATE geohazard SET drone = 'D-7'")
        connection.execute("DELETE FROM jdz_writer")
        connection.execute("DELETE FROM meta WHERE name = 'layers'")
    Database(f"sqlite:///{filled}").close()
    with closing(raw(filled)) as connection:
        assert connection.execute("SELECT DISTINCT drone FROM geohazard").fetchall() == [("D-7",)]


def test_a_field_that_came_too_early_is_let_through_by_a_newer_catalogue(
    tmp_path, monkeypatch
) -> None:
    plain = catalogue.site_kind("geohazard")
    fields = (*plain.fields, Field("drone", "text", {"zh": "无人机", "en": "Drone"}))
    newer = replace(plain, fields=fields, by_name={f.name: f for f in fields})
    with open_office(tmp_path) as office:
        tablet = Tablet.enrol(office)
        change = tablet.change(
            new_id(), name="一", geometry="POINT (117.5 29.5)", county_code="360222", drone="D-7"
        )
        office.receive(tablet.batch(change))
        (held,) = office.quarantine()
        with pytest.raises(BadInput):
            office.settle("quarantine", held["id"], "release")
        monkeypatch.setattr("jdz_field.sync.merge_rules.site_kind", lambda _name: newer)
        office.settle("quarantine", held["id"], "release")
        assert office.sites()[0]["drone"] == "D-7"


def test_the_offices_list_says_what_the_devices_say(tmp_path) -> None:
    with open_office(tmp_path) as office:
        tablet = Tablet.enrol(office)
        given = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}
        office.receive(
            tablet.batch(
                tablet.change(new_id(), name="一", threatened_people=600, **given),
                tablet.change(new_id(), name="二", **given),
                tablet.change(
                    new_id(), name="三", threatened_people=600, danger_grade="D", **given
                ),
            )
        )
        grades = {
            s["name"]: (s.get("danger_grade"), s.get("danger_grade_stated")) for s in office.sites()
        }
        assert grades == {"一": ("B", None), "二": (None, None), "三": ("B", "D")}


def test_no_copy_where_no_folder_can_be(tmp_path) -> None:
    (tmp_path / "backups").write_text("a file", encoding="utf-8")
    (tmp_path / "central.gpkg").touch()
    with pytest.raises(OSError, match="backups"):
        copy_of(tmp_path / "central.gpkg")
