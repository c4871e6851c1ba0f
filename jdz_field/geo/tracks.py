"""Tracks: where somebody was when. Reads GPX, KML and KMZ with times, and logs of NMEA 0183.

The format is told by the content; names lie, and telephones hand files on under any name.
"""

from __future__ import annotations

import errno
import io
import math
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.geo.track_gpx import GpxReader
from jdz_field.geo.track_kml import KmlReader
from jdz_field.geo.track_nmea import SIGNATURE, NmeaReader
from jdz_field.geo.track_points import Points, Segment, Track, no_track
from jdz_field.geo.track_xml import root_of

__all__ = ["TRACK_SUFFIXES", "Segment", "Track", "distance_m", "read_track"]

#: How files that hold tracks are usually named, for file dialogs and folders.
TRACK_SUFFIXES = (".gpx", ".kml", ".kmz", ".nmea", ".nme", ".log", ".txt")

_HEAD = 1 << 16
_ZIP = b"PK\x03\x04"
#: Bytes that a packed KML may have unpacked, and how many times its packed size: texts of
#: numbers pack to a tenth, a hostile file to a thousandth.
_MOST_UNPACKED, _MOST_RATIO = 1 << 30, 200

#: What a damaged or encrypted archive, or one without a KML, makes ``zipfile`` raise.
_NO_ARCHIVE = (
    *(StopIteration, zipfile.BadZipFile, zlib.error, EOFError, ValueError),
    *(NotImplementedError, RuntimeError, OverflowError),
)


def read_track(path: Path) -> Track:
    """The track in a GPX, KML, KMZ or NMEA file, whatever its name is.

    A file that was cut off or is damaged further on gives the points before, see
    ``Track.cut_off``. ``BadInput`` when it is none of these or has no point with a time,
    ``Unavailable`` when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _read(path, file)
    except FileNotFoundError as error:
        raise BadInput(
            _("There is no track file {file}; check its name.").format(file=path)
        ) from error
    except OSError as error:
        text = _("The track {file} cannot be read ({what}); check the disk and try again.")
        raise Unavailable(text.format(file=path, what=error.strerror or error)) from error


def _read(path: Path, file: BinaryIO) -> Track:
    head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return _read_packed(path, file)
    file.seek(0)
    points = Points(path)
    reader = {"gpx": GpxReader, "kml": KmlReader}.get(root_of(head))
    if reader is not None:
        return points.track(reader(points).read(file))
    if SIGNATURE.search(head) is None:
        raise no_track(path)
    log = NmeaReader(points)
    log.read(file)
    if not log.dated:
        text = _("The log {file} names no date (no RMC or ZDA sentence); record it with RMC.")
        raise BadInput(text.format(file=path))
    return points.track(None)


def _read_packed(path: Path, file: BinaryIO) -> Track:
    """The track in the first KML of a KMZ (OGC 07-147r2 annex C)."""
    points = Points(path)
    try:
        with zipfile.ZipFile(file) as archive:
            entry = next(i for i in archive.infolist() if i.filename.lower().endswith(".kml"))
            most = min(_MOST_UNPACKED, _MOST_RATIO * entry.compress_size + _HEAD)
            with archive.open(entry) as unpacked:
                bounded = _Bounded(unpacked, most, path)
                return points.track(KmlReader(points).read(io.BufferedReader(bounded)))
    except OSError as error:
        # A table of contents that leads nowhere, as opposed to a disk that fails.
        if error.errno != errno.EINVAL:
            raise
        raise no_track(path) from error
    except _NO_ARCHIVE as error:
        raise no_track(path) from error


class _Bounded(io.RawIOBase):
    """A packed file that ends in an error where no honest one would still go on."""

    def __init__(self, file: IO[bytes], most: int, path: Path) -> None:
        super().__init__()
        self._file, self._left, self._path = file, most, path

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read what fits; ``BadInput`` past the bound."""
        data = self._file.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise no_track(self._path)
        buffer[: len(data)] = data
        return len(data)


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres between two points in degrees (haversine, mean earth radius; within 0.5 %)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(min(half, 1.0)))
