"""Between the session and the widgets: answers go in, what changed comes out, drafts are kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.core.clock import utc_now
from jdz_field.core.machine_checks import Finding
from jdz_field.gnss.fix import Fix
from jdz_field.operations import late_drafts
from jdz_field.operations.form_media import media_file
from jdz_field.operations.forms import open_session
from jdz_field.operations.records import Filling, FinalizeResult
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.nested import Answers, entry_of, insert
from jdz_field.ui.form.undo import Done, History, Shadow
from jdz_field.xforms.session import FormSession

log = logging.getLogger(__name__)

#: While keys keep coming, what is typed is answered this long after the first.
FLUSH_AFTER_MS = 300
#: A draft is written this long after an answer.
SAVE_AFTER_MS = 300
#: A store that has not written the draft by then is busy: the draft is kept beside it.
LATE_AFTER_MS = 200
#: Where one is, without an answer, is written after this.
MOVED_AFTER_MS = 1000
#: A draft that could not be written is tried again after this.
RETRY_MS = 3000
#: What is typed letter by letter: one step until the field is left.
_TYPED = ("input", "range")
_TAPPED = frozenset(("binary", "geopoint", "geotrace", "geoshape", "barcode"))


class Driver(QObject):
    """Drives one ``Filling``: the only one that touches its session.

    Attributes:
        place: the question one is at; ``offset``: its distance from the page's upper edge.

    Signals:
        changed(object): refs (``tuple[str, ...]``) whose shown state changed.
        rebuilt(): the language or the session changed; draw everything anew.
        flush_wanted(): keys keep coming: what is typed so far is to be answered.
        history_changed(): there is more, or less, to take back.
        stepped(object, bool): a ``Done`` was taken back, or (True) done again.
        saved(object): the draft is in the store; the moment (``datetime``, UTC).
        failed(object): the draft could not be written (``Exception``); it is tried again.
        finalized(object): the ``FinalizeResult``.
    """

    changed = Signal(object)
    rebuilt = Signal()
    flush_wanted = Signal()
    history_changed = Signal()
    stepped = Signal(object, bool)
    saved = Signal(object)
    failed = Signal(object)
    finalized = Signal(object)

    def __init__(self, app: AppContext, filling: Filling, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.app = app
        self.filling = filling
        self.place, self.offset = split_place(filling.head.place)
        self.closed = False
        self.history = History()
        self._shadow = Shadow(filling.session)
        self._waiting: dict[str, None] | None = None
        self._dirty = self._begun = self._saving = self._beside = False
        self._timer = self._alarm(self.save)
        self._typing = self._alarm(self.flush_wanted.emit, FLUSH_AFTER_MS)
        self._late = self._alarm(self._keep_beside, LATE_AFTER_MS)

    def _alarm(self, what: Any, after: int = SAVE_AFTER_MS) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after)
        timer.timeout.connect(what)
        return timer

    @property
    def session(self) -> FormSession:
        """The session; read it, answer through the driver."""
        return self.filling.session

    # ---- answering
    def answer(self, ref: str, value: str) -> None:
        """Give an answer; empty clears it."""
        if value and ref in self.session.wanted_positions:
            # The person was quicker than the receiver.
            self.session.refuse_position(ref)
        refs = self.session.answer(ref, value or None)
        changes = self._shadow.compare(refs)
        # The question itself first: it is what the step is called after.
        first = sorted(changes, key=lambda change: change.ref != ref)
        self._push(Done("answer", ref, tuple(first)), join=self._is_typed(ref))
        self.touched(ref)
        self._tell(refs)

    def _is_typed(self, ref: str) -> bool:
        node = self.session.node(ref)
        return node.control in _TYPED and node.type not in _TAPPED

    def _push(self, step: Done, *, join: bool = False) -> None:
        self.history.push(step, join=join)
        self.history_changed.emit()

    def add_repeat(self, ref: str) -> str:
        """Add an instance; its ref."""
        made = self.session.add_repeat(ref)
        refs = self.session.take_changes()
        outside = [c for c in self._shadow.compare(refs) if not c.ref.startswith(f"{made}/")]
        self._push(Done("add", made, tuple(outside), whole=True))
        self.touched(made)
        self._tell(refs)
        return made

    def remove_repeat(self, ref: str) -> Answers:
        """Remove an instance; what it held, for ``put_back``."""
        held, refs, outside = self._take_out(ref)
        self._push(Done("remove", ref, outside, held, whole=True))
        self.touched(ref.rpartition("[")[0])
        self._tell(refs)
        return held

    def _take_out(self, ref: str) -> tuple[Answers, tuple[str, ...], tuple[Any, ...]]:
        held = entry_of(self.session.answers(), ref)
        self._shadow.forget(ref)
        refs = self.session.remove_repeat(ref)
        return held, refs, self._shadow.compare(refs)

    def put_back(self, ref: str, held: Answers) -> None:
        """Bring a removed instance back to its old place, with what it held."""
        self._put_all_back([(ref, held)])

    def _put_all_back(self, entries: Sequence[tuple[str, Answers]]) -> None:
        answers = self.session.answers()
        for ref, held in entries:
            insert(answers, ref, held)
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
        self._shadow = Shadow(self.session)
        self.touched(entries[0][0])
        self.rebuilt.emit()

    def set_language(self, language: str) -> None:
        """Another language of the form, while filling."""
        self.session.set_language(language)
        self.rebuilt.emit()

    def touched(self, ref: str) -> None:
        """Something was answered at ``ref``: the draft is written soon."""
        if self.place != ref:
            self.place, self.offset = ref, 0
        self._dirty = self._begun = True
        if not self._timer.isActive() or self._timer.remainingTime() > SAVE_AFTER_MS:
            self._timer.start(SAVE_AFTER_MS)

    def moved(self, ref: str, offset: int) -> None:
        """The person is at another question, or it stands elsewhere in the window."""
        if (ref, offset) == (self.place, self.offset):
            return
        self.place, self.offset = ref, offset
        if self._begun and not self.closed:
            self._dirty = True
            if not self._timer.isActive():
                self._timer.start(MOVED_AFTER_MS)

    def typed(self) -> None:
        """A key came: what is typed is answered soon, even when more keys come."""
        if not self._typing.isActive() and not self.closed:
            self._typing.start()

    # ---- taking back
    @contextmanager
    def together(self, words: str = "") -> Iterator[None]:
        """What is answered, added and removed inside is one step for undo, called ``words``.

        It is drawn once, at the end.
        """
        outermost = self._waiting is None
        self._waiting = {} if self._waiting is None else self._waiting
        try:
            with self.history.together(words):
                yield
        finally:
            if outermost:
                refs, self._waiting = tuple(self._waiting), None
                self.changed.emit(refs)
        self.history_changed.emit()

    def _tell(self, refs: tuple[str, ...]) -> None:
        if self._waiting is None:
            self.changed.emit(refs)
        else:
            self._waiting.update(dict.fromkeys(refs))

    def undo(self) -> Done | None:
        """Take the last step back; it, or None when there is none."""
        if not self.history.done or self.closed:
            return None
        step = self.history.done.pop()
        self.history.undone.append(step)
        self._perform(step, forward=False)
        return step

    def redo(self) -> Done | None:
        """Do again what was taken back last; it, or None when there is nothing."""
        if not self.history.undone or self.closed:
            return None
        step = self.history.undone.pop()
        self.history.done.append(step)
        step.whole = True
        self._perform(step, forward=True)
        return step

    def bring_back(self, step: Done) -> None:
        """Undo the removal of an entry, whatever was done since."""
        if step not in self.history.done or self.closed:
            return
        if self.history.done[-1] is step:
            self.undo()
        else:
            self._put_all_back([(one.ref, one.held or {}) for one in reversed(step.entries)])
            again = [Done("add", one.ref, held=one.held) for one in reversed(step.entries)]
            again[0].whole, again[0].more = True, tuple(again[1:])
            self._push(again[0])

    def _perform(self, step: Done, *, forward: bool) -> None:
        there = forward is (step.kind == "add")
        refs: tuple[str, ...] = ()
        if step.kind == "answer":
            self._put(step, forward=forward)
        elif there:
            self._put_all_back(
                [(one.ref, one.held or {}) for one in step.in_order(forward=forward)]
            )
            self._put(step, forward=forward)
        else:
            self._put(step, forward=forward)
            for one in step.in_order(forward=forward):
                one.held, gone, _outside = self._take_out(one.ref)
                refs += gone
        refs += self.session.take_changes()
        self._shadow.compare(refs)
        self.touched(step.ref if step.kind == "answer" or there else step.ref.rpartition("[")[0])
        self.changed.emit(refs)
        self.history_changed.emit()
        self.stepped.emit(step, forward)

    def _put(self, step: Done, *, forward: bool) -> None:
        """The texts of a step, without the actions that an answer sets off."""
        for change in step.changes:
            self.session.correct(
                change.ref, change.after if forward else change.before, follow=True
            )

    # ---- positions that the form takes by itself
    def give_position(self, ref: str, fix: Fix) -> None:
        """A fix for a question that the form itself fills; no step to take back."""
        refs = self.session.give_position(ref, fix.lat, fix.lon, fix.altitude, fix.accuracy)
        self._shadow.compare(refs)
        self._dirty = self._begun = True
        if not self._timer.isActive():
            self._timer.start(SAVE_AFTER_MS)
        self.changed.emit(refs)

    # ---- the form's own files
    def media(self, name: str) -> Path | None:
        """The file that a label names (``jr://images/a.png``); None when it is missing."""
        head = self.filling.head
        return media_file(self.app.reader, head.form, head.form_version, name)

    # ---- keeping
    def save(self) -> None:
        """Write the draft in the store lane, unless one is being written (then right after)."""
        self._timer.stop()
        if self.closed or not self._dirty:
            return
        if self._saving:
            self._keep_beside()
            return
        self._dirty, self._saving = False, True
        draft = self.filling.draft(self.app.reader, self._here())

        def work(project: Project) -> None:
            project.save_draft(draft)

        self._late.start()
        # Not ``app.write``: every page would be drawn anew with each answer.
        self.app.jobs.with_store(work, self, self._saved, self._not_saved)

    def _here(self) -> str:
        return f"{self.place}@{self.offset}" if self.offset else self.place

    def _keep_beside(self) -> None:
        """The store is busy with something long: a kill must lose nothing meanwhile."""
        draft = self.filling.draft(self.app.reader, self._here())
        try:
            late_drafts.put(self.app.path, draft)
        except OSError:
            log.warning("draft not kept beside the store", exc_info=True)
        else:
            self._beside = True

    def leave(self) -> None:
        """The page goes: what is not written yet is, whatever is under way, and pages are told."""
        for timer in (self._timer, self._typing, self._late):
            timer.stop()
        if self.closed or not self._begun:
            return
        draft = self.filling.draft(self.app.reader, self._here()) if self._dirty else None
        self._dirty = False

        def work(project: Project) -> None:
            if draft is not None:
                project.save_draft(draft)

        # This driver may be gone when it is done: the context hears of it.
        self.app.write(work, self.app, partial(_drop, self.app.path, self.filling.id))

    def unsaved(self) -> bool:
        """Whether an answer is not in the store yet."""
        return self._dirty or self._saving

    def finalize(self) -> None:
        """Make the record, or learn what stands in its way; ``finalized`` tells.

        Lock the page meanwhile: the session is read in the store lane.
        """
        for timer in (self._timer, self._typing, self._late):
            timer.stop()
        self._dirty, self.closed = False, True
        work = partial(self.filling.finalize, ask=True)
        self.app.write(work, self, self._finalized, self._not_finalized)

    def say_why(self, found: Finding, words: str) -> None:
        """Keep the reason for what the machine found."""
        self.filling.say_why(found, words)
        self.touched(self.place)

    def _saved(self, _result: object) -> None:
        self._saving = False
        self._late.stop()
        moment = utc_now()
        self.saved.emit(moment)
        self.app.kept()
        if self._dirty:
            self.save()
        elif self._beside:
            self._beside = False
            late_drafts.drop(self.app.path, self.filling.id)

    def _not_saved(self, error: Exception) -> None:
        self._saving, self._dirty = False, True
        self._late.stop()
        self._keep_beside()
        self._timer.start(RETRY_MS)
        self.failed.emit(error)

    def _finalized(self, result: FinalizeResult) -> None:
        self.closed = result.record is not None
        _drop(self.app.path, self.filling.id)
        self.finalized.emit(result)

    def _not_finalized(self, error: Exception) -> None:
        self.closed = False
        self._dirty = True
        self._timer.start(RETRY_MS)
        self.failed.emit(error)


def _drop(folder: Path, draft: str, _result: object = None) -> None:
    late_drafts.drop(folder, draft)


def split_place(place: str) -> tuple[str, int]:
    """A draft's place: the question's ref, and its distance from the upper edge in pixels."""
    ref, _at, offset = place.rpartition("@")
    return (ref, int(offset)) if ref and offset.lstrip("-").isdigit() else (place, 0)
