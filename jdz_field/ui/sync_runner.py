"""The one sync of a window: started by a person or by itself, paused, gone on with, stopped.

By itself it runs only when the project's setting says so, after a quiet look whether the centre
answers at all, never while something else works on the store for long or while a person is
typing. A try by itself that fails shows no dialog and no toast: only the state says so, and the
next try waits longer each time, with jitter, until the network comes back.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.core.clock import utc_now
from jdz_field.core.errors import JdzError
from jdz_field.operations.sync import reach, run_sync
from jdz_field.store.project import Project
from jdz_field.sync.engine import Step
from jdz_field.sync.link import Refused
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.jobs import Task
from jdz_field.ui.sync_network import Network
from jdz_field.ui.sync_pace import Pace
from jdz_field.ui.sync_state import TROUBLE, forget_trouble, keep_report, keep_trouble

#: Phases: nothing runs; at work; a person let it wait; the last try broke off; this device is
#: let in no more.
IDLE, RUNNING, PAUSED, BROKEN, SHUT_OUT = "idle", "running", "paused", "broken", "shut_out"
#: The setting and its words: never; whenever the centre answers; every so many minutes.
WHEN, OFF, ANY = "sync_when", "off", "any"
CHOICES = (OFF, ANY, "15", "60")
#: Seconds: before the first try, after a write, between looks without anything to send, while a
#: person is typing, and the first and longest waits after a failure.
FIRST, AFTER_WRITE, QUIET, TYPING, LEAST, MOST = 15.0, 20.0, 300.0, 5.0, 30.0, 1800.0


@dataclass(frozen=True, slots=True)
class State:
    """What a page shows of the sync; bytes per second and seconds left are 0 when unknown."""

    phase: str = IDLE
    step: Step | None = None
    speed: float = 0.0
    left: float = 0.0
    words: str = ""
    by_itself: bool = False
    next_try: datetime | None = None


class SyncRunner(QObject):
    """Runs the sync of one open project. Lives on the GUI thread.

    Signals:
        changed: the state is another.
        ended(object): a run that a person started is over; its report, or the error.
    """

    changed = Signal()
    ended = Signal(object)

    def __init__(self, app: AppContext) -> None:
        super().__init__(app)
        self.app = app
        self.state = State()
        self._task: Task | None = None
        self._pace = Pace()
        self._tries = 0
        self._pausing = False
        self._awake = False
        self._written = utc_now() - timedelta(hours=1)
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self._look)
        self.network = Network(self)
        self.network.came.connect(self._network_came)
        app.saved.connect(self._note_write)
        self._remember()

    # ---- a person
    def start(self, *, originals: bool = False) -> None:
        """Sync now. A second call while it runs does nothing."""
        self._run(by_itself=False, originals=originals)

    def pause(self) -> None:
        """Let it wait until somebody goes on; everything done stands."""
        if self._task is not None:
            self._pausing = True
            self._task.cancel()

    def stop(self) -> None:
        """End the run; everything done stands."""
        if self._task is not None:
            self._task.cancel()
        elif self.state.phase == PAUSED:
            self._set(State())
            self._plan(QUIET)

    # ---- by itself
    def begin(self) -> None:
        """From now on it may run by itself, as the setting says."""
        self._awake = True
        self.network.begin(self.mode() != OFF)
        self._plan(FIRST)

    def rest(self) -> None:
        """The window closes: nothing starts any more."""
        self._awake = False
        self._wake.stop()

    def mode(self) -> str:
        """What the project's setting says; an unknown word counts as ``off``."""
        found = str(self.app.reader.get_setting(WHEN, OFF))
        return found if found in CHOICES else OFF

    def choose(self, mode: str) -> None:
        """Set when it runs by itself."""

        def done(_result: object) -> None:
            self._tries = 0
            self.network.begin(mode != OFF)
            self._plan(2.0)
            self.changed.emit()

        self.app.write(lambda project: project.set_setting(WHEN, mode), self, done)

    def due(self) -> float:
        """Seconds until the next try by itself, by setting, failures and what there is to send."""
        if self._tries:
            return min(LEAST * 2.0 ** (self._tries - 1), MOST)
        mode = self.mode()
        if mode not in (OFF, ANY):
            return float(mode) * 60
        return AFTER_WRITE if self._something_to_send() else QUIET

    def _something_to_send(self) -> bool:
        return int(self.app.reader.counts()["unsent"]) > 0

    def _plan(self, seconds: float) -> None:
        waits = self.state.phase in (PAUSED, SHUT_OUT, RUNNING)
        if not self._awake or waits or self.mode() == OFF:
            self._wake.stop()
            return
        # Jitter against sixty tablets in step, no secret.
        jittered = seconds * random.uniform(0.8, 1.3)  # noqa: S311
        self._wake.start(round(jittered * 1000))

    def _look(self) -> None:
        """The time has come: wait for a better moment, or ask quietly whether anybody is there."""
        app = self.app
        if self._task is not None or not self._awake or self.mode() == OFF or app.read_only:
            return
        typing = (utc_now() - self._written).total_seconds() < TYPING
        if typing or app.jobs.long():
            self._wake.start(round(TYPING * 1000))
            return
        if app.reader.get_setting("enrolment") is None or not self.network.there():
            self._plan(QUIET)
            return
        app.jobs.without_store(reach(app.reader), self, self._answered, self._silent)

    def _answered(self, there: bool) -> None:
        if not there:
            self._silent(None)
        elif self._awake:
            self._run(by_itself=True, originals=False)

    def _silent(self, _error: object) -> None:
        """Nobody answers: that is no fault, only the next look comes later."""
        self._tries += 1
        wait = self.due()
        if self.state.phase in (IDLE, BROKEN):
            self._set(replace(self.state, next_try=utc_now() + timedelta(seconds=wait)))
        self._plan(wait)

    def _network_came(self) -> None:
        self._tries = 0
        self._plan(3.0)

    def _note_write(self, moment: datetime) -> None:
        self._written = moment
        idle = self._awake and self._task is None and not self._tries
        if idle and self.mode() == ANY and self.state.phase == IDLE:
            late = self._wake.remainingTime() > AFTER_WRITE * 1300 or not self._wake.isActive()
            if late:
                self._plan(AFTER_WRITE)

    # ---- a run
    def _run(self, *, by_itself: bool, originals: bool) -> None:
        if self._task is not None:
            return
        self._wake.stop()
        self._pausing = False
        self._pace = Pace()
        light = by_itself and self.network.metered()

        def work(project: Project, task: Task) -> dict[str, Any]:
            return _sync(project, task, originals=originals, light=light)

        self._task = self.app.jobs.with_own_store(
            work, self, self._done, self._failed, self._progressed
        )
        self._set(State(RUNNING, by_itself=by_itself))

    def _progressed(self, done: int, total: int, step: Step) -> None:
        if self._task is None:
            return
        self._pace.tell(step.stage, done)
        left = self._pace.left(done, total) or 0.0
        speed = self._pace.speed() if step.bytes_total else 0.0
        self._set(replace(self.state, step=step, speed=speed, left=left))

    def _done(self, report: dict[str, Any]) -> None:
        before, paused = self.state, self._pausing and report["stopped"]
        self._over()
        self._tries = 0
        self._set(State(PAUSED, before.step) if paused else State())
        self.app.wrote()
        if not before.by_itself:
            self.ended.emit(report)
        self._plan(self.due())

    def _failed(self, error: Exception) -> None:
        by_itself = self.state.by_itself
        self._over()
        self._tries += 1
        wait = self.due()
        shut = _shut_out(error)
        self._set(
            State(
                SHUT_OUT if shut else BROKEN,
                words=sentence(error),
                next_try=None if self.mode() == OFF else utc_now() + timedelta(seconds=wait),
            )
        )
        self.app.wrote()
        if not by_itself:
            self.ended.emit(error)
        self._plan(wait)

    def _over(self) -> None:
        self._task = None

    def _remember(self) -> None:
        """What the last run of this project ended with, also of another start of the program."""
        kept = self.app.reader.get_setting(TROUBLE)
        if isinstance(kept, dict):
            phase = SHUT_OUT if kept.get("shut_out") else BROKEN
            self.state = State(phase, words=str(kept.get("words", "")))

    def _set(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()


def runner_of(app: AppContext) -> SyncRunner:
    """The runner of a window's project, made when it is first wanted."""
    return app.findChild(SyncRunner) or SyncRunner(app)


def _sync(project: Project, task: Task, *, originals: bool, light: bool) -> dict[str, Any]:
    def told(step: Step) -> None:
        done, total = step.done, step.total
        if step.bytes_total:
            done, total = step.bytes_done, step.bytes_total
        task.report(done, total, step)

    try:
        report = run_sync(
            project, originals=originals, light=light, progress=told, cancelled=task.cancelled
        )
    except JdzError as error:
        keep_trouble(project, str(error), shut_out=_shut_out(error))
        raise
    keep_report(project, report)
    forget_trouble(project)
    return report.to_json()


def _shut_out(error: Exception) -> bool:
    return isinstance(error, Refused) and error.status in (401, 403)
