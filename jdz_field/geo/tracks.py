"""Tracks: where somebody was when. Reads GPX 1.0 and 1.1 (topografix.com/GPX/1/1).

GPX times are UTC, positions WGS 84 degrees, which equal CGCS2000 (EPSG:4490) within centimetres,
heights metres. The file is read in one pass without ever being whole in memory; document types,
and with them entities, are refused, and so is nesting or a token that no track has.
"""

from __future__ import annotations

import codecs
import math
import operator
import re
import secrets
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _

_MAX_POINTS = 5_000_000
_MAX_DEPTH = 64
_MAX_TOKEN = 1 << 20
_BLOCK = 1 << 18
_LONGEST_VALUE = 100
_NAN = math.nan
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

_POINT_END = "</trkpt>"
_NUMBER, _TIME = "[-+.0-9]{1,30}", "[-0-9T:.]{1,40}Z"
#: Points as nearly every program writes them; what may follow a time holds no other point.
_RUN = re.compile(
    rf'(?:<trkpt\s+lat="{_NUMBER}"\s+lon="{_NUMBER}"\s*>\s*(?:<ele>{_NUMBER}</ele>\s*)?'
    rf"<time>{_TIME}</time>[^<]*(?:<(?!/?trk|/?gpx|[!?])[^<]*)*{_POINT_END}\s*)+"
)
#: The parts of a point in such a run.
_PARTS = re.compile(
    r'<trkpt\s+lat="([^"]*)"\s+lon="([^"]*)"\s*>\s*(?:<ele>([^<]*)</ele>\s*)?<time>([^<]*)<'
)
#: Latitude, longitude, height and time as written.
_Row = tuple[str, str, str, str]
#: Errors that a file shows whose writer was stopped.
_CUT = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)


def _numbers() -> array[float]:
    return array("d")


@dataclass(frozen=True, slots=True)
class Segment:
    """An unbroken stretch of a track, by rising time.

    ``times``: Unix seconds; ``lons``, ``lats``: degrees; ``heights``: metres, NaN when unknown.
    """

    times: array[float] = field(default_factory=_numbers)
    lons: array[float] = field(default_factory=_numbers)
    lats: array[float] = field(default_factory=_numbers)
    heights: array[float] = field(default_factory=_numbers)

    def add(self, time: float, lon: float, lat: float, height: float) -> None:
        """Put a point at the end."""
        self.times.append(time)
        self.lons.append(lon)
        self.lats.append(lat)
        self.heights.append(height)

    def sorted(self) -> Segment:
        """The segment by rising time; of points at one time the last counts."""
        times = self.times
        if all(map(operator.lt, times, islice(times, 1, None))):
            return self
        last = {time: index for index, time in enumerate(times)}
        order = [last[time] for time in sorted(last)]
        columns = (self.times, self.lons, self.lats, self.heights)
        return Segment(*(array("d", [column[i] for i in order]) for column in columns))


@dataclass(frozen=True, slots=True)
class Track:
    """The points of one file that have a time and a position.

    ``skipped`` counts points without one of them; ``cut_off`` is the line at which the file
    stops being readable, ``None`` when it is whole.
    """

    file: Path
    segments: tuple[Segment, ...]
    skipped: int = 0
    cut_off: int | None = None

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


def read_track(path: Path) -> Track:
    """The track in a GPX file.

    A file that was cut off or is damaged further on gives the points before, see
    ``Track.cut_off``. ``BadInput`` when it is no GPX or has no point with a time,
    ``Unavailable`` when it cannot be read.
    """
    reader = _Reader(path)
    try:
        with path.open("rb") as file:
            cut_off = reader.read(file)
    except FileNotFoundError as error:
        raise BadInput(
            _("There is no track file {file}; check its name.").format(file=path)
        ) from error
    except OSError as error:
        text = _("The track {file} cannot be read ({what}); check the disk and try again.")
        raise Unavailable(text.format(file=path, what=error.strerror or error)) from error
    segments = tuple(s.sorted() for s in reader.segments if s.times)
    if not segments:
        raise reader.nothing(cut_off)
    return Track(path, segments, reader.skipped, cut_off)


