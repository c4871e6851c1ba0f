"""The central database: opened, brought up to date, read and written in transactions.

On SQLite a writing transaction begins with ``BEGIN IMMEDIATE``: one writer at a time, and no
deadlock between two that both read first. On PostgreSQL every writing transaction begins with
one advisory lock that it holds until it commits, whichever process it is of; what it reads after
that is what the writer before it committed. Reading there sees one snapshot (REPEATABLE READ).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from jdz_field.central import direct, fitting, postgis
from jdz_field.core.errors import BadInput, BadUsage, JdzError, Unavailable
from jdz_field.core.i18n import _

#: The newest step in ``migrations/versions``.
NEWEST = "0005"
_WRITE = {"jdz_write": True}
#: Seconds to wait for another process that writes.
_BUSY = 30
#: What the drivers raise when the database is away, busy or full.
_AWAY = (OperationalError, InterfaceError, PoolTimeout, *direct.AWAY)
_WRITER = direct.Statement("INSERT INTO jdz_writer VALUES (1)")
_NO_WRITER = direct.Statement("DELETE FROM jdz_writer")
_META = direct.Statement("SELECT value FROM meta WHERE name = ?")
_SET_META = direct.Statement("UPDATE meta SET value = ? WHERE name = ?")
_NEW_META = direct.Statement("INSERT INTO meta (value, name) VALUES (?, ?)")


def default_url(files: Path) -> str:
    """The SQLite database beside the folder of files."""
    return f"sqlite:///{(files.absolute().parent / 'central.gpkg').as_posix()}"


class Database:
    """One central database, shared by all threads of a process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._turn = threading.Lock()
        self.sqlite = self.engine.dialect.name == "sqlite"
        try:
            self._upgrade()
            self._fit()
        except _AWAY as error:
            self.close()
            raise _unavailable(error) from error
        except DatabaseError as error:
            self.close()
            raise BadInput(
                _("{url} is no central database; name another, or restore a backup.").format(
                    url=self.shown
                )
            ) from error
        except JdzError:
            self.close()
            raise

    @property
    def shown(self) -> str:
        """The address without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.engine.url.database) if self.sqlite and self.engine.url.database else None

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; nothing is written."""
        try:
            with self._reading() as connection, connection.begin():
                yield connection
        except _AWAY as error:
            raise _unavailable(error) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, alone among writers; all of it or nothing."""
        try:
            # In turn: sixty threads that poll the file's lock would starve one another.
            with self._turn, self._writing() as connection:
                self._lock(connection)
                self._stays(connection)
                yield connection
                if self.sqlite:
                    direct.change(connection, _NO_WRITER)
        except _AWAY as error:
            raise _unavailable(error) from error

    def tidy(self, *tables: str) -> None:
        """Let PostgreSQL look at once at large new tables of ours; SQLite needs nothing."""
        if self.sqlite:
            return
        try:
            with self.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.exec_driver_sql(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(tables)}")
        except _AWAY as error:
            raise _unavailable(error) from error

    def _reading(self) -> Connection:
        connection = self.engine.connect()
        return (
            connection
            if self.sqlite
            else connection.execution_options(isolation_level="REPEATABLE READ")
        )

    def _stays(self, connection: Connection) -> None:
        place = get_meta(connection, "moved")
        if place:
            raise Unavailable(
                _("This centre has moved to {url}; serve that one.").format(url=place)
            )

    def _lock(self, connection: Connection) -> None:
        if self.sqlite:
            direct.change(connection, _WRITER)
        else:
            postgis.lock(connection)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            self.engine.connect().execution_options(**_WRITE) as connection,
            connection.begin(),
        ):
            yield connection

    def _upgrade(self) -> None:
        with self._writing() as connection:
            if not self.sqlite:
                postgis.lock(connection)
            found = self._revision(connection)
            if found == NEWEST:
                return
            if found is not None and found > NEWEST:
                raise BadInput(
                    _("{url} was written by a newer version; update this program.").format(
                        url=self.shown
                    )
                )
            if not self.sqlite:
                postgis.extend(connection)
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        if self.path:
            # Programs that look at the first bytes of the file must find a GeoPackage there.
            with closing(sqlite3.connect(self.path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _fit(self) -> None:
        """Let the site layers follow the catalogue; a copy first, when they get new columns."""
        with self.read() as connection:
            if fitting.fits(connection):
                return
            lacking = self.sqlite and fitting.lacks_columns(connection)
        if lacking and self.path:
            fitting.copy_of(self.path)
        with self._writing() as connection:
            if not self.sqlite:
                postgis.lock(connection)
            if not fitting.fits(connection):
                fitting.fit(connection)

    def _revision(self, connection: Connection) -> str | None:
        tables = set(inspect(connection).get_table_names()) - postgis.OWN_TABLES
        if "alembic_version" not in tables:
            if tables:
                raise BadInput(
                    _("{url} is no central database; name another, or restore a backup.").format(
                        url=self.shown
                    )
                )
            return None
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        arguments: dict[str, Any] = {"max_overflow": 32}
        if parsed.get_backend_name() == "sqlite":
            arguments["connect_args"] = {"timeout": _BUSY, "check_same_thread": False}
        else:
            parsed = postgis.driven(parsed)
            arguments = postgis.engine_options(_BUSY)
        engine = create_engine(parsed, pool_size=8, **arguments)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise BadUsage(
            _("{url} is no database address; it looks like sqlite:///folder/central.gpkg").format(
                url=url
            )
        ) from error
    except OSError as error:
        raise _unavailable(error) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", postgis.prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # Transactions are ours: the driver must not open any by itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("jdz_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _unavailable(error: Exception) -> Unavailable:
    # A server says several lines, and sometimes repeats what was being written.
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    return Unavailable(
        _("The central database does not answer ({reason}); check the disk and try again.").format(
            reason=reason
        )
    )


def get_meta(connection: Connection, name: str, default: str = "") -> str:
    """A fact about the centre."""
    found = direct.rows(connection, _META, name)
    return default if not found or found[0][0] is None else str(found[0][0])


def set_meta(connection: Connection, name: str, value: str) -> None:
    """Write a fact about the centre."""
    if not direct.change(connection, _SET_META, value, name):
        direct.change(connection, _NEW_META, value, name)
