"""The site layers on PostgreSQL: what ``geopackage`` is for SQLite, with PostGIS geometry.

A table for every site kind, named like it, with typed columns, written along with every new
version of a site. The geometry is a generated column over WKB, in EPSG:4490, with an index.
"""
# ruff: noqa: S608 - names come from the catalogue, never from a person

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, inspect, text

from jdz_field.central.geopackage import column_types, row
from jdz_field.core.catalogue import SITE_KINDS, SiteKind, code_list, site_kind, site_kinds
from jdz_field.geo.geometry import SRS_ID, wkb_in
from jdz_field.sync.merge_types import Subject

_TYPES = {
    "INTEGER": "bigint",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TEXT": "text",
}
_WKB_POINT = 1
_INT64 = 1 << 63
#: Columns of every layer, before and after those of the fields.
_BEFORE, _AFTER = ("id", "wkb"), ("version", "deleted", "merged_into")


def make_missing(connection: Connection) -> None:
    """Create the layers that are not there, and the columns that they lack."""
    tables = set(inspect(connection).get_table_names())
    for kind in site_kinds():
        if kind.name not in tables:
            for statement in _layer(kind):
                connection.exec_driver_sql(statement)
            continue
        columns = columns_of(connection, kind.name)
        for name, sql_type in column_types(kind).items():
            if name not in columns:
                connection.exec_driver_sql(
                    f'ALTER TABLE "{kind.name}" ADD COLUMN "{name}" {_TYPES[sql_type]}'
                )
        for statement in _comments(kind):
            connection.exec_driver_sql(statement)


def columns_of(connection: Connection, table: str) -> set[str]:
    """The columns of a table; SQLAlchemy's own way does not know what a geometry is."""
    query = text(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = :table"
    )
    return set(connection.execute(query, {"table": table}).scalars())


def _layer(kind: SiteKind) -> Iterator[str]:
    columns = "".join(f', "{name}" {_TYPES[t]}' for name, t in column_types(kind).items())
    yield (
        f'CREATE TABLE "{kind.name}" (fid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,'
        f" id text NOT NULL UNIQUE, wkb bytea, geom geometry({kind.geometry}, {SRS_ID})"
        f" GENERATED ALWAYS AS (ST_GeomFromWKB(wkb, {SRS_ID})) STORED{columns},"
        " version bigint, deleted boolean, merged_into text)"
    )
    yield f'CREATE INDEX "{kind.name}_geom" ON "{kind.name}" USING gist (geom)'
    yield from _comments(kind)


def _comments(kind: SiteKind) -> Iterator[str]:
    yield f'COMMENT ON TABLE "{kind.name}" IS {quoted(kind.labels["zh"])}'
    for field in kind.fields:
        said = field.labels["zh"] + (f" ({field.unit})" if field.unit else "")
        if field.codes:
            listed = code_list(field.codes).codes
            titles = (f"{c.value} {c.labels.get('zh', '')}".strip() for c in listed)
            said += ": " + "; ".join(titles)
        yield f'COMMENT ON COLUMN "{kind.name}"."{field.name}" IS {quoted(said)}'


def quoted(words: str) -> str:
    """A text as SQL; percent signs doubled, as the driver wants them."""
    return "'" + words.replace("'", "''").replace("%", "%%") + "'"


@cache
def _upsert(name: str) -> str:
    columns = (*_BEFORE, *column_types(site_kind(name)), *_AFTER)
    names = ", ".join(f'"{c}"' for c in columns)
    changes = ", ".join(f'"{c}" = excluded."{c}"' for c in columns[1:])
    marks = ", ".join(["%s"] * len(columns))
    return (
        f'INSERT INTO "{name}" ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changes}'
    )


def write(connection: Connection, altered: Mapping[str, Subject]) -> None:
    """Write the sites among these subjects to their layers."""
    for kind in SITE_KINDS:
        sites = [s for s in altered.values() if s.kind == kind]
        if sites:
            rows = [tuple(_row(kind, s)) for s in sites]
            connection.exec_driver_sql(_upsert(kind), rows)


def _row(kind: str, site: Subject) -> Iterator[Any]:
    values = {name: state.value for name, state in site.fields.items()}
    cells: Sequence[Any] = row(kind, site.id, site.version, values)
    known = site_kind(kind)
    yield cells[0]
    yield _wkb(known, cells[1])
    for value, sql_type in zip(cells[2:-3], column_types(known).values(), strict=True):
        yield _cell(value, sql_type)
    yield from (site.version, site.deleted, _cell(cells[-1], "TEXT"))


def _wkb(kind: SiteKind, blob: bytes | None) -> bytes | None:
    if blob is None:
        return None
    wkb = wkb_in(blob)
    # A released value may be of another type than the layer; the log has it all the same.
    return None if kind.geometry == "POINT" and wkb[1] != _WKB_POINT else wkb


def _cell(value: Any, sql_type: str) -> Any:
    """The value as its column takes it; what does not fit leaves the column empty."""
    if value is None:
        return None
    if sql_type in _PLAIN:
        return _PLAIN[sql_type](value)
    try:
        number = float(value)
        if sql_type == "DOUBLE":
            return number
        return int(value) if -_INT64 <= number < _INT64 else None
    except (TypeError, ValueError, OverflowError):
        return None


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


_PLAIN: dict[str, Callable[[Any], Any]] = {"TEXT": str, "BOOLEAN": bool, "DATE": _date}
