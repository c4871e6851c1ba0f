"""Edits made in QGIS or another program, turned into changes.

Triggers note which rows were touched from outside (``jdz_external``). What was there before is
known from the log and the feed; what is there now lies in the layer; the difference becomes a
change. It happens before anything else is written, so that nothing can cover such an edit.

A subject is known by its ``id``, not by its place in the table: who cuts a feature and pastes it
again has moved it, and who puts another one in its place has removed it.
"""
# ruff: noqa: S608 - layer names are constants

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import Change, Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.ids import is_uuid, new_id
from jdz_field.core.sites import point_of
from jdz_field.store import log, rows, search
from jdz_field.store.db import Row
from jdz_field.store.editing import CHUNK, Editing
from jdz_field.store.fields import clean
from jdz_field.store.layers import (
    DELETED,
    Layer,
    State,
    from_row,
    layer,
    layers_of,
    overflows,
    point_of_lonlat,
    typed_over,
    wkt_or_none,
)
from jdz_field.store.rows import Subject, as_list
from jdz_field.store.shown import put, shown

# As bytes: another program may have written text that is no UTF-8, or a number without an end.
_NEW = (
    "SELECT number, layer, fid, CAST(old AS BLOB), CAST(new AS BLOB) FROM jdz_external"
    " WHERE taken IS NULL ORDER BY number"
)
#: How the trigger's account of a row begins.
_ID = re.compile(rb'\[\{"geom":"[0-9A-F]*","id":"([^"\\]*)"')


@dataclass(slots=True)
class _Touched:
    """What outside edits touched: a subject by its id, or a row that has no id of ours."""

    home: Layer
    fid: int | None
    id: str
    row: Row | None = None
    made: bool = False


class External(Editing):
    """Noticing what other programs did to the layers."""

    def notice_external(self) -> int:
        """Turn edits from outside into changes now; the number of rows that were touched.

        Every writing method does this first; a window may call it when ``data_version`` moved.
        """
        touched = self._db.rows("SELECT DISTINCT layer, fid FROM jdz_external WHERE taken IS NULL")
        if touched:
            with self._write():
                pass
        return len(touched)

    def _absorb(self, now: str) -> None:
        found, last = _named(self._db.stream(_NEW))
        for home, group in groupby(found, key=lambda one: one.home):
            members = [*group]
            members += self._replaced(home, members)
            for start in range(0, len(members), CHUNK):
                self._absorb_rows(home, members[start : start + CHUNK], now)
        if last:
            self._db.run(
                "UPDATE jdz_external SET taken = ? WHERE taken IS NULL AND number <= ?",
                (now, last),
            )

    def _replaced(self, home: Layer, touched: Sequence[_Touched]) -> list[_Touched]:
        """Subjects without a row, when rows were made: ``INSERT OR REPLACE`` tells no trigger."""
        if not any(one.made for one in touched):
            return []
        named = {one.id for one in touched}
        tables = " UNION ".join(f'SELECT id FROM "{one.name}"' for one in layers_of(home.kind))
        gone = self._db.rows(
            "SELECT subject FROM jdz_change WHERE kind = ?1 UNION SELECT subject FROM jdz_feed"
            f" WHERE kind = ?1 EXCEPT SELECT id FROM ({tables})",
            (home.kind,),
        )
        return [_Touched(home, None, id_) for (id_,) in gone if id_ not in named]

    def _absorb_rows(self, home: Layer, touched: Sequence[_Touched], now: str) -> None:
        present = self._present(home, touched)
        ids = [one.id for one in present]
        central, own = log.centrals(self._db, ids), log.open_changes(self._db, ids)
        parents = log.last_open(self._db, ids)
        changes, subjects = list[Change](), list[Subject]()
        for one in present:
            before = shown(central[one.id], own.get(one.id, ()))
            if one.row is None and not before:
                continue  # Made and removed outside, between two looks.
            subject = self._in_place(home, one, central[one.id].version)
            fields = _difference(before, _after(home, before, one.row))
            subject.state = dict(before)
            for name, (_base, new) in fields.items():
                put(subject.state, name, new)
            subjects.append(subject)
            if fields:
                who = (self.device, _("External edit"), "external")
                changes.append(self._change(subject, fields, parents.get(one.id), who))
        log.append(self._db, changes)
        # Written even when no field differs: version, label and search entry are ours.
        rows.save(self._db, subjects, now)

    def _present(self, home: Layer, touched: Sequence[_Touched]) -> list[_Touched]:
        """The subjects with their rows as they are now; rows that have no id of ours get one."""
        fids = dict.fromkeys(one.fid for one in touched if one.fid is not None)
        strange = self._strange(home, [one.id for one in touched if one.id])
        named = {one.id: one for one in touched if one.id and one.id not in strange}
        select = rows.select(home)
        wanted = " IN (SELECT value FROM json_each(?))"
        for row in self._db.rows(f"{select} WHERE id{wanted}", (as_list(named),)):
            named[row[1]].row, named[row[1]].fid = row, row[0]
        held = {one.fid for one in named.values() if one.row is not None}
        there = self._db.rows(f"{select} WHERE fid{wanted}", (json.dumps(list(fids)),))
        fresh = [
            _Touched(home, row[0], new_id(), row)
            for row in there
            if row[0] not in held and not (row[1] in named or self._is_ours(home, row[1], strange))
        ]
        self._forget(home, fids.keys() - {row[0] for row in there})
        return [*named.values(), *fresh]

    def _strange(self, home: Layer, ids: Sequence[str]) -> set[str]:
        """Those ids that are no identifier, or belong to a subject of another kind."""
        others = self._db.rows(
            "SELECT j.value FROM json_each(?1) j WHERE EXISTS (SELECT 1 FROM jdz_change c"
            " WHERE c.subject = j.value AND c.kind != ?2) OR EXISTS (SELECT 1 FROM jdz_feed f"
            " WHERE f.subject = j.value AND f.kind != ?2)",
            (as_list(ids), home.kind),
        )
        return {row[0] for row in others} | {one for one in ids if not is_uuid(one)}

    def _is_ours(self, home: Layer, id_: str | None, strange: set[str]) -> bool:
        """Whether a row that no entry names carries an identifier that is its own."""
        return bool(id_) and id_ not in strange and not self._strange(home, (str(id_),))

    def _forget(self, home: Layer, gone: Iterable[int]) -> None:
        """Take the index entries of rows that are no more; a REPLACE leaves them."""
        fids = [(fid,) for fid in gone]
        self._db.run_many(f"DELETE FROM rtree_{home.name}_geom WHERE id = ?", fids)
        if home.kind in SITE_KINDS:
            numbers = [(search.row_number(home, fid),) for (fid,) in fids]
            self._db.run_many("DELETE FROM jdz_words WHERE number = ?", numbers)
            self._db.run_many("DELETE FROM jdz_search WHERE rowid = ?", numbers)

    def _in_place(self, home: Layer, one: _Touched, version: int) -> Subject:
        """The subject with a row that carries its id, made again when it was removed."""
        if one.row is None:
            table = f'"{home.name}"'
            free = self._db.row(f"SELECT 1 FROM {table} WHERE fid = ?", (one.fid,)) is None
            self._db.run(
                f"INSERT INTO {table} (fid, id) VALUES (?, ?)", (one.fid if free else None, one.id)
            )
            one.fid = self._db.value(f"SELECT fid FROM {table} WHERE id = ?", (one.id,))
        elif one.row[1] != one.id:
            self._db.run(f'UPDATE "{home.name}" SET id = ? WHERE fid = ?', (one.id, one.fid))
        return Subject(home.kind, one.id, home, one.fid, version, rewrite=True)


