"""A centre and devices in memory, as the design words their duties, to play histories with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jdz_field.core.changes import Change, ChangeReceipt, Outcome
from jdz_field.sync.merge import merge
from jdz_field.sync.merge_decide import Decision, approve, decide
from jdz_field.sync.merge_types import Conflict, Merged, Version, World

SETTLED = {Outcome.APPLIED, Outcome.ALREADY, Outcome.REJECTED}


@dataclass
class Centre:
    """The office's side: a world, the feed and what became of every change."""

    world: World = field(default_factory=World)
    feed: list[Version] = field(default_factory=list)
    decided: int = 0

    def receive(self, changes: list[Change], role: str) -> list[ChangeReceipt]:
        merged = merge(self.world, changes, role=role)
        self.take(merged)
        return list(merged.receipts)

    def take(self, merged: Merged) -> None:
        self.world = self.world.after(merged)
        self.feed.extend(merged.versions)

    def receipt(self, change: str) -> ChangeReceipt | None:
        known = self.world.known.get(change)
        return known.receipt() if known else None

    def open(self) -> list[Conflict]:
        return [c for c in self.world.conflicts.values() if c.open]

    def held(self, outcome: Outcome) -> list[tuple[str, str]]:
        return [
            (change, name)
            for change, known in self.world.known.items()
            for name, fate in known.fates.items()
            if fate.outcome is outcome and fate.replaced_by is None
        ]

    def decision(self, **how: Any) -> Decision:
        self.decided += 1
        return Decision(id=f"d{self.decided}", author="office", hlc="h", why="because", **how)

    def settle(self, conflict: Conflict, take: str = "central", **how: Any) -> Merged:
        chosen = self.decision(conflict=conflict.id, take=take, seen=conflict.revision, **how)
        merged = decide(self.world, chosen)
        self.take(merged)
        return merged

    def approve(self, change: str, name: str) -> Merged:
        merged = approve(self.world, change, name, self.decision())
        self.take(merged)
        return merged

    def values(self) -> dict[str, dict[str, Any]]:
        return {
            s.id: {n: f.value for n, f in s.fields.items()}
            for s in self.world.subjects.values()
            if s.version
        }


@dataclass
class Device:
    """One tablet: a log that only grows, and a copy of the centre that pulls bring."""

    id: str
    role: str = "office"
    log: list[Change] = field(default_factory=list)
    sent: int = 0
    position: int = 0
    copy: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    fates: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    seen: dict[tuple[str, str], tuple[int, str | None]] = field(default_factory=dict)

    def pending(self, subject: str) -> list[Change]:
        """Own changes of the subject that are not settled, oldest first."""
        return [c for c in self.log if c.subject == subject and not self._settled(c)]

    def _settled(self, change: Change) -> bool:
        fates = self.fates.get(change.id)
        return fates is not None and all(
            f.outcome is Outcome.REJECTED
            or (f.outcome in SETTLED and self.versions.get(change.subject, 0) >= (f.version or 0))
            for f in fates.values()
        )

    def own(self, subject: str, name: str) -> Change | None:
        """The own change whose value is shown for the field: not yet answered, or applied."""
        for change in reversed(self.pending(subject)):
            if name in change.fields:
                fates = self.fates.get(change.id)
                if fates is None or fates[name].outcome in SETTLED - {Outcome.REJECTED}:
                    return change
                return None
        return None

    def shown(self, subject: str, name: str) -> Any:
        own = self.own(subject, name)
        return own.fields[name][1] if own else self.copy.get(subject, {}).get(name)

    def edit(self, subject: str, kind: str = "geohazard", **values: Any) -> Change:
        before = self.pending(subject)
        number = len(self.log) + 1
        change = Change(
            id=f"{self.id}{number}",
            device=self.id,
            author=self.id,
            hlc=f"{number:06d}",
            kind=kind,
            subject=subject,
            fields={n: (self.shown(subject, n), v) for n, v in values.items()},
            base_version=self.versions.get(subject, 0),
            parent=before[-1].id if before else None,
        )
        for name in values:
            own = self.own(subject, name)
            version = self.versions.get(subject, 0)
            self.seen[change.id, name] = (0, own.id) if own else (version, None)
        self.log.append(change)
        return change

    def push(self, centre: Centre, most: int = 1000) -> list[ChangeReceipt]:
        part = self.log[self.sent : self.sent + most]
        receipts = centre.receive(part, self.role)
        self.sent += len(part)
        for receipt in receipts:
            self.fates[receipt.change] = receipt.fields
        return receipts

    def pull(self, centre: Centre) -> None:
        for change in self.log[: self.sent]:
            receipt = centre.receipt(change.id)
            if receipt:
                self.fates[change.id] = receipt.fields
        for version in centre.feed[self.position :]:
            self.copy.setdefault(version.subject, {}).update(version.fields)
            self.versions[version.subject] = version.version
        self.position = len(centre.feed)

    def values(self) -> dict[str, dict[str, Any]]:
        return {
            subject: {name: self.shown(subject, name) for name in fields}
            for subject, fields in self.copy.items()
        }


def two_devices(**site: Any) -> tuple[Centre, Device, Device]:
    """A centre with site ``s`` and two devices that have pulled it."""
    centre, one, two = Centre(), Device("A"), Device("B")
    one.edit("s", **({"name": "old"} | site))
    one.push(centre)
    for device in (one, two):
        device.pull(centre)
    return centre, one, two
