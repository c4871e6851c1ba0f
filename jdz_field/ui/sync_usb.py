"""«Use a USB stick»: out with everything unsent, in with the office's answer, step by step."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.stick import Need, answers_on, need, pack
from jdz_field.operations.sync import apply_receipt_file
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.flow import Flow
from jdz_field.ui.jobs import Task
from jdz_field.ui.numbers import megabytes
from jdz_field.ui.page import Page
from jdz_field.ui.progress import Waiting
from jdz_field.ui.rows import Row
from jdz_field.ui.sync_drives import Drive, drives
from jdz_field.ui.sync_state import done_words, keep_report
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Scroll, boxed, button, column, set_role, text

_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\s]+')


class UsbPage(Page):
    """Both directions on one page, each with its own button at the drive."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.said = text("", "strong")
        self.said_hint = text("", "secondary")
        self.said_box = boxed(column(self.said, self.said_hint, margins=12, gap=4), "note")
        self.said_box.hide()
        self.waiting = Waiting()
        self.waiting.stop.hide()
        self.out_head, self.out_need = text("", "heading"), text("", "secondary")
        self.drives = RowCard()
        self.drives.chosen.connect(self._drive_chosen)
        self.no_drive = text("", "secondary")
        self.pack = button("", self._pack_elsewhere, icon="folder")
        self.look = button("", self._look_again, icon="sync")
        self.in_head, self.in_hint = text("", "heading"), text("", "secondary")
        self.answers = RowCard()
        self.answers.chosen.connect(self._answer_chosen)
        self.take = button("", self._take_elsewhere, icon="inbox")
        self.loop = text("", "caption")
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=10)
        acts = QWidget()
        flow = Flow(acts)
        flow.addWidget(self.pack)
        flow.addWidget(self.look)
        back = QWidget()
        flow = Flow(back)
        flow.addWidget(self.take)
        parts: tuple[QWidget, ...] = (
            *(self.said_box, self.waiting, self.out_head, self.out_need),
            *(self.drives, self.no_drive, acts),
        )
        for part in parts:
            scroll.body.addWidget(part)
        scroll.body.addSpacing(12)
        for part in (self.in_head, self.in_hint, self.answers, back, self.loop):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def title(self) -> str:
        """The heading."""
        return _("Use a USB stick")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.out_head.setText(_("1 · Out: everything unsent"))
        self.no_drive.setText(_("No stick is plugged in. Plug one in, then look again."))
        self.pack.setText(_("Another folder"))
        self.look.setText(_("Look again"))
        self.in_head.setText(_("2 · In: the office's answer"))
        self.in_hint.setText(
            _("The office gives a .jdzr file back: receipts, and what is new. It is only read.")
        )
        self.take.setText(_("Choose a file"))
        self.loop.setText(
            _(
                "The file is encrypted for the centre; whoever carries it cannot read it. Late, "
                "twice or in another order does no harm. Nothing is deleted here before the answer."
            )
        )

    def refresh(self) -> None:
        """Read the store and the drives anew."""
        wanted = need(self.app.reader)
        self.out_need.setText(need_words(wanted))
        found = drives()
        self.drives.put([_drive_row(one, wanted) for one in found])
        self.drives.setVisible(bool(found))
        self.no_drive.setVisible(not found)
        answers = [file for one in found for file in answers_on(one.root)][:20]
        self.answers.put([Row(str(f), f.name, line=str(f.parent), data=f) for f in answers])
        self.answers.setVisible(bool(answers))

    def _look_again(self) -> None:
        self.refresh()

    # ---- out
    def _drive_chosen(self, row: Row) -> None:
        drive: Drive = row.data
        if drive.writable:
            self._pack(drive.root / file_name(self.app.reader))

    def _pack_elsewhere(self) -> None:
        file = self.app.questions.save_file(
            self, _("Pack a file"), file_name(self.app.reader), _("Batches (*.jdzb)")
        )
        if file is not None:
            self._pack(file)

    def _pack(self, file: Path) -> None:
        self._begin(_("Writing"))
        self.app.jobs.with_own_store(
            partial(_packed, file=file), self, self._packed, self._failed, self._told
        )

    def _told(self, _done: int, _total: int, stage: str) -> None:
        words = {"write": _("Writing"), "verify": _("Reading back what was written")}
        self.waiting.tell(0, 0, words[stage])

    def _packed(self, report: Any) -> None:
        self._end()
        names = joined([Path(name).name for name in report.files])
        words = _("Written and read back: {changes} changes and {files} files, {size}").format(
            changes=report.changes, files=report.attachments, size=megabytes(report.bytes)
        )
        hint = _("{names}. Use the system's «Safely remove» before you pull the stick out.")
        self._say(words, hint.format(names=names), "good")
        self.app.wrote()

    # ---- in
    def _answer_chosen(self, row: Row) -> None:
        self._take(row.data)

    def _take_elsewhere(self) -> None:
        patterns = _("Answers of the office (*.jdzr);;All files (*)")
        file = self.app.questions.open_file(self, _("Take in a file"), patterns)
        if file is not None:
            self._take(file)

    def _take(self, file: Path) -> None:
        self._begin(_("Reading"))
        self.app.jobs.with_own_store(partial(_taken, file=file), self, self._took, self._failed)

    def _took(self, report: dict[str, Any]) -> None:
        self._end()
        files = ngettext("{n} file confirmed.", "{n} files confirmed.", report["attachments"])
        self._say(done_words(report), files.format(n=report["attachments"]), "good")
        self.app.wrote()

    # ---- both
    def _begin(self, words: str) -> None:
        self.said_box.hide()
        for part in (self.pack, self.take, self.drives, self.answers):
            part.setEnabled(False)
        self.waiting.begin(words)

    def _end(self) -> None:
        self.waiting.end()
        for part in (self.pack, self.take, self.drives, self.answers):
            part.setEnabled(True)

    def _failed(self, error: Exception) -> None:
        self._end()
        self._say(sentence(error), _("Nothing is lost; what had arrived stays."), "fault")
        self.app.changed.emit()

    def _say(self, words: str, hint: str, role: str) -> None:
        self.said.setText(words)
        self.said_hint.setText(hint)
        set_role(self.said_box, role)
        self.said_box.show()