def _named(entries: Iterator[Row]) -> tuple[list[_Touched], int]:
    """What the triggers noted, by layer and in its order, each subject once; the last number."""
    found: dict[tuple[str, str | int], _Touched] = {}
    last = 0
    for number, name, fid, old, new in entries:
        last = number
        accounts = [_ID.match(text) for text in (old, new) if text]
        ids = [match[1].decode(errors="replace") for match in accounts if match]
        for id_ in ids or [""]:
            found.setdefault((name, id_ or fid), _Touched(layer(name), fid, id_, made=old is None))
    return sorted(found.values(), key=lambda one: one.home.number), last


def _difference(before: State, after: State) -> dict[str, tuple[Value, Value]]:
    fields = {
        name: (before.get(name), after.get(name))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    }
    if DELETED in fields:
        fields[DELETED] = (bool(fields[DELETED][0]), bool(fields[DELETED][1]))
    return fields


def _after(home: Layer, before: State, row: Row | None) -> State:
    """The state that the row has now, in the form that the log holds."""
    if row is None:
        return before | {DELETED: True}
    # What no column can hold lies in "extra", which is not for editing outside.
    after = {name: value for name, value in before.items() if overflows(home, name, value)}
    raw = from_row(home, [*row[2:-1], None])
    if home.derived:
        raw |= _moved(before, raw, row[2])
    raw |= typed_over(home, row[2:], before)
    for name, value in raw.items():
        put(after, name, _lenient(home, name, value))
    return after


def _lenient(home: Layer, name: str, value: Value) -> Value:
    """The value as an edit in the program would have it, or as it is when that refuses it."""
    try:
        return clean(home, {name: value})[name]
    except BadInput:
        # JSON has no infinity; the word keeps what was written.
        return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _moved(before: State, raw: State, blob: bytes | None) -> State:
    """A photo whose point was dragged: its longitude and latitude."""
    if any(raw.get(name) != before.get(name) for name in ("lon", "lat")):
        return {}
    point = point_of(wkt_or_none(blob))
    if point is None or point == point_of(point_of_lonlat(before)):
        return {}
    return {"lon": point[0], "lat": point[1]}
