"""Layers and rows brought in line with the catalogue that the program has now.

A field that the catalogue gained becomes a column, and what ``extra`` kept of it moves there. A
field that it lost (the project was made by a newer one) keeps its column; its values are kept in
``extra`` too, where edits and the centre's versions go, until a newer program takes them back.
"""
# ruff: noqa: S608 - layer and column names come from the catalogue

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from jdz_field.core.grades import STATED
from jdz_field.store import gpkg, rows
from jdz_field.store.db import Database
from jdz_field.store.layers import Layer, dumps, layers, to_row

#: Settings: every field that a layer ever had a column for, and those set aside in ``extra``.
_FIELDS, _ASIDE = "fields", "fields_aside"
_AT_ONCE = 1000
#: Columns that refitting leaves alone.
_LEFT = ("geom", "lon", "lat", "version", "deleted", "updated")

#: Children are looked up by their parent.
_INDEX = (
    "CREATE INDEX IF NOT EXISTS jdz_{layer}_{name} ON {layer} ({name}) WHERE {name} IS NOT NULL"
)

_Fields = dict[str, list[str]]


def lacks_columns(connection: sqlite3.Connection) -> bool:
    """Whether the catalogue has a field that a layer has no column for."""
    return any(gpkg.column_types(one).keys() - _columns(connection, one) for one in layers())


def fit_columns(connection: sqlite3.Connection) -> None:
    """Add the columns that the layers lack; set aside the fields that the catalogue lacks."""
    known, aside = _setting(connection, _FIELDS), _setting(connection, _ASIDE)
    for layer in layers():
        _add(connection, layer)
        if not layer.labelled:
            continue
        for name in {"parent", "parent_code"} & layer.types.keys():
            connection.execute(_INDEX.format(layer=layer.name, name=name))
        gone = set(aside.get(layer.name, ()))
        for name in gone & layer.types.keys():
            _empty(connection, layer, name)
        lost = [name for name in known.get(layer.name, ()) if name not in layer.types]
        for name in lost:
            if name not in gone:
                _set_aside(connection, layer, name)
        aside[layer.name] = lost
        known[layer.name] = [*(column.name for column in layer.columns), *lost]
    _set(connection, _FIELDS, known)
    _set(connection, _ASIDE, aside)


def _columns(connection: sqlite3.Connection, layer: Layer) -> dict[str, str]:
    return {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info('{layer.name}')")}


def _add(connection: sqlite3.Connection, layer: Layer) -> None:
    there = _columns(connection, layer)
    for name, sql_type in gpkg.column_types(layer).items():
        if name not in there:
            connection.execute(f'ALTER TABLE "{layer.name}" ADD COLUMN "{name}" {sql_type}')
    for column in layer.columns:
        # Before a rule gave the value, its column held what was stated.
        if column.given and column.stored not in there and column.name in there:
            connection.execute(f'UPDATE "{layer.name}" SET "{column.stored}" = "{column.name}"')


def _home(columns: Mapping[str, str], name: str) -> str:
    """The column that holds what the log says of a field of another catalogue."""
    return name + STATED if name + STATED in columns else name


def _set_aside(connection: sqlite3.Connection, layer: Layer, name: str) -> None:
    columns = _columns(connection, layer)
    home = _home(columns, name)
    if home not in columns:
        return
    value = f'"{home}"'
    if columns[home] == "BOOLEAN":
        value = f"json(CASE {value} WHEN 0 THEN 'false' ELSE 'true' END)"
    connection.execute(
        f"UPDATE \"{layer.name}\" SET extra = json_set(ifnull(extra, '{{}}'), ?, {value})"
        f' WHERE "{home}" IS NOT NULL AND typeof("{home}") != \'blob\'',
        (f'$."{name}"',),
    )


def _empty(connection: sqlite3.Connection, layer: Layer, name: str) -> None:
    """Forget what a column held before its field was set aside; ``extra`` is newer."""
    home = _home(_columns(connection, layer), name)
    connection.execute(f'UPDATE "{layer.name}" SET "{home}" = NULL WHERE "{home}" IS NOT NULL')


def refit_rows(db: Database) -> None:
    """Write anew, inside ``write()``, what rules give and what ``extra`` need not keep."""
    for layer in layers():
        if layer.labelled or layer.name == "photos":
            _refit(db, layer)


def _refit(db: Database, layer: Layer) -> None:
    places = [i for i, name in enumerate(layer.written) if name not in _LEFT]
    sets = ", ".join(f'"{layer.written[i]}" = ?' for i in places)
    last = 0
    while found := db.rows(_next(layer), (last,)):
        last = found[-1][0]
        changed = []
        for row in found:
            one, there = rows.subject_of(layer, row), row[2:]
            fit = to_row(layer, one.state, one.version, one.updated)
            if any(fit[i] != there[i] for i in places):
                changed.append((*(fit[i] for i in places), row[0]))
        db.run_many(f'UPDATE "{layer.name}" SET {sets} WHERE fid = ?', changed)


def _next(layer: Layer) -> str:
    return f"{rows.select(layer)} WHERE fid > ? ORDER BY fid LIMIT {_AT_ONCE}"


def _setting(connection: sqlite3.Connection, key: str) -> _Fields:
    row = connection.execute("SELECT value FROM jdz_settings WHERE key = ?", (key,)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def _set(connection: sqlite3.Connection, key: str, value: _Fields) -> None:
    connection.execute("INSERT OR REPLACE INTO jdz_settings VALUES (?, ?)", (key, dumps(value)))
