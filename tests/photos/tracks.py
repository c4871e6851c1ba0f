"""GPX files for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: A point: seconds after ``START``, longitude, latitude, height or ``None``.
Point = tuple[float, float, float, float | None]

#: 10:00 in Beijing, as the pictures' 10:00:30 is.
START = datetime(2026, 5, 1, 2, 0, 0, tzinfo=UTC)

NAMESPACES = {
    "1.0": ' xmlns="http://www.topografix.com/GPX/1/0"',
    "1.1": ' xmlns="http://www.topografix.com/GPX/1/1"',
    "": "",
}


def moment(seconds: float) -> datetime:
    """This many seconds after the start."""
    return START + timedelta(seconds=seconds)


def point_xml(point: Point, prefix: str = "") -> str:
    """One ``trkpt``."""
    seconds, lon, lat, height = point
    when = moment(seconds).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    ele = "" if height is None else f"<{prefix}ele>{height}</{prefix}ele>"
    return (
        f'<{prefix}trkpt lat="{lat!r}" lon="{lon!r}">{ele}'
        f"<{prefix}time>{when}Z</{prefix}time></{prefix}trkpt>"
    )


def gpx(*segments: Sequence[Point], version: str = "1.1", encoding: str = "UTF-8") -> str:
    """A document with one track of these segments."""
    body = "".join(
        "<trkseg>" + "".join(point_xml(point) + "\n" for point in segment) + "</trkseg>"
        for segment in segments
    )
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        f'<gpx version="{version or "1.1"}" creator="瑶里"{NAMESPACES[version]}>'
        f"<trk><name>虚构示例</name>{body}</trk></gpx>"
    )


def write_gpx(path: Path, *segments: Sequence[Point]) -> Path:
    """The same as a file."""
    path.write_text(gpx(*segments), encoding="utf-8")
    return path


def walk(seconds: int = 600, step: int = 10) -> list[Point]:
    """A walk to the north-east, a point every ``step`` seconds."""
    return [
        (t, 117.2 + t * 1e-5, 29.3 + t * 8e-6, 100 + t / 10) for t in range(0, seconds + 1, step)
    ]
