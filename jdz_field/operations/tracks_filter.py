"""Which of the receiver's positions a track keeps, what it leaves out, and where it breaks off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jdz_field.core.catalogue import table
from jdz_field.core.i18n import pick
from jdz_field.geo.tracks import distance_m
from jdz_field.gnss.fix import Fix

#: What became of a position.
KEPT, INACCURATE, SOON, STILL, OLD = "kept", "inaccurate", "soon", "still", "old"
LEFT_OUT = (INACCURATE, SOON, STILL, OLD)
#: Why a new stretch begins.
START, PAUSE, RECEIVER, SLEEP, ACCURACY, CLOCK, RESTART = REASONS = (
    *("start", "pause", "receiver", "sleep", "accuracy", "clock", "restart"),
)
#: A receiver whose time goes back by more had it wrong before, seconds.
_BACK = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How densely a track is kept; distances in metres, times in seconds."""

    name: str
    metres: float
    seconds: float
    accuracy_m: float
    least_s: float
    still_m: float
    still_s: float
    beat_s: float
    gap_s: float


@cache
def plans() -> tuple[Plan, ...]:
    """The plans of ``resources/catalogue/tracks.toml``."""
    data = table("tracks")
    limits = {k: v for k, v in data["limits"].items() if k not in ("resume_s", "keep_s")}
    return tuple(Plan(p["name"], p["metres"], p["seconds"], **limits) for p in data["plan"])


def plan_named(name: str) -> Plan:
    """The plan of this name; the usual one for a name that is none."""
    known = {one.name: one for one in plans()}
    return known.get(name) or known[str(table("tracks")["usual"])]


def plan_words() -> dict[str, str]:
    """Every plan's name and what it is called in the language in force."""
    return {one["name"]: pick(one) for one in table("tracks")["plan"]}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a fix; ``gap`` says why a new stretch begins with it, empty when none does."""

    why: str
    gap: str = ""


@dataclass(slots=True)
class _Place:
    """Where and when, by the receiver's clock (Unix seconds)."""

    time: float
    lon: float
    lat: float

    def apart(self, fix: Fix) -> float:
        return distance_m(self.lon, self.lat, fix.lon, fix.lat)


class Filter:
    """Judges fixes one after the other by the receiver's own time.

    ``broken`` names why the next point that is kept begins a new stretch.
    """

    def __init__(self, plan: Plan, broken: str = START) -> None:
        self.plan = plan
        self.broken = broken
        self._kept: _Place | None = None
        self._usable = 0.0
        self._still: _Place | None = None
        self._doubted = 0.0

    def break_off(self, reason: str) -> None:
        """What follows does not join what was: the first reason given counts."""
        self.broken = self.broken or reason

    def feed(self, fix: Fix) -> Verdict:
        """Judge a fix."""
        plan, moment = self.plan, fix.moment.timestamp()
        last = self._kept
        if last is not None and moment <= self._usable:
            if self._usable - moment <= _BACK:
                return Verdict(OLD)
            self.break_off(CLOCK)
        if fix.accuracy is None or fix.accuracy > plan.accuracy_m:
            self._doubted = moment
            return Verdict(INACCURATE)
        if last is not None and moment - self._usable > plan.gap_s:
            heard = moment - self._doubted <= plan.gap_s
            self.break_off(ACCURACY if heard else RECEIVER)
        why = "" if last is None or self.broken else self._thinned(last, fix, moment)
        self._usable = moment
        if why:
            return Verdict(why)
        gap, self.broken = self.broken, ""
        self._kept = _Place(moment, fix.lon, fix.lat)
        return Verdict(KEPT, gap)

    def _thinned(self, last: _Place, fix: Fix, moment: float) -> str:
        """Why a usable fix adds nothing, empty when it does."""
        plan = self.plan
        silent = moment - last.time
        if silent < plan.least_s:
            return SOON
        if self._stands(fix, moment):
            return STILL if silent < plan.beat_s else ""
        if last.apart(fix) >= plan.metres or silent >= plan.seconds:
            return ""
        return SOON

    def _stands(self, fix: Fix, moment: float) -> bool:
        """Whether the person has not left a small circle for long enough."""
        still, reach = self._still, max(self.plan.still_m, fix.accuracy or 0.0)
        if still is None or still.time > moment or still.apart(fix) > reach:
            self._still = _Place(moment, fix.lon, fix.lat)
            return False
        return moment - still.time >= self.plan.still_s
