"""Geometry between forms (ODK: latitude longitude altitude accuracy) and sites (WKT)."""

from __future__ import annotations

import math

from jdz_field.core.sites import Site, point_of, point_wkt


def geometry_text(site: Site) -> str:
    """Where a site is, as a form's geopoint, geotrace or geoshape; empty when nowhere.

    What has several parts or holes is given by the point that stands for it.
    """
    if site.geometry and point_of(site.geometry) is None:
        from shapely import LineString, Polygon  # noqa: PLC0415 - loads GEOS

        from jdz_field.geo.geometry import geometry_of  # noqa: PLC0415 - loads GEOS

        shape = geometry_of(site.geometry)
        if isinstance(shape, Polygon) and not shape.interiors:
            shape = LineString(shape.exterior.coords)
        if isinstance(shape, LineString):
            return "; ".join(f"{lat:.9g} {lon:.9g} 0 0" for lon, lat, *_more in shape.coords)
    if site.lon is None or site.lat is None:
        return ""
    return f"{site.lat} {site.lon} 0 0"


def wkt_of_answer(text: str) -> str | None:
    """WKT (EPSG:4490, longitude latitude) of a geopoint, geotrace or geoshape.

    One position is a point, a closed line of four or more an area, any other a line; ``None``
    for what is no position.
    """
    try:
        places = [_place(part) for part in text.split(";") if part.strip()]
    except ValueError:
        return None
    if len(places) < 2:
        return point_wkt(*places[0]) if places else None
    inside = ", ".join(point_wkt(*place)[7:-1] for place in places)
    if len(places) > 3 and places[0] == places[-1]:
        return f"POLYGON (({inside}))"
    return f"LINESTRING ({inside})"


def _place(text: str) -> tuple[float, float]:
    """Longitude and latitude; ``ValueError`` when it is no place on earth."""
    lat, lon, *_more = map(float, text.split())
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise ValueError
    return lon, lat
