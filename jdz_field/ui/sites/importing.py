"""Importing a ledger in five steps: file, columns, codes, coordinates, rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import _
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.import_preview import Preview, preview, propose_kind, remember
from jdz_field.operations.ledger import import_ledger
from jdz_field.operations.ledger_run import ImportReport
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.jobs import Task
from jdz_field.ui.page import Page
from jdz_field.ui.progress import Waiting
from jdz_field.ui.sites.import_codes import CodesStep
from jdz_field.ui.sites.import_columns import ColumnsStep
from jdz_field.ui.sites.import_file import KEPT, RECENT, FileStep
from jdz_field.ui.sites.import_places import PlacesStep
from jdz_field.ui.sites.import_rows import RowsStep
from jdz_field.ui.sites.import_steps import (
    COLUMNS,
    FILE,
    PLACES,
    ROWS,
    Choices,
    Step,
    StepBar,
    keyed,
)
from jdz_field.ui.widgets import Elided, boxed, button, column, divider, line, text

#: What the file dialog offers.
PATTERNS = "*.xlsx *.xls *.csv *.gpkg *.geojson *.json *.shp *.kml *.kmz *.gpx *.dxf"


class ImportPage(Page):
    """The wizard; nothing is written before the last step."""

    full = True

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.setAcceptDrops(True)
        self.choices = Choices()
        self.preview: Preview | None = None
        self.report: ImportReport | None = None
        self.saved: Path | None = None
        self._task: Task | None = None
        self._asked = 0
        self._step = FILE
        self.bar = StepBar()
        self.bar.wanted.connect(self.go_to)
        self.file, self.columns = FileStep(app, self.choices), ColumnsStep(app, self.choices)
        self.codes, self.places = CodesStep(app, self.choices), PlacesStep(app, self.choices)
        self.rows = RowsStep(app, self.choices)
        self.steps: list[Step] = [self.file, self.columns, self.codes, self.places, self.rows]
        self.file.ask_wanted.connect(self.ask_file)
        self.file.file_wanted.connect(self.check)
        self.file.forgotten.connect(self.codes.forget)
        self.places.row_wanted.connect(self._show_row)
        self.rows.place_wanted.connect(self._show_place)
        self.rows.counted.connect(self._show_step)
        self._make_acts()
        self._lay_out()
        self._fault("")
        self.retranslate()

    def _make_acts(self) -> None:
        self.fault = text("")
        self.fault_box = boxed(column(self.fault, margins=12), "fault")
        self.waiting = Waiting()
        self.waiting.stop_wanted.connect(self._stop)
        self.back = keyed("Alt+B", button("", self.go_back, icon="chevron-left"))
        self.next = keyed("Alt+N", button("", self.go_on, kind="primary", icon="chevron-right"))
        self.go = keyed("Alt+I", button("", self._import, kind="primary", icon="import"))
        self.open_report = button("", self._open_report, icon="export")
        self.take_back = button("", self._take_back, icon="undo")
        self.another = button("", self._another, icon="file")
        self.to_list = button("", self._to_list, kind="primary", icon="list")
        self.about = Elided("", "secondary")

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        for step in self.steps:
            step.settled.connect(self._settled)
            self.stack.addWidget(step)
        body = column(self.bar, self.fault_box, self.stack, gap=12, margins=16)
        body.setStretch(2, 1)
        acts = line(self.back, self.take_back, self.open_report, self.another, self.about, gap=8)
        for act in (self.next, self.go, self.to_list):
            acts.addWidget(act)
        acts.setStretch(4, 1)
        foot = column(self.waiting, acts, gap=8)
        foot.setContentsMargins(12, 10, 12, 10)
        whole = column(body, divider(), foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading."""
        return _("Import a ledger")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.back.setText(_("Previous step"))
        self.next.setText(_("Next step"))
        self.open_report.setText(_("Open the report"))
        self.take_back.setText(_("Take the import back"))
        self.another.setText(_("Another ledger"))
        self.to_list.setText(_("Open the list"))
        for step in self.steps:
            step.retranslate()
        self._show_step()

    def leave(self) -> bool:
        """Stop a check that runs, or an import that is not written yet; let the map go."""
        if self._task is not None:
            self._task.cancel()
        self.places.close_files()
        return True

    # ---- choosing
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file may be dropped here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first file that was dropped."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.check(files[0])

    def ask_file(self) -> None:
        """Let the person pick the ledger."""
        words = _("Ledgers ({patterns})").format(patterns=PATTERNS)
        file = self.app.questions.open_file(self, _("Choose the ledger"), words)
        if file is not None:
            self.check(file)

    def check(self, file: Path) -> None:
        """Take another ledger: propose its kind, then check every row; nothing is written."""
        self.choices.begin(file)
        self.codes.forget()
        self.saved = self.report = None
        self._put(None)
        self._step = FILE
        self._look(propose=True)

    def _settled(self) -> None:
        """A choice changed."""
        if self.choices.file is not None and self.saved is None:
            if self.sender() is self.file:
                self.codes.forget()
            self._look(propose=False)

    def _look(self, *, propose: bool) -> None:
        """Check in the background; an older check is stopped."""
        if self._task is not None:
            self._task.cancel()
        self._asked += 1
        asked, file, kind = self._asked, self.choices.file, self.choices.kind
        assert file is not None
        options = self.choices.options()
        self._fault("")
        self.waiting.begin(_("Checking {file}").format(file=file.name))

        def work(project: Project, task: Task) -> Preview:
            found = propose_kind(file) if propose else kind
            return preview(
                project,
                file,
                found,
                options,
                recall=propose,
                progress=task.report,
                cancelled=task.cancelled,
            )

        def done(found: Preview) -> None:
            if asked == self._asked:
                self._checked(found, propose=propose)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._failed(error)

        self._task = self.app.jobs.with_own_store(work, self, done, failed, self.waiting.tell)
        self._show_step()

    def _checked(self, found: Preview, *, propose: bool) -> None:
        self._end()
        if found.report is not None and found.report.cancelled:
            self._fault(_("The check was stopped; nothing was written."))
        else:
            if propose:
                self.choices.kind = self.choices.proposed = found.kind
                if found.recalled is not None:
                    self.choices.use(found.recalled)
            self._put(found)
        self._show_step()

    def _put(self, found: Preview | None) -> None:
        self.preview = found
        self.report = found.report if found else None
        for step in self.steps:
            step.put(found)

    def _failed(self, error: Exception) -> None:
        self._end()
        self._fault(sentence(error))
        if self.preview is None:
            self.choices.file = None
            self.file.put(None)
        self._show_step()

    def _fault(self, words: str) -> None:
        self.fault.setText(words)
        self.fault_box.setVisible(bool(words))

    def _end(self) -> None:
        self._task = None
        self.waiting.end()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    # ---- back and forth
    def _reach(self) -> int:
        """The last step that may be shown now."""
        if self.saved is not None:
            return ROWS
        if self.preview is None:
            return FILE
        return COLUMNS if self.preview.report is None else ROWS

    def go_to(self, step: int) -> None:
        """Show a step, as far as may be."""
        if self.saved is None:
            self._step = max(FILE, min(step, self._reach()))
        self._show_step()

    def go_on(self) -> None:
        """The next step."""
        if self._task is None:
            self.go_to(self._step + 1)

    def go_back(self) -> None:
        """The step before."""
        self.go_to(self._step - 1)

    def _show_row(self, number: int) -> None:
        self.go_to(ROWS)
        self.rows.show_row(number)

    def _show_place(self, number: int) -> None:
        self.go_to(PLACES)
        self.places.show_row(number)

    def _show_step(self) -> None:
        busy, done, last = self._task is not None, self.saved is not None, self._step == ROWS
        self.bar.show_step(self._step, -1 if done else self._reach())
        self.stack.setCurrentIndex(self._step)
        self.file.choose.setEnabled(not busy)
        self.back.setVisible(self._step > FILE and not done)
        self.next.setVisible(not last and self.choices.file is not None)
        self.next.setEnabled(not busy and self._step < self._reach())
        self.go.setVisible(last and not done)
        self.go.setText(_("Import {n} rows").format(n=f"{self.rows.wanted:,}"))
        self.go.setEnabled(not busy and self.rows.wanted > 0)
        self.open_report.setVisible(done)
        self.another.setVisible(done)
        self.to_list.setVisible(done)
        self.take_back.setVisible(done and self.report is not None)
        for act in (self.take_back, self.another, self.to_list):
            act.setEnabled(not busy)
        file = self.choices.file
        self.about.setText(file.name if file and self._step > FILE else "")

    # ---- letting it in
    def _import(self) -> None:
        file, kind, options = self.choices.file, self.choices.kind, self.choices.options()
        if file is None or self.report is None or self._task is not None:
            return
        saved = report_file(self.app.path, file, utc_now().astimezone(BEIJING))
        saved.parent.mkdir(exist_ok=True)
        self.waiting.begin(_("Importing {file}").format(file=file.name))

        header = self.preview.header if self.preview else None

        def work(project: Project, task: Task) -> ImportReport:
            done = _take_in(project, task, file, kind, options, saved)
            if not done.cancelled:
                _remember(project, file)
                if header is not None:
                    remember(header, kind, options)
            return done

        def imported(report: ImportReport) -> None:
            self._imported(report, saved)

        self._task = self.app.jobs.with_own_store(
            work, self, imported, self._failed, self.waiting.tell
        )
        self._show_step()

    def _imported(self, report: ImportReport, saved: Path) -> None:
        self._end()
        if report.cancelled:
            self.app.toast(_("Stopped; nothing was written."))
        else:
            self.report, self.saved = report, saved
            self.rows.show_report(report, done=True)
            self.rows.retranslate()
            self.app.wrote()
        self._show_step()

    def _take_back(self) -> None:
        if self.report is None:
            return
        origin = f"import:{self.report.origin}"

        def done(count: int) -> None:
            self.app.toast(_("Taken back: {n} changes.").format(n=f"{count:,}"))
            self._another()

        self.app.write(lambda project: project.undo_origin(origin), self, done)

    def _another(self) -> None:
        self.choices.file = self.saved = None
        self._step = FILE
        self._put(None)
        self._show_step()

    def _to_list(self) -> None:
        self.app.show_page("sites")

    def _open_report(self) -> None:
        if self.saved is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.saved)))


def report_file(project: Path, ledger: Path, moment: datetime) -> Path:
    """Where the report workbook of an import goes: ``reports`` in the project's folder."""
    return project / "reports" / f"{ledger.stem} {moment:%Y-%m-%d %H%M%S}.xlsx"


def _take_in(
    project: Project, task: Task, file: Path, kind: str, options: ImportOptions, saved: Path
) -> ImportReport:
    return import_ledger(
        project,
        file,
        kind,
        options,
        report=saved,
        progress=task.report,
        cancelled=task.cancelled,
    )


def _remember(project: Project, file: Path) -> None:
    """The file among those taken in lately."""
    before = project.get_setting(RECENT, [])
    names = [str(file), *(name for name in before if name != str(file))]
    project.set_setting(RECENT, names[:KEPT])
