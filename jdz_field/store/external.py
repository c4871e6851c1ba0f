"""Edits made in QGIS or another program, turned into changes.

Triggers note which rows were touched from outside (``jdz_external``). What was there before is
known from the log and the feed; what is there now lies in the layer; the difference becomes a
change. It happens before anything else is written, so that nothing can cover such an edit.
"""
# ruff: noqa: S608 - layer names are constants

from __future__ import annotations

import json

from jdz_field.core.changes import Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.ids import is_uuid, new_id
from jdz_field.core.sites import point_of
from jdz_field.store import log, rows
from jdz_field.store.db import Row
from jdz_field.store.editing import Editing
from jdz_field.store.fields import clean
from jdz_field.store.layers import (
    DELETED,
    Layer,
    State,
    from_row,
    layer,
    overflows,
    point_of_lonlat,
    wkt_or_none,
)
from jdz_field.store.rows import Subject
from jdz_field.store.shown import put, shown

_NEW = "SELECT number, layer, fid, ifnull(new, old) FROM jdz_external WHERE taken IS NULL"


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
        found = self._db.rows(f"{_NEW} ORDER BY number")
        touched: dict[tuple[str, int], str] = {}
        for _number, name, fid, row in found:
            identity = {k: v for part in json.loads(row) for k, v in part.items() if k == "id"}
            touched.setdefault((name, fid), str(identity.get("id") or ""))
        for (name, fid), subject in touched.items():
            self._absorb_row(layer(name), fid, subject, now)
        if found:
            self._db.run(
                "UPDATE jdz_external SET taken = ? WHERE taken IS NULL AND number <= ?",
                (now, found[-1][0]),
            )

    def _absorb_row(self, home: Layer, fid: int, named: str, now: str) -> None:
        row = self._db.row(f"{rows.select(home)} WHERE fid = ?", (fid,))
        identity = self._identity(home, named)
        central = log.centrals(self._db, (identity,))[identity]
        before = shown(central, log.open_changes(self._db, (identity,)).get(identity, ()))
        if row is None and not before:
            return  # Made and removed outside, between two looks.
        after = _after(home, before, row)
        subject = Subject(home.kind, identity, home, fid, central.version, rewrite=True)
        if row is None:
            self._db.run(f'INSERT INTO "{home.name}" (fid, id) VALUES (?, ?)', (fid, identity))
        elif row[1] != identity:
            self._db.run(f'UPDATE "{home.name}" SET id = ? WHERE fid = ?', (identity, fid))
        self._log_difference(subject, before, after)
        # Written even when no field differs: version, label and search entry are ours.
        rows.save(self._db, [subject], now)

    def _identity(self, home: Layer, named: str) -> str:
        """The id of the row's subject; a new one for a copy of a row of another layer."""
        if not is_uuid(named):
            return new_id()
        kinds = self._db.rows(
            "SELECT kind FROM jdz_change WHERE subject = ?1"
            " UNION SELECT kind FROM jdz_feed WHERE subject = ?1",
            (named,),
        )
        return named if all(kind == home.kind for (kind,) in kinds) else new_id()

    def _log_difference(self, subject: Subject, before: State, after: State) -> None:
        names = dict.fromkeys((*before, *after))
        fields = {
            name: (before.get(name), after.get(name))
            for name in names
            if before.get(name) != after.get(name)
        }
        if DELETED in fields:
            fields[DELETED] = (bool(fields[DELETED][0]), bool(fields[DELETED][1]))
        subject.state = dict(before)
        for name, (_base, new) in fields.items():
            put(subject.state, name, new)
        if fields:
            parent = log.last_open(self._db, (subject.id,)).get(subject.id)
            who = (self.device, _("External edit"), "external")
            change = self._change(subject, fields, parent, who)
            log.append(self._db, [change])


def _after(home: Layer, before: State, row: Row | None) -> State:
    """The state that the row has now, in the form that the log holds."""
    if row is None:
        return before | {DELETED: True}
    # What no column can hold lies in "extra", which is not for editing outside.
    after = {name: value for name, value in before.items() if overflows(home, name, value)}
    raw = from_row(home, [*row[2:-1], None])
    if home.derived:
        raw |= _moved(before, raw, row[2])
    for name, value in raw.items():
        put(after, name, _lenient(home, name, value))
    return after


def _lenient(home: Layer, name: str, value: Value) -> Value:
    """The value as an edit in the program would have it, or as it is when that refuses it."""
    try:
        return clean(home, {name: value})[name]
    except BadInput:
        return value


def _moved(before: State, raw: State, blob: bytes | None) -> State:
    """A photo whose point was dragged: its longitude and latitude."""
    if any(raw.get(name) != before.get(name) for name in ("lon", "lat")):
        return {}
    point = point_of(wkt_or_none(blob))
    if point is None or point == point_of(point_of_lonlat(before)):
        return {}
    return {"lon": point[0], "lat": point[1]}
