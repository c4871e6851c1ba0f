"""Writing what a merge made: states, fates, conflicts, and last of all the feed positions.

Positions are given at the end of the transaction that holds the write lock until it commits:
a reader of the feed can never see a later position before an earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jdz_field.central import direct, layers
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
from jdz_field.central.texts import Texts
from jdz_field.central.worlds import rivals_json
from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import Outcome
from jdz_field.sync.merge_types import MERGED_INTO, REVIEW, Known, Merged, Subject

_EXISTING = direct.Statement("SELECT id FROM changes WHERE id IN ids")
_VIAS = direct.Statement("SELECT id, via FROM changes WHERE id IN ids AND via IS NOT NULL")
_NEW_CHANGES = direct.insert(changes)
_FATES = direct.Statement("UPDATE changes SET waiting = ?, target = ?, fates = ? WHERE id = ?")
_NOT_HELD = direct.Statement("DELETE FROM held WHERE change IN ids")
_NOT_REPLACED = direct.Statement("DELETE FROM replaced WHERE change IN ids")
_NEW_HELD, _NEW_REPLACED = direct.insert(held), direct.insert(replaced)
_CONFLICTS = direct.upsert(conflicts, kept=("opened",))
_SUBJECTS = direct.upsert(subjects)
_FEED = tuple(direct.insert(table) for table in (retold, moves, versions))
#: Outcomes that the office's lists show field by field.
_LISTED = (Outcome.PROPOSED, Outcome.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """With which batch, and by which enrolled device of whom, new changes came; ``at``: when."""

    at: str
    batch: str | None = None
    via: str | None = None
    owner: str | None = None
    #: The JSON of changes as they came, by id.
    lines: Mapping[str, str] = field(default_factory=dict)


def write_merged(connection: Connection, merged: Merged, delivery: Delivery) -> int:
    """Write it all; the head of the feed afterwards."""
    texts = Texts()
    _write_known(connection, merged.known, delivery, texts)
    _write_conflicts(connection, merged, delivery.at)
    placed = place(connection, merged.subjects, delivery.owner)
    _write_subjects(connection, merged.subjects, delivery.at, placed, texts)
    return _write_feed(connection, merged, delivery.at, placed, texts)


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


def _write_known(
    connection: Connection, known: Mapping[str, Known], delivery: Delivery, texts: Texts
) -> None:
    if not known:
        return
    before = {change for (change,) in direct.rows_of(connection, _EXISTING, known)}
    fresh = (_change_row(k, delivery, texts) for i, k in known.items() if i not in before)
    direct.put(connection, _NEW_CHANGES, fresh)
    if before:
        told = [known[change] for change in sorted(before)]
        fates = [(k.waiting, k.target, texts.fates(k.fates), k.change.id) for k in told]
        direct.change_each(connection, _FATES, fates)
        for statement in (_NOT_HELD, _NOT_REPLACED):
            direct.change_of(connection, statement, before)
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
    direct.put(connection, _NEW_HELD, listed)
    direct.put(connection, _NEW_REPLACED, followed)


def _change_row(known: Known, delivery: Delivery, texts: Texts) -> dict[str, Any]:
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
        "change": delivery.lines.get(change.id) or dumps(change.to_json()),
        "fates": texts.fates(known.fates),
        "received": delivery.at,
    }


def _write_conflicts(connection: Connection, merged: Merged, at: str) -> None:
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
            "opened": at,
        }
        for c in merged.conflicts.values()
    ]
    direct.put(connection, _CONFLICTS, rows)


def _write_subjects(
    connection: Connection,
    altered: Mapping[str, Subject],
    at: str,
    placed: Placed,
    texts: Texts,
) -> None:
    rows = (_subject_row(one, at, placed.now[one.id], texts) for one in altered.values())
    direct.put(connection, _SUBJECTS, rows)
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


def _subject_row(subject: Subject, at: str, here: Place, texts: Texts) -> dict[str, Any]:
    return {
        "id": subject.id,
        "kind": subject.kind,
        "version": subject.version,
        "state": texts.state(subject.fields),
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


def _write_feed(
    connection: Connection, merged: Merged, at: str, placed: Placed, texts: Texts
) -> int:
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
                "fields": texts.values(version.fields),
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
    for statement, rows in zip(_FEED, (told, moved, entries), strict=True):
        direct.put(connection, statement, rows)
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
    return dict(direct.rows_of(connection, _VIAS, ids))
