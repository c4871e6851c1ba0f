"""Finds where a picture was taken from the time it was taken and the tracks of that day."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from jdz_field.geo.tracks import Segment, Track

#: Longest silence of a track, in seconds, over which a position is still trusted.
DEFAULT_MAX_GAP = 300.0

INTERPOLATED, NEAREST = "interpolated", "nearest"


@dataclass(frozen=True, slots=True)
class Match:
    """A place on a track: degrees, metres, and seconds to the nearest recorded point.

    ``method`` is ``interpolated`` (between two points of one segment) or ``nearest``;
    ``accuracy`` the greater error of the points it lies between, ``None`` when the track does
    not know it or the place is only the nearest.
    """

    lon: float
    lat: float
    altitude: float | None
    gap_s: float
    method: str
    accuracy: float | None = None


class Matcher:
    """The segments of some tracks, ready to be asked."""

    def __init__(self, tracks: Sequence[Track], max_gap: float = DEFAULT_MAX_GAP) -> None:
        self.max_gap = max_gap
        segments = [segment for track in tracks for segment in track.segments]
        self._segments = sorted(segments, key=lambda segment: segment.times[0])
        self._starts = [segment.times[0] for segment in self._segments]
        # The latest end of this segment and all before it: tells when looking back is in vain.
        self._ends = list(accumulate((s.times[-1] for s in self._segments), max))

    def match(self, moment: datetime) -> Match | None:
        """The best place at ``moment`` (zone-aware); ``None`` when no point is near enough.

        Between two points of one segment that are at most ``max_gap`` apart: linear in time;
        an exact point counts as such. Else the nearest point within ``max_gap``. Never between
        two points that lie further apart, nor between two segments.
        """
        time = moment.timestamp()
        best: Match | None = None
        for segment in self._near(time, self.max_gap):
            found = _within(segment, time, self.max_gap)
            if found and (best is None or _rank(found) < _rank(best)):
                best = found
        return best

    def gap(self, moment: datetime) -> float | None:
        """Seconds from ``moment`` to the nearest point of any track; ``None`` without points."""
        time = moment.timestamp()
        gaps = (abs(s.times[_nearest(s, time)] - time) for s in self._segments)
        return min(gaps, default=None)

    def _near(self, time: float, reach: float) -> Sequence[Segment]:
        """Segments that begin before ``time + reach`` and may not end before ``time - reach``."""
        last = bisect_right(self._starts, time + reach)
        first = bisect_left(self._ends, time - reach)
        return self._segments[first:last]


def _rank(match: Match) -> tuple[bool, float]:
    return match.method != INTERPOLATED, match.gap_s


def _nearest(segment: Segment, time: float) -> int:
    after = min(bisect_left(segment.times, time), len(segment.times) - 1)
    before = max(after - 1, 0)
    return before if time - segment.times[before] < segment.times[after] - time else after


def _within(segment: Segment, time: float, max_gap: float) -> Match | None:
    after = bisect_left(segment.times, time)
    inside = 0 < after < len(segment.times)
    if inside and segment.times[after] - segment.times[after - 1] <= max_gap:
        return _between(segment, after, time)
    nearest = _nearest(segment, time)
    gap = abs(segment.times[nearest] - time)
    if gap > max_gap:
        return None
    height = segment.heights[nearest]
    altitude = None if math.isnan(height) else height
    method = INTERPOLATED if gap == 0 else NEAREST
    error = _error(segment, nearest, nearest) if gap == 0 else None
    return Match(segment.lons[nearest], segment.lats[nearest], altitude, gap, method, error)


def _error(segment: Segment, before: int, after: int) -> float | None:
    if len(segment.errors) != len(segment.times):
        return None
    worst = max(segment.errors[before], segment.errors[after])
    both = segment.errors[before] + segment.errors[after]
    return None if math.isnan(both) else worst


def _between(segment: Segment, after: int, time: float) -> Match:
    before = after - 1
    start, end = segment.times[before], segment.times[after]
    share = (time - start) / (end - start)
    lon0, lon1 = segment.lons[before], segment.lons[after]
    over_date_line = abs(lon1 - lon0) > 180
    if over_date_line:
        lon1 += math.copysign(360, lon0 - lon1)
    lon = lon0 + (lon1 - lon0) * share
    lat = segment.lats[before] + (segment.lats[after] - segment.lats[before]) * share
    height = segment.heights[before] + (segment.heights[after] - segment.heights[before]) * share
    return Match(
        lon=(lon + 180) % 360 - 180 if over_date_line else lon,
        lat=lat,
        altitude=None if math.isnan(height) else height,
        gap_s=min(time - start, end - time),
        method=INTERPOLATED,
        accuracy=_error(segment, before, after),
    )
