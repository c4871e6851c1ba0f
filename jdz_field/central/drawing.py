"""Draws at the centre: records for a second look, sites and inspectors by lot; each on record.

A draw is an entry of the audit log (append-only, hash-chained): who drew when, from which list
(its size and fingerprint), by which seed, what came out. Whoever has the list can draw it again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from jdz_field.central import tasks
from jdz_field.central.accounts import Caller
from jdz_field.central.audit import note
from jdz_field.central.feed import EVERYTHING
from jdz_field.central.office import Office
from jdz_field.central.scope import limited, sees
from jdz_field.central.tables import audit, subjects, users
from jdz_field.central.worlds import subject_of
from jdz_field.core.catalogue import SITE_KINDS, code_list
from jdz_field.core.changes import RECORD
from jdz_field.core.clock import BEIJING
from jdz_field.core.drawing import draw, fingerprint, pair, share_of
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.tasks import Task
from jdz_field.sync.merge_types import Subject

RECORDS, SITES = "records", "sites"
#: The act under which the audit log has them.
ACT = "draw"
#: Most things in one draw, most names for one, most draws in a list, longest texts.
_MOST, _EACH, _LISTED, _LONG = 1_000, 5, 200, 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to draw.

    Attributes:
        what: ``records`` or ``sites``.
        kind: kind of site that it is, or that a record is about; empty: all.
        form: of records, the form's id; empty: all.
        county: code; empty: all that the caller sees.
        since, until: of records, days on which they were finished, ``YYYY-MM-DD``, both counted.
        count: how many, or ``share``: percent of the list.
        inspectors: names from which ``each`` are drawn for every item; one can have many.
        seed: a word that was agreed on before; empty: a fresh one of 128 bits.
        task, due: of sites, the form and the last day of a task for each first inspector.
        why: what the draw is for.
    """

    what: str = RECORDS
    kind: str = ""
    form: str = ""
    county: str = ""
    since: str = ""
    until: str = ""
    count: int = 0
    share: str = ""
    inspectors: tuple[str, ...] = ()
    each: int = 1
    seed: str = ""
    task: str = ""
    due: str = ""
    why: str = ""


def make(
    office: Office, wanted: Wanted, caller: Caller | None = None, *, who: str = "office"
) -> dict[str, Any]:
    """Draw, and write down what was drawn. ``BadUsage``, ``BadInput``: what it asks makes no sense.

    Answers ``seed``, ``population``, ``fingerprint``, ``drawn`` (each with ``inspectors``),
    ``tasks`` (how many were given).
    """
    _check(wanted)
    with office.database.write() as connection:
        _known(connection, wanted)
        rows = _population(connection, wanted, caller or EVERYTHING)
        if not rows:
            raise BadInput(_("There is nothing to draw from; ask for less of it."))
        told = _draw(wanted, rows)
        note(connection, office.now, who, ACT, **asdict(wanted) | told)
    given = _give(office, wanted, told["drawn"], who) if wanted.task else 0
    return told | {"tasks": given}


def made(office: Office, caller: Caller | None = None) -> list[dict[str, Any]]:
    """The draws so far, the newest first, each with who drew it and when.

    Whoever is limited to counties or kinds sees their own.
    """
    query = select(audit).where(audit.c.act == ACT).order_by(audit.c.id.desc()).limit(_LISTED)
    if caller is not None and limited(caller):
        query = query.where(audit.c.who == caller.user)
    with office.database.read() as connection:
        return [
            {"id": row.id, "at": row.at, "by": row.who, **json.loads(row.what)}
            for row in connection.execute(query)
        ]


