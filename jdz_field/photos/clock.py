"""How far a camera's clock is off: from a photo of a clock, or from photos with a position.

An offset is what is added to the camera's time to get the true time, in seconds.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.geo.tracks import Segment, Track
from jdz_field.photos.exif import PhotoInfo
from jdz_field.photos.times import camera_time, offset_zone

if TYPE_CHECKING:
    import numpy as np

TIME, PLACE = "time", "place"

#: A photo was taken on the track where the track comes this near to it, metres: what two
#: receivers under trees disagree by.
NEAR_M = 30.0
#: One photo fits nearly every track somewhere; two already have to agree.
_LEAST_PLACES = 2
_METRES_A_DEGREE = 111_195.0
_LONGEST_STEP = 300.0
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?\s*(Z|z|[+-]\d{1,2}(?::?\d{2})?)?"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A clock's offset, as the photos of one camera tell it.

    ``offset``: seconds; ``photos``: how many agree on it, of ``known`` that could tell;
    ``spread``: seconds, the median distance of theirs from it; ``source``: ``time`` of the
    receiver in the camera, or ``place`` on the track.
    """

    camera: str
    offset: float
    photos: int
    known: int
    spread: float
    source: str

    def to_json(self) -> dict[str, Any]:
        """As ``photos geotag --propose-offset`` prints it."""
        return {
            "camera": self.camera,
            "offset": round(self.offset, 3),
            "photos": self.photos,
            "known": self.known,
            "spread": round(self.spread, 3),
            "source": self.source,
        }


def offset_from_clock(info: PhotoInfo, shown: str, zone: tzinfo) -> float:
    """The offset by a photo of a clock that showed the true time ``shown``.

    ``shown`` is ``10:00:30`` or ``2026-05-01 10:00:30``, with ``Z`` or an offset such as
    ``+08:00`` behind it where the clock is in another zone than ``zone``. Without a date it is
    the one nearest to the camera's. ``BadUsage`` for no time, ``BadInput`` for a photo without.
    """
    taken = info.moment(zone)
    if taken is None:
        text = _("The photo of the clock {file} has no time that can be used; give the offset.")
        raise BadInput(text.format(file=info.file))
    clock = _CLOCK.fullmatch(shown.strip())
    if clock is None:
        moment = camera_time(shown)
        if moment is None:
            text = _("«{text}» is no time; write it as 10:00:30 or 2026-05-01 10:00:30.")
            raise BadUsage(text.format(text=shown))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return (aware - taken).total_seconds()
    return _nearest_day(taken, clock, shown, zone)


def _nearest_day(taken: datetime, clock: re.Match[str], shown: str, zone: tzinfo) -> float:
    hour, minute, second = (int(part or 0) for part in clock.groups()[:3])
    micro = int((clock[4] or "").ljust(6, "0"))
    where = offset_zone(clock[5]) if clock[5] else zone
    day: date = taken.astimezone(where).date()
    offsets = []
    for days in (-1, 0, 1):
        try:
            moment = datetime(
                day.year, day.month, day.day, hour, minute, second, micro, tzinfo=where
            )
        except ValueError as error:
            text = _("«{text}» is no time; write it as 10:00:30 or 2026-05-01 10:00:30.")
            raise BadUsage(text.format(text=shown)) from error
        offsets.append((moment + timedelta(days=days) - taken).total_seconds())
    return min(offsets, key=abs)


def propose(infos: Sequence[PhotoInfo], tracks: Sequence[Track], zone: tzinfo) -> list[Proposal]:
    """Each camera's offset as far as its photos tell it, the best told first.

    By the receiver's time where photos have it, else by where the tracks pass the positions.
    """
    cameras: dict[str, list[tuple[PhotoInfo, datetime]]] = defaultdict(list)
    for info in infos:
        taken = info.moment(zone)
        if taken is not None:
            cameras[" ".join(part for part in (info.make, info.model) if part)].append(
                (info, taken)
            )
    found = (
        _by_time(name, shots) or _by_place(name, shots, tracks) for name, shots in cameras.items()
    )
    return sorted((one for one in found if one), key=lambda one: -one.photos)


Shots = Sequence[tuple[PhotoInfo, datetime]]


def _by_time(name: str, shots: Shots) -> Proposal | None:
    errors = [(info.gps.moment - taken).total_seconds() for info, taken in shots if info.gps.moment]
    if not errors:
        return None
    middle = median(errors)
    spread = median(abs(error - middle) for error in errors)
    # A receiver without a fix tells the time of its last one: such photos do not agree.
    agree = sum(abs(error - middle) <= max(3 * spread, 2.0) for error in errors)
    return Proposal(name, middle, agree, len(errors), spread, TIME)


