"""Parameter sets between Xi'an 1980 or Beijing 1954 and CGCS2000, and what is done with them.

An office gives such a set; nothing here knows one. Two methods are in use (CH/T 2014-2016, general
knowledge of it): seven parameters in space (Bursa-Wolf) and four in the plane of one
Gauss-Krüger zone. Signs of rotations are written in two ways, which differ by tens of metres,
so that every set says which way its own are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.coordinates import resolve
from jdz_field.geo.crs import (
    Datum,
    Flags,
    Numbers,
    from_lon_lat,
    gauss_zone,
    legacy_from_degrees,
    legacy_to_degrees,
    legacy_zone,
    to_lon_lat,
)

SOURCES = {"xian80": Datum.XIAN80, "beijing54": Datum.BEIJING54}
SEVEN, FOUR = "seven", "four"
#: Names of the parameters: metres, arc-seconds, parts per million. In the plane ``dx`` is north
#: and ``dy`` east, as surveyors write it.
PARAMETERS = {
    SEVEN: ("dx", "dy", "dz", "rx", "ry", "rz", "scale"),
    FOUR: ("dx", "dy", "rotation", "scale"),
}
#: How the signs of rotations are meant. Space: the position vector turns, or the frame does
#: (EPSG 1033 and 1032). Plane: the points turn clockwise (from north to east), or against it.
CONVENTIONS = {
    SEVEN: ("position_vector", "coordinate_frame"),
    FOUR: ("clockwise", "counterclockwise"),
}
#: Beyond these a parameter is in another unit than it should be.
_LIMITS = {
    SEVEN: {"dx": 2000.0, "dy": 2000.0, "dz": 2000.0, "scale": 200.0, "": 120.0},
    FOUR: {"dx": 20_000.0, "dy": 20_000.0, "scale": 1000.0, "": 3600.0},
}
#: Semi-major axis (m) and inverse flattening (EPSG 7049, 7024, 1024).
_ELLIPSOIDS = {
    Datum.XIAN80: (6378140.0, 298.257),
    Datum.BEIJING54: (6378245.0, 298.3),
    Datum.CGCS2000: (6378137.0, 298.257222101),
}
_SECOND = np.pi / 180.0 / 3600.0
#: Zone prefix of the city's own zone: 3°, central meridian 117°E.
CITY_ZONE = 39


@dataclass(frozen=True, slots=True)
class DatumSet:
    """A parameter set as an office gave it.

    Attributes:
        name: what people call it.
        source: ``xian80`` or ``beijing54``; the target is CGCS2000.
        method: ``seven`` or ``four``.
        parameters: by the names in ``PARAMETERS``: metres, arc-seconds, ppm.
        convention: which way rotations turn, see ``CONVENTIONS``.
        zone: prefix of the Gauss-Krüger zone (25–45: 3°, 13–23: 6°). With four parameters the
            plane they hold in; with seven what metres without a prefix are.
        authority: who gave it (office, document).
        area: where it is valid, in words.
        bounds: west, south, east, north in degrees; positions outside are not converted.
        by: who entered it. at: when, ISO 8601.
    """

    name: str
    source: str
    method: str
    parameters: Mapping[str, float]
    convention: str
    zone: int = CITY_ZONE
    authority: str = ""
    area: str = ""
    bounds: tuple[float, float, float, float] | None = None
    by: str = ""
    at: str = ""

    @property
    def datum(self) -> Datum:
        """The datum it converts from."""
        return SOURCES[self.source]

    @property
    def frame(self) -> tuple[Datum, int]:
        """What ``geo.coordinates.resolve`` is to take numbers for."""
        return self.datum, self.zone

    def to_json(self) -> dict[str, Any]:
        """As it is stored and printed."""
        return {
            "name": self.name,
            "source": self.source,
            "method": self.method,
            "parameters": dict(self.parameters),
            "convention": self.convention,
            "zone": self.zone,
            "authority": self.authority,
            "area": self.area,
            "bounds": list(self.bounds) if self.bounds else None,
            "by": self.by,
            "at": self.at,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> DatumSet:
        """A set as it was stored; ``KeyError`` when it is none."""
        bounds = data.get("bounds")
        return DatumSet(
            name=str(data["name"]),
            source=str(data["source"]),
            method=str(data["method"]),
            parameters={str(k): float(v) for k, v in data["parameters"].items()},
            convention=str(data["convention"]),
            zone=int(data.get("zone", CITY_ZONE)),
            authority=str(data.get("authority", "")),
            area=str(data.get("area", "")),
            bounds=(bounds[0], bounds[1], bounds[2], bounds[3]) if bounds else None,
            by=str(data.get("by", "")),
            at=str(data.get("at", "")),
        )


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a person says coordinates are, beyond what the file says: nothing by default."""

    shift: str = ""
    datum: DatumSet | None = None


