"""The thread that listens to a receiver, and comes back to it when the line breaks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from jdz_field.core.clock import Now, utc_now
from jdz_field.core.errors import JdzError
from jdz_field.gnss.epochs import Joiner
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.sentences import Lines
from jdz_field.gnss.sources import Source
from jdz_field.gnss.watch import LOST, Watch

log = logging.getLogger(__name__)

#: Seconds between tries to reach a receiver that is gone: back within ten after sleep.
_RETRIES = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Status:
    """How the receiver does.

    Attributes:
        state: ``searching fix stale lost``.
        satellites_seen: in view, all systems together.
        jumping: positions are held back because they leap.
        why: the sentence about a line that cannot be had; else empty.
    """

    state: str
    satellites_seen: int = 0
    jumping: bool = False
    why: str = ""


class Reader:
    """Listens in a thread of its own.

    ``on_fix(Fix)`` and ``on_status(Status)`` are called in that thread; a status only when it
    is another than before.
    """

    def __init__(
        self,
        source: Source,
        on_fix: Callable[[Fix], None],
        on_status: Callable[[Status], None],
        *,
        now: Now = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._on_fix, self._on_status = on_fix, on_status
        self._joiner = Joiner(now=now, monotonic=monotonic)
        self._watch = Watch(monotonic)
        self._monotonic = monotonic
        self._stop = threading.Event()
        self._told: Status | None = None
        self._thread = threading.Thread(target=self._run, name="gnss", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self, *, wait: bool = True) -> None:
        """Stop listening; ``wait``: until the thread has ended (at most two seconds)."""
        self._stop.set()
        if wait and self._thread.is_alive():
            self._thread.join(2)

    def _run(self) -> None:
        tries = 0
        while not self._stop.is_set():
            try:
                self._source.open()
            except JdzError as error:
                self._tell(str(error))
            else:
                tries = 0 if self._listen() else tries
            pause = _RETRIES[min(tries, len(_RETRIES) - 1)]
            tries += 1
            self._stop.wait(pause)

    def _listen(self) -> bool:
        """Until the line breaks; whether anything was heard."""
        self._watch.opened()
        heard, lines = False, Lines()
        try:
            while not self._stop.is_set():
                data = self._source.read()
                for line in lines.feed(data):
                    heard = self._take(line) or heard
                if not data:
                    self._use(self._joiner.flush())
                self._tell()
        except OSError as error:
            log.info("the line to the receiver broke: %s", error)
        finally:
            self._source.close()
            self._watch.closed()
            self._tell()
        return heard

    def _take(self, line: bytes) -> bool:
        is_sentence, fix = self._joiner.feed(line)
        if is_sentence:
            self._watch.heard()
        self._use(fix)
        return is_sentence

    def _use(self, fix: Fix | None) -> None:
        accepted = self._watch.accept(fix) if fix is not None else None
        if accepted is not None:
            self._on_fix(accepted)

    def _tell(self, why: str = "") -> None:
        state = LOST if why else self._watch.state()
        status = Status(state, self._joiner.satellites_seen, self._watch.jumping, why)
        if status != self._told:
            self._told = status
            self._on_status(status)
