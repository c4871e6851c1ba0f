"""A disk that fills up: one sentence, nothing half written, and work goes on afterwards."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.tools import Clock, add_site, draft, many, quick_project, record, told


@pytest.fixture
def project(tmp_path):
    made = quick_project(tmp_path / "p")
    yield made
    made.close()


def fill(project: Project, *, room: int = 2) -> None:
    """Let SQLite believe that the disk holds only a few pages more."""
    pages = project._db.value("PRAGMA page_count")
    project._db.connection.execute(f"PRAGMA max_page_count = {pages + room}")


def free(project: Project) -> None:
    project._db.connection.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.parametrize("room", [0, 1, 3, 8, 20, 60])
def test_an_import_onto_a_full_disk_leaves_nothing_of_itself(project, room) -> None:
    add_site(project, 9999)
    fill(project, room=room)
    with pytest.raises(Unavailable, match="磁盘已满"):
        project.edit_many(many(1500), origin="import:1")
    assert project.count(SiteQuery()) == 1
    assert project.check() == []
    free(project)
    project.edit_many(many(1500), origin="import:1")
    assert project.count(SiteQuery()) == 1501
    assert project.check() == []


def test_a_draft_is_not_lost_when_its_record_does_not_fit(project) -> None:
    start = draft()
    project.save_draft(start)
    fill(project, room=0)
    big = record(id=start.id, answers={"text": "长" * 50_000})
    with pytest.raises(Unavailable):
        project.finalize(big, draft=start.id)
    assert project.draft(start.id) == start
    assert project.records() == []
    free(project)
    project.finalize(big, draft=start.id)
    assert project.draft(start.id) is None


def test_a_pull_onto_a_full_disk_keeps_its_old_position(project) -> None:
    project.begin_feed("e")
    page = [told(n, e.subject, 1, dict(e.fields)) for n, e in enumerate(many(500), 1)]
    fill(project)
    with pytest.raises(Unavailable):
        project.apply_feed(page, 500)
    assert project.feed_position == 0
    assert project.check() == []
    free(project)
    project.apply_feed(page, 500)
    assert project.feed_position == 500


def test_a_backup_that_does_not_fit_is_not_there(project) -> None:
    import sqlite3

    from jdz_field.store import backup

    add_site(project)

    class Full:
        in_transaction = True

        def backup(self, _target: object, **_how: object) -> None:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    target = project.path / "backups" / "x.gpkg"
    with pytest.raises(Unavailable, match="磁盘已满"):
        backup.copy_database(Full(), target)  # type: ignore[arg-type]
    assert list(target.parent.iterdir()) == []
    with Project.open(project.path, now=Clock()) as again:
        assert again.check() == []