def _check(wanted: Wanted) -> None:
    if wanted.what not in (RECORDS, SITES):
        raise BadUsage(_("Draw records or sites."))
    _check_listed(wanted.kind, SITE_KINDS)
    _check_listed(wanted.county, [code.value for code in code_list("county").codes])
    if bool(wanted.count) is bool(wanted.share) or not 0 <= wanted.count <= _MOST:
        raise _how_many()
    fewer = wanted.inspectors and wanted.each > len(set(wanted.inspectors))
    if fewer or not 1 <= wanted.each <= _EACH:
        raise BadUsage(_("There are fewer inspectors than each item shall have."))
    if wanted.task and (wanted.what != SITES or not wanted.due):
        raise BadUsage(_("A task goes with drawn sites, and needs its last day."))
    if any(len(text) > _LONG for text in (wanted.seed, wanted.why)):
        raise BadUsage(_("A text is longer than {n} letters.").format(n=_LONG))
    for day in filter(None, (wanted.since, wanted.until, wanted.due)):
        _check_day(day)


def _check_listed(value: str, known: Sequence[str]) -> None:
    if value and value not in known:
        raise BadUsage(
            _("{value} is not known; one of: {known}.").format(value=value, known=", ".join(known))
        )


def _check_day(day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise BadInput(_("«{day}» is no day; write 2026-11-30.").format(day=day)) from error


def _how_many() -> BadUsage:
    return BadUsage(
        _("Say how many to draw: a number up to {n}, or a share in percent.").format(n=_MOST)
    )


def _known(connection: Connection, wanted: Wanted) -> None:
    known = set(connection.execute(select(users.c.name)).scalars())
    for name in wanted.inspectors:
        if name not in known:
            raise BadInput(_("There is no user {name}.").format(name=name))


def _population(connection: Connection, wanted: Wanted, caller: Caller) -> dict[str, Subject]:
    """The list drawn from: living sites, or records that were not rejected, by id."""
    conditions: list[ColumnElement[bool]] = [~subjects.c.deleted, sees(caller, subjects)]
    if wanted.what == RECORDS:
        conditions += [subjects.c.kind == RECORD, subjects.c.review != "rejected"]
    else:
        conditions += [subjects.c.kind.in_(SITE_KINDS), subjects.c.merged_into.is_(None)]
    if wanted.kind:
        conditions.append(subjects.c.about == wanted.kind)
    if wanted.county:
        conditions.append(subjects.c.county == wanted.county)
    query = select(subjects).where(*conditions).order_by(subjects.c.id)
    found = (subject_of(row) for row in connection.execute(query))
    return {one.id: one for one in found if wanted.what == SITES or _fits(wanted, one)}


def _fits(wanted: Wanted, record: Subject) -> bool:
    day = _day(record.value("finished"))
    return (
        wanted.form in ("", record.value("form"))
        and (not wanted.since or day >= wanted.since)
        and (not wanted.until or day <= wanted.until)
    )


def _day(finished: object) -> str:
    """The day in Beijing on which a record was finished."""
    try:
        moment = datetime.fromisoformat(str(finished))
    except ValueError:
        return ""
    local = moment.astimezone(BEIJING) if moment.tzinfo else moment
    return local.date().isoformat()


def _draw(wanted: Wanted, rows: dict[str, Subject]) -> dict[str, Any]:
    seed = wanted.seed or secrets.token_hex(16)
    try:
        count = wanted.count or share_of(len(rows), wanted.share)
    except ValueError as error:
        raise _how_many() from error
    drawn = draw(rows, seed, min(count, _MOST))
    return {
        "seed": seed,
        "population": len(rows),
        "fingerprint": fingerprint(rows),
        "drawn": [
            _told(rows[one]) | {"inspectors": pair(one, wanted.inspectors, seed, wanted.each)}
            for one in drawn
        ],
    }


def _told(one: Subject) -> dict[str, str]:
    names = ("code", "name", "county_code", "form", "site", "author", "finished")
    told = {name: str(one.value(name) or "") for name in names}
    return {"id": one.id, "kind": one.kind, **{name: text for name, text in told.items() if text}}


def _give(office: Office, wanted: Wanted, drawn: list[dict[str, Any]], who: str) -> int:
    template = Task("", "", wanted.task, wanted.due, wanted.why, "")
    for one in drawn:
        first = one["inspectors"][0] if one["inspectors"] else ""
        tasks.give(office, replace(template, site=one["id"], assignee=first), who=who)
    return len(drawn)
