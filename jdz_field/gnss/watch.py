"""What a receiver is worth right now: searching, fixing, stale, frozen, jumping, lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from jdz_field.core.catalogue import table
from jdz_field.gnss.fix import Fix

NONE, SEARCHING, FIXED, STALE, LOST = "none", "searching", "fix", "stale", "lost"
#: Metres in a degree of latitude: near enough to tell a jump from a walk.
_DEGREE = 111_200.0


@dataclass(frozen=True, slots=True)
class Limits:
    """``stale_s`` seconds, ``fastest_mps`` metres a second, ``confirm`` positions in a row."""

    stale_s: float
    fastest_mps: float
    confirm: int


def limits() -> Limits:
    """From ``resources/catalogue/gnss.toml``."""
    return Limits(**table("gnss")["limits"])


class Watch:
    """Judges what comes in; ``accept`` lets only positions through that may be used."""

    def __init__(self, monotonic: Callable[[], float], bounds: Limits | None = None) -> None:
        self._monotonic = monotonic
        self._bounds = bounds or limits()
        self._open = False
        self._heard: float | None = None
        self._last: Fix | None = None
        self._doubted: list[Fix] = []

    def opened(self) -> None:
        """The line to the receiver stands."""
        self._open, self._heard = True, self._monotonic()

    def closed(self) -> None:
        """The line is gone; what was doubted is forgotten."""
        self._open, self._heard = False, None
        self._doubted.clear()

    def heard(self) -> None:
        """A sentence came."""
        self._heard = self._monotonic()

    @property
    def jumping(self) -> bool:
        """Whether positions are held back because they leap."""
        return bool(self._doubted)

    def state(self) -> str:
        """One of ``searching fix stale lost``; a line that is silent is as good as gone."""
        now = self._monotonic()
        if not self._open or self._heard is None or now - self._heard > self._bounds.stale_s:
            return LOST
        if self._last is None:
            return SEARCHING
        return FIXED if now - self._last.monotonic <= self._bounds.stale_s else STALE

    def accept(self, fix: Fix) -> Fix | None:
        """The fix, unless it leaps faster than anybody moves and nothing confirms it yet."""
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
        if seconds > self._bounds.stale_s:
            return True
        allowance = (before.accuracy or 0) * 3 + (after.accuracy or 0) * 3 + 10
        reach = self._bounds.fastest_mps * max(seconds, 0) + allowance
        return metres_between(before, after) <= reach


def metres_between(a: Fix, b: Fix) -> float:
    """Distance of two near fixes in metres."""
    east = (b.lon - a.lon) * math.cos(math.radians((a.lat + b.lat) / 2)) * _DEGREE
    return math.hypot(east, (b.lat - a.lat) * _DEGREE)
