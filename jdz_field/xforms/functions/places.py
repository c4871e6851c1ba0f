"""Functions over positions; a sphere of 6,378,100 m, as JavaRosa reckons."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from jdz_field.core.i18n import _
from jdz_field.xforms.functions.registry import function
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.values import NodeSet, Value, to_string, value_of

_RADIUS = 6_378_100.0
_DEGREE = 2 * math.pi * _RADIUS / 360

#: Latitude, longitude in degrees.
LatLon = tuple[float, float]


def parse_point(text: str) -> LatLon:
    """``lat lon [altitude [accuracy]]`` → latitude, longitude."""
    parts = text.split()
    try:
        return float(parts[0]), float(parts[1])
    except (IndexError, ValueError):
        raise XPathError(_("{value} is no position.").format(value=text or "…")) from None


def parse_line(text: str) -> list[LatLon]:
    """Points separated by semicolons."""
    return [parse_point(part) for part in text.split(";") if part.strip()]


def _points(values: tuple[Value, ...]) -> list[LatLon]:
    """One text of several points, one node of several points, or several nodes of one each."""
    if len(values) > 1:
        return [point for value in values for point in parse_line(to_string(value))]
    if type(values[0]) is NodeSet:
        return [point for node in values[0] for point in parse_line(to_string(value_of(node)))]
    return parse_line(to_string(values[0]))


@function("area enclosed-area", "value", "number")
def area(value: Value) -> float:
    """Square metres enclosed by a geoshape, a geotrace or points of a repeat."""
    points = _points((value,))
    if len(points) < 3:
        return 0.0
    lat0, lon0 = points[0]
    metres = [
        ((lon - lon0) * _DEGREE * math.cos(math.radians(lat)), (lat - lat0) * _DEGREE)
        for lat, lon in points[1:]
    ]
    return abs(sum(_triangle(a, b) for a, b in pairwise(metres)))


def _triangle(a: tuple[float, float], b: tuple[float, float]) -> float:
    return (a[1] * b[0] - a[0] * b[1]) / 2


@function("distance", "value value*", "number")
def distance(*values: Value) -> float:
    """Metres along a line of points."""
    points = _points(values)
    return sum(_between(a, b) for a, b in pairwise(points))


def _between(a: LatLon, b: LatLon) -> float:
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    turn = math.radians(a[1] - b[1])
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * _RADIUS


@function("geofence", "string value", "boolean")
def geofence(point: str, shape: Value) -> bool:
    """Whether the point lies in the shape; one that is not there lies nowhere."""
    if not point.strip():
        return False
    lat, lon = parse_point(point)
    corners = _points((shape,))
    inside = False
    for (lat1, lon1), (lat2, lon2) in _sides(corners):
        crosses = (lat2 > lat) != (lat1 > lat)
        if crosses and lon < (lon1 - lon2) * (lat - lat2) / (lat1 - lat2) + lon2:
            inside = not inside
    return inside


def _sides(points: list[LatLon]) -> Iterable[tuple[LatLon, LatLon]]:
    return pairwise(points)


@function("intersects", "value", "boolean")
def intersects(trace: Value) -> bool:
    """Whether a line crosses itself (its ends may meet)."""
    sides = list(_sides(_points((trace,))))
    boxes = sorted((*_box(side), at) for at, side in enumerate(sides))
    # From south to north: a side is only compared with those that begin before it ends.
    for place, (_south, north, west, east, at) in enumerate(boxes):
        for beyond in range(place + 1, len(boxes)):
            south, _north, left, right, other = boxes[beyond]
            if south > north:
                break
            near = left <= east and right >= west
            if near and _apart(sides, *sorted((at, other))) and _cross(sides[at], sides[other]):
                return True
    return False


def _box(side: tuple[LatLon, LatLon]) -> tuple[float, float, float, float]:
    (lat1, lon1), (lat2, lon2) = side
    return min(lat1, lat2), max(lat1, lat2), min(lon1, lon2), max(lon1, lon2)


def _apart(sides: list[tuple[LatLon, LatLon]], at: int, later: int) -> bool:
    """Whether two sides are no neighbours; the first and the last of a ring are."""
    closing = at == 0 and later == len(sides) - 1 and sides[at][0] == sides[later][1]
    return later - at > 1 and not closing


def _cross(one: tuple[LatLon, LatLon], other: tuple[LatLon, LatLon]) -> bool:
    a, b = _side_of(*one, other[0]), _side_of(*one, other[1])
    c, d = _side_of(*other, one[0]), _side_of(*other, one[1])
    return a * b <= 0 and c * d <= 0 and any((a, b, c, d))


def _side_of(a: LatLon, b: LatLon, point: LatLon) -> float:
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
