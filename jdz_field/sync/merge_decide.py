"""What the office decides: conflicts, proposals, quarantined and waiting changes, its own edits.

Each function takes a world and gives what the act makes of it, as ``merge`` does. An act never
takes a value away: what is refused stays in the log with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jdz_field.core.changes import Change, Outcome, Value
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.i18n import _
from jdz_field.sync.merge import advance
from jdz_field.sync.merge_after import after_write
from jdz_field.sync.merge_fields import Edit, Setting, equal, merge_edits
from jdz_field.sync.merge_rules import CatalogueRules, Rules, hard, reason_text
from jdz_field.sync.merge_types import (
    DELETED,
    MERGED_INTO,
    REVIEW,
    REVIEW_COMMENT,
    Conflict,
    ConflictType,
    FieldState,
    Known,
    Merged,
    Rival,
    Subject,
    World,
)
from jdz_field.sync.merge_work import Work

#: What a decision may take.
TAKES = ("central", "incoming", "base", "value")


class MovedOn(JdzError):
    """What was to be decided is not as it was seen any more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An act of the office.

    Attributes:
        id: UUIDv7.
        author, hlc: who and when; ``why`` in their words.
        conflict: what it decides; ``take`` one of ``TAKES``, ``value`` with ``value``.
        seen: the conflict's revision that was looked at; ``None`` looks at none.
        change: which rival is taken; the newest when not named.
        device: id under which the centre writes.
        followers: ids of the records and attachments of a duplicate's loser.
    """

    id: str
    author: str
    hlc: str
    why: str = ""
    conflict: str = ""
    take: str = "central"
    value: Value = None
    seen: int | None = None
    change: str | None = None
    device: str = "centre"
    followers: tuple[str, ...] = ()

    @property
    def head(self) -> dict[str, Any]:
        """What the versions it writes say of it."""
        return {
            "decision": self.id,
            "device": self.device,
            "author": self.author,
            "hlc": self.hlc,
        }


def decide(world: World, decision: Decision, *, rules: Rules | None = None) -> Merged:
    """Settle a conflict; ``MovedOn`` when it is not as it was seen; ``BadInput``: a bad value."""
    work = Work(world, rules or CatalogueRules())
    conflict = work.conflicts.get(decision.conflict)
    if conflict is None or not conflict.open:
        raise MovedOn(_("This conflict is settled already; look at the list again."))
    if decision.seen is not None and decision.seen != conflict.revision:
        raise MovedOn(_("The conflict has moved on since you saw it; look at it again."))
    if decision.take not in TAKES:
        raise BadInput(_("A decision takes central, incoming, base or a value."))
    _DECIDERS[conflict.type](work, conflict, decision)
    return work.result([], {})


def _incoming(conflict: Conflict, decision: Decision) -> Rival:
    wanted = [r for r in conflict.rivals if decision.change in (None, r.change)]
    if not wanted:
        raise BadInput(
            _("Change {change} is no rival of this conflict.").format(change=decision.change)
        )
    return wanted[-1]


def _close(work: Work, conflict: Conflict) -> None:
    now = work.conflicts[conflict.id]
    if now.open:
        work.put_conflict(replace(now, open=False))


def _office_write(
    work: Work,
    subject_id: str,
    values: Mapping[str, FieldState],
    decision: Decision,
    by: Change | None = None,
) -> int:
    number = work.write(work.subjects[subject_id], values, by=by, head=decision.head)
    after_write(work, subject_id, values, by)
    return number


def _wanted(conflict: Conflict, decision: Decision, central: Value) -> Value:
    match decision.take:
        case "central":
            return central
        case "incoming":
            return _incoming(conflict, decision).value
        case "base":
            return conflict.rivals[-1].base
    return decision.value


def _decide_field(work: Work, conflict: Conflict, decision: Decision) -> None:
    subject, name = work.subjects[conflict.subject], conflict.field
    value = _wanted(conflict, decision, subject.value(name))
    if decision.take == "value" and (reason := work.rules.problem(subject.kind, name, value)):
        raise BadInput(reason_text(reason))
    number = work.next_version(subject)
    stays = equal(work, subject, name, value)
    named = _incoming(conflict, decision).change if decision.take == "incoming" else None
    rivals = sorted(conflict.rivals, key=lambda r: r.change != named)
    taken = [r for r in rivals if _equal_rival(work, subject, r, value)]
    state = FieldState(value, number, taken[0].change if taken else None)
    if stays:
        # The value was never away: whoever built on it has seen what stands here.
        state = subject.fields[name]
    _close(work, conflict)
    for rival in rivals:
        if stays or rival not in taken:
            work.settle(rival.change, rival.field, Outcome.REJECTED, None, decision.why)
        else:
            work.settle(rival.change, rival.field, Outcome.APPLIED, number, None)
    by = work.known[taken[0].change].change if taken and not stays else None
    _office_write(work, subject.id, {name: state}, decision, by)


def _equal_rival(work: Work, subject: Subject, rival: Rival, value: Value) -> bool:
    seen = Subject(subject.id, subject.kind, 1, {rival.field: FieldState(rival.value, 1)})
    return equal(work, seen, rival.field, value)


def _decide_delete(work: Work, conflict: Conflict, decision: Decision) -> None:
    """Deleted or not; edits of others that wait behind a deletion go on when the site lives."""
    subject = work.subjects[conflict.subject]
    gone = bool(_wanted_deleted(conflict, decision, subject))
    revive = decision.take == "incoming" and not gone
    number = work.next_version(subject)
    _close(work, conflict)
    state = FieldState(gone, number)
    if gone == subject.deleted and DELETED in subject.fields:
        state = subject.fields[DELETED]
    for rival in conflict.rivals:
        if rival.field == DELETED:
            taken = bool(rival.value) is gone and gone != subject.deleted
            outcome = Outcome.APPLIED if taken else Outcome.REJECTED
            work.settle(rival.change, DELETED, outcome, number if taken else None, decision.why)
            if taken:
                state = FieldState(gone, number, rival.change)
        elif not revive:
            work.settle(rival.change, rival.field, Outcome.REJECTED, None, decision.why)
    _office_write(work, subject.id, {DELETED: state}, decision)
    if revive:
        for rival in conflict.rivals:
            _merge_held(work, rival.change, rival.field, decision)


def _wanted_deleted(conflict: Conflict, decision: Decision, subject: Subject) -> Value:
    if decision.take != "incoming":
        return _wanted(conflict, decision, subject.deleted)
    rival = _incoming(conflict, decision)
    # An edit or a record for a deleted site asks that it lives.
    return rival.value if rival.field == DELETED else False


def _merge_held(
    work: Work,
    change: str,
    name: str,
    decision: Decision,
    override: frozenset[str] = frozenset(),
) -> None:
    """Merge one field of a known change once more, with the office's right."""
    known = work.known.get(change)
    if known is None or name not in known.fates:
        return
    fate, subject = known.fates[name], work.subjects.get(known.target)
    subject = subject or work.subject(known.target, known.change.kind)
    edit = Edit(name, (known.change,), fate.base, fate.value, fate.ground)
    setting = Setting(
        origin=known.change,
        tail=known.change,
        role="office",
        head=decision.head,
        moved=subject.version > fate.ground,
        redirected=known.target != known.change.subject,
        override=override,
    )
    merge_edits(work, subject, [edit], setting)
    told = work.known[change].fates[name]
    work.settle(change, name, told.outcome, told.version, told.reason)


