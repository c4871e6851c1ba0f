"""Reading the feed: what is new for a device, receipts first, within what its person sees.

A version is told to whoever sees its subject where it then stood. A move between counties is told
as ``leave`` to those who see the subject no more, and to those who see it from now on as all its
versions so far. What a device sent itself comes back to it in any case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, true

from jdz_field.central.accounts import Caller
from jdz_field.central.scope import covers, limited, sees
from jdz_field.central.tables import changes, moves, retold, versions
from jdz_field.central.worlds import known_of
from jdz_field.central.writing import head
from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.feed import FeedEntry, Leave

#: Most entries in one answer, but for what a move brings along.
MAX_PAGE = 10_000
_PORTION = 1_000
#: Who sees all there is and has sent nothing.
EVERYTHING = Caller("", "", "office")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the feed; ``position`` is where the next part starts."""

    receipts: tuple[ChangeReceipt, ...]
    entries: tuple[FeedEntry | Leave, ...]
    position: int
    more: bool


def read_page(connection: Connection, caller: Caller, after: int, limit: int) -> Page:
    """The feed after a position, and those of this device's changes that fared otherwise since."""
    end = head(connection)
    size = max(1, min(limit, MAX_PAGE))
    rows = _rows(connection, caller, after, size + 1)
    more = len(rows) > size
    rows = rows[:size]
    position = rows[-1].position if more else max(end, after)
    receipts = tuple(told(connection, caller.device, after, position))
    return Page(receipts, tuple(_told(connection, caller, rows)), position, more)


def _rows(connection: Connection, caller: Caller, after: int, most: int) -> list[Row[Any]]:
    """Versions and moves that concern a caller, in the order of the feed."""
    query = select(versions).where(versions.c.position > after, _concerns(caller))
    found = connection.execute(query.order_by(versions.c.position).limit(most)).all()
    if not limited(caller):
        return list(found)
    moved = select(moves).where(
        moves.c.position > after, or_(sees(caller, moves), sees(caller, moves, old=True))
    )
    found = [*found, *connection.execute(moved.order_by(moves.c.position).limit(most))]
    return sorted(found, key=lambda row: int(row.position))[:most]


def _concerns(caller: Caller) -> ColumnElement[bool]:
    if not limited(caller):
        return true()
    return or_(sees(caller, versions), versions.c.device == caller.device)


def _told(
    connection: Connection, caller: Caller, rows: Sequence[Row[Any]]
) -> Iterator[FeedEntry | Leave]:
    entering = {row.position: row for row in rows if _is_move(row) and _enters(caller, row)}
    brought = _histories(connection, {row.subject for row in entering.values()})
    for row in rows:
        if row.position in entering:
            past = brought.get(row.subject, ())
            yield from (
                replace(entry, position=row.position)
                for entry in past
                if entry.position < row.position
            )
        elif _is_move(row):
            if not covers(caller, row.county, row.about, row.owner):
                yield Leave(row.position, row.kind, row.subject)
        else:
            yield entry_of(row)
            if not covers(caller, row.county, row.about, row.owner):
                yield Leave(row.position, row.kind, row.subject)


def _is_move(row: Row[Any]) -> bool:
    return "old_county" in row._fields


def _enters(caller: Caller, row: Row[Any]) -> bool:
    before = covers(caller, row.old_county, row.old_about, row.owner)
    return not before and covers(caller, row.county, row.about, row.owner)


def _histories(connection: Connection, ids: set[str]) -> dict[str, list[FeedEntry]]:
    """Every version of these subjects, oldest first."""
    found: dict[str, list[FeedEntry]] = {}
    query = select(versions).where(versions.c.subject.in_(sorted(ids)))
    if ids:
        for row in connection.execute(query.order_by(versions.c.subject, versions.c.version)):
            found.setdefault(row.subject, []).append(entry_of(row))
    return found


def entry_of(row: Row[Any]) -> FeedEntry:
    """A row of ``versions`` as devices get it."""
    return FeedEntry(
        position=row.position,
        kind=row.kind,
        subject=row.subject,
        version=row.version,
        fields=json.loads(row.fields),
        change=row.change,
        decision=row.decision,
        device=row.device,
        author=row.author,
        hlc=row.hlc,
        at=row.at,
    )


def told(connection: Connection, device: str, after: int, position: int) -> Iterator[ChangeReceipt]:
    """Receipts, as they are now, of the device's changes whose outcome became another."""
    query = (
        select(changes)
        .where(
            changes.c.id.in_(
                select(retold.c.change).where(
                    retold.c.via == device,
                    retold.c.position > after,
                    retold.c.position <= position,
                )
            )
        )
        .order_by(changes.c.id)
    )
    for row in connection.execute(query):
        yield known_of(row).receipt()


def all_receipts(connection: Connection, device: str) -> Iterator[tuple[str | None, ChangeReceipt]]:
    """Every receipt of what a device delivered, as things stand, with its batch."""
    query = select(changes).where(changes.c.via == device).order_by(changes.c.id)
    for row in connection.execute(query):
        yield row.batch, known_of(row).receipt()


def all_entries(
    connection: Connection, after: int, caller: Caller = EVERYTHING
) -> Iterator[FeedEntry | Leave]:
    """The feed after a position, to its end, for one caller."""
    while rows := _rows(connection, caller, after, _PORTION):
        yield from _told(connection, caller, rows)
        after = rows[-1].position


def history(
    connection: Connection, subject: str, condition: ColumnElement[bool] | None = None
) -> list[FeedEntry]:
    """Every central version of a subject, oldest first."""
    found = versions.c.subject == subject
    query = select(versions).where(found if condition is None else and_(found, condition))
    return [entry_of(row) for row in connection.execute(query.order_by(versions.c.version))]
