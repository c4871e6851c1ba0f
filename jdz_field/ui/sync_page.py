"""The sync page: three piles, one button, the last time, and a row for each thing to look at."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.sync import apply_receipt_file, export_batches, run_sync
from jdz_field.store.project import Project
from jdz_field.store.queries import LocalConflict
from jdz_field.sync.engine import Step
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.enrolling import Enrolling
from jdz_field.ui.flow import Flow
from jdz_field.ui.jobs import Task
from jdz_field.ui.numbers import megabytes
from jdz_field.ui.page import Page
from jdz_field.ui.progress import Waiting
from jdz_field.ui.rows import Row
from jdz_field.ui.sites.contested import outcome_words
from jdz_field.ui.sync_state import (
    LAST,
    Piles,
    done_words,
    held,
    keep_report,
    last_received,
    last_words,
    piles,
    step_words,
    what_to_do,
)
from jdz_field.ui.tiles import Figure, RowCard
from jdz_field.ui.values import field_label, joined
from jdz_field.ui.widgets import Scroll, boxed, button, column, divider, line, set_role, text


class SyncPage(Page):
    """Sync."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.unsent, self.under_way, self.received = Figure(), Figure(), Figure()
        self.last = text("", "secondary")
        self.said = text("")
        self.said_box = boxed(column(self.said, margins=12), "note")
        self.said_box.hide()
        self.enrolling = Enrolling(app)
        self.problems_head = text("", "section")
        self.problems = RowCard()
        self.problems.chosen.connect(self._open_problem)
        self.by_hand = text("", "section")
        self.by_hand_hint = text("", "caption")
        self.pack = button("", self._pack, icon="usb")
        self.take = button("", self._take, icon="inbox")
        self.waiting = Waiting()
        self.waiting.stop_wanted.connect(self._stop)
        self.go = button("", self.start, kind="primary", icon="sync")
        self._task: Task | None = None
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=10)
        row = line(self.unsent, self.under_way, self.received, gap=8)
        scroll.body.addLayout(row)
        for part in (
            self.last,
            self.said_box,
            self.enrolling,
            self.problems_head,
            self.problems,
            self.by_hand,
            self.by_hand_hint,
        ):
            scroll.body.addWidget(part)
        acts = QWidget()
        flow = Flow(acts)
        flow.addWidget(self.pack)
        flow.addWidget(self.take)
        scroll.body.addWidget(acts)
        scroll.body.addStretch(1)
        self.acts = acts
        foot = column(self.waiting, self.go, gap=8)
        foot.setContentsMargins(12, 10, 12, 10)
        self.foot = QWidget()
        self.foot.setLayout(foot)
        whole = column(scroll, divider(), self.foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading."""
        return _("Sync")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.go.setText(_("Sync now"))
        self.go.setToolTip("F5")
        self.go.setShortcut("F5")
        self.problems_head.setText(_("To look at"))
        self.by_hand.setText(_("Without a network"))
        self.by_hand_hint.setText(
            _("Pack everything into a file for a USB stick; take in the file that comes back.")
        )
        self.pack.setText(_("Pack a file"))
        self.take.setText(_("Take in a file"))
        self.enrolling.retranslate()

    def refresh(self) -> None:
        """Read the store anew."""
        reader = self.app.reader
        counted = piles(reader)
        self._show_piles(counted)
        self.last.setText(last_words(reader.get_setting(LAST), last_received(reader)))
        enrolled = reader.get_setting("enrolment") is not None
        self.enrolling.setVisible(not enrolled)
        for part in (self.foot, self.by_hand, self.by_hand_hint, self.acts):
            part.setVisible(enrolled)
        conflicts = held(reader)
        self.problems.put([_row(conflict) for conflict in conflicts])
        self.problems_head.setVisible(bool(conflicts))
        self.problems.setVisible(bool(conflicts))

    def _show_piles(self, counted: Piles) -> None:
        files = megabytes(counted.waiting_bytes) if counted.waiting_files else ""
        self.unsent.say(counted.unsent, _("Unsent"), "export", files)
        self.under_way.say(counted.under_way, _("Under way"), "sync")
        self.received.say(counted.received, _("Received"), "done")

    def leave(self) -> bool:
        """It may be left while it runs: the sync goes on."""
        return True

    # ---- syncing
    def start(self) -> None:
        """Sync now, beside everything else."""
        if self._task is not None:
            return
        self.said_box.hide()
        self.go.setEnabled(False)
        self.waiting.begin(_("Asking the centre"))
        self._task = self.app.jobs.with_own_store(
            _sync, self, self._synced, self._failed, self._progressed
        )

    def _progressed(self, done: int, total: int, stage: str) -> None:
        self.waiting.tell(done, total, step_words(stage, done, total))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _synced(self, report: dict[str, Any]) -> None:
        self._end()
        self._say(done_words(report), "good" if not report["stopped"] else "note")
        self.app.wrote()

    def _failed(self, error: Exception) -> None:
        self._end()
        nothing_lost = _("Nothing is lost; what had arrived stays.")
        self._say(f"{sentence(error)}\n{nothing_lost}", "fault")
        self.app.changed.emit()

    def _end(self) -> None:
        self._task = None
        self.waiting.end()
        self.go.setEnabled(True)

    def _say(self, words: str, role: str) -> None:
        self.said.setText(words)
        set_role(self.said_box, role)
        self.said_box.show()

    # ---- by hand
    def _pack(self) -> None:
        file = self.app.questions.save_file(
            self, _("Pack a file"), f"{self.app.reader.author}.jdzb", _("Batches (*.jdzb)")
        )
        if file is not None:
            self.waiting.begin(_("Packing"))
            self.app.jobs.with_own_store(
                lambda project, _task: export_batches(project, file),
                self,
                self._packed,
                self._failed,
            )

    def _packed(self, report: Any) -> None:
        self._end()
        names = joined([name.replace("\\", "/").rsplit("/", 1)[-1] for name in report.files])
        self._say(
            _("Packed {changes} changes and {files} files: {names}").format(
                changes=report.changes, files=report.attachments, names=names
            ),
            "good",
        )
        self.app.wrote()

    def _take(self) -> None:
        file = self.app.questions.open_file(self, _("Take in a file"), _("All files (*)"))
        if file is not None:
            self.waiting.begin(_("Reading"))
            self.app.jobs.with_own_store(
                lambda project, _task: _take_in(project, file), self, self._synced, self._failed
            )

    def _open_problem(self, row: Row) -> None:
        conflict: LocalConflict = row.data
        if self.app.reader.site(conflict.subject) is not None:
            self.app.open_site(conflict.subject)
        else:
            self.app.show_page("records", conflict.subject)


def _sync(project: Project, task: Task) -> dict[str, Any]:
    def told(step: Step) -> None:
        if step.bytes_total:
            task.report(step.bytes_done, step.bytes_total, step.stage)
        else:
            task.report(step.done, step.total, step.stage)

    report = run_sync(project, progress=told, cancelled=task.cancelled)
    keep_report(project, report)
    return report.to_json()


def _take_in(project: Project, file: Any) -> dict[str, Any]:
    report = apply_receipt_file(project, file)
    keep_report(project, report)
    return report.to_json()


def _row(conflict: LocalConflict) -> Row:
    heading, _next = outcome_words(conflict.outcome)
    chip = {"conflict": "error", "quarantined": "error", "rejected": "error"}
    return Row(
        key=f"{conflict.subject} {conflict.field}",
        title=conflict.name or conflict.code or conflict.subject[:8],
        line=joined((field_label(conflict.kind, conflict.field), heading)),
        chip=what_to_do(conflict),
        chip_role=chip.get(conflict.outcome, "attention"),
        data=conflict,
    )
