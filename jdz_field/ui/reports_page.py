"""«打印/报表»: cards, records and tables: chosen, looked at, saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.personal import Carried
from jdz_field.operations.report_choice import (
    ALL,
    LEDGER,
    LIST,
    MOVEMENT,
    PLAN,
    ONE_RECORD,
    RECORD,
    REPORTS,
    SITE,
    WORK,
    Choice,
    named_in,
    preview,
    suffixes,
    write_choice,
)
from jdz_field.operations.report_common import Stopped, Written
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.jobs import Task
from jdz_field.ui.page import Page
from jdz_field.ui.progress import Waiting
from jdz_field.ui.reports_controls import Controls, report_words
from jdz_field.ui.reports_preview import ReportPreview
from jdz_field.ui.widgets import boxed, button, column, divider, line, text

#: A choice that rests for so many ms is drawn.
_PAUSE = 250


class ReportsPage(Page):
    """Choices at one side, the pages at the other, saving below.

    ``argument``: a site's id, ``("record", id)``, the list's filter, or nothing.
    """

    full = True

    def __init__(
        self, app: AppContext, argument: object = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        start, reports = _start(app, argument)
        self.controls = Controls(app, start, reports, self._another)
        self.preview = ReportPreview()
        self.result = text("", "strong")
        self.told = text("", "secondary")
        self.open_file = button("", self._open_file, icon="file")
        self.open_folder = button("", self._open_folder, icon="folder")
        acts = line(self.open_file, self.open_folder, None)
        self.box = boxed(column(self.result, self.told, acts, margins=12), "good")
        self.box.hide()
        self.waiting = Waiting()
        self.waiting.stop_wanted.connect(self._stop)
        self.edit = button("", self._save_table, icon="table")
        self.go = button("", self._save, kind="primary", icon="save")
        self.done: Written | None = None
        self._task: Task | None = None
        self._seen: Task | None = None
        self._asked = 0
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._draw)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        self._sides.setSpacing(0)
        self._sides.addWidget(self.controls, 5)
        self._sides.addWidget(self.preview, 6)
        foot = column(self.box, self.waiting, line(None, self.edit, self.go), gap=8)
        foot.setContentsMargins(16, 10, 16, 10)
        whole = column(self._sides, divider(), foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading."""
        return _("Print and reports")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.controls.retranslate()
        self.preview.retranslate()
        self.go.setText(_("Save as PDF"))
        self.go.setToolTip(_("Save as PDF (Ctrl+S)"))
        self.go.setShortcut("Ctrl+S")
        self.open_file.setText(_("Open to print"))
        self.open_folder.setText(_("Open the folder"))
        self._show()

    def refresh(self) -> None:
        """Draw anew what is chosen."""
        self._pause.start()

    def leave(self) -> bool:
        """Stop what runs."""
        for task in (self._task, self._seen):
            if task is not None:
                task.cancel()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other where it is wide, below each other where it is high."""
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        high = event.size().height() > event.size().width()
        self._sides.setDirection(way.TopToBottom if high else way.LeftToRight)

    # ---- looking
    def _another(self) -> None:
        self.box.hide()
        self._show()
        self._pause.start()

    def _show(self) -> None:
        more = suffixes(self.controls.what)[1:]
        self.edit.setVisible(bool(more))
        if more:
            words = {".xlsx": _("Save as Excel"), ".docx": _("Save as Word")}
            self.edit.setText(words[more[0]])
        free = self._task is None
        self.go.setEnabled(free)
        self.edit.setEnabled(free)

    def _draw(self) -> None:
        if not self.isVisible():
            return
        if self._seen is not None:
            self._seen.cancel()
        self._asked += 1
        asked, choice = self._asked, self.controls.asked()

        def work(project: Project, task: Task) -> tuple[int, list[bytes], Carried]:
            pages = preview(project, choice, task.cancelled)
            return asked, pages, named_in(project, choice)

        def failed(error: Exception) -> None:
            if asked == self._asked and not isinstance(error, Stopped):
                self.preview.show_trouble(sentence(error))

        self._seen = self.app.jobs.with_own_store(work, self, self._drawn, failed)

    def _drawn(self, answer: tuple[int, list[bytes], Carried]) -> None:
        asked, pages, named = answer
        if asked == self._asked:
            self._seen = None
            self.preview.show_pages(pages)
            self.controls.personal.about(named)

    # ---- saving
    def _save(self) -> None:
        self._write(suffixes(self.controls.what)[0])

    def _save_table(self) -> None:
        self._write(suffixes(self.controls.what)[1])

    def _write(self, suffix: str) -> None:
        privacy = self.controls.personal.privacy()
        if privacy is None:
            return
        choice = self.controls.asked(privacy)
        words = f"{suffix.removeprefix('.').upper()} (*{suffix})"
        start = report_words()[choice.what] + suffix
        out = self.app.questions.save_file(self, _("Where the file goes"), start, words)
        if out is None:
            return
        out = out if out.suffix.lower() == suffix else Path(f"{out}{suffix}")
        self.waiting.begin(_("Writing {file}").format(file=out.name))
        self.box.hide()

        def work(project: Project, task: Task) -> Written:
            return write_choice(
                project, out, choice, progress=task.report, cancelled=task.cancelled
            )

        self._task = self.app.jobs.with_own_store(
            work, self, self._written, self._failed, self.waiting.tell
        )
        self._show()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _written(self, done: Written) -> None:
        self._end()
        self.controls.personal.forget()
        self.done = done
        names = _(", ").join(one.name for one in done.files[:3])
        more = " …" if len(done.files) > 3 else ""
        self.result.setText(_("Wrote {file}.").format(file=names + more))
        self.told.setText("\n".join(f"• {one}" for one in done.told))
        self.told.setVisible(bool(done.told))
        self.box.show()
        self.open_file.setFocus()

    def _failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, Stopped):
            self.app.toast(_("Stopped; what was whole before stays."))
        else:
            self.app.say_failure(error)

    def _end(self) -> None:
        self._task = None
        self.waiting.end()
        self._show()

    def _open_file(self) -> None:
        if self.done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.done.files[0])))

    def _open_folder(self) -> None:
        if self.done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.done.files[0].parent)))


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
