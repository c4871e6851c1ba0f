"""The office's acts in the database: each one a transaction, a decision row, an audit entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from jdz_field.central.audit import note
from jdz_field.central.listing import REVIEWS
from jdz_field.central.tables import changes, conflicts, decisions, dumps, subjects
from jdz_field.central.worlds import Loader
from jdz_field.central.writing import Delivery, write_merged
from jdz_field.core.changes import ATTACHMENT, RECORD, Outcome, Value
from jdz_field.core.clock import HybridClock, Now, to_text
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.sync.merge import merge
from jdz_field.sync.merge_decide import (
    Decision,
    MovedOn,
    approve,
    decide,
    office_edit,
    reject_value,
    reject_waiting,
    release_value,
)
from jdz_field.sync.merge_types import REVIEW, REVIEW_COMMENT, ConflictType, Merged, World

#: The centre's own device id in the log.
CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Act:
    """An act: who does it and why; the rest is drawn."""

    connection: Connection
    now: Now
    who: str
    why: str

    def decision(self, **how: Any) -> Decision:
        """The decision with a fresh id and stamp."""
        hlc = HybridClock(CENTRE, self.now).tick()
        return Decision(id=new_id(), author=self.who, hlc=hlc, why=self.why, device=CENTRE, **how)

    def write(
        self, name: str, item: str, subject: str | None, decision: Decision, merged: Merged
    ) -> int:
        """Write what the act made; the version of ``subject`` afterwards, 0 for none."""
        at = to_text(self.now())
        write_merged(self.connection, merged, Delivery(at))
        what = {"take": decision.take, "value": decision.value} if decision.conflict else {}
        self.connection.execute(
            decisions.insert().values(
                id=decision.id,
                act=name,
                item=item,
                subject=subject,
                what=dumps(what),
                why=self.why,
                who=self.who,
                at=at,
            )
        )
        note(self.connection, self.now, self.who, name, item=item, why=self.why, **what)
        found = merged.subjects.get(subject or "")
        return found.version if found else 0


def subjects_of(connection: Connection, conflict: str) -> list[str]:
    """The subjects that a conflict is about."""
    query = select(conflicts.c.subject, conflicts.c.other).where(conflicts.c.id == conflict)
    row = connection.execute(query).first()
    return [one for one in row or () if one]


def target_of(connection: Connection, item: str) -> list[str]:
    """The subject of a change (``<change>`` or ``<change>:<field>``) that the office settles."""
    query = select(changes.c.target).where(changes.c.id == item.partition(":")[0])
    return list(connection.execute(query).scalars())


def settle_conflict(
    act: Act,
    conflict: str,
    take: str,
    value: Value = None,
    seen: int | None = None,
    change: str | None = None,
) -> int:
    """Settle a conflict; the subject's new version. ``MovedOn`` when it is not as it was seen."""
    query = select(conflicts).where(conflicts.c.id == conflict)
    row = act.connection.execute(query).first()
    if row is None:
        raise BadInput(
            _("There is no conflict {id}; see central conflicts list.").format(id=conflict)
        )
    followers: tuple[str, ...] = ()
    if row.type == ConflictType.DUPLICATE and take in ("central", "incoming"):
        loser = row.subject if take == "central" else row.other
        followers = _followers(act.connection, loser)
    loader = Loader(act.connection)
    codes = [str(value)] if row.type == ConflictType.DUPLICATE and value else []
    loader.act({row.subject, *([row.other] if row.other else []), *followers}, codes=codes)
    for found in list(loader.conflicts.values()):
        loader.load_subjects({r.value for r in found.rivals if r.field in ("record", "site")})
    decision = act.decision(
        conflict=conflict, take=take, value=value, seen=seen, change=change, followers=followers
    )
    merged = decide(loader.world(), decision)
    return act.write("conflict decide", conflict, row.subject, decision, merged)


def _followers(connection: Connection, site: str) -> tuple[str, ...]:
    query = select(subjects.c.id).where(
        subjects.c.site == site, subjects.c.kind.in_((RECORD, ATTACHMENT))
    )
    return tuple(connection.execute(query.order_by(subjects.c.id)).scalars())


def _split(item: str) -> tuple[str, str]:
    change, _colon, name = item.partition(":")
    if not change or not name:
        raise BadInput(_("{id} is no entry of this list; look at the list again.").format(id=item))
    return change, name


def _settle_value(
    act: Act, name: str, item: str, how: Callable[[World, str, str, Decision], Merged]
) -> dict[str, Any]:
    change, field = _split(item)
    loader = Loader(act.connection)
    world = loader.act((), [change])
    if change not in world.known:
        raise MovedOn(_("{id} is not in this list; look at the list again.").format(id=item))
    decision = act.decision()
    merged = how(world, change, field, decision)
    target = world.known[change].target
    version = act.write(name, item, target, decision, merged)
    fate = (merged.known.get(change) or world.known[change]).fates[field]
    return {"id": item, "outcome": str(fate.outcome), "version": version or None}


