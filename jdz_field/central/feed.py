"""Reading the feed: what is new for a device, receipts first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from jdz_field.central.tables import changes, retold, versions
from jdz_field.central.worlds import known_of
from jdz_field.central.writing import head
from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.feed import FeedEntry

#: Most entries in one answer.
MAX_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the feed; ``position`` is where the next part starts."""

    receipts: tuple[ChangeReceipt, ...]
    entries: tuple[FeedEntry, ...]
    position: int
    more: bool


def read_page(connection: Connection, device: str, after: int, limit: int) -> Page:
    """The feed after a position, and those of this device's changes that fared otherwise since."""
    end = head(connection)
    size = max(1, min(limit, MAX_PAGE))
    query = (
        select(versions)
        .where(versions.c.position > after)
        .order_by(versions.c.position)
        .limit(size + 1)
    )
    rows = connection.execute(query).all()
    more = len(rows) > size
    rows = rows[:size]
    position = rows[-1].position if more else max(end, after)
    receipts = tuple(told(connection, device, after, position))
    return Page(receipts, tuple(entry_of(row) for row in rows), position, more)


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


def all_entries(connection: Connection, after: int) -> Iterator[FeedEntry]:
    """The feed after a position, to its end."""
    query = select(versions).where(versions.c.position > after).order_by(versions.c.position)
    for row in connection.execute(query):
        yield entry_of(row)


def history(connection: Connection, subject: str) -> list[FeedEntry]:
    """Every central version of a subject, oldest first."""
    query = select(versions).where(versions.c.subject == subject).order_by(versions.c.version)
    return [entry_of(row) for row in connection.execute(query)]
