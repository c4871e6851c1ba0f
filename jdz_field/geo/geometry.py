"""Geometry as text and as GeoPackage binary.

Text is WKT, EPSG:4490, longitude latitude, nine decimals (0.1 mm), two dimensions. Binary is
the GeoPackage standard's (OGC 12-128r17 §2.1.3): header ``GP``, version 0, little endian, an
envelope for everything but points, then ISO WKB.
"""

from __future__ import annotations

import struct
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry as Geometry

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import point_of, point_wkt

SRS_ID = 4490

_HEADER = struct.Struct("<2sBBi")
_POINT_BLOB = struct.Struct("<2sBBiBIdd")
_XY = struct.Struct("<dd")
_LITTLE, _EMPTY, _ENVELOPE_XY = 0b0000_0001, 0b0001_0000, 0b0000_0010
#: Bytes of envelope after the header, by the header's envelope code.
_ENVELOPE_SIZES = (0, 32, 48, 48, 64)


def geometry_of(wkt: str) -> Geometry:
    """The geometry that a WKT text describes; ``BadInput`` when it describes none."""
    try:
        return shapely.from_wkt(wkt)
    except (ShapelyError, TypeError) as error:
        raise BadInput(
            _("«{text}» is no geometry; write it as WKT, for example POINT (117.2 29.3).").format(
                text=str(wkt)[:40]
            )
        ) from error


def wkt_of(geometry: Geometry) -> str:
    """The canonical text of a geometry: 2-D, nine decimals, no trailing zeros."""
    flat = shapely.force_2d(geometry)
    if isinstance(flat, shapely.Point) and not flat.is_empty:
        return point_wkt(flat.x, flat.y)
    return str(shapely.to_wkt(flat, rounding_precision=9, trim=True))


def canonical_wkt(wkt: str) -> str:
    """The canonical spelling of a WKT text; ``BadInput`` when it is no geometry."""
    return wkt if point_of(wkt) else wkt_of(geometry_of(wkt))


def close(one: str, other: str, tolerance: float) -> bool:
    """Whether two WKT texts describe the same, every coordinate within ``tolerance`` degrees."""
    return bool(geometry_of(one).equals_exact(geometry_of(other), tolerance))


def anchor(wkt: str | None) -> tuple[float, float] | None:
    """Longitude and latitude that stand for a geometry: the point, or a point on line or area."""
    point = point_of(wkt)
    if point or not wkt:
        return point
    return anchor_of(geometry_of(wkt))


def anchor_of(geometry: Geometry | None) -> tuple[float, float] | None:
    """As ``anchor``, for a geometry; ``None`` when it is empty."""
    if geometry is None or geometry.is_empty:
        return None
    point: Any = geometry.representative_point()
    return (point.x, point.y)


def to_gpkg(wkt: str | None) -> bytes | None:
    """GeoPackage binary of a WKT text; ``BadInput`` when the text is no geometry."""
    point = point_of(wkt)
    if point:
        return _POINT_BLOB.pack(b"GP", 0, _LITTLE, SRS_ID, 1, 1, *point)
    if not wkt:
        return None
    geometry = shapely.force_2d(geometry_of(wkt))
    body = shapely.to_wkb(geometry, byte_order=1, flavor="iso", include_srid=False)
    if geometry.is_empty:
        return _HEADER.pack(b"GP", 0, _LITTLE | _EMPTY, SRS_ID) + bytes(body)
    west, south, east, north = geometry.bounds
    box = struct.pack("<4d", west, east, south, north)
    return _HEADER.pack(b"GP", 0, _LITTLE | _ENVELOPE_XY, SRS_ID) + box + bytes(body)


def wkb_in(blob: bytes) -> bytes:
    """The WKB inside a GeoPackage blob; ``ValueError`` when it is none."""
    if len(blob) < _HEADER.size + 5 or blob[:2] != b"GP":
        raise ValueError("no GeoPackage geometry")
    code = blob[3] >> 1 & 0b111
    if code >= len(_ENVELOPE_SIZES):
        raise ValueError("unknown envelope in a GeoPackage geometry")
    return blob[_HEADER.size + _ENVELOPE_SIZES[code] :]


def from_gpkg(blob: bytes | None) -> str | None:
    """Canonical WKT of GeoPackage binary; ``None`` for no or an empty geometry.

    Raises ``ValueError`` when the bytes are no geometry.
    """
    if blob is None:
        return None
    body = wkb_in(blob)
    if len(body) == 21 and body[:5] == b"\x01\x01\x00\x00\x00":
        lon, lat = _XY.unpack_from(body, 5)
        # A point without coordinates is written as NaN.
        return point_wkt(lon, lat) if lon == lon else None  # noqa: PLR0124
    geometry = _from_wkb(body)
    return None if geometry.is_empty else wkt_of(geometry)


def _from_wkb(body: bytes) -> Geometry:
    try:
        return shapely.from_wkb(body)
    except ShapelyError as error:
        raise ValueError("no WKB in a GeoPackage geometry") from error


def bounds_of(blob: bytes | None) -> tuple[float, float, float, float] | None:
    """West, south, east, north of GeoPackage binary, from its envelope when it has one."""
    if blob is None:
        return None
    body = wkb_in(blob)
    if len(body) == 21 and body[:5] == b"\x01\x01\x00\x00\x00":
        lon, lat = _XY.unpack_from(body, 5)
        return None if lon != lon else (lon, lat, lon, lat)  # noqa: PLR0124
    geometry = _from_wkb(body)
    if geometry.is_empty:
        return None
    west, south, east, north = geometry.bounds
    return (west, south, east, north)
