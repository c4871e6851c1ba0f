"""Records the track of who works here, whatever page shows and while the window is locked."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.core.clock import Now, utc_now
from jdz_field.core.i18n import _
from jdz_field.gnss.fix import Fix
from jdz_field.operations import tracks
from jdz_field.operations.tracks import Recovered
from jdz_field.operations.tracks_filter import KEPT, SLEEP, plan_named
from jdz_field.operations.tracks_recording import Recording, day_of
from jdz_field.store.project import Project
from jdz_field.store.tracks import TrackEntry
from jdz_field.ui.context import AppContext
from jdz_field.ui.receiver import FIXED
from jdz_field.ui.tracking_words import shown_km, shown_span

#: How a recording does.
OFF, WAITING, ON, PAUSED = STATES = ("off", "waiting", "on", "paused")
_TICK_MS = 1000
#: The loop was not run for so long: the machine slept, seconds.
_SLEPT = 20.0
#: How long closing the window waits for the disk, seconds.
_PATIENCE = 3.0


class Tracking(QObject):
    """The recording of this window, if one runs. Lives on the GUI thread.

    Attributes:
        recording: the track that grows, ``None`` when none does.
        plan: name of how densely it is kept.

    Signals:
        changed: its state or figures are others.
        grown: it has another point.
        sealed: the ``TrackEntry`` that a recording became.
    """

    changed = Signal()
    grown = Signal()
    sealed = Signal(object)

    def __init__(
        self,
        app: AppContext,
        parent: QObject | None = None,
        *,
        plan: str = "usual",
        now: Now = utc_now,
    ) -> None:
        super().__init__(parent)
        self._app, self._now = app, now
        self.plan = plan
        self.recording: Recording | None = None
        self._ending: list[Recording] = []
        self._sealing: set[Path] = set()
        self._ticked = now()
        self._full_said = self._over = False
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.tick)
        app.receiver.fixed.connect(self._fixed)
        app.receiver.state_changed.connect(self.changed)
        app.receiver.gap.connect(self._gap)
        app.person_changed.connect(self._person_changed)

    # ---- what is known
    @property
    def state(self) -> str:
        """``off``, ``waiting`` (for a position), ``on`` or ``paused``."""
        if self.recording is None:
            return OFF
        if self.recording.paused:
            return PAUSED
        return ON if self._app.receiver.state == FIXED else WAITING

    @property
    def problem(self) -> str:
        """Why points cannot be brought to the disk now, empty when they can."""
        every = [*self._ending, *([self.recording] if self.recording else [])]
        return next((one.problem for one in every if one.problem), "")

    def person(self) -> str:
        """Whose track it would be."""
        person = self._app.person
        return person.name if person is not None else self._app.reader.author

    # ---- at the start
    def begin(self) -> None:
        """Take in what a program that was killed left behind; go on with one's own."""
        if self._over or self._app.read_only or not tracks.has_recordings(self._app.path):
            return
        person, now = self.person(), self._now()

        def work(project: Project) -> Recovered:
            return tracks.recover(project, person, now)

        self._app.write(work, self, self._recovered)

    def _recovered(self, found: Recovered) -> None:
        log = found.going_on
        if log is not None and self.recording is None:
            self._record(Recording.go_on(log, plan_named(self.plan)))
            length = shown_km(self.recording.length) if self.recording else ""
            self._app.toast(
                _("The program had stopped; your track of {length} goes on.").format(length=length)
            )
        elif found.sealed:
            length = shown_km(sum(one.length for one in found.sealed))
            self._app.toast(
                _("A track of {length} was recovered; see Tracks.").format(length=length)
            )
        for sentence in found.problems:
            self._app.toast(sentence)
        for entry in found.sealed:
            self.sealed.emit(entry)

    # ---- acts
    def toggle(self) -> None:
        """One touch: start, or stop."""
        if self.recording is None:
            self.start()
        else:
            self.stop()

    def start(self) -> None:
        """Record from now on."""
        if self.recording is not None or self._over:
            return
        if self._app.read_only:
            self._app.toast(_("Nothing can be recorded here: this place cannot be written."))
            return
        self._record(Recording(self._app.path, self.person(), plan_named(self.plan)))
        if self._app.receiver.there:
            self._app.toast(_("Your track is recorded, whatever you do meanwhile."))
        else:
            self._app.toast(_("No receiver yet: the track begins with the first position."))

    def _record(self, recording: Recording) -> None:
        self.recording = recording
        self._ticked = self._now()
        self._timer.start()
        latest = self._app.receiver.latest
        if latest is not None:
            self._fixed(latest)
        self.changed.emit()
        self.grown.emit()

    def stop(self) -> None:
        """End the track; it is kept with the project."""
        recording = self._end()
        if recording is None:
            return
        if recording.points:
            words = _("Track kept: {length}, {span}.").format(
                length=shown_km(recording.length), span=shown_span(recording)
            )
            self._app.toast(words, self.start)
        else:
            self._app.toast(_("No position came: there is no track to keep."))

    def _end(self) -> Recording | None:
        recording, self.recording = self.recording, None
        if recording is None:
            return None
        recording.end(self._now())
        if recording.writer is not None:
            recording.writer.flush()
            self._ending.append(recording)
            QTimer.singleShot(50, self, self._settle)
        self.changed.emit()
        self.grown.emit()
        return recording

    def pause(self) -> None:
        """Keep nothing until it goes on."""
        if self.recording is not None:
            self.recording.pause()
            self.changed.emit()

    def resume(self) -> None:
        """Go on: a new stretch."""
        if self.recording is not None:
            self.recording.resume()
            self.changed.emit()

    def call(self, title: str) -> None:
        """Give the track that grows a title."""
        if self.recording is not None and title != self.recording.title:
            self.recording.call(title)

    def choose_plan(self, name: str) -> None:
        """Keep points by another plan, from now on and the next times."""
        self.plan = name
        if self.recording is not None:
            self.recording.thin(plan_named(name))
        self._app.prefer("track_plan", name)
        self.changed.emit()

    # ---- what comes
    def _fixed(self, fix: Fix) -> None:
        recording = self.recording
        if recording is None or not self._app.receiver.live(fix):
            return
        head = recording.head
        if head is not None and not recording.paused and day_of(fix.moment) != head.day:
            # Every day has a track of its own.
            self._end()
            self._record(Recording(self._app.path, recording.person, plan_named(self.plan)))
            return
        if recording.feed(fix) == KEPT:
            self.grown.emit()

    def _gap(self, reason: str) -> None:
        # Silence is judged by its length, when the next position comes.
        if reason == SLEEP and self.recording is not None:
            self.recording.slept()

    def _person_changed(self) -> None:
        recording, person = self.recording, self._app.person
        if recording is None or (person is not None and recording.person in person.names):
            return
        name = recording.person
        self._end()
        self._app.toast(_("The track of {name} ended; start your own.").format(name=name))

    def tick(self) -> None:
        """Once a second: notice sleep, a full disk, and recordings that are on the disk."""
        now, before = self._now(), self._ticked
        self._ticked = now
        if self.recording is not None and (now - before).total_seconds() > _SLEPT:
            self.recording.slept()
        problem = self.problem
        if problem and not self._full_said:
            self._app.toast(
                _("{problem} What the track has since is in memory and tried again.").format(
                    problem=problem
                )
            )
        self._full_said = bool(problem)
        self._settle()
        if self.recording is None and not self._ending:
            self._timer.stop()
        self.changed.emit()

    def _settle(self) -> None:
        """Seal what is on the disk wholly."""
        for one in () if self._over else [*self._ending]:
            writer = one.writer
            if writer is not None and writer.waiting == 0:
                self._ending.remove(one)
                one.close()
                self._seal(writer.path)

    def _seal(self, path: Path) -> None:
        """The file beside the store lane, where a draft may wait; then the entry."""
        self._sealing.add(path)
        folder = self._app.path

        def prepared(entry: TrackEntry | None) -> None:
            def work(project: Project) -> TrackEntry | None:
                return tracks.enter(project, path, entry)

            # After the window is left, leaving it has seen to the track.
            if not self._over:
                self._app.write(work, self, entered)

        def entered(entry: TrackEntry | None) -> None:
            self._sealing.discard(path)
            self._was_sealed(entry)

        jobs, failed = self._app.jobs, self._app.say_failure
        jobs.without_store(lambda: tracks.prepare(folder, path), self, prepared, failed)

    def _was_sealed(self, entry: TrackEntry | None) -> None:
        if entry is not None:
            self.sealed.emit(entry)

    # ---- at the end
    def leave(self, monotonic: Callable[[], float] = time.monotonic) -> bool:
        """The window closes: everything to the disk. ``False`` when the person rather stays."""
        self._end()
        patience = monotonic() + _PATIENCE
        while any(one.writer and one.writer.waiting for one in self._ending):
            if monotonic() > patience:
                break
            time.sleep(0.01)
        lost = sum(one.writer.waiting for one in self._ending if one.writer)
        if lost:
            question = _(
                "The disk takes no more: the last {n} points of the track are in memory only. "
                "Close all the same?"
            ).format(n=lost)
            if not self._app.questions.confirm(None, question, act=_("Close")):
                self._timer.start()
                return False
        self._timer.stop()
        for one in self._ending:
            one.close()
        rest = {one.path for one in self._ending if one.path is not None} | self._sealing
        if rest:
            self._app.write(lambda project: tracks.seal_all(project, sorted(rest)), self)
        self._ending.clear()
        self._over = True
        return True

    def now(self) -> datetime:
        """The clock of the recording."""
        return self._now()
