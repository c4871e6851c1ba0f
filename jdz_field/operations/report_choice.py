"""What a person chooses at a window of reports, made into a preview or a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jdz_field.core.clock import from_text, to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations import (
    ledger_report,
    report_cards,
    report_households,
    report_movement,
    report_record,
    report_record_files,
)
from jdz_field.operations.cards import Cards, no_households
from jdz_field.operations.personal import KEEP, Carried, Privacy, carried
from jdz_field.operations.photo_sensitive import BLUR
from jdz_field.operations.progress import project_progress
from jdz_field.operations.progress_document import marks_of, write_progress
from jdz_field.operations.progress_tables import Tables
from jdz_field.operations.report_common import Cancelled, Issue, Progress, Written, moment_of
from jdz_field.operations.report_state import Wanted, listed
from jdz_field.reports.tables import set_tables
from jdz_field.reports.workbook import Table
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

WORK, HOUSEHOLD, HOUSEHOLDS = "work", "household", "households"
RECORD, LEDGER, MOVEMENT = "record", "ledger", "movement"
#: How far the restoration plan has come.
PLAN = "plan"
#: Reports in the order of their use; those of one kind of site alone.
REPORTS = (WORK, HOUSEHOLD, HOUSEHOLDS, RECORD, LEDGER, MOVEMENT, PLAN)
OF_POINTS = (WORK, HOUSEHOLD, HOUSEHOLDS)
ONE_RECORD, SITE, LIST, ALL = "record", "site", "list", "all"
#: How much of a batch or table a preview shows.
_CARDS, _ROWS = 3, 40
_MANY = 1 << 40


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for.

    Attributes:
        what: one of ``REPORTS``.
        scope: ``record`` (``record``), ``site`` (``site``), ``list`` (``query``), ``all``.
        record, site: ids.
        query: the list's filter.
        kind: kind of site of a ledger or table of changes.
        since: first day of a table of changes.
        every: every record of a site, not the newest alone.
        issue: day, map number, names.
        sensitive: what becomes of sensitive photos.
        county, town: only of these, when everything is chosen.
    """

    what: str = WORK
    scope: str = ALL
    record: str = ""
    site: str = ""
    query: SiteQuery | None = None
    kind: str = "geohazard"
    since: str = ""
    every: bool = False
    issue: Issue = field(default_factory=Issue)
    sensitive: str = BLUR
    county: str = ""
    town: str = ""


def suffixes(what: str) -> tuple[str, ...]:
    """The formats of a report, the one for print first."""
    return {
        RECORD: (".pdf", ".docx"),
        LEDGER: (".pdf", ".xlsx"),
        MOVEMENT: (".pdf", ".xlsx"),
        PLAN: (".pdf", ".xlsx"),
        HOUSEHOLDS: (".pdf", ".xlsx"),
    }.get(what, (".pdf",))


