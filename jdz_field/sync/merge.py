"""The merge: what the centre makes of a push. Pure: the preview runs the same function.

Versions decide, never values or clocks. The changes of one push are folded into chains along
their parents, each chain is judged field by field against the state of its subject
(``merge_fields``), and what a new version brings about is settled at once (``merge_after``).
What the office decides is in ``merge_decide``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jdz_field.core.changes import Change, ChangeReceipt, FieldOutcome, Outcome
from jdz_field.core.hashing import canonical_json
from jdz_field.sync.merge_fields import Edit, Setting, ground_of, merge_edits
from jdz_field.sync.merge_plain import merge_plain
from jdz_field.sync.merge_rules import CatalogueRules, Rules
from jdz_field.sync.merge_types import FIELD_ROLES, GUEST, Fate, Merged, Subject, World
from jdz_field.sync.merge_work import Work


def merge(
    world: World,
    changes: Sequence[Change],
    *,
    role: str,
    rules: Rules | None = None,
    released: frozenset[str] = frozenset(),
    guests: frozenset[str] = frozenset(),
) -> Merged:
    """What a push by a person with this role makes of the world, which stays as it is.

    Changes that the world knows repeat what became of them; the same id with other content is
    refused and told so in its receipt. Waiting changes of the world go on when what they wait for
    is there. ``released`` names waiting changes that the office lets go on without it, ``guests``
    those of the push whose author must not see what they change: every edit is proposed.
    """
    work = Work(world, rules or CatalogueRules())
    fresh: dict[str, Change] = {}
    refused: dict[str, ChangeReceipt] = {}
    for change in changes:
        first = fresh.get(change.id) or _known_change(world, change.id)
        if first is None:
            fresh[change.id] = change
        elif canonical_json(first.to_json()) != canonical_json(change.to_json()):
            refused[change.id] = _other_content(change)
    advance(work, fresh.values(), role, released, guests)
    return work.result(list(dict.fromkeys(c.id for c in changes)), refused)


def _known_change(world: World, change: str) -> Change | None:
    known = world.known.get(change)
    return known.change if known else None


def _other_content(change: Change) -> ChangeReceipt:
    told = FieldOutcome(Outcome.REJECTED, None, "other_content")
    return ChangeReceipt(change.id, change.subject, dict.fromkeys(change.fields, told))


def advance(
    work: Work,
    fresh: Iterable[Change],
    role: str,
    released: frozenset[str] = frozenset(),
    guests: frozenset[str] = frozenset(),
) -> None:
    """Merge new changes, and waiting ones that need wait no longer."""

    def role_of(change: Change) -> str:
        if known := work.known.get(change.id):
            return known.role
        return GUEST if change.id in guests else role

    waiting = [k.change for k in work.known.values() if k.waiting]
    for chain in chains([*fresh, *waiting], released):
        role_in_it = _weakest(map(role_of, chain)) if len(chain) > 1 else role_of(chain[0])
        if len(chain) > 1 or released or not merge_plain(work, chain[0], role_in_it):
            _merge_chain(work, chain, role_in_it, released)


def _weakest(roles: Iterable[str]) -> str:
    """The role that may least: one field role in a chain makes the whole chain a field's."""
    return min(roles, key=lambda r: (r != GUEST, r not in FIELD_ROLES))


def chains(changes: Sequence[Change], released: frozenset[str] = frozenset()) -> list[list[Change]]:
    """The changes folded along their parents: each list goes from a first link to its last.

    A parent's chain comes before its children's, whatever the order of arrival. The second child
    of one parent (a restored device) starts a chain of its own.
    """
    pool = {change.id: change for change in changes}
    chain_of: dict[str, list[Change]] = {}
    found: list[list[Change]] = []
    for change in changes:
        if change.parent is None and change.id not in chain_of:
            chain_of[change.id] = [change]
            found.append(chain_of[change.id])
            continue
        for link in reversed(_unplaced_line(change, pool, chain_of)):
            line = None if link.id in released else chain_of.get(link.parent or "")
            if line is None or line[-1].id != link.parent or line[0].subject != link.subject:
                line = []
                found.append(line)
            line.append(link)
            chain_of[link.id] = line
    return found


