"""``report ledger``: the register as a table, in an office's columns, for print and for Excel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import Field, site_kind, table
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.ledger.export_profiles import LAT, LON, SERIAL, Column, Profile, profile
from jdz_field.ledger.export_tables import cell_of
from jdz_field.operations.personal import carried
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
from jdz_field.operations.report_state import Listed, Wanted, begun_words, listed, place_words
from jdz_field.reports.tables import set_tables
from jdz_field.reports.typeset import Format
from jdz_field.reports.workbook import Head, Marks, Table, workbook
from jdz_field.store.project import Project

SUFFIXES = (".xlsx", ".pdf", ".png")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
#: Rows between two looks at whether the person wants to stop.
_STEP = 200


@dataclass(frozen=True, slots=True)
class LedgerRequest:
    """Which ledger; ``profile``: name of an export profile, the kind's own without one."""

    wanted: Wanted = field(default_factory=Wanted)
    profile: str = ""
    issue: Issue = field(default_factory=Issue)


@dataclass(frozen=True, slots=True)
class LedgerMade:
    """A ledger before it is a file; ``sites``: what stands in it, ``made``: its moment."""

    table: Table
    marks: Marks
    made: datetime
    sites: tuple[Site, ...]
    told: tuple[str, ...]


def write_ledger(
    project: Project,
    out: Path,
    request: LedgerRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Written:
    """Write the ledger to ``out``: .xlsx, .pdf, or .png (a file a page).

    Raises:
        BadUsage: another suffix, an unknown profile, kind or place, a day to come.
        BadInput: no site is in it.
        Unavailable: the disk, a file that is open elsewhere, no font with Chinese signs.
        Stopped: ``cancelled`` said so; nothing was written.
    """
    plain = out.with_name(out.name.removesuffix(".age")) if request.issue.privacy.closed else out
    suffix = suffix_of(plain, SUFFIXES)
    made = ledger(project, request, progress=progress, cancelled=cancelled)

    def work(target: Path) -> tuple[Path, ...]:
        pages = rendered(made, suffix)
        check(cancelled)
        if suffix == ".png":
            return put_pages(target, pages)
        put(target, pages[0])
        return (target,)

    files, left = request.issue.privacy.write(out, work)
    if request.issue.privacy.closed:
        files = (left,)
    return Written(files, len(made.sites), made.told)


def rendered(made: LedgerMade, suffix: str) -> list[bytes]:
    """The bytes of a ledger: one file, or one a page for .png."""
    if suffix == ".xlsx":
        return [workbook([made.table], made.marks, made=made.made)]
    form: Format = "png" if suffix == ".png" else "pdf"
    return set_tables([made.table], made.marks, made=made.made, form=form)


def ledger(
    project: Project,
    request: LedgerRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> LedgerMade:
    """The ledger of a moment. Raises as ``write_ledger``, but for the disk."""
    issue, wanted = request.issue, request.wanted
    made = moment_of(issue.day, project.now())
    chosen = profile_for(wanted.kind, request.profile)
    found = listed(project, wanted, made)
    if not found.sites:
        raise BadInput(" ".join([nothing_words(wanted, found), *begun_words(project, made)]))
    check(cancelled)
    sites = issue.privacy.sites(found.sites)
    columns = columns_of(wanted.kind, chosen)
    rows = list(_rows(sites, columns, chosen, _Told(progress, cancelled)))
    told = [*found.notes(), carried(shown_of(sites, columns)).sentence()]
    about = _lines(project, wanted, found)
    totals, lacking = _totals(sites, columns)
    made_table = Table(
        name=_title(wanted.kind, chosen),
        title=_title(wanted.kind, chosen),
        heads=[_head(wanted.kind, one) for one in columns],
        rows=rows,
        lines=about,
        totals=totals,
        notes=[*lacking, *found.notes()],
        paper="a3",
    )
    marks = marks_of(project, issue, made, found.sites, maps=False)
    return LedgerMade(made_table, marks, made, tuple(sites), tuple(filter(None, told)))


def nothing_words(wanted: Wanted, found: Listed) -> str:
    """Why there is nothing to list."""
    words = _("No site of the kind «{kind}» is in the register there; nothing was written.")
    told = words.format(kind=site_kind(wanted.kind).label)
    return " ".join([told, *found.notes()])


@dataclass
class _Told:
    progress: Progress | None
    cancelled: Cancelled | None

    def at(self, done: int, total: int) -> None:
        check(self.cancelled)
        if self.progress is not None:
            self.progress(done, total)


def profile_for(kind: str, name: str = "") -> Profile | None:
    """The columns that a kind's ledger has; ``None``: those of ``catalogue/reports.toml``.

    ``BadUsage``: no such profile, or one of another kind.
    """
    known = name or table("reports")["profiles"].get(kind, "")
    found = profile(known) if known else None
    if found is not None and found.kind != kind:
        raise BadUsage(
            _("The profile «{profile}» is for {kind} alone.").format(
                profile=found.name, kind=site_kind(found.kind).label
            )
        )
    return found


def columns_of(kind: str, chosen: Profile | None) -> list[Column]:
    """The columns of a kind's ledger."""
    if chosen is not None:
        return list(chosen.columns)
    fields = site_kind(kind).by_name
    names = table("reports")["columns"][kind]
    own = [Column(fields[name].label, name) for name in names]
    return [Column(_("No."), SERIAL, width=6), *own]


def _title(kind: str, chosen: Profile | None) -> str:
    if chosen is not None:
        return chosen.title.format(city="景德镇市")
    return _("Register: {kind}").format(kind=site_kind(kind).label)


def _head(kind: str, column: Column) -> Head:
    known = site_kind(kind).by_name.get(column.field)
    number = column.field in (SERIAL, LON, LAT) or bool(
        known and known.type in ("integer", "decimal", "date", "code")
    )
    optional = column.field in table("reports")["optional"]
    return Head(column.head, column.width, number, optional=optional)


def _lines(project: Project, wanted: Wanted, found: Listed) -> list[str]:
    place = _("Place: {place}").format(place=place_words(wanted))
    count = _("Sites: {n}").format(n=f"{len(found.sites):,}")
    office = _("Compiled from: {project}").format(project=project.name)
    return ["    ".join((place, count, office))]


def _rows(
    sites: Sequence[Site], columns: Sequence[Column], chosen: Profile | None, told: _Told
) -> Iterator[list[Any]]:
    labels = chosen is None or not chosen.raw
    for number, site in enumerate(sites, 1):
        if number % _STEP == 1:
            told.at(number - 1, len(sites))
        yield [_cell(site, one, number, labels=labels) for one in columns]
    told.at(len(sites), len(sites))


def _cell(site: Site, column: Column, number: int, *, labels: bool) -> Any:
    own: dict[str, Callable[[], Any]] = {
        SERIAL: lambda: number,
        LON: lambda: None if site.lon is None else round(site.lon, 9),
        LAT: lambda: None if site.lat is None else round(site.lat, 9),
    }
    if column.value:
        return column.value
    if column.field in own:
        return own[column.field]()
    known = site_kind(site.kind).by_name[column.field]
    return _dated(known, cell_of(known, site.fields.get(column.field), labels=labels))


def _dated(known: Field, value: Any) -> Any:
    if known.type == "date" and isinstance(value, str) and _DATE.fullmatch(value):
        return date.fromisoformat(value)
    return value if value != "" else None


def shown_of(sites: Sequence[Site], columns: Sequence[Column]) -> Iterator[Site]:
    """The sites with the fields alone that the table shows."""
    names = {one.field for one in columns}
    for site in sites:
        yield replace(site, fields={n: v for n, v in site.fields.items() if n in names})


def _totals(sites: Sequence[Site], columns: Sequence[Column]) -> tuple[list[Any], list[str]]:
    """The last line, and what it could not add up."""
    sums, notes = set(table("reports")["sums"]), []
    totals: list[Any] = []
    for one in columns:
        if one.field not in sums:
            totals.append(None)
            continue
        values = [site.fields.get(one.field) for site in sites]
        known = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
        total = round(sum(known), 4) if known else None
        totals.append(int(total) if isinstance(total, float) and total.is_integer() else total)
        if len(known) < len(values):
            words = _("{column}: not known of {n} sites, which the total leaves out.")
            notes.append(words.format(column=one.head, n=len(values) - len(known)))
    if not any(value is not None for value in totals):
        return [], notes
    name = 1 if len(totals) > 1 else 0
    totals[name] = _("Total")
    return totals, notes
