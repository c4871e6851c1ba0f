"""Importing a ledger: choose it, see what would become of each row, then let it in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from jdz_field.core.catalogue import site_kind, site_kinds
from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import _
from jdz_field.ledger.issues import OK, REFUSED, WARNING
from jdz_field.operations.ledger import import_ledger
from jdz_field.operations.ledger_run import ImportReport
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.flow import Flow
from jdz_field.ui.jobs import Task
from jdz_field.ui.page import Page
from jdz_field.ui.progress import Waiting
from jdz_field.ui.sites.import_table import ImportTable
from jdz_field.ui.widgets import Empty, boxed, button, column, divider, line, set_role, text

#: What the file dialog offers.
PATTERNS = "*.xlsx *.xls *.csv *.gpkg *.geojson *.json *.shp *.kml *.gpx"
ALL = "all"


class ImportPage(Page):
    """Kind, file, preview, import."""

    wide = True

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.kind = "geohazard"
        self.file: Path | None = None
        self.report: ImportReport | None = None
        self._task: Task | None = None
        self.kind_label = text("", "section")
        self.kinds = self._chips_for([kind.name for kind in site_kinds()], self._kind_clicked)
        self.filters = self._chips_for([ALL, OK, WARNING, REFUSED], self._filter_clicked)
        self.choose = button("", self.ask_file, kind="primary", icon="file")
        self.start = Empty("sites", "", "", self.choose)
        self.summary = text("", "strong")
        self.summary_box = boxed(column(self.summary, margins=12), "note")
        self.table = ImportTable()
        self.waiting = Waiting()
        self.waiting.stop_wanted.connect(self._stop)
        self.other = button("", self.ask_file, icon="file")
        self.open_report = button("", self._open_report, icon="export")
        self.take_back = button("", self._take_back, icon="undo")
        self.go = button("", self._import, kind="primary", icon="import")
        self._saved: Path | None = None
        self._wanted: Path | None = None
        self._lay_out()
        self.retranslate()
        self._show_step()

    def _chips_for(self, names: list[str], clicked: Callable[[], None]) -> dict[str, QPushButton]:
        chips = {}
        for name in names:
            chip = button("", clicked, kind="chip")
            chip.setCheckable(True)
            chip.setProperty("name", name)
            chips[name] = chip
        return chips

    def _lay_out(self) -> None:
        kinds, filters = QWidget(), QWidget()
        for room, chips in ((kinds, self.kinds), (filters, self.filters)):
            flow = Flow(room)
            for chip in chips.values():
                flow.addWidget(chip)
        self.kind_row = column(self.kind_label, kinds, gap=6)
        preview = QWidget()
        inside = column(self.summary_box, filters, self.table, gap=10)
        inside.setStretch(2, 1)
        preview.setLayout(inside)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.stack.addWidget(preview)
        body = column(self.kind_row, self.stack, gap=12, margins=16)
        body.setStretch(1, 1)
        acts = line(self.other, self.open_report, self.take_back, None, self.go, gap=8)
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
        self.kind_label.setText(_("What the ledger lists"))
        for kind in site_kinds():
            self.kinds[kind.name].setText(kind.label)
        self.start.say(
            _("Choose the ledger"),
            _(
                "Excel, CSV, GeoPackage, GeoJSON, Shapefile, KML or GPX; merged titles and mixed "
                "coordinates are understood. Nothing is written before you have seen every row."
            ),
        )
        self.choose.setText(_("Choose a file"))
        self.other.setText(_("Another file"))
        self.open_report.setText(_("Open the report"))
        self.take_back.setText(_("Take the import back"))
        self._show_step()

    def leave(self) -> bool:
        """Stop a check that runs; an import that runs is finished first."""
        if self._task is not None:
            self._task.cancel()
        return True

    # ---- choosing
    def ask_file(self) -> None:
        """Let the person pick the ledger."""
        words = _("Ledgers ({patterns})").format(patterns=PATTERNS)
        file = self.app.questions.open_file(self, _("Choose the ledger"), words)
        if file is not None:
            self.check(file)

    def check(self, file: Path) -> None:
        """Read the ledger and check every row; nothing is written."""
        self.file, self.report, self._saved = file, None, None
        kind = self.kind
        self.waiting.begin(_("Checking {file}").format(file=file.name))
        self._task = self.app.jobs.with_own_store(
            lambda project, task: _run(project, task, file, kind, dry_run=True),
            self,
            self._checked,
            self._failed,
            self.waiting.tell,
        )
        self._show_step()

    def _kind_clicked(self) -> None:
        self.kind = str(self.sender().property("name"))
        self._show_step()
        if self.file is not None and self._saved is None:
            self.check(self.file)

    def _checked(self, report: ImportReport) -> None:
        self._end()
        if report.cancelled:
            self.file = None
        else:
            self.report = report
            self.table.rows.put(report.rows)
            self._mark_filter(ALL)
        self._show_step()

    # ---- letting it in
    def _import(self) -> None:
        file, kind = self.file, self.kind
        if file is None or self.report is None:
            return
        here = utc_now().astimezone(BEIJING)
        saved = report_file(self.app.path, file, here)
        saved.parent.mkdir(exist_ok=True)
        self._wanted = saved
        self.waiting.begin(_("Importing {file}").format(file=file.name))
        self._task = self.app.jobs.with_own_store(
            lambda project, task: _run(project, task, file, kind, dry_run=False, report=saved),
            self,
            self._imported,
            self._failed,
            self.waiting.tell,
        )
        self._show_step()

    def _imported(self, report: ImportReport) -> None:
        self._end()
        if report.cancelled:
            self.app.toast(_("Stopped; nothing was written."))
        else:
            self.report = report
            self._saved = self._wanted
            self.table.rows.put(report.rows)
            self._mark_filter(ALL)
            self.app.wrote()
        self._show_step()

    def _failed(self, error: Exception) -> None:
        self._end()
        if self.report is None:
            self.file = None
        self._show_step()
        self.start.say(_("That did not work"), sentence(error))
        self.app.toast(sentence(error))

    def _end(self) -> None:
        self._task = None
        self.waiting.end()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _take_back(self) -> None:
        if self.report is None:
            return
        origin = f"import:{self.report.origin}"

        def done(count: int) -> None:
            self.app.toast(_("Taken back: {n} changes.").format(n=f"{count:,}"))
            self.report, self.file, self._saved = None, None, None
            self.retranslate()

        self.app.write(lambda project: project.undo_origin(origin), self, done)

    def _open_report(self) -> None:
        if self._saved is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._saved)))

    # ---- showing
    def _show_step(self) -> None:
        """Show what belongs to where the person is: choosing, looking, done."""
        busy, report, done = self._task is not None, self.report, self._saved is not None
        for name, chip in self.kinds.items():
            chip.setChecked(name == self.kind)
            chip.setEnabled(not busy and not done)
        self.stack.setCurrentIndex(0 if report is None else 1)
        self.choose.setEnabled(not busy)
        self.other.setVisible(report is not None)
        self.open_report.setVisible(done)
        self.take_back.setVisible(done and report is not None and report.imported > 0)
        self.go.setVisible(report is not None and not done)
        for act in (self.other, self.take_back, self.go):
            act.setEnabled(not busy)
        if report is not None:
            self._show_report(report, done=done)

    def _show_report(self, report: ImportReport, *, done: bool) -> None:
        taken = report.imported + report.updated
        self.go.setText(_("Import {n} rows").format(n=f"{taken:,}"))
        self.go.setEnabled(self.go.isEnabled() and taken > 0)
        counts = {
            ALL: report.read,
            OK: report.read - report.warnings - report.refused,
            WARNING: report.warnings,
            REFUSED: report.refused,
        }
        words = {ALL: _("All"), OK: _("ok"), WARNING: _("with a hint"), REFUSED: _("refused")}
        for name, chip in self.filters.items():
            chip.setText(f"{words[name]} {counts[name]:,}")
        said = _("Imported: {new} new, {changed} changed, {same} unchanged, {refused} refused.")
        plan = _(
            "{kind}, {read} rows: {new} new, {changed} changed, {same} unchanged, "
            "{refused} refused. Nothing is written yet."
        )
        self.summary.setText(
            (said if done else plan).format(
                read=f"{report.read:,}",
                kind=site_kind(self.kind).label,
                new=f"{report.imported:,}",
                changed=f"{report.updated:,}",
                same=f"{report.unchanged:,}",
                refused=f"{report.refused:,}",
            )
        )
        set_role(self.summary_box, "good" if done else "note")

    def _filter_clicked(self) -> None:
        name = str(self.sender().property("name"))
        self._mark_filter(name)
        self.table.rows.show_status(None if name == ALL else name)

    def _mark_filter(self, wanted: str) -> None:
        for name, chip in self.filters.items():
            chip.setChecked(name == wanted)


def report_file(project: Path, ledger: Path, moment: datetime) -> Path:
    """Where the report workbook of an import goes: ``reports`` in the project's folder."""
    return project / "reports" / f"{ledger.stem} {moment:%Y-%m-%d %H%M%S}.xlsx"


def _run(
    project: Project,
    task: Task,
    file: Path,
    kind: str,
    *,
    dry_run: bool,
    report: Path | None = None,
) -> ImportReport:
    return import_ledger(
        project,
        file,
        kind,
        dry_run=dry_run,
        report=report,
        progress=task.report,
        cancelled=task.cancelled,
    )