def _unplaced_line(
    change: Change, pool: Mapping[str, Change], placed: Mapping[str, Any]
) -> list[Change]:
    """The change and its ancestors in the pool that are not placed yet, youngest first."""
    line: dict[str, Change] = {}
    link: Change | None = change
    while link is not None and link.id not in placed and link.id not in line:
        line[link.id] = link
        link = pool.get(link.parent or "")
    return list(line.values())


def _merge_chain(work: Work, chain: Sequence[Change], role: str, released: frozenset[str]) -> None:
    head, tail = chain[0], chain[-1]
    target = work.resolve(head.subject)
    subject = work.subject(target, head.kind)
    if reason := _must_wait(work, chain, subject, released):
        _set_all(work, chain, role, subject.id, Outcome.WAITING, reason)
    elif reason := _misfit(work, chain, subject):
        _set_all(work, chain, role, subject.id, Outcome.QUARANTINED, reason)
    else:
        setting = Setting(
            origin=head,
            tail=tail,
            role=role,
            head={
                "decision": None,
                "device": tail.device,
                "author": tail.author,
                "hlc": tail.hlc,
            },
            moved=_moved(work, chain, subject),
            redirected=target != head.subject,
        )
        merge_edits(work, subject, _edits(work, chain, subject, setting), setting)


def _must_wait(
    work: Work, chain: Sequence[Change], subject: Subject, released: frozenset[str]
) -> str | None:
    head = chain[0]
    if head.id in released:
        return None
    if head.parent is not None:
        parent = work.known.get(head.parent)
        if parent is None or parent.waiting:
            return "no_parent"
    if subject.id == head.subject and max(c.base_version for c in chain) > work.could_know(subject):
        return "newer_base"
    return None


def _misfit(work: Work, chain: Sequence[Change], subject: Subject) -> str | None:
    """Why a chain cannot be of this subject at all."""
    if any(change.kind != subject.kind for change in chain):
        return "other_kind"
    parent = work.known.get(chain[0].parent or "")
    if parent is not None and parent.change.subject != chain[0].subject:
        return "other_parent"
    return None


def _set_all(
    work: Work,
    chain: Sequence[Change],
    role: str,
    target: str,
    outcome: Outcome,
    reason: str,
) -> None:
    for change in chain:
        known = work.known.get(change.id)
        fates = {
            name: Fate(outcome, base, value, change.base_version, reason=reason)
            for name, (base, value) in change.fields.items()
        }
        if known is None or dict(known.fates) != fates:
            work.add(change, known.role if known else role, target, fates)


def _moved(work: Work, chain: Sequence[Change], subject: Subject) -> bool:
    """Whether others wrote versions between what the author had seen and now."""
    seen = chain[0].base_version
    for known in work.ancestors(chain[0]):
        versions = (f.version or 0 for f in known.fates.values() if f.settled)
        seen = max(seen, *versions, 0)
    return subject.version > seen


def _edits(work: Work, chain: Sequence[Change], subject: Subject, setting: Setting) -> list[Edit]:
    """One edit a field: the first link's base, the last link's value."""
    links: dict[str, list[Change]] = {}
    for change in chain:
        for name in change.fields:
            links.setdefault(name, []).append(change)
    edits = []
    for name, line in links.items():
        # A released change may name versions that never were; it has seen nothing then.
        base = line[0].base_version
        base = 0 if setting.redirected or base > work.could_know(subject) else base
        ground, ancestor = ground_of(work, setting.origin, name, subject, base)
        first = line[0].fields[name][0]
        if ancestor and not ancestor[1].settled and ancestor[1].replaced_by is None:
            first = ancestor[1].base
        value = line[-1].fields[name][1]
        edits.append(Edit(name, tuple(line), first, value, ground, ancestor))
    return edits
