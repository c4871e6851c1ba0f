"""Which subjects a person sees: by stored county code and kind, in SQL, never by geometry.

What stands under no county yet, or under no kind of site, is seen by whoever sees everything and
by the user whose device brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    and_,
    or_,
    select,
    true,
    tuple_,
)

from jdz_field.central.accounts import Caller
from jdz_field.central.tables import conflicts, subjects, versions
from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import Change
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import canonical_json, sha256
from jdz_field.core.i18n import _

#: Stands for no county and no kind at all: what a question narrows to nothing asks for.
_NONE = frozenset({"-"})
#: Most changes asked for at once; each is two parameters.
_PORTION = 2_000


def within(caller: Caller, kind: Column[Any], county: Column[Any]) -> ColumnElement[bool]:
    """The condition under which a caller sees a subject of this kind in this county."""
    found: list[ColumnElement[bool]] = [true()]
    if caller.counties:
        found.append(county.in_(sorted(caller.counties)))
    if caller.kinds:
        found.append(kind.not_in([one for one in SITE_KINDS if one not in caller.kinds]))
    return and_(*found)


def sees(caller: Caller, table: FromClause, *, old: bool = False) -> ColumnElement[bool]:
    """The condition under which a caller sees a row of ``subjects``, ``versions`` or ``moves``.

    ``old``: as a row of ``moves`` was before.
    """
    before = "old_" if old else ""
    county, about = table.c[f"{before}county"], table.c[f"{before}about"]
    own = table.c.owner == caller.user
    found: list[ColumnElement[bool]] = [true()]
    if caller.counties:
        found.append(or_(county.in_(sorted(caller.counties)), and_(county.is_(None), own)))
    if caller.kinds:
        found.append(or_(about.in_(sorted(caller.kinds)), and_(about.is_(None), own)))
    return and_(*found)


def covers(caller: Caller, county: str | None, about: str | None, owner: str | None) -> bool:
    """The same for one place."""
    own = owner == caller.user
    return all(
        not allowed or (own if value is None else value in allowed)
        for allowed, value in ((caller.counties, county), (caller.kinds, about))
    )


def limited(caller: Caller) -> bool:
    """Whether a person sees less than everything."""
    return bool(caller.counties or caller.kinds)


def narrowed(caller: Caller, counties: Iterable[str], kinds: Iterable[str]) -> Caller:
    """The caller, seeing no more than these too; none given: no narrower."""
    return replace(
        caller,
        counties=_both(caller.counties, frozenset(counties)),
        kinds=_both(caller.kinds, frozenset(kinds)),
    )


def _both(one: frozenset[str], two: frozenset[str]) -> frozenset[str]:
    return (one & two or _NONE) if one and two else one | two


def tag(caller: Caller) -> str:
    """What a caller sees, as a short word: another word, another filter. Empty: everything."""
    if not limited(caller):
        return ""
    told = [sorted(caller.counties), sorted(caller.kinds), caller.user]
    return sha256(canonical_json(told).encode())[:16]


def visible(connection: Connection, caller: Caller | None, ids: Iterable[str]) -> bool:
    """Whether every one of these subjects that is here is seen by the caller."""
    if caller is None or not limited(caller):
        return True
    wanted = subjects.c.id.in_(sorted(ids))
    hidden = select(subjects.c.id).where(wanted, subjects.c.id.not_in(seen_ids(caller)))
    return connection.execute(hidden.limit(1)).first() is None


class Unseen(BadInput):
    """What was named is not the caller's to see; the server says 404."""


def must_see(connection: Connection, caller: Caller | None, ids: Iterable[str]) -> None:
    """``Unseen`` when one of these subjects is here and not the caller's to see."""
    if not visible(connection, caller, ids):
        raise Unseen(_("This is outside your counties or kinds of sites."))


def must_see_everything(caller: Caller | None) -> None:
    """``Unseen`` when the caller is limited to counties or kinds."""
    if caller is not None and limited(caller):
        raise Unseen(_("This is for people of all counties and kinds of sites."))


def narrower(caller: Caller, counties: Iterable[str], kinds: Iterable[str]) -> bool:
    """Whether somebody with these counties and kinds sees no more than the caller."""
    pairs = ((caller.counties, frozenset(counties)), (caller.kinds, frozenset(kinds)))
    return all(not own or (theirs and theirs <= own) for own, theirs in pairs)


def seen_of(caller: Caller | None, subject: Column[Any]) -> ColumnElement[bool]:
    """The condition under which a caller sees the subject that a column names."""
    if caller is None or not limited(caller):
        return true()
    return subject.in_(seen_ids(caller))


def seen_ids(caller: Caller) -> Any:
    """A subquery: ids of the subjects that a caller sees."""
    seen = subjects.alias()
    return select(seen.c.id).where(sees(caller, seen))


def guests(connection: Connection, caller: Caller, pushed: Sequence[Change]) -> frozenset[str]:
    """Ids of the changes whose base their author must not see.

    The base counts, not where the subject stands by now: what was edited before it left goes in.
    New subjects, and what the same person began, are everybody's to send.
    """
    if not limited(caller):
        return frozenset()
    found: set[str] = set()
    for start in range(0, len(pushed), _PORTION):
        part = pushed[start : start + _PORTION]
        hidden = _hidden_bases(connection, caller, part)
        found |= {c.id for c in part if (c.subject, c.base_version) in hidden}
    return frozenset(found)


def _hidden_bases(
    connection: Connection, caller: Caller, part: Sequence[Change]
) -> set[tuple[str, int]]:
    """Pairs of subject and version that are not the caller's to see."""
    pairs = {(c.subject, c.base_version) for c in part}
    known = select(versions.c.subject, versions.c.version, sees(caller, versions).label("seen"))
    at = tuple_(versions.c.subject, versions.c.version).in_(sorted(pairs))
    rows = {(r.subject, r.version): r.seen for r in connection.execute(known.where(at))}
    begun = {subject for subject, _version in pairs - rows.keys()}
    here = or_(sees(caller, subjects), subjects.c.owner == caller.user)
    standing = select(subjects.c.id, here.label("seen")).where(subjects.c.id.in_(sorted(begun)))
    seen = {r.id: r.seen for r in connection.execute(standing)}
    return {pair for pair in pairs if not rows.get(pair, seen.get(pair[0], True))}


def sees_conflict(caller: Caller | None) -> ColumnElement[bool]:
    """The condition under which a caller sees a conflict: both of its subjects, when two."""
    if caller is None or not limited(caller):
        return true()
    seen = seen_ids(caller)
    other = or_(conflicts.c.other.is_(None), conflicts.c.other.in_(seen))
    return and_(conflicts.c.subject.in_(seen), other)
