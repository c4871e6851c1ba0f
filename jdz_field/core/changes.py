"""The change: one entry of the append-only log, and what becomes of it.

Shapes follow the change log of the design: versions decide, not values. A geometry is the
field ``geometry`` (WKT text, EPSG:4490, longitude latitude, nine decimals); ``deleted`` is a
field too; a creation is a set of every field from ``None``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: A field's value: JSON. Multi-selects are codes with spaces between.
Value = Any

#: Subject kinds that are no site kinds.
RECORD = "record"
ATTACHMENT = "attachment"


class Outcome(StrEnum):
    """What became of one field of a change at the centre."""

    APPLIED = "applied"
    ALREADY = "already"
    CONFLICT = "conflict"
    PROPOSED = "proposed"
    QUARANTINED = "quarantined"
    WAITING = "waiting"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one subject.

    Attributes:
        id: UUIDv7.
        device: id of the device that made it.
        author: name of the person (never the tablet).
        hlc: stamp of the hybrid clock; sorts what is shown.
        kind: a site kind, ``record`` or ``attachment``.
        subject: id of the subject.
        fields: per field ``(base, new)``.
        base_version: the subject's central version this device had pulled; 0 for a creation.
        parent: id of the previous unsent change of the same subject.
        origin: ``edit``, ``import:<id>``, ``form:<record id>``, ``external`` or ``decision:<id>``.
    """

    id: str
    device: str
    author: str
    hlc: str
    kind: str
    subject: str
    fields: Mapping[str, tuple[Value, Value]]
    base_version: int = 0
    parent: str | None = None
    origin: str = "edit"

    def to_json(self) -> dict[str, Any]:
        """The change as the batch's ``changes.jsonl`` holds it."""
        return {
            "id": self.id,
            "device": self.device,
            "author": self.author,
            "hlc": self.hlc,
            "kind": self.kind,
            "subject": self.subject,
            "fields": {name: list(pair) for name, pair in self.fields.items()},
            "base_version": self.base_version,
            "parent": self.parent,
            "origin": self.origin,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Change:
        """The change that ``to_json`` wrote.

        ``KeyError``, ``TypeError`` or ``ValueError`` for anything else.
        """
        fields = {str(name): (base, new) for name, (base, new) in data["fields"].items()}
        return cls(
            id=str(data["id"]),
            device=str(data["device"]),
            author=str(data["author"]),
            hlc=str(data["hlc"]),
            kind=str(data["kind"]),
            subject=str(data["subject"]),
            fields=fields,
            base_version=int(data["base_version"]),
            parent=None if data.get("parent") is None else str(data["parent"]),
            origin=str(data.get("origin", "edit")),
        )


def well_named(change: Change) -> bool:
    """Whether what is looked up in indexes is short (200 letters) and without invisible letters."""
    ids = (change.id, change.subject, *change.fields)
    texts = (change.kind, change.device, change.hlc, change.origin, change.parent or "")
    return (
        all(ids)
        and bool(change.fields)
        and max(map(len, (*ids, *texts, change.author))) <= 200
        and "".join((*ids, *texts)).isprintable()
        and 0 <= change.base_version <= 1 << 53
    )


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """What became of one field: the outcome, the central version when applied, and why not."""

    outcome: Outcome
    version: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeReceipt:
    """What became of one change, field by field."""

    change: str
    subject: str
    fields: Mapping[str, FieldOutcome] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """One word: the worst field outcome; ``merged`` when some fields applied beside others."""
        outcomes = {f.outcome for f in self.fields.values()}
        order = (
            Outcome.WAITING,
            Outcome.CONFLICT,
            Outcome.QUARANTINED,
            Outcome.REJECTED,
            Outcome.PROPOSED,
            Outcome.APPLIED,
        )
        return next((str(o) for o in order if o in outcomes), str(Outcome.ALREADY))

    def to_json(self) -> dict[str, Any]:
        """The receipt as it is signed and sent."""
        return {
            "change": self.change,
            "subject": self.subject,
            "fields": {
                name: {"outcome": str(f.outcome), "version": f.version, "reason": f.reason}
                for name, f in self.fields.items()
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ChangeReceipt:
        """The receipt that ``to_json`` wrote."""
        return cls(
            change=str(data["change"]),
            subject=str(data["subject"]),
            fields={
                str(name): FieldOutcome(Outcome(f["outcome"]), f.get("version"), f.get("reason"))
                for name, f in data["fields"].items()
            },
        )
