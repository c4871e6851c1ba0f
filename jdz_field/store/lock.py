"""One window a project, one sync at a time: locks that die with their process.

A lock is a small SQLite file in the project folder, held by an open write transaction: the
operating system lets go of it when the process ends, however it ends, on Windows as on Linux.
Readers still see who wrote themselves into it before. Who lets go takes their name out: a name
that is still there when the next one comes belongs to a process that died (``Lock.left_by``).
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _


class Busy(Exception):
    """Someone else holds the lock; ``holder`` says who, as far as it is known."""

    def __init__(self, holder: dict[str, Any]) -> None:
        super().__init__(holder)
        self.holder = holder


class Lock:
    """A held lock; let go of it with ``release`` or by leaving its ``with`` block."""

    def __init__(
        self, connection: sqlite3.Connection, left_by: dict[str, Any] | None = None
    ) -> None:
        """``left_by``: who held it last and never let go; empty when they did, or nobody did."""
        self._connection: sqlite3.Connection | None = connection
        self.left_by = left_by or {}

    def release(self, *, clean: bool = True) -> None:
        """Let go; a second time does nothing. Not ``clean``: the next holder is to look again."""
        if self._connection is not None:
            # A medium that was pulled out takes no farewell: the next start looks for damage.
            with suppress(sqlite3.Error):
                if clean:
                    self._connection.execute("DELETE FROM holder")
                self._connection.execute("COMMIT")
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Lock:
        """The lock itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go."""
        self.release()


#: The lock of a window.
WindowLock = Lock


def hold(file: Path, who: str, since: str) -> Lock:
    """Take the lock of this file.

    Raises:
        Busy: another process, or another part of this one, holds it.
        Unavailable: the disk refuses.
    """
    try:
        connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise _unwritable(file) from error
    try:
        left_by = _enter(connection, who, since)
    except sqlite3.OperationalError as error:
        holder = _holder(connection)
        connection.close()
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy(holder) from error
        raise _unwritable(file) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _unwritable(file) from error
    return Lock(connection, left_by)


def _unwritable(file: Path) -> Unavailable:
    return Unavailable(
        _("{path} cannot be written; check the disk and the permissions.").format(path=file)
    )


def _enter(connection: sqlite3.Connection, who: str, since: str) -> dict[str, Any]:
    """Write down who we are, then hold a write transaction for as long as we live.

    Returns who was written there before.
    """
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY, who TEXT)")
    before = _read(connection)
    described = {"who": who, "pid": os.getpid(), "host": socket.gethostname(), "since": since}
    connection.execute("INSERT OR REPLACE INTO holder VALUES (1, ?)", (json.dumps(described),))
    connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")
    return before


def _holder(connection: sqlite3.Connection) -> dict[str, Any]:
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return _read(connection)
    except sqlite3.Error:
        return {}


def _read(connection: sqlite3.Connection) -> dict[str, Any]:
    row = connection.execute("SELECT who FROM holder").fetchone()
    try:
        return dict(json.loads(row[0])) if row else {}
    except (ValueError, TypeError):
        return {"who": "?"}
