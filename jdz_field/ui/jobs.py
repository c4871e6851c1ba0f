"""Work off the GUI thread, results back on it.

The *store lane* is one thread that owns the project's only writing connection of the window:
what is asked runs in the order asked. The *free lane* is for what does not touch the store
(reading photos, decoding tiles, HTTP). The *reading lane* answers questions about many sites with
a reader of its own. Long work on the store (an import, a sync) runs beside
the store lane with a ``Project`` of its own, so that a draft never waits for the network.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

log = logging.getLogger(__name__)

#: Progress reaches the window at most this often, in seconds.
PROGRESS_EVERY = 0.05


class Closable(Protocol):
    """Something that is closed in the thread that opened it."""

    def close(self) -> None:
        """Let go of files and locks."""


T = TypeVar("T")
StoreT = TypeVar("StoreT", bound=Closable)
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]
Progressed = Callable[..., None]


@dataclass(frozen=True)
class _Delivery:
    """What travels to the GUI thread: ``value`` for ``to``, if ``owner`` still lives."""

    owner: QObject
    to: Callable[..., None]
    value: tuple[Any, ...]


class Task:
    """A handle on long work: the window cancels it, the work reports through it.

    ``report(done, total)`` and ``cancelled()`` are called by the work, in its thread.
    """

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell = tell
        self._stop = threading.Event()
        self._last = 0.0

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether the person asked to stop."""
        return self._stop.is_set()

    def report(self, done: int, total: int, *what: object) -> None:
        """Tell the window how far the work is; the last step is always told.

        ``what`` goes along, so that the window can say which step it is.
        """
        now = time.monotonic()
        if done >= total or now - self._last >= PROGRESS_EVERY:
            self._last = now
            self._tell(done, total, *what)


class Jobs(QObject, Generic[StoreT]):
    """The lanes. Create it, call it and close it on the GUI thread.

    Signals:
        busy: number of jobs that have not been delivered yet.
    """

    busy = Signal(int)
    _arrived = Signal(object)

    def __init__(self, open_store: Callable[[], StoreT], parent: QObject | None = None) -> None:
        """``open_store`` opens a writing store; it runs in the thread that will use it."""
        super().__init__(parent)
        self._open = open_store
        self._store_lane = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._free_lane = ThreadPoolExecutor(3, thread_name_prefix="free")
        self._reading_lane = ThreadPoolExecutor(1, thread_name_prefix="free-read")
        self._reader: StoreT | None = None
        self._waiting = 0
        self._tasks: set[Task] = set()
        # Always queued: a future that is done already would call back at once, on the GUI
        # thread, and re-enter whoever asked.
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._store: Future[StoreT] = self._store_lane.submit(open_store)

    def with_store(
        self, work: Callable[[StoreT], T], owner: QObject, done: Done, failed: Failed
    ) -> None:
        """Run ``work(store)`` in the store lane, then ``done(result)`` or ``failed(error)``.

        Nothing is delivered when ``owner`` is gone by then. Keep ``work`` free of widgets.
        """
        self._submit(self._store_lane, lambda: work(self._store.result()), owner, done, failed)

    def without_store(
        self, work: Callable[[], T], owner: QObject, done: Done, failed: Failed
    ) -> None:
        """Run ``work()`` in the free lane; it must not touch the store."""
        self._submit(self._free_lane, work, owner, done, failed)

    def with_reader(
        self,
        open_reader: Callable[[], StoreT],
        work: Callable[[StoreT], T],
        owner: QObject,
        done: Done,
        failed: Failed,
    ) -> None:
        """Run ``work(reader)`` in the reading lane, for questions that take long enough to be
        felt; its reader is opened by the first job and kept. Only for reading.
        """

        def run() -> T:
            if self._reader is None:
                self._reader = open_reader()
            return work(self._reader)

        self._submit(self._reading_lane, run, owner, done, failed)

    def with_own_store(
        self,
        work: Callable[[StoreT, Task], T],
        owner: QObject,
        done: Done,
        failed: Failed,
        progressed: Progressed | None = None,
    ) -> Task:
        """Run long ``work(store, task)`` with a store opened for it alone, and closed after.

        ``progressed(done, total)`` runs on the GUI thread. Give ``task.report`` and
        ``task.cancelled`` to operations that take ``progress`` and ``cancelled``.
        """
        task = self._task(owner, progressed)

        def run() -> T:
            store = self._open()
            try:
                return work(store, task)
            finally:
                store.close()

        self._submit(self._free_lane, run, owner, done, failed, task)
        return task

    def long_without_store(
        self,
        work: Callable[[Task], T],
        owner: QObject,
        done: Done,
        failed: Failed,
        progressed: Progressed | None = None,
    ) -> Task:
        """As ``without_store``, for work that reports and can be cancelled."""
        task = self._task(owner, progressed)
        self._submit(self._free_lane, lambda: work(task), owner, done, failed, task)
        return task

    def idle(self) -> bool:
        """Whether everything asked has been delivered."""
        return self._waiting == 0

    def long(self) -> bool:
        """Whether long work (an import, a sync) is running."""
        return bool(self._tasks)

    def close(self) -> None:
        """Cancel long work, finish the store lane, close its store in its own thread."""
        for task in list(self._tasks):
            task.cancel()
        self._free_lane.shutdown(wait=True, cancel_futures=True)
        self._reading_lane.submit(self._close_reader)
        self._reading_lane.shutdown(wait=True)
        self._store_lane.submit(self._close_store)
        self._store_lane.shutdown(wait=True)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def _close_store(self) -> None:
        if self._store.exception() is None:
            self._store.result().close()

    def _task(self, owner: QObject, progressed: Progressed | None) -> Task:
        def tell(*how_far: object) -> None:
            if progressed is not None:
                self._arrived.emit(_Delivery(owner, progressed, how_far))

        task = Task(tell)
        self._tasks.add(task)
        return task

    def _submit(
        self,
        lane: ThreadPoolExecutor,
        work: Callable[[], Any],
        owner: QObject,
        done: Done,
        failed: Failed,
        task: Task | None = None,
    ) -> None:
        if QThread.currentThread() is not self.thread():
            raise RuntimeError("work is asked for on the GUI thread")
        self._waiting += 1
        self.busy.emit(self._waiting)

        def arrived(future: Future[Any]) -> None:
            self._arrived.emit((future, owner, done, failed, task))

        lane.submit(work).add_done_callback(arrived)

    @Slot(object)
    def _deliver(self, what: Any) -> None:
        if isinstance(what, _Delivery):
            if shiboken6.isValid(what.owner):
                what.to(*what.value)
            return
        future, owner, done, failed, task = what
        self._tasks.discard(task)
        self._waiting -= 1
        self.busy.emit(self._waiting)
        if future.cancelled() or not shiboken6.isValid(owner):
            return
        error = future.exception()
        if error is None:
            done(future.result())
        elif isinstance(error, Exception):
            log.info("background work failed", exc_info=error)
            failed(error)
        else:
            raise error
