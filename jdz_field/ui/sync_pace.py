"""How fast a sync goes, and how long the rest will take, from what it reported so far."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

#: Only the last so many seconds say how fast it is now.
WINDOW = 8.0


class Pace:
    """Speed over the last seconds; ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._points: deque[tuple[float, int]] = deque()
        self._stage = ""

    def tell(self, stage: str, done: int) -> None:
        """So many bytes (or items) of this stage are done."""
        now = self._clock()
        if stage != self._stage or (self._points and done < self._points[-1][1]):
            self._points.clear()
            self._stage = stage
        self._points.append((now, done))
        while len(self._points) > 2 and now - self._points[1][0] > WINDOW:
            self._points.popleft()

    def speed(self) -> float:
        """Units a second; 0 while nothing can be said."""
        if len(self._points) < 2:
            return 0.0
        (began, first), (_last, done) = self._points[0], self._points[-1]
        # A line that stands still slows down while it is looked at.
        passed = self._clock() - began
        return (done - first) / passed if passed > 0.5 else 0.0

    def left(self, done: int, total: int) -> float | None:
        """Seconds until the stage is done; ``None`` while nothing can be said."""
        speed = self.speed()
        return (total - done) / speed if speed > 0 and total > done else None
