"""Taking a pile in, beside the window: progress in files and bytes, stop, small pictures after."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from jdz_field.core.i18n import _
from jdz_field.operations.photos import AddReport, Belongs, add_photos
from jdz_field.operations.thumbnails import make_thumbnails
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Task
from jdz_field.ui.photos.plan import Pile
from jdz_field.ui.values import shown_size


@dataclass
class _Bytes:
    """Bytes that the working threads told of; each is told twice: copied, checked."""

    done: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def add(self, size: int) -> None:
        with self._lock:
            self.done += size


class TakingIn(QObject):
    """One run.

    Signals:
        progressed(object, object, str): thousandths done, of how many, and the words.
        finished(object): the ``AddReport``.
        failed(object): the exception; what was taken in by then stays.
    """

    progressed = Signal(object, object, str)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, app: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._task: Task | None = None

    def running(self) -> bool:
        """Whether photos are being taken in."""
        return self._task is not None

    def start(self, pile: Pile, each: dict[Path, Belongs]) -> None:
        """Take these files of a pile in."""
        total = sum(shot.info.size for shot in pile.shots if shot.info.file in each)
        self._task = self._app.jobs.with_own_store(
            _work(pile, each, total), self, self._finished, self._failed, self._progressed
        )

    def stop(self) -> None:
        """Stop after the files at work; what was taken in stays."""
        if self._task is not None:
            self._task.cancel()

    def _progressed(self, done: int, total: int, files: int, of: int) -> None:
        share = done / total if total else files / max(of, 1)
        words = _("{files} of {of} photos, {done} of {total}").format(
            files=files, of=of, done=shown_size(done), total=shown_size(total)
        )
        self.progressed.emit(round(1000 * min(share, 1.0)), 1000, words)

    def _finished(self, report: AddReport) -> None:
        self._task = None
        self._small(report)
        self.finished.emit(report)

    def _failed(self, error: Exception) -> None:
        self._task = None
        self.failed.emit(error)

    def _small(self, report: AddReport) -> None:
        """Make the small pictures that lists and walls will ask for."""
        path = self._app.path
        hashes = [p.attachment.sha256 for p in report.files if p.attachment is not None]

        def work(task: Task) -> int:
            return make_thumbnails(path, hashes, cancelled=task.cancelled)

        if hashes:
            self._app.jobs.long_without_store(work, self._app, _nothing, _nothing)


def _work(
    pile: Pile, each: dict[Path, Belongs], total: int
) -> Callable[[Project, Task], AddReport]:
    def work(project: Project, task: Task) -> AddReport:
        told, files = _Bytes(), [0]

        def copied(size: int) -> None:
            told.add(size)
            task.report(min(told.done // 2, total - 1), total, files[0], len(each))

        def progress(done: int, of: int) -> None:
            files[0] = done
            task.report(total if done == of else min(told.done // 2, total - 1), total, done, of)

        return add_photos(
            project, list(each), each=each, track=pile.tracks, timing=pile.timing,
            progress=progress, cancelled=task.cancelled, copied=copied,
        )  # fmt: skip

    return work


def _nothing(_result: object) -> None:
    """Small pictures are not worth a word."""
