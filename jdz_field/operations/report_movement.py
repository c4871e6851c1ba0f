"""``report movement``: the table of changes as a workbook or for print, each number with names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import site_kind
from jdz_field.core.clock import BEIJING, to_text
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.movement import WAYS, Cell, Line, Move, Movement, Story, movement
from jdz_field.operations.report_common import (
    Cancelled,
    Issue,
    Progress,
    Written,
    check,
    end_of,
    marks_of,
    moment_of,
    put,
    put_pages,
    suffix_of,
)
from jdz_field.operations.report_movement_tables import details, in_order, names, summary
from jdz_field.operations.report_state import (
    Wanted,
    begun_words,
    known_kind,
    place_words,
    unsure_words,
)
from jdz_field.reports.tables import set_tables
from jdz_field.reports.typeset import Format
from jdz_field.reports.workbook import Marks, Table, workbook
from jdz_field.store.project import Project

SUFFIXES = (".xlsx", ".pdf", ".png")


@dataclass(frozen=True, slots=True)
class MovementRequest:
    """Which table: the sites, the first day (empty: of the year), whether print lists names too."""

    wanted: Wanted = field(default_factory=Wanted)
    since: str = ""
    issue: Issue = field(default_factory=Issue)
    lists: bool = False


@dataclass(frozen=True, slots=True)
class MovementMade:
    """A table of changes before it is a file; ``lists``: the names of opening and closing."""

    found: Movement
    first: date
    last: datetime
    tables: tuple[Table, ...]
    lists: tuple[Table, ...]
    marks: Marks
    told: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``report movement --json`` prints it: every figure with the numbers of its sites."""
        return {
            "from": self.first.isoformat(),
            "to": self.last.astimezone(BEIJING).date().isoformat(),
            "adds_up": self.found.adds_up,
            "odd": [self.found.sites[one].code or one for one in sorted(self.found.odd)],
            "rows": [
                {"county": cell.county, "town": cell.town, "kind_code": cell.kind}
                | _figures(line, self.found)
                for cell, line in self.found.lines.items()
            ],
            "total": _figures(self.found.total(self.found.lines), self.found),
            "moves": [_move_json(move, self.found) for move in self.found.moves],
            "told": list(self.told),
        }


def _figures(line: Line, found: Movement) -> dict[str, Any]:
    def named(ids: Iterable[str]) -> dict[str, Any]:
        codes = [found.sites[one].code or one for one in ids]
        return {"n": len(codes), "sites": sorted(codes)}

    moved = {way: named(move.site for move in line.moves[way]) for way in WAYS}
    return {"opening": named(line.opening), **moved, "closing": named(line.closing)}


def _move_json(move: Move, found: Movement) -> dict[str, Any]:
    site = found.sites[move.site]
    return {
        "at": move.event.at,
        "way": move.way,
        "code": site.code,
        "name": site.name,
        "county": move.cell.county,
        "town": move.cell.town,
        "kind_code": move.cell.kind,
        "author": move.event.author,
        "origin": move.event.origin,
    }


