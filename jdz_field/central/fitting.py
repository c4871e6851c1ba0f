"""The site layers of the central database, brought in line with the program's catalogue.

A field that the catalogue gained becomes a column, and every site is written anew out of the
log's state. A column of a field that it lost stays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from jdz_field.central import layers, record_views
from jdz_field.central.geopackage import column_types, row, upsert
from jdz_field.central.tables import meta, subjects
from jdz_field.central.worlds import subject_of
from jdz_field.core.catalogue import site_kinds, table
from jdz_field.core.hashing import canonical_json, sha256
from jdz_field.sync.merge_types import Subject

_KEY = "layers"
_AT_ONCE = 1000


def signature() -> str:
    """A fingerprint of the columns and of the rules that give values."""
    columns = [[kind.name, column_types(kind)] for kind in site_kinds()]
    return sha256(canonical_json([columns, table("grades")]).encode())


def fits(connection: Connection) -> bool:
    """Whether the layers are what the catalogue says."""
    found = connection.execute(select(meta.c.value).where(meta.c.name == _KEY)).scalar()
    return found == signature() and record_views.fits(connection)


def lacks_columns(connection: Connection) -> bool:
    """Whether a layer has no column for a field of the catalogue."""
    return any(column_types(kind).keys() - _columns(connection, kind.name) for kind in site_kinds())


def copy_of(file: Path) -> Path:
    """A whole copy of the database beside it, before its layers change; where it lies.

    ``sqlite3.Error`` or ``OSError`` when the disk refuses.
    """
    folder = file.parent / "backups"
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = folder / f"{file.stem}-{stamp}-catalogue.gpkg"
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(target)) as two:
        one.backup(two)
        two.execute("PRAGMA journal_mode = DELETE")
    return target


def fit(connection: Connection) -> None:
    """Add columns and write every site anew, inside a writing transaction."""
    if connection.dialect.name == "sqlite":
        _fit_sqlite(connection)
    else:
        layers.make_missing(connection)
        for kind in site_kinds():
            for sites in _sites(connection, kind.name):
                layers.write(connection, {site.id: site for site in sites})
    record_views.make(connection)
    connection.execute(meta.delete().where(meta.c.name == _KEY))
    connection.execute(meta.insert().values(name=_KEY, value=signature()))


def _fit_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT OR IGNORE INTO jdz_writer VALUES (1)")
    for kind in site_kinds():
        there = _columns(connection, kind.name)
        for name, sql_type in column_types(kind).items():
            if name not in there:
                connection.exec_driver_sql(
                    f'ALTER TABLE "{kind.name}" ADD COLUMN "{name}" {sql_type}'
                )
        for sites in _sites(connection, kind.name):
            connection.exec_driver_sql(
                upsert(kind.name),
                [
                    tuple(
                        row(kind.name, s.id, s.version, {n: v.value for n, v in s.fields.items()})
                    )
                    for s in sites
                ],
            )
    connection.exec_driver_sql("DELETE FROM jdz_writer")


def _columns(connection: Connection, layer: str) -> set[str]:
    return {str(one[1]) for one in connection.exec_driver_sql(f"PRAGMA table_info('{layer}')")}


def _sites(connection: Connection, kind: str) -> Iterator[list[Subject]]:
    last = ""
    while True:
        query = select(subjects).where(subjects.c.kind == kind, subjects.c.id > last)
        found = connection.execute(query.order_by(subjects.c.id).limit(_AT_ONCE)).all()
        if not found:
            return
        last = found[-1].id
        yield [subject_of(one) for one in found]
