"""``check`` finds every kind of damage and names it; a sound project has none."""

from __future__ import annotations

from contextlib import closing

import pytest

from jdz_field.core.hashing import sha256
from jdz_field.core.ids import new_id
from jdz_field.store.check import MOST, file_of
from jdz_field.store.db import connect
from jdz_field.store.project import Project
from tests.store.tools import Clock, add_site, draft, geohazard, many, photo, seal_all, told


@pytest.fixture
def full(project) -> Project:
    """A project with sites, a conflict-free feed, a batch, a draft and a photo's file."""
    site = add_site(project)
    project.begin_feed("e")
    project.apply_feed([told(1, new_id(), 3, geohazard(2))], 1)
    seal_all(project)
    project.edit("geohazard", site, {"town": "鹅湖镇"})
    project.save_draft(draft())
    content = b"a photo"
    sha = sha256(content)
    folder = project.path / "files" / sha[:2]
    folder.mkdir(parents=True)
    (folder / f"{sha}.jpg").write_bytes(content)
    project.add_attachment(photo(content))
    return project


def damage(project: Project, *statements: str) -> None:
    """Change the file as only a fault of ours could: the triggers take it for our own writing."""
    with closing(connect(project.path / "field.gpkg")) as connection:
        connection.execute("INSERT INTO jdz_writer VALUES (1)")
        for statement in statements:
            connection.execute(statement)
        connection.execute("DELETE FROM jdz_writer")


def test_a_sound_project_has_no_problem(full) -> None:
    assert full.check() == []
    with Project.open(full.path, read_only=True) as reader:
        assert reader.check() == []


@pytest.mark.parametrize(
    ("statement", "told_of"),
    [
        ("UPDATE geohazard SET town = 'x' WHERE code LIKE '%1'", "日志为“鹅湖镇”"),
        ("UPDATE geohazard SET version = 8 WHERE code LIKE '%2'", "版本为 8"),
        ("UPDATE geohazard SET deleted = 1 WHERE code LIKE '%2'", "deleted"),
        ("UPDATE geohazard SET extra = '{\"a\":1}' WHERE code LIKE '%2'", "“1”"),
        ("INSERT INTO mine (id, name) VALUES ('x', 'y')", "在日志中没有记录"),
        ("INSERT INTO mine (name) VALUES ('y')", "在日志中没有记录"),
        ("DELETE FROM jdz_feed", "在日志中没有记录"),
        ("DELETE FROM jdz_own", "缺少处理结果"),
        ("DELETE FROM rtree_geohazard_geom WHERE id = 1", "空间索引"),
        ("INSERT INTO rtree_mine_geom VALUES (7, 1, 2, 1, 2)", "空间索引"),
        ("DELETE FROM jdz_words WHERE number = 16", "搜索索引"),
        ("UPDATE jdz_words SET words = 'x' WHERE number = 16", "搜索索引"),
        ("INSERT INTO jdz_words VALUES (9999, '', '', '')", "搜索索引"),
        ("INSERT INTO jdz_search (rowid, words) VALUES (16, 'x')", "搜索索引"),
        ("INSERT INTO jdz_search (rowid, words) VALUES (9999, 'x')", "搜索索引"),
        ("UPDATE jdz_batch SET seq = 5", "不衔接"),
        ('UPDATE jdz_batch SET manifest = \'{"changes_sha256":"0"}\'', "封存"),
        ("UPDATE jdz_batch SET manifest = 'rubbish'", "封存"),
        ("UPDATE jdz_draft SET answers = '{'", "草稿"),
    ],
)
def test_damage_is_named(full, statement, told_of) -> None:
    damage(full, statement)
    problems = full.check()
    assert any(told_of in one for one in problems), problems


def test_a_row_that_is_gone_is_named(full) -> None:
    site = full.sites_by_code("360222000001")[0]
    # R-tree functions are ours; without the trigger the row goes quietly.
    damage(full, "DROP TRIGGER rtree_geohazard_geom_delete", "DELETE FROM geohazard WHERE fid = 1")
    assert any(site.id in one for one in full.check())


def test_a_row_in_two_layers_is_named(full) -> None:
    site = full.sites_by_code("360222000001")[0]
    damage(full, f"INSERT INTO mine (id, name) VALUES ('{site.id}', 'y')")
    assert any("2 行" in one for one in full.check())


def test_a_missing_file_is_named_until_it_was_sent(full) -> None:
    (shot,) = full.attachments()
    file_of(full.path, shot.sha256).unlink()
    (problem,) = full.check()
    assert "IMG_1.jpg" in problem
    full.mark_attachment_sent(shot.sha256)
    assert full.check() == []


def test_a_changed_file_is_named(full) -> None:
    (shot,) = full.attachments()
    file_of(full.path, shot.sha256).write_bytes(b"another photo")
    (problem,) = full.check()
    assert "被改动" in problem


def test_others_files_need_not_be_here(full) -> None:
    fields = {"sha256": "0" * 64, "filename": "x.jpg", "mime": "image/jpeg"}
    full.apply_feed([told(2, new_id(), 1, fields, kind="attachment")], 2)
    assert full.check() == []


def test_a_damaged_page_is_named(full) -> None:
    full.edit_many(many(500), origin="i")
    full.close()
    file = full.path / "field.gpkg"
    content = bytearray(file.read_bytes())
    log = [at for at in range(0, len(content), 4096) if b"[null," in content[at : at + 4096]]
    for at in log[5:25]:
        content[at : at + 64] = b"\xff" * 64
    file.write_bytes(content)
    with Project.open(full.path, now=Clock()) as project:
        assert any("损坏" in one for one in project.check())


def test_sentences_stay_few(project) -> None:
    project.edit_many(many(MOST + 50), origin="i")
    damage(project, "UPDATE geohazard SET town = 'x'")
    assert len(project.check()) == MOST