NO_CONVERSION = Conversion()


def checked_set(one: DatumSet) -> DatumSet:
    """The set itself when it is complete and of plausible size; ``BadInput`` says what is not."""
    if not one.name.strip():
        raise BadInput(_("The parameter set has no name; give it one."))
    known = (
        (one.source, tuple(SOURCES)),
        (one.method, tuple(PARAMETERS)),
        (one.convention, CONVENTIONS.get(one.method, ())),
    )
    for word, words in known:
        if word not in words:
            raise BadInput(
                _("{set}: «{word}» is none of {words}.").format(
                    set=one.name, word=word, words=", ".join(words)
                )
            )
    _check_numbers(one)
    if legacy_zone(one.datum, one.zone) is None:
        raise BadInput(
            _("{set}: there is no zone {zone}; 3° zones are 25 to 45, 6° zones 13 to 23.").format(
                set=one.name, zone=one.zone
            )
        )
    if one.bounds and not (one.bounds[0] < one.bounds[2] and one.bounds[1] < one.bounds[3]):
        raise BadInput(_("{set}: the area is west, south, east, north.").format(set=one.name))
    return one


def _check_numbers(one: DatumSet) -> None:
    names, limits = PARAMETERS[one.method], _LIMITS[one.method]
    if set(one.parameters) != set(names):
        raise BadInput(
            _("{set}: it takes the parameters {names}.").format(
                set=one.name, names=", ".join(names)
            )
        )
    for name in names:
        value, limit = one.parameters[name], limits.get(name, limits[""])
        if not abs(value) <= limit:
            raise BadInput(
                _(
                    "{set}: {name} = {value} is beyond ±{limit}; shifts are in metres, rotations "
                    "in arc-seconds, the scale in ppm."
                ).format(set=one.name, name=name, value=f"{value:g}", limit=f"{limit:g}")
            )


def convert(
    one: DatumSet, first: Numbers, second: Numbers, *, system: Any = None
) -> tuple[Numbers, Numbers, Flags]:
    """Raw numbers of the set's datum as EPSG:4490 degrees; the third: in the wrong order.

    Degrees or Gauss-Krüger metres with or without zone prefix, either order. NaN where they are
    no position or lie outside what the set is valid for.
    """
    found = resolve(first, second, system, old=one.frame)
    lon, lat = to_modern(one, found.lon, found.lat)
    return lon, lat, found.swapped