def _decide_duplicate(work: Work, conflict: Conflict, decision: Decision) -> None:
    """One of two sites with one number wins, or the later one gets a number of its own."""
    if decision.take == "value":
        _renumber(work, conflict, decision)
        return
    if decision.take == "base":
        raise BadInput(_("A duplicate number is settled by central, incoming or another number."))
    winner, loser = str(conflict.other), conflict.subject
    if decision.take == "incoming":
        winner, loser = loser, winner
    _close(work, conflict)
    number = work.next_version(work.subjects[loser])
    gone = {
        MERGED_INTO: FieldState(winner, number),
        DELETED: FieldState(True, number),
    }
    _office_write(work, loser, gone, decision)
    for follower in decision.followers:
        subject = work.subjects[follower]
        moved = {"site": FieldState(winner, work.next_version(subject))}
        _office_write(work, follower, moved, decision)


def _renumber(work: Work, conflict: Conflict, decision: Decision) -> None:
    subject = work.subjects[conflict.subject]
    if not decision.value or equal(work, subject, "code", decision.value):
        raise BadInput(_("Name the number that the later site is to have instead."))
    if reason := work.rules.problem(subject.kind, "code", decision.value):
        raise BadInput(reason_text(reason))
    _close(work, conflict)
    state = FieldState(decision.value, work.next_version(subject))
    _office_write(work, subject.id, {"code": state}, decision)


