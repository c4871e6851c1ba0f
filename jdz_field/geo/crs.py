"""Coordinate reference systems: what a ledger's numbers mean, and turning them into EPSG:4490.

Everything is longitude first (``always_xy``). CGCS2000 and WGS 84 differ here by well under a
metre and are taken as equal. Xi'an 1980 and Beijing 1954 lie tens to over a hundred metres off;
PROJ knows only a null shift for them, so nothing here converts them: ``LegacyDatum`` is raised
and the caller keeps the raw numbers, or asks ``geo.datum`` with an office's parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: CGCS2000 geographic; 3° and 6° Gauss-Krüger, central meridian 117°E, without zone prefix.
CGCS2000, GAUSS_3, GAUSS_6 = 4490, 4548, 4509
#: The same with zone prefix: false easting 39 500 000 and 20 500 000 m.
GAUSS_ZONE_39, GAUSS_ZONE_20 = 4527, 4498

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Datum(StrEnum):
    """Where a pair of coordinates hangs."""

    CGCS2000 = "CGCS2000"
    WGS84 = "WGS 84"
    XIAN80 = "Xi'an 1980"
    BEIJING54 = "Beijing 1954"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


#: Datums whose numbers are EPSG:4490 as they stand.
MODERN = frozenset({Datum.CGCS2000, Datum.WGS84})

_DATUM_WORDS = (
    (Datum.XIAN80, re.compile(r"(西安|xi'?an)[\s_-]*(19)?80|(19)?80\s*西安", re.I)),
    (Datum.BEIJING54, re.compile(r"(北京|bei?jing)[\s_-]*(19)?54|(19)?54\s*北京", re.I)),
    (Datum.GCJ02, re.compile(r"gcj[\s-]*0?2|火星坐标|高德|腾讯", re.I)),
    (Datum.BD09, re.compile(r"bd[\s-]*0?9|百度", re.I)),
    (Datum.CGCS2000, re.compile(r"cgcs[\s_-]*2000|国家?(大地)?2000|2000\s*国家|china_?2000", re.I)),
    (Datum.WGS84, re.compile(r"wgs[\s_-]*(19)?84|84\s*坐标", re.I)),
)
_CRS_NAMES = (
    (Datum.XIAN80, "xian"),
    (Datum.BEIJING54, "beijing"),
    (Datum.CGCS2000, "china geodetic coordinate system 2000"),
    (Datum.CGCS2000, "cgcs2000"),
    (Datum.CGCS2000, "china_2000"),
    (Datum.WGS84, "wgs 84"),
    (Datum.WGS84, "wgs_1984"),
    (Datum.WGS84, "wgs84"),
)


class LegacyDatum(ValueError):
    """Coordinates of a datum that is never converted without the person's parameters."""

    def __init__(self, datum: Datum) -> None:
        super().__init__(str(datum))
        self.datum = datum


@dataclass(frozen=True, slots=True)
class Reference:
    """A coordinate reference system: its text for pyproj, datum, and whether it is in metres."""

    text: str
    datum: Datum
    projected: bool

    @property
    def modern(self) -> bool:
        """Whether its numbers can become EPSG:4490 without further parameters."""
        return self.datum in MODERN


def datum_named_in(text: str) -> Datum | None:
    """The datum that a title or a column's heading names, if any."""
    return next((datum for datum, words in _DATUM_WORDS if words.search(text)), None)


@cache
def reference(text: str) -> Reference:
    """The system named by ``EPSG:n``, ``n`` or WKT; ``BadInput`` when unknown or unusable here."""
    wanted = text.strip()
    try:
        crs = CRS.from_user_input(f"EPSG:{wanted}" if wanted.isdigit() else wanted)
    except CRSError as error:
        raise BadInput(
            _(
                "Unknown coordinate system «{text}»; name it as EPSG:n, for example EPSG:4490."
            ).format(text=wanted[:60])
        ) from error
    datum = _datum_of(crs)
    if datum is None or crs.is_geocentric:
        raise BadInput(
            _(
                "The coordinate system «{name}» cannot be used here; give CGCS2000 or WGS 84 "
                "coordinates (EPSG:4490, 4548, 4527, 4326)."
            ).format(name=crs.name)
        )
    return Reference(wanted, datum, bool(crs.is_projected))


def _datum_of(crs: CRS) -> Datum | None:
    geodetic = crs.geodetic_crs
    names = " ".join((crs.name, geodetic.name if geodetic else "")).lower()
    return next((datum for datum, word in _CRS_NAMES if word in names), None)


