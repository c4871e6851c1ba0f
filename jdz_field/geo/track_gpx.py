"""Reads tracks from GPX 1.0 and 1.1 (topografix.com/GPX/1/1, ``trkseg`` and ``trkpt``).

GPX times are UTC, positions WGS 84 degrees, which equal CGCS2000 (EPSG:4490) within centimetres,
heights metres.
"""

from __future__ import annotations

import math
import re
from datetime import datetime

from jdz_field.geo.track_points import Points, number, seconds
from jdz_field.geo.track_xml import XmlReader

_NUMBER, _TIME = "[-+.0-9]{1,30}", "[-0-9T:.]{1,40}Z"
#: The parts of a point in a run.
_PARTS = re.compile(
    r'<trkpt\s+lat="([^"]*)"\s+lon="([^"]*)"\s*>\s*(?:<ele>([^<]*)</ele>\s*)?<time>([^<]*)<'
)
_NOWHERE = -9
#: What our own tracks say of a point's error (``operations.tracks_gpx``), metres.
_ERROR = re.compile(r"<jdz:accuracy>([.0-9]{1,12})</jdz:accuracy>")
#: Latitude, longitude, height and time as written.
_Row = tuple[str, str, str, str]


class GpxReader(XmlReader):
    """Points of tracks; those of routes and waypoints are no track."""

    root = "gpx"
    point_end = "</trkpt>"
    # What may follow a time holds no other point.
    run = re.compile(
        rf'(?:<trkpt\s+lat="{_NUMBER}"\s+lon="{_NUMBER}"\s*>\s*(?:<ele>{_NUMBER}</ele>\s*)?'
        rf"<time>{_TIME}</time>[^<]*(?:<(?!/?trk|/?gpx|[!?])[^<]*)*</trkpt>\s*)+"
    )

    def __init__(self, points: Points) -> None:
        super().__init__(points)
        self._point: dict[str, str] | None = None
        self._point_depth = 0
        self._values: dict[str, str] = {}
        self._track_depth = _NOWHERE

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        """A point, a part of one, a break between points, or a track and its title."""
        if self._point is not None:
            return self.depth == self._point_depth + 1
        if name == "trkpt":
            self._point, self._point_depth = attributes, self.depth
            self._values.clear()
        elif name == "trkseg":
            self.points.cut()
        elif name == "trk":
            self.points.walk()
            self._track_depth = self.depth
        return name == "name" and self.depth == self._track_depth + 1

    def end(self, name: str, text: str) -> None:
        """A part of a point, or the point itself."""
        if self._point is None:
            if name == "name" and self.depth == self._track_depth:
                self.points.title(text.strip())
            elif name == "trk":
                self._track_depth = _NOWHERE
            return
        if self.depth == self._point_depth:
            self._values[name] = text
        elif self.depth < self._point_depth:
            lat, lon = self._point.get("lat", ""), self._point.get("lon", "")
            self._take((lat, lon, self._values.get("ele", ""), self._values.get("time", "")))
            self._point = None

    def take_run(self, text: str) -> None:
        """Many points at once; one by one when one of them is not what it should be."""
        if self._point is not None:
            return
        rows: list[_Row] = _PARTS.findall(text)
        try:
            lats, lons, heights = ([float(row[i] or math.nan) for row in rows] for i in range(3))
            times = [datetime.fromisoformat(row[3]).timestamp() for row in rows]
        except ValueError:
            times = []
        if not times or 0.0 in lats or max(map(abs, lats)) > 90 or max(map(abs, lons)) > 180:
            for row in rows:
                self._take(row)
            return
        self.points.count(len(rows))
        segment = self.points.segments[-1]
        segment.extend(times, lons, lats, heights)
        if "<jdz:accuracy>" in text:
            segment.know([_error(one) for one in text.split("</trkpt>")[: len(rows)]])

    def _take(self, row: _Row) -> None:
        lat, lon, height = (number(text) for text in row[:3])
        self.points.take(seconds(row[3]), lon, lat, height)


def _error(point: str) -> float:
    found = _ERROR.search(point)
    return number(found[1]) if found else math.nan
