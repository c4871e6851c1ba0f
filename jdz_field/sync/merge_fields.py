"""Field by field: what one folded chain of changes does to its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jdz_field.core.changes import ATTACHMENT, RECORD, Change, Outcome, Value
from jdz_field.sync.merge_after import after_write
from jdz_field.sync.merge_types import (
    DELETED,
    FIELD_ROLES,
    GUEST,
    REVIEW,
    ConflictType,
    Fate,
    FieldState,
    Rival,
    Subject,
)
from jdz_field.sync.merge_work import Work, is_record, same


@dataclass(frozen=True, slots=True)
class Edit:
    """What a chain does to one field.

    Attributes:
        links: the changes of the chain that set it; the last one's value counts.
        base: value before the first link.
        ground: effective base, a version of the subject.
        ancestor: id and fate of the nearest earlier change that set it.
    """

    name: str
    links: tuple[Change, ...]
    base: Value
    value: Value
    ground: int
    ancestor: tuple[str, Fate] | None = None

    @property
    def change(self) -> Change:
        """The change whose value counts."""
        return self.links[-1]


@dataclass(frozen=True, slots=True)
class Setting:
    """Under what terms the edits of a chain are merged.

    Attributes:
        origin: first change of the chain.
        tail: last change of the chain; the new version names it.
        role: role of the author.
        head: device, author, hlc and decision of the version to be written.
        moved: whether the subject has versions that the author had not seen.
        redirected: whether the subject is the winner of a duplicate that the author edited.
        override: fields whose rules the office has lifted.
    """

    origin: Change
    tail: Change
    role: str
    head: Mapping[str, Any]
    moved: bool = False
    redirected: bool = False
    override: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of an edit; ``place`` is type and field of its conflict."""

    outcome: Outcome
    value: Value = None
    reason: str | None = None
    version: int | None = None
    place: tuple[ConflictType, str] | None = None


def merge_edits(work: Work, subject: Subject, edits: Sequence[Edit], setting: Setting) -> None:
    """Judge every edit, write one new version if any applies, note what became of each."""
    edits = (*edits, *_lifted(work, subject, edits, setting))
    reasons = _reasons(work, subject, edits, setting)
    verdicts = [(e, _judge(work, subject, e, setting, reasons.get(e.name))) for e in edits]
    number = work.next_version(subject)
    values = {
        edit.name: FieldState(_stored(work, subject, edit, verdict.value), number, edit.change.id)
        for edit, verdict in verdicts
        if verdict.outcome is Outcome.APPLIED
    }
    if values:
        if is_record(subject) and subject.version == 0:
            values[REVIEW] = FieldState("received", number)
        work.write(subject, values, by=setting.tail, head=setting.head)
    for edit, verdict in verdicts:
        _note(work, subject, edit, verdict, setting)
    if values:
        after_write(work, subject.id, values, setting.tail)


def _stored(work: Work, subject: Subject, edit: Edit, value: Value) -> Value:
    follows_site = subject.kind in (RECORD, ATTACHMENT) and edit.name == "site"
    return work.resolve(value) if follows_site and isinstance(value, str) else value


def _reasons(
    work: Work, subject: Subject, edits: Sequence[Edit], setting: Setting
) -> dict[str, str]:
    """Reason codes of the edits that are to be quarantined."""
    reasons: dict[str, str] = {}
    for edit in edits:
        reason = work.rules.problem(subject.kind, edit.name, edit.value)
        fixed = is_record(subject) and subject.version > 0
        if reason is None and fixed and not same(edit.value, subject.value(edit.name)):
            reason = "record_fixed"
        if reason and edit.name not in setting.override:
            reasons[edit.name] = reason
    named = {edit.name for edit in edits}
    for edit in edits:
        for source in work.rules.follows(subject.kind, edit.name):
            if edit.name in reasons or edit.name in setting.override:
                continue
            if source in reasons or (
                source not in named and _quarantined(work, setting.origin, source)
            ):
                reasons[edit.name] = f"held:{source}"
    return reasons


def _quarantined(work: Work, origin: Change, source: str) -> bool:
    found = work.ancestor(origin, source)
    return found is not None and _is_open(found[1], Outcome.QUARANTINED)


def _is_open(fate: Fate, *outcomes: Outcome) -> bool:
    return fate.replaced_by is None and fate.outcome in outcomes


def _lifted(work: Work, subject: Subject, edits: Sequence[Edit], setting: Setting) -> list[Edit]:
    """Held values that come free because a good value replaces the one they were held with."""
    named = {edit.name for edit in edits}
    freed = {e.name for e in edits if _replaces_bad(work, subject, e, setting)}
    found: list[Edit] = []
    for source in sorted(freed):
        for change, name, fate in _held_with(work, subject, source):
            if name not in named:
                named.add(name)
                found.append(Edit(name, (change,), fate.base, fate.value, fate.ground))
    return found


def _replaces_bad(work: Work, subject: Subject, edit: Edit, setting: Setting) -> bool:
    if edit.name in setting.override:
        return True
    bad = edit.ancestor is not None and _is_open(edit.ancestor[1], Outcome.QUARANTINED)
    return bad and work.rules.problem(subject.kind, edit.name, edit.value) is None


def _held_with(work: Work, subject: Subject, source: str) -> list[tuple[Change, str, Fate]]:
    return [
        (known.change, name, fate)
        for known in work.known_of(subject.id)
        for name, fate in known.fates.items()
        if fate.reason == f"held:{source}" and _is_open(fate, Outcome.QUARANTINED)
    ]