class _Reader:
    """Expat's handlers; the state is the point being read and how deep inside it we are.

    Runs of plainly written points are read by a regular expression and stand in the document
    that expat sees as one empty element each: a fifth of the time for a day at 1 Hz. Expat
    still judges all the rest, so a run inside a comment is never taken.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.segments: list[Segment] = [Segment()]
        self.skipped = 0
        self.is_gpx = False
        self._points = 0
        self._depth = 0
        self._point: dict[str, str] | None = None
        self._point_depth = 0
        self._text: list[str] = []
        self._values: dict[str, str] = {}
        self._runs: list[list[_Row]] = []
        # No document can know this name.
        self._run_name = f"run{secrets.token_hex(8)}"

    def read(self, file: BinaryIO) -> int | None:
        """Take in the file; the line at which it breaks off, if it does."""
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        fed = 0
        try:
            for text in _pieces(file):
                data = _RUN.sub(self._fold, text).encode("utf-8", "replace")
                parser.Parse(data, False)
                self._runs.clear()
                fed += len(data)
                if fed - parser.CurrentByteIndex > _MAX_TOKEN:
                    raise self._refusal()
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            if error.code not in _CUT and not self.is_gpx:
                raise self._refusal() from error
            return int(error.lineno)
        return None

    def nothing(self, cut_off: int | None) -> BadInput:
        """Why there is no track in this file."""
        if not self.is_gpx:
            return self._refusal()
        if cut_off is not None:
            text = _(
                "The track {file} is damaged in line {line} before its first point; "
                "export it again."
            )
            return BadInput(text.format(file=self.path, line=cut_off))
        text = _("The track {file} has no point with a time; record it with times.")
        return BadInput(text.format(file=self.path))

    def _refusal(self) -> BadInput:
        text = _("{file} is no GPX track; export the track as GPX.")
        return BadInput(text.format(file=self.path))

    def _doctype(self, *_declaration: object) -> None:
        raise self._refusal()

    def _fold(self, run: re.Match[str]) -> str:
        """One empty element for a run of points; its lines are kept for the count of lines."""
        self._runs.append(_PARTS.findall(run[0]))
        return f'<{self._run_name} n="{len(self._runs) - 1}"/>' + "\n" * run[0].count("\n")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._refusal()
        if self._point is None:
            self._outside(name.rpartition(":")[2], attributes)
        elif self._depth == self._point_depth + 1:
            self._text.clear()
            self._parser.CharacterDataHandler = self._characters

    def _outside(self, name: str, attributes: dict[str, str]) -> None:
        """The start of an element that lies in no point."""
        if name == "trkpt":
            self._point, self._point_depth = attributes, self._depth
            self._values.clear()
        elif name == self._run_name:
            self._take_run(self._runs[int(attributes["n"])])
        elif name in {"trkseg", "trk"} and self.segments[-1].times:
            self.segments.append(Segment())
        elif self._depth == 1:
            self.is_gpx = name == "gpx"
            if not self.is_gpx:
                raise self._refusal()

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._point is None:
            return
        if self._depth == self._point_depth:
            self._parser.CharacterDataHandler = None
            self._values[name.rpartition(":")[2]] = "".join(self._text)
        elif self._depth < self._point_depth:
            lat, lon = self._point.get("lat", ""), self._point.get("lon", "")
            self._take((lat, lon, self._values.get("ele", ""), self._values.get("time", "")))
            self._point = None

    def _characters(self, text: str) -> None:
        if self._depth == self._point_depth + 1 and len(self._text) < _LONGEST_VALUE:
            self._text.append(text[:_LONGEST_VALUE])

    def _take_run(self, rows: list[_Row]) -> None:
        """Many points at once; one by one when one of them is not what it should be."""
        try:
            lats, lons, heights = ([float(row[i] or _NAN) for row in rows] for i in range(3))
            times = [datetime.fromisoformat(row[3]).timestamp() for row in rows]
        except ValueError:
            times = []
        if not times or 0.0 in lats or max(map(abs, lats)) > 90 or max(map(abs, lons)) > 180:
            for row in rows:
                self._take(row)
            return
        self._count(len(rows))
        segment = self.segments[-1]
        segment.times.extend(times)
        segment.lons.extend(lons)
        segment.lats.extend(lats)
        segment.heights.extend(heights)

    def _take(self, row: _Row) -> None:
        lat, lon, height = (_number(text) for text in row[:3])
        time = _seconds(row[3])
        if time is None or not (abs(lon) <= 180 and abs(lat) <= 90) or (lon == 0 and lat == 0):
            self.skipped += 1
            return
        self._count(1)
        self.segments[-1].add(time, lon, lat, height)

    def _count(self, points: int) -> None:
        self._points += points
        if self._points > _MAX_POINTS:
            text = _("The track {file} has more than {n} points; split it.")
            raise BadInput(text.format(file=self.path, n=_MAX_POINTS))


def _pieces(file: BinaryIO) -> Iterator[str]:
    """The text of a file in pieces that end with a point, as far as there are points."""
    decoder = codecs.getincrementaldecoder(_encoding_of(file))("replace")
    rest = ""
    while block := file.read(_BLOCK):
        rest += decoder.decode(block)
        end = rest.rfind(_POINT_END) + len(_POINT_END)
        if end >= len(_POINT_END):
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _BLOCK:
            yield rest
            rest = ""
    yield rest + decoder.decode(b"", True)


def _encoding_of(file: BinaryIO) -> str:
    """The declared encoding (in China GB 2312, GBK …), else UTF-8; a byte order mark decides."""
    start = file.read(200)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _ENCODING.match(start.removeprefix(codecs.BOM_UTF8))
    if start.startswith(codecs.BOM_UTF8) or declared is None:
        return "utf-8-sig"
    try:
        return codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        return "utf-8-sig"


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return _NAN
    return number if math.isfinite(number) else _NAN


def _seconds(text: str) -> float | None:
    """Unix seconds of an ISO 8601 time; GPX times without a zone are UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres between two points in degrees (haversine, mean earth radius; within 0.5 %)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(min(half, 1.0)))
