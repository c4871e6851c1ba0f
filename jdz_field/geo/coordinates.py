"""Coordinates as people write them: degrees in every spelling, Gauss-Krüger metres, either order.

A text becomes a number with ``parse_coordinate``; pairs of numbers become longitude and latitude
with ``resolve``, whole columns at once. Longitudes (72–136°) and latitudes (3–54°) of China do
not overlap, nor do northings and eastings, so that a swapped pair is recognised by its size.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.crs import (
    GAUSS_3,
    Datum,
    Flags,
    Numbers,
    Reference,
    gauss_zone,
    legacy_to_degrees,
    legacy_zone,
    to_lon_lat,
    zone_of,
)

#: Full-width forms, and the many signs for degrees, minutes and seconds, as one sign each.
_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(sign): plain
    for signs, plain in (
        ("\u3000\u00a0\u2002\u2003\u2009\ufeff", " "),
        ("º˚℃度⁰o", "°"),
        ("′’‘´`＇ʹˊ分", "'"),
        ("″”“＂〃ʺˮ秒", '"'),
        ("‐‑‒–—−", "-"),
        ("：﹕", ":"),
        ("，", ","),
    )
    for sign in signs
}
_AXIS = r"(东经|西经|北纬|南纬|经|纬|[EWNSLB])"
_DEGREES = re.compile(
    rf"^{_AXIS}?[\s:=]*(-?)(\d{{1,3}}(?:\.\d+)?)(?:\s*°)?"
    r"(?:(?:(?<=°)|\s*[:\-]|\s)\s*(\d{1,2}(?:\.\d+)?)(?:\s*(['\"]))?"
    r"(?:(?:(?<=['\"])|\s*[:\-]|\s)\s*(\d{1,2}(?:\.\d+)?)(?:\s*[\"'])?)?)?"
    rf"\s*{_AXIS}?$",
    re.I,
)
_DOTTED = re.compile(
    rf"^{_AXIS}?\s*(\d{{1,3}})\.(\d{{1,2}})\.(\d{{1,2}}(?:\.\d+)?)\s*{_AXIS}?$", re.I
)
#: ``117.1203.4``: minutes and seconds run together behind a point.
_HALF_PACKED = re.compile(rf"^{_AXIS}?\s*(\d{{1,3}})\.(\d{{2}})(\d{{2}}\.\d+)\s*{_AXIS}?$", re.I)
#: ``1171203.4E``: what it is, its size says later.
_NAMED = re.compile(rf"^{_AXIS}?[\s:=]*(\d{{4,}}(?:\.\d+)?)\s*{_AXIS}?$", re.I)
_WORDS = re.compile(r"longitude|lng|lon", re.I), re.compile(r"latitude|lat", re.I)
_METRES = re.compile(r"^(?:[XYNEHxyneh北东][\s:=]*)?(-?\d+(?:\.\d+)?)\s*(?:米|m)?$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_PAIR_BREAK = re.compile(r"\s*[,，;；、/|\n\t&+~*×_和与]\s*|\s+-+\s+")
#: ``117.1234-29.3456``: two decimal numbers and nothing else.
_HYPHEN = re.compile(r"(?<=\d)-(?=\d+\.\d+$)")
_SECOND_AXIS = re.compile(r"(?<=[\d°'\"])\s*(?=东经|西经|北纬|南纬|经|纬|[EWNS]\s*\d)", re.I)
_AFTER_AXIS = re.compile(r"(?<=[EWNS])\s*(?=\d)", re.I)
#: The systems whose numbers are EPSG:4490 as they stand, named before a pair.
_MODERN = re.compile(
    r"^(?:WGS[\s_-]*(?:19)?84|CGCS[\s_-]*2000|EPSG\s*:\s*(?:4490|4326|4527))(?=\D)[\s:=,;]*", re.I
)
#: A northing and an easting with a letter each: ``X 3242537.4 Y 39519431.3``.
_SECOND_LETTER = re.compile(r"(?<=\d)\s+(?=[XYH]\s*[:=]?\s*\d)", re.I)
_EAST = frozenset({"东经", "西经", "经", "E", "W", "L"})
_NEGATIVE = frozenset({"西经", "南纬", "W", "S"})


#: What metres are: the system named, and the older datum with its zone, if any.
Frame = tuple[Reference | None, tuple[Datum, int] | None]


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One number as written: degrees or metres; ``axis`` is ``E``, ``N`` or empty if not named."""

    value: float
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Columns of positions: EPSG:4490 degrees (NaN where unreadable), and which were swapped.

    ``mended``: numbers that are only coordinates when read in an unusual way (degrees, minutes
    and seconds run together, a decimal point lost, kilometres); the person is to be told.
    """

    lon: Numbers
    lat: Numbers
    swapped: Flags
    planar: Flags
    mended: Flags


def plain(text: str) -> str:
    """The text with full-width forms and every degree, minute, second sign made one of each."""
    marked = text.replace("经度", "经").replace("纬度", "纬").translate(_SIGNS)
    for word, letter in zip(_WORDS, "EN", strict=True):
        marked = word.sub(letter, marked)
    return marked.replace("''", '"').strip()


def parse_coordinate(raw: object) -> Coordinate | None:
    """A cell as degrees or metres; ``None`` when it is neither.

    Reads ``117.108568``, ``117°20'35.70"``, ``117度7分21.41秒``, ``117 13 18.95``,
    ``117:13:18.95``, ``117.13.18``, ``117.1318.95``, ``117°20.595'``, ``E117.1``, ``东经117°``,
    ``3,185,234.2``, full-width digits included, and the signs of minutes and seconds mistaken for
    each other. Minutes and seconds beyond 60 are not coordinates.
    """
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return Coordinate(float(raw)) if math.isfinite(raw) else None
    if not isinstance(raw, str):
        return None
    text = plain(raw)
    try:
        value = float(text)
    except ValueError:
        return _degrees(text) or _dotted(text) or _named(text) or _metres(text)
    return Coordinate(value) if math.isfinite(value) else None


def _degrees(text: str) -> Coordinate | None:
    found = _DEGREES.match(text)
    if not found:
        return None
    before, sign, degrees, minutes, mark, seconds, after = found.groups()
    if ("." in degrees and minutes) or (minutes and "." in minutes and seconds):
        return None
    # A sign for seconds after the minutes is a slip only when seconds follow.
    if mark == '"' and not seconds:
        return None
    value = _sixtieths(degrees, minutes, seconds)
    if value is None or (before and after):
        return None
    axis, negative = _axis(before or after)
    return Coordinate(-value if sign or negative else value, axis)


def _axis(mark: str | None) -> tuple[str, bool]:
    """``E``, ``N`` or nothing, and whether the mark is that of a negative number."""
    sign = (mark or "").upper()
    return "" if not sign else "E" if sign in _EAST else "N", sign in _NEGATIVE


def _dotted(text: str) -> Coordinate | None:
    found = _DOTTED.match(text) or _HALF_PACKED.match(text)
    if not found or (found[1] and found[5]):
        return None
    value = _sixtieths(found[2], found[3], found[4])
    axis, negative = _axis(found[1] or found[5])
    return None if value is None else Coordinate(-value if negative else value, axis)


def _sixtieths(degrees: str, minutes: str | None, seconds: str | None) -> float | None:
    m, s = float(minutes or 0), float(seconds or 0)
    # 60.00" is what rounding makes of 59.999".
    if m >= 60 or s > 60:
        return None
    return float(degrees) + m / 60 + s / 3600


def _named(text: str) -> Coordinate | None:
    found = _NAMED.match(text)
    if not found or (found[1] and found[3]):
        return None
    axis, negative = _axis(found[1] or found[3])
    return None if negative else Coordinate(float(found[2]), axis)


def _metres(text: str) -> Coordinate | None:
    found = _METRES.match(_THOUSANDS.sub("", text))
    return Coordinate(float(found[1])) if found else None


def split_pair(raw: object) -> tuple[str, str] | None:
    """Two coordinates written in one cell, as two texts; ``None`` when it does not hold two."""
    if not isinstance(raw, str):
        return None
    text = _MODERN.sub("", plain(raw))
    text = _THOUSANDS.sub("", text) if raw.count(",") > 1 else text
    for pattern in (_PAIR_BREAK, _SECOND_AXIS, _AFTER_AXIS, _SECOND_LETTER, _HYPHEN):
        parts = [part.strip("()[] ") for part in pattern.split(text) if part.strip()]
        if _both(parts):
            return parts[0], parts[1]
    return _halves(text.split())


def _halves(words: list[str]) -> tuple[str, str] | None:
    """Two numbers, or as many for one coordinate as for the other (``117 12 3 29 18 0``)."""
    half = len(words) // 2
    if len(words) not in (2, 4, 6):
        return None
    parts = [" ".join(words[:half]), " ".join(words[half:])]
    return (parts[0], parts[1]) if _both(parts) else None


def _both(parts: list[str]) -> bool:
    return len(parts) == 2 and all(parse_coordinate(part) for part in parts)


def _within(values: Numbers, low: float, high: float) -> Flags:
    return (values >= low) & (values < high)


def _is_north(values: Numbers) -> Flags:
    return _within(values, 1.5e6, 7e6)


def _is_east(values: Numbers) -> Flags:
    return _within(values, 1e5, 1e6) | _within(values, 13e6, 46e6)


def _unpack(values: Numbers) -> Numbers:
    """``1172035.7`` (degrees, minutes, seconds run together) as degrees; NaN when it is none."""
    degrees, rest = np.divmod(values, 10_000)
    minutes, seconds = np.divmod(rest, 100)
    valid = (minutes < 60) & (seconds < 60)
    return np.where(valid, degrees + minutes / 60 + seconds / 3600, np.nan)


def resolve(
    first: Numbers,
    second: Numbers,
    system: Reference | None = None,
    *,
    old: tuple[Datum, int] | None = None,
) -> Resolved:
    """Pairs (expected: east or longitude first) as EPSG:4490 degrees, NaN where no place.

    ``system`` says what metres mean when they carry no zone prefix; without it the city's zone,
    CGCS2000 / 3° Gauss-Krüger CM 117°E. ``swapped`` marks pairs whose size says north first.
    ``old``: the numbers hang on this older datum, metres without prefix lie in this zone unless
    ``system`` names another; the degrees that come back are that datum's own. Raises
    ``LegacyDatum`` when ``system`` hangs on an older datum and ``old`` does not say so.
    """
    with np.errstate(invalid="ignore"):
        return _by_size(np.asarray(first, float), np.asarray(second, float), (system, old))


def _own_numbers(system: Reference) -> bool:
    """Whether a system's metres follow other rules than Gauss-Krüger's (Web Mercator, UTM)."""
    code = _epsg(system)
    return code is None or not (4491 <= code <= 4554)


def _epsg(system: Reference) -> int | None:
    digits = system.text.upper().removeprefix("EPSG:")
    return int(digits) if digits.isdigit() else None


def _by_size(first: Numbers, second: Numbers, frame: Frame) -> Resolved:
    degrees, packed, east, north = _degree_pairs(first, second)
    swapped = degrees & (
        (_within(north, 72, 136) & _within(east, 3, 54)) | ((np.abs(north) > 90) & (east <= 90))
    )
    lon = np.where(degrees, np.where(swapped, north, east), np.nan)
    lat = np.where(degrees, np.where(swapped, east, north), np.nan)
    straight = _is_east(first) & _is_north(second) & ~degrees
    crossed = _is_north(first) & _is_east(second) & ~degrees
    planar = straight | crossed
    if planar.any():
        x = np.where(crossed, second, first)[planar]
        y = np.where(crossed, first, second)[planar]
        lon[planar], lat[planar] = _gauss(x, y, frame)
    nowhere = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    lon[nowhere] = lat[nowhere] = np.nan
    found = Resolved(lon, lat, swapped | crossed, planar, packed & degrees)
    rest = ~(degrees | planar) & np.isfinite(first) & np.isfinite(second)
    if rest.any():
        _mend(found, first, second, rest, frame)
    return found


def _degree_pairs(first: Numbers, second: Numbers) -> tuple[Flags, Flags, Numbers, Numbers]:
    """Which pairs are degrees, which of them run together, and the degrees themselves."""
    plainly = (np.abs(first) <= 180) & (np.abs(second) <= 180)
    packed = _within(first, 720_000, 1_360_000) & _within(second, 30_000, 540_000)
    packed |= _within(second, 720_000, 1_360_000) & _within(first, 30_000, 540_000)
    east = np.where(packed, _unpack(first), first)
    north = np.where(packed, _unpack(second), second)
    return plainly | (packed & np.isfinite(east) & np.isfinite(north)), packed, east, north


def _mend(found: Resolved, first: Numbers, second: Numbers, rest: Flags, frame: Frame) -> None:
    """Read what is left as kilometres, or as degrees without their decimal point."""
    x, y = first[rest], second[rest]
    straight = _is_east(x * 1e3) & _is_north(y * 1e3)
    kilometres = np.asarray(straight | (_is_north(x * 1e3) & _is_east(y * 1e3)))
    pointed = np.column_stack([_pointed(x, 72, 136), _pointed(y, 17, 54)])
    turned = np.column_stack([_pointed(x, 17, 54), _pointed(y, 72, 136)])
    lost = np.isfinite(pointed[:, :1] + pointed[:, 1:])
    pairs = np.where(lost, pointed, turned)
    pairs = np.where(kilometres.reshape(-1, 1), np.column_stack([x, y]) * 1e3, pairs)
    again = _by_size(pairs[:, 0], pairs[:, 1], frame) if np.isfinite(pairs).any() else None
    if again is not None:
        found.lon[rest], found.lat[rest] = again.lon, again.lat
        found.swapped[rest], found.planar[rest] = again.swapped, again.planar
        found.mended[rest] = np.isfinite(again.lon)


def _pointed(values: Numbers, low: float, high: float) -> Numbers:
    """Whole numbers of at least five decimals with their point put back; NaN for any others."""
    made = np.full(len(values), np.nan)
    for digits in range(5, 13):
        fits = _within(values, low * 10**digits, high * 10**digits) & (values % 1 == 0)
        made = np.where(fits, values / 10**digits, made)
    return made


def _gauss(x: Numbers, y: Numbers, frame: Frame) -> tuple[Numbers, Numbers]:
    """Gauss-Krüger metres, zone by zone: by prefix, else in the system named, else the city's."""
    system, old = frame
    if old is None and system is not None and system.projected and _own_numbers(system):
        return to_lon_lat(system, x, y)
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    prefixes = np.where(x >= 1e6, x // 1e6, 0).astype(int)
    for prefix in np.unique(prefixes):
        rows = prefixes == prefix
        if old is not None:
            lon[rows], lat[rows] = _legacy(x[rows], y[rows], int(prefix), frame)
            continue
        source, shift = _zone_of(int(prefix), system)
        if source is not None:
            lon[rows], lat[rows] = to_lon_lat(source, x[rows] + shift, y[rows])
    return lon, lat


def _legacy(x: Numbers, y: Numbers, prefix: int, frame: Frame) -> tuple[Numbers, Numbers]:
    """Metres of an older datum as its degrees; NaN where the zone is none."""
    system, old = frame
    assert old is not None
    datum, zone = old
    if not prefix and system is not None and system.projected:
        zone = zone_of(system) or 0
    if legacy_zone(datum, prefix or zone) is None:
        return np.full(len(x), np.nan), np.full(len(x), np.nan)
    return legacy_to_degrees(datum, prefix or zone, x if prefix else x + zone * 1e6, y)


def _zone_of(prefix: int, system: Reference | None) -> tuple[Reference | int | None, float]:
    """The system for eastings with this prefix (0: none), and metres to add to them."""
    if prefix:
        return gauss_zone(prefix), 0.0
    code = _epsg(system) if system is not None and system.projected else None
    if code is None or system is None:
        return GAUSS_3, 0.0
    # Zone-prefixed systems: 4491-4501 (6°, zones 13-23) and 4513-4533 (3°, zones 25-45).
    zone = code - 4478 if code <= 4501 else code - 4488 if 4513 <= code <= 4533 else 0
    return system, zone * 1e6


def point_from_text(first: str, second: str) -> tuple[float, float]:
    """Longitude and latitude of two typed coordinates in either order; ``BadInput`` when none."""
    a, b = parse_coordinate(first), parse_coordinate(second)
    if a is not None and b is not None:
        if a.axis == "N" or b.axis == "E":
            a, b = b, a
        found = resolve(np.array([a.value]), np.array([b.value]))
        if np.isfinite(found.lon[0]):
            return float(found.lon[0]), float(found.lat[0])
    raise BadInput(
        _(
            "«{first}» and «{second}» are no coordinates; write degrees (117.2, 117°12'30\") "
            "or metres (39519431.3)."
        ).format(first=first, second=second)
    )


def as_dms(degrees: float, *, digits: int = 2) -> str:
    """``117°20'35.70"``: degrees as minutes and seconds, negative ones with a minus."""
    units = round(abs(degrees) * 3600 * 10**digits)
    seconds, fraction = divmod(units, 10**digits)
    minutes, seconds = divmod(seconds, 60)
    whole, minutes = divmod(minutes, 60)
    tail = f".{fraction:0{digits}d}" if digits else ""
    return f"{'-' if degrees < 0 else ''}{whole}°{minutes:02d}'{seconds:02d}{tail}\""
