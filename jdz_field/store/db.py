"""One connection to ``field.gpkg``: how it is opened, its transactions, its errors.

Write-ahead log and full synchronisation at every commit; every write takes the write lock at
its start (``BEGIN IMMEDIATE``), because a deferred one fails at once when another process wrote
in between. Only here do SQLite's errors become sentences.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from jdz_field.core.errors import Damaged, JdzError, Unavailable
from jdz_field.core.i18n import _
from jdz_field.store import geometry

#: How long a writer waits for another process (the command line beside a window), in seconds.
PATIENCE = 15.0

Params = Sequence[Any]
Row = tuple[Any, ...]

_FULL = (sqlite3.SQLITE_FULL,)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DISK = (
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
)


#: How Python's sqlite3 begins to say that a text is no UTF-8; it gives no code for it.
_UNDECODABLE = "Could not decode to UTF-8"


def _decoded(text: bytes) -> str:
    """Text as written: UTF-8, else GB 18030 as older programs here write, else what is legible."""
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return text.decode(encoding)
    return text.decode(errors="replace")


def _sentence(error: sqlite3.Error, path: Path) -> JdzError | None:
    """The sentence for a fault of the surroundings; ``None`` for a fault of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _FULL:
        return Unavailable(
            _("The disk with {path} is full; free some space and try again.").format(path=path)
        )
    if code in _BUSY:
        return Unavailable(
            _("Another program is writing to {path}; close it or try again.").format(path=path)
        )
    if code in _DAMAGED:
        return Damaged(
            _("{path} is damaged or no project file; restore a backup.").format(path=path)
        )
    if code in _DISK:
        return Unavailable(
            _("{path} cannot be read or written; check the disk and the permissions.").format(
                path=path
            )
        )
    return None


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the disk, a lock or a damaged file into sentences."""
    try:
        yield
    except sqlite3.Error as error:
        told = _sentence(error, path)
        if told is None:
            raise
        raise told from error


def _register(connection: sqlite3.Connection) -> None:
    """The functions that the standard's R-tree triggers call (GeoPackage 1.3, annex F.3)."""
    functions: tuple[tuple[str, Callable[[bytes | None], Any]], ...] = (
        ("ST_IsEmpty", geometry.is_empty),
        ("ST_MinX", geometry.min_x),
        ("ST_MaxX", geometry.max_x),
        ("ST_MinY", geometry.min_y),
        ("ST_MaxY", geometry.max_y),
    )
    for name, function in functions:
        connection.create_function(name, 1, function, deterministic=True)


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?{mode}"


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in our ways: autocommit, WAL and FULL for writing; the file must exist.

    A read-only medium, on which SQLite cannot make its shared-memory file, is read as immutable.
    """
    with sentences(path):
        if read_only:
            _settle(path)
            return _connect_reader(path)
        connection = _raw(_uri(path, "mode=rw"))
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -16000")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA journal_size_limit = 16777216")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _settle(path: Path) -> None:
    """Take back what a large import left half done when its process died.

    A reader cannot, and one that takes the file as immutable would read what is half written.
    """
    try:
        if not path.with_name(f"{path.name}-journal").stat().st_size:
            return
    except OSError:
        return
    connection = _raw(_uri(path, "mode=rw"))
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    finally:
        connection.close()


def _connect_reader(path: Path) -> sqlite3.Connection:
    for mode in ("mode=ro", "immutable=1"):
        connection = _raw(_uri(path, mode))
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if mode == "immutable=1" or code not in _DISK:
                raise
        except sqlite3.Error:
            connection.close()
            raise
        else:
            return connection
    raise AssertionError


def _raw(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
    _register(connection)
    return connection


class Database:
    """A connection with one way to read and one to write.

    Belongs to the thread that made it. ``writing`` is true inside ``write()``.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self.writing = False
        self._closed = False
        self.connection = connect(path, read_only=read_only)

    def rows(self, sql: str, params: Params = ()) -> list[Row]:
        """Every row of a query."""
        with sentences(self.path):
            try:
                return self.connection.execute(sql, params).fetchall()
            except sqlite3.OperationalError as error:
                self.read_broken_text(error)
                return self.connection.execute(sql, params).fetchall()

    def read_broken_text(self, error: sqlite3.OperationalError) -> None:
        """From here on read text that another program wrote as no UTF-8; else raise ``error``."""
        if _UNDECODABLE not in str(error) or self.connection.text_factory is _decoded:
            raise error
        self.connection.text_factory = _decoded

    def row(self, sql: str, params: Params = ()) -> Row | None:
        """The first row of a query, if there is one."""
        with sentences(self.path):
            try:
                found: Row | None = self.connection.execute(sql, params).fetchone()
            except sqlite3.OperationalError as error:
                self.read_broken_text(error)
                found = self.connection.execute(sql, params).fetchone()
            return found

    def value(self, sql: str, params: Params = ()) -> Any:
        """The first column of the first row, else ``None``."""
        found = self.row(sql, params)
        return found[0] if found else None

    def stream(self, sql: str, params: Params = ()) -> Iterator[Row]:
        """Rows one by one, for what does not fit in memory."""
        with sentences(self.path):
            told = 0
            try:
                for row in self.connection.execute(sql, params):
                    told += 1
                    yield row
            except sqlite3.OperationalError as error:
                self.read_broken_text(error)
                yield from islice(self.connection.execute(sql, params), told, None)

    def run(self, sql: str, params: Params = ()) -> int:
        """One writing statement inside ``write()``; the number of rows it touched."""
        with sentences(self.path):
            return self.connection.execute(sql, params).rowcount

    def run_many(self, sql: str, rows: Iterable[Params]) -> None:
        """One writing statement for many rows inside ``write()``."""
        with sentences(self.path):
            self.connection.executemany(sql, rows)

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction, all or nothing; inside another it is part of that one.

        The row in ``jdz_writer`` tells the triggers that the program itself writes, so that
        only edits from elsewhere (QGIS) land in ``jdz_external``.
        """
        if self.writing:
            yield
            return
        with self.plain_write():
            self.mark_writer()
            yield
            self.unmark_writer()

    def mark_writer(self) -> None:
        """From here on the transaction's edits are the program's own."""
        self.connection.execute("INSERT INTO jdz_writer (id) VALUES (1)")

    def unmark_writer(self) -> None:
        """Edits are somebody else's again."""
        self.connection.execute("DELETE FROM jdz_writer")

    @contextmanager
    def plain_write(self) -> Iterator[None]:
        """A transaction without the mark in ``jdz_writer``, for the upgrade that makes it."""
        if self.read_only:
            raise Unavailable(_("{path} was opened for reading only.").format(path=self.path))
        with sentences(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            self.writing = True
            try:
                yield
                self.connection.execute("COMMIT")
            finally:
                self.writing = False
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Every read inside sees one moment, whatever other processes write."""
        with sentences(self.path):
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close; a writer first empties the write-ahead log into the file, when nobody reads.

        A second time does nothing.
        """
        if self._closed:
            return
        self._closed = True
        if not self.read_only:
            # What cannot be moved now (a reader, a full disk) is safe in the write-ahead log.
            with suppress(sqlite3.OperationalError):
                self.connection.execute("PRAGMA busy_timeout = 500")
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()
