"""The plan's progress as rows: what can be chosen, towns, years, records, entered figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jdz_field.core.clock import from_text, local_text
from jdz_field.core.i18n import _, pick
from jdz_field.core.plan import plan
from jdz_field.core.progress_words import figure, flag_words, note_words, reason_words
from jdz_field.operations.progress_phrases import (
    place_words,
    quantity_words,
    share_words,
    stated_unit,
    target_words,
    unit_words,
    verdict_words,
)
from jdz_field.ui.rows import Row
from jdz_field.ui.values import NOTHING, joined

Told = Mapping[str, Any]
#: Keys of rows of the list at the left that are no single thing.
DOUBTS, ASIDE = "d:", "a:"


def index_rows(found: Told) -> Iterator[Row]:
    """The list at the left: indicators, programmes, projects, what does not fit."""
    yield Row("h:i", _("Indicators"), heading=True)
    yield from map(_indicator, found["indicators"])
    yield Row("h:p", _("Programmes"), heading=True)
    yield from map(_programme, found["programmes"])
    yield Row("h:m", _("Projects"), heading=True)
    yield from map(project_row, found["projects"])
    yield Row("h:o", _("What does not fit"), heading=True)
    title = _("Where the plan contradicts itself")
    yield Row(DOUBTS, title, right=f"{len(found['doubts'])}")
    left = len(found["aside"]) + len(found["waiting"])
    yield Row(ASIDE, _("Records that do not count"), right=f"{left}")


def _indicator(line: Told) -> Row:
    words = {
        "records": (_("{n} records").format(n=len(line["records"])), "ok"),
        "entered": (_("entered"), "accent"),
        "none": (_("no record") if line["adds_up"] else _("not measured"), ""),
    }
    chip, role = words[line["how"]]
    wanted = f"2025 {target_words(line['2025'])} · 2035 {target_words(line['2035'])}"
    now = f"{figure(line['value'])} {unit_words(line['unit'])}" if line["how"] != "none" else ""
    return Row(
        f"i:{line['no']}",
        f"{line['no']} {pick(line['name'])}",
        joined([now, wanted]),
        chip=chip,
        chip_role=role,
    )


def _programme(line: Told) -> Row:
    parts = [
        f"{pick(q['label'])} {figure(q['done']) or NOTHING}/{figure(q['target'])}"
        for q in line["quantities"]
    ]
    # A share of one of several quantities would say nothing of the programme.
    alone = line["quantities"][0] if len(line["quantities"]) == 1 else None
    share = share_words(alone["done"], alone["target"]) if alone else ""
    return Row(
        f"p:{line['id']}",
        f"{line['id']} {pick(line['name'])}",
        joined(parts),
        right=f"{share} %" if share else "",
        chip=_("look") if line["notes"] else "",
        chip_role="attention",
    )


def project_row(one: Told) -> Row:
    """A project with its money in short."""
    spent = figure(one["spent"]) or NOTHING
    planned = figure(one["planned"]) or NOTHING
    money = _("{spent} of {planned} × 10⁴ yuan spent").format(spent=spent, planned=planned)
    return Row(
        f"m:{one['id']}",
        joined([one["programme"], one["name"] or one["code"] or one["id"]]),
        joined([money, place_words(one["county"], one["town"])]),
        chip=_("look") if one["notes"] else "",
        chip_role="attention",
    )


def town_rows(quantity: Told) -> list[Row]:
    """Done by township; the key is ``t:`` and a number."""
    return [
        _cell(f"t:{n}", place_words(one["county"], one["town"]), one, quantity)
        for n, one in enumerate(quantity["towns"])
    ]


def year_rows(quantity: Told) -> list[Row]:
    """Done in all by the end of each year in which something was added; key ``y:`` and a number."""
    found, before = [], None
    for n, one in enumerate(quantity["years"]):
        if one["records"] and one["records"] != before:
            added = _("{n} in this year").format(n=figure(one["added"]))
            found.append(_cell(f"y:{n}", f"{one['year']}", one, quantity, added))
        before = one["records"]
    return found


def _cell(key: str, title: str, cell: Told, quantity: Told, more: str = "") -> Row:
    unit = unit_words(quantity["unit"])
    words = [more, _("accepted {n}").format(n=figure(cell["accepted"]))]
    if cell["drawn"] is not None:
        words.append(
            _("drawn {drawn}, stated {stated}").format(
                drawn=figure(cell["drawn"]), stated=figure(cell["drawn_stated"])
            )
        )
    count = _("{n} records").format(n=len(cell["records"]))
    return Row(key, f"{title}  {figure(cell['done'])} {unit}", joined(words), right=count)


def record_rows(found: Told, ids: Iterable[str]) -> list[Row]:
    """The records behind a figure."""
    return [_record(found["records"][id_]) for id_ in ids if id_ in found["records"]]


def _record(one: Told) -> Row:
    odd = [flag_words(flag) for flag in one["flags"]]
    what = quantity_words(one["programme"], one["quantity"])
    stated = f"{figure(one['stated'])} {stated_unit(one['unit'])}"
    approved = _("approved {when} by {who}").format(
        when=local_text(from_text(one["approved_at"])), who=one["approved_by"]
    )
    return Row(
        one["record"],
        joined([one["name"] or one["code"] or one["site"], one["day"], stated]),
        joined([what, place_words(one["county"], one["town"]), approved, *odd]),
        chip=verdict_words(one["accepted"]),
        chip_role="attention" if odd else "ok" if one["accepted"] else "",
        data=one,
    )


def record_lines(one: Told, unit: str) -> list[str]:
    """A record in full."""
    drawn = {"record": _("outline of the record"), "site": _("outline of the site")}
    found = [
        joined([one["code"], one["name"], place_words(one["county"], one["town"])]),
        _("Day of the visit: {day}").format(day=one["day"]),
        _("Stated: {amount} {unit}").format(
            amount=figure(one["stated"]), unit=stated_unit(one["unit"])
        ),
    ]
    if one["drawn"] is not None:
        origin = drawn.get(one["drawn_from"], "")
        words = _("Drawn: {amount} {unit} ({origin})")
        found.append(words.format(amount=figure(one["drawn"]), unit=unit, origin=origin))
    if one["spent"] is not None:
        found.append(_("Spent in all: {n} × 10⁴ yuan").format(n=figure(one["spent"])))
    return [*found, *map(flag_words, one["flags"]), _("Record {id}").format(id=one["record"])]


def figure_rows(line: Told) -> list[Row]:
    """Values that were entered, the newest first."""
    return [
        Row(
            one["id"],
            f"{one['year']}  {figure(one['value'])} {unit_words(line['unit'])}",
            joined([one["source"], one["document"], one["stated_on"], one["note"]]),
            right=joined([one["entered_by"], local_text(from_text(one["entered"]))]),
            data=one,
        )
        for one in line["figures"]
    ]


def doubt_lines(ids: Iterable[str]) -> list[str]:
    """Contradictions of the plan, each with the plan's words."""
    known = (plan().doubts[id_] for id_ in ids if id_ in plan().doubts)
    return [f"{d.id}  {d.label}" for d in known]


def aside_rows(found: Told) -> list[Row]:
    """Approved records that do not count, and those that wait for review."""
    return [
        Row(
            one["record"],
            joined([one["code"], one["name"]]) or one["site"] or one["record"],
            joined([one["form"], one["record"]]),
            chip=reason_words(one["reason"], one["what"]),
            chip_role="" if one["reason"] == "waiting" else "attention",
        )
        for one in (*found["aside"], *found["waiting"])
    ]


def complaint_lines(notes: Sequence[Told]) -> list[str]:
    """What does not add up."""
    return [note_words(one["code"], one["args"]) for one in notes]
