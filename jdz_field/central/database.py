"""The central database: opened, brought up to date, read and written in transactions.

On SQLite a writing transaction begins with ``BEGIN IMMEDIATE``: one writer at a time, and no
deadlock between two that both read first. The same order holds on PostgreSQL through a lock on
the row that holds the head of the feed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from jdz_field.central import fitting
from jdz_field.central.tables import meta
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.i18n import _

#: The newest step in ``migrations/versions``.
NEWEST = "0002"
_WRITE = {"jdz_write": True}
#: Seconds to wait for another process that writes.
_BUSY = 30


def default_url(files: Path) -> str:
    """The SQLite database beside the folder of files."""
    return f"sqlite:///{(files.absolute().parent / 'central.gpkg').as_posix()}"


class Database:
    """One central database, shared by all threads of a process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"
        try:
            self._upgrade()
            self._fit()
        except (OperationalError, sqlite3.OperationalError) as error:
            self.close()
            raise _unavailable(error) from error
        except DatabaseError as error:
            self.close()
            raise BadInput(
                _("{url} is no central database; name another, or restore a backup.").format(
                    url=self.shown
                )
            ) from error

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
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except OperationalError as error:
            raise _unavailable(error) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, alone among writers; all of it or nothing."""
        try:
            with self._writing() as connection:
                self._lock(connection)
                yield connection
                if self.sqlite:
                    connection.exec_driver_sql("DELETE FROM jdz_writer")
        except OperationalError as error:
            raise _unavailable(error) from error

    def _lock(self, connection: Connection) -> None:
        if self.sqlite:
            connection.exec_driver_sql("INSERT INTO jdz_writer VALUES (1)")
        else:
            query = select(meta.c.value).where(meta.c.name == "head").with_for_update()
            connection.execute(query).all()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            self.engine.connect().execution_options(**_WRITE) as connection,
            connection.begin(),
        ):
            yield connection

    def _upgrade(self) -> None:
        with self._writing() as connection:
            found = self._revision(connection)
            if found == NEWEST:
                return
            if found is not None and found > NEWEST:
                raise BadInput(
                    _("{url} was written by a newer version; update this program.").format(
                        url=self.shown
                    )
                )
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
        if not self.sqlite:
            return
        with self.read() as connection:
            if fitting.fits(connection):
                return
            lacking = fitting.lacks_columns(connection)
        if lacking and self.path:
            fitting.copy_of(self.path)
        with self._writing() as connection:
            if not fitting.fits(connection):
                fitting.fit(connection)

    def _revision(self, connection: Connection) -> str | None:
        tables = inspect(connection).get_table_names()
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
        arguments: dict[str, Any] = {}
        if parsed.get_backend_name() == "sqlite":
            arguments = {"connect_args": {"timeout": _BUSY, "check_same_thread": False}}
        engine = create_engine(parsed, pool_size=8, max_overflow=32, **arguments)
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
    reason = getattr(error, "orig", None) or error
    return Unavailable(
        _("The central database does not answer ({reason}); check the disk and try again.").format(
            reason=reason
        )
    )


def get_meta(connection: Connection, name: str, default: str = "") -> str:
    """A fact about the centre."""
    found = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()
    return default if found is None else str(found)


def set_meta(connection: Connection, name: str, value: str) -> None:
    """Write a fact about the centre."""
    done = connection.execute(update(meta).where(meta.c.name == name).values(value=value))
    if not done.rowcount:
        connection.execute(meta.insert().values(name=name, value=value))
