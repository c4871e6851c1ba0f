"""One position out of many fixes of a receiver that stands still."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from jdz_field.gnss.fix import STALE_AFTER, Fix

#: Metres that a fix of unknown accuracy is taken to be off.
UNKNOWN = 15.0
#: Fixes in a row far from the average that mean: the receiver was carried elsewhere.
MOVED_AFTER = 3
#: Errors of a receiver drift together: only fixes this many seconds apart say something new.
CORRELATED = 20.0
_DEGREE = 111_200.0
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Averaged:
    """A position of several fixes.

    Attributes:
        lon, lat: degrees, EPSG:4490, weighted by one over the square of each fix's accuracy.
        altitude: metres, weighted alike; None when no fix had one.
        accuracy: metres, one sigma; 0 when no fix told its own.
        samples: fixes that went in.
        seconds: from the first to the last of them.
        satellites: used for the last one.
    """

    lon: float
    lat: float
    altitude: float | None
    accuracy: float
    samples: int
    seconds: float
    satellites: int


class Average:
    """Takes fixes in and gives their mean.

    The accuracy of the mean is the weighted accuracy of its fixes over the root of how many of
    them are independent: one, and one more for every ``CORRELATED`` seconds, because the
    errors of neighbouring fixes are nearly the same. It is never better than the fixes'
    scatter allows. A pause of more than 5 s, or ``MOVED_AFTER`` fixes in a row elsewhere,
    begin a new average: the receiver may have been carried on.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._fixes: list[Fix] = []
        self._away: list[Fix] = []
        self.restarted = False

    def add(self, fix: Fix) -> bool:
        """Take a fix in; ``False`` when it is too old or lies apart from the others."""
        if self._monotonic() - fix.monotonic > STALE_AFTER:
            return False
        if self._fixes and fix.monotonic - self._fixes[-1].monotonic > STALE_AFTER:
            self._restart([])
        if self._fixes and self._is_away(fix):
            self._away.append(fix)
            if len(self._away) < MOVED_AFTER:
                return False
            self._restart(self._away)
            return True
        self._away = []
        self._fixes.append(fix)
        return True

    def _restart(self, fixes: list[Fix]) -> None:
        self._fixes, self._away, self.restarted = list(fixes), [], True

    def _is_away(self, fix: Fix) -> bool:
        mean = self.result()
        if mean is None:
            return False
        reach = 3 * max(_accuracy(fix), _accuracy(self._fixes[-1])) + 2
        return _metres(mean.lon, mean.lat, fix) > reach

    @property
    def fresh(self) -> bool:
        """Whether its last fix is young enough to say where the person stands."""
        last = self._fixes[-1] if self._fixes else None
        return last is not None and self._monotonic() - last.monotonic <= STALE_AFTER

    def result(self) -> Averaged | None:
        """The mean of what came in; ``None`` before the first fix."""
        if not self._fixes:
            return None
        weights = [1 / max(_accuracy(fix), _LEAST) ** 2 for fix in self._fixes]
        whole = sum(weights)
        lon = sum(w * f.lon for w, f in zip(weights, self._fixes, strict=True)) / whole
        lat = sum(w * f.lat for w, f in zip(weights, self._fixes, strict=True)) / whole
        seconds = self._fixes[-1].monotonic - self._fixes[0].monotonic
        return Averaged(
            lon,
            lat,
            _altitude(self._fixes, weights),
            self._error(lon, lat, weights, seconds),
            len(self._fixes),
            seconds,
            self._fixes[-1].satellites_used,
        )

    def _error(self, lon: float, lat: float, weights: list[float], seconds: float) -> float:
        if all(fix.accuracy is None for fix in self._fixes):
            return 0.0
        independent = min(len(self._fixes), 1 + seconds / CORRELATED)
        own = math.sqrt(len(weights) / sum(weights))
        squares = [_metres(lon, lat, fix) ** 2 for fix in self._fixes]
        scatter = math.sqrt(sum(squares) / len(squares))
        return max(own, scatter) / math.sqrt(independent)


def _accuracy(fix: Fix) -> float:
    return UNKNOWN if fix.accuracy is None else fix.accuracy


def _altitude(fixes: list[Fix], weights: list[float]) -> float | None:
    known = [(w, f.altitude) for w, f in zip(weights, fixes, strict=True) if f.altitude is not None]
    if not known:
        return None
    return sum(w * height for w, height in known) / sum(w for w, _height in known)


def _metres(lon: float, lat: float, fix: Fix) -> float:
    east = (fix.lon - lon) * math.cos(math.radians(lat)) * _DEGREE
    return math.hypot(east, (fix.lat - lat) * _DEGREE)
