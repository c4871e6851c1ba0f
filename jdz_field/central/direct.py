"""Statements that receiving runs for every batch, given to the driver as they are.

To build, bind and wrap such a statement costs SQLAlchemy some ten times what it costs SQLite to
run it. They run on the same connection, inside the same transaction. One text serves both
databases: ``?`` marks a value, ``IN ids`` a list of ids that is one parameter.
"""
# ruff: noqa: S608 - names of our own tables, never from a person

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, Table

#: What the drivers themselves raise when the database is away, busy or full.
AWAY = (sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError)
_CHUNK = 5_000


class Statement:
    """A statement in both dialects; ``columns``: what a row of values gives, in order."""

    __slots__ = ("columns", "postgresql", "sqlite")

    def __init__(self, sql: str, columns: Sequence[str] = ()) -> None:
        self.sqlite = sql.replace("IN ids", "IN (SELECT value FROM json_each(?))")
        self.postgresql = sql.replace("IN ids", "= ANY(?)").replace("?", "%s")
        self.columns = tuple(columns)


def insert(table: Table) -> Statement:
    """The statement that inserts rows with every column of a table."""
    names = [column.name for column in table.columns]
    marks = ", ".join("?" * len(names))
    return Statement(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", names)


def upsert(table: Table, *, kept: Sequence[str] = ()) -> Statement:
    """The same, overwriting all but ``kept`` of the row with the same primary key."""
    made = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    rest = [name for name in made.columns if name not in {*keys, *kept}]
    changes = ", ".join(f"{name} = excluded.{name}" for name in rest)
    sql = made.sqlite + f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
    return Statement(sql, made.columns)


def rows(connection: Connection, statement: Statement, *given: Any) -> list[tuple[Any, ...]]:
    """What a question finds."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.execute(statement.sqlite, given).fetchall()
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(type(driver).__name__)
    return driver.execute(statement.postgresql.encode(), given).fetchall()


def rows_of(
    connection: Connection, statement: Statement, ids: Iterable[str], times: int = 1
) -> Iterator[tuple[Any, ...]]:
    """What a question about ids finds, in portions; ``times``: how often it names them."""
    ordered = sorted(ids)
    lite = connection.dialect.name == "sqlite"
    for start in range(0, len(ordered), _CHUNK):
        part = ordered[start : start + _CHUNK]
        one = json.dumps(part) if lite else part
        yield from rows(connection, statement, *[one] * times)


def change(connection: Connection, statement: Statement, *given: Any) -> int:
    """Run a statement that writes; how many rows it touched."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.execute(statement.sqlite, given).rowcount
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(type(driver).__name__)
    return driver.execute(statement.postgresql.encode(), given).rowcount


def change_of(connection: Connection, statement: Statement, ids: Iterable[str]) -> None:
    """Run a statement that writes where ids are, in portions."""
    ordered = sorted(ids)
    lite = connection.dialect.name == "sqlite"
    for start in range(0, len(ordered), _CHUNK):
        part = ordered[start : start + _CHUNK]
        change(connection, statement, json.dumps(part) if lite else part)


def change_each(
    connection: Connection, statement: Statement, given: Sequence[Sequence[Any]]
) -> None:
    """Run a statement that writes once for each row of values."""
    if len(given) == 1:
        change(connection, statement, *given[0])
        return
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.executemany(statement.sqlite, given)
    elif isinstance(driver, psycopg.Connection):
        with driver.cursor() as cursor:
            cursor.executemany(statement.postgresql.encode(), given)


def put(connection: Connection, statement: Statement, given: Iterable[Mapping[str, Any]]) -> None:
    """Write rows, given by column, with a statement of ``insert`` or ``upsert``."""
    columns = statement.columns
    found = [tuple([row[name] for name in columns]) for row in given]
    if found:
        change_each(connection, statement, found)
