"""What every page of the office window is given: the lane to the centre, and ways to speak."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from jdz_field.operations.office import Desk
from jdz_field.ui.context import sentence
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.office.decisions import Act, Outbox
from jdz_field.ui.questions import Questions

T = TypeVar("T")


class OfficeContext(QObject):
    """One centre as the office sees it. Lives on the GUI thread.

    The connection belongs to the lane that ``jobs`` keeps for it: requests go one after the
    other, and the window never waits.

    Signals:
        reached(bool): the centre answered, or did not.
        counted(str, int): so many things wait on this page.
        toast_wanted(str, object): say something in passing; with a callable, offer 撤销.
        settled(str): the act with this key has reached the centre.
        refused(str, str): it has not; the sentence says why.
        theme_changed: draw icons and pictures anew.
    """

    reached = Signal(bool)
    counted = Signal(str, int)
    toast_wanted = Signal(str, object)
    settled = Signal(str)
    refused = Signal(str, str)
    theme_changed = Signal()

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        questions: Questions | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.jobs: Jobs[Desk] = Jobs(open_desk, self)
        self.questions = questions or Questions()
        self.outbox = Outbox(self)
        self.outbox.ready.connect(self._send)
        self.outbox.held.connect(self._held)
        self._under_way: set[str] = set()
        #: Called when the window closes, before the lanes end.
        self.at_close: list[Callable[[], None]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def ask(
        self,
        work: Callable[[Desk], T],
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Ask the centre; ``done`` and ``failed`` are called on the GUI thread."""

        def arrived(result: Any) -> None:
            self.reached.emit(True)
            done(result)

        self.jobs.with_store(work, owner, arrived, failed or self.say_failure)

    def toast(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Say something in passing."""
        self.toast_wanted.emit(words, undo)

    def say_failure(self, error: Exception) -> None:
        """Say in one sentence what went wrong."""
        self.toast(sentence(error))

    def folder(self) -> Path:
        """Where photos lie for as long as the window is open."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(
                prefix="jdz-office-", ignore_cleanup_errors=True
            )
        return Path(self._folder.name)

    def pending(self, key: str) -> bool:
        """Whether an act with this key is held or on its way."""
        return key in self._under_way or self.outbox.holds(key)

    def close(self) -> None:
        """Send what is held, then give the connection back."""
        self.outbox.flush()
        for act in self.at_close:
            act()
        self.jobs.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _held(self, act: Act | None) -> None:
        if act is not None:
            self.toast(act.words, self.outbox.take_back)

    def _send(self, act: Act) -> None:
        self._under_way.add(act.key)

        def done(_result: object) -> None:
            self._under_way.discard(act.key)
            self.settled.emit(act.key)

        def failed(error: Exception) -> None:
            self._under_way.discard(act.key)
            self.refused.emit(act.key, sentence(error))

        self.ask(act.send, self, done, failed)
