"""A limit for many short waits of one task, by one timer.

``asyncio.timeout`` makes and takes back a timer for each wait; a photo comes in fifty pieces.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

_T = TypeVar("_T")


class Patience:
    """Waits one after another, each until a moment that is never before the one of the last."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._waits: asyncio.Task[object] | None = None
        self._end = 0.0
        self._late = False

    def now(self) -> float:
        """The loop's time, s."""
        return self._loop.time()

    async def wait(self, wanted: Callable[[], Awaitable[_T]], end: float) -> _T:
        """What ``wanted`` gives before ``end`` (the loop's time, s); then ``TimeoutError``."""
        task = self._waits = asyncio.current_task()
        before = task.cancelling() if task else 0
        self._end = end
        if self._timer is None:
            self._timer = self._loop.call_at(end, self._look)
        try:
            return await wanted()
        except asyncio.CancelledError as error:
            # Whoever else cancels the task means all of it.
            if self._late and task is not None and task.uncancel() <= before:
                raise TimeoutError from error
            raise
        finally:
            self._waits = None

    def close(self) -> None:
        """Nothing is waited for any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if self._waits is None:
            return
        if self._loop.time() < self._end:
            self._timer = self._loop.call_at(self._end, self._look)
            return
        self._late = True
        self._waits.cancel()
