"""Connections: transactions, sentences, functions."""

from __future__ import annotations

import sqlite3

import pytest

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.store.db import Database, connect, sentences


def error(code: int) -> sqlite3.OperationalError:
    made = sqlite3.OperationalError("x")
    made.sqlite_errorcode = code
    return made


@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        (sqlite3.SQLITE_FULL, Unavailable, "磁盘已满"),
        (sqlite3.SQLITE_BUSY, Unavailable, "另一程序"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Unavailable, "另一程序"),
        (sqlite3.SQLITE_LOCKED, Unavailable, "另一程序"),
        (sqlite3.SQLITE_CORRUPT, BadInput, "损坏"),
        (sqlite3.SQLITE_NOTADB, BadInput, "损坏"),
        (sqlite3.SQLITE_IOERR_WRITE, Unavailable, "磁盘和权限"),
        (sqlite3.SQLITE_READONLY, Unavailable, "磁盘和权限"),
        (sqlite3.SQLITE_CANTOPEN, Unavailable, "磁盘和权限"),
    ],
)
def test_what_the_surroundings_do_is_a_sentence(tmp_path, code, kind, word) -> None:
    with pytest.raises(kind, match=word), sentences(tmp_path / "field.gpkg"):
        raise error(code)


def test_a_fault_of_ours_stays_a_fault(tmp_path) -> None:
    with pytest.raises(sqlite3.OperationalError), sentences(tmp_path):
        raise error(sqlite3.SQLITE_ERROR)
    with pytest.raises(sqlite3.IntegrityError), sentences(tmp_path):
        raise sqlite3.IntegrityError("constraint")


@pytest.fixture
def db(project):
    opened = Database(project.path / "field.gpkg")
    yield opened
    opened.close()


def test_a_transaction_is_all_or_nothing(db) -> None:
    def write() -> None:
        with db.write():
            db.run("INSERT INTO jdz_settings VALUES ('a', '1')")
            raise KeyError

    with pytest.raises(KeyError):
        write()
    assert db.value("SELECT count(*) FROM jdz_settings WHERE key = 'a'") == 0
    assert not db.writing
    assert not db.connection.in_transaction
    with db.write():
        db.run("INSERT INTO jdz_settings VALUES ('a', '1')")
    assert db.row("SELECT value FROM jdz_settings WHERE key = 'a'") == ("1",)


def test_a_transaction_inside_another_is_part_of_it(db) -> None:
    def write() -> None:
        with db.write():
            with db.write():
                db.run("INSERT INTO jdz_settings VALUES ('a', '1')")
            assert db.writing
            raise KeyError

    with pytest.raises(KeyError):
        write()
    assert db.value("SELECT count(*) FROM jdz_settings WHERE key = 'a'") == 0


def test_our_mark_is_gone_after_every_transaction(db) -> None:
    with db.write():
        assert db.value("SELECT count(*) FROM jdz_writer") == 1
    assert db.value("SELECT count(*) FROM jdz_writer") == 0


def test_writers_are_safe_and_patient(db) -> None:
    assert db.value("PRAGMA journal_mode") == "wal"
    assert db.value("PRAGMA synchronous") == 2
    assert db.value("PRAGMA busy_timeout") == 15000


def test_readers_cannot_write(project) -> None:
    reader = Database(project.path / "field.gpkg", read_only=True)
    with pytest.raises(Unavailable, match="只读"), reader.write():
        pass
    with pytest.raises(Unavailable):
        reader.run("DELETE FROM jdz_settings")
    reader.close()
    reader.close()


def test_a_snapshot_sees_one_moment(db, project) -> None:
    with db.snapshot():
        before = db.rows("SELECT key FROM jdz_settings ORDER BY key")
        project.set_setting("zzz", 1)
        assert db.rows("SELECT key FROM jdz_settings ORDER BY key") == before
    assert db.value("SELECT count(*) FROM jdz_settings") == len(before) + 1


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_not_there_is_a_sentence_and_not_made(tmp_path, read_only) -> None:
    with pytest.raises(Unavailable):
        connect(tmp_path / "none.gpkg", read_only=read_only)
    assert list(tmp_path.iterdir()) == []


def test_paths_with_odd_characters_open(project, tmp_path) -> None:
    project.close()
    odd = tmp_path / "a b#c?d%20 项目"
    project.path.rename(odd)
    connect(odd / "field.gpkg").close()
    connect(odd / "field.gpkg", read_only=True).close()
