"""Where invented things lie: inside their county's outline, each town in one piece of it.

No outlines of towns are at hand. Each county is cut into one piece a town, by invented middles
that never change; so a town's points lie together, and no point lies in another county.
"""

from __future__ import annotations

import csv
import random
from functools import cache

import shapely
from shapely.geometry.base import BaseGeometry

from jdz_field.core.resources import resource
from jdz_field.geo.counties import counties

#: Tries for a middle of a town far from the others.
_TRIES = 60


@cache
def outline(county: str) -> BaseGeometry:
    """A county's outline, prepared."""
    found = next(one.outline for one in counties() if one.code == county)
    shapely.prepare(found)
    return found


@cache
def _towns(county: str) -> tuple[str, ...]:
    with resource("boundaries", "townships.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(row["name"] for row in csv.DictReader(file) if row["county_code"] == county)


@cache
def pieces(county: str) -> dict[str, BaseGeometry]:
    """The piece of each town of a county."""
    source = random.Random(f"towns of {county}")  # noqa: S311 - invented places, no secrets
    whole, towns = outline(county), _towns(county)
    middles: list[shapely.Point] = []
    for _town in towns:
        tried = [inside(source, whole) for _try in range(_TRIES)]
        points = [shapely.Point(one) for one in tried]
        middles.append(max(points, key=lambda p: min((p.distance(m) for m in middles), default=0)))
    cells = shapely.voronoi_polygons(shapely.MultiPoint(middles), extend_to=whole).geoms
    found = {}
    for town, middle in zip(towns, middles, strict=True):
        cell = next(one for one in cells if one.intersects(middle))
        found[town] = shapely.intersection(cell, whole)
        shapely.prepare(found[town])
    return found


def inside(source: random.Random, shape: BaseGeometry) -> tuple[float, float]:
    """A random place (lon, lat; degrees, six decimals) inside a shape."""
    west, south, east, north = shape.bounds
    while True:
        lon, lat = round(source.uniform(west, east), 6), round(source.uniform(south, north), 6)
        if shape.contains(shapely.Point(lon, lat)):
            return lon, lat


def in_town(county: str, town: str, lon: float, lat: float) -> tuple[float, float]:
    """The place itself where it lies in the town's piece, else another one there."""
    piece = pieces(county).get(town)
    if piece is None or piece.contains(shapely.Point(lon, lat)):
        return lon, lat
    return inside(random.Random(f"{town} {lon} {lat}"), piece)  # noqa: S311 - as above
