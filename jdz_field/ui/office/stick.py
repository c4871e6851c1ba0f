"""Above the batches: a file from a stick is taken in, and its answer is written to give back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.office import Desk
from jdz_field.ui.context import sentence
from jdz_field.ui.jobs import Task
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.progress import Waiting
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import boxed, button, column, line, set_role, text


class StickBar(QWidget):
    """One button, a bar while it works, and what came of it.

    Signals:
        taken: a file was taken in; the list of batches is another.
    """

    taken = Signal()

    def __init__(self, office: OfficeContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self.hint = text("", "secondary")
        self.take = button("", self._take, icon="usb")
        self.give = button("", self._ask_devices, icon="export")
        self._menu: QMenu | None = None
        self.waiting = Waiting()
        self.waiting.stop.hide()
        self.said, self.next = text("", "strong"), text("", "secondary")
        self.said_box = boxed(column(self.said, self.next, margins=12, gap=4), "good")
        self.said_box.hide()
        row = line(self.hint, self.give, self.take)
        row.setStretch(0, 1)
        whole = column(row, self.waiting, self.said_box, gap=8)
        whole.setContentsMargins(16, 10, 16, 10)
        self.setLayout(whole)
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.hint.setText(_("A tablet without a network sends its file by stick."))
        self.take.setText(_("Take in a stick's file"))
        self.give.setText(_("Answer without a file"))
        self.give.setToolTip(
            _("For a tablet whose file was lost or that was set up anew: everything")
        )

    # ---- an answer for a tablet that sent no file
    def _ask_devices(self) -> None:
        self.give.setEnabled(False)
        self._office.ask(lambda desk: desk.people_desk().devices(), self, self._offer, self._failed)

    def _offer(self, devices: Sequence[Mapping[str, Any]]) -> None:
        """Let the person choose whose answer it is."""
        self._end()
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = QMenu(self)
        for one in devices:
            if one.get("state") == "active":
                words = joined([str(one["user"]), str(one["name"]), str(one["id"])[:8]])
                act = self._menu.addAction(words)
                act.triggered.connect(partial(self._give, str(one["id"]), str(one["user"])))
        if not self._menu.actions():
            self._menu.addAction(_("No device is registered yet.")).setEnabled(False)
        self._menu.popup(self.give.mapToGlobal(self.give.rect().bottomLeft()))

    def _give(self, device: str, user: str, _checked: bool = False) -> None:
        out = self._office.questions.save_file(
            self, _("Where the answer goes"), f"{user}.jdzr", _("Answers (*.jdzr)")
        )
        if out is None:
            return
        self._begin(_("Writing the answer"))
        self._office.jobs.with_own_store(
            partial(_answered, device=device, out=out), self, self._gave, self._failed, self._told
        )

    def _gave(self, out: Path) -> None:
        self._end()
        self.said.setText(
            _("The answer is {file}; give the stick back with it.").format(file=out.name)
        )
        self.next.setText(_("Only this tablet can read it."))
        set_role(self.said_box, "good")
        self.said_box.show()

    def _take(self) -> None:
        questions = self._office.questions
        file = questions.open_file(self, _("Take in a stick's file"), _("Batches (*.jdzb)"))
        if file is None:
            return
        out = questions.save_file(
            self, _("Where the answer goes"), f"{file.stem}.jdzr", _("Answers (*.jdzr)")
        )
        if out is None:
            return
        self._begin(_("Bringing the file to the centre"))
        self._office.jobs.with_own_store(
            partial(_received, file=file, out=out), self, self._took, self._failed, self._told
        )

    def _begin(self, words: str) -> None:
        self.said_box.hide()
        self.take.setEnabled(False)
        self.give.setEnabled(False)
        self.waiting.begin(words)

    def _told(self, done: int, total: int) -> None:
        self.waiting.tell(done // 1024, total // 1024)

    def _took(self, what: tuple[Path, Mapping[str, Any]]) -> None:
        out, done = what
        self._end()
        self.said.setText(stick_words(done))
        answer = _("The answer is {file}; give the stick back with it.").format(file=out.name)
        self.next.setText(answer if done.get("answer") else "")
        set_role(self.said_box, "warning" if done.get("held") else "good")
        self.said_box.show()
        self.taken.emit()

    def _failed(self, error: Exception) -> None:
        self._end()
        self.said.setText(sentence(error))
        self.next.setText(_("Nothing of it was taken in twice; try again."))
        set_role(self.said_box, "fault")
        self.said_box.show()

    def _end(self) -> None:
        self.waiting.end()
        self.take.setEnabled(True)
        self.give.setEnabled(True)


def stick_words(done: Mapping[str, Any]) -> str:
    """What became of a file, in one line."""
    count = len(done.get("batches", ()))
    parts = [ngettext("{n} batch taken in", "{n} batches taken in", count).format(n=count)]
    for name, words in (
        ("pushed", _("{n} changes")),
        ("attachments", _("{n} files")),
        ("repeated", _("{n} known already")),
        ("conflicts", _("{n} in conflict")),
        ("held", _("{n} held: device shut out")),
    ):
        if done.get(name):
            parts.append(words.format(n=done[name]))
    missing = len(done.get("missing", ()))
    if missing:
        parts.append(ngettext("{n} photo missing", "{n} photos missing", missing).format(n=missing))
    return joined(parts)


def _received(desk: Desk, task: Task, file: Path, out: Path) -> tuple[Path, Mapping[str, Any]]:
    return out, desk.receive_stick(file, out, task.report)


def _answered(desk: Desk, _task: Task, device: str, out: Path) -> Path:
    desk.write_answer(device, out)
    return out
