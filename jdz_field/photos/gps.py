"""Reads the GPS directory of EXIF data (Exif 2.32 §4.6.6)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jdz_field.photos.faults import Fault
from jdz_field.photos.tiff import Directory, Tiff

LAT_REF, LAT, LON_REF, LON, ALT_REF, ALT = 1, 2, 3, 4, 5, 6
TIME, STATUS, DOP, IMG_DIR_REF, IMG_DIR = 0x07, 0x09, 0x0B, 0x10, 0x11
DATUM, METHOD, DATE, ERROR = 0x12, 0x1B, 0x1D, 0x1F

#: Heights a photo on the ground or from a drone here can have, metres, generously.
_LOWEST, _HIGHEST = -500.0, 20_000.0
_DATE = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})", re.ASCII)
#: The receivers' week counter started over in 1999 and 2019; earlier dates are such errors.
_FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Gps:
    """What the receiver in the camera said.

    ``lon``, ``lat``: degrees WGS 84, nine decimals; ``altitude``: metres over the
    ``altitude_reference``, ``sea`` or ``ellipsoid``, as far as cameras keep to it;
    ``direction``: degrees 0…360 the lens pointed to, from ``true`` or ``magnetic`` north as
    ``direction_reference`` says; ``accuracy``: metres, horizontal; ``moment``: the receiver's
    own time, UTC; ``datum``: as named, empty when not.
    """

    lon: float | None = None
    lat: float | None = None
    altitude: float | None = None
    altitude_reference: str | None = None
    direction: float | None = None
    direction_reference: str | None = None
    accuracy: float | None = None
    moment: datetime | None = None
    datum: str = ""


def read_gps(tiff: Tiff, directory: Directory, faults: list[Fault], version: str = "") -> Gps:
    """The position and what belongs to it; what is wrong is added to ``faults``.

    ``version``: ExifVersion (``0232``), because 3.0 gave the references of heights new meanings.
    """
    lon, lat = _position(tiff, directory, faults)
    direction = _direction(tiff, directory, faults)
    datum = tiff.text(directory.entries.get(DATUM))
    if lon is not None and not _is_wgs84(datum):
        faults.append(Fault.OTHER_DATUM)
    altitude = _altitude(tiff, directory, faults)
    return Gps(
        lon=lon,
        lat=lat,
        altitude=altitude,
        altitude_reference=None if altitude is None else _above(tiff, directory, version),
        direction=direction,
        direction_reference=None if direction is None else _reference(tiff, directory),
        accuracy=_positive(tiff, directory, ERROR),
        moment=_moment(tiff, directory),
        datum=datum,
    )


def _is_wgs84(datum: str) -> bool:
    """Whether a datum's name means WGS 84, or CGCS2000, which equals it here; or is missing."""
    name = re.sub(r"[^A-Z0-9]", "", datum.upper())
    return name in {"", "WGS84", "WGS1984", "84", "CGCS2000", "ITRF", "UNKNOWN"}


def _position(
    tiff: Tiff, directory: Directory, faults: list[Fault]
) -> tuple[float | None, float | None]:
    if LAT not in directory.entries and LON not in directory.entries:
        return None, None
    lat = _degrees(tiff, directory, LAT, faults)
    lon = _degrees(tiff, directory, LON, faults)
    if lat is None or lon is None:
        faults.append(Fault.EMPTY_POSITION)
        return None, None
    if lat == 0 and lon == 0:
        faults.append(Fault.NULL_POSITION)
        return None, None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        faults.append(Fault.BAD_POSITION)
        return None, None
    lat = _signed(tiff, directory, lat, LAT_REF, "NS", faults)
    lon = _signed(tiff, directory, lon, LON_REF, "EW", faults)
    return round(lon, 9), round(lat, 9)


