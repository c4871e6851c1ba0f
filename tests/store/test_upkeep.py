"""Windows and syncs lock each other out, and say whom they met."""

from __future__ import annotations

import os

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import set_language
from jdz_field.store.project import Project
from tests.store.tools import Clock, add_site, break_log


def test_a_second_window_is_told_of_the_first(project) -> None:
    with project.lock_window(), Project.open(project.path, now=Clock()) as second:
        with pytest.raises(Unavailable, match=f"张三.*{os.getpid()}"):
            second.lock_window()
        set_language("en")
        with pytest.raises(Unavailable, match="another window"):
            second.lock_window()
        assert add_site(second)


def test_the_lock_is_free_again_after_its_release(project) -> None:
    with project.lock_window():
        pass
    project.lock_window().release()


def test_one_sync_at_a_time_beside_a_window(project) -> None:
    with (
        project.lock_window(),
        project.lock_sync(),
        Project.open(project.path, now=Clock()) as other,
        pytest.raises(Unavailable, match="同步"),
    ):
        other.lock_sync()


def test_a_lock_file_whose_content_is_strange_still_locks(project) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(project.path / ".window.lock", isolation_level=None)) as holder:
        holder.execute("CREATE TABLE holder (id INTEGER PRIMARY KEY, who TEXT)")
        holder.execute("INSERT INTO holder VALUES (1, 'no json')")
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match=r"\?"):
            project.lock_window()


def test_a_whole_file_is_whole_and_a_broken_one_is_not(project) -> None:
    for number in range(20):
        add_site(project, number)
    assert project.is_whole()
    project.close()
    break_log(project.path / "field.gpkg")
    with Project.open(project.path, read_only=True) as broken:
        assert not broken.is_whole()


def test_a_window_that_died_is_noticed_by_the_next(project) -> None:
    with project.lock_window() as lock:
        assert not lock.left_by
    first = project.lock_window()
    first._connection.rollback()
    first._connection.close()
    with project.lock_window() as lock:
        assert lock.left_by["who"] == "张三"
