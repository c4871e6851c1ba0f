"""Rolling backups: which stay, how large they grow, what one holds; nothing good is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput, Damaged, Unavailable
from jdz_field.store import backup
from jdz_field.store.db import connect
from jdz_field.store.project import Project
from jdz_field.store.rolling import (
    Backup,
    backups,
    budget_of,
    look_into,
    mark_of_file,
    superfluous,
)
from tests.store.tools import Clock, add_site, break_log

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def made(hours_ago: float, size: int = 10) -> Backup:
    at = NOW - timedelta(hours=hours_ago)
    return Backup(Path(f"field-{at:%Y%m%dT%H%M%S}Z-rolling.gpkg"), at, "rolling", size)


def kept(rolling: list[Backup], budget: int = 10**9) -> list[Backup]:
    gone = set(superfluous(rolling, budget))
    return [one for one in rolling if one not in gone]


def test_a_year_of_work_leaves_days_weeks_and_months() -> None:
    # Every half hour of eight hours a day, for 400 days.
    rolling = [made(day * 24 + half / 2) for day in range(400) for half in range(16)]
    left = kept(rolling)
    days = {one.made.date() for one in left}
    assert len([one for one in left if NOW - one.made < timedelta(days=1)]) == 16
    assert {NOW.date() - timedelta(days=n) for n in range(12)} <= days
    oldest = min(left, key=lambda one: one.made)
    assert timedelta(days=230) < NOW - oldest.made < timedelta(days=280)
    assert len(left) <= 16 + 12 + 10 + 9
    months = {(one.made.year, one.made.month) for one in left}
    assert len(months) == 9


def test_thinning_again_takes_nothing_more() -> None:
    rolling = [made(day * 24 + half / 2) for day in range(100) for half in range(4)]
    left = kept(rolling)
    assert kept(left) == left


def test_a_project_that_rested_for_years_keeps_its_backups() -> None:
    rolling = [made(24 * 365 * years) for years in range(1, 5)]
    assert kept(rolling) == rolling


def test_room_is_made_by_the_close_ones_first_then_by_the_oldest() -> None:
    rolling = [made(0), made(0.5), made(1), made(30), made(24 * 40), made(24 * 70)]
    assert kept(rolling, 40) == [rolling[0], *rolling[3:]]
    assert kept(rolling, 25) == [rolling[0], rolling[3]]


@pytest.mark.parametrize("budget", [0, 1, 9])
def test_the_newest_stays_whatever_it_takes(budget: int) -> None:
    rolling = [made(0), made(30), made(60)]
    assert kept(rolling, budget) == rolling[:1]


def test_no_backups_need_no_thinning() -> None:
    assert superfluous([], 100) == []


@pytest.mark.parametrize("setting", [None, 0, -5, "many", True, 1.5])
def test_a_size_that_is_none_gives_a_share_of_the_free_disk(tmp_path: Path, setting) -> None:
    import shutil

    free = shutil.disk_usage(tmp_path).free
    assert budget_of(tmp_path, setting, 0) == pytest.approx(free * 0.1, rel=0.2)


def test_the_size_that_was_set_bounds_the_backups(project) -> None:
    first = project.roll_backup()
    project.set_setting("backup_bytes", 1)
    second = project.roll_backup()
    assert [one.file for one in backups(project.path)] == [second]
    assert first is not None
    assert not first.exists()


def test_a_rolling_backup_is_made_only_when_something_changed(project) -> None:
    assert project.roll_backup() is not None
    assert project.roll_backup() is None
    add_site(project)
    assert project.roll_backup() is not None
    assert project.roll_backup() is None
    assert len(backups(project.path)) == 2


def test_a_draft_and_an_edit_from_outside_count_as_changes(project) -> None:
    site = add_site(project)
    project.roll_backup()
    with closing(connect(project.path / "field.gpkg")) as qgis:
        qgis.execute("UPDATE geohazard SET name = 'by QGIS' WHERE id = ?", (site,))
    assert project.roll_backup() is not None


def test_a_reader_can_roll(project) -> None:
    with Project.open(project.path, read_only=True) as reader:
        assert reader.roll_backup() is not None


def test_backups_by_hand_are_not_thinned_with_the_rolling_ones(project) -> None:
    by_hand = project.backup("window")
    project.set_setting("backup_bytes", 1)
    project.roll_backup()
    add_site(project)
    project.roll_backup()
    assert {one.reason for one in backups(project.path)} == {"window", "rolling"}
    assert by_hand.exists()


def test_a_clock_set_back_does_not_cost_the_new_backup(project) -> None:
    old = project.roll_backup()
    project.set_setting("backup_bytes", 1)
    project.now = Clock(NOW - timedelta(days=900))
    new = project.roll_backup()
    assert new is not None
    assert new.exists()
    assert old is not None
    assert not old.exists()


def test_a_broken_database_makes_no_backup_and_costs_none(project) -> None:
    for number in range(80):
        add_site(project, number)
    good = project.roll_backup()
    project.set_setting("backup_bytes", 1)
    project.close()
    break_log(project.path / "field.gpkg")
    with Project.open(project.path, read_only=True) as broken, pytest.raises(Damaged):
        broken.roll_backup()
    assert [one.file for one in backups(project.path)] == [good]
    assert [file.name for file in (project.path / "backups").iterdir()] == [good.name]
    with Project.open(project.path, read_only=True) as broken, pytest.raises(Damaged):
        broken.backup("by hand")


def test_a_full_disk_is_a_sentence_and_leaves_the_old_ones(project, monkeypatch) -> None:
    good = project.roll_backup()
    add_site(project)
    real = sqlite3.connect

    def small(file, **kwargs):
        connection = real(file, **kwargs)
        if str(file).endswith(".part"):
            # SQLite's own way to a full disk: no file may grow beyond so many pages.
            connection.execute("PRAGMA max_page_count = 10")
        return connection

    monkeypatch.setattr(backup.sqlite3, "connect", small)
    with pytest.raises(Unavailable, match="已满"):
        project.roll_backup()
    assert [file.name for file in (project.path / "backups").iterdir()] == [good.name]
    monkeypatch.undo()
    assert project.roll_backup() is not None


def test_a_folder_that_went_away_is_a_sentence(project) -> None:
    (project.path / "backups").rmdir()
    (project.path / "backups").write_text("a file in its place")
    with pytest.raises(Unavailable):
        project.roll_backup()


def test_a_copy_can_be_stopped_and_leaves_nothing(project) -> None:
    with pytest.raises(backup.Stopped):
        project.roll_backup(lambda: True)
    assert list((project.path / "backups").iterdir()) == []
    assert project.roll_backup() is not None


def test_writing_goes_on_while_a_backup_is_made(project, monkeypatch) -> None:
    """One moment is copied although another connection writes between the strides."""
    for number in range(30):
        add_site(project, number)
    monkeypatch.setattr(backup, "_STRIDE", 5)
    written: list[str] = []

    def write() -> bool:
        if len(written) < 5:
            with Project.open(project.path, now=Clock()) as other:
                written.append(add_site(other, 100 + len(written)))
        return False

    with Project.open(project.path, read_only=True) as reader:
        file = reader.roll_backup(write)
    assert len(written) == 5
    assert look_into(file).sites["geohazard"] == 30
    assert look_into(project.backup()).sites["geohazard"] == 35


def test_a_preview_says_what_a_backup_holds(project) -> None:
    add_site(project)
    found = look_into(project.backup("x"))
    assert (found.name, found.author) == ("示例", "张三")
    assert found.sites["geohazard"] == 1
    assert found.sites["mine"] == 0
    assert (found.records, found.drafts, found.attachments) == (0, 0, 0)
    assert found.unsent == 1
    assert found.written is not None
    assert found.written.tzinfo is not None


@pytest.mark.parametrize("content", [None, b"", b"rubbish" * 1000])
def test_what_is_no_backup_has_no_preview(tmp_path: Path, content: bytes | None) -> None:
    bad = tmp_path / "field-20261122T060000Z-x.gpkg"
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(BadInput):
        look_into(bad)
    assert mark_of_file(bad) is None


def test_the_list_is_newest_first_and_leaves_strangers_out(project) -> None:
    folder = project.path / "backups"
    for name in (
        "field-20261122T060000Z-rolling.gpkg",
        "field-20261122T060000Z-rolling-2.gpkg",
        "field-20261123T060000Z-before-restore.gpkg",
        "field-20261121T060000Z.gpkg",
        "field-20261124T060000Z-window.gpkg.age",
        "field-20261399T990000Z.gpkg",
        "field-copy.gpkg",
        ".field-20261122T060000Z-x.gpkg.part",
    ):
        (folder / name).write_bytes(b"123")
    found = backups(project.path)
    assert [(one.made.day, one.reason, one.number) for one in found] == [
        (24, "window", 0),
        (23, "before-restore", 0),
        (22, "rolling", 2),
        (22, "rolling", 0),
        (21, "", 0),
    ]
    assert [one.encrypted for one in found] == [True, False, False, False, False]
    assert found[0].bytes == 3


def test_a_project_without_the_folder_has_no_backups(tmp_path: Path) -> None:
    assert backups(tmp_path) == []