def _degrees(tiff: Tiff, directory: Directory, tag: int, faults: list[Fault]) -> float | None:
    """Degrees, minutes and seconds as one number; minutes and seconds may be left out."""
    parts = tiff.numbers(directory.entries.get(tag))[:3]
    if not parts or parts[0] is None or (len(parts) > 1 and parts[1] is None):
        return None
    degrees = parts[0]
    minutes = parts[1] if len(parts) > 1 and parts[1] is not None else 0.0
    seconds = parts[2] if len(parts) > 2 else 0.0
    if seconds is None:
        # Fine when the minutes carry a fraction; else up to 59 seconds of arc are not known.
        if minutes == int(minutes) and degrees == int(degrees):
            faults.append(Fault.NO_SECONDS)
        seconds = 0.0
    total = abs(degrees) + abs(minutes) / 60 + abs(seconds) / 3600
    return math.copysign(total, degrees) if math.isfinite(total) else None


def _signed(
    tiff: Tiff, directory: Directory, value: float, tag: int, letters: str, faults: list[Fault]
) -> float:
    reference = tiff.text(directory.entries.get(tag)).upper()[:1]
    if reference == letters[1]:
        return -abs(value)
    if reference != letters[0] and value >= 0:
        faults.append(Fault.NO_REFERENCE)
    return value


def _altitude(tiff: Tiff, directory: Directory, faults: list[Fault]) -> float | None:
    numbers = tiff.numbers(directory.entries.get(ALT))
    if not numbers or numbers[0] is None or not math.isfinite(numbers[0]):
        return None
    reference = tiff.numbers(directory.entries.get(ALT_REF))
    # Odd values mean below: 1 the sea, and since Exif 3.0 1 the ellipsoid, 3 the sea.
    below = bool(reference) and reference[0] in (1, 3)
    altitude = -abs(numbers[0]) if below else numbers[0]
    if not _LOWEST <= altitude <= _HIGHEST:
        faults.append(Fault.BAD_ALTITUDE)
        return None
    return round(altitude, 4)


def _above(tiff: Tiff, directory: Directory, version: str) -> str:
    """Exif 3.0 §4.6.7.6: 0 and 1 are heights over the ellipsoid, 2 and 3 over the sea."""
    reference = tiff.numbers(directory.entries.get(ALT_REF))
    over_ellipsoid = bool(reference) and reference[0] in (0, 1) and version >= "0300"
    return "ellipsoid" if over_ellipsoid else "sea"


def _direction(tiff: Tiff, directory: Directory, faults: list[Fault]) -> float | None:
    numbers = tiff.numbers(directory.entries.get(IMG_DIR))
    if not numbers or numbers[0] is None:
        return None
    if not 0 <= numbers[0] <= 360:
        faults.append(Fault.BAD_DIRECTION)
        return None
    return round(numbers[0] % 360, 4)


def _reference(tiff: Tiff, directory: Directory) -> str | None:
    letter = tiff.text(directory.entries.get(IMG_DIR_REF)).upper()[:1]
    return {"T": "true", "M": "magnetic"}.get(letter)


def _positive(tiff: Tiff, directory: Directory, tag: int) -> float | None:
    """A number over zero; zero metres of error means that the camera does not know."""
    numbers = tiff.numbers(directory.entries.get(tag))
    if not numbers or numbers[0] is None or not 0 < numbers[0] < math.inf:
        return None
    return round(numbers[0], 4)


def _moment(tiff: Tiff, directory: Directory) -> datetime | None:
    parts = tiff.numbers(directory.entries.get(TIME))[:3]
    date = _DATE.fullmatch(tiff.text(directory.entries.get(DATE)))
    if date is None or len(parts) < 3:
        return None
    hours, minutes, seconds = (-1.0 if part is None else part for part in parts)
    if not (0 <= hours < 25 and 0 <= minutes < 61 and 0 <= seconds < 62):
        return None
    try:
        day = datetime(int(date[1]), int(date[2]), int(date[3]), tzinfo=UTC)
        moment = day + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None
