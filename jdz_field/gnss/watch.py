"""What a receiver is worth right now: searching, fixing, stale, frozen, lagging, jumping, lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

from jdz_field.core.catalogue import table
from jdz_field.gnss.fix import Fix

NONE, SEARCHING, FIXED, STALE, LOST = STATES = (*("none", "searching", "fix", "stale", "lost"),)
#: What is wrong; ``troubles.sentence`` says each and what to do.
SILENT, NOISE, CLOSED, FROZEN, LATE, JUMP, NO_FIX, ENDED, NETWORK, SPEED = TROUBLES = (
    *("silent", "noise", "closed", "frozen", "late", "jump", "no_fix", "ended", "network", "speed"),
)
#: Metres in a degree of latitude: near enough to tell a jump from a walk.
_DEGREE = 111_200.0
#: What two clocks drift apart at most, seconds a second.
_DRIFT = 1e-4


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds (``_s``), metres a second (``_mps``), positions in a row (``confirm``)."""

    stale_s: float
    fastest_mps: float
    confirm: int
    moving_mps: float
    still_s: float
    relearn_s: float
    search_s: float


def limits() -> Limits:
    """From ``resources/catalogue/gnss.toml``."""
    found = table("gnss")["limits"]
    return Limits(**{one.name: found[one.name] for one in fields(Limits)})


class _Lag:
    """Tells positions that come late (out of a buffer that filled while the machine slept)."""

    def __init__(self, bounds: Limits) -> None:
        self._bounds = bounds
        self._base: float | None = None
        self._before = 0.0
        self._since: float | None = None

    def late(self, fix: Fix) -> bool:
        """Whether a fix is older than the way of the others was long.

        The receiver's clock is compared with this machine's steady one; a lag that lasts is
        the receiver's clock set anew, and becomes the measure.
        """
        now, lag = fix.monotonic, fix.monotonic - fix.moment.timestamp()
        if self._base is not None:
            self._base += (now - self._before) * _DRIFT
        self._before = now
        if self._base is None or lag - self._base <= self._bounds.stale_s:
            self._base = lag if self._base is None else min(lag, self._base)
            self._since = None
            return False
        self._since = now if self._since is None else self._since
        if now - self._since > self._bounds.relearn_s:
            self._base, self._since = lag, None
            return False
        return True


class _Frozen:
    """Tells positions that stand still though they cannot."""

    def __init__(self, bounds: Limits) -> None:
        self._bounds = bounds
        self._same: Fix | None = None
        self._moving: float | None = None

    def stands(self, fix: Fix, sky_changed_at: float | None) -> bool:
        """Whether the position has been the very same for too long.

        To be the same is no fault by itself: who stands still with a smoothing receiver reads
        the same figures. It is one when the receiver says it moves, or when not even the
        strength of a satellite has changed meanwhile.
        """
        same = self._same
        if same is None or (same.lon, same.lat, same.altitude) != (fix.lon, fix.lat, fix.altitude):
            self._same, self._moving = fix, None
            return False
        now = fix.monotonic
        if (fix.speed or 0.0) < self._bounds.moving_mps:
            self._moving = None
        elif self._moving is None:
            self._moving = now
        if self._moving is not None and now - self._moving >= self._bounds.stale_s - 1:
            return True
        if sky_changed_at is None:
            return False
        return now - max(same.monotonic, sky_changed_at) >= self._bounds.still_s


