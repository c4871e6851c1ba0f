"""The thread that listens to a receiver, and comes back to it when the line breaks."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from jdz_field.core.clock import Now, utc_now
from jdz_field.core.errors import JdzError
from jdz_field.gnss.epochs import Joiner
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.location import LocationSource, Refused
from jdz_field.gnss.recorder import Recorder
from jdz_field.gnss.sentences import Lines
from jdz_field.gnss.sky import Sky
from jdz_field.gnss.sources import ReplaySource, Source
from jdz_field.gnss.troubles import by_network
from jdz_field.gnss.watch import (
    CLOSED,
    ENDED,
    LOST,
    NETWORK,
    NOISE,
    SEARCHING,
    SPEED,
    Watch,
)

log = logging.getLogger(__name__)

#: Seconds between tries to reach a receiver that is gone: back within ten after sleep.
_RETRIES = (0.5, 1.0, 2.0)
#: Seconds of silence after which the line is taken anew: many stay dead after sleep.
_ANEW = 6.0
#: Seconds by which the wall clock runs ahead of the steady one, or for which this thread was
#: not run, that mean: the machine slept.
_SLEPT = 5.0
#: Seconds in which what belongs together is gathered: one turn for it, not one for each byte.
_GATHER = 0.03
#: How many sentences are kept to be looked at.
SHOWN = 300
#: How often satellites and figures are summed up anew, seconds.
_SUM_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Status:
    """How the receiver does.

    Attributes:
        state: ``searching fix stale lost``.
        satellites_seen: in view, all systems together.
        jumping: positions are held back because they leap.
        why: a sentence of its own about what is wrong (a line that cannot be had); else empty.
        trouble: one of ``watch.TROUBLES``, empty when nothing is wrong.
    """

    state: str
    satellites_seen: int = 0
    jumping: bool = False
    why: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the line brought lately.

    Attributes:
        name: the line, with the port's name and speed as they are now.
        sky: the satellites.
        sentences, broken: how many came, and how many of wrong checksum, since it was opened.
        rate: positions a second.
        rolled: the receiver's date is 1024 weeks behind and was put right.
    """

    name: str = ""
    sky: Sky = field(default_factory=Sky)
    sentences: int = 0
    broken: int = 0
    rate: float = 0.0
    rolled: bool = False


