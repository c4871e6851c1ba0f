"""Reads tracks from KML (OGC 07-147r2, 12-007r2 §9.2): ``Track``, ``MultiTrack``, timed places.

Google's ``gx:Track`` and the ``Track`` of KML 2.3 are alike. The points of one folder that have a
time are one track. Positions are WGS 84 degrees, heights metres.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import ClassVar

from jdz_field.geo.track_points import MAX_POINTS, Points, number, seconds
from jdz_field.geo.track_xml import XmlReader

_WHEN = r"when>[-0-9T:.Z+ ]{1,40}</when>\s*"
_COORD = r"(?:gx:)?coord>[-+.0-9eE ]{1,90}</(?:gx:)?coord>\s*"
_WHENS = re.compile(r"<when>([^<]*)<")
_COORDS = re.compile(r"coord>([^<]*)</")


class KmlReader(XmlReader):
    """Tracks by their ``when`` and ``coord``, and places with a ``TimeStamp`` or ``TimeSpan``."""

    root = "kml"
    point_end = ">"
    # Its literal start lets the search skip what is none.
    run: ClassVar[re.Pattern[str]] = re.compile(
        f"<(?:{_COORD}(?:<{_COORD})+|{_WHEN}<{_COORD}(?:<{_WHEN}<{_COORD})+|{_WHEN}(?:<{_WHEN})+)"
    )

    def __init__(self, points: Points) -> None:
        super().__init__(points)
        self._whens: list[str] = []
        self._coords: list[str] = []
        self._mode = ""
        self._in: list[str] = []
        self._when = self._place = ""

    def start(self, name: str, _attributes: dict[str, str]) -> bool:
        """A track, a place or a folder begins, or something that belongs to it."""
        if name == "Track":
            self._whens, self._coords, self._mode = [], [], ""
            self._in.append(name)
        elif name in {"Folder", "Document"}:
            self.points.cut()
        elif name == "Placemark":
            self._when = self._place = self._mode = ""
            self._in.append(name)
        elif name == "Point" and "Placemark" in self._in:
            self._in.append(name)
        return bool(self._in) and name in {"when", "begin", "coord", "coordinates", "altitudeMode"}

    def end(self, name: str, text: str) -> None:
        """A time, a place, or the end of what they belong to."""
        if self._in and name == self._in[-1]:
            self._in.pop()
            if name == "Track":
                self._take_track()
            elif name == "Placemark":
                self._take_place()
        elif self._in:
            self._part(name, text)

    def finish(self) -> None:
        """The points of a track that the file breaks off in count too."""
        if "Track" in self._in:
            self._take_track()

    def _part(self, name: str, text: str) -> None:
        in_track = self._in[-1] == "Track"
        if name == "altitudeMode":
            self._mode = text.strip()
        elif name == "coord" and in_track:
            self._coords.append(text)
        elif name == "when" and in_track:
            self._whens.append(text)
        elif name == "when" or (name == "begin" and not self._when):
            self._when = text
        elif name == "coordinates" and self._in[-1] == "Point":
            self._place = text.replace(",", " ")

    def take_run(self, text: str) -> None:
        """Many times, or many places, of one track."""
        if self._in and self._in[-1] == "Track":
            self._whens += _WHENS.findall(text)
            self._coords += _COORDS.findall(text)
            if len(self._whens) > MAX_POINTS or len(self._coords) > MAX_POINTS:
                self.points.count(MAX_POINTS + 1)

    def _take_track(self) -> None:
        self.points.cut()
        pairs = list(zip(self._whens, self._coords, strict=False))
        self.points.skipped += max(len(self._whens), len(self._coords)) - len(pairs)
        if not self._at_once():
            for when, coord in pairs:
                self._take(when, coord)
        self.points.cut()
        self._whens, self._coords = [], []

    def _at_once(self) -> bool:
        """All points in one go; ``False`` when one of them is not what it should be."""
        if len(self._whens) != len(self._coords) or not self._whens or self._mode:
            return False
        try:
            times = [datetime.fromisoformat(text) for text in self._whens]
            values = [float(part) for text in self._coords for part in text.split(" ")]
        except ValueError:
            return False
        lons, lats, heights = values[::3], values[1::3], values[2::3]
        odd = len(values) != 3 * len(times) or any(moment.tzinfo is None for moment in times)
        if odd or 0.0 in lats or 0.0 in heights or not all(map(math.isfinite, values)):
            return False
        if max(map(abs, lats)) > 90 or max(map(abs, lons)) > 180:
            return False
        self.points.count(len(times))
        stamps = [moment.timestamp() for moment in times]
        self.points.segments[-1].extend(stamps, lons, lats, heights)
        return True

    def _take_place(self) -> None:
        if self._when and self._place:
            self._take(self._when, self._place)

    def _take(self, when: str, coord: str) -> None:
        parts = [number(part) for part in coord.split()[:3]] + [math.nan] * 3
        lon, lat, height = parts[:3]
        # Heights above the ground are none above the sea, and a zero stands for «not known».
        if self._mode.startswith("relative") or height == 0:
            height = math.nan
        self.points.take(seconds(when), lon, lat, height)
