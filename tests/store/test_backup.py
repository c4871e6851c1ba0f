"""Backups are whole, restoring loses nothing, bad backups are refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.store import backup
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.tools import START, Clock, add_site, quick_project, seal_all

STAMP = "2026-11-22T06:00:00.000Z"


def test_a_backup_is_a_whole_project_in_one_file(project, tmp_path) -> None:
    add_site(project)
    made = project.backup("before import")
    assert made.parent == project.path / "backups"
    assert "before-import" in made.name
    assert [one.name for one in made.parent.iterdir()] == [made.name]
    (tmp_path / "copy").mkdir()
    made.rename(tmp_path / "copy" / "field.gpkg")
    with Project.open(tmp_path / "copy", now=Clock()) as copy:
        assert copy.count(SiteQuery()) == 1
        assert copy.check() == []


def test_a_reader_can_back_up_too(project) -> None:
    with Project.open(project.path, read_only=True) as reader:
        assert reader.backup().is_file()


def test_ten_backups_of_one_reason_stay(project) -> None:
    other = project.backup("kept apart")
    made = [project.backup("daily") for _n in range(14)]
    left = sorted((project.path / "backups").iterdir())
    assert len(left) == 11
    assert other in left
    assert set(made[-10:]) < set(left)


def test_backups_of_one_second_do_not_meet(project) -> None:
    project.now = lambda: START
    first, second = project.backup("x"), project.backup("x")
    assert first != second
    assert first.is_file()
    assert backup.name_of_backup(project.path, STAMP, "../../etc").parent == first.parent


def test_restoring_puts_the_backup_in_place_and_keeps_what_was_there(project) -> None:
    kept_site = add_site(project)
    made = project.backup()
    lost_site = add_site(project, 2)
    seal_all(project)
    device, epoch = project.device, project.device_epoch
    project.close()
    aside = Project.restore(made, project.path, now=Clock())
    with Project.open(project.path, now=Clock()) as again:
        assert again.site(kept_site)
        assert again.site(lost_site) is None
        assert again.device == device
        assert again.device_epoch != epoch
        assert again.last_batch() is None
        assert again.check() == []
    assert "before-restore" in aside.name
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT count(*) FROM geohazard").fetchone() == (2,)


def test_restoring_into_an_empty_folder_makes_a_project(project, tmp_path) -> None:
    add_site(project)
    made = project.backup()
    assert Project.restore(made, tmp_path / "new") is None
    with Project.open(tmp_path / "new", now=Clock()) as again:
        assert again.count(SiteQuery()) == 1


def test_restoring_what_was_restored_brings_the_newer_state_back(project) -> None:
    made = project.backup()
    site = add_site(project)
    project.close()
    aside = Project.restore(made, project.path, now=Clock())
    Project.restore(aside, project.path, now=Clock())
    with Project.open(project.path, now=Clock()) as again:
        assert again.site(site)


def test_a_damaged_database_is_kept_as_it_was(project) -> None:
    add_site(project)
    made = project.backup()
    project.close()
    file = project.path / "field.gpkg"
    rubbish = b"rubbish" * 5000
    file.write_bytes(rubbish)
    (project.path / "field.gpkg-wal").write_bytes(b"old log")
    aside = Project.restore(made, project.path, now=Clock())
    assert aside.read_bytes() == rubbish
    assert Path(f"{aside}-wal").read_bytes() == b"old log"
    assert not (project.path / "field.gpkg-wal").exists()
    with Project.open(project.path, now=Clock()) as again:
        assert again.check() == []


@pytest.mark.parametrize("content", [None, b"", b"rubbish" * 1000])
def test_a_file_that_is_no_backup_is_refused(project, tmp_path, content) -> None:
    site = add_site(project)
    bad = tmp_path / "bad.gpkg"
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(BadInput):
        Project.restore(bad, project.path)
    assert project.site(site)
    assert list((project.path / "backups").iterdir()) == []


def test_a_truncated_backup_is_refused(project, tmp_path) -> None:
    for number in range(60):
        add_site(project, number)
    bad = tmp_path / "bad.gpkg"
    made = project.backup()
    bad.write_bytes(made.read_bytes()[: made.stat().st_size * 2 // 3])
    with pytest.raises(BadInput, match="损坏"):
        Project.restore(bad, project.path)


def test_a_newer_backup_is_refused(project) -> None:
    made = project.backup()
    with closing(sqlite3.connect(made, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('jdz_field', '9999', '')"
        )
    with pytest.raises(BadInput, match="较新版本"):
        Project.restore(made, project.path)


def test_nothing_is_restored_under_an_open_window(project) -> None:
    made = project.backup()
    with project.lock_window(), pytest.raises(Unavailable, match="窗口"):
        Project.restore(made, project.path)


def test_nothing_is_restored_under_another_program(project) -> None:
    made = project.backup()
    add_site(project)
    with pytest.raises(Unavailable, match=r"打开|写入"):
        Project.restore(made, project.path)
    assert project.count(SiteQuery()) == 1


def test_a_forked_device_and_the_restored_one_meet_again(tmp_path) -> None:
    from tests.store.tools import Desk

    desk = Desk()
    project = quick_project(tmp_path / "p")
    site = add_site(project)
    made = project.backup()
    project.edit("geohazard", site, {"town": "sent, then lost"})
    desk.sync(project)
    project.close()
    Project.restore(made, tmp_path / "p", now=Clock())
    with Project.open(tmp_path / "p", now=Clock()) as again:
        desk.sync(again)
        assert again.site(site).fields["town"] == "sent, then lost"
        assert again.last_batch().seq == 1
        assert again.check() == []
