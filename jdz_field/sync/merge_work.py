"""The working copy that one merge changes: states, fates, conflicts and the new versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from jdz_field.core.changes import RECORD, Change, ChangeReceipt, Outcome, Value
from jdz_field.core.hashing import canonical_json
from jdz_field.sync.merge_rules import Rules
from jdz_field.sync.merge_types import (
    DELETED,
    MERGED_INTO,
    Conflict,
    ConflictType,
    Fate,
    FieldState,
    Known,
    Merged,
    Rival,
    Subject,
    Version,
    World,
    conflict_id,
)


def same(one: Value, two: Value) -> bool:
    """Whether two values are equal as JSON: 1 equals 1.0, but not true."""
    if isinstance(one, bool) is not isinstance(two, bool):
        return False
    if isinstance(one, dict | list) and isinstance(two, dict | list):
        return canonical_json(one) == canonical_json(two)
    return bool(one == two)


class Work:
    """One merge in progress over a ``World``, which it never changes.

    Attributes:
        subjects, known, conflicts, numbers, successors: as in ``World``, as they are by now.
        versions: new central versions so far.
    """

    def __init__(self, world: World, rules: Rules) -> None:
        self.rules = rules
        self.subjects = dict(world.subjects)
        self.known = dict(world.known)
        self.conflicts = dict(world.conflicts)
        self.numbers = dict(world.numbers)
        self.successors = dict(world.successors)
        self.floor = world.floor
        self.versions: list[Version] = []
        self._before = world
        self._open: dict[tuple[str, ConflictType, str], Conflict] = {}
        self._open_at: dict[str, dict[tuple[str, ConflictType, str], None]] = {}
        self._told: dict[str, None] = {}
        self._replaced: dict[tuple[str, str], list[str]] = {}
        self._by_target: dict[str, list[str]] = {}
        for change_id, known in world.known.items():
            self._index(change_id, known)
        for conflict in world.conflicts.values():
            if conflict.open:
                self._note_open(conflict)

    def _index(self, change_id: str, known: Known) -> None:
        self._by_target.setdefault(known.target, []).append(change_id)
        for name, fate in known.fates.items():
            if fate.replaced_by:
                self._replaced.setdefault((fate.replaced_by, name), []).append(change_id)

    # ---- subjects

    def resolve(self, subject: str) -> str:
        """The subject itself, or the winner it was merged into."""
        seen = set()
        while subject in self.subjects and subject not in seen:
            seen.add(subject)
            winner = self.subjects[subject].value(MERGED_INTO)
            if not isinstance(winner, str) or not winner:
                break
            subject = winner
        return subject

    def subject(self, subject: str, kind: str) -> Subject:
        """The subject as it is by now; version 0 when it is not there yet."""
        return self.subjects.get(subject) or Subject(subject, kind)

    def next_version(self, subject: Subject) -> int:
        """The number of the version that is written next."""
        return max(subject.version, self.floor) + 1

    def could_know(self, subject: Subject) -> int:
        """The highest version that any device can have pulled, lost ones included."""
        return max(subject.version, self.floor) if subject.version else 0

    def write(
        self,
        subject: Subject,
        values: Mapping[str, FieldState],
        *,
        by: Change | None,
        head: Mapping[str, Any],
    ) -> int:
        """A new central version of ``subject`` with these fields; its number.

        ``head`` gives ``decision``, ``device``, ``author`` and ``hlc`` of the version.
        """
        number = self.next_version(subject)
        self.subjects[subject.id] = Subject(
            subject.id, subject.kind, number, {**subject.fields, **values}
        )
        sent = {name: state.value for name, state in values.items()}
        change = by.id if by else None
        self.versions.append(Version(subject.id, subject.kind, number, sent, change=change, **head))
        return number

    # ---- fates

    def add(self, change: Change, role: str, target: str, fates: Mapping[str, Fate]) -> None:
        """Note what became of a change; merges with fates that it has already."""
        before = self.known.get(change.id)
        whole = {**(before.fates if before else {}), **fates}
        self.known[change.id] = Known(change, role, target, whole)
        if before is None:
            self._by_target.setdefault(target, []).append(change.id)
        for name, fate in fates.items():
            if fate.replaced_by:
                self._replaced.setdefault((fate.replaced_by, name), []).append(change.id)
        self._told[change.id] = None

    def settle(
        self, change: str, name: str, outcome: Outcome, version: int | None, reason: str | None
    ) -> None:
        """Give a known field another outcome; values that it replaced share it."""
        known = self.known.get(change)
        if known is None or name not in known.fates:
            return
        fate = replace(known.fates[name], outcome=outcome, version=version, reason=reason)
        self._put(known, name, fate)
        for earlier in self._replaced.get((change, name), ()):
            before = self.known[earlier]
            if before.fates[name].replaced_by == change:
                told = replace(before.fates[name], outcome=outcome, version=version, reason=reason)
                self._put(before, name, told)

    def _put(self, known: Known, name: str, fate: Fate) -> None:
        if known.fates[name] == fate:
            return
        self.known[known.change.id] = replace(known, fates={**known.fates, name: fate})
        self._told[known.change.id] = None

    def replace_fate(self, old: str, name: str, new: str) -> None:
        """The value of ``new`` stands for that of ``old``, and for what old had replaced."""
        for change in (old, *self._replaced.get((old, name), ())):
            known = self.known[change]
            if change == old or known.fates[name].replaced_by == old:
                self._put(known, name, replace(known.fates[name], replaced_by=new))
                self._replaced.setdefault((new, name), []).append(change)

    def ancestor(self, change: Change, name: str) -> tuple[str, Fate] | None:
        """The nearest change before this one, in its chain, that set the field; and its fate."""
        for known in self.ancestors(change):
            if name in known.fates:
                return known.change.id, known.fates[name]
        return None

    def ancestors(self, change: Change) -> Iterator[Known]:
        """The known changes before this one in its chain, nearest first."""
        seen = {change.id}
        parent = change.parent
        while parent is not None and parent not in seen and parent in self.known:
            seen.add(parent)
            known = self.known[parent]
            yield known
            parent = known.change.parent

    def held(self, subject: str, name: str, outcome: Outcome) -> list[tuple[str, Fate]]:
        """Open fates of one outcome at a field: proposals, quarantined values."""
        found = []
        for change in self._by_target.get(subject, ()):
            fate = self.known[change].fates.get(name)
            if fate and fate.outcome is outcome and fate.replaced_by is None:
                found.append((change, fate))
        return found

    def known_of(self, subject: str) -> list[Known]:
        """The known changes that went to this subject."""
        return [self.known[change] for change in self._by_target.get(subject, ())]

    # ---- conflicts

    def conflict(self, subject: str, kind: ConflictType, name: str) -> Conflict | None:
        """The open conflict under this key."""
        return self._open.get((subject, kind, name))

    def conflicts_of(self, subject: str) -> list[Conflict]:
        """Every open conflict that this subject has a part in."""
        keys = self._open_at.get(subject, ())
        return [self._open[key] for key in keys if key in self._open]

    def _note_open(self, conflict: Conflict) -> None:
        self._open[conflict.key] = conflict
        self._open_at.setdefault(conflict.subject, {})[conflict.key] = None
        if conflict.other:
            self._open_at.setdefault(conflict.other, {})[conflict.key] = None

    def put_conflict(self, conflict: Conflict) -> None:
        """Keep a conflict that was opened, changed or closed, one revision further."""
        known = conflict.id in self.conflicts
        if known:
            conflict = replace(conflict, revision=self.conflicts[conflict.id].revision + 1)
        self.conflicts[conflict.id] = conflict
        if conflict.open:
            self._note_open(conflict)
        else:
            self._open.pop(conflict.key, None)

    def add_rival(
        self,
        kind: ConflictType,
        place: tuple[Subject, str],
        rival: Rival,
        other: str | None = None,
    ) -> None:
        """Put a rival into the open conflict at ``(subject, field)``, opened when there is none."""
        subject, name = place
        found = self.conflict(subject.id, kind, name)
        if found is None:
            key = conflict_id(subject.id, kind, name, rival.change + rival.field)
            found = Conflict(key, kind, subject.id, subject.kind, name, other=other)
        self.put_conflict(replace(found, rivals=(*found.rivals, rival)))

    def drop_rival(self, conflict: Conflict, change: str, name: str, *, last: bool = True) -> None:
        """Take a rival out; without rivals it is over, unless another is about to come."""
        left = tuple(r for r in conflict.rivals if (r.change, r.field) != (change, name))
        if left != conflict.rivals:
            self.put_conflict(replace(conflict, rivals=left, open=bool(left) or not last))

    def rival_place(self, subject: str, change: str, name: str) -> Conflict | None:
        """The open conflict in which this change's value for the field is a rival."""
        for kind, place in ((ConflictType.FIELD, name), (ConflictType.DELETE, DELETED)):
            found = self.conflict(subject, kind, place)
            if found and any((r.change, r.field) == (change, name) for r in found.rivals):
                return found
        return None

    # ---- result

    def number_holders(self, kind: str, code: str, but: str) -> list[str]:
        """Living sites of this kind with this unified number, other than ``but``."""
        holders = (self.subjects.get(s) for s in self.numbers.get((kind, code), ()) if s != but)
        return [
            s.id
            for s in holders
            if s and not s.deleted and not s.value(MERGED_INTO) and s.value("code") == code
        ]

    def result(self, pushed: list[str], refused: Mapping[str, ChangeReceipt]) -> Merged:
        """Everything that differs from the world before."""
        before = self._before
        new = set(pushed)
        receipts = tuple(refused.get(c) or self.known[c].receipt() for c in pushed)
        known = {c: self.known[c] for c in self._told if before.known.get(c) != self.known[c]}
        return Merged(
            versions=tuple(self.versions),
            subjects=_altered(before.subjects, self.subjects),
            known=known,
            conflicts=_altered(before.conflicts, self.conflicts),
            numbers=_altered(before.numbers, self.numbers),
            successors=_altered(before.successors, self.successors),
            receipts=receipts,
            retold=tuple(c for c in known if c not in new and c in before.known),
        )


def _altered(before: Mapping[Any, Any], now: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in now.items() if before.get(key) is not value}


def is_record(subject: Subject) -> bool:
    """Whether the subject is a finished record."""
    return subject.kind == RECORD
