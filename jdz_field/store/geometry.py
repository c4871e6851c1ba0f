"""Geometry at the border of the file: canonical text in, GeoPackage binary stored, and back.

Points take a short path of their own: they are nearly everything, and GEOS costs a fifth of a
second to load. The rest is ``geo.geometry``'s.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import point_of, point_wkt

if TYPE_CHECKING:
    from types import ModuleType

#: China Geodetic Coordinate System 2000, degrees.
SRS_ID = 4490

_POINT = struct.Struct("<2sBBiBIdd")
_HEAD = _POINT.pack(b"GP", 0, 1, SRS_ID, 1, 1, 0, 0)[:13]
_SIMPLE_POINT = re.compile(r"POINT \(-?\d{1,3}(\.\d{1,9})? -?\d{1,3}(\.\d{1,9})?\)")

Box = tuple[float, float, float, float]


def _geo() -> ModuleType:
    from jdz_field.geo import geometry  # noqa: PLC0415 - loads GEOS

    return geometry


def canonical(wkt: str) -> str:
    """The one spelling of a geometry; ``BadInput`` when the text is no geometry in degrees."""
    point = point_of(wkt) if _SIMPLE_POINT.fullmatch(wkt) else None
    if point is not None:
        return point_wkt(*point)
    geo = _geo()
    text, before = str(geo.wkt_of(geo.geometry_of(wkt))), ""
    while text != before:
        # GEOS may need a second look at numbers near zero (10e-5, then 0.0001).
        text, before = str(geo.wkt_of(geo.geometry_of(text))), text
    if "nan" in text.lower() or "inf" in text.lower():
        raise BadInput(_("«{text}» has a coordinate that is no number.").format(text=wkt[:40]))
    return text


def to_blob(wkt: str | None) -> bytes | None:
    """Canonical WKT as a GeoPackage geometry."""
    if wkt is None:
        return None
    point = point_of(wkt)
    if point is not None:
        return _POINT.pack(b"GP", 0, 1, SRS_ID, 1, 1, *point)
    blob: bytes = _geo().to_gpkg(wkt)
    return blob


def point_blobs(lon: Sequence[float], lat: Sequence[float]) -> list[bytes]:
    """The points of these degrees as GeoPackage geometries."""
    import numpy as np  # noqa: PLC0415 - loads slowly, and most commands need none

    size, head = _POINT.size, _POINT.size - 16
    blobs = np.empty((len(lon), size), np.uint8)
    blobs[:, :head] = np.frombuffer(
        _POINT.pack(b"GP", 0, 1, SRS_ID, 1, 1, 0.0, 0.0)[:head], np.uint8
    )
    blobs[:, head:] = np.column_stack([lon, lat]).astype("<f8").view(np.uint8)
    data = blobs.tobytes()
    return [data[at : at + size] for at in range(0, len(data), size)]


def _plain_point(blob: bytes) -> tuple[float, float] | None:
    if len(blob) == _POINT.size and blob.startswith(_HEAD):
        *_head, x, y = _POINT.unpack(blob)
        if math.isfinite(x) and math.isfinite(y):
            return x, y
    return None


def to_wkt(blob: bytes | None) -> str | None:
    """Canonical WKT of a blob; ``ValueError`` when it is no geometry."""
    if blob is None:
        return None
    point = _plain_point(blob)
    if point is not None:
        return point_wkt(*point)
    text: str | None = _geo().from_gpkg(blob)
    return text


def label_point(wkt: str | None) -> tuple[float | None, float | None]:
    """Longitude and latitude of a point, or of a point on the line or area."""
    if wkt is None:
        return None, None
    point = point_of(wkt) or _geo().anchor(wkt)
    return (None, None) if point is None else (round(point[0], 9), round(point[1], 9))


def box(blob: Any) -> Box | None:
    """West, south, east, north; ``None`` for no geometry or an empty one."""
    if not isinstance(blob, bytes):
        return None
    point = _plain_point(blob)
    if point is not None:
        return (*point, *point)
    try:
        edges: Box | None = _geo().bounds_of(blob)
    except ValueError:
        return None
    return edges


def is_empty(blob: Any) -> int | None:
    """``ST_IsEmpty`` of the R-tree triggers: 1, 0, or ``None`` without a geometry."""
    return None if blob is None else int(box(blob) is None)


def _edge(blob: Any, index: int) -> float | None:
    edges = box(blob)
    return None if edges is None else edges[index]


def min_x(blob: Any) -> float | None:
    """``ST_MinX`` of the R-tree triggers."""
    return _edge(blob, 0)


def min_y(blob: Any) -> float | None:
    """``ST_MinY`` of the R-tree triggers."""
    return _edge(blob, 1)


def max_x(blob: Any) -> float | None:
    """``ST_MaxX`` of the R-tree triggers."""
    return _edge(blob, 2)


def max_y(blob: Any) -> float | None:
    """``ST_MaxY`` of the R-tree triggers."""
    return _edge(blob, 3)
