"""What a new central version brings about: settled rivals, duplicates, deleted sites' records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import RECORD, Change, Outcome
from jdz_field.sync.merge_types import (
    DELETED,
    MERGED_INTO,
    Conflict,
    ConflictType,
    FieldState,
    Rival,
    Subject,
)
from jdz_field.sync.merge_work import Work, same


def after_write(
    work: Work, subject_id: str, values: Mapping[str, FieldState], change: Change | None
) -> None:
    """Bring conflicts, proposals and indexes in line with a version that was just written."""
    subject = work.subjects[subject_id]
    for conflict in work.conflicts_of(subject_id):
        _review_conflict(work, conflict, subject, values)
    for name, state in values.items():
        _settle_equal_proposals(work, subject, name, state)
    if subject.kind in SITE_KINDS and {"code", DELETED, MERGED_INTO} & values.keys():
        _find_duplicates(work, subject, change)
    first = all(state.version == subject.version for state in subject.fields.values())
    if subject.kind == RECORD and first and change is not None:
        _place_record(work, subject, change)


def _review_conflict(
    work: Work, conflict: Conflict, subject: Subject, values: Mapping[str, FieldState]
) -> None:
    """The central side moved: whoever looks at the conflict must look again."""
    if conflict.type is ConflictType.DELETE:
        work.put_conflict(conflict)
    elif conflict.type is ConflictType.FIELD and conflict.field in values:
        work.put_conflict(conflict)
        state = values[conflict.field]
        for rival in conflict.rivals:
            if same(rival.value, state.value):
                work.settle(rival.change, rival.field, Outcome.ALREADY, subject.version, None)
                work.drop_rival(work.conflicts[conflict.id], rival.change, rival.field)


def _settle_equal_proposals(work: Work, subject: Subject, name: str, state: FieldState) -> None:
    for change, fate in work.held(subject.id, name, Outcome.PROPOSED):
        if same(fate.value, state.value):
            work.settle(change, name, Outcome.ALREADY, subject.version, None)


def _find_duplicates(work: Work, subject: Subject, change: Change | None) -> None:
    for conflict in work.conflicts_of(subject.id):
        if conflict.type is ConflictType.DUPLICATE and not _still_duplicate(work, conflict):
            work.put_conflict(replace(conflict, open=False))
    code = subject.value("code")
    if not isinstance(code, str) or not code or subject.deleted or subject.value(MERGED_INTO):
        return
    key = (subject.kind, code)
    if subject.id not in work.numbers.get(key, ()):
        work.numbers[key] = (*work.numbers.get(key, ()), subject.id)
    holders = work.number_holders(subject.kind, code, but=subject.id)
    known = {h for c in work.conflicts_of(subject.id) for h in (c.subject, c.other)}
    if holders and not known.intersection(holders):
        _open_duplicate(work, subject, holders[0], change)


def _open_duplicate(work: Work, subject: Subject, other: str, change: Change | None) -> None:
    rival = Rival(
        change.id if change else subject.id,
        "site",
        subject.id,
        None,
        change.author if change else "",
        change.device if change else "",
    )
    work.add_rival(ConflictType.DUPLICATE, (subject, "code"), rival, other)


def _still_duplicate(work: Work, conflict: Conflict) -> bool:
    one, two = work.subjects.get(conflict.subject), work.subjects.get(conflict.other or "")
    living = [s for s in (one, two) if s and not s.deleted and not s.value(MERGED_INTO)]
    return len(living) == 2 and living[0].value("code") == living[1].value("code")


def _place_record(work: Work, record: Subject, change: Change) -> None:
    """A record for a deleted site asks whether the site lives; two of one predecessor, which."""
    rival = Rival(change.id, "record", record.id, None, change.author, change.device)
    site = work.subjects.get(str(record.value("site") or ""))
    if site and site.deleted:
        work.add_rival(ConflictType.DELETE, (site, DELETED), rival)
    before = record.value("replaces")
    if not isinstance(before, str) or not before:
        return
    others = [s for s in work.successors.get(before, ()) if s != record.id]
    work.successors[before] = (*others, record.id)
    if others:
        place = (work.subject(before, RECORD), "replaces")
        work.add_rival(ConflictType.RECORD, place, rival, others[0])
