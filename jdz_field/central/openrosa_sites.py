"""What a submission does to sites, as changes that know what the phone had seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from jdz_field.central.accounts import Caller
from jdz_field.central.feed import history
from jdz_field.central.openrosa_lists import site_of
from jdz_field.central.scope import within
from jdz_field.central.tables import changes, entity_steps, subjects
from jdz_field.central.worlds import subject_of
from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import Change, Value
from jdz_field.core.clock import HybridClock, Now
from jdz_field.core.hashing import sha256
from jdz_field.core.ids import import_id
from jdz_field.core.sites import Site
from jdz_field.xforms.entities import version_of
from jdz_field.xforms.site_edits import GEOMETRY, SiteEdit

#: The city's own code, for a provisional number outside every county.
_CITY = "360200"


class Sites:
    """The sites that one submission names, and the changes that it makes of them.

    A phone that fills several forms without a network counts an entity's versions by itself, on
    a branch (ODK Entities 2024.1): such changes are each other's parents, whatever the order in
    which they arrive.
    """

    def __init__(self, connection: Connection, now: Now, caller: Caller, instance: str) -> None:
        self.connection = connection
        self.now = now
        self.caller = caller
        self._instance = instance
        self._clock = HybridClock(caller.device, now)
        self._steps: list[dict[str, Any]] = []
        self._own: dict[str, Change] = {}
        self._numbers: set[str] = set()

    def tick(self) -> str:
        """The next stamp."""
        return self._clock.tick()

    def find(self, site: str) -> Site | None:
        """The site of an id, when this person may see it."""
        query = select(subjects).where(
            subjects.c.id == site,
            subjects.c.kind.in_(SITE_KINDS),
            within(self.caller, subjects.c.kind, subjects.c.county),
        )
        row = self.connection.execute(query).first()
        return site_of(subject_of(row)) if row is not None else None

    def change(self, edit: SiteEdit, at: int, origin: str, *, fresh: bool) -> Change | None:
        """The change of one entity block; ``None`` when it says what was there already."""
        parent = self._parent(edit)
        seen = self._seen(edit, parent)
        fields = dict(edit.fields)
        if fresh:
            fields = self._new(fields, fields.pop(GEOMETRY))
        before = {} if fresh else self._values(edit.subject, seen, parent)
        if before is not None:
            fields = {n: v for n, v in fields.items() if n not in before or before[n] != v}
        if not fields:
            return None
        known = before or {}
        made = Change(
            id=self._id(edit, at, fresh=fresh),
            device=self.caller.device,
            author=self.caller.user,
            hlc=self.tick(),
            kind=edit.kind,
            subject=edit.subject,
            fields={name: (known.get(name), value) for name, value in fields.items()},
            base_version=0 if fresh else seen,
            parent=parent,
            origin=origin,
        )
        self._own[edit.subject] = made
        self._note_step(edit, made)
        return made

    def keep_steps(self) -> None:
        """Write down which change made which version of a branch."""
        if self._steps:
            self.connection.execute(entity_steps.insert(), self._steps)

    # ---- what was seen

    def _seen(self, edit: SiteEdit, parent: str | None) -> int:
        """The central version that the phone had received."""
        about = edit.update
        if parent is not None:
            return version_of(about.trunk_version)
        return version_of(about.trunk_version or about.base_version)

    def _parent(self, edit: SiteEdit) -> str | None:
        own = self._own.get(edit.subject)
        if own is not None:
            return own.id
        about, base = edit.update, version_of(edit.update.base_version)
        trunk = version_of(about.trunk_version)
        if not about.branch_id or base <= trunk:
            return None
        if not trunk and base == 1:
            return _creation(edit.subject)
        query = select(entity_steps.c.change).where(
            entity_steps.c.branch == about.branch_id,
            entity_steps.c.subject == edit.subject,
            entity_steps.c.version == base,
        )
        found = self.connection.execute(query).scalar()
        return str(found) if found else _step(about.branch_id, edit.subject, base)

    def _values(self, site: str, seen: int, parent: str | None) -> dict[str, Value] | None:
        """What the phone showed; ``None`` when that cannot be told."""
        found: dict[str, Value] = {}
        for entry in history(self.connection, site):
            if entry.version <= seen:
                found |= entry.fields
        line: list[Mapping[str, Any]] = []
        while parent is not None:
            own = next((c for c in self._own.values() if c.id == parent), None)
            own = own or self._stored(parent)
            if own is None:
                return None
            line.append({name: pair[1] for name, pair in own.fields.items()})
            parent = own.parent
        for fields in reversed(line):
            found |= fields
        return found

    def _stored(self, change: str) -> Change | None:
        query = select(changes.c.change).where(changes.c.id == change)
        text = self.connection.execute(query).scalar()
        return Change.from_json(json.loads(text)) if text else None

    # ---- ids

    def _id(self, edit: SiteEdit, at: int, *, fresh: bool) -> str:
        about = edit.update
        wanted = ""
        if fresh:
            wanted = _creation(edit.subject)
        elif about.branch_id:
            base = version_of(about.base_version)
            wanted = _step(about.branch_id, edit.subject, base + 1)
        query = select(changes.c.id).where(changes.c.id == wanted)
        taken = any(c.id == wanted for c in self._own.values())
        if wanted and not taken and self.connection.execute(query).first() is None:
            return wanted
        # Another submission claims the same step: both are kept, the merge tells them apart.
        return import_id("change", None, {"instanceID": self._instance, "at": at})

    def _note_step(self, edit: SiteEdit, made: Change) -> None:
        about = edit.update
        version = version_of(about.base_version) + 1
        key = (about.branch_id, edit.subject, version)
        if not about.branch_id or any(
            (s["branch"], s["subject"], s["version"]) == key for s in self._steps
        ):
            return
        query = select(entity_steps.c.change).where(
            entity_steps.c.branch == about.branch_id,
            entity_steps.c.subject == edit.subject,
            entity_steps.c.version == version,
        )
        if self.connection.execute(query).first() is None:
            names = ("branch", "subject", "version")
            self._steps.append({**dict(zip(names, key, strict=True)), "change": made.id})

    # ---- new sites

    def _new(self, values: dict[str, Value], place: Value) -> dict[str, Value]:
        from jdz_field.geo.counties import county_at  # noqa: PLC0415 - loads GEOS and PROJ
        from jdz_field.geo.geometry import anchor  # noqa: PLC0415 - loads GEOS

        point = anchor(str(place))
        if values.get("county_code") is None and point is not None:
            values["county_code"] = county_at(*point)
        values |= {
            "code": values.get("code") or self._number(values.get("county_code")),
            "status": "provisional",
            "provisional": True,
            GEOMETRY: place,
        }
        return {name: value for name, value in values.items() if value is not None}

    def _number(self, county: Value) -> str:
        """A provisional number, as tablets give them: county, LS, four signs, running number."""
        short = sha256(self.caller.device.encode())[:4].upper()
        begin = f"{county or _CITY}LS{short}"
        query = select(subjects.c.code).where(subjects.c.code.startswith(begin, autoescape=True))
        known = {*self.connection.execute(query).scalars(), *self._numbers}
        running = 1
        while f"{begin}{running:03d}" in known:
            running += 1
        self._numbers.add(f"{begin}{running:03d}")
        return f"{begin}{running:03d}"


def _creation(subject: str) -> str:
    return import_id("change", None, {"creates": subject})


def _step(branch: str, subject: str, version: int) -> str:
    return import_id("change", None, {"branch": branch, "subject": subject, "version": version})
