"""Reading from the database what a merge must know, and writing what it made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from jdz_field.central.direct import Statement, rows, rows_of
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

_CHANGES = Statement("SELECT id, role, target, parent, change, fates FROM changes WHERE id IN ids")
_REPLACED = Statement("SELECT change FROM replaced WHERE by_change IN ids")
_WAITING_AT = Statement("SELECT id FROM changes WHERE waiting = TRUE AND subject IN ids")
_WAITING_FOR = Statement("SELECT id FROM changes WHERE waiting = TRUE AND parent IN ids")
_NUMBERED = Statement("SELECT id, kind, code FROM subjects WHERE code IN ids ORDER BY id")
_SUCCESSORS = Statement("SELECT id, replaces FROM subjects WHERE replaces IN ids ORDER BY id")
_SUBJECTS = Statement("SELECT id, kind, version, state FROM subjects WHERE id IN ids")
_OPEN = "SELECT id, type, subject, kind, field, revision, rivals, other, open FROM conflicts"
# Two questions, each with its index.
_CONFLICTS = Statement(
    f"{_OPEN} WHERE open = TRUE AND subject IN ids UNION {_OPEN} WHERE open = TRUE AND other IN ids"
)
_HELD = Statement("SELECT change FROM held WHERE subject IN ids")
_FLOOR = Statement("SELECT value FROM meta WHERE name = ?")

#: Many times quicker than asking the enumeration.
_OUTCOMES = {str(outcome): outcome for outcome in Outcome}
#: Where ``meta`` keeps the floor of a restored centre's versions.
FLOOR = "version_floor"


def version_floor(connection: Connection) -> int:
    """New versions are numbered above this; 0 for a centre that was never restored."""
    found = rows(connection, _FLOOR, FLOOR)
    return int(found[0][0] or 0) if found else 0


def known_of(row: Row[Any]) -> Known:
    """A row of ``changes`` as the merge knows it."""
    return _known(row.role, row.target, row.change, row.fates)


def _known(role: str, target: str, change: str, fates: str) -> Known:
    found = {
        name: Fate(_OUTCOMES[f[0]], f[1], f[2], f[3], f[4], f[5], f[6])
        for name, f in json.loads(fates).items()
    }
    return Known(Change.from_json(json.loads(change)), role, target, found)


def subject_of(row: Row[Any]) -> Subject:
    """A row of ``subjects`` as the merge knows it."""
    return _subject(row.id, row.kind, row.version, row.state)


def _subject(subject: str, kind: str, version: int, state: str) -> Subject:
    fields = {name: FieldState(*entry) for name, entry in json.loads(state).items()}
    return Subject(subject, kind, version, fields)


def _conflict(row: Sequence[Any]) -> Conflict:
    """What ``_OPEN`` gives, as the merge knows it."""
    conflict, kind, subject, about, name, revision, rivals, other, is_open = row
    return Conflict(
        conflict,
        ConflictType(kind),
        subject,
        about,
        name,
        revision,
        tuple(Rival(*entry) for entry in json.loads(rivals)),
        other,
        bool(is_open),
    )


def rivals_json(conflict: Conflict) -> list[list[Any]]:
    """Rivals as they are stored."""
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
            found: set[str] = set()
            for change, role, target, parent, said, fates in self._rows(_CHANGES, wanted):
                self.known[change] = _known(role, target, said, fates)
                found.add(change)
                parents |= {parent} if parent else set()
            parents.update(change for (change,) in self._rows(_REPLACED, found))
            wanted = parents - self._asked

    def _load_waiting(self, ids: set[str], touched: set[str]) -> None:
        """Changes that wait for one of these, or at one of these subjects; and theirs in turn."""
        found = {change for (change,) in self._rows(_WAITING_AT, touched)}
        wanted = ids | found
        while wanted:
            children = {change for (change,) in self._rows(_WAITING_FOR, wanted)}
            wanted = children - found
            found |= children
        self.load_changes(found)

    def _load_indexes(self, every: Sequence[Change], given: Iterable[str] = ()) -> None:
        sent = {str(c.fields["code"][1]) for c in every if c.fields.get("code", (0, None))[1]}
        codes = sent.union(given)
        for subject, kind, code in self._rows(_NUMBERED, codes):
            key = (kind, code)
            self.numbers[key] = (*self.numbers.get(key, ()), subject)
        before = {
            str(c.fields["replaces"][1])
            for c in every
            if c.kind == RECORD and c.fields.get("replaces", (0, None))[1]
        }
        for subject, earlier in self._rows(_SUCCESSORS, before):
            self.successors[earlier] = (*self.successors.get(earlier, ()), subject)
        self.load_subjects({s for ids in self.numbers.values() for s in ids})

    def load_subjects(self, ids: Iterable[str]) -> None:
        """These subjects and the winners they were merged into."""
        wanted = {i for i in ids if i not in self.subjects}
        while wanted:
            winners: set[str] = set()
            for row in self._rows(_SUBJECTS, wanted):
                self.subjects[row[0]] = _subject(*row)
                winner = self.subjects[row[0]].value(MERGED_INTO)
                winners |= {winner} if isinstance(winner, str) else set()
            wanted = winners - self.subjects.keys()

    def load_open(self, ids: set[str]) -> None:
        """Open conflicts, proposals and quarantined values of these subjects and their winners."""
        targets = ids | {w for i in ids if i in self.subjects for w in self._winners(i)}
        needed: set[str] = set()
        for row in self._rows(_CONFLICTS, targets, times=2):
            conflict = _conflict(row)
            self.conflicts[conflict.id] = conflict
            needed |= {r.change for r in conflict.rivals}
            self.load_subjects({conflict.subject, *([conflict.other] if conflict.other else [])})
        needed.update(change for (change,) in self._rows(_HELD, targets))
        self.load_changes(needed)

    def _rows(
        self, statement: Statement, ids: Iterable[str], times: int = 1
    ) -> Iterator[tuple[Any, ...]]:
        return rows_of(self.connection, statement, ids, times)

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
