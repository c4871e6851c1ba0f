"""Older projects are upgraded after a backup, newer ones refused, the catalogue followed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256_file
from jdz_field.store import migrations
from jdz_field.store.db import connect
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.tools import Clock, add_site


def raw(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path / "field.gpkg", isolation_level=None)


@pytest.fixture
def older(project) -> Path:
    """A project as the first step left it: no search index, no files of forms yet."""
    add_site(project)
    project.close()
    with closing(raw(project.path)) as connection:
        for table in ("jdz_search", "jdz_words", "jdz_stamp", "jdz_left", "jdz_seen"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX jdz_change_by_hand")
        for kind in SITE_KINDS:
            connection.execute(f"DROP INDEX jdz_{kind}_updated")
        connection.execute("DROP TABLE jdz_form_media")
        connection.execute("ALTER TABLE jdz_forms DROP COLUMN titles")
        for column in ("carried", "positions", "checks"):
            connection.execute(f"ALTER TABLE jdz_draft DROP COLUMN {column}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name > '0001_base'")
    return project.path


def test_an_older_project_is_backed_up_and_upgraded(older) -> None:
    with Project.open(older, now=Clock()) as project:
        assert project.counts()["schema"] == migrations.SCHEMA
        assert project.count(SiteQuery(text="瑶里")) == 1
        assert project.check() == []
    (kept,) = (older / "backups").iterdir()
    assert "schema-1" in kept.name
    with closing(sqlite3.connect(kept)) as connection:
        assert migrations.schema_of(connection) == 1


def test_an_older_project_is_not_opened_for_reading_only(older) -> None:
    with pytest.raises(BadInput, match="旧版"):
        Project.open(older, read_only=True)


def test_a_step_that_fails_leaves_the_old_project(older, monkeypatch) -> None:
    def fail(_db) -> None:
        raise RuntimeError

    monkeypatch.setattr(migrations, "STEPS", (migrations.STEPS[0], ("0002_search", fail)))
    with pytest.raises(RuntimeError):
        Project.open(older, now=Clock())
    monkeypatch.undo()
    with Project.open(older, now=Clock()) as project:
        assert project.check() == []


def test_a_newer_project_is_refused_and_untouched(project) -> None:
    project.close()
    with closing(raw(project.path)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('jdz_field', '9999_future', 'later')"
        )
    before = sha256_file(project.path / "field.gpkg")
    for read_only in (False, True):
        with pytest.raises(BadInput, match="较新版本"):
            Project.open(project.path, read_only=read_only)
    assert sha256_file(project.path / "field.gpkg") == before


def test_another_geopackage_is_no_project(tmp_path) -> None:
    (tmp_path / "field.gpkg").touch()
    with closing(raw(tmp_path)) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(BadInput, match="不是"):
        Project.open(tmp_path)


def test_the_layers_get_the_columns_of_a_newer_catalogue(project) -> None:
    site = add_site(project, shelter="村小学")
    project.close()
    with closing(connect(project.path / "field.gpkg")) as connection:
        # As if the catalogue had no shelter when the project was made, and the centre sent one.
        connection.execute("INSERT INTO jdz_writer VALUES (1)")
        for event in ("insert", "update", "delete", "identity"):
            connection.execute(f"DROP TRIGGER jdz_geohazard_{event}")
        connection.execute('UPDATE geohazard SET extra = \'{"shelter":"村小学"}\'')
        connection.execute("ALTER TABLE geohazard DROP COLUMN shelter")
        connection.execute("DELETE FROM jdz_writer")
        connection.execute("UPDATE jdz_settings SET value = '\"old\"' WHERE key = 'layers'")
    with Project.open(project.path, now=Clock()) as again:
        assert again.site(site).fields["shelter"] == "村小学"
        assert again.check() == []
        again.edit("geohazard", site, {"shelter": "镇中学"})
        assert again.site(site).fields["shelter"] == "镇中学"
        assert again.check() == []


def test_titles_are_written_anew_when_the_catalogue_changed(project) -> None:
    project.close()
    with closing(raw(project.path)) as connection:
        connection.execute("UPDATE gpkg_data_columns SET title = 'old'")
        connection.execute("UPDATE jdz_settings SET value = '\"old\"' WHERE key = 'layers'")
    Project.open(project.path, now=Clock()).close()
    with closing(raw(project.path)) as connection:
        sql = (
            "SELECT title FROM gpkg_data_columns WHERE table_name = 'mine' AND column_name = 'name'"
        )
        assert connection.execute(sql).fetchone() == ("名称",)


def test_every_step_is_named_in_order() -> None:
    names = [name for name, _step in migrations.STEPS]
    assert names == sorted(names)
    assert len(names) == migrations.SCHEMA
