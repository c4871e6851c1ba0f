"""Whatever is altered behind the program's back, in whichever table, is found and named."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from jdz_field.core.hashing import sha256
from jdz_field.core.ids import new_id
from jdz_field.store.db import connect
from jdz_field.store.project import Project
from tests.store.tools import (
    Clock,
    Desk,
    add_site,
    draft,
    photo,
    quick_project,
    record,
    seal_all,
)

AREA = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> Path:
    """A project that synced, went on, sealed again and went on: something in every table."""
    path = tmp_path_factory.mktemp("lived") / "p"
    with quick_project(path) as project:
        desk, site = Desk(), add_site(project)
        project.finalize(record(site=site, site_kind="geohazard"), draft=None)
        content = b"a photo"
        sha = sha256(content)
        folder = path / "files" / sha[:2]
        folder.mkdir(parents=True)
        (folder / f"{sha}.jpg").write_bytes(content)
        project.add_attachment(photo(content, site=site))
        desk.sync(project)
        project.edit("geohazard", site, {"town": "鹅湖镇"})
        project.edit("mine", new_id(), {"name": "矿", "geometry": AREA})
        seal_all(project)
        project.edit("geohazard", site, {"town": "x2"})
        project.save_draft(draft())
    return path


@pytest.fixture
def copy(lived, tmp_path) -> Path:
    shutil.copytree(lived, tmp_path / "p")
    return tmp_path / "p"


def tampered(path: Path, statement: str) -> list[str]:
    """What ``check`` says after a statement that no trigger hinders."""
    with closing(connect(path / "field.gpkg")) as thief:
        thief.execute("INSERT INTO jdz_writer VALUES (1)")
        guards = thief.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'jdz_change'"
        ).fetchall()
        touches_log = "jdz_change" in statement and not statement.startswith("DROP")
        for name, _sql in guards if touches_log else ():
            thief.execute(f"DROP TRIGGER {name}")
        thief.execute(statement)
        for _name, sql in guards if touches_log else ():
            thief.execute(sql)
        thief.execute("DELETE FROM jdz_writer")
    # A reader: who opens for writing sets fallen triggers up again.
    with Project.open(path, read_only=True) as project:
        return project.check()


def test_a_project_that_lived_is_sound(copy) -> None:
    with Project.open(copy, now=Clock()) as project:
        assert project.check() == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE jdz_change SET fields = replace(fields, '瑶里镇', '假镇') WHERE seq = 1", "批次"),
        ("UPDATE jdz_change SET author = '假' WHERE seq = 1", "批次"),
        ("UPDATE jdz_change SET author = '假' WHERE seq = 4", "批次"),
        ("UPDATE jdz_change SET hlc = '2020' WHERE seq = 4", "批次"),
        ("UPDATE jdz_change SET origin = 'import:1' WHERE seq = 4", "批次"),
        ("UPDATE jdz_change SET base_version = 7 WHERE seq = 4", "批次"),
        ("UPDATE jdz_change SET fields = replace(fields, 'x2', '假') WHERE seq = 6", "日志为“假”"),
        ("DELETE FROM jdz_change WHERE seq = 1", "日志缺失 1 条"),
        ("DELETE FROM jdz_change WHERE seq = 6", "日志缺失 1 条"),
        ("UPDATE jdz_change SET subject = 'x' WHERE seq = 1", "缺少处理结果"),
        ("UPDATE jdz_change SET fields = '{' WHERE seq = 1", "jdz_change 有 1 行无法读取"),
        ("UPDATE jdz_own SET batch = NULL WHERE seq = 1", "批次"),
        ("UPDATE jdz_own SET batch = 'x' WHERE seq = 4", "不存在的更改或批次"),
        ("UPDATE jdz_own SET open = 1 WHERE seq = 1", "与其回执不符"),
        ("UPDATE jdz_own SET open = 0 WHERE seq = 6", "与其回执不符"),
        ("UPDATE jdz_own SET held = 'conflict' WHERE seq = 6", "与其回执不符"),
        ("UPDATE jdz_own SET receipt = NULL WHERE seq = 1", "与其回执不符"),
        ("UPDATE jdz_own SET receipt = '{' WHERE seq = 1", "jdz_own 有 1 行无法读取"),
        ("DELETE FROM jdz_own WHERE seq = 6", "缺少处理结果"),
        ("DELETE FROM jdz_feed WHERE rowid = 1", "日志"),
        ("UPDATE jdz_feed SET version = 9 WHERE rowid = 1", "9"),
        ("UPDATE jdz_feed SET kind = 'mine' WHERE rowid = 1", "属于其他对象"),
        ("UPDATE jdz_feed SET fields = '{' WHERE rowid = 1", "jdz_feed 有 1 行无法读取"),
        ("UPDATE jdz_batch SET changes = x'00' WHERE number = 1", "与日志不一致"),
        ("UPDATE jdz_batch SET count = 99 WHERE number = 1", "与日志不一致"),
        ("UPDATE jdz_batch SET sha256 = 'x' WHERE number = 1", "不衔接"),
        ("DELETE FROM jdz_batch WHERE number = 1", "不存在的更改或批次"),
        ("UPDATE jdz_draft SET answers = '[]'", "草稿"),
        ("UPDATE jdz_settings SET value = '{' WHERE key = 'name'", "jdz_settings 有 1 行无法读取"),
        ("UPDATE records SET answers = '{}'", "answers"),
        ("UPDATE records SET author = '假'", "author"),
        ("UPDATE photos SET caption = '假'", "caption"),
        ("UPDATE geohazard SET lon = 1", "经纬度"),
        ("UPDATE mine SET deleted = 1", "deleted"),
        ("UPDATE geohazard SET id = NULL", "行"),
        ("DELETE FROM gpkg_contents WHERE table_name = 'mine'", "图层 mine"),
        ("DELETE FROM gpkg_geometry_columns WHERE table_name = 'mine'", "图层 mine"),
        ("DELETE FROM gpkg_extensions", "图层 works"),
        ("UPDATE gpkg_geometry_columns SET srs_id = 0", "图层 geohazard"),
        ("DROP TRIGGER jdz_geohazard_update", "缺少触发器 jdz_geohazard_update"),
        ("DROP TRIGGER rtree_geohazard_geom_update1", "rtree_geohazard_geom_update1"),
        ("DROP TRIGGER jdz_change_UPDATE", "jdz_change_UPDATE"),
        ("DROP INDEX jdz_change_subject", "缺少索引 jdz_change_subject"),
        ("DELETE FROM rtree_mine_geom", "空间索引"),
        ("DROP TABLE jdz_upload", "jdz_upload"),
    ],
)
def test_every_tampering_is_found_and_named(copy, statement, named) -> None:
    found = tampered(copy, statement)
    assert any(named in one for one in found), found


def test_triggers_as_a_newer_gdal_spells_them_are_no_fault(copy) -> None:
    with closing(connect(copy / "field.gpkg")) as gdal:
        for number in (1, 3):
            (sql,) = gdal.execute(
                "SELECT sql FROM sqlite_master WHERE name = ?",
                (f"rtree_mine_geom_update{number}",),
            ).fetchone()
            gdal.execute(f"DROP TRIGGER rtree_mine_geom_update{number}")
            gdal.execute(sql.replace(f"_update{number}", f"_update{5 + number}", 1))
    with Project.open(copy, now=Clock()) as project:
        assert project.check() == []
