"""The area of an outline as a form or a site holds it, geodesic, EPSG:4490."""

from __future__ import annotations

import shapely

from jdz_field.core.errors import BadInput
from jdz_field.geo.geometry import geometry_of
from jdz_field.geo.measures import area_m2, crossings


def outline_m2(text: object) -> float | None:
    """Square metres of a geoshape («lat lon height error; …») or a WKT area.

    ``None`` for what is no area, or an outline that crosses itself: its figure means nothing.
    """
    if not isinstance(text, str) or not text.strip():
        return None
    if text.lstrip()[:1].isalpha():
        return _wkt_m2(text)
    try:
        places = [tuple(map(float, part.split()[:2])) for part in text.split(";") if part.strip()]
        lat, lon = zip(*places, strict=True)
    except ValueError:
        return None
    return _ring_m2(list(lon), list(lat))


def _ring_m2(lon: list[float], lat: list[float]) -> float | None:
    if (lon[0], lat[0]) == (lon[-1], lat[-1]):
        lon, lat = lon[:-1], lat[:-1]
    if len(lon) < 3 or not all(abs(y) <= 90 for y in lat) or not all(abs(x) <= 180 for x in lon):
        return None
    return None if crossings(lon, lat, closed=True) else area_m2(lon, lat)


def _wkt_m2(text: str) -> float | None:
    try:
        shape = geometry_of(text)
    except BadInput:
        return None
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and not p.is_empty]
    if not parts or not shapely.is_valid(shape):
        return None
    return sum(_polygon_m2(part) for part in parts)


def _polygon_m2(part: shapely.Polygon) -> float:
    rings = [shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors)]
    areas = [area_m2(ring[:, 0], ring[:, 1]) for ring in rings]
    return areas[0] - sum(areas[1:])
