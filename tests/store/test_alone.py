"""A large import has the file for itself where it can, and a cut-off one leaves nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.store import bulk, db, editing
from jdz_field.store.alone import alone
from jdz_field.store.backup import restore
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.tools import add_site, many, quick_project


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand edits count as a large import, and a small cache lets pages out early."""
    monkeypatch.setattr(editing, "_WIDE", 2000)
    monkeypatch.setattr(bulk, "_CACHE", 200)


def mode_of(project: Project) -> str:
    return str(project._db.value("PRAGMA journal_mode"))


def beside(path: Path) -> list[str]:
    return sorted(file.name for file in path.glob("field.gpkg-*"))


def test_nobody_else_there_the_file_is_held_and_given_back(tmp_path) -> None:
    with quick_project(tmp_path / "p") as project:
        modes: list[str] = []
        project.edit_many(
            many(4100), origin="import:1", progress=lambda *_: modes.append(mode_of(project))
        )
        assert set(modes) == {"delete"}
        assert mode_of(project) == "wal"
        assert "field.gpkg-journal" not in beside(tmp_path / "p")
        with closing(sqlite3.connect(tmp_path / "p" / "field.gpkg")) as other:
            assert other.execute("SELECT count(*) FROM geohazard").fetchone() == (4100,)
        assert project.check() == []


def test_a_few_edits_leave_the_log_as_it_is(tmp_path) -> None:
    with quick_project(tmp_path / "p") as project:
        modes: list[str] = []
        project.edit_many(
            many(1999), origin="import:1", progress=lambda *_: modes.append(mode_of(project))
        )
        assert set(modes) == {"wal"}


def test_beside_a_reader_the_write_ahead_log_stays_and_the_reader_reads_on(tmp_path) -> None:
    path = tmp_path / "p"
    with quick_project(path) as project, Project.open(path, read_only=True) as reader:
        seen: list[tuple[str, int]] = []
        project.edit_many(
            many(2100),
            origin="import:1",
            progress=lambda *_: seen.append((mode_of(project), reader.count(SiteQuery()))),
        )
        assert seen
        assert set(seen) == {("wal", 0)}
        assert reader.count(SiteQuery()) == 2100


def test_a_fault_inside_undoes_everything_and_gives_the_file_back(tmp_path) -> None:
    def stop(*_told: int) -> None:
        raise ValueError

    with quick_project(tmp_path / "p") as project:
        with pytest.raises(ValueError):  # noqa: PT011 - as the progress raises it
            project.edit_many(many(4100), origin="import:1", progress=stop)
        assert mode_of(project) == "wal"
        assert project.count(SiteQuery()) == 0
        add_site(project, 1)
        assert project.check() == []


def test_who_comes_meanwhile_is_told_in_a_sentence(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(db, "PATIENCE", 0.1)
    with quick_project(tmp_path / "p") as project, alone(project._db) as held:
        assert held
        with pytest.raises(Unavailable, match=r"field\.gpkg"):
            Project.open(tmp_path / "p")


def test_inside_a_transaction_nothing_is_switched(tmp_path) -> None:
    with quick_project(tmp_path / "p") as project, project._db.write(), alone(project._db) as held:
        assert not held


_DIES = """
import os, sys
from pathlib import Path
from jdz_field.store import bulk, editing
from jdz_field.store.project import Project
from tests.store.tools import many
editing._WIDE, bulk._CACHE = 2000, 200
project = Project.open(Path(sys.argv[1]))
def leave(done, total):
    if done > 3000:
        os._exit(7)
project.edit_many(many(4100), origin="import:1", progress=leave)
"""


@pytest.mark.parametrize("read_only", [True, False])
def test_a_process_that_dies_inside_leaves_none_of_it(tmp_path, read_only) -> None:
    path = tmp_path / "p"
    with quick_project(path) as project:
        add_site(project, 9999)
    died = subprocess.run([sys.executable, "-c", _DIES, str(path)], check=False)
    assert died.returncode == 7
    assert (path / "field.gpkg-journal").stat().st_size
    with Project.open(path, read_only=read_only) as project:
        assert project.count(SiteQuery()) == 1
        assert project.check() == []
        assert mode_of(project) == ("delete" if read_only else "wal")
    with Project.open(path) as project:
        project.edit_many(many(4100), origin="import:2")
        assert project.count(SiteQuery()) == 4101


@pytest.mark.parametrize("gone", [True, False])
def test_a_backup_over_a_cut_off_import_is_the_backup(tmp_path, gone) -> None:
    path = tmp_path / "p"
    with quick_project(path) as project:
        add_site(project, 9999)
        kept = project.backup()
    died = subprocess.run([sys.executable, "-c", _DIES, str(path)], check=False)
    assert died.returncode == 7
    if gone:
        (path / "field.gpkg").unlink()
    restore(kept, path, "2026-07-01T00:00:00.000Z")
    assert "field.gpkg-journal" not in beside(path)
    with Project.open(path) as project:
        assert project.count(SiteQuery()) == 1
        assert project.check() == []