def approve_proposal(act: Act, item: str) -> dict[str, Any]:
    """Let a proposal take effect: ``{"id", "outcome", "version"}``."""
    return _settle_value(act, "proposal approve", item, approve)


def reject_proposal(act: Act, item: str) -> dict[str, Any]:
    """Refuse a proposal, with the reason."""

    def refuse(world: World, change: str, field: str, decision: Decision) -> Merged:
        return reject_value(world, change, field, decision, outcome=Outcome.PROPOSED)

    return _settle_value(_with_reason(act), "proposal reject", item, refuse)


def release_quarantined(act: Act, item: str) -> dict[str, Any]:
    """Let a quarantined value through."""
    return _settle_value(act, "quarantine release", item, release_value)


def reject_quarantined(act: Act, item: str) -> dict[str, Any]:
    """Refuse a quarantined value, with the reason."""

    def refuse(world: World, change: str, field: str, decision: Decision) -> Merged:
        return reject_value(world, change, field, decision, outcome=Outcome.QUARANTINED)

    return _settle_value(_with_reason(act), "quarantine reject", item, refuse)


def _with_reason(act: Act) -> Act:
    if not act.why.strip():
        raise BadUsage(_("To refuse something, say why; the person who sent it will read it."))
    return act


def settle_waiting(act: Act, change: str, *, release: bool) -> dict[str, Any]:
    """Let a waiting change go on without what it waits for, or refuse it with a reason."""
    if not release:
        _with_reason(act)
    world = Loader(act.connection).act((), [change])
    if change not in world.known or not world.known[change].waiting:
        raise MovedOn(_("{id} is not in this list; look at the list again.").format(id=change))
    decision = act.decision()
    if release:
        merged = merge(world, [], role="office", released=frozenset({change}))
    else:
        merged = reject_waiting(world, change, decision)
    target = world.known[change].target
    name = "waiting release" if release else "waiting reject"
    version = act.write(name, change, target, decision, merged)
    outcome = merged.known[change].receipt().summary
    return {"id": change, "outcome": outcome, "version": version or None}


def review_record(act: Act, record: str, state: str, comment: str) -> dict[str, Any]:
    """Approve, return or reject a record; a returned one says why."""
    if state not in REVIEWS:
        raise BadUsage(
            _("There is no review state {state}; states: {states}.").format(
                state=state, states=", ".join(REVIEWS)
            )
        )
    if state == "returned" and not comment.strip():
        raise BadUsage(_("A record that is returned needs a comment that says what to correct."))
    values = {REVIEW: state, REVIEW_COMMENT: comment or None}
    version = _edit(act, "record review", record, values, (REVIEW, REVIEW_COMMENT), RECORD)
    return {"id": record, "review": state, "version": version}


def give_number(act: Act, site: str, code: str) -> dict[str, Any]:
    """Give a site its final unified number: ``{"id", "code", "version", "duplicate"}``."""
    if not code.strip():
        raise BadUsage(_("Name the unified number."))
    values: dict[str, Value] = {"code": code.strip(), "provisional": False}
    row = act.connection.execute(select(subjects).where(subjects.c.id == site)).first()
    if row is None or row.kind in (RECORD, ATTACHMENT):
        raise BadInput(_("There is no site {id} at the centre.").format(id=site))
    current = Loader(act.connection)
    current.load_subjects([site])
    if current.subjects[site].value("status") == "provisional":
        values["status"] = "active"
    version = _edit(act, "site number", site, values, (), None, [code.strip()])
    duplicate = select(conflicts.c.id).where(
        conflicts.c.open, conflicts.c.subject == site, conflicts.c.type == "duplicate"
    )
    found = act.connection.execute(duplicate).first()
    return {"id": site, "code": code.strip(), "version": version, "duplicate": bool(found)}


def set_values(act: Act, site: str, values: Mapping[str, Value]) -> dict[str, Any]:
    """Write fields of a site as the office, an old value again for example."""
    codes = [str(values["code"])] if values.get("code") else []
    version = _edit(act, "site edit", site, values, (), None, codes)
    return {"id": site, "version": version}


def _edit(
    act: Act,
    name: str,
    subject: str,
    values: Mapping[str, Value],
    centre_fields: tuple[str, ...],
    kind: str | None,
    codes: list[str] | None = None,
) -> int:
    world = Loader(act.connection).act([subject], codes=codes or [])
    found = world.subjects.get(subject)
    if found is None or (kind and found.kind != kind):
        raise BadInput(_("The centre does not have {id}.").format(id=subject))
    decision = act.decision()
    merged = office_edit(world, subject, values, decision, centre_fields=centre_fields)
    return act.write(name, subject, subject, decision, merged) or found.version
