"""The choices of the page of reports, one below the other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.core.clock import BEIJING
from jdz_field.core.i18n import _
from jdz_field.operations.personal import Privacy
from jdz_field.operations.report_choice import (
    ALL,
    HOUSEHOLD,
    HOUSEHOLDS,
    LEDGER,
    LIST,
    MOVEMENT,
    ONE_RECORD,
    PLAN,
    RECORD,
    SITE,
    WORK,
)
from jdz_field.operations.report_choice import Choice as Asked
from jdz_field.operations.report_common import Issue
from jdz_field.store.project import Project
from jdz_field.ui.personal_choice import PersonalChoice
from jdz_field.ui.reports_day import DayChoice
from jdz_field.ui.settings import Choice
from jdz_field.ui.widgets import Scroll, column, text


class Controls(QWidget):
    """What is asked for; ``changed`` is called whenever it is another.

    ``start``: what the page was opened with: a site, a record, a list, or nothing.
    """

    def __init__(
        self, reader: Project, start: Asked, reports: tuple[str, ...], changed: Callable[[], None]
    ) -> None:
        super().__init__()
        self.reader, self.start, self._changed = reader, start, changed
        self.what, self.scope, self.kind = start.what, start.scope, start.kind
        self.every = "newest"
        today = reader.now().astimezone(BEIJING).date()
        names = ("what", "which", "place", "kind", "records", "day", "since", "number")
        self.labels = {name: text("", "section") for name in names}
        self.reports = Choice(self.choose, reports)
        self.hint = text("", "secondary")
        self.scopes = Choice(self.choose_scope, self._scopes())
        self.kinds = Choice(self.choose_kind, SITE_KINDS)
        self.records = Choice(self.choose_every, ("newest", "every"))
        self.since = DayChoice(today, changed, begins=True)
        self.day = DayChoice(today, changed)
        self.number = QLineEdit()
        self.number.editingFinished.connect(changed)
        self.number_hint = text("", "caption")
        self.county, self.town = "", QLineEdit()
        codes = tuple(code.value for code in code_list("county").codes)
        self.counties = Choice(self.choose_county, ("", *codes))
        self.town.editingFinished.connect(changed)
        self.personal = PersonalChoice()
        self.personal.changed.connect(self._renamed)
        self._lay_out()
        self.retranslate()

    def _scopes(self) -> tuple[str, ...]:
        start = self.start
        found = [ONE_RECORD] if start.record else []
        found += [SITE] if start.site else []
        found += [LIST] if start.query is not None else []
        return (*found, ALL)

    def _lay_out(self) -> None:
        scroll = Scroll(gap=8)
        labels = self.labels
        for part in (
            *(labels["what"], self.reports, self.hint, labels["which"], self.scopes),
            *(labels["place"], self.counties, self.town),
            *(labels["kind"], self.kinds, labels["records"], self.records),
            *(labels["since"], self.since, labels["day"], self.day, self.personal),
            *(labels["number"], self.number, self.number_hint),
        ):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = {
            "what": _("Which report"),
            "which": _("Which sites"),
            "place": _("Which county and township"),
            "kind": _("Kind of site"),
            "records": _("Which records"),
            "day": _("As of"),
            "since": _("From"),
            "number": _("Map number (审图号)"),
        }
        for name, label in self.labels.items():
            label.setText(words[name])
        self.number.setPlaceholderText(_("empty: for internal use"))
        self.number.setAccessibleName(words["number"])
        self.town.setPlaceholderText(_("Township; empty: every one"))
        self.town.setAccessibleName(_("Township; empty: every one"))
        self.number_hint.setText(_("Only a map with its official number may be shown in public."))
        for part in (self.personal, self.since, self.day):
            part.retranslate()
        self._show()

    # ---- choosing
    def choose(self, what: str) -> None:
        """One of the reports."""
        self.what = what
        self._show()
        self._changed()

    def choose_scope(self, scope: str) -> None:
        """The record, the site, the list or everything."""
        self.scope = scope
        self._show()
        self._changed()

    def choose_kind(self, kind: str) -> None:
        """The kind of site of a ledger or table of changes."""
        self.kind = kind
        self._show()
        self._changed()

    def choose_county(self, county: str) -> None:
        """A county by its code; empty for all."""
        self.county = county
        self._show()
        self._changed()

    def choose_every(self, every: str) -> None:
        """The newest record of each site, or every one."""
        self.every = every
        self._show()
        self._changed()

    def _renamed(self) -> None:
        # A passphrase changes no picture.
        if self.personal.way != "encrypt":
            self._changed()

    # ---- what is chosen
    def asked(self, privacy: Privacy | None = None) -> Asked:
        """What is asked for; ``privacy``: what becomes of names in the file."""
        told = privacy or Privacy(leave_out=self.personal.way == "leave-out")
        number = self.number.text() if self.what in (WORK, HOUSEHOLD, RECORD) else ""
        start = self.start
        return Asked(
            self.what,
            self.scope,
            start.record,
            start.site,
            start.query,
            self.kind,
            self.since.day() if self.what == MOVEMENT else "",
            self.every == "every",
            Issue(self.day.day(), number.strip(), told),
            county=self.county if self._placed() else "",
            town=self.town.text().strip() if self._placed() else "",
        )

    def _show(self) -> None:
        self.reports.show_value(self.what, report_words())
        self.hint.setText(hint_words(self.what))
        tables, records = self.what in (LEDGER, MOVEMENT), self.what == RECORD
        scopes = {
            ONE_RECORD: _("This record"),
            SITE: _("This site"),
            LIST: self._list_words(),
            ALL: _("Every site with records") if records else _("Everything in the register"),
        }
        fitting = [name for name in self.scopes.chips if self._fits(name)]
        if self.scope not in fitting:
            self.scope = fitting[0]
        self.scopes.show_value(self.scope, {name: scopes[name] for name in self.scopes.chips})
        for name, chip in self.scopes.chips.items():
            chip.setVisible(name in fitting)
        self.kinds.show_value(self.kind, {kind: site_kind(kind).label for kind in SITE_KINDS})
        counties = {code.value: code.label for code in code_list("county").codes}
        self.counties.show_value(self.county, {"": _("All"), **counties})
        every = {"newest": _("The newest of each site"), "every": _("All of them")}
        self.records.show_value(self.every, every)
        pairs = (
            ("which", self.scopes, self.what != PLAN),
            ("place", self.counties, self._placed()),
            ("kind", self.kinds, tables),
            ("records", self.records, records and self.scope != ONE_RECORD),
            ("since", self.since, self.what == MOVEMENT),
            ("number", self.number, self.what in (WORK, HOUSEHOLD, RECORD)),
        )
        for name, part, wanted in pairs:
            self.labels[name].setVisible(wanted)
            part.setVisible(wanted)
        self.town.setVisible(self._placed())
        self.number_hint.setVisible(self.number.isVisibleTo(self))

    def _placed(self) -> bool:
        """Whether a county and township narrow what is chosen."""
        return self.scope == ALL and self.what not in (RECORD, PLAN)

    def _fits(self, scope: str) -> bool:
        """Whether a report can be of this: a table is of many sites, a card of no record."""
        if scope == ONE_RECORD:
            return self.what == RECORD
        if self.what == PLAN:
            return scope == ALL
        return scope != SITE or self.what not in (LEDGER, MOVEMENT)

    def _list_words(self) -> str:
        if self.start.query is None:
            return ""
        count = self.reader.count(self.start.query)
        return _("The {n} sites of the list").format(n=f"{count:,}")


def report_words() -> dict[str, str]:
    """The reports by their names."""
    return {
        WORK: _("Work card"),
        HOUSEHOLD: _("Household cards"),
        HOUSEHOLDS: _("List of households"),
        RECORD: _("Records"),
        LEDGER: _("Ledger"),
        MOVEMENT: _("Table of changes"),
        PLAN: _("Progress of the plan"),
    }


def hint_words(what: str) -> str:
    """What a report is for, in a sentence."""
    return {
        WORK: _("For the village and whoever watches the point: one A4 page a point."),
        HOUSEHOLD: _("For each threatened household: one A4 page, from the form «Card survey»."),
        HOUSEHOLDS: _("Who lives at the point, over as many pages as it takes."),
        RECORD: _("Inspections with photos, map, verdict and review."),
        LEDGER: _("The register in the county's columns, A3 across."),
        PLAN: _("Indicators, programmes and money of the plan, as the centre has them."),
        MOVEMENT: _("Opening + new − closed ± changed = closing, each number with its names."),
    }[what]
