"""What proves that nobody touched the store behind our back, beside the rows themselves.

The log against the sealed batches, the marks of what became of each change against its receipt,
the feed against the own changes that it brought back, and the file's tables, triggers and indexes
against those that this version makes.
"""
# ruff: noqa: S608 - names of tables and columns are constants

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

from jdz_field.core.changes import Change
from jdz_field.core.i18n import _
from jdz_field.store import geometry, log, migrations
from jdz_field.store.db import Database
from jdz_field.store.geometry import SRS_ID
from jdz_field.store.layers import fits, layers
from jdz_field.store.rows import Subject

#: Columns that hold JSON, by table.
_JSON = (
    ("jdz_settings", "value"),
    ("jdz_change", "fields"),
    ("jdz_own", "receipt"),
    ("jdz_feed", "fields"),
)
#: A row's stored point may differ from its geometry's by so many degrees.
_NEAR = 1e-6


def hindrances(db: Database) -> Iterator[str]:
    """A sentence for all that keeps the rest from being looked at: lost tables, broken JSON."""
    lost = False
    for told in _tables(db):
        lost = True
        yield told
    if not lost:
        yield from _json(db)


def problems(db: Database) -> Iterator[str]:
    """A sentence for everything that does not agree, where there are no ``hindrances``."""
    yield from _guards(db)
    yield from _standard(db)
    yield from _numbers(db)
    yield from _fates(db)
    yield from _sealed(db)
    yield from _brought_back(db)


# ---- the file


@dataclass(frozen=True)
class _Reference:
    """An empty store of this version: kind and statement by name, columns by table."""

    things: dict[str, tuple[str, str]]
    columns: dict[str, set[str]]


def _reference() -> _Reference:
    return _made(tuple((one.name, tuple(c.name for c in one.columns)) for one in layers()))


@cache
def _made(described: object) -> _Reference:
    """Made once for layers as ``described``; a process may check many projects."""
    del described
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        migrations.upgrade(connection)
        migrations.fit_layers(connection)
        connection.execute("COMMIT")
        things = _things(connection.execute(_THINGS))
        columns = {
            name: {row[1] for row in connection.execute(f"PRAGMA table_info('{name}')")}
            for name, (kind, _sql) in things.items()
            if kind == "table"
        }
    return _Reference(things, columns)


def _things(rows: Iterator[Any]) -> dict[str, tuple[str, str]]:
    return {name: (kind, " ".join(str(sql).split())) for kind, name, sql in rows}


_THINGS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"


def _tables(db: Database) -> Iterator[str]:
    """Tables and columns that are gone."""
    for name, wanted in _reference().columns.items():
        found = {row[1] for row in db.rows(f"PRAGMA table_info('{name}')")}
        if not found:
            yield _("The table {name} is missing.").format(name=name)
            continue
        for column in sorted(wanted - found):
            yield _("The table {table} has lost its column {column}.").format(
                table=name, column=column
            )


def _guards(db: Database) -> Iterator[str]:
    """Triggers and indexes that are gone; triggers of ours that say something else."""
    wanted = _reference().things
    there = _things(db.stream(_THINGS))
    for name, (kind, text) in wanted.items():
        if kind not in ("trigger", "index"):
            continue
        if name not in there:
            if not _replaced(name, there):
                yield _missing(kind, name)
        elif name.startswith("jdz_") and kind == "trigger" and there[name][1] != text:
            yield _("The trigger {name} was changed; open the project once for writing.").format(
                name=name
            )


def _replaced(name: str, there: dict[str, tuple[str, str]]) -> bool:
    """Whether a newer GDAL put its own spelling of an R-tree trigger in the place of this one."""
    head, _update, _number = name.rpartition("_geom_update")
    return bool(head) and f"{head}_geom_update6" in there


def _missing(kind: str, name: str) -> str:
    if kind == "trigger":
        return _("The trigger {name} is missing.").format(name=name)
    return _("The index {name} is missing.").format(name=name)


