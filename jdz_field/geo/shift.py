"""Degrees of phone maps: GCJ-02 (高德, 腾讯) and BD-09 (百度) back to true ones.

Both are shifted on purpose by up to some 700 m, by formulas that are public knowledge without
being a standard. Nothing in numbers tells that they are shifted: they are taken for what they
are only when a person says so. The inverse is found by iteration, to far less than 1 cm of the
forward formula. Outside the rectangle around China nothing is shifted.
"""

from __future__ import annotations

import numpy as np

from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.geo.crs import Datum, Numbers

#: What a person can say degrees are.
SHIFTS = {"gcj02": Datum.GCJ02, "bd09": Datum.BD09}

#: Semi-major axis (m) and squared eccentricity that the published formula has (Krassovsky's).
_A, _EE = 6378245.0, 0.00669342162296594323
#: Longitudes and latitudes between which positions are shifted.
_LON, _LAT = (72.004, 137.8347), (0.8293, 55.8271)
_BD_PI = np.pi * 3000.0 / 180.0
_ROUNDS = 30
#: Degrees; a hundredth of a millimetre.
_ENOUGH = 1e-10


def known_shift(name: str) -> Datum | None:
    """The datum that ``gcj02`` or ``bd09`` names, ``None`` for nothing; else ``BadUsage``."""
    if not name:
        return None
    if name not in SHIFTS:
        raise BadUsage(
            _("«{name}» is no shift of phone maps; there are {names}.").format(
                name=name, names=" ".join(SHIFTS)
            )
        )
    return SHIFTS[name]


def to_gcj02(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """True degrees (WGS 84, taken as EPSG:4490) as GCJ-02 degrees."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    east, north = _offsets(lon, lat)
    inside = in_china(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def to_bd09(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """True degrees as BD-09 degrees."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    inside = in_china(lon, lat)
    east, north = gcj02_to_bd09(*to_gcj02(lon, lat))
    return np.where(inside, east, lon), np.where(inside, north, lat)


def gcj02_to_bd09(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """GCJ-02 degrees as BD-09 degrees."""
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006


def from_shift(shift: str, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Degrees of a phone map as true ones (EPSG:4490); ``shift`` is ``gcj02`` or ``bd09``.

    Positions outside China, and NaN, come back as they are. ``BadUsage`` for another shift.
    """
    forward = {Datum.GCJ02: to_gcj02, Datum.BD09: to_bd09}
    datum = known_shift(shift)
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    if datum is None:
        return lon, lat
    east, north = lon.copy(), lat.copy()
    for _round in range(_ROUNDS):
        there_lon, there_lat = forward[datum](east, north)
        step_lon, step_lat = lon - there_lon, lat - there_lat
        east, north = east + step_lon, north + step_lat
        if not (np.abs(step_lon) + np.abs(step_lat) > _ENOUGH).any():
            break
    inside = in_china(lon, lat)
    return np.where(inside, east, lon), np.where(inside, north, lat)


def in_china(lon: Numbers, lat: Numbers) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether positions lie in the rectangle within which the formulas shift."""
    return (lon >= _LON[0]) & (lon <= _LON[1]) & (lat >= _LAT[0]) & (lat <= _LAT[1])


def _offsets(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    x, y = lon - 105.0, lat - 35.0
    both = _waves(x, (6.0, 20.0), (2.0, 20.0)) + 0.1 * x * y
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * np.sqrt(np.abs(x)) + both
    east = east + _waves(x, (1.0, 20.0), (1 / 3, 40.0), (1 / 12, 150.0), (1 / 30, 300.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.2 * np.sqrt(np.abs(x)) + both
    north = north + _waves(y, (1.0, 20.0), (1 / 3, 40.0), (1 / 12, 160.0), (1 / 30, 320.0))
    phi = np.radians(lat)
    magic = 1.0 - _EE * np.sin(phi) ** 2
    meridian = _A * (1.0 - _EE) / (magic * np.sqrt(magic))
    parallel = _A / np.sqrt(magic) * np.cos(phi)
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _waves(value: Numbers, *parts: tuple[float, float]) -> Numbers:
    """The sum of sines (frequency in half turns, amplitude in metres) of the formula."""
    total = np.zeros_like(value)
    for frequency, amplitude in parts:
        total = total + amplitude * np.sin(frequency * np.pi * value)
    return total * 2.0 / 3.0
