"""Under which county and kind of site each subject stands, and what moves along with a site.

A site stands under its own stored county code. Records, attachments and tasks stand where their
site does; an attachment without a site, where its record does. When a site comes under another
county, everything of it follows in the same transaction, and each move gets a place in the feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

from jdz_field.central.direct import Statement, change_each, rows_of
from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import ATTACHMENT, RECORD
from jdz_field.sync.merge_types import Subject

_COLUMNS = "SELECT id, kind, county, about, owner"
_BY_ID = Statement(f"{_COLUMNS} FROM subjects WHERE id IN ids")
_BY_SITE = Statement(f"{_COLUMNS}, site FROM subjects WHERE site IN ids")
_BY_RECORD = Statement(f"{_COLUMNS}, record FROM subjects WHERE record IN ids AND site IS NULL")
_FOLLOW = Statement("UPDATE subjects SET county = ?, about = ? WHERE id = ?")


class _Row(NamedTuple):
    """A subject as it stood; ``parent``: what it was found by."""

    id: str
    kind: str
    county: str | None
    about: str | None
    owner: str | None
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """County code, kind of the site that it is about, the user whose device brought it."""

    county: str | None = None
    about: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A subject that came under another county or kind."""

    subject: str
    kind: str
    before: Place
    after: Place


@dataclass
class Placed:
    """Where every altered subject stands now, and what moved (followers included)."""

    now: dict[str, Place] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)


def place(connection: Connection, altered: Mapping[str, Subject], owner: str | None) -> Placed:
    """Find the places of altered subjects and of what follows them; followers are written here.

    ``owner``: the user whose device brought them, ``None`` when the office wrote.
    """
    work = _Placing(connection, altered, owner)
    work.run()
    return work.placed


class _Placing:
    def __init__(
        self, connection: Connection, altered: Mapping[str, Subject], owner: str | None
    ) -> None:
        self._connection = connection
        self._altered = altered
        self._owner = owner
        self._before = {row.id: row for row in _rows(connection, _BY_ID, altered)}
        self.placed = Placed()

    def run(self) -> None:
        parents = self._parents()
        # Sites first, then what names a site, then attachments that name only their record.
        for subject in sorted(self._altered.values(), key=_rank):
            self._note(subject.id, subject.kind, self._of(subject, parents))
        changed = {i for i in self._altered if self._changed(i)}
        sites = {i for i in changed if self._altered[i].kind in SITE_KINDS}
        records = {i for i in changed if self._altered[i].kind == RECORD}
        records |= self._follow(_BY_SITE, sites)
        self._follow(_BY_RECORD, records)

    def _parents(self) -> dict[str, Place]:
        named = {
            str(value)
            for subject in self._altered.values()
            for name in ("site", "record")
            if (value := subject.value(name)) and value not in self._altered
        }
        rows = _rows(self._connection, _BY_ID, named)
        return {row.id: Place(row.county, row.about, row.owner) for row in rows}

    def _of(self, subject: Subject, parents: Mapping[str, Place]) -> Place:
        if subject.kind in SITE_KINDS:
            return Place(_text(subject.value("county_code")), subject.kind)
        name = "site" if _text(subject.value("site")) else "record"
        named = str(subject.value(name) or "")
        found = self.placed.now.get(named) or parents.get(named)
        kind = _text(subject.value("site_kind"))
        return found or Place(None, kind if kind in SITE_KINDS else None)

    def _note(self, subject: str, kind: str, place_: Place) -> None:
        before = self._before.get(subject)
        owner = before.owner if before is not None else self._owner
        self.placed.now[subject] = now = Place(place_.county, place_.about, owner)
        if before is not None and (before.county, before.about) != (now.county, now.about):
            old = Place(before.county, before.about, owner)
            self.placed.moves.append(Move(subject, kind, old, now))

    def _changed(self, subject: str) -> bool:
        before, now = self._before.get(subject), self.placed.now[subject]
        if before is None:
            # What came before it, in an earlier batch, waits for its county.
            return now.county is not None or now.about is not None
        return (before.county, before.about) != (now.county, now.about)

    def _follow(self, query: Statement, parents: set[str]) -> set[str]:
        """Move what belongs to these; the records among it."""
        records: set[str] = set()
        moved = []
        for row in _rows(self._connection, query, parents):
            at = self.placed.now[row.parent]
            if row.id in self._altered or (row.county, row.about) == (at.county, at.about):
                continue
            self._before[row.id] = row
            self._note(row.id, row.kind, at)
            moved.append((at.county, at.about, row.id))
            if row.kind == RECORD:
                records.add(row.id)
        if moved:
            change_each(self._connection, _FOLLOW, moved)
        return records


def _rank(subject: Subject) -> int:
    if subject.kind in SITE_KINDS:
        return 0
    return 2 if subject.kind == ATTACHMENT else 1


def _rows(connection: Connection, query: Statement, ids: Iterable[str]) -> Iterator[_Row]:
    return (_Row(*found) for found in rows_of(connection, query, ids))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
