"""Writing what a merge made: states, fates, conflicts, and last of all the feed positions.

Positions are given at the end of the transaction that holds the write lock until it commits:
a reader of the feed can never see a later position before an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jdz_field.central import layers
from jdz_field.central.database import get_meta, set_meta
from jdz_field.central.geopackage import extent_statements, row, upsert
from jdz_field.central.placing import Move, Place, Placed, place
from jdz_field.central.tables import (
    changes,
    conflicts,
    dumps,
    held,
    moves,
    replaced,
    retold,
    subjects,
    versions,
)
from jdz_field.central.worlds import fates_json, rivals_json, state_json
from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import Outcome
from jdz_field.sync.merge_types import MERGED_INTO, REVIEW, Known, Merged, Subject

_CHUNK = 5_000
#: Outcomes that the office's lists show field by field.
_LISTED = (Outcome.PROPOSED, Outcome.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """With which batch, and by which enrolled device of whom, new changes came; ``at``: when."""

    at: str
    batch: str | None = None
    via: str | None = None
    owner: str | None = None


def write_merged(connection: Connection, merged: Merged, delivery: Delivery) -> int:
    """Write it all; the head of the feed afterwards."""
    _write_known(connection, merged.known, delivery)
    _write_conflicts(connection, merged, delivery.at)
    placed = place(connection, merged.subjects, delivery.owner)
    _write_subjects(connection, merged.subjects, delivery.at, placed)
    return _write_feed(connection, merged, delivery.at, placed)


def head(connection: Connection) -> int:
    """The feed's last position."""
    return int(get_meta(connection, "head", "0"))


