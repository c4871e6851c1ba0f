"""Choosing, looking at and saving reports, in the field window and in the office's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.personal import Carried
from jdz_field.operations.report_choice import (
    REPORTS,
    Choice,
    named_in,
    preview,
    suffixes,
    write_choice,
)
from jdz_field.operations.report_common import Stopped, Written
from jdz_field.store.project import Project
from jdz_field.ui.context import sentence
from jdz_field.ui.jobs import Task
from jdz_field.ui.progress import Waiting
from jdz_field.ui.questions import Questions
from jdz_field.ui.reports_controls import Controls, report_words
from jdz_field.ui.reports_preview import ReportPreview
from jdz_field.ui.widgets import boxed, button, column, divider, line, text

#: A choice that rests for so many ms is drawn.
_PAUSE = 250


class Lanes(Protocol):
    """Where work is done beside the window (``Jobs``)."""

    def with_own_store(
        self,
        work: Callable[[Project, Task], Any],
        owner: QObject,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        progressed: Callable[..., None] | None = None,
    ) -> Task:
        """As ``Jobs.with_own_store``."""


class Surroundings(Protocol):
    """What a place that makes reports gives: a project to read, lanes, ways to speak."""

    @property
    def reader(self) -> Project:
        """The project, for the window's thread."""

    @property
    def jobs(self) -> Lanes:
        """Where work is done."""

    @property
    def questions(self) -> Questions:
        """Asks the person."""

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Say something in passing."""

    def say_failure(self, error: Exception) -> None:
        """Say in one sentence what went wrong."""


class ReportsDesk(QWidget):
    """Choices at one side, the pages at the other, saving below.

    ``start``: what is chosen at first; ``reports``: those that are offered.
    """

    def __init__(
        self,
        app: Surroundings,
        start: Choice,
        reports: tuple[str, ...] = REPORTS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.app = app
        self.controls = Controls(app.reader, start, reports, self._another)
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

    def stop(self) -> None:
        """Stop what runs."""
        for task in (self._task, self._seen):
            if task is not None:
                task.cancel()

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
        self.preview.show_drawing()

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