def _standard(db: Database) -> Iterator[str]:
    """What GeoPackage programs read before anything else."""
    for one in layers():
        found = db.row(
            "SELECT c.data_type, c.srs_id, g.column_name, g.srs_id, e.extension_name"
            " FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g USING (table_name)"
            " LEFT JOIN gpkg_extensions e ON e.table_name = c.table_name"
            " AND e.extension_name = 'gpkg_rtree_index' WHERE c.table_name = ?",
            (one.name,),
        )
        if found != ("features", SRS_ID, "geom", SRS_ID, "gpkg_rtree_index"):
            yield _("The GeoPackage tables do not describe the layer {layer} as it is.").format(
                layer=one.name
            )


def _json(db: Database) -> Iterator[str]:
    for table, column in _JSON:
        wrong = db.value(
            f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND NOT json_valid({column})"
        )
        if wrong:
            yield _("{n} rows of {table} cannot be read ({column}).").format(
                n=wrong, table=table, column=column
            )


# ---- the log


def _numbers(db: Database) -> Iterator[str]:
    """The log is numbered without a gap, and what became of a change belongs to one."""
    last = db.value("SELECT seq FROM sqlite_sequence WHERE name = 'jdz_change'") or 0
    gone = last - db.value("SELECT count(*) FROM jdz_change")
    if gone:
        yield _("{n} changes of the log are gone.").format(n=gone)
    stray = db.value(
        "SELECT count(*) FROM jdz_own WHERE seq NOT IN (SELECT seq FROM jdz_change)"
        " OR batch IS NOT NULL AND batch NOT IN (SELECT id FROM jdz_batch)"
    )
    if stray:
        yield _("{n} entries name a change or batch that is not there.").format(n=stray)


def _fates(db: Database) -> Iterator[str]:
    """``open`` and ``held`` say what the receipts say."""
    wrong = 0
    sql = log.OWN.replace("o.receipt", "o.receipt, o.open, o.held", 1)
    for row in db.stream(f"{sql} WHERE o.receipt IS NOT NULL OR o.open = 0 OR o.held IS NOT NULL"):
        own = log.own_of(row)
        wrong += (own.open, own.held) != (bool(row[13]), row[14])
    if wrong:
        yield _("{n} changes are marked otherwise than their receipts say.").format(n=wrong)


def _sealed(db: Database) -> Iterator[str]:
    """A sealed batch holds the changes as the log has them."""
    for id_, count, content in db.stream("SELECT id, count, changes FROM jdz_batch"):
        logged = db.rows(f"{log.OWN} WHERE o.batch = ? ORDER BY o.seq", (id_,))
        held = {row[1]: log.change_of(row) for row in logged}
        if not len(held) == count == len(content.splitlines()) or held != _changes(content):
            yield _("Batch {id} holds other changes than the log.").format(id=id_)


def _changes(content: bytes) -> dict[str, Change] | None:
    try:
        found = [Change.from_json(json.loads(line)) for line in content.splitlines()]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return {one.id: one for one in found}


def _brought_back(db: Database) -> Iterator[str]:
    """An own change that the centre applied comes back with the values that it had."""
    wrong = db.value(
        "SELECT count(*) FROM jdz_feed f JOIN jdz_change c ON c.id = f.change"
        " WHERE f.decision IS NULL AND (f.kind != c.kind OR f.subject != c.subject)"
    )
    if wrong:
        yield _("{n} entries of the feed name a change of something else.").format(n=wrong)


# ---- a row


def label(subject: Subject) -> bool:
    """Whether a site's stored longitude and latitude are a point of its geometry."""
    if not subject.home.labelled:
        return True
    wkt = subject.state.get("geometry")
    # What no map program reads stays text, and has no place there.
    wanted = geometry.label_point(wkt if fits(subject.home, wkt) else None)
    return all(
        (one is None) == (other is None)
        and (one is None or other is None or abs(one - other) < _NEAR)
        for one, other in zip(subject.label, wanted, strict=True)
    )
