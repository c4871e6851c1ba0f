"""What a picture says about where, when and with what it was taken.

Sources: Exif 2.32 (CIPA DC-008) §4.6.5 (time, camera) and §4.6.6 (GPS). Positions are WGS 84
degrees, which equal CGCS2000 (EPSG:4490) within centimetres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from jdz_field.core.clock import BEIJING, Now, utc_now
from jdz_field.photos.containers import release, scan_picture
from jdz_field.photos.faults import BROKEN, NO_CLOCK, Fault, sentence
from jdz_field.photos.gps import Gps, read_gps
from jdz_field.photos.jpeg import Layout
from jdz_field.photos.kinds import stream_format
from jdz_field.photos.tiff import Directory, Tiff
from jdz_field.photos.times import camera_time

GPS_POINTER, EXIF_POINTER = 0x8825, 0x8769
_VERSION = 0x9000
_MAKE, _MODEL, _ORIENTATION = 0x010F, 0x0110, 0x0112

#: Time, fraction of a second and offset: when taken, when digitized, when the file was changed.
_TIMES = (
    ("original", EXIF_POINTER, 0x9003, 0x9291, 0x9011),
    ("digitized", EXIF_POINTER, 0x9004, 0x9292, 0x9012),
    ("modified", None, 0x0132, 0x9290, 0x9010),
)

#: Cameras whose clock lost its battery start at the turn of the century or before.
_CLOCK_NOT_SET_BEFORE = 2001


@dataclass(frozen=True, slots=True)
class PhotoInfo:
    """What was read from one picture.

    Attributes:
        file: the picture.
        size: bytes.
        format: ``jpeg heic png tiff webp dng`` by content, empty for anything else.
        taken: the camera's time; zone-aware when EXIF names the offset, else without a zone.
        taken_from: ``original``, ``digitized`` or ``modified``: the tag ``taken`` came from.
        gps: position, heights, direction and the receiver's time; degrees WGS 84 and metres.
        make, model: the camera, empty when unknown.
        orientation: EXIF 1…8; 1 is upright.
        width, height: pixels as stored, before ``orientation``.
        faults: everything that is wrong, the file's own faults first.
    """

    file: Path
    size: int = 0
    format: str = ""
    taken: datetime | None = None
    taken_from: str | None = None
    gps: Gps = field(default_factory=Gps)
    make: str = ""
    model: str = ""
    orientation: int = 1
    width: int = 0
    height: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def lon(self) -> float | None:
        """Longitude in degrees east, ``None`` without a position."""
        return self.gps.lon

    @property
    def lat(self) -> float | None:
        """Latitude in degrees north, ``None`` without a position."""
        return self.gps.lat

    @property
    def broken(self) -> bool:
        """Whether the file itself is no whole picture."""
        return not BROKEN.isdisjoint(self.faults)

    @property
    def problem(self) -> str | None:
        """What is wrong, in the language in force; ``None`` when nothing is."""
        return " ".join(sentence(fault) for fault in self.faults) or None

    def moment(self, zone: tzinfo, clock_offset: float = 0.0) -> datetime | None:
        """When it was taken, in UTC; ``None`` when the clock cannot be trusted.

        ``zone`` counts only when EXIF names no offset; ``clock_offset`` seconds are added to
        the camera's time to get the true time.
        """
        if self.taken is None or not NO_CLOCK.isdisjoint(self.faults):
            return None
        aware = self.taken if self.taken.tzinfo else self.taken.replace(tzinfo=zone)
        try:
            return aware.astimezone(UTC) + timedelta(seconds=clock_offset)
        except OverflowError:
            return None

    def clock_error(self, zone: tzinfo) -> float | None:
        """Seconds by which the camera's clock is behind the receiver's time, if both are told.

        A receiver without a new fix repeats its last time: take it from several pictures.
        """
        moment = self.moment(zone)
        if moment is None or self.gps.moment is None:
            return None
        return round((self.gps.moment - moment).total_seconds(), 3)

    def to_json(self, zone: tzinfo | None = None) -> dict[str, Any]:
        """As ``photos read`` prints it; ``taken`` has an offset when EXIF or ``zone`` names one."""
        taken = self.taken
        if taken is not None and taken.tzinfo is None and zone is not None:
            taken = taken.replace(tzinfo=zone)
        return {
            "file": str(self.file),
            "format": self.format or None,
            "taken": iso(taken),
            "lon": self.lon,
            "lat": self.lat,
            "altitude": self.gps.altitude,
            "altitude_reference": self.gps.altitude_reference,
            "datum": self.gps.datum or None,
            "direction": self.gps.direction,
            "direction_reference": self.gps.direction_reference,
            "accuracy": self.gps.accuracy,
            "gps_time": iso(self.gps.moment),
            "clock_error": self.clock_error(zone or BEIJING),
            "make": self.make or None,
            "model": self.model or None,
            "orientation": self.orientation,
            "width": self.width or None,
            "height": self.height or None,
            "faults": [fault.value for fault in self.faults],
            "problem": self.problem,
        }


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 to the second, to the millisecond when there is a fraction."""
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def read_photo(path: Path, *, now: Now = utc_now) -> PhotoInfo:
    """What ``path`` says; never raises for what it finds there, see ``PhotoInfo.faults``."""
    try:
        with path.open("rb") as file:
            layout = scan_picture(file)
            try:
                return info_of(path, layout, now=now, kind=stream_format(file))
            finally:
                release(layout)
    except FileNotFoundError:
        return PhotoInfo(path, faults=(Fault.MISSING,))
    except (OSError, ValueError):  # a name with a NUL byte is a ValueError
        return PhotoInfo(path, faults=(Fault.UNREADABLE,))


