"""What stands now, instead of how it came about: for a fresh device and one away for months.

A snapshot is the feed without what was overwritten since: of each subject in sight those versions
of which a value still stands, with the values that stand. So versions, authors and stamps are the
feed's own, and whoever holds a part of them already takes the rest beside it. Pages go by the
subjects' ids; whoever was cut off goes on after the last one. What changes while pages are read
comes with the feed after the first page's position.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from jdz_field.central.accounts import Caller
from jdz_field.central.feed import entry_of, told
from jdz_field.central.scope import sees
from jdz_field.central.tables import subjects, versions
from jdz_field.central.writing import head
from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.feed import FeedEntry

#: Most subjects, and about so many letters of values, in one page.
MAX_SUBJECTS, _MAX_LETTERS = 5_000, 8_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """A page: receipts (on the first), entries by subject and version, where to go on.

    ``position``: the feed's head as the page was read; ``last``: the last subject of the page;
    ``more``: whether there are others behind it.
    """

    receipts: tuple[ChangeReceipt, ...]
    entries: tuple[FeedEntry, ...]
    position: int
    last: str
    more: bool


def read_part(
    connection: Connection, caller: Caller, start: str, limit: int, since: int = 0
) -> Part:
    """The page of subjects after ``start``; ``since``: how far the device had read the feed."""
    end, size = head(connection), max(1, min(limit, MAX_SUBJECTS))
    query = select(subjects.c.id, subjects.c.state).where(
        subjects.c.id > start, sees(caller, subjects)
    )
    rows = list(connection.execute(query.order_by(subjects.c.id).limit(size + 1)))
    more = len(rows) > size
    taken = _fitting(rows[:size])
    more = more or len(taken) < min(len(rows), size)
    entries = tuple(_entries(connection, taken))
    receipts = () if start else tuple(told(connection, caller.device, since, end))
    return Part(receipts, entries, end, taken[-1].id if taken else start, more)


def all_entries(connection: Connection, caller: Caller) -> Iterator[FeedEntry]:
    """The whole of it, in the order of subjects and versions."""
    start, more = "", True
    while more:
        part = read_part(connection, caller, start, MAX_SUBJECTS, head(connection))
        yield from part.entries
        start, more = part.last, part.more


def _fitting(rows: list[Any]) -> list[Any]:
    """As many as may go into one page, one at least."""
    letters = 0
    for n, row in enumerate(rows):
        letters += len(row.state)
        if letters > _MAX_LETTERS and n:
            return rows[:n]
    return rows


def _entries(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[FeedEntry]:
    standing = {row.id: _standing(row.state) for row in rows}
    query = select(versions).where(versions.c.subject.in_(sorted(standing)))
    if not standing:
        return
    for row in connection.execute(query.order_by(versions.c.subject, versions.c.version)):
        names = standing[row.subject].get(row.version)
        if names:
            entry = entry_of(row)
            yield replace(entry, fields={n: v for n, v in entry.fields.items() if n in names})


def _standing(state: str) -> dict[int, set[str]]:
    """The fields that each version still gives."""
    found: dict[int, set[str]] = {}
    for name, (_value, version, _change) in json.loads(state).items():
        found.setdefault(version, set()).add(name)
    return found