def write_choice(
    project: Project,
    out: Path,
    choice: Choice,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Written:
    """Write what is chosen to ``out``; errors of the report's own writer."""
    makers: dict[str, Callable[[_Order], Written]] = {
        PLAN: _plan_written,
        HOUSEHOLDS: _households_written,
        RECORD: _records_written,
        LEDGER: _ledger_written,
        MOVEMENT: _movement_written,
    }
    order = _Order(project, out, choice, progress, cancelled)
    return makers.get(choice.what, _cards_written)(order)


@dataclass(frozen=True)
class _Order:
    """What is written, where to, and who hears how far it is."""

    project: Project
    out: Path
    choice: Choice
    progress: Progress | None
    cancelled: Cancelled | None


def _cards_written(o: _Order) -> Written:
    sites = _sites(o.project, o.choice)
    request = report_cards.CardRequest(sites, o.choice.what, o.choice.issue)
    return report_cards.write_cards(
        o.project, o.out, request, progress=o.progress, cancelled=o.cancelled
    ).written


def _households_written(o: _Order) -> Written:
    request = report_households.HouseholdsRequest(_sites(o.project, o.choice), o.choice.issue)
    return report_households.write_households(
        o.project, o.out, request, progress=o.progress, cancelled=o.cancelled
    )


def _records_written(o: _Order) -> Written:
    request = _record_request(o.project, o.choice)
    return report_record_files.write_records(
        o.project, o.out, request, progress=o.progress, cancelled=o.cancelled
    )


def _ledger_written(o: _Order) -> Written:
    request = _ledger_request(o.project, o.choice)
    return ledger_report.write_ledger(
        o.project, o.out, request, progress=o.progress, cancelled=o.cancelled
    )


def _movement_written(o: _Order) -> Written:
    request = _movement_request(o.project, o.choice)
    return report_movement.write_movement(
        o.project, o.out, request, progress=o.progress, cancelled=o.cancelled
    )[0]


def _plan_written(o: _Order) -> Written:
    found = _plan(o.project, o.choice)
    return Written(tuple(write_progress(found, o.out)), len(found["records"]))


def preview(project: Project, choice: Choice, cancelled: Cancelled | None = None) -> list[bytes]:
    """The beginning of what is chosen, a PNG a page; errors as ``write_choice``.

    Names stand in it as they would in the file; it is never encrypted.
    """
    shown = replace(choice, issue=replace(choice.issue, privacy=_unclosed(choice)))
    makers: dict[str, Callable[[Project, Choice, Cancelled | None], list[bytes]]] = {
        HOUSEHOLDS: _households_seen,
        RECORD: _record_seen,
        LEDGER: _ledger_seen,
        MOVEMENT: _movement_seen,
        PLAN: _plan_seen,
    }
    return makers.get(choice.what, _cards_seen)(project, shown, cancelled)


def named_in(project: Project, choice: Choice) -> Carried:
    """Whom the file would name: nobody for tables of changes and of the plan."""
    if choice.what in (MOVEMENT, PLAN):
        return Carried(0, ())
    if choice.what == RECORD:
        return Carried(len(_record_request(project, choice).ids), (_("answers of records"),))
    if choice.what in (HOUSEHOLD, HOUSEHOLDS):
        return Carried(len(_sites(project, choice)), (_("heads of households"), _("families")))
    if choice.what == LEDGER:
        wanted = _ledger_request(project, choice).wanted
        made = moment_of(choice.issue.day, project.now())
        columns = ledger_report.columns_of(wanted.kind, ledger_report.profile_for(wanted.kind))
        return carried(ledger_report.shown_of(listed(project, wanted, made).sites, columns))
    return carried(_sites(project, choice))


def _unclosed(choice: Choice) -> Privacy:
    privacy = choice.issue.privacy
    return replace(KEEP, leave_out=privacy.leave_out)


# ---- which
def _sites(project: Project, choice: Choice) -> tuple[Site, ...]:
    """The points chosen; of the register without a choice."""
    if choice.scope == SITE:
        found = project.site(choice.site)
        return (found,) if found is not None else ()
    if choice.scope == LIST and choice.query is not None:
        query = replace(choice.query, order="code")
        sites = project.search(query, limit=_MANY)
        return tuple(one for one in sites if one.kind == "geohazard")
    made = moment_of(choice.issue.day, project.now())
    wanted = Wanted("geohazard", county=choice.county, town=choice.town)
    return listed(project, wanted, made).sites


def _wanted(project: Project, choice: Choice) -> Wanted:
    if choice.scope == SITE:
        return Wanted(choice.kind, ids=frozenset({choice.site}), closed=True)
    if choice.scope == LIST and choice.query is not None:
        sites = project.search(choice.query, limit=_MANY)
        return Wanted(choice.kind, ids=frozenset(one.id for one in sites))
    return Wanted(choice.kind, county=choice.county, town=choice.town)


def _ledger_request(project: Project, choice: Choice) -> ledger_report.LedgerRequest:
    return ledger_report.LedgerRequest(_wanted(project, choice), issue=choice.issue)


def _movement_request(project: Project, choice: Choice) -> report_movement.MovementRequest:
    wanted = _wanted(project, choice)
    return report_movement.MovementRequest(wanted, choice.since, choice.issue)


def _record_request(project: Project, choice: Choice) -> report_record.RecordRequest:
    ids = records_of(project, choice)
    return report_record.RecordRequest(ids, choice.issue, choice.sensitive)


def records_of(project: Project, choice: Choice) -> tuple[str, ...]:
    """Ids of the records that are chosen."""
    return (choice.record,) if choice.scope == ONE_RECORD else _records(project, choice)


def _records(project: Project, choice: Choice) -> tuple[str, ...]:
    """The newest record of each site chosen, or every one; replaced versions are none."""
    made = moment_of(choice.issue.day, project.now())
    found = project.records_then(to_text(made))
    replaced = {one.replaces for one in found}
    if choice.scope == SITE:
        wanted = {choice.site}
    elif choice.scope == LIST and choice.query is not None:
        wanted = {one.id for one in project.search(choice.query, limit=_MANY)}
    else:
        wanted = {one.site for one in found if one.site}
    kept: list[str] = []
    seen: set[str] = set()
    for one in found:
        if one.site not in wanted or one.id in replaced:
            continue
        if choice.every or one.site not in seen:
            kept.append(one.id)
        seen.add(str(one.site))
    return tuple(kept)


# ---- previews
def _cards_seen(project: Project, choice: Choice, cancelled: Cancelled | None) -> list[bytes]:
    del cancelled
    made = moment_of(choice.issue.day, project.now())
    source, sites = Cards(project, made, choice.issue.map_number), _sites(project, choice)
    if not sites:
        raise BadInput(_("No site is chosen; choose at least one."))
    cards: list[dict[str, object]] = []
    for site in sites:
        personal = not choice.issue.privacy.leave_out
        cards += source.of(site, choice.what, personal=personal)
        if len(cards) >= _CARDS:
            break
    if not cards:
        raise BadInput(no_households(sites[0].name))
    request = report_cards.CardRequest(sites, choice.what, choice.issue)
    return report_cards.rendered(project, request, cards[:_CARDS], made, "png")


def _record_seen(project: Project, choice: Choice, cancelled: Cancelled | None) -> list[bytes]:
    request = _record_request(project, choice)
    request = replace(request, ids=request.ids[:1])
    made = report_record.sheets(project, request, cancelled=cancelled)
    return report_record_files.rendered(project, request, made, ".png")


def _ledger_seen(project: Project, choice: Choice, cancelled: Cancelled | None) -> list[bytes]:
    made = ledger_report.ledger(project, _ledger_request(project, choice), cancelled=cancelled)
    return set_tables(_begun([made.table]), made.marks, made=made.made, form="png")


def _movement_seen(project: Project, choice: Choice, cancelled: Cancelled | None) -> list[bytes]:
    request = _movement_request(project, choice)
    made = report_movement.movement_made(project, request, cancelled=cancelled)
    return set_tables(_begun(made.tables), made.marks, made=made.last, form="png")


def _households_seen(project: Project, choice: Choice, cancelled: Cancelled | None) -> list[bytes]:
    request = report_households.HouseholdsRequest(_sites(project, choice), choice.issue)
    made = report_households.households_made(project, request, cancelled=cancelled)
    return set_tables(_begun(made.tables[:1]), made.marks, made=made.made, form="png")


def _plan(project: Project, choice: Choice) -> Mapping[str, Any]:
    return project_progress(project, moment_of(choice.issue.day, project.now()))


def _write_plan(project: Project, out: Path, choice: Choice) -> Written:
    found = _plan(project, choice)
    return Written(tuple(write_progress(found, out)), len(found["records"]))


def _plan_seen(project: Project, choice: Choice, cancelled: Cancelled | None) -> list[bytes]:
    del cancelled
    found = _plan(project, choice)
    tables = _begun(Tables(found).all()[:2])
    return set_tables(tables, marks_of(found), made=from_text(found["until"]), form="png")


def _begun(tables: Sequence[Table]) -> list[Table]:
    """The beginning of long tables; their sums are of the whole."""
    more = _("… {n} more rows in the file")
    return [
        one
        if len(one.rows) <= _ROWS
        else replace(
            one,
            rows=one.rows[:_ROWS],
            notes=[more.format(n=len(one.rows) - _ROWS), *one.notes],
        )
        for one in tables
    ]
