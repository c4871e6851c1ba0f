"""What PostgreSQL needs that SQLite does not: driver, one lock for all writers, PostGIS."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.types.string import StrDumper
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

_NAMES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_DRIVER = "postgresql+psycopg"
#: Tables in the default schema that are PostGIS's own.
OWN_TABLES = frozenset({"spatial_ref_sys"})
#: The key of the lock that every writing transaction holds: «jdz» and a one.
_KEY = 0x6A647A01


class _Text(StrDumper):
    """PostgreSQL keeps no NUL in text; U+FFFD stands for it there."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\x00", "\ufffd") if "\x00" in obj else obj)


def driven(url: URL) -> URL:
    """The address with our driver. ``ArgumentError``: it is of another database."""
    if url.drivername not in _NAMES:
        raise ArgumentError(url.drivername)
    return url.set(drivername=_DRIVER)


def engine_options(busy: int) -> dict[str, Any]:
    """Arguments of ``create_engine``; ``busy``: seconds to wait for another writer."""
    return {
        # Several processes share the server's 100 connections.
        "max_overflow": 12,
        # The server may have been restarted since a connection was used last.
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 10,
            "application_name": "jdz_field",
            "options": f"-c lock_timeout={busy * 1000} -c timezone=UTC",
        },
    }


def prepare(connection: psycopg.Connection[Any], _record: Any) -> None:
    """Make a new connection one of ours."""
    connection.adapters.register_dumper(str, _Text)


def lock(connection: Connection) -> None:
    """Be alone among writers until this transaction ends."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_KEY})")


def extend(connection: Connection) -> None:
    """Have PostGIS in the database. ``BadInput``: a superuser must create it first."""
    query = text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
    if connection.execute(query).first():
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION postgis")
    except DatabaseError as error:
        name = connection.engine.url.database
        raise BadInput(
            _(
                "The database {name} has no PostGIS; as the superuser of PostgreSQL run: "
                "psql -d {name} -c 'CREATE EXTENSION postgis'"
            ).format(name=name)
        ) from error