def put(
    connection: Connection, table: Table, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows, or overwrite those with the same key."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        lite = sqlite_insert(table)
        rest = {c: lite.excluded[c] for c in rows[0] if c not in keys}
        connection.execute(lite.on_conflict_do_update(index_elements=keys, set_=rest), rows)
    else:
        post = postgresql_insert(table)
        rest = {c: post.excluded[c] for c in rows[0] if c not in keys}
        connection.execute(post.on_conflict_do_update(index_elements=keys, set_=rest), rows)


def _delete_of(connection: Connection, table: Table, ids: Iterable[str]) -> None:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        part = ordered[start : start + _CHUNK]
        connection.execute(delete(table).where(table.c.change.in_(part)))


def _write_known(connection: Connection, known: Mapping[str, Known], delivery: Delivery) -> None:
    if not known:
        return
    before = _existing(connection, known)
    fresh = [_change_row(k, delivery) for i, k in known.items() if i not in before]
    if fresh:
        connection.execute(changes.insert(), fresh)
    if before:
        named: dict[str, Any] = {c: bindparam(f"new_{c}") for c in ("waiting", "target", "fates")}
        connection.execute(
            changes.update().where(changes.c.id == bindparam("known")).values(named),
            [_fates_row(known[change]) for change in sorted(before)],
        )
    _delete_of(connection, held, before)
    _delete_of(connection, replaced, before)
    listed = [
        {"change": c, "field": name, "subject": k.target, "outcome": str(fate.outcome)}
        for c, k in known.items()
        for name, fate in k.fates.items()
        if fate.replaced_by is None and fate.outcome in _LISTED
    ]
    followed = [
        {"change": c, "field": name, "by_change": fate.replaced_by}
        for c, k in known.items()
        for name, fate in k.fates.items()
        if fate.replaced_by is not None
    ]
    for table, rows in ((held, listed), (replaced, followed)):
        if rows:
            connection.execute(table.insert(), rows)


def _fates_row(known: Known) -> dict[str, Any]:
    return {
        "known": known.change.id,
        "new_waiting": known.waiting,
        "new_target": known.target,
        "new_fates": dumps(fates_json(known)),
    }


def _existing(connection: Connection, known: Mapping[str, Known]) -> set[str]:
    ordered, found = sorted(known), set[str]()
    for start in range(0, len(ordered), _CHUNK):
        part = ordered[start : start + _CHUNK]
        found.update(
            connection.execute(select(changes.c.id).where(changes.c.id.in_(part))).scalars()
        )
    return found


def _change_row(known: Known, delivery: Delivery) -> dict[str, Any]:
    change = known.change
    return {
        "id": change.id,
        "batch": delivery.batch,
        "via": delivery.via,
        "role": known.role,
        "kind": change.kind,
        "subject": change.subject,
        "target": known.target,
        "parent": change.parent,
        "waiting": known.waiting,
        "change": dumps(change.to_json()),
        "fates": dumps(fates_json(known)),
        "received": delivery.at,
    }


def _write_conflicts(connection: Connection, merged: Merged, at: str) -> None:
    opened = {}
    if merged.conflicts:
        query = select(conflicts.c.id, conflicts.c.opened)
        query = query.where(conflicts.c.id.in_(list(merged.conflicts)))
        opened = {r.id: r.opened for r in connection.execute(query)}
    rows = [
        {
            "id": c.id,
            "type": str(c.type),
            "subject": c.subject,
            "kind": c.kind,
            "field": c.field,
            "other": c.other,
            "revision": c.revision,
            "open": c.open,
            "rivals": dumps(rivals_json(c)),
            "opened": opened.get(c.id, at),
        }
        for c in merged.conflicts.values()
    ]
    put(connection, conflicts, ["id"], rows)


def _write_subjects(
    connection: Connection, altered: Mapping[str, Subject], at: str, placed: Placed
) -> None:
    rows = [_subject_row(subject, at, placed.now[subject.id]) for subject in altered.values()]
    put(connection, subjects, ["id"], rows)
    if connection.dialect.name != "sqlite":
        layers.write(connection, altered)
        return
    touched = False
    for kind in SITE_KINDS:
        sites = [
            row(kind, s.id, s.version, {name: state.value for name, state in s.fields.items()})
            for s in altered.values()
            if s.kind == kind
        ]
        if sites:
            touched = True
            _many(connection, upsert(kind), sites)
    if touched:
        for statement in extent_statements():
            connection.exec_driver_sql(statement)


def _many(connection: Connection, statement: str, rows: list[Sequence[Any]]) -> None:
    connection.exec_driver_sql(statement, [tuple(r) for r in rows])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _subject_row(subject: Subject, at: str, here: Place) -> dict[str, Any]:
    return {
        "id": subject.id,
        "kind": subject.kind,
        "version": subject.version,
        "state": dumps(state_json(subject)),
        "code": _text(subject.value("code")),
        "county": here.county,
        "about": here.about,
        "owner": here.owner,
        "site": _text(subject.value("site")),
        "record": _text(subject.value("record")),
        "replaces": _text(subject.value("replaces")),
        "review": _text(subject.value(REVIEW)),
        "provisional": subject.value("provisional") is True,
        "deleted": subject.deleted,
        "merged_into": _text(subject.value(MERGED_INTO)),
        "updated": at,
    }


def _write_feed(connection: Connection, merged: Merged, at: str, placed: Placed) -> int:
    position = head(connection)
    vias = _vias(connection, merged.retold)
    told = []
    for change, via in vias.items():
        position += 1
        told.append({"position": position, "via": via, "change": change})
    moved = [_move_row(position + n, move) for n, move in enumerate(placed.moves, 1)]
    position += len(moved)
    entries = []
    for version in merged.versions:
        position += 1
        here = placed.now[version.subject]
        entries.append(
            {
                "position": position,
                "subject": version.subject,
                "kind": version.kind,
                "version": version.version,
                "fields": dumps(dict(version.fields)),
                "change": version.change,
                "decision": version.decision,
                "device": version.device,
                "author": version.author,
                "hlc": version.hlc,
                "at": at,
                "county": here.county,
                "about": here.about,
                "owner": here.owner,
            }
        )
    for table, rows in ((retold, told), (moves, moved), (versions, entries)):
        if rows:
            connection.execute(table.insert(), rows)
    if told or moved or entries:
        set_meta(connection, "head", str(position))
    return position


def _move_row(position: int, move: Move) -> dict[str, Any]:
    return {
        "position": position,
        "subject": move.subject,
        "kind": move.kind,
        "owner": move.after.owner,
        "old_county": move.before.county,
        "old_about": move.before.about,
        "county": move.after.county,
        "about": move.after.about,
    }


def _vias(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    ordered, found = sorted(ids), dict[str, str]()
    for start in range(0, len(ordered), _CHUNK):
        part = ordered[start : start + _CHUNK]
        query = select(changes.c.id, changes.c.via).where(changes.c.id.in_(part))
        found |= {r.id: r.via for r in connection.execute(query) if r.via}
    return found