class Watch:
    """Judges what comes in; ``accept`` lets only positions through that may be used.

    ``live`` is ``False`` for a recorded log: its time may run faster or slower than ours.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        bounds: Limits | None = None,
        *,
        live: bool = True,
    ) -> None:
        self._monotonic = monotonic
        self._bounds = bounds or limits()
        self._live = live
        self._open = False
        self._heard: float | None = None
        self._bytes: float | None = None
        # Why the line was given up though it stood; it is no better before something comes.
        self._mute = ""
        self.opened()
        self._open, self._heard = False, None

    def opened(self) -> None:
        """The line to the receiver stands; what was known of it before counts no more."""
        now = self._monotonic()
        self._open, self._bytes, self._opened_at = True, None, now
        self._heard = None if self._mute else now
        self._last: Fix | None = None
        self._doubted: list[Fix] = []
        self._lag, self._frozen = _Lag(self._bounds), _Frozen(self._bounds)
        self._late = self._stuck = False
        self._judged = 0.0
        self._clock_stands = 0.0
        self._refused: float | None = None

    def closed(self) -> None:
        """The line is gone, or was let go for being silent; what was doubted is forgotten."""
        lost = self._open and self.state() == LOST
        self._mute = self._lost_by() if lost else ""
        self._open, self._heard = False, None
        self._doubted.clear()

    def bytes_came(self) -> None:
        """Something came, whatever it was."""
        self._bytes = self._monotonic()

    def heard(self, stands_for: float = 0.0) -> None:
        """A sentence came; ``stands_for``: seconds in which the receiver's clock stood still."""
        self._heard = self._bytes = self._monotonic()
        self._mute = ""
        self._clock_stands = stands_for

    def refused(self) -> None:
        """A position came that satellites had no part in."""
        self._refused = self._heard = self._monotonic()
        self._mute = ""

    @property
    def jumping(self) -> bool:
        """Whether positions are held back because they leap."""
        return bool(self._doubted)

    def silent_for(self) -> float:
        """Seconds without a sentence on an open line."""
        return self._monotonic() - (self._opened_at if self._heard is None else self._heard)

    def state(self) -> str:
        """One of ``searching fix stale lost``; a line that is silent is as good as gone."""
        if not self._open or self._heard is None or self.silent_for() > self._bounds.stale_s:
            return LOST
        if self._held() in (FROZEN, LATE):
            return STALE
        if self._last is None:
            return SEARCHING
        age = self._monotonic() - self._last.monotonic
        if age > self._bounds.search_s:
            return SEARCHING
        return FIXED if age <= self._bounds.stale_s else STALE

    def trouble(self) -> str:
        """What is wrong, one of ``TROUBLES``; empty when nothing is."""
        state = self.state()
        if state == LOST:
            return self._lost_by()
        if self._refused is not None and self._fresh(self._refused):
            return NETWORK
        return self._held() or (NO_FIX if state == STALE else "")

    def _lost_by(self) -> str:
        if not self._open:
            return self._mute or CLOSED
        return NOISE if self._bytes is not None and self._fresh(self._bytes) else SILENT

    def _held(self) -> str:
        """Why positions that come are not used."""
        if self._clock_stands >= self._bounds.stale_s - 1:
            return FROZEN
        if not self._fresh(self._judged):
            return ""
        if self._stuck:
            return FROZEN
        if self._late:
            return LATE
        return JUMP if self._doubted else ""

    def _fresh(self, at: float) -> bool:
        return self._monotonic() - at <= self._bounds.stale_s

    def accept(self, fix: Fix, sky_changed_at: float | None = None) -> Fix | None:
        """The fix, unless it is late, frozen, or leaps faster than anybody moves.

        A leap passes once enough positions in a row confirm it.
        """
        self._judged = self._monotonic()
        if self._live:
            self._late = self._lag.late(fix)
            self._stuck = self._frozen.stands(fix, sky_changed_at)
            if self._late or self._stuck:
                return None
        last = self._last
        if last is None or self._believable(last, fix):
            self._doubted.clear()
            self._last = fix
            return fix
        if self._doubted and not self._believable(self._doubted[-1], fix):
            self._doubted.clear()
        self._doubted.append(fix)
        if len(self._doubted) < self._bounds.confirm:
            return None
        self._doubted.clear()
        self._last = fix
        return fix

    def _believable(self, before: Fix, after: Fix) -> bool:
        seconds = after.monotonic - before.monotonic
        if not self._live:
            seconds = max(seconds, abs((after.moment - before.moment).total_seconds()))
        if seconds > self._bounds.stale_s:
            return True
        allowance = (before.accuracy or 0) * 3 + (after.accuracy or 0) * 3 + 10
        reach = self._bounds.fastest_mps * max(seconds, 0) + allowance
        return metres_between(before, after) <= reach


def metres_between(a: Fix, b: Fix) -> float:
    """Distance of two near fixes in metres."""
    east = (b.lon - a.lon) * math.cos(math.radians((a.lat + b.lat) / 2)) * _DEGREE
    return math.hypot(east, (b.lat - a.lat) * _DEGREE)
