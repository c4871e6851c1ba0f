"""«打印/报表» of the field window: opened from a site, a record, the list."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.report_choice import (
    ALL,
    LEDGER,
    LIST,
    MOVEMENT,
    ONE_RECORD,
    PLAN,
    RECORD,
    REPORTS,
    SITE,
    WORK,
    Choice,
)
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.page import Page
from jdz_field.ui.reports_desk import ReportsDesk
from jdz_field.ui.widgets import column


class ReportsPage(Page):
    """The desk of reports over the whole stage.

    ``argument``: a site's id, ``("record", id)``, the list's filter, or nothing.
    """

    full = True

    def __init__(
        self, app: AppContext, argument: object = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self.desk = ReportsDesk(app, *_start(app, argument))
        self.setLayout(column(self.desk))

    def title(self) -> str:
        """The heading."""
        return _("Print and reports")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.desk.retranslate()

    def refresh(self) -> None:
        """Draw anew what is chosen."""
        self.desk.refresh()

    def leave(self) -> bool:
        """Stop what runs."""
        self.desk.stop()
        return True


def _start(app: AppContext, argument: object) -> tuple[Choice, tuple[str, ...]]:
    """What the page begins with, and the reports that it offers."""
    others = (RECORD, LEDGER, MOVEMENT, PLAN)
    if isinstance(argument, SiteQuery):
        kinds = argument.kinds or ("geohazard",)
        points = "geohazard" in kinds
        choice = Choice(LEDGER, LIST, query=argument, kind=kinds[0])
        return choice, REPORTS if points else others
    if isinstance(argument, tuple):
        record = app.reader.record(str(argument[1]))
        site = app.reader.site(record.site) if record is not None and record.site else None
        begun = _of_site(site.id, site.kind) if site is not None else Choice()
        offered = REPORTS if site is not None and site.kind == "geohazard" else others
        return replace(begun, what=RECORD, scope=ONE_RECORD, record=str(argument[1])), offered
    site = app.reader.site(str(argument)) if argument else None
    if site is None:
        return Choice(LEDGER, ALL), REPORTS
    if site.kind == "geohazard":
        return _of_site(site.id, site.kind), REPORTS
    return replace(_of_site(site.id, site.kind), what=RECORD), others


def _of_site(site: str, kind: str) -> Choice:
    return Choice(WORK, SITE, site=site, kind=kind)
