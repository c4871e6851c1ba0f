"""``report households``: who lives at geohazard points, as a list for print and for Excel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.cards import Cards, no_households
from jdz_field.operations.households import Household, households_in
from jdz_field.operations.report_common import (
    Cancelled,
    Issue,
    Progress,
    Written,
    check,
    marks_of,
    moment_of,
    put,
    put_pages,
    suffix_of,
)
from jdz_field.reports.tables import set_tables
from jdz_field.reports.typeset import Format
from jdz_field.reports.workbook import Head, Marks, Table, workbook
from jdz_field.store.project import Project

SUFFIXES = (".xlsx", ".pdf", ".png")


@dataclass(frozen=True, slots=True)
class HouseholdsRequest:
    """Of which points; where names are left out, heads, members and telephones stay empty."""

    sites: tuple[Site, ...]
    issue: Issue = field(default_factory=Issue)


@dataclass(frozen=True, slots=True)
class HouseholdsMade:
    """The list before it is a file: a table a point, and how many households."""

    tables: tuple[Table, ...]
    marks: Marks
    made: datetime
    count: int
    told: tuple[str, ...]


def write_households(
    project: Project,
    out: Path,
    request: HouseholdsRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Written:
    """Write the list to ``out``: .xlsx (a sheet a point), .pdf, or .png (a file a page).

    Raises:
        BadUsage: another suffix, a day to come.
        BadInput: no point is named, one is none; nothing says who lives at any of them.
        Unavailable: the disk, a file that is open elsewhere, no font with Chinese signs.
        Stopped: ``cancelled`` said so; nothing was written.
    """
    privacy = request.issue.privacy
    plain = out.with_name(out.name.removesuffix(".age")) if privacy.closed else out
    suffix = suffix_of(plain, SUFFIXES)
    made = households_made(project, request, progress=progress, cancelled=cancelled)
    pages = rendered(made, suffix)
    check(cancelled)

    def work(target: Path) -> tuple[Path, ...]:
        if suffix == ".png":
            return put_pages(target, pages)
        put(target, pages[0])
        return (target,)

    files, left = privacy.write(out, work)
    return Written((left,) if privacy.closed else files, made.count, made.told)


def rendered(made: HouseholdsMade, suffix: str) -> list[bytes]:
    """The bytes: one file, or one a page for .png."""
    if suffix == ".xlsx":
        return [workbook(made.tables, made.marks, made=made.made)]
    form: Format = "png" if suffix == ".png" else "pdf"
    return set_tables(made.tables, made.marks, made=made.made, form=form)


def households_made(
    project: Project,
    request: HouseholdsRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> HouseholdsMade:
    """The list of a moment. Raises as ``write_households``, but for the disk."""
    if not request.sites:
        raise BadInput(_("No site is chosen; choose at least one."))
    made = moment_of(request.issue.day, project.now())
    source = Cards(project, made)
    hidden = request.issue.privacy.leave_out
    tables, without, count = [], [], 0
    for number, site in enumerate(request.sites):
        check(cancelled)
        if progress is not None:
            progress(number, len(request.sites))
        then = source.site(site)
        houses = households_in(source.surveys.get(then.id))
        count += len(houses)
        if houses:
            tables.append(_table(then, houses, hidden=hidden))
        else:
            without.append(then)
    if not tables:
        raise BadInput(no_households(without[0].name))
    told = [] if hidden else [_("The list names persons and their telephones.")]
    if without:
        words = _("{n} points have no households and got no list.")
        told.append(words.format(n=len(without)))
    marks = marks_of(project, request.issue, made, request.sites, maps=False)
    return HouseholdsMade(tuple(tables), marks, made, count, tuple(told))


def _table(site: Site, houses: Sequence[Household], *, hidden: bool) -> Table:
    people = [house.count for house in houses]
    known = [number for number in people if number is not None]
    title = _("Threatened households: {site}").format(site=site.name or site.code)
    notes = []
    if len(known) < len(people):
        words = _("{column}: not known of {n} households, which the total leaves out.")
        notes.append(words.format(column=_("People"), n=len(people) - len(known)))
    said = (("threatened_households", len(houses)), ("threatened_people", sum(known)))
    notes += _against(site, said)
    return Table(
        name=site.code or site.name,
        title=title,
        heads=_heads(),
        rows=[_row(house, hidden=hidden) for house in houses],
        lines=[f"{site.code}    {site.fields.get('town') or ''}"],
        totals=["", _("Total"), sum(known) if known else None, *([""] * 6)],
        notes=notes,
    )


def _against(site: Site, said: Sequence[tuple[str, int]]) -> list[str]:
    """Where the list and the ledger give other figures: said, not settled."""
    told = []
    for name, count in said:
        stated = site.fields.get(name)
        if isinstance(stated, int) and not isinstance(stated, bool) and stated != count:
            words = {
                "threatened_households": _("The ledger says {n} households, the list has {m}."),
                "threatened_people": _("The ledger says {n} people, the list has {m}."),
            }[name]
            told.append(words.format(n=stated, m=count))
    return told


def _heads() -> list[Head]:
    return [
        Head(_("No."), 5, number=True),
        Head(_("Head"), 10),
        Head(_("People"), 7, number=True),
        Head(_("Phone"), 14, number=True),
        Head(_("House"), 10),
        Head(_("Address"), 24),
        Head(_("Where from the hazard"), 20),
        Head(_("Family"), 34, optional=True),
        Head(_("Asked on"), 12, number=True),
    ]


def _row(house: Household, *, hidden: bool) -> list[Any]:
    members = _("; ").join(
        " ".join(filter(None, (m.name, m.sex, "" if m.age is None else str(m.age))))
        for m in house.family
    )
    return [
        house.number,
        None if hidden else house.head or None,
        house.count,
        None if hidden else house.phone or None,
        house.building or None,
        house.address or None,
        house.relation or None,
        None if hidden else members,
        house.day,
    ]
