"""The change log (``jdz_change``, append-only by trigger) and what became of its changes."""
# ruff: noqa: S608 - the parts of the statements are constants of this file

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from jdz_field.core.changes import Change, Value
from jdz_field.core.feed import FeedEntry
from jdz_field.store.db import Database, Row
from jdz_field.store.layers import dumps
from jdz_field.store.rows import as_list, touch
from jdz_field.store.shown import Central, OwnChange, states_from_json, states_to_json

_CHANGE = (
    "c.seq, c.id, c.device, c.author, c.hlc, c.kind, c.subject, c.fields, c.base_version,"
    " c.parent, c.origin"
)
#: Columns of a change and its fate, for ``own_of``.
OWN = f"SELECT {_CHANGE}, o.batch, o.receipt FROM jdz_own o JOIN jdz_change c ON c.seq = o.seq"
FEED = (
    "SELECT position, kind, subject, version, fields, change, decision, device, author, hlc, at"
    " FROM jdz_feed"
)


def change_of(row: Row) -> Change:
    """The change of a row that begins with the log's columns."""
    _seq, id_, device, author, hlc, kind, subject, fields, base_version, parent, origin = row[:11]
    return Change(
        id=id_,
        device=device,
        author=author,
        hlc=hlc,
        kind=kind,
        subject=subject,
        fields={name: (base, new) for name, (base, new) in json.loads(fields).items()},
        base_version=base_version,
        parent=parent,
        origin=origin,
    )


def own_of(row: Row) -> OwnChange:
    """The own change of a row of ``OWN``."""
    receipt = row[12]
    states = states_from_json(json.loads(receipt)) if receipt else {}
    return OwnChange(row[0], change_of(row), row[11], states)


def entry_of(row: Row) -> FeedEntry:
    """The feed entry of a row of ``FEED``."""
    position, kind, subject, version, fields, *rest = row
    return FeedEntry(position, kind, subject, version, json.loads(fields), *rest)


def append(db: Database, changes: Sequence[Change]) -> None:
    """Add changes of this device to the log, inside ``write()``."""
    if not changes:
        return
    last = db.value("SELECT seq FROM sqlite_sequence WHERE name = 'jdz_change'") or 0
    db.run_many(
        "INSERT INTO jdz_change (seq, id, device, author, hlc, kind, subject, fields,"
        " base_version, parent, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_row(seq, change) for seq, change in enumerate(changes, last + 1)),
    )
    db.run_many(
        "INSERT INTO jdz_own (seq, subject) VALUES (?, ?)",
        ((seq, change.subject) for seq, change in enumerate(changes, last + 1)),
    )
    touch(db)


def _row(seq: int, c: Change) -> tuple[Any, ...]:
    # A pair is a tuple; JSON writes it as the array that the batch holds.
    fields = dumps(dict(c.fields))
    return (
        *(seq, c.id, c.device, c.author, c.hlc, c.kind, c.subject, fields),
        *(c.base_version, c.parent, c.origin),
    )


def last_open(db: Database, subjects: Collection[str]) -> dict[str, str]:
    """Id of the last own change that is not settled, by subject: the parent of the next one."""
    rows = db.rows(
        "SELECT o.subject, c.id, max(o.seq) FROM json_each(?) j"
        " JOIN jdz_own o ON o.subject = j.value AND o.open = 1"
        " JOIN jdz_change c ON c.seq = o.seq GROUP BY o.subject",
        (as_list(subjects),),
    )
    return {subject: change for subject, change, _seq in rows}


def open_changes(db: Database, subjects: Collection[str]) -> dict[str, list[OwnChange]]:
    """The own changes that are not settled, by subject, in the order of the log."""
    found: dict[str, list[OwnChange]] = {}
    sql = f"{OWN} WHERE o.open = 1 AND o.subject IN (SELECT value FROM json_each(?)) ORDER BY o.seq"
    for row in db.rows(sql, (as_list(subjects),)):
        found.setdefault(row[6], []).append(own_of(row))
    return found


def own_changes(db: Database, ids: Collection[str]) -> dict[str, OwnChange]:
    """Changes of this device's log by id."""
    rows = db.rows(f"{OWN} WHERE c.id IN (SELECT value FROM json_each(?))", (as_list(ids),))
    return {row[1]: own_of(row) for row in rows}


def store_fates(db: Database, changes: Iterable[OwnChange]) -> None:
    """Write what became of own changes, inside ``write()``."""
    db.run_many(
        "UPDATE jdz_own SET receipt = ?, held = ?, open = ? WHERE seq = ?",
        (
            (dumps(states_to_json(one)) if one.states else None, one.held, int(one.open), one.seq)
            for one in changes
        ),
    )
    touch(db)


def central_at(db: Database, subject: str, version: int) -> dict[str, Value]:
    """The values that the centre had for a subject at a version, as far as they were pulled."""
    central = Central()
    for at, fields in db.rows(
        "SELECT version, fields FROM jdz_feed WHERE subject = ? AND version <= ? ORDER BY version",
        (subject, version),
    ):
        central.take(at, json.loads(fields))
    return {name: value for name, (value, _version) in central.fields.items()}


def centrals(db: Database, subjects: Collection[str]) -> dict[str, Central]:
    """The central values of subjects as pulled; a subject never pulled has version 0."""
    found = {subject: Central() for subject in subjects}
    rows = db.rows(
        "SELECT subject, version, fields FROM jdz_feed"
        " WHERE subject IN (SELECT value FROM json_each(?)) ORDER BY subject, version",
        (as_list(subjects),),
    )
    for subject, version, fields in rows:
        found[subject].take(version, json.loads(fields))
    return found
