"""The tables of ``report movement``: figures, what is behind each, names at both ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jdz_field.core.catalogue import code_list, site_kind
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.i18n import _
from jdz_field.operations.movement import (
    CLOSED,
    MINUS,
    MOVED_IN,
    MOVED_OUT,
    NEW,
    PLUS,
    REACTIVATED,
    REMOVED,
    WAYS,
    Cell,
    Line,
    Move,
    Movement,
)
from jdz_field.operations.report_common import unknown_words
from jdz_field.reports.workbook import Head, Table
from jdz_field.store.past import Event
from jdz_field.store.project import Project


def in_order(found: Movement) -> list[Move]:
    """The moves as the details list them: line by line, so that a figure's moves are together."""
    return [move for line in found.lines.values() for way in WAYS for move in line.moves[way]]


def way_words(way: str) -> str:
    """What a column of the table is called."""
    return {
        NEW: _("New"),
        REACTIVATED: _("Active again"),
        MOVED_IN: _("Changed into"),
        CLOSED: _("Closed"),
        REMOVED: _("Deleted or merged"),
        MOVED_OUT: _("Changed out of"),
    }[way]


def summary(
    found: Movement,
    kind: str,
    about: list[str],
    numbers: Mapping[int, int],
    told: Sequence[str],
) -> Table:
    """The figures by county, town and kind, with sums and where the details name the sites."""
    label = _labels(kind)
    more, less = _("Increase"), _("Decrease")
    heads = [
        Head(label("county_code"), 12),
        Head(label("town"), 14),
        Head(_("Kind"), 14),
        Head(_("Opening"), 9, number=True),
        *(Head(way_words(way), 9, number=True, group=more) for way in PLUS),
        *(Head(way_words(way), 9, number=True, group=less) for way in MINUS),
        Head(_("Closing"), 9, number=True),
        Head(_("Adds up"), 8, number=True),
        Head(_("Numbers in the details"), 26, optional=True),
    ]
    rows: list[list[Any]] = []
    strong: set[int] = set()
    for county in dict.fromkeys(cell.county for cell in found.lines):
        cells = [cell for cell in found.lines if cell.county == county]
        rows += [_full_row(cell, found.lines[cell], kind, numbers) for cell in cells]
        strong.add(len(rows))
        rows.append([_county(county), _("Subtotal"), "—", *_row(found.total(cells)), ""])
    total = [_("Total"), "—", "—", *_row(found.total(found.lines)), ""]
    rule = _(
        "Opening + new + active again + changed into − closed − deleted or merged − changed out of"
        " = closing. The closing figures are counted at the end of the period, not summed."
    )
    return Table(
        name=_("Table of changes"),
        title=_("Table of changes: {kind}").format(kind=site_kind(kind).label),
        heads=heads,
        rows=rows,
        lines=about,
        totals=total,
        notes=[rule, *told],
        strong=frozenset(strong),
    )


def _labels(kind: str) -> Callable[[str], str]:
    fields = site_kind(kind).by_name
    return lambda name: fields[name].label


def _full_row(cell: Cell, line: Line, kind: str, numbers: Mapping[int, int]) -> list[Any]:
    return [*_cell_words(cell, kind), *_row(line), _named(line, numbers)]


def _row(line: Line) -> list[Any]:
    figures = [len(line.opening), *(len(line.moves[way]) for way in WAYS), len(line.closing)]
    return [*figures, _("yes") if line.adds_up else _("no: {n}").format(n=line.sum)]


def _county(code: str) -> str:
    return code_list("county").label(code) if code else unknown_words()


def _cell_words(cell: Cell, kind: str) -> list[str]:
    codes = site_kind(kind).by_name["kind_code"].code_list()
    kind = codes.label(cell.kind) if codes and cell.kind else cell.kind
    return [_county(cell.county), cell.town or unknown_words(), kind or unknown_words()]


def _named(line: Line, numbers: Mapping[int, int]) -> str:
    """``New 1–3; Closed 4``: where the details name the sites of each figure."""
    told = []
    for way in WAYS:
        own = [numbers[id(move)] for move in line.moves[way]]
        if own:
            span = f"{own[0]}–{own[-1]}" if len(own) > 1 else f"{own[0]}"
            told.append(f"{way_words(way)} {span}")
    return _("; ").join(told)


def details(
    project: Project,
    found: Movement,
    kind: str,
    about: list[str],
    numbers: Mapping[int, int],
) -> Table:
    """Every move: which site, when, why, by whom and by which record."""
    label = _labels(kind)
    heads = [
        Head(_("No."), 5, number=True),
        Head(_("What"), 10),
        Head(_("When"), 17, number=True),
        Head(label("code"), 17, number=True),
        Head(label("name"), 22),
        Head(label("county_code"), 10),
        Head(label("town"), 12),
        Head(_("Kind"), 10),
        Head(_("From or to"), 20, optional=True),
        Head(_("Why"), 14, optional=True),
        Head(_("Entered by"), 9),
        Head(_("By which record"), 24),
    ]
    bases = _Bases(project)
    rows = [
        [
            numbers[id(move)],
            way_words(move.way),
            local_text(from_text(move.event.at)),
            found.sites[move.site].code,
            found.sites[move.site].name,
            *_cell_words(move.cell, kind),
            _("; ").join(_cell_words(move.other, kind)[1:]) if move.other else "",
            _why(move, found),
            move.event.author,
            bases.words(move.event),
        ]
        for move in in_order(found)
    ]
    title = _("Details of the changes")
    return Table(title, title, heads, rows, lines=about)


def _why(move: Move, found: Movement) -> str:
    if move.way != CLOSED:
        return ""
    reason = found.sites[move.site].fields.get("close_reason")
    return code_list("close_reason").label(str(reason)) if reason else unknown_words()


class _Bases:
    """What an event came from, in words: the record, the ledger's file, the decision."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._titles = {form.form_id: form.title for form in project.forms()}

    def words(self, event: Event) -> str:
        way, _colon, what = event.origin.partition(":")
        if way == "form":
            record = self._project.record(what)
            title = self._titles.get(record.form, record.form) if record else ""
            return _("{form}, record {id}").format(form=title or _("Record"), id=what[-12:])
        if way == "import":
            name = self._project.import_name(what)
            return _("ledger «{file}»").format(file=name) if name else _("ledger")
        if way == "decision":
            return _("decision of the office")
        return _("edited by hand")


def names(found: Movement, kind: str, about: list[str], *, end: bool) -> Table:
    """Who stands behind the closing figures (``end``) or the opening ones, line by line."""
    label = _labels(kind)
    heads = [
        Head(_("No."), 6, number=True),
        Head(label("code"), 18, number=True),
        Head(label("name"), 28),
        Head(label("county_code"), 12),
        Head(label("town"), 14),
        Head(_("Kind"), 12),
    ]
    behind = [
        (found.sites[one], cell)
        for cell, line in found.lines.items()
        for one in (line.closing if end else line.opening)
    ]
    rows = [
        [n, site.code, site.name, *_cell_words(cell, kind)]
        for n, (site, cell) in enumerate(behind, 1)
    ]
    title = _("Names at the end") if end else _("Names at the beginning")
    return Table(title, title, heads, rows, lines=about, upright=True)
