"""Projects of every older schema are upgraded after a backup; guards that fell are set up again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from jdz_field.store import gpkg, guards, migrations
from jdz_field.store.backup import make_folders
from jdz_field.store.db import connect
from jdz_field.store.layers import dumps
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.test_external import external, outside
from tests.store.tools import Clock, add_site, draft, record


def made(path: Path, schema: int) -> Path:
    """A project of an older schema with a site of its time: layer, log and what became of it."""
    make_folders(path)
    (path / "field.gpkg").touch()
    with closing(connect(path / "field.gpkg")) as connection:
        connection.execute(f"PRAGMA application_id = {gpkg.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {gpkg.USER_VERSION}")
        connection.execute("BEGIN")
        migrations.upgrade(connection, until=schema)
        settings = {"device": new_id(), "device_epoch": new_id(), "author": "张三", "name": "旧"}
        connection.executemany(
            "INSERT INTO jdz_settings VALUES (?, ?)", [(k, dumps(v)) for k, v in settings.items()]
        )
        connection.execute(
            "INSERT INTO jdz_change (seq, id, device, author, hlc, kind, subject, fields,"
            " base_version, parent, origin) VALUES (1, 'c1', ?, '张三',"
            " '2026-01-01T00:00:00.000Z-000000-x', 'mine', 's1', ?, 0, NULL, 'edit')",
            (settings["device"], dumps({"name": [None, "旧矿"]})),
        )
        connection.execute("INSERT INTO jdz_own (seq, subject) VALUES (1, 's1')")
        connection.execute(
            "INSERT INTO mine (id, name, version, deleted, updated)"
            " VALUES ('s1', '旧矿', 0, 0, '2026-01-01T00:00:00.000Z')"
        )
        connection.execute("COMMIT")
    return path


@pytest.mark.parametrize("schema", range(1, migrations.SCHEMA))
def test_every_older_schema_is_backed_up_and_upgraded(tmp_path, schema) -> None:
    path = made(tmp_path / "p", schema)
    with pytest.raises(BadInput, match="旧版"):
        Project.open(path, read_only=True)
    with Project.open(path, now=Clock()) as project:
        assert project.counts()["schema"] == migrations.SCHEMA
        assert project.site("s1").name == "旧矿"
        assert project.count(SiteQuery(text="旧矿")) == 1
        site, begun = add_site(project), draft()
        project.save_draft(begun)
        project.finalize(record(id=begun.id, site=site, site_kind="geohazard"), draft=begun.id)
        assert project.check() == []
    kept = [file for file in (path / "backups").iterdir() if f"schema-{schema}" in file.name]
    assert len(kept) == 1
    with closing(sqlite3.connect(kept[0])) as connection:
        assert migrations.schema_of(connection) == schema
        assert connection.execute("SELECT name FROM mine").fetchall() == [("旧矿",)]


def test_guards_that_another_program_dropped_stand_again_at_the_next_start(project) -> None:
    add_site(project)
    project.close()
    with closing(sqlite3.connect(project.path / "field.gpkg")) as other:
        assert guards.stand(other)
        other.execute("DROP TRIGGER jdz_geohazard_update")
        assert not guards.stand(other)
    with Project.open(project.path, now=Clock()) as again:
        assert again.check() == []
    outside(project, "UPDATE geohazard SET town = '鹅湖镇'")
    with Project.open(project.path, now=Clock()) as again:
        assert [change.fields["town"][1] for change in external(again)] == ["鹅湖镇"]