def gauss_zone(prefix: int) -> int | None:
    """EPSG code of the CGCS2000 Gauss-Krüger zone whose eastings start with ``prefix``.

    3° zones 25–45 and 6° zones 13–23; ``None`` for any other number.
    """
    if 25 <= prefix <= 45:
        return 4488 + prefix
    return 4478 + prefix if 13 <= prefix <= 23 else None


#: EPSG codes of the first zone with prefix: 3° zone 25 and 6° zone 13 (EPSG registry).
_LEGACY_ZONES = {Datum.XIAN80: (2349, 2327), Datum.BEIJING54: (2401, 21413)}


def legacy_zone(datum: Datum, prefix: int) -> int | None:
    """EPSG code of the old datum's Gauss-Krüger zone with this prefix; ``None`` for no zone."""
    if gauss_zone(prefix) is None or datum not in _LEGACY_ZONES:
        return None
    three, six = _LEGACY_ZONES[datum]
    return three + prefix - 25 if prefix >= 25 else six + prefix - 13


@cache
def zone_of(system: Reference) -> int | None:
    """Zone prefix of a Gauss-Krüger system of any datum, by what it says of itself.

    A central meridian without prefix is its 3° zone: with 6° zones the metres are the same.
    ``None`` for degrees, other projections and meridians of no zone.
    """
    text = system.text
    crs = CRS.from_user_input(f"EPSG:{text}" if text.isdigit() else text)
    if not crs.is_projected or crs.coordinate_operation is None:
        return None
    found = {one.name.lower(): float(one.value) for one in crs.coordinate_operation.params}
    meridian = found.get("longitude of natural origin", 0.0)
    prefix, rest = divmod(found.get("false easting", 0.0), 1e6)
    if rest != 500_000 or found.get("scale factor at natural origin", 1.0) != 1.0:
        return None
    zone = int(prefix) or round(meridian / 3)
    right = zone * 3 if zone >= 25 else zone * 6 - 3
    return zone if gauss_zone(zone) and abs(meridian - right) < 1e-9 else None


def legacy_to_degrees(datum: Datum, prefix: int, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Eastings with prefix and northings of an old datum as its own degrees, not CGCS2000's."""
    lon, lat = _to_geodetic(str(legacy_zone(datum, prefix))).transform(x, y)
    return _finite(lon, lat)


def legacy_from_degrees(
    datum: Datum, prefix: int, lon: Numbers, lat: Numbers
) -> tuple[Numbers, Numbers]:
    """An old datum's own degrees as its eastings (with prefix) and northings."""
    transformer = _to_geodetic(str(legacy_zone(datum, prefix)))
    x, y = transformer.transform(lon, lat, direction="INVERSE")
    return _finite(x, y)


def legacy_from_lon_lat(system: Reference, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """An old datum's own degrees in a system on that datum, east first."""
    if not system.projected:
        return np.asarray(lon, float), np.asarray(lat, float)
    x, y = _to_geodetic(system.text).transform(lon, lat, direction="INVERSE")
    return _finite(x, y)


def _finite(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    bad = ~(np.isfinite(x) & np.isfinite(y))
    return np.where(bad, np.nan, x), np.where(bad, np.nan, y)


@cache
def _to_geodetic(text: str) -> Transformer:
    crs = CRS.from_user_input(f"EPSG:{text}" if text.isdigit() else text)
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def to_lon_lat(system: Reference | int, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Eastings and northings (or degrees) as longitude and latitude, EPSG:4490 degrees.

    What cannot be computed comes back as NaN. Raises ``LegacyDatum``.
    """
    source = reference(str(system)) if isinstance(system, int) else system
    if not source.modern:
        raise LegacyDatum(source.datum)
    if not source.projected:
        return np.asarray(x, float), np.asarray(y, float)
    lon, lat = _to_geodetic(source.text).transform(x, y)
    return _finite(lon, lat)


def from_lon_lat(system: Reference | int, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """EPSG:4490 degrees in another system, east first. Raises ``LegacyDatum``."""
    target = reference(str(system)) if isinstance(system, int) else system
    if not target.modern:
        raise LegacyDatum(target.datum)
    if not target.projected:
        return np.asarray(lon, float), np.asarray(lat, float)
    x, y = _to_geodetic(target.text).transform(lon, lat, direction="INVERSE")
    return np.asarray(x, float), np.asarray(y, float)
