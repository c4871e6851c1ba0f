"""What the merge reads and writes: states, changes with their fates, conflicts, versions.

Everything is a frozen value. ``World`` is what the centre knows of the subjects that a push
touches; ``Merged`` is what the push makes of it. Nothing here does input or output.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jdz_field.core.changes import Change, ChangeReceipt, FieldOutcome, Outcome, Value
from jdz_field.core.hashing import canonical_json

_NAMESPACE = uuid.UUID("0d5b8c0e-3a53-5b0f-9d3b-6a6df0a4e511")

#: Roles whose change of a controlled field is a proposal.
FIELD_ROLES = frozenset({"field", "forestry"})
#: Who had not seen what they change, being of another county: all their edits are proposals.
GUEST = "guest"
#: Fields that only the centre writes.
REVIEW, REVIEW_COMMENT, MERGED_INTO = "review", "review_comment", "merged_into"
DELETED = "deleted"


class ConflictType(StrEnum):
    """What two people disagree about."""

    FIELD = "field"
    DELETE = "delete"
    DUPLICATE = "duplicate"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class FieldState:
    """A field at the centre: its value, the subject's version that set it, and by which change."""

    value: Value
    version: int
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject at the centre; ``version`` counts its central versions, 0 = not there yet."""

    id: str
    kind: str
    version: int = 0
    fields: Mapping[str, FieldState] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """The field's value; ``None`` when it was never set."""
        state = self.fields.get(name)
        return None if state is None else state.value

    def field_version(self, name: str) -> int:
        """The version that set the field; 0 when it was never set."""
        state = self.fields.get(name)
        return 0 if state is None else state.version

    @property
    def deleted(self) -> bool:
        """Whether the subject is deleted at the centre."""
        return bool(self.value(DELETED))


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one field of one change.

    Attributes:
        outcome: as the receipt says it.
        base: value the chain started from (the first link's base).
        value: value that was sent.
        ground: version of the subject up to which the author had seen this field.
        version: central version at which the value was applied or equal.
        reason: code or sentence; ``merged`` on an applied field that met others' changes.
        replaced_by: the later change of the same chain whose value stands for this one.
    """

    outcome: Outcome
    base: Value
    value: Value
    ground: int
    version: int | None = None
    reason: str | None = None
    replaced_by: str | None = None

    @property
    def settled(self) -> bool:
        """Whether the value is, or was, the central one, so that children may build on it."""
        return self.replaced_by is None and self.outcome in (Outcome.APPLIED, Outcome.ALREADY)


@dataclass(frozen=True, slots=True)
class Known:
    """A change that the centre has, the role it came with and what became of each field.

    ``target`` is the subject it went to: the winner when its own was merged into another.
    """

    change: Change
    role: str
    target: str
    fates: Mapping[str, Fate]

    @property
    def waiting(self) -> bool:
        """Whether it waits for its parent, or for the version it was based on."""
        return any(f.outcome is Outcome.WAITING for f in self.fates.values())

    def receipt(self) -> ChangeReceipt:
        """The receipt as things stand."""
        fields = {n: FieldOutcome(f.outcome, f.version, f.reason) for n, f in self.fates.items()}
        return ChangeReceipt(self.change.id, self.target, fields)


@dataclass(frozen=True, slots=True)
class Rival:
    """A value that was not taken; ``field`` differs from the conflict's in delete conflicts."""

    change: str
    field: str
    value: Value
    base: Value
    author: str
    device: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """An open or settled conflict.

    Attributes:
        subject: the site or record; for ``record`` the predecessor that both versions name.
        revision: rises with every change of its rivals or of the central value; a decision
            names the revision it saw.
        rivals: in order of arrival; equal values collapse when shown.
        other: ``duplicate``: the site that had the number first; ``record``: the first version.
    """

    id: str
    type: ConflictType
    subject: str
    kind: str
    field: str
    revision: int = 1
    rivals: tuple[Rival, ...] = ()
    other: str | None = None
    open: bool = True

    @property
    def key(self) -> tuple[str, ConflictType, str]:
        """At most one conflict is open under a key."""
        return (self.subject, self.type, self.field)


def conflict_id(subject: str, kind: ConflictType, name: str, change: str) -> str:
    """UUIDv5 over what opened it: the same push gives the same id again."""
    return str(uuid.uuid5(_NAMESPACE, canonical_json([subject, kind, name, change])))


@dataclass(frozen=True, slots=True)
class Version:
    """A new central version of a subject: what the feed tells every device."""

    subject: str
    kind: str
    version: int
    fields: Mapping[str, Value]
    change: str | None
    decision: str | None
    device: str
    author: str
    hlc: str


@dataclass(frozen=True, slots=True)
class World:
    """What the centre knows of the subjects that a push or a decision touches.

    Attributes:
        subjects: by id; those that changes name, those they were merged into, sites of records,
            holders of a number that is being set.
        known: by change id; repeats, ancestors, waiting changes, open proposals and quarantined
            values of the touched subjects, and changes that these replaced.
        conflicts: by id; the open ones of the touched subjects.
        numbers: ``(kind, code)`` → ids of the sites with that unified number.
        successors: record id → ids of the records that replace it.
        floor: new versions are numbered above it. A restored centre raises it, so that no number
            that devices know from the lost time is ever given to something else.
    """

    subjects: Mapping[str, Subject] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    numbers: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    successors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    floor: int = 0

    def after(self, merged: Merged) -> World:
        """The world once ``merged`` is written: for previews and tests."""
        return World(
            {**self.subjects, **merged.subjects},
            {**self.known, **merged.known},
            {**self.conflicts, **merged.conflicts},
            {**self.numbers, **merged.numbers},
            {**self.successors, **merged.successors},
            self.floor,
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """What a push or a decision changes.

    Attributes:
        versions: new central versions, in order.
        subjects: new states by id.
        known: changes that are new or whose fate changed, by id.
        conflicts: opened, changed or closed ones, by id.
        numbers, successors: new entries of the two indexes of ``World``.
        receipts: one for every pushed change, in the order of the push.
        retold: earlier changes whose outcome is another now.
    """

    versions: tuple[Version, ...]
    subjects: Mapping[str, Subject]
    known: Mapping[str, Known]
    conflicts: Mapping[str, Conflict]
    numbers: Mapping[tuple[str, str], tuple[str, ...]]
    successors: Mapping[str, tuple[str, ...]]
    receipts: tuple[ChangeReceipt, ...]
    retold: tuple[str, ...]
