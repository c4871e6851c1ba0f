"""Backups that make themselves: after every half hour of work, off the GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.core.i18n import _
from jdz_field.store.backup import Stopped
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.jobs import Task

#: After the first write since the last backup; after a start; after a failure: in ms.
EVERY, AT_START, AGAIN = 30 * 60_000, 60_000, 5 * 60_000


class Roller(QObject):
    """Makes a rolling backup half an hour after the first write since the last one.

    A start makes one too, when the last window closed before its half hour was over. A failure
    is said once as a toast, stays in ``app.backup_wrong`` and is tried again.

    Signals:
        made: the file of a new backup, or ``None`` when nothing had changed.
    """

    made = Signal(object)

    def __init__(self, app: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._running = False
        self._worked_meanwhile = False
        self._task: Task | None = None
        self.timer = QTimer(self, singleShot=True)
        self.timer.timeout.connect(self.roll)
        self.timer.start(AT_START)
        app.saved.connect(self._worked)
        app.changed.connect(self._worked)

    def stop(self) -> None:
        """The window closes: no further backup, and the one at work ends."""
        self.timer.stop()
        self._running = True
        if self._task is not None:
            self._task.cancel()

    def roll(self) -> None:
        """Make a backup now, if anything changed."""
        if self._running:
            return
        self._running, self._worked_meanwhile = True, False
        path = self._app.path

        def work(task: Task) -> Path | None:
            with Project.open(path, read_only=True) as project:
                return project.roll_backup(task.cancelled)

        self._task = self._app.jobs.long_without_store(work, self, self._done, self._failed)

    def _worked(self, _moment: object = None) -> None:
        self._worked_meanwhile = True
        if not self._running and not self.timer.isActive():
            self.timer.start(EVERY)

    def _done(self, file: Path | None) -> None:
        self._running, self._task = False, None
        self._app.backup_wrong = ""
        if self._worked_meanwhile:
            self.timer.start(EVERY)
        self.made.emit(file)

    def _failed(self, error: Exception) -> None:
        self._task = None
        if isinstance(error, Stopped):
            return
        self._running = False
        words, known = sentence(error), bool(self._app.backup_wrong)
        self._app.backup_wrong = words
        if not known:
            self._app.toast(
                _("No backup could be made: {why} It is tried again.").format(why=words)
            )
        self.timer.start(AGAIN)