def file_name(reader: Project) -> str:
    """What a file of this device is called: who, when."""
    author = _UNFIT.sub("_", reader.author).strip("._") or reader.device[:8]
    return f"{author}-{utc_now().astimezone(BEIJING):%Y%m%d-%H%M}.jdzb"


def need_words(wanted: Need) -> str:
    """What a file will hold, in one line."""
    if not wanted.changes and not wanted.files:
        return _("Nothing is unsent; a file still asks the office for what is new.")
    words = _("{changes} changes and {files} files, about {size}").format(
        changes=f"{wanted.changes:,}", files=f"{wanted.files:,}", size=megabytes(wanted.bytes)
    )
    if wanted.volumes > 1:
        parts = _("in {n} parts, each under 2 GB (FAT32)").format(n=wanted.volumes)
        return joined([words, parts])
    return words


def _drive_row(one: Drive, wanted: Need) -> Row:
    fits = one.free >= wanted.bytes
    chip, role = (_("Pack here"), "accent") if fits else (_("Too full"), "attention")
    if not one.writable:
        chip, role = _("Read only"), ""
    free = _("{size} free").format(size=megabytes(one.free))
    return Row(str(one.root), one.name, line=joined([str(one.root), free]), chip=chip,
               chip_role=role, data=one)  # fmt: skip


def _packed(project: Project, task: Task, file: Path) -> Any:
    return pack(project, file, told=lambda stage: task.report(0, 0, stage))


def _taken(project: Project, _task: Task, file: Path) -> dict[str, Any]:
    report = apply_receipt_file(project, file)
    keep_report(project, report)
    return report.to_json()