def _judge(
    work: Work, subject: Subject, edit: Edit, setting: Setting, reason: str | None
) -> Verdict:
    """The rules of the design, in their order."""
    if reason:
        return Verdict(Outcome.QUARANTINED, reason=reason)
    if _already(work, subject, edit, setting):
        version = subject.field_version(edit.name) or subject.version
        return Verdict(Outcome.ALREADY, version=version)
    if edit.ancestor and (place := work.rival_place(subject.id, edit.ancestor[0], edit.name)):
        return Verdict(Outcome.CONFLICT, place=(place.type, place.field))
    if _meets_delete(work, subject, edit, setting):
        return Verdict(Outcome.CONFLICT, reason="deleted", place=(ConflictType.DELETE, DELETED))
    return _three_way(work, subject, edit, setting)


def _three_way(work: Work, subject: Subject, edit: Edit, setting: Setting) -> Verdict:
    number = work.next_version(subject)
    value, merged, clash = edit.value, False, False
    if work.rules.codes(subject.kind, edit.name) is None:
        clash = subject.field_version(edit.name) > edit.ground
    else:
        value, merged, clash = _merge_codes(work, subject, edit)
    if clash:
        return Verdict(Outcome.CONFLICT, place=(ConflictType.FIELD, edit.name))
    if merged and equal(work, subject, edit.name, value):
        return Verdict(Outcome.ALREADY, version=subject.field_version(edit.name))
    if setting.role in FIELD_ROLES:
        waits = work.rules.controlled(subject.kind, edit.name)
    else:
        waits = setting.role == GUEST
    if waits and subject.version > 0:
        return Verdict(Outcome.PROPOSED, reason="guest" if setting.role == GUEST else None)
    reason = "merged" if merged or setting.moved else None
    return Verdict(Outcome.APPLIED, value, reason, number)


def equal(work: Work, subject: Subject, name: str, value: Value) -> bool:
    """Whether the central value is this one; code lists in any order, ``deleted`` as yes or no."""
    central = subject.value(name)
    if name == DELETED:
        return bool(central) is bool(value)
    if work.rules.codes(subject.kind, name) is not None:
        return _split(central) == _split(value)
    return same(central, value)


def _already(work: Work, subject: Subject, edit: Edit, setting: Setting) -> bool:
    if setting.redirected and edit.name == DELETED:
        # Deleting the loser of a duplicate is done; it must not delete the winner.
        return True
    # A creation's empty fields say nothing, but its values do even when they equal "not set".
    return subject.version > 0 and equal(work, subject, edit.name, edit.value)


def _split(value: Value) -> frozenset[str]:
    return frozenset(value.split()) if isinstance(value, str) else frozenset()


def _merge_codes(work: Work, subject: Subject, edit: Edit) -> tuple[Value, bool, bool]:
    """Additions and removals put onto the centre's: value, whether merged, whether it clashes."""
    codes = work.rules.codes(subject.kind, edit.name)
    central, base, new = (_split(v) for v in (subject.value(edit.name), edit.base, edit.value))
    if codes is None or central == base:
        return edit.value, False, False
    exclusive = {code.value for code in codes.codes if code.exclusive}
    if exclusive & (central | new):
        return edit.value, False, True
    result = (central - (base - new)) | (new - base)
    order = [code.value for code in codes.codes]
    known = [code for code in order if code in result]
    return " ".join([*known, *sorted(result.difference(order))]), True, False


def ground_of(
    work: Work, change: Change, name: str, subject: Subject, base_version: int
) -> tuple[int, tuple[str, Fate] | None]:
    """Effective base of a field, and the ancestor that it comes from.

    ``base_version`` is what the device had pulled. It is raised to the version at which the
    nearest ancestor's value was applied or equal. An ancestor whose value was not taken keeps
    its own base: its author never showed that what others wrote since was seen.
    """
    found = work.ancestor(change, name)
    if found is None or work.known[found[0]].target != subject.id:
        return base_version, None
    fate = found[1]
    return (max(base_version, fate.version or 0) if fate.settled else fate.ground), found


def _meets_delete(work: Work, subject: Subject, edit: Edit, setting: Setting) -> bool:
    """Delete and update meet, either way round, and the later author had not seen the other."""
    base = 0 if setting.redirected else edit.links[0].base_version

    def unseen(name: str) -> bool:
        ground = ground_of(work, setting.origin, name, subject, base)[0]
        return subject.field_version(name) > ground

    if edit.name != DELETED:
        return subject.deleted and unseen(DELETED)
    return bool(edit.value) and any(unseen(name) for name in subject.fields if name != DELETED)


def _note(work: Work, subject: Subject, edit: Edit, verdict: Verdict, setting: Setting) -> None:
    """Write down what became of an edit, for its links and for what it replaces."""
    change, name = edit.change, edit.name
    for link in edit.links:
        known = work.known.get(link.id)
        fate = Fate(
            verdict.outcome,
            edit.base,
            link.fields[name][1],
            edit.ground,
            verdict.version,
            verdict.reason,
            None if link is change else change.id,
        )
        work.add(link, known.role if known else setting.role, subject.id, {name: fate})
    old = edit.ancestor[0] if edit.ancestor and _replaceable(edit.ancestor[1]) else None
    if old and (place := work.rival_place(subject.id, old, name)):
        work.drop_rival(place, old, name, last=verdict.place is None)
    if verdict.place:
        rival = Rival(change.id, name, edit.value, edit.base, change.author, change.device)
        work.add_rival(verdict.place[0], (subject, verdict.place[1]), rival)
    if old:
        work.replace_fate(old, name, change.id)
        work.settle(change.id, name, verdict.outcome, verdict.version, verdict.reason)


def _replaceable(fate: Fate) -> bool:
    return _is_open(fate, Outcome.CONFLICT, Outcome.PROPOSED, Outcome.QUARANTINED)
