"""Batches that come at the same time, taken in together: one transaction, one commit for all.

Whoever holds the turn takes in everything that waits. Nobody is answered before the commit. A
batch that is refused leaves the others alone: what can be refused is checked before anything is
written for it, and when something else goes wrong, each batch gets a transaction of its own.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from sqlalchemy import Connection

from jdz_field.central.database import Database
from jdz_field.central.receiving import Received, admit, enter
from jdz_field.core.clock import Now
from jdz_field.core.errors import JdzError, Unavailable
from jdz_field.sync.batch import Batch

#: Most batches and changes of one transaction; other processes wait for its end.
_BATCHES, _CHANGES = 64, 2_000


@dataclass(slots=True)
class _Waiting:
    batch: Batch
    by_hand: bool
    received: Received | None = None
    error: Exception | None = None
    done: bool = False

    def take_in(self, connection: Connection, now: Now) -> None:
        """Receive it; a refusal is kept, everything else goes up."""
        try:
            admitted = admit(connection, self.batch)
        except Unavailable:
            raise
        except JdzError as error:
            self.error = error
            return
        self.received = enter(connection, now, admitted, by_hand=self.by_hand)

    def answer(self) -> Received:
        """What the caller gets."""
        if self.received is not None and self.error is None:
            return self.received
        raise self.error or RuntimeError("a batch without an answer")


class Intake:
    """Where the threads of one process bring batches."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now
        self._queue: deque[_Waiting] = deque()
        self._turn = threading.Lock()

    def receive(self, batch: Batch, *, by_hand: bool = False) -> Received:
        """Take a batch in; returns when it is on the disk. Errors as ``receiving.receive``."""
        ours = _Waiting(batch, by_hand)
        self._queue.append(ours)
        with self._turn:
            while not ours.done:
                self._take_in(self._next())
        return ours.answer()

    def _next(self) -> list[_Waiting]:
        found: list[_Waiting] = []
        changes = 0
        while self._queue and len(found) < _BATCHES:
            changes += len(self._queue[0].batch.changes)
            if found and changes > _CHANGES:
                break
            found.append(self._queue.popleft())
        return found

    def _take_in(self, group: list[_Waiting]) -> None:
        try:
            self._together(group)
        except Unavailable as error:
            # The database is away: to ask it once more for each would only take longer.
            for one in group:
                one.received, one.error, one.done = None, Unavailable(str(error)), True
        except Exception as error:  # noqa: BLE001 - each batch gets its own answer
            if len(group) == 1:
                group[0].received, group[0].error, group[0].done = None, error, True
                return
            for one in group:
                one.received, one.error = None, None
                self._take_in([one])
        except BaseException:
            self._queue.extendleft(reversed(group))
            raise

    def _together(self, group: list[_Waiting]) -> None:
        with self._database.write() as connection:
            for one in group:
                one.take_in(connection, self._now)
        for one in group:
            one.done = True
