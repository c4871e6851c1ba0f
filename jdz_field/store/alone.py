"""A large import writes its pages once: the file for itself, a rollback journal meanwhile.

In the write-ahead log a transaction of a gigabyte is written twice, and every page that left
the cache is searched for in an index of half a million frames. With a rollback journal, pages
that are new go straight to their place, and the journal holds only the few that were there: a
sixth of an import's work less (docs/decisions/0007). It asks for the file alone, so it is tried
without waiting, and when anybody else has the file open the write-ahead log stays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from jdz_field.store.db import PATIENCE, Database


@contextmanager
def alone(db: Database) -> Iterator[bool]:
    """Hold the file for this connection, if nobody else has it open; whether that came true.

    Around ``write()``, never inside. Afterwards the file is in the write-ahead log again.
    """
    taken = not db.writing and not db.read_only and _take(db.connection)
    try:
        yield taken
    finally:
        if taken:
            _give_back(db.connection)


def _take(connection: sqlite3.Connection) -> bool:
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            return False
        # The lock is taken now and held: no reader may come between and keep it from its end.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.OperationalError:
        _give_back(connection)
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {round(PATIENCE * 1000)}")
    return True


def _give_back(connection: sqlite3.Connection) -> None:
    # A medium that is gone has told so already; the next opening sets the log again.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA locking_mode = NORMAL")
        # Only the next access lets go of the lock.
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        connection.execute("PRAGMA journal_mode = WAL")
