"""The plan's page: indicators, programmes and projects at the left, the chosen one at the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QStackedWidget

from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.figures import Figure
from jdz_field.core.i18n import _
from jdz_field.operations.office import Desk
from jdz_field.operations.progress_document import write_progress
from jdz_field.operations.progress_phrases import place_words
from jdz_field.ui.context import sentence
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.office.plan_indicator import IndicatorView
from jdz_field.ui.office.plan_money import MoneyView
from jdz_field.ui.office.plan_parts import Doubts
from jdz_field.ui.office.plan_programme import ProgrammeView
from jdz_field.ui.office.plan_rows import ASIDE, DOUBTS, Told, aside_rows, index_rows
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.split import Split
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import boxed, button, column, divider, line, text


class PlanPage(OfficePage):
    """What stands now, or stood at the end of a day."""

    name = "plan"
    drawing = "plan"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self.found: Told = {}
        self._day = ""
        self.day = QDateEdit()
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        today = utc_now().astimezone(BEIJING).date()
        self.day.setDate(QDate(today.year, today.month, today.day))
        self.day.setMaximumDate(self.day.date())
        self.day.dateChanged.connect(self._other_day)
        self.today = button("", self._today, kind="quiet")
        self.write = button("", self._write, icon="export")
        self.said = text("", "caption")
        self.day_label = text("", "section", wrap=False)
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.indicator, self.programme, self.money = IndicatorView(), ProgrammeView(), MoneyView()
        self.aside, self.doubts = RowList(), Doubts()
        self.detail = QStackedWidget()
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        for view in (self.indicator, self.programme, self.money, self.aside, self.doubts):
            self.detail.addWidget(view)
        self.indicator.entered.connect(self._enter)
        self.indicator.withdrawn.connect(self._withdraw)
        self.programme.project_wanted.connect(self._project)
        self.money.saved.connect(self._save)
        head = line(self.day_label, self.day, self.today, 8, self.said, self.write)
        head.setStretch(4, 1)
        head.setContentsMargins(16, 8, 16, 8)
        split = Split(self.list, self.detail)
        self.list.setMinimumWidth(380)
        whole = column(boxed(head, "strip"), divider(), split, gap=0)
        whole.setStretch(2, 1)
        self.content.setLayout(whole)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        super().retranslate()
        self.day_label.setText(_("State at the end of"))
        self.today.setText(_("Today"))
        self.write.setText(_("Write the report"))

    def load(self) -> None:
        """Ask anew while somebody looks; else when somebody comes: it is the largest question."""
        if self.isVisible():
            super().load()
        else:
            self._fresh = False

    def fetch(self, desk: Desk) -> Told:
        """The plan's progress; in the lane."""
        return desk.plan().progress(self._day)

    def show_items(self, items: Told) -> int:
        """Show it, the same thing chosen as before; nothing of it waits for the office."""
        same = _same(items, self.found)
        self.found = items
        if same:
            # What was opened stays open.
            return 0
        key = self.list.key() or "i:1"
        self.list.put(list(index_rows(items)))
        self.list.select(key)
        self._show(key)
        self.said.setText(joined(_said(items)))
        return 0

    def recount(self, count: int) -> None:
        """The page is of use always."""
        super().recount(count)
        self.stack.setCurrentWidget(self.content)

    def empty_words(self) -> tuple[str, str]:
        """Not shown."""
        return "", ""

    # ---- looking
    def _other_day(self, day: QDate) -> None:
        self._day = day.toString("yyyy-MM-dd")
        self.load()

    def _today(self) -> None:
        now = utc_now().astimezone(BEIJING).date()
        self.day.blockSignals(True)
        self.day.setMaximumDate(QDate(now.year, now.month, now.day))
        self.day.setDate(QDate(now.year, now.month, now.day))
        self.day.blockSignals(False)
        self._day = ""
        self.load()

    def _chosen(self, row: Row) -> None:
        self._show(row.key)

    def _project(self, project: str) -> None:
        self.list.select(f"m:{project}")
        self._show(f"m:{project}")

    def _show(self, key: str) -> None:
        kind, _colon, id_ = key.partition(":")
        if kind == "i":
            line_ = next(i for i in self.found["indicators"] if str(i["no"]) == id_)
            self.indicator.put(line_, self.found)
            self.detail.setCurrentWidget(self.indicator)
        elif kind == "p":
            self.programme.put(
                next(p for p in self.found["programmes"] if p["id"] == id_), self.found
            )
            self.detail.setCurrentWidget(self.programme)
        elif kind == "m" and any(p["id"] == id_ for p in self.found["projects"]):
            self.money.put(next(p for p in self.found["projects"] if p["id"] == id_))
            self.detail.setCurrentWidget(self.money)
        elif key in (DOUBTS, ASIDE):
            self.aside.put(aside_rows(self.found))
            self.detail.setCurrentWidget(self.doubts if key == DOUBTS else self.aside)

    # ---- acting
    def _enter(self, one: Figure, why: str) -> None:
        self._act(lambda desk: desk.plan().enter(one, why), self.indicator.answered, _("Entered."))

    def _withdraw(self, figure: str, why: str) -> None:
        self._act(
            lambda desk: desk.plan().withdraw(figure, why),
            self.indicator.answered,
            _("Taken back."),
        )

    def _save(self, project: str, values: Told, why: str, seen: int) -> None:
        self._act(
            lambda desk: desk.plan().set_money(project, values, why, seen),
            self.money.answered,
            _("Saved at the centre."),
        )

    def _act(
        self, send: Callable[[Desk], None], answered: Callable[[str], None], words: str
    ) -> None:
        def done(_answer: object) -> None:
            answered("")
            self.office.toast(words)
            self._loading = False
            self.load()

        def failed(error: Exception) -> None:
            answered(sentence(error))

        self.office.ask(send, self, done, failed)

    def _write(self) -> None:
        day = self._day or self.day.date().toString("yyyy-MM-dd")
        start = _("plan-{day}.xlsx").format(day=day)
        patterns = _("Reports (*.xlsx *.pdf)")
        out = self.office.questions.save_file(self, _("Write the report"), start, patterns)
        if out is None:
            return
        found = self.found
        self.office.jobs.with_store(
            lambda _desk: write_progress(found, out), self, self._written, self.office.say_failure
        )

    def _written(self, files: list[Path]) -> None:
        self.office.toast(_("Written: {file}").format(file=files[0]))


def _same(one: Told, other: Told) -> bool:
    return {**one, "until": ""} == {**other, "until": ""}


def _said(found: Told) -> list[str]:
    words = []
    if found["counties"]:
        names = [place_words(one, "") for one in found["counties"]]
        words.append(_("Only: {counties}").format(counties=_(", ").join(names)))
    if found["waiting"]:
        n = len(found["waiting"])
        words.append(_("{n} records wait for review and do not count yet.").format(n=n))
    return words