def _decide_record(work: Work, conflict: Conflict, decision: Decision) -> None:
    """Of two versions that correct one record, one counts; the other is kept as rejected."""
    if decision.take not in ("central", "incoming"):
        raise BadInput(_("Of two versions of a record, take central or incoming."))
    newest = str(_incoming(conflict, decision).value)
    every = [str(conflict.other), *(str(r.value) for r in conflict.rivals)]
    winner = every[0] if decision.take == "central" else newest
    _close(work, conflict)
    for record in every:
        if record != winner and record in work.subjects:
            number = work.next_version(work.subjects[record])
            values = {
                REVIEW: FieldState("rejected", number),
                REVIEW_COMMENT: FieldState(decision.why, number),
            }
            _office_write(work, record, values, decision)


_DECIDERS = {
    ConflictType.FIELD: _decide_field,
    ConflictType.DELETE: _decide_delete,
    ConflictType.DUPLICATE: _decide_duplicate,
    ConflictType.RECORD: _decide_record,
}


def _held_fate(world: World, change: str, name: str, outcome: Outcome) -> Known:
    known = world.known.get(change)
    fate = known.fates.get(name) if known else None
    if known is None or fate is None or fate.outcome is not outcome or fate.replaced_by:
        raise MovedOn(_("This is settled already; look at the list again."))
    return known


def approve(
    world: World, change: str, name: str, decision: Decision, *, rules: Rules | None = None
) -> Merged:
    """Let a proposal take effect; a conflict when the field was changed after its base."""
    _held_fate(world, change, name, Outcome.PROPOSED)
    work = Work(world, rules or CatalogueRules())
    _merge_held(work, change, name, decision)
    return work.result([], {})


def release_value(
    world: World, change: str, name: str, decision: Decision, *, rules: Rules | None = None
) -> Merged:
    """Let a quarantined value through although it breaks a rule, with what was held with it.

    ``BadInput`` when no column could hold it.
    """
    known = _held_fate(world, change, name, Outcome.QUARANTINED)
    work = Work(world, rules or CatalogueRules())
    fate = known.fates[name]
    reason = work.rules.problem(known.change.kind, name, fate.value)
    if reason is None and not hard(str(fate.reason)):
        reason = str(fate.reason)
    # A field that no column could hold then, and that a newer catalogue has now, is no problem.
    if reason is not None and (
        hard(reason) or reason in ("record_fixed", "other_kind", "other_parent")
    ):
        raise BadInput(
            _("This value cannot be let through, only rejected: {reason}").format(
                reason=reason_text(reason)
            )
        )
    _merge_held(work, change, name, decision, frozenset({name}))
    return work.result([], {})


def reject_value(
    world: World,
    change: str,
    name: str,
    decision: Decision,
    *,
    outcome: Outcome,
    rules: Rules | None = None,
) -> Merged:
    """Refuse a proposal or a quarantined value; it stays in the log, with the reason."""
    _held_fate(world, change, name, outcome)
    work = Work(world, rules or CatalogueRules())
    work.settle(change, name, Outcome.REJECTED, None, decision.why)
    return work.result([], {})


def reject_waiting(
    world: World, change: str, decision: Decision, *, rules: Rules | None = None
) -> Merged:
    """Refuse a waiting change; those that waited for it go on."""
    known = world.known.get(change)
    if known is None or not known.waiting:
        raise MovedOn(_("This is settled already; look at the list again."))
    work = Work(world, rules or CatalogueRules())
    for name in known.fates:
        work.settle(change, name, Outcome.REJECTED, None, decision.why)
    advance(work, (), known.role)
    return work.result([], {})


def office_edit(
    world: World,
    subject: str,
    values: Mapping[str, Value],
    decision: Decision,
    *,
    centre_fields: Sequence[str] = (),
    rules: Rules | None = None,
) -> Merged:
    """A new version that the office writes itself: a final number, a review, an old value again.

    ``centre_fields`` are fields that only the centre may set. ``BadInput`` for a bad value.
    """
    work = Work(world, rules or CatalogueRules())
    found = work.subjects[subject]
    for name, value in values.items():
        reason = None if name in centre_fields else work.rules.problem(found.kind, name, value)
        if reason:
            raise BadInput(f"{name}: {reason_text(reason)}")
    number = work.next_version(found)
    states = {
        name: FieldState(value, number)
        for name, value in values.items()
        if not equal(work, found, name, value)
    }
    if states:
        _office_write(work, subject, states, decision)
    return work.result([], {})
