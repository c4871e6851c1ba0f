"""The four counties: which one holds a point, how far a point lies outside, outlines to draw.

The simple outlines decide (hundreds of metres between vertices); near a border the answer is a
hint, never a verdict. The detailed ones are for drawing only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry as Geometry

from jdz_field.core.resources import resource
from jdz_field.geo.crs import GAUSS_3, Numbers, from_lon_lat

#: Beyond this distance from the outlines a point is taken to lie outside the city, metres.
OUTSIDE_M = 2000.0


@dataclass(frozen=True, slots=True)
class County:
    """One county: 6-digit code, Chinese name, outline and a place for its name (degrees)."""

    code: str
    name: str
    outline: Geometry
    label: tuple[float, float]


@cache
def counties(*, detailed: bool = False) -> tuple[County, ...]:
    """The counties by code, EPSG:4490; simple outlines, or the detailed ones for drawing."""
    file = "counties_detailed_4490.geojson" if detailed else "counties_simple_4490.geojson"
    data = json.loads(resource("boundaries", file).read_text(encoding="utf-8"))
    found = [_county(feature) for feature in data["features"]]
    return tuple(sorted(found, key=lambda county: county.code))


def _county(feature: dict[str, Any]) -> County:
    about, outline = feature["properties"], shape(feature["geometry"])
    inside = outline.representative_point()
    label = (about.get("label_lon", inside.x), about.get("label_lat", inside.y))
    shapely.prepare(outline)
    return County(str(about["code"]), str(about["name"]), outline, label)


def rings(*, detailed: bool = True) -> dict[str, list[Numbers]]:
    """Every outline's rings by county code: arrays of shape (n, 2), longitude latitude."""
    return {
        county.code: [
            shapely.get_coordinates(ring)
            for part in shapely.get_parts(county.outline)
            for ring in shapely.get_rings(part)
        ]
        for county in counties(detailed=detailed)
    }


@cache
def _metric() -> dict[str, Geometry]:
    """The outlines in metres (EPSG:4548; off by under 0.1 m over the 2 km that matter)."""

    def project(xy: Numbers) -> Numbers:
        return np.column_stack(from_lon_lat(GAUSS_3, xy[:, 0], xy[:, 1]))

    shapes = {c.code: shapely.transform(c.outline, project) for c in counties()}
    for outline in shapes.values():
        shapely.prepare(outline)
    return shapes


def counties_at(lon: Numbers, lat: Numbers) -> np.ndarray[Any, np.dtype[Any]]:
    """The county code of each point, ``None`` outside; arrays of equal length, degrees."""
    found = np.full(len(lon), None, dtype=object)
    for county in reversed(counties()):
        found[shapely.intersects_xy(county.outline, lon, lat)] = county.code
    return found


def county_at(lon: float, lat: float) -> str | None:
    """The code of the county that holds a point (its border included), ``None`` outside."""
    return counties_at(np.array([lon]), np.array([lat]))[0]  # type: ignore[no-any-return]


def metres_from(code: str, lon: Numbers, lat: Numbers) -> Numbers:
    """Distance of each point from one county in metres, 0 inside, infinite when far off."""
    x, y = from_lon_lat(GAUSS_3, lon, lat)
    known = np.isfinite(x) & np.isfinite(y)
    distance = np.full(len(x), np.inf)
    if known.any():
        distance[known] = shapely.distance(_metric()[code], shapely.points(x[known], y[known]))
    return distance


def metres_outside(lon: Numbers, lat: Numbers) -> Numbers:
    """Distance of each point from the city in metres, 0 inside; arrays of equal length."""
    distance = np.zeros(len(lon))
    outside = counties_at(lon, lat) == None  # noqa: E711 - element by element
    if outside.any():
        each = [metres_from(c.code, lon[outside], lat[outside]) for c in counties()]
        distance[outside] = np.min(each, axis=0)
    return distance