@dataclass(frozen=True, slots=True)
class _Pass:
    """The track passes a photo's position while the offset is between two values."""

    photo: int
    first: float
    last: float
    best: float


def _by_place(name: str, shots: Shots, tracks: Sequence[Track]) -> Proposal | None:
    placed = [(i, t) for i, t in shots if i.lon is not None and i.lat is not None]
    if len(placed) < _LEAST_PLACES or not tracks:
        return None
    passes = [
        one
        for number, (info, taken) in enumerate(placed)
        for one in _passes(number, info.lon or 0.0, info.lat or 0.0, taken.timestamp(), tracks)
    ]
    common = _most_common(passes)
    agreeing: dict[int, _Pass] = {}
    for one in passes:
        if one.first <= common <= one.last:
            agreeing.setdefault(one.photo, one)
    if len(agreeing) < _LEAST_PLACES:
        return None
    # What all of them allow; the middle of it when their nearest points lie outside.
    first = max(one.first for one in agreeing.values())
    last = min(one.last for one in agreeing.values())
    best = [one.best for one in agreeing.values()]
    offset = min(max(median(best), first), last)
    spread = median(abs(one - offset) for one in best)
    return Proposal(name, offset, len(agreeing), len(placed), spread, PLACE)


def _most_common(passes: Sequence[_Pass]) -> float:
    """The offset that most photos allow; of several the smallest."""
    edges = sorted(
        edge for one in passes for edge in ((one.first, 0, one.photo), (one.last, 1, one.photo))
    )
    inside: dict[int, int] = defaultdict(int)
    photos, best = 0, (0, 0.0, 0.0)
    for (at, leaves, photo), (following, *_rest) in pairwise([*edges, (math.inf, 0, 0)]):
        inside[photo] += -1 if leaves else 1
        photos += (inside[photo] == 0) * -1 if leaves else inside[photo] == 1
        middle = at if math.isinf(following) else (at + following) / 2
        best = max(best, (photos, -abs(middle), middle))
    return best[2]


def _passes(
    photo: int, lon: float, lat: float, taken: float, tracks: Sequence[Track]
) -> Iterator[_Pass]:
    for track in tracks:
        for segment in track.segments:
            for first, last, best in _near_times(segment, lon, lat):
                yield _Pass(photo, first - taken, last - taken, best - taken)


def _near_times(segment: Segment, lon: float, lat: float) -> Iterator[tuple[float, float, float]]:
    """When a segment is near a place: from, to, and nearest, each a Unix time."""
    import numpy as np  # noqa: PLC0415 - a tenth of a second that plain geotagging need not wait

    times = np.frombuffer(segment.times)
    east = (np.frombuffer(segment.lons) - lon) * (_METRES_A_DEGREE * math.cos(math.radians(lat)))
    north = (np.frombuffer(segment.lats) - lat) * _METRES_A_DEGREE
    distance, moment = _to_stretches(times, east, north)
    near = np.flatnonzero(distance <= NEAR_M)
    for run in np.split(near, np.flatnonzero(np.diff(near) > 1) + 1) if len(near) else ():
        nearest = run[np.argmin(distance[run])]
        start, end = times[run[-1]], times[min(run[-1] + 1, len(times) - 1)]
        last = start if end - start > _LONGEST_STEP else end
        yield float(times[run[0]]), float(last), float(moment[nearest])


def _to_stretches(
    times: np.ndarray[Any, Any], east: np.ndarray[Any, Any], north: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Distance of the origin from each stretch between two points, and the time nearest to it.

    The last point counts as a stretch of its own; over a long silence only its start counts.
    """
    import numpy as np  # noqa: PLC0415 - see above

    along, up = np.diff(east, append=east[-1]), np.diff(north, append=north[-1])
    step = np.diff(times, append=times[-1])
    length = along**2 + up**2
    share = -(east * along + north * up) / np.where(length > 0, length, 1.0)
    share = np.where(step > _LONGEST_STEP, 0.0, np.clip(share, 0.0, 1.0))
    return np.hypot(east + share * along, north + share * up), times + share * step


def span(infos: Sequence[PhotoInfo], zone: tzinfo) -> tuple[datetime, datetime] | None:
    """The first and last time of photos, UTC; ``None`` when none has one."""
    moments = [moment for info in infos if (moment := info.moment(zone)) is not None]
    return (min(moments).astimezone(UTC), max(moments).astimezone(UTC)) if moments else None
