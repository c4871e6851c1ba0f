"""The plain case, by far the most frequent: one change of fields that nothing is open about.

It gives what ``merge_fields`` gives, without its intermediate objects, and says no to whatever
is not plain: then nothing was done, and the change goes the long way.
"""

from __future__ import annotations

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import Change, Outcome, Value
from jdz_field.sync.merge_types import (
    DELETED,
    FIELD_ROLES,
    GUEST,
    MERGED_INTO,
    Fate,
    FieldState,
    Subject,
)
from jdz_field.sync.merge_work import Work, same

#: Fields that bring about more than their own value.
_FAR = frozenset({DELETED, MERGED_INTO, "code"})


def merge_plain(work: Work, change: Change, role: str) -> bool:
    """Merge a change that has no parent, if it is plain; whether it was."""
    subject = work.subjects.get(change.subject)
    if subject is None or not _fits(work, change, subject, role):
        return False
    number = work.next_version(subject)
    reason = "merged" if subject.version > change.base_version else None
    fates: dict[str, Fate] = {}
    values: dict[str, FieldState] = {}
    for name, (base, value) in change.fields.items():
        if not _plain(work, subject, name, value, role):
            return False
        state = subject.fields.get(name)
        if same(state.value if state else None, value):
            version = (state.version if state else 0) or subject.version
            fates[name] = Fate(Outcome.ALREADY, base, value, change.base_version, version)
        elif state is not None and state.version > change.base_version:
            return False
        else:
            fates[name] = Fate(Outcome.APPLIED, base, value, change.base_version, number, reason)
            values[name] = FieldState(value, number, change.id)
    if values:
        head = {
            "decision": None,
            "device": change.device,
            "author": change.author,
            "hlc": change.hlc,
        }
        work.write(subject, values, by=change, head=head)
    work.add(change, role, subject.id, fates)
    return True


def _fits(work: Work, change: Change, subject: Subject, role: str) -> bool:
    """Whether change and subject are such that only their fields remain to be looked at."""
    return (
        change.parent is None
        and role != GUEST
        and subject.version > 0
        and subject.kind == change.kind
        and subject.kind in SITE_KINDS
        and change.base_version <= work.could_know(subject)
        and not work.conflicts_of(subject.id)
        and change.id not in work.known
        and not subject.value(MERGED_INTO)
        and not subject.deleted
    )


def _plain(work: Work, subject: Subject, name: str, value: Value, role: str) -> bool:
    kind, rules = subject.kind, work.rules
    return (
        name not in _FAR
        and rules.codes(kind, name) is None
        and not (role in FIELD_ROLES and rules.controlled(kind, name))
        and rules.problem(kind, name, value) is None
        and not work.held(subject.id, name, Outcome.PROPOSED)
    )
