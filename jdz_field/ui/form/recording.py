"""Which fixes of a walk become vertices, and where one has to ask what lies between."""

from __future__ import annotations

from typing import NamedTuple

from jdz_field.geo.tracks import distance_m
from jdz_field.gnss.fix import STALE_AFTER, Fix
from jdz_field.ui.form.lexical import Vertex, rounded

#: Seconds without a usable fix, and metres walked meanwhile, that make a gap.
GAP_SECONDS, GAP_METRES = 10.0, 15.0
#: Who stands still is not recorded again and again.
STILL_METRES = 0.5
TAKEN, OLD, INACCURATE, SOON, STILL = "taken", "old", "inaccurate", "soon", "still"


class Plan(NamedTuple):
    """A vertex every ``seconds`` or ``metres`` (0: not by this), at most ``accuracy`` m off."""

    seconds: float = 5.0
    metres: float = 0.0
    accuracy: float | None = None


class Verdict(NamedTuple):
    """What became of a fix; ``gap``: what lies before the vertex was not recorded.

    ``why`` is ``taken old inaccurate soon still``; ``silent`` seconds and ``apart`` metres
    measure the gap.
    """

    why: str
    vertex: Vertex | None = None
    gap: bool = False
    silent: float = 0.0
    apart: float = 0.0


class Recorder:
    """Judges fixes one after the other."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._usable: float | None = None
        self._taken: float | None = None
        self._paused = False

    def resume(self) -> None:
        """The walk goes on after a pause: what lies between was not recorded."""
        self._paused = self._usable is not None

    def feed(self, fix: Fix, last: Vertex | None, now: float) -> Verdict:
        """Judge a fix; ``last`` is the line's last vertex, ``now`` the steady clock's seconds."""
        if now - fix.monotonic > STALE_AFTER:
            return Verdict(OLD)
        limit = self.plan.accuracy
        if limit is not None and (fix.accuracy is None or fix.accuracy > limit):
            return Verdict(INACCURATE)
        apart = distance_m(*last.place, fix.lon, fix.lat) if last is not None else 0.0
        before = self._usable
        silent = fix.monotonic - before if before is not None else 0.0
        gap = last is not None and self._is_gap(fix, silent, apart, begun=before is not None)
        if not gap:
            why = self._too_soon(fix, last, apart)
            self._usable = fix.monotonic
            if why:
                return Verdict(why)
        self._usable = self._taken = fix.monotonic
        self._paused = False
        # Zero would mean drawn by hand.
        vertex = rounded(fix.lon, fix.lat, fix.altitude, max(fix.accuracy or 0.0, 0.01))
        return Verdict(TAKEN, vertex, gap, silent, apart)

    def _is_gap(self, fix: Fix, silent: float, apart: float, *, begun: bool) -> bool:
        far = apart > GAP_METRES + (fix.accuracy or 0.0)
        return far and (not begun or self._paused or silent > GAP_SECONDS)

    def _too_soon(self, fix: Fix, last: Vertex | None, apart: float) -> str:
        if last is None:
            return ""
        if self.plan.metres > 0:
            return SOON if apart < self.plan.metres else ""
        # Fixes come a little before or after the full second.
        if self._taken is not None and fix.monotonic - self._taken < self.plan.seconds - 0.3:
            return SOON
        return STILL if apart < STILL_METRES else ""