def info_of(path: Path, layout: Layout, *, now: Now = utc_now, kind: str = "") -> PhotoInfo:
    """What the EXIF data in a scanned file of this format say."""
    faults = [layout.fault] if layout.fault else []
    told: dict[str, Any] = {}
    if layout.exif is not None:
        try:
            tiff = Tiff(layout.exif)
        except ValueError:
            faults.append(Fault.BAD_EXIF)
        else:
            told = _told(tiff, faults, now)
    return PhotoInfo(
        file=path,
        format=kind,
        size=layout.size,
        width=layout.width,
        height=layout.height,
        faults=tuple(dict.fromkeys(faults)),
        **told,
    )


def _told(tiff: Tiff, faults: list[Fault], now: Now) -> dict[str, Any]:
    first = tiff.first()
    exif = tiff.below(first, EXIF_POINTER) or Directory(0)
    position = tiff.below(first, GPS_POINTER)
    if not first.whole or (EXIF_POINTER in first.entries and not exif.whole):
        faults.append(Fault.BAD_EXIF)
    version = tiff.text(exif.entries.get(_VERSION))
    gps = Gps() if position is None else read_gps(tiff, position, faults, version)
    taken, source = _taken(tiff, first, exif, faults)
    if taken is not None:
        _doubt(taken, faults, now)
    return {
        "taken": taken,
        "taken_from": source,
        "gps": gps,
        "make": tiff.text(first.entries.get(_MAKE)),
        "model": tiff.text(first.entries.get(_MODEL)),
        "orientation": _orientation(tiff, first),
    }


def _orientation(tiff: Tiff, first: Directory) -> int:
    numbers = tiff.numbers(first.entries.get(_ORIENTATION))
    value = numbers[0] if numbers else None
    return int(value) if value is not None and value in range(1, 9) else 1


def _taken(
    tiff: Tiff, first: Directory, exif: Directory, faults: list[Fault]
) -> tuple[datetime | None, str | None]:
    """The first time that can be read, and which tag it came from."""
    unreadable = False
    for source, pointer, time_tag, fraction_tag, offset_tag in _TIMES:
        home = exif if pointer else first
        text = tiff.text(home.entries.get(time_tag))
        # «0000:00:00 00:00:00» and blanks mean: not known (Exif 2.32 §4.6.5).
        if not text.strip(" :0-"):
            continue
        fraction = tiff.text(exif.entries.get(fraction_tag))
        offset = tiff.text(exif.entries.get(offset_tag))
        moment = camera_time(text, fraction, offset)
        if moment is not None:
            return moment, source
        unreadable = True
    if unreadable:
        faults.append(Fault.BAD_TIME)
    return None, None


def _doubt(taken: datetime, faults: list[Fault], now: Now) -> None:
    latest = now() + timedelta(days=1)
    moment = taken if taken.tzinfo else taken.replace(tzinfo=UTC)
    if taken.year < _CLOCK_NOT_SET_BEFORE:
        faults.append(Fault.CLOCK_NOT_SET)
    elif moment > latest:
        faults.append(Fault.CLOCK_AHEAD)