def write_movement(
    project: Project,
    out: Path,
    request: MovementRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[Written, MovementMade]:
    """Write the table of changes: .xlsx, .pdf, or .png (a file a page).

    Raises:
        BadUsage: another suffix, an unknown kind, a day to come, a period that ends before it
            begins.
        BadInput: no site was in the register at any time of the period.
        Unavailable: the disk, a file that is open elsewhere, no font with Chinese signs.
        Stopped: ``cancelled`` said so; nothing was written.
    """
    suffix = suffix_of(out, SUFFIXES)
    made = movement_made(project, request, progress=progress, cancelled=cancelled)
    pages = rendered(made, suffix, lists=request.lists)
    check(cancelled)
    if suffix == ".png":
        return Written(put_pages(out, pages), len(made.found.moves), made.told), made
    put(out, pages[0])
    return Written((out,), len(made.found.moves), made.told), made


def rendered(made: MovementMade, suffix: str, *, lists: bool = False) -> list[bytes]:
    """The bytes: one file, or one a page for .png. A workbook always lists the names."""
    if suffix == ".xlsx":
        return [workbook([*made.tables, *made.lists], made.marks, made=made.last)]
    form: Format = "png" if suffix == ".png" else "pdf"
    tables = [*made.tables, *(made.lists if lists else ())]
    return set_tables(tables, made.marks, made=made.last, form=form)


def movement_made(
    project: Project,
    request: MovementRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> MovementMade:
    """The table of a period. Raises as ``write_movement``, but for the disk."""
    wanted = request.wanted
    known_kind(wanted.kind)
    last = moment_of(request.issue.day, project.now())
    first = _first_day(request.since, last)
    begin = end_of(first - timedelta(days=1))
    stories, unsure = _stories(project, wanted, to_text(begin), to_text(last))
    check(cancelled)
    if progress is not None:
        progress(1, 2)
    found = movement(stories, to_text(begin), to_text(last), _inside(wanted))
    if not found.lines:
        raise BadInput(
            _("No site of the kind «{kind}» was in the register in that time.").format(
                kind=site_kind(wanted.kind).label
            )
        )
    told = (*_odd_words(found), *unsure_words(unsure), *begun_words(project, begin))
    numbers = {id(move): n for n, move in enumerate(in_order(found), 1)}
    about, kind = _about(wanted, first, last), wanted.kind
    tables = (
        summary(found, kind, about, numbers, told),
        details(project, found, kind, about, numbers),
    )
    lists = tuple(names(found, kind, about, end=end) for end in (False, True))
    sites = (Site(one.id, kind, one.fields) for one in found.sites.values())
    marks = marks_of(project, request.issue, last, sites, maps=False)
    return MovementMade(found, first, last, tables, lists, marks, told)


def _first_day(text: str, last: datetime) -> date:
    """The first day of the period; the year's without one."""
    end = last.astimezone(BEIJING).date()
    if not text:
        return end.replace(month=1, day=1)
    found = moment_of(text, last).astimezone(BEIJING).date()
    if found > end:
        raise BadUsage(
            _("The period begins on {first} and ends on {last}; name an earlier first day.").format(
                first=found, last=end
            )
        )
    return found


def _stories(project: Project, wanted: Wanted, begin: str, end: str) -> tuple[list[Story], int]:
    """What happened to every site that the filter fits at the beginning or at the end."""
    opening, closing = (project.sites_then(one, (wanted.kind,)) for one in (begin, end))
    first, last = ({site.id: site for site in then.sites} for then in (opening, closing))
    courses = project.courses((wanted.kind,), since=begin)
    found = []
    for id_ in sorted({*first, *last}):
        pair = (first.get(id_), last.get(id_))
        if any(site is not None and wanted.fits(site) for site in pair):
            states = [None if site is None else _state(site) for site in pair]
            found.append(Story(id_, states[0], states[1], courses.get(id_)))
    ids = {story.id for story in found}
    return found, len(ids & (opening.unsure | closing.unsure))


def _state(site: Site) -> dict[str, Any]:
    return {**site.fields, "deleted": site.deleted}


def _odd_words(found: Movement) -> list[str]:
    lines = [cell for cell, line in found.lines.items() if not line.adds_up]
    if found.adds_up:
        return []
    names = [found.sites[one].code or found.sites[one].name for one in sorted(found.odd)]
    words = _(
        "It does not add up in {n} lines; what happened to these sites does not lead to where they"
        " stand: {names}."
    )
    return [words.format(n=len(lines), names=_(", ").join(names[:20]) or "—")]


def _about(wanted: Wanted, first: date, last: datetime) -> list[str]:
    day = last.astimezone(BEIJING).date().isoformat()
    period = _("From {first} to {last}").format(first=first.isoformat(), last=day)
    place = _("Place: {place}").format(place=place_words(wanted))
    kind = _("Kind: {kind}").format(kind=site_kind(wanted.kind).label)
    return ["    ".join((period, place, kind))]


def _inside(wanted: Wanted) -> Callable[[Cell], bool]:
    """Whether a line is of the place and kind asked for."""

    def fits(cell: Cell) -> bool:
        pairs = ((wanted.county, cell.county), (wanted.town, cell.town))
        both = (*pairs, (wanted.kind_code, cell.kind))
        return all(not asked or asked == found for asked, found in both)

    return fits
