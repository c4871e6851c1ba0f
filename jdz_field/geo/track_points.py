"""The points of a track in memory: columns of numbers, so that a million of them stay small."""

from __future__ import annotations

import math
import operator
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: More points than months of recording have; a bound against hostile files.
MAX_POINTS = 5_000_000


def _numbers() -> array[float]:
    return array("d")


@dataclass(frozen=True, slots=True)
class Segment:
    """An unbroken stretch of a track, by rising time.

    ``times``: Unix seconds; ``lons``, ``lats``: degrees; ``heights``: metres, NaN when unknown;
    ``errors``: metres, horizontal, one sigma, NaN when unknown, or empty when all are.
    """

    times: array[float] = field(default_factory=_numbers)
    lons: array[float] = field(default_factory=_numbers)
    lats: array[float] = field(default_factory=_numbers)
    heights: array[float] = field(default_factory=_numbers)
    errors: array[float] = field(default_factory=_numbers)

    def add(self, time: float, lon: float, lat: float, height: float) -> None:
        """Put a point at the end."""
        self.times.append(time)
        self.lons.append(lon)
        self.lats.append(lat)
        self.heights.append(height)

    def know(self, errors: Sequence[float]) -> None:
        """Say the errors of the points that were put last; those before without one are unknown."""
        missing = len(self.times) - len(self.errors) - len(errors)
        self.errors.extend([math.nan] * missing)
        self.errors.extend(errors)

    def closed(self) -> Segment:
        """The segment as it is, with as many errors as points if there is any."""
        if self.errors:
            self.know(())
        return self

    def extend(
        self,
        times: Sequence[float],
        lons: Sequence[float],
        lats: Sequence[float],
        heights: Sequence[float],
    ) -> None:
        """Put many points at the end."""
        self.times.extend(times)
        self.lons.extend(lons)
        self.lats.extend(lats)
        self.heights.extend(heights)

    def sorted(self) -> Segment:
        """The segment by rising time; of points at one time the last counts."""
        self.closed()
        times = self.times
        if all(map(operator.lt, times, islice(times, 1, None))):
            return self
        last = {time: index for index, time in enumerate(times)}
        order = [last[time] for time in sorted(last)]
        columns = (self.times, self.lons, self.lats, self.heights, self.errors)
        return Segment(*(array("d", [c[i] for i in order] if c else []) for c in columns))


@dataclass(frozen=True, slots=True)
class Track:
    """The points of one file that have a time and a position.

    ``skipped`` counts points without one of them; ``cut_off`` is the line at which the file
    stops being readable, ``None`` when it is whole; ``walks``: title and number of segments of
    each track that the file tells apart, in its order, empty when it tells none.
    """

    file: Path
    segments: tuple[Segment, ...]
    skipped: int = 0
    cut_off: int | None = None
    walks: tuple[tuple[str, int], ...] = ()

    def apart(self) -> tuple[tuple[str, Track], ...]:
        """Each walk with its title; itself without one when the file tells none apart."""
        found, at = [], 0
        for title, count in self.walks:
            found.append((title, Track(self.file, self.segments[at : at + count])))
            at += count
        return tuple(found) or (("", self),)

    @property
    def points(self) -> int:
        """How many points there are."""
        return sum(len(segment.times) for segment in self.segments)

    @property
    def start(self) -> datetime:
        """The first time, UTC."""
        return datetime.fromtimestamp(min(s.times[0] for s in self.segments), UTC)

    @property
    def end(self) -> datetime:
        """The last time, UTC."""
        return datetime.fromtimestamp(max(s.times[-1] for s in self.segments), UTC)


class Points:
    """What a reader of any format has taken in so far; the last segment is the one growing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.segments: list[Segment] = [Segment()]
        self.skipped = 0
        self._number = 0
        self._walks: list[tuple[str, int]] = []

    def cut(self) -> None:
        """Begin another segment, unless the last one is empty still."""
        if self.segments[-1].times:
            self.segments.append(Segment())

    def walk(self) -> None:
        """Another track begins in the file."""
        self.cut()
        self._walks.append(("", len(self.segments) - 1))

    def title(self, words: str) -> None:
        """What the track that began last is called."""
        if self._walks:
            self._walks[-1] = (words, self._walks[-1][1])

    def _counted(self) -> tuple[tuple[str, int], ...]:
        """Titles and numbers of segments of the tracks that have points."""
        filled = sum(bool(one.times) for one in self.segments)
        ends = [*(first for _title, first in self._walks[1:]), filled]
        found = ((t, end - first) for (t, first), end in zip(self._walks, ends, strict=True))
        return tuple((title, count) for title, count in found if count > 0)

    def take(self, time: float | None, lon: float, lat: float, height: float) -> bool:
        """Add a point, or count it as skipped: without a time, off the Earth, or at 0, 0."""
        if time is None or not (abs(lon) <= 180 and abs(lat) <= 90) or (lon == 0 and lat == 0):
            self.skipped += 1
            return False
        self.count(1)
        self.segments[-1].add(time, lon, lat, height)
        return True

    def count(self, points: int) -> None:
        """``BadInput`` when there are more points than any track has."""
        self._number += points
        if self._number > MAX_POINTS:
            text = _("The track {file} has more than {n} points; split it.")
            raise BadInput(text.format(file=self.path, n=MAX_POINTS))

    def track(self, cut_off: int | None) -> Track:
        """The track of all points; ``BadInput`` without any."""
        segments = tuple(s.sorted() for s in self.segments if s.times)
        if segments:
            walks = self._counted() if self._walks else ()
            return Track(self.path, segments, self.skipped, cut_off, walks)
        if cut_off is not None:
            text = _(
                "The track {file} is damaged in line {line} before its first point; "
                "export it again."
            )
            raise BadInput(text.format(file=self.path, line=cut_off))
        text = _("The track {file} has no point with a time; record it with times.")
        raise BadInput(text.format(file=self.path))


def no_track(path: Path) -> BadInput:
    """What is said of a file that is none of the formats."""
    text = _(
        "{file} is no track that can be read; export it as GPX, as KML with times, "
        "or as an NMEA log."
    )
    return BadInput(text.format(file=path))


def number(text: str) -> float:
    """A finite number, or NaN."""
    try:
        found = float(text)
    except ValueError:
        return math.nan
    return found if math.isfinite(found) else math.nan


def seconds(text: str) -> float | None:
    """Unix seconds of an ISO 8601 time; tracks mean UTC where they name no zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.timestamp()
    except (OverflowError, OSError):
        return None
