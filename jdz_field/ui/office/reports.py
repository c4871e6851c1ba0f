"""The office's reports: a copy of the centre beside the window, and the desk of reports over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from jdz_field.core.i18n import _
from jdz_field.operations.office import Desk
from jdz_field.operations.office_copy import bring_photos, copy_centre
from jdz_field.operations.report_choice import ALL, LEDGER, Choice
from jdz_field.store.project import Project
from jdz_field.ui.jobs import Task
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.questions import Questions
from jdz_field.ui.reports_desk import ReportsDesk


@dataclass(frozen=True)
class _Lanes:
    """Work beside the window, with the copy opened for it alone and the centre at hand."""

    office: OfficeContext
    place: Path
    chosen: Callable[[], Choice]

    def with_own_store(
        self,
        work: Callable[[Project, Task], Any],
        owner: QObject,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        progressed: Callable[..., None] | None = None,
    ) -> Task:
        choice, place = self.chosen(), self.place

        def run(desk: Desk, task: Task) -> Any:
            with Project.open(place, read_only=True) as project:
                # Saving shows how far it is; a preview shows the first record.
                first = progressed is None
                bring_photos(desk, project, choice, first=first, cancelled=task.cancelled)
                return work(project, task)

        return self.office.jobs.with_own_store(run, owner, done, failed, progressed)


class _Around:
    """What the desk of reports is given here."""

    def __init__(self, office: OfficeContext, place: Path, chosen: Callable[[], Choice]) -> None:
        self.reader = Project.open(place, read_only=True)
        self.jobs = _Lanes(office, place, chosen)
        self.questions: Questions = office.questions
        self.toast = office.toast
        self.say_failure = office.say_failure


class ReportsOfficePage(OfficePage):
    """Cards, records and tables of everything that the centre shows this person."""

    name = "reports"
    drawing = "file"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self.desk: ReportsDesk | None = None
        self._around: _Around | None = None
        self._inside = QVBoxLayout(self.content)
        self._inside.setContentsMargins(0, 0, 0, 0)
        office.at_close.append(self.let_go)
        self.retranslate()

    def load(self) -> None:
        """Read the feed only while somebody looks: it is long the first time."""
        if self.isVisible():
            super().load()

    def fetch(self, desk: Desk) -> Path:
        """Bring the copy up to date; in the lane."""
        return copy_centre(desk, self.office.folder())

    def show_items(self, items: Path) -> int:
        """Show the desk over the copy; what is chosen stays."""
        if self.desk is None:
            self._around = _Around(self.office, items, self._chosen)
            self.desk = ReportsDesk(self._around, Choice(LEDGER, ALL))
            self._inside.addWidget(self.desk)
            self.desk.show()
        self.desk.refresh()
        return 1

    def recount(self, count: int) -> None:
        """Nothing waits here; the desk is shown."""
        self._count = count
        self.stack.setCurrentWidget(self.content)

    def empty_words(self) -> tuple[str, str]:
        """Never shown: an empty centre says so in place of a preview."""
        return _("Nothing to print yet"), ""

    def retranslate(self) -> None:
        """Every text in the language in force."""
        super().retranslate()
        if self.desk is not None:
            self.desk.retranslate()

    def let_go(self) -> None:
        """The window closes: stop what runs, close the copy."""
        if self.desk is not None:
            self.desk.stop()
        if self._around is not None:
            self._around.reader.close()
            self._around = None

    def _chosen(self) -> Choice:
        return self.desk.controls.asked() if self.desk is not None else Choice()
