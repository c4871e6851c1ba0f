"""What the windows know of the GNSS receiver; whoever listens to it puts its fixes here."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.gnss.fix import STALE_AFTER, Fix
from jdz_field.gnss.reader import Heard, Reader
from jdz_field.gnss.recorder import Recorder

#: What a receiver is worth right now.
NONE, SEARCHING, FIXED, STALE, LOST = STATES = ("none", "searching", "fix", "stale", "lost")
#: Why positions do not follow one another (``gap``).
SILENCE, SLEEP = "receiver", "sleep"
#: The highest antenna above the ground that is believed, metres.
MOST_ANTENNA = 10.0
#: Where a fix of a recorded log is from.
REPLAY = "replay"
#: Seconds without a fix after which nobody waits for the next one any more.
LOST_AFTER = 60.0
#: How often its silence is looked at, in ms.
_LOOK_MS = 500
#: What is only looked at changes at most this often, seconds: nobody reads ten figures a second.
_SHOW_EVERY = 0.9


class Receiver(QObject):
    """The receiver of this machine, if there is one. Lives on the GUI thread, all calls too.

    Attributes:
        why: the sentence about a line that cannot be had, else empty.
        trouble: one of ``gnss.watch.TROUBLES``, empty when nothing is wrong.
        satellites_seen: in view, all systems together.
        reader: the thread that listens; ``None`` when nobody does.
        antenna: metres of the antenna above the ground, taken off every height.
        offset_1985: metres to add to a height above the ellipsoid for one of the 1985 datum;
            ``None`` where the project names none.
        replay_counts: a recorded log may stand for the receiver: only where all is invented.

    Signals:
        fixed(object): a new ``Fix``.
        state_changed(): ``state``, ``why``, ``trouble`` or ``satellites_seen`` is another.
        shown(): what is to be seen is another: with each change of state, else once a second.
        gap(str): the next position does not follow the last one: ``receiver`` or ``sleep``.
        antenna_changed(float): the person says how high the antenna is.
    """

    fixed = Signal(object)
    state_changed = Signal()
    shown = Signal()
    gap = Signal(str)
    antenna_changed = Signal(float)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._monotonic, self._wall = monotonic, wall
        self._last: Fix | None = None
        self._put_at = self._shown_at = 0.0
        self._told = self._seen_as = NONE
        self.why = self.trouble = ""
        self.satellites_seen = 0
        self.antenna = 0.0
        self.offset_1985: float | None = None
        self.replay_counts = False
        self.reader: Reader | None = None
        self._recorder: Recorder | None = None
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self.look)

    @property
    def latest(self) -> Fix | None:
        """The newest fix; ``None`` when there is none, it is older than 5 s or not believed."""
        return self._last if self.state == FIXED else None

    @property
    def usable(self) -> Fix | None:
        """The newest fix when it says where this machine is now: ``latest``, but no replay."""
        fix = self.latest
        return fix if fix is not None and self.counts(fix) else None

    def counts(self, fix: Fix) -> bool:
        """Whether a fix may become an answer: young, and of a receiver."""
        return self.live(fix) and self.age(fix) <= STALE_AFTER

    def live(self, fix: Fix) -> bool:
        """Whether a receiver that is here measured it, or a log that may stand for one."""
        return self.replay_counts or fix.origin != REPLAY

    @property
    def state(self) -> str:
        """``none`` (no receiver), ``searching``, ``fix``, ``stale`` (older than 5 s), ``lost``."""
        if self._told != FIXED or self._last is None:
            return self._told
        age = self.age(self._last)
        return FIXED if age <= STALE_AFTER else STALE if age <= LOST_AFTER else LOST

    @property
    def there(self) -> bool:
        """Whether a receiver is set up, in reach or not."""
        return self._told != NONE

    def set_antenna(self, metres: float) -> None:
        """The antenna is so many metres above the ground; ``BadInput`` beyond 0 to 10 m."""
        if not 0 <= metres <= MOST_ANTENNA:
            raise BadInput(_("The antenna is between 0 and 10 m above the ground."))
        if metres != self.antenna:
            self.antenna = metres
            self.antenna_changed.emit(metres)

    def age(self, fix: Fix) -> float:
        """Seconds since a fix came.

        The steady clock stands on some machines while they sleep, the one on the wall does not.
        """
        steady = self._monotonic() - fix.monotonic
        return max(steady, self._wall() - self._put_at) if fix is self._last else steady

    def put(self, fix: Fix) -> None:
        """A fix came; whoever waits for one is told."""
        self._last, self._put_at = fix, self._wall()
        self._tell(FIXED, fix.satellites_seen, self.why, self.trouble)
        self.fixed.emit(fix)
        if self._monotonic() - self._shown_at >= _SHOW_EVERY:
            self._show()

    def show(
        self, state: str, *, satellites_seen: int = 0, why: str = "", trouble: str = ""
    ) -> None:
        """Take over what the listener says: a state, and a sentence when the line is broken.

        ``none`` forgets the last fix.
        """
        if state not in STATES:
            raise ValueError(state)
        if state == NONE:
            self._last = None
        self._tell(state, satellites_seen, why, trouble)

    def slept(self) -> None:
        """The machine slept: where it was before is not where it is."""
        self._last = None
        self.gap.emit(SLEEP)
        if self._told == FIXED:
            self._tell(SEARCHING, 0, "", "")

    def look(self) -> None:
        """Notice that it has fallen silent."""
        state = self.state
        if state != self._seen_as:
            self._turn(state)
        if self._told != FIXED or state == LOST:
            self._look.stop()

    def _tell(self, state: str, satellites_seen: int, why: str, trouble: str) -> None:
        before = (self._seen_as, self.satellites_seen, self.why, self.trouble)
        self._told = state
        self.satellites_seen, self.why, self.trouble = satellites_seen, why, trouble
        if state == FIXED and not self._look.isActive():
            self._look.start()
        elif state != FIXED:
            self._look.stop()
        now = self.state
        if (now, satellites_seen, why, trouble) != before:
            self._turn(now)

    def _turn(self, state: str) -> None:
        before, self._seen_as = self._seen_as, state
        if before == FIXED and state != FIXED:
            self.gap.emit(SILENCE)
        self.state_changed.emit()
        self._show()

    def _show(self) -> None:
        self._shown_at = self._monotonic()
        self.shown.emit()

    # ---- the line itself
    def attach(self, reader: Reader | None) -> None:
        """Another thread listens from now on, or none; a log that was kept is complete."""
        self.stop_log()
        self.reader = reader

    @property
    def heard(self) -> Heard:
        """What the line brought lately."""
        return self.reader.heard if self.reader is not None else Heard()

    @property
    def recorder(self) -> Recorder | None:
        """The log that is being kept, if one is."""
        return self._recorder

    def start_log(self, folder: Path) -> None:
        """Keep what comes from now on; ``Unavailable`` when the folder cannot be written."""
        if self.reader is None or self._recorder is not None:
            return
        self._recorder = self.reader.recorder = Recorder(folder)

    def stop_log(self) -> None:
        """The log is complete."""
        recorder, self._recorder = self._recorder, None
        if self.reader is not None:
            self.reader.recorder = None
        if recorder is not None:
            recorder.close()

    def close(self) -> None:
        """Stop looking; nothing is told any more."""
        self._look.stop()
        self.attach(None)
