"""Reading from the database what a merge must know, and writing what it made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, or_, select

from jdz_field.central.tables import changes, conflicts, held, meta, replaced, subjects
from jdz_field.core.changes import RECORD, Change, Outcome
from jdz_field.sync.merge_types import (
    MERGED_INTO,
    Conflict,
    ConflictType,
    Fate,
    FieldState,
    Known,
    Rival,
    Subject,
    World,
)

#: Most ids in one IN list; SQLite takes 32,766 parameters.
_CHUNK = 5_000
# Made once: to build and compile such a statement takes longer than SQLite needs to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CHANGES = select(changes).where(changes.c.id.in_(_IDS))
_REPLACED = select(replaced).where(replaced.c.by_change.in_(_IDS))
_WAITING_AT = select(changes.c.id).where(changes.c.waiting, changes.c.subject.in_(_IDS))
_WAITING_FOR = select(changes.c.id).where(changes.c.waiting, changes.c.parent.in_(_IDS))
_NUMBERED = (
    select(subjects.c.id, subjects.c.kind, subjects.c.code)
    .where(subjects.c.code.in_(_IDS))
    .order_by(subjects.c.id)
)
_SUCCESSORS = (
    select(subjects.c.id, subjects.c.replaces)
    .where(subjects.c.replaces.in_(_IDS))
    .order_by(subjects.c.id)
)
_SUBJECTS = select(subjects).where(subjects.c.id.in_(_IDS))
_CONFLICTS = select(conflicts).where(
    conflicts.c.open, or_(conflicts.c.subject.in_(_IDS), conflicts.c.other.in_(_IDS))
)
_HELD = select(held.c.change).where(held.c.subject.in_(_IDS))

#: Many times quicker than asking the enumeration.
_OUTCOMES = {str(outcome): outcome for outcome in Outcome}
#: Where ``meta`` keeps the floor of a restored centre's versions.
FLOOR = "version_floor"


def version_floor(connection: Connection) -> int:
    """New versions are numbered above this; 0 for a centre that was never restored."""
    found = connection.execute(select(meta.c.value).where(meta.c.name == FLOOR)).scalar()
    return int(found or 0)


def known_of(row: Row[Any]) -> Known:
    """A row of ``changes`` as the merge knows it."""
    fates = {
        name: Fate(_OUTCOMES[f[0]], f[1], f[2], f[3], f[4], f[5], f[6])
        for name, f in json.loads(row.fates).items()
    }
    return Known(Change.from_json(json.loads(row.change)), row.role, row.target, fates)


def fates_json(known: Known) -> dict[str, list[Any]]:
    """What ``known_of`` reads back."""
    return {
        name: [str(f.outcome), f.base, f.value, f.ground, f.version, f.reason, f.replaced_by]
        for name, f in known.fates.items()
    }


def subject_of(row: Row[Any]) -> Subject:
    """A row of ``subjects`` as the merge knows it."""
    state = {name: FieldState(*entry) for name, entry in json.loads(row.state).items()}
    return Subject(row.id, row.kind, row.version, state)


def conflict_of(row: Row[Any]) -> Conflict:
    """A row of ``conflicts`` as the merge knows it."""
    rivals = tuple(Rival(*entry) for entry in json.loads(row.rivals))
    return Conflict(
        row.id,
        ConflictType(row.type),
        row.subject,
        row.kind,
        row.field,
        row.revision,
        rivals,
        row.other,
        bool(row.open),
    )


def rivals_json(conflict: Conflict) -> list[list[Any]]:
    """What ``conflict_of`` reads back."""
    return [[r.change, r.field, r.value, r.base, r.author, r.device] for r in conflict.rivals]


@dataclass
class Loader:
    """Collects a ``World`` in a few queries, whatever the size of the push."""

    connection: Connection
    known: dict[str, Known] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    numbers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    successors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    def world(self) -> World:
        """What was collected."""
        floor = version_floor(self.connection)
        return World(
            self.subjects, self.known, self.conflicts, self.numbers, self.successors, floor
        )

    def push(self, pushed: Sequence[Change]) -> World:
        """The world that a push of these changes meets."""
        self.load_changes({c.id for c in pushed} | {c.parent for c in pushed if c.parent})
        touched = {c.subject for c in pushed}
        self._load_waiting({c.id for c in pushed}, touched)
        every = [*pushed, *(k.change for k in self.known.values() if k.waiting)]
        self._load_indexes(every)
        self.load_subjects(_named(every))
        self.load_open(_named(every))
        return self.world()

    def act(
        self,
        subject_ids: Iterable[str],
        change_ids: Iterable[str] = (),
        codes: Iterable[str] = (),
    ) -> World:
        """The world of an act of the office on these subjects and changes.

        ``codes`` are unified numbers that the act gives.
        """
        self.load_changes(change_ids)
        ids = {*subject_ids, *(k.target for k in self.known.values())}
        self._load_waiting(set(self.known), ids)
        every = [k.change for k in self.known.values()]
        self._load_indexes(every, codes)
        self.load_subjects(ids | _named(every))
        self.load_open(ids)
        return self.world()

    def load_changes(self, ids: Iterable[str]) -> None:
        """These changes and every ancestor of theirs, and what each of them replaced."""
        wanted = {i for i in ids if i not in self._asked}
        while wanted:
            self._asked |= wanted
            parents: set[str] = set()
            for row in _rows(self.connection, wanted, _CHANGES):
                self.known[row.id] = known_of(row)
                parents |= {row.parent} if row.parent else set()
            for row in _rows(
                self.connection,
                wanted,
                _REPLACED,
            ):
                parents.add(row.change)
            wanted = parents - self._asked

    def _load_waiting(self, ids: set[str], touched: set[str]) -> None:
        """Changes that wait for one of these, or at one of these subjects; and theirs in turn."""
        found: set[str] = set()
        for row in _rows(
            self.connection,
            touched,
            _WAITING_AT,
        ):
            found.add(row.id)
        wanted = ids | found
        while wanted:
            children = {
                row.id
                for row in _rows(
                    self.connection,
                    wanted,
                    _WAITING_FOR,
                )
            }
            wanted = children - found
            found |= children
        self.load_changes(found)

    def _load_indexes(self, every: Sequence[Change], given: Iterable[str] = ()) -> None:
        sent = {str(c.fields["code"][1]) for c in every if c.fields.get("code", (0, None))[1]}
        codes = sent.union(given)
        for row in _rows(
            self.connection,
            codes,
            _NUMBERED,
        ):
            key = (row.kind, row.code)
            self.numbers[key] = (*self.numbers.get(key, ()), row.id)
        before = {
            str(c.fields["replaces"][1])
            for c in every
            if c.kind == RECORD and c.fields.get("replaces", (0, None))[1]
        }
        for row in _rows(
            self.connection,
            before,
            _SUCCESSORS,
        ):
            self.successors[row.replaces] = (*self.successors.get(row.replaces, ()), row.id)
        self.load_subjects({s for ids in self.numbers.values() for s in ids})

    def load_subjects(self, ids: Iterable[str]) -> None:
        """These subjects and the winners they were merged into."""
        wanted = {i for i in ids if i not in self.subjects}
        while wanted:
            winners: set[str] = set()
            for row in _rows(self.connection, wanted, _SUBJECTS):
                self.subjects[row.id] = subject_of(row)
                winner = self.subjects[row.id].value(MERGED_INTO)
                winners |= {winner} if isinstance(winner, str) else set()
            wanted = winners - self.subjects.keys()

    def load_open(self, ids: set[str]) -> None:
        """Open conflicts, proposals and quarantined values of these subjects and their winners."""
        targets = ids | {w for i in ids if i in self.subjects for w in self._winners(i)}
        needed: set[str] = set()
        for row in _rows(
            self.connection,
            targets,
            _CONFLICTS,
            half=True,
        ):
            conflict = conflict_of(row)
            self.conflicts[conflict.id] = conflict
            needed |= {r.change for r in conflict.rivals}
            self.load_subjects({conflict.subject, *([conflict.other] if conflict.other else [])})
        for row in _rows(self.connection, targets, _HELD):
            needed.add(row.change)
        self.load_changes(needed)

    def _winners(self, subject: str) -> Iterator[str]:
        seen: set[str] = set()
        while subject in self.subjects and subject not in seen:
            seen.add(subject)
            winner = self.subjects[subject].value(MERGED_INTO)
            if not isinstance(winner, str):
                return
            yield winner
            subject = winner


def _named(every: Iterable[Change]) -> set[str]:
    """Every subject that changes name: their own, the site of a record, its predecessor."""
    found: set[str] = set()
    for change in every:
        found.add(change.subject)
        for name in ("site", "replaces"):
            value = change.fields.get(name, (None, None))[1]
            if isinstance(value, str):
                found.add(value)
    return found


def _rows(
    connection: Connection,
    ids: Iterable[str],
    query: Select[Any],
    *,
    half: bool = False,
) -> Iterator[Row[Any]]:
    ordered = sorted(ids)
    size = _CHUNK // 2 if half else _CHUNK
    for start in range(0, len(ordered), size):
        yield from connection.execute(query, {"ids": ordered[start : start + size]}).all()


def state_json(subject: Subject) -> Mapping[str, list[Any]]:
    """What ``subject_of`` reads back."""
    return {name: [s.value, s.version, s.change] for name, s in subject.fields.items()}
