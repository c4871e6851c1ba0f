"""A programme: done against target, by town and year, its projects, what does not fit."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from jdz_field.core.i18n import _, pick
from jdz_field.core.progress_words import figure
from jdz_field.operations.progress_phrases import (
    programme_notes,
    share_words,
    unit_words,
    years_of,
)
from jdz_field.ui.office.plan_parts import Behind, Lines
from jdz_field.ui.office.plan_rows import Told, doubt_lines, project_row, town_rows, year_rows
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import NOTHING, joined
from jdz_field.ui.widgets import Scroll, boxed, button, clear, column, line, text


class QuantityPart(QWidget):
    """One quantity: a bar, then towns or years, and the records behind the row that was chosen."""

    def __init__(self, quantity: Told, years: str, found: Told) -> None:
        super().__init__()
        self._quantity, self._found = quantity, found
        self._unit = unit_words(quantity["unit"])
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        done, target = quantity["done"], quantity["target"]
        self.bar.setValue(min(1000, round(1000 * (done or 0) / target)))
        about = "≈" if quantity["about"] else ""
        told = f"{figure(done) or NOTHING} / {about}{figure(target)} {self._unit}"
        self.head = text(f"{pick(quantity['label'])}  {told}", "strong")
        self.towns, self.years = self._switch(_("By town")), self._switch(_("By year"))
        self.rows, self.behind = RowCard(), Behind()
        self.rows.chosen.connect(self._chosen)
        switches = line(self.towns, self.years, None)
        words = text(_quantity_words(quantity, years), "caption")
        whole = column(self.head, self.bar, words, switches, self.rows, self.behind)
        self.setLayout(whole)
        for part in (self.towns, self.years, self.rows):
            part.setVisible(bool(quantity["records"]))
        self.towns.setChecked(True)
        self._show_rows()

    def _switch(self, words: str) -> QPushButton:
        made = button(words, self._show_rows, kind="chip")
        made.setCheckable(True)
        made.setAutoExclusive(True)
        return made

    def _show_rows(self) -> None:
        by_year = self.years.isChecked()
        self.rows.put(year_rows(self._quantity) if by_year else town_rows(self._quantity))
        self.behind.hide()

    def _chosen(self, row: Row) -> None:
        kind, _colon, number = row.key.partition(":")
        cell = self._quantity["towns" if kind == "t" else "years"][int(number)]
        self.behind.put(row.title, self._found, cell["records"], self._unit)


class ProgrammeView(Scroll):
    """One programme.

    Signals:
        project_wanted(str): the id of a project whose money is to be seen.
    """

    project_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(margins=24, gap=12)
        self.name, self.about = text("", "heading"), text("", "caption")
        self.notes = Lines("warning", _("What does not fit"))
        self.doubts = Lines("warning", _("Where the plan contradicts itself"))
        self.money = text("", "strong")
        self.list_head, self.list = text(_("Projects"), "section"), RowCard()
        self.list.chosen.connect(self._project)
        self.parts: list[QuantityPart] = []
        self._quantities = QVBoxLayout()
        self._quantities.setSpacing(12)
        for part in (self.name, self.about, self.notes, self.doubts):
            self.body.addWidget(part)
        self.body.addLayout(self._quantities)
        for below in (self.money, self.list_head, self.list):
            self.body.addWidget(below)
        self.body.addStretch(1)

    def put(self, one: Told, found: Told) -> None:
        """Show a programme."""
        self.name.setText(f"{one['id']} {pick(one['name'])}")
        self.about.setText("、".join(one["where"]))
        self.notes.put(programme_notes(one))
        self.doubts.put(doubt_lines(one["doubts"]))
        clear(self._quantities)
        self.parts = [
            QuantityPart(q, "–".join(map(str, years_of(one, q))), found) for q in one["quantities"]
        ]
        for part in self.parts:
            self._quantities.addWidget(boxed(column(part, margins=14)))
        self.money.setText(_money_words(one))
        own = [p for p in found["projects"] if p["programme"] == one["id"]]
        self.list.put([project_row(p) for p in own])
        for below in (self.list, self.list_head):
            below.setVisible(bool(own))

    def _project(self, row: Row) -> None:
        self.project_wanted.emit(row.key.partition(":")[2])


def _quantity_words(quantity: Told, years: str) -> str:
    done = quantity["done"]
    share = share_words(done, quantity["target"])
    words = [f"{share} %" if share else _("no approved record yet"), years]
    if done is not None:
        words.append(_("accepted {n}").format(n=figure(quantity["accepted"])))
    if quantity["drawn"] is not None:
        drawn, stated = figure(quantity["drawn"]), figure(quantity["drawn_stated"])
        words.append(_("drawn {drawn}, stated {stated}").format(drawn=drawn, stated=stated))
    return joined(words)


def _money_words(one: Told) -> str:
    funds = one["funds"] or {}
    told = {name: figure(funds.get(name)) or NOTHING for name in ("planned", "allocated", "spent")}
    words = _(
        "Money in the plan {plan} × 10⁴ yuan; its projects: {planned} planned, {allocated}"
        " allocated, {spent} spent"
    )
    return words.format(plan=figure(one["money"]), **told)
