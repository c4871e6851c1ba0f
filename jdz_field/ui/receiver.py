"""What the windows know of the GNSS receiver; whoever listens to it puts its fixes here."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.gnss.fix import STALE_AFTER, Fix

#: What a receiver is worth right now.
NONE, SEARCHING, FIXED, STALE, LOST = STATES = ("none", "searching", "fix", "stale", "lost")
#: Seconds without a fix after which nobody waits for the next one any more.
LOST_AFTER = 60.0
#: How often its silence is looked at, in ms.
_LOOK_MS = 500


class Receiver(QObject):
    """The receiver of this machine, if there is one. Lives on the GUI thread, all calls too.

    Signals:
        fixed(object): a new ``Fix``.
        state_changed(): ``state``, ``why`` or ``satellites_seen`` is another.
    """

    fixed = Signal(object)
    state_changed = Signal()

    def __init__(
        self, parent: QObject | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._last: Fix | None = None
        self._told = self._shown = NONE
        self.why = ""
        self.satellites_seen = 0
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self.look)

    @property
    def latest(self) -> Fix | None:
        """The newest fix; ``None`` when there is none or it is older than 5 s."""
        fix = self._last
        return fix if fix is not None and self.age(fix) <= STALE_AFTER else None

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

    def age(self, fix: Fix) -> float:
        """Seconds since a fix came."""
        return self._monotonic() - fix.monotonic

    def put(self, fix: Fix) -> None:
        """A fix came; whoever waits for one is told."""
        self._last = fix
        self.satellites_seen = fix.satellites_seen
        self._tell(FIXED)
        self.fixed.emit(fix)

    def show(self, state: str, *, satellites_seen: int = 0, why: str = "") -> None:
        """Take over what the listener says: a state, and a sentence when the line is broken.

        ``stale`` is what the last fix says by itself; ``none`` forgets it.
        """
        if state not in STATES:
            raise ValueError(state)
        self.satellites_seen, self.why = satellites_seen, why
        if state == NONE:
            self._last = None
        self._tell(FIXED if state == STALE and self._last is not None else state)

    def look(self) -> None:
        """Notice that it has fallen silent."""
        if self.state != self._shown:
            self._shown = self.state
            self.state_changed.emit()
        if self._told != FIXED or self._shown == LOST:
            self._look.stop()

    def _tell(self, state: str) -> None:
        self._told = state
        self._shown = self.state
        if state == FIXED and not self._look.isActive():
            self._look.start()
        elif state != FIXED:
            self._look.stop()
        self.state_changed.emit()

    def close(self) -> None:
        """Stop looking; nothing is told any more."""
        self._look.stop()
