"""Writes tracks as GPX 1.1 (topografix.com/GPX/1/1): times UTC, WGS 84 degrees, metres.

What GPX has no element for stands in ``extensions`` under a name space of ours: a point's error in
metres and kind of solution, and why a segment begins.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import starmap
from xml.sax.saxutils import escape

from jdz_field.geo.tracks import Track
from jdz_field.operations.tracks_log import Log, Point

NAMESPACE = "urn:jdz-field:track:1"
#: ``fixType`` of GPX 1.1: none 2d 3d dgps pps.
_FIXES = {"dgps": "dgps", "float": "dgps", "rtk": "dgps"}


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a track: why it begins (empty: unknown), and its points."""

    reason: str
    points: Iterable[Point]


@dataclass(frozen=True, slots=True)
class Written:
    """One ``trk``: title, who, and the stretches."""

    title: str
    person: str
    legs: Sequence[Leg]


def of_log(log: Log, title: str) -> Written:
    """A recording as it is written."""
    return Written(title, log.head.person, [Leg(s.reason, s.points) for s in log.stretches])


def of_track(track: Track, title: str, person: str) -> Written:
    """A track that was read as it is written."""
    legs = []
    for one in track.segments:
        errors = one.errors or [math.nan] * len(one.times)
        rows = zip(one.times, one.lons, one.lats, one.heights, errors, strict=True)
        legs.append(Leg("", list(starmap(_bare, rows))))
    return Written(title, person, legs)


def _bare(time: float, lon: float, lat: float, height: float, error: float) -> Point:
    return Point(time, lon, lat, height, error, 0, "")


def gpx_lines(tracks: Sequence[Written], moment: str) -> Iterator[str]:
    """The file in pieces; ``moment`` is when it was made, as ``to_text`` writes it."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        '<gpx version="1.1" creator="jdz-field" xmlns="http://www.topografix.com/GPX/1/1"'
        f' xmlns:jdz="{NAMESPACE}">\n<metadata><time>{moment}</time></metadata>\n'
    )
    for one in tracks:
        yield f"<trk><name>{_text(one.title)}</name>"
        if one.person:
            yield f"<extensions><jdz:person>{_text(one.person)}</jdz:person></extensions>"
        yield "\n"
        for leg in one.legs:
            yield "<trkseg>\n"
            yield from map(_point, leg.points)
            if leg.reason:
                yield f"<extensions><jdz:begins>{_text(leg.reason)}</jdz:begins></extensions>\n"
            yield "</trkseg>\n"
        yield "</trk>\n"
    yield "</gpx>\n"


def _text(words: str) -> str:
    return escape("".join(c for c in words if c.isprintable()))


def gpx_time(seconds: float) -> str:
    """``2026-11-23T01:02:03.500Z``; whole seconds without a fraction."""
    moment = datetime.fromtimestamp(round(seconds * 1000) / 1000, UTC)
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"


def _point(p: Point) -> str:
    height = "" if math.isnan(p.height) else f"<ele>{p.height:.2f}</ele>"
    parts = [f'<trkpt lat="{p.lat:.7f}" lon="{p.lon:.7f}">{height}<time>{gpx_time(p.time)}</time>']
    if p.quality:
        plain = "2d" if math.isnan(p.height) else "3d"
        parts.append(f"<fix>{_FIXES.get(p.quality, plain)}</fix>")
    if p.satellites:
        parts.append(f"<sat>{p.satellites}</sat>")
    more = "" if math.isnan(p.accuracy) else f"<jdz:accuracy>{p.accuracy:.2f}</jdz:accuracy>"
    if p.quality in ("float", "rtk"):
        more += f"<jdz:fix>{p.quality}</jdz:fix>"
    if more:
        parts.append(f"<extensions>{more}</extensions>")
    return "".join(parts) + "</trkpt>\n"