def to_modern(one: DatumSet, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Degrees of the old datum as EPSG:4490 degrees; NaN outside the set's bounds.

    Seven parameters: heights are taken as 0 m on both ellipsoids, which moves a position by
    well under a centimetre.
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    if one.method == FOUR:
        x, y = legacy_from_degrees(one.datum, one.zone, lon, lat)
        new_lon, new_lat = to_lon_lat(_plane(one.zone), *_turned(one, x, y))
        new_lon = np.where(_near(one.zone, new_lon), new_lon, np.nan)
    else:
        matrix, move = _helmert(one)
        points = matrix @ _earth(one.datum, lon, lat) + move[:, None]
        new_lon, new_lat = _degrees(Datum.CGCS2000, points)
    return _within(one, new_lon, new_lat)


def to_legacy(one: DatumSet, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """EPSG:4490 degrees as degrees of the old datum; NaN outside the set's bounds."""
    lon, lat = _within(one, np.asarray(lon, float), np.asarray(lat, float))
    if one.method == FOUR:
        x, y = from_lon_lat(_plane(one.zone), np.where(_near(one.zone, lon), lon, np.nan), lat)
        return legacy_to_degrees(one.datum, one.zone, *_turned_back(one, x, y))
    matrix, move = _helmert(one)
    points = np.linalg.solve(matrix, _earth(Datum.CGCS2000, lon, lat) - move[:, None])
    old_lon, old_lat = _degrees(one.datum, points)
    # The way there forgets heights; once more, so that the way back ends where it began.
    points = matrix @ _earth(one.datum, old_lon, old_lat) + move[:, None]
    new_lon, new_lat = _degrees(Datum.CGCS2000, points)
    return old_lon + lon - new_lon, old_lat + lat - new_lat


def residual(
    one: DatumSet, old: tuple[float, float], known: tuple[float, float]
) -> tuple[float, float]:
    """By how many metres (east, north) the set misses a control point.

    ``old``: its numbers in the old datum as typed, ``known``: its EPSG:4490 degrees. ``BadInput``
    when the numbers are no position, or outside what the set is valid for.
    """
    lon, lat, _swapped = convert(one, np.array([old[0]]), np.array([old[1]]))
    if not np.isfinite(lon[0]):
        raise BadInput(
            _("{set}: {x}, {y} are no coordinates of its datum, or outside its area.").format(
                set=one.name, x=f"{old[0]:.12g}", y=f"{old[1]:.12g}"
            )
        )
    there = from_lon_lat(
        _plane(one.zone), np.array([lon[0], known[0]]), np.array([lat[0], known[1]])
    )
    (east, known_east), (north, known_north) = there
    return float(east - known_east), float(north - known_north)


def _plane(zone: int) -> int:
    code = gauss_zone(zone)
    assert code is not None
    return code


def _near(zone: int, lon: Numbers) -> Flags:
    """Whether longitudes lie in the zone, with what neighbouring zones share (half of it)."""
    middle, half = (zone * 3, 1.5) if zone >= 25 else (zone * 6 - 3, 3.0)
    return np.asarray(np.abs(lon - middle) <= half * 1.5)


def _within(one: DatumSet, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    if one.bounds is None:
        return lon, lat
    west, south, east, north = one.bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.where(inside, lon, np.nan), np.where(inside, lat, np.nan)


# ---- in the plane


def _plane_terms(one: DatumSet) -> tuple[float, float, float, float, float]:
    """North and east shift, cosine, sine of the clockwise turn, zone prefix in metres."""
    p = one.parameters
    turn = p["rotation"] * _SECOND * (1 if one.convention == "clockwise" else -1)
    scale = 1.0 + p["scale"] * 1e-6
    return p["dx"], p["dy"], scale * np.cos(turn), scale * np.sin(turn), one.zone * 1e6


def _turned(one: DatumSet, east: Numbers, north: Numbers) -> tuple[Numbers, Numbers]:
    dx, dy, cos, sin, prefix = _plane_terms(one)
    own = east - prefix
    return dy + sin * north + cos * own + prefix, dx + cos * north - sin * own


def _turned_back(one: DatumSet, east: Numbers, north: Numbers) -> tuple[Numbers, Numbers]:
    dx, dy, cos, sin, prefix = _plane_terms(one)
    own, up = east - prefix - dy, north - dx
    size = cos * cos + sin * sin
    return (cos * own - sin * up) / size + prefix, (cos * up + sin * own) / size


# ---- in space


def _helmert(one: DatumSet) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    p = one.parameters
    sign = 1.0 if one.convention == "position_vector" else -1.0
    rx, ry, rz = (p[name] * _SECOND * sign for name in ("rx", "ry", "rz"))
    turn = np.array([[1.0, -rz, ry], [rz, 1.0, -rx], [-ry, rx, 1.0]])
    return (1.0 + p["scale"] * 1e-6) * turn, np.array([p["dx"], p["dy"], p["dz"]])


def _earth(datum: Datum, lon: Numbers, lat: Numbers) -> np.ndarray[Any, Any]:
    """Geocentric metres of degrees at height 0."""
    a, inverse = _ELLIPSOIDS[datum]
    ee = (2.0 - 1.0 / inverse) / inverse
    phi, lam = np.radians(lat), np.radians(lon)
    n = a / np.sqrt(1.0 - ee * np.sin(phi) ** 2)
    return np.array(
        [n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - ee) * np.sin(phi)]
    )


def _degrees(datum: Datum, points: np.ndarray[Any, Any]) -> tuple[Numbers, Numbers]:
    """Degrees of geocentric metres."""
    a, inverse = _ELLIPSOIDS[datum]
    ee = (2.0 - 1.0 / inverse) / inverse
    x, y, z = points
    p = np.hypot(x, y)
    phi = np.arctan2(z, p * (1.0 - ee))
    for _round in range(8):
        n = a / np.sqrt(1.0 - ee * np.sin(phi) ** 2)
        phi = np.arctan2(z + ee * n * np.sin(phi), p)
    return np.degrees(np.arctan2(y, x)), np.degrees(phi)
