"""One position out of many fixes of a receiver that stands still."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from jdz_field.gnss.fix import STALE_AFTER, Fix

#: Metres that a fix of unknown accuracy is taken to be off.
UNKNOWN = 15.0
#: Fixes elsewhere, near one another, for so many seconds mean: the receiver was carried there.
#: A reflection (multipath) leaps as far, but comes back sooner.
MOVED_AFTER = 3
MOVED_SECONDS = 8.0
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
        outliers: fixes that were left out because they lay apart from the others.
        last: the last fix that went in: its kind, dilution, age of corrections and moment.
        separation: metres of the receiver's geoid above the ellipsoid, mean; None when unknown.
    """

    lon: float
    lat: float
    altitude: float | None
    accuracy: float
    samples: int
    seconds: float
    satellites: int
    outliers: int
    last: Fix
    separation: float | None


class Average:
    """Takes fixes in and gives their mean.

    The accuracy of the mean is the weighted accuracy of its fixes over the root of how many of
    them are independent: one, and one more for every ``CORRELATED`` seconds, because the
    errors of neighbouring fixes are nearly the same. It is never better than the fixes'
    scatter allows. Fixes that lie apart are left out and counted. A pause of more than 5 s, or
    ``MOVED_SECONDS`` of nothing but fixes elsewhere, begin a new average: the receiver was
    carried on. One or two stray fixes at the very beginning are outvoted by the next three.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._fixes: list[Fix] = []
        self._away: list[Fix] = []
        self._came = 0.0
        self._outliers = 0
        self._result: Averaged | None = None
        self.restarted = False

    def add(self, fix: Fix) -> bool:
        """Take a fix in; ``False`` when it is too old or lies apart from the others."""
        if self._monotonic() - fix.monotonic > STALE_AFTER:
            return False
        if self._fixes and fix.monotonic - self._came > STALE_AFTER:
            self._restart([])
        self._came, self._result = fix.monotonic, None
        if self._fixes and self._is_away(fix):
            return self._elsewhere(fix)
        self._away = []
        self._fixes.append(fix)
        return True

    @property
    def outliers(self) -> int:
        """Fixes left out since it began."""
        return self._outliers

    def _elsewhere(self, fix: Fix) -> bool:
        """A fix apart from the mean: left out, unless the receiver is there now."""
        self._away.append(fix)
        self._outliers += 1
        steady = [f for f in self._away if _metres(fix.lon, fix.lat, f) <= _reach(fix, f)]
        if len(steady) < MOVED_AFTER:
            return False
        if fix.monotonic - self._away[0].monotonic >= MOVED_SECONDS:
            self._restart(steady[-MOVED_AFTER:])
            return True
        if len(self._fixes) < MOVED_AFTER:
            self._outliers += len(self._fixes) - len(steady)
            self._fixes, self._away = steady, []
            return True
        return False

    def _restart(self, fixes: list[Fix]) -> None:
        self._fixes, self._away, self.restarted = list(fixes), [], True
        self._outliers, self._result = 0, None

    def _is_away(self, fix: Fix) -> bool:
        mean = self.result()
        self._result = None
        return mean is not None and (
            _metres(mean.lon, mean.lat, fix) > _reach(fix, self._fixes[-1])
        )

    @property
    def fresh(self) -> bool:
        """Whether its last fix is young enough to say where the person stands."""
        last = self._fixes[-1] if self._fixes else None
        return last is not None and self._monotonic() - last.monotonic <= STALE_AFTER

    def result(self) -> Averaged | None:
        """The mean of what came in; ``None`` before the first fix."""
        if self._result is None and self._fixes:
            self._result = self._averaged()
        return self._result

    def _averaged(self) -> Averaged:
        weights = [1 / max(_accuracy(fix), _LEAST) ** 2 for fix in self._fixes]
        whole = sum(weights)
        lon = sum(w * f.lon for w, f in zip(weights, self._fixes, strict=True)) / whole
        lat = sum(w * f.lat for w, f in zip(weights, self._fixes, strict=True)) / whole
        seconds = self._fixes[-1].monotonic - self._fixes[0].monotonic
        return Averaged(
            lon,
            lat,
            _mean([self._height(f) for f in self._fixes], weights),
            self._error(lon, lat, weights, seconds),
            len(self._fixes),
            seconds,
            self._fixes[-1].satellites_used,
            self._outliers,
            self._fixes[-1],
            _mean([f.separation for f in self._fixes], weights),
        )

    def _height(self, fix: Fix) -> float | None:
        # Heights of another datum than the last one's would spoil the mean.
        alike = fix.height_datum == self._fixes[-1].height_datum
        return fix.altitude if alike else None

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


def _reach(one: Fix, other: Fix) -> float:
    return 3 * max(_accuracy(one), _accuracy(other)) + 2


def _mean(values: list[float | None], weights: list[float]) -> float | None:
    known = [(w, v) for w, v in zip(weights, values, strict=True) if v is not None]
    if not known:
        return None
    return sum(w * value for w, value in known) / sum(w for w, _value in known)


def _metres(lon: float, lat: float, fix: Fix) -> float:
    east = (fix.lon - lon) * math.cos(math.radians(lat)) * _DEGREE
    return math.hypot(east, (fix.lat - lat) * _DEGREE)
