"""Between the session and the widgets: answers go in, what changed comes out, drafts are kept."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.core.clock import utc_now
from jdz_field.operations.forms import open_session
from jdz_field.operations.records import Filling, FinalizeResult
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.xforms.session import FormSession

#: A draft is written this long after an answer; with the typing pause well under a second.
SAVE_AFTER_MS = 400
#: A draft that could not be written is tried again after this.
RETRY_MS = 3000

#: Nested answers, as drafts hold them.
Answers = dict[str, Any]
_STEP = re.compile(r"([^/\[]+)(?:\[(\d+)\])?")


class Driver(QObject):
    """Drives one ``Filling``: the only one that touches its session.

    Signals:
        changed(object): refs (``tuple[str, ...]``) whose shown state changed.
        rebuilt(): the language or the session changed; draw everything anew.
        saved(object): the draft is in the store; the moment (``datetime``, UTC).
        failed(object): the draft could not be written (``Exception``); it is tried again.
        finalized(object): the ``FinalizeResult``.
    """

    changed = Signal(object)
    rebuilt = Signal()
    saved = Signal(object)
    failed = Signal(object)
    finalized = Signal(object)

    def __init__(self, app: AppContext, filling: Filling, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.app = app
        self.filling = filling
        self.place = filling.head.place
        self.closed = False
        self._dirty = False
        self._begun = False
        self._saving = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.save)

    @property
    def session(self) -> FormSession:
        """The session; read it, answer through the driver."""
        return self.filling.session

    # ---- answering
    def answer(self, ref: str, value: str) -> None:
        """Give an answer; empty clears it."""
        refs = self.session.answer(ref, value or None)
        self.touched(ref)
        self.changed.emit(refs)

    def add_repeat(self, ref: str) -> str:
        """Add an instance; its ref."""
        made = self.session.add_repeat(ref)
        self.touched(made)
        self.changed.emit(self.session.take_changes())
        return made

    def remove_repeat(self, ref: str) -> Answers:
        """Remove an instance; what it held, for ``put_back``."""
        held = _row(self.session.answers(), ref)
        refs = self.session.remove_repeat(ref)
        self.touched(ref.rpartition("[")[0])
        self.changed.emit(refs)
        return held

    def put_back(self, ref: str, held: Answers) -> None:
        """Bring a removed instance back to its old place, with what it held."""
        answers = self.session.answers()
        _insert(answers, ref, held)
        language = self.session.language
        head = self.filling.head
        self.filling.session = open_session(
            self.app.reader,
            head.form,
            version=head.form_version,
            site=self.filling.site,
            answers=answers,
        )
        if language:
            self.session.set_language(language)
        self.touched(ref)
        self.rebuilt.emit()

    def set_language(self, language: str) -> None:
        """Another language of the form, while filling."""
        self.session.set_language(language)
        self.rebuilt.emit()

    def touched(self, ref: str) -> None:
        """Something was answered at ``ref``: the draft is written soon."""
        self.place = ref
        self._dirty = self._begun = True
        if not self._timer.isActive():
            self._timer.start(SAVE_AFTER_MS)

    # ---- keeping
    def save(self) -> None:
        """Write the draft in the store lane, unless one is being written (then right after)."""
        self._timer.stop()
        if self._saving or self.closed or not self._dirty:
            return
        self._dirty, self._saving = False, True
        draft = self.filling.draft(self.app.reader, self.place)

        def work(project: Project) -> None:
            project.save_draft(draft)

        # Not ``app.write``: every page would be drawn anew with each answer.
        self.app.jobs.with_store(work, self, self._saved, self._not_saved)

    def leave(self) -> None:
        """The page goes: what is not written yet is, whatever is under way, and pages are told."""
        self._timer.stop()
        if self.closed or not self._begun:
            return
        draft = self.filling.draft(self.app.reader, self.place) if self._dirty else None
        self._dirty = False

        def work(project: Project) -> None:
            if draft is not None:
                project.save_draft(draft)

        # This driver may be gone when it is done: the context hears of it.
        self.app.write(work, self.app)

    def unsaved(self) -> bool:
        """Whether an answer is not in the store yet."""
        return self._dirty or self._saving

    def finalize(self) -> None:
        """Make the record, or learn what stands in its way; ``finalized`` tells.

        Lock the page meanwhile: the session is read in the store lane.
        """
        self._timer.stop()
        self._dirty, self.closed = False, True
        self.app.write(self.filling.finalize, self, self._finalized, self._not_finalized)

    def _saved(self, _result: object) -> None:
        self._saving = False
        moment = utc_now()
        self.saved.emit(moment)
        self.app.kept()
        if self._dirty:
            self.save()

    def _not_saved(self, error: Exception) -> None:
        self._saving, self._dirty = False, True
        self._timer.start(RETRY_MS)
        self.failed.emit(error)

    def _finalized(self, result: FinalizeResult) -> None:
        self.closed = result.record is not None
        self.finalized.emit(result)

    def _not_finalized(self, error: Exception) -> None:
        self.closed = False
        self._dirty = True
        self.failed.emit(error)


def _rows_of(answers: Answers, ref: str) -> tuple[list[Answers], int]:
    """The rows that the instance ``ref`` is among, and its place there (from 0)."""
    here = answers
    steps = _STEP.findall(ref)[1:]
    for name, position in steps[:-1]:
        found = here[name]
        here = found[int(position) - 1] if isinstance(found, list) else found
    name, position = steps[-1]
    rows: list[Answers] = here[name]
    return rows, int(position) - 1


def _row(answers: Answers, ref: str) -> Answers:
    rows, place = _rows_of(answers, ref)
    return rows[place]


def _insert(answers: Answers, ref: str, held: Answers) -> None:
    rows, place = _rows_of(answers, ref)
    rows.insert(place, held)
