"""Making and opening projects, good folders and bad ones."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing

import pytest

from jdz_field.core.errors import BadInput, Damaged, Unavailable
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.tools import Clock, add_site


def test_a_new_project_has_its_folders_and_settings(tmp_path) -> None:
    path = tmp_path / "瑶里 巡查"
    with Project.create(path, name="瑶里", author="张三", sample=True, now=Clock()) as project:
        assert (project.name, project.author, project.sample) == ("瑶里", "张三", True)
        assert project.server is None
        assert project.device != project.device_epoch
        assert project.check() == []
    assert {one.name for one in path.iterdir()} == {"field.gpkg", "files", "basemaps", "backups"}


def test_a_project_is_not_made_over_another(project) -> None:
    add_site(project)
    with pytest.raises(BadInput, match="已有项目"):
        Project.create(project.path, name="n", author="a")
    assert project.count(SiteQuery()) == 1


def test_a_project_that_could_not_be_made_leaves_no_file(tmp_path, monkeypatch) -> None:
    from jdz_field.store import migrations

    def full(_connection) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(migrations, "fit_layers", full)
    with pytest.raises(Unavailable, match="磁盘已满"):
        Project.create(tmp_path / "p", name="n", author="a")
    assert [one.name for one in (tmp_path / "p").iterdir() if one.is_file()] == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may do everything")
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Unavailable):
        Project.create(tmp_path / "p", name="n", author="a")


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path) -> None:
    (tmp_path / "p").write_text("x")
    with pytest.raises(Unavailable, match="无法建立"):
        Project.create(tmp_path / "p", name="n", author="a")
    with pytest.raises(BadInput, match="没有项目"):
        Project.open(tmp_path / "p")


def test_a_folder_without_a_project_is_a_sentence(tmp_path) -> None:
    with pytest.raises(BadInput, match="没有项目"):
        Project.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000, b"SQLite format 3\0" + b"\xff" * 4096])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_project_is_a_sentence(tmp_path, content, read_only) -> None:
    (tmp_path / "field.gpkg").write_bytes(content)
    with pytest.raises(BadInput, match="项目"):
        Project.open(tmp_path, read_only=read_only)
    assert (tmp_path / "field.gpkg").read_bytes() == content


def test_a_truncated_project_is_a_sentence_and_untouched(project) -> None:
    for number in range(50):
        add_site(project, number)
    project.close()
    file = project.path / "field.gpkg"
    cut = file.read_bytes()[: file.stat().st_size // 2]
    file.write_bytes(cut)
    with pytest.raises(BadInput, match=r"损坏|恢复"):
        Project.open(project.path).check()


def test_a_reader_reads_beside_a_writer(project) -> None:
    with Project.open(project.path, read_only=True) as reader:
        before = reader.data_version()
        site = add_site(project)
        assert reader.site(site) is not None
        assert reader.data_version() != before
        with pytest.raises(Unavailable, match="只读"):
            add_site(reader, 2)
        assert reader.check() == []


def test_two_writers_take_turns(project) -> None:
    with Project.open(project.path, now=Clock()) as other:
        for number in range(5):
            add_site(project, number)
            add_site(other, 10 + number)
        assert project.count(SiteQuery()) == other.count(SiteQuery()) == 10
        assert project.check() == []
        stamps = [change.hlc for change in project.unsent_changes()]
        assert len(set(stamps)) == 10


def test_a_writer_that_waits_too_long_says_so(project, monkeypatch) -> None:
    from jdz_field.store import db

    monkeypatch.setattr(db, "PATIENCE", 0.05)
    with (
        Project.open(project.path, now=Clock()) as other,
        closing(sqlite3.connect(project.path / "field.gpkg", isolation_level=None)) as blocker,
    ):
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="另一程序正在写入"):
            add_site(other)
        blocker.execute("ROLLBACK")
        assert add_site(other)


def test_a_closed_project_is_one_file(project) -> None:
    add_site(project)
    project.close()
    project.close()
    assert [one.name for one in project.path.iterdir() if one.is_file()] == ["field.gpkg"]


def test_qgis_resetting_the_journal_mode_does_no_harm(project) -> None:
    project.close()
    with closing(sqlite3.connect(project.path / "field.gpkg")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    with Project.open(project.path, now=Clock()) as again:
        add_site(again)
        assert (project.path / "field.gpkg-wal").exists()


def test_a_read_only_medium_can_be_read(project) -> None:
    add_site(project)
    project.close()
    file = project.path / "field.gpkg"
    file.chmod(0o400)
    project.path.chmod(0o500)
    try:
        with Project.open(project.path, read_only=True) as reader:
            assert reader.count(SiteQuery()) == 1
    finally:
        project.path.chmod(0o700)


@pytest.mark.parametrize("content", [None, b""])
def test_a_store_that_is_gone_beside_its_backups_is_damage(project, content) -> None:
    project.backup("x")
    project.close()
    file = project.path / "field.gpkg"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Damaged, match="备份"):
        Project.open(project.path)


def test_a_store_that_never_was_is_no_damage(tmp_path) -> None:
    with pytest.raises(BadInput) as told:
        Project.open(tmp_path)
    assert not isinstance(told.value, Damaged)


def test_a_folder_that_moved_opens_with_everything(project, tmp_path) -> None:
    site = add_site(project)
    made = project.backup("x")
    project.close()
    moved = tmp_path / "another card" / "项目"
    moved.parent.mkdir()
    project.path.rename(moved)
    with Project.open(moved, now=Clock()) as again:
        assert again.site(site)
        assert again.check() == []
        assert again.roll_backup() is not None
    assert (moved / "backups" / made.name).is_file()