class Reader:
    """Listens in a thread of its own.

    ``on_fix(Fix)``, ``on_status(Status)`` and ``on_sleep()`` are called in that thread; a status
    only when it is another than before.

    Attributes:
        heard: what came lately; replaced as a whole about once a second.
        recorder: keeps what comes; ``None`` for nobody. Set from any thread.
    """

    def __init__(
        self,
        source: Source | LocationSource,
        on_fix: Callable[[Fix], None],
        on_status: Callable[[Status], None],
        *,
        on_sleep: Callable[[], None] | None = None,
        now: Now = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._on_fix, self._on_status, self._on_sleep = on_fix, on_status, on_sleep
        self._joiner = Joiner(now=now, monotonic=monotonic)
        self._watch = Watch(monotonic, live=source.live)
        self._now, self._monotonic = now, monotonic
        self._stop = threading.Event()
        self._told: Status | None = None
        self._lines = Lines()
        self._raw: deque[bytes] = deque(maxlen=SHOWN)
        self._fixes: deque[float] = deque(maxlen=40)
        self._looked = (now().timestamp(), monotonic())
        self._summed = float("-inf")
        self._by = ""
        self.heard = Heard()
        self.recorder: Recorder | None = None
        self._thread = threading.Thread(target=self._run, name="gnss", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self, *, wait: bool = True) -> None:
        """Stop listening; ``wait``: until the thread has ended (at most two seconds)."""
        self._stop.set()
        if wait and self._thread.is_alive():
            self._thread.join(2)

    def raw(self) -> list[bytes]:
        """The last sentences as they came, the newest last; broken ones too. From any thread."""
        for _try in range(3):
            # The thread that listens may add one while they are copied.
            with suppress(RuntimeError):
                return list(self._raw)
        return []

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
            if not self._slept():
                self._stop.wait(pause)

    def _listen(self) -> bool:
        """Until the line breaks; whether anything was heard."""
        self._watch.opened()
        self._lines, self.heard = Lines(), Heard(self._source.name)
        heard, why = False, ""
        try:
            while not self._stop.is_set() and not self._slept():
                heard = self._take() or heard
                self._sum()
                self._tell()
                if self._given_up():
                    break
        except OSError as error:
            log.info("the line to the receiver broke: %s", error)
        except JdzError as error:
            why = str(error)
        finally:
            self._source.close()
            self._watch.closed()
            self._tell(why)
        return heard

    def _given_up(self) -> bool:
        """Whether the line is to be taken anew though it says that it stands."""
        source = self._source
        return source.live and not source.searching and self._watch.silent_for() > _ANEW

    def _slept(self) -> bool:
        """Whether the machine slept since this was last asked: the line is taken anew then."""
        wall, steady = self._now().timestamp(), self._monotonic()
        before, self._looked = self._looked, (wall, steady)
        passed = steady - before[1]
        if wall - before[0] - passed < _SLEPT and passed < _SLEPT:
            return False
        log.info("this machine slept")
        if self._on_sleep is not None:
            self._on_sleep()
        return True

    # ---- what comes
    def _take(self) -> bool:
        """Use what came; whether it was anything."""
        if isinstance(self._source, LocationSource):
            return self._take_positions(self._source)
        data = self._source.read()
        if not data:
            self._use(self._joiner.flush())
            return False
        if self._source.live:
            self._stop.wait(_GATHER)
        return self._take_bytes(data)

    def _take_positions(self, source: LocationSource) -> bool:
        came = source.positions()
        for one in came:
            if isinstance(one, Refused):
                self._by = one.by
                self._watch.refused()
            else:
                self._watch.heard()
                self._use(one)
        return bool(came)

    def _take_bytes(self, data: bytes) -> bool:
        self._watch.bytes_came()
        recorder = self.recorder
        if recorder is not None:
            recorder.write(data)
        heard = 0
        lines = self._lines.feed(data)
        for line in lines:
            is_sentence, fix = self._joiner.feed(line)
            heard += is_sentence
            self._use(fix)
        self._raw.extend(lines)
        if heard:
            self._watch.heard(self._joiner.stands_for())
        before = self.heard
        self.heard = replace(
            before,
            sentences=before.sentences + heard,
            broken=before.broken + len(lines) - heard,
        )
        return bool(heard)

    def _use(self, fix: Fix | None) -> None:
        if fix is None:
            return
        accepted = self._watch.accept(fix, self._joiner.sky_changed_at)
        if accepted is None:
            return
        self._fixes.append(accepted.monotonic)
        self._on_fix(accepted if self._source.live else replace(accepted, origin="replay"))

    # ---- what is told
    def _sum(self) -> None:
        now = self._monotonic()
        if now - self._summed < _SUM_EVERY:
            return
        self._summed = now
        lately = [at for at in self._fixes if now - at <= 4]
        span = lately[-1] - lately[0] if len(lately) > 1 else 0.0
        self.heard = replace(
            self.heard,
            name=self._source.name,
            sky=self._joiner.sky(),
            rate=(len(lately) - 1) / span if span > 0 else 0.0,
            rolled=self._joiner.rolled,
        )

    def _tell(self, why: str = "") -> None:
        state, trouble = self._watch.state(), self._watch.trouble()
        if why:
            state, trouble = LOST, CLOSED
        elif trouble == NETWORK:
            why = by_network(self._by)
        elif trouble == NOISE and self._source.searching:
            state, trouble = SEARCHING, SPEED
        elif isinstance(self._source, ReplaySource) and self._source.ended:
            trouble = ENDED
        status = Status(state, self._joiner.satellites_seen, self._watch.jumping, why, trouble)
        if status != self._told:
            self._told = status
            self._on_status(status)
