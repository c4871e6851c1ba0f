"""The report of the plan's progress as tables, for a workbook and for print.

Every figure names its records by their number in the list of records, the last table but two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from jdz_field.core.catalogue import code_list
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.i18n import _, pick
from jdz_field.core.money import SOURCES, STEPS, added
from jdz_field.core.progress_words import (
    figure,
    flag_words,
    note_words,
    reason_words,
    source_words,
    step_words,
)
from jdz_field.operations.progress_phrases import (
    OF_MONEY,
    OF_PROJECTS,
    Told,
    binding_words,
    doubt_texts,
    doubts_of,
    drawn_words,
    indicator_words,
    mean_words,
    place_words,
    programme_notes,
    quantity_words,
    share_words,
    stated_unit,
    target_words,
    unit_words,
    verdict_words,
    years_of,
)
from jdz_field.reports.workbook import Head, Table


class Tables:
    """The tables of one report."""

    def __init__(self, found: Told) -> None:
        self.found = found
        self._numbers = {id_: n for n, id_ in enumerate(found["records"], 1)}

    def all(self) -> list[Table]:
        """Every table, in the order of the report; empty ones are left out."""
        made = [
            self.indicators(),
            self.quantities(),
            self.towns(),
            self.years(),
            self.money(),
            self.projects(),
            self.money_of_towns(),
            self.records(),
            self.aside(),
            self.doubts(),
        ]
        return [one for one in made if one.rows]

    def _behind(self, ids: Iterable[str]) -> str:
        return _runs(sorted(self._numbers[id_] for id_ in ids if id_ in self._numbers))

    def _lines(self) -> list[str]:
        until = local_text(from_text(self.found["until"]))
        found = [_("As of {moment} (Beijing)").format(moment=until)]
        counties = [code_list("county").label(one) for one in self.found["counties"]]
        if counties:
            found.append(_("Only: {counties}").format(counties=_(", ").join(counties)))
        if not self.found["whole"]:
            found.append(
                _("This device lacks what was overwritten since; ask the centre for this day.")
            )
        if self.found["waiting"]:
            n = len(self.found["waiting"])
            found.append(_("{n} records wait for review and do not count yet.").format(n=n))
        return found

    # ---- the plan's account

    def indicators(self) -> Table:
        """The 16 indicators of 专栏 3-1."""
        heads = [
            Head(_("No."), 5, number=True),
            Head(_("Indicator"), 30),
            Head(_("Unit"), 9, optional=True),
            Head(_("Binding or expected"), 10),
            Head("2020", 9, number=True, optional=True),
            Head("2025", 9, number=True),
            Head("2035", 9, number=True),
            Head(_("Now"), 11, number=True, optional=True),
            Head(_("Whence"), 30),
            Head(_("Records"), 10, optional=True),
            Head(_("Remarks"), 34, optional=True),
        ]
        rows = [
            [
                line["no"],
                pick(line["name"]),
                unit_words(line["unit"]),
                binding_words(line["binding"]),
                figure(line["base"]),
                target_words(line["2025"]),
                target_words(line["2035"]),
                figure(line["value"]),
                indicator_words(line),
                self._behind(line["records"]),
                "; ".join(self._remarks(line)),
            ]
            for line in self.found["indicators"]
        ]
        title = _("Progress of the restoration plan 2021–2035")
        return Table(_("Indicators"), title, heads, rows, self._lines())

    def _remarks(self, line: Told) -> Iterable[str]:
        yield pick(line["meaning"])
        if line["mean"]:
            yield mean_words(line["mean"])
        if line["drawn"] is not None:
            yield _("by outlines {drawn}").format(drawn=figure(line["drawn"]))
        if line["mines"] is not None and line["mines"] != len(line["records"]):
            yield _("{n} mines by their own number").format(n=line["mines"])
        yield from doubts_of(line)

    def quantities(self) -> Table:
        """Done against target of every quantity of the twelve programmes."""
        heads = [
            Head(_("Programme"), 20),
            Head(_("Places in the plan"), 24, optional=True),
            Head(_("Years"), 10),
            Head(_("Quantity"), 20),
            Head(_("Unit"), 9),
            Head(_("Target"), 9, number=True),
            Head(_("Done"), 9, number=True, optional=True),
            Head("%", 7, number=True, optional=True),
            Head(_("Accepted"), 9, number=True, optional=True),
            Head(_("Drawn (stated)"), 14, number=True, optional=True),
            Head(_("Records"), 10, optional=True),
            Head(_("What does not fit"), 34, optional=True),
        ]
        rows = [
            [
                f"{p['id']} {pick(p['name'])}" if n == 0 else p["id"],
                "、".join(p["where"]) if n == 0 else "",
                "–".join(map(str, years_of(p, q))),
                pick(q["label"]),
                unit_words(q["unit"]),
                ("≈" if q["about"] else "") + figure(q["target"]),
                figure(q["done"]),
                share_words(q["done"], q["target"]),
                figure(q["accepted"]),
                drawn_words(q),
                self._behind(q["records"]),
                "; ".join(self._odd(p, n == 0)),
            ]
            for p in self.found["programmes"]
            for n, q in enumerate(p["quantities"])
        ]
        title = _("Programmes: done against target")
        return Table(_("Programmes"), title, heads, rows, self._lines())

    def _odd(self, programme: Told, first: bool) -> Iterable[str]:
        if first:
            yield from programme_notes(programme)
            yield from doubts_of(programme)

    def towns(self) -> Table:
        """What was done, by township."""
        heads = [
            Head(_("Programme"), 20),
            Head(_("Quantity"), 22),
            Head(_("County and town"), 20),
            Head(_("Unit"), 9),
            Head(_("Done"), 10, number=True),
            Head(_("Accepted"), 10, number=True),
            Head(_("Drawn (stated)"), 16, number=True, optional=True),
            Head(_("Records"), 14),
        ]
        rows = [
            [
                p["id"], pick(q["label"]), place_words(t["county"], t["town"]),
                unit_words(q["unit"]), figure(t["done"]), figure(t["accepted"]), drawn_words(t),
                self._behind(t["records"]),
            ]
            for p in self.found["programmes"]
            for q in p["quantities"]
            for t in q["towns"]
        ]  # fmt: skip
        return Table(_("By town"), _("Done by township"), heads, rows, self._lines())

    def years(self) -> Table:
        """What was done in all by the end of each year, and in the year."""
        heads = [
            Head(_("Programme"), 20),
            Head(_("Quantity"), 22),
            Head(_("Year"), 8, number=True),
            Head(_("Unit"), 9),
            Head(_("In the year"), 12, number=True),
            Head(_("In all"), 12, number=True),
            Head(_("Accepted in all"), 12, number=True),
            Head(_("Records"), 16, optional=True),
        ]
        rows = [
            [
                p["id"], pick(q["label"]), y["year"], unit_words(q["unit"]), figure(y["added"]),
                figure(y["done"]), figure(y["accepted"]), self._behind(y["records"]),
            ]
            for p in self.found["programmes"]
            for q in p["quantities"]
            for y, before in zip(q["years"], [None, *q["years"]], strict=False)
            if y["records"] and (before is None or y["records"] != before["records"])
        ]  # fmt: skip
        return Table(_("By year"), _("Done by year of the visit"), heads, rows, self._lines())

    # ---- money

    def money(self) -> Table:
        """Each programme's money: the plan's, and what its projects have."""
        heads = [Head(_("Programme"), 20), Head(_("In the plan"), 12, number=True), *_money_heads()]
        rows = [
            [
                f"{p['id']} {pick(p['name'])}",
                figure(p["money"]),
                *_money_cells(p["funds"]),
            ]
            for p in self.found["programmes"]
        ]
        title = _("Money by programme (10⁴ yuan)")
        whole = _all_together(self.found["money"]["programmes"])
        total = [_("All"), figure(self.found["money"]["plan"]), *_money_cells(whole)]
        notes = doubt_texts(self.found, OF_MONEY)
        return Table(_("Money"), title, heads, rows, self._lines(), totals=total, notes=notes)

    def projects(self) -> Table:
        """Each project with its money, its performance and its document."""
        heads = [
            Head(_("Programme"), 9, optional=True),
            Head(_("Project"), 24),
            Head(_("County and town"), 18),
            Head(_("Budget"), 10, number=True, optional=True),
            *_money_heads(),
            Head(_("Performance"), 18, optional=True),
            Head(_("Document"), 18, optional=True),
            Head(_("What does not add up"), 30, optional=True),
        ]
        rows = [
            [
                one["programme"], f"{one['code']} {one['name']}".strip() or one["id"],
                place_words(one["county"], one["town"]), figure(one["budget"]),
                *_money_cells(one), one["performance"], one["document"],
                "; ".join(note_words(n["code"], n["args"]) for n in one["notes"]),
            ]
            for one in self.found["projects"]
        ]  # fmt: skip
        title = _("Projects and their money (10⁴ yuan)")
        notes = doubt_texts(self.found, OF_PROJECTS)
        return Table(_("Projects"), title, heads, rows, self._lines(), paper="a3", notes=notes)

    def money_of_towns(self) -> Table:
        """Money of projects by township."""
        heads = [Head(_("County and town"), 22), *_money_heads()]
        rows = [
            [place_words(one["county"], one["town"]), *_money_cells(one)]
            for one in self.found["money"]["towns"]
        ]
        title = _("Money by township (10⁴ yuan)")
        return Table(_("Money by town"), title, heads, rows, self._lines())

    # ---- what lies behind

    def records(self) -> Table:
        """The records behind the figures."""
        heads = [
            Head(_("No."), 5, number=True),
            Head(_("Site"), 26),
            Head(_("County and town"), 18),
            Head(_("Day"), 11),
            Head(_("Of what"), 14, optional=True),
            Head(_("Stated"), 12, number=True),
            Head(_("In the plan's unit"), 12, number=True),
            Head(_("Drawn"), 10, number=True, optional=True),
            Head(_("Verdict"), 10, optional=True),
            Head(_("Approved"), 24),
            Head(_("What is odd"), 28, optional=True),
            Head(_("Record"), 38),
        ]
        rows = [self._record(n, one) for n, one in enumerate(self.found["records"].values(), 1)]
        title = _("The records behind the figures")
        return Table(_("Records"), title, heads, rows, self._lines())

    def _record(self, number: int, one: Told) -> Sequence[Any]:
        return [
            number,
            f"{one['code']} {one['name']}".strip() or one["site"],
            place_words(one["county"], one["town"]),
            one["day"],
            quantity_words(one["programme"], one["quantity"]),
            f"{figure(one['stated'])} {stated_unit(one['unit'])}",
            figure(one["amount"]),
            figure(one["drawn"]),
            verdict_words(one["accepted"]),
            f"{one['approved_by']} {local_text(from_text(one['approved_at']))}",
            "; ".join(map(flag_words, one["flags"])),
            one["record"],
        ]

    def aside(self) -> Table:
        """Approved records that do not count, and why."""
        heads = [Head(_("Site"), 30), Head(_("Record"), 38), Head(_("Why it does not count"), 50)]
        rows = [
            [
                f"{one['code']} {one['name']}".strip() or one["site"] or "—",
                one["record"],
                reason_words(one["reason"], one["what"]),
            ]
            for one in self.found["aside"]
        ]
        return Table(_("Not counted"), _("Approved, but not counted"), heads, rows, self._lines())

    def doubts(self) -> Table:
        """Where the plan contradicts itself."""
        heads = [Head(_("No."), 6), Head(_("Where the plan contradicts itself"), 90)]
        rows = [[id_, pick(texts)] for id_, texts in self.found["doubts"].items()]
        title = _("Where the plan contradicts itself (shown, not settled)")
        return Table(_("Contradictions"), title, heads, rows, upright=True)


def _money_heads() -> list[Head]:
    return [
        Head(
            _("All") if source is None else source_words(source),
            9,
            number=True,
            group=step_words(step),
            optional=True,
        )
        for step in STEPS
        for source in (None, *SOURCES)
    ]


def _all_together(several: Sequence[Told]) -> Told:
    """Sums over programmes; what nobody entered stays empty."""
    return {
        **{step: added(one[step] for one in several) for step in STEPS},
        "sources": {
            source: {step: added(one["sources"][source][step] for one in several) for step in STEPS}
            for source in SOURCES
        },
    }


def _money_cells(told: Told | None) -> list[str]:
    if told is None:
        return [""] * (len(STEPS) * (len(SOURCES) + 1))
    return [
        figure(told[step] if source is None else told["sources"][source][step])
        for step in STEPS
        for source in (None, *SOURCES)
    ]


def _runs(numbers: Sequence[int]) -> str:
    """``1–3, 7``."""
    found: list[list[int]] = []
    for n in numbers:
        if found and n == found[-1][-1] + 1:
            found[-1].append(n)
        else:
            found.append([n])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in found)
