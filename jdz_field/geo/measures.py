"""Lengths, bearings and areas on the CGCS2000 ellipsoid, and where a line crosses itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from pyproj import Geod

Numbers = np.ndarray[Any, np.dtype[np.float64]]

#: GB 22021-2008: semi-major axis in metres, inverse flattening.
CGCS2000_ELLIPSOID = Geod(a=6_378_137.0, rf=298.257222101)
#: Square metres of one mu (亩) and one hectare.
MU, HECTARE = 2000 / 3, 10_000.0


def length_m(lon: Sequence[float] | Numbers, lat: Sequence[float] | Numbers) -> float:
    """Metres along a line of degrees (EPSG:4490), geodesic from vertex to vertex."""
    if len(lon) < 2:
        return 0.0
    return float(CGCS2000_ELLIPSOID.line_length(lon, lat))


def way(lon: float, lat: float, to_lon: float, to_lat: float) -> tuple[float, float]:
    """Metres from one place (degrees, EPSG:4490) to another, and the bearing from true north.

    The bearing (0 to below 360) is the one to set out with; 0 where both are the same place.
    """
    bearing, _back, metres = CGCS2000_ELLIPSOID.inv(lon, lat, to_lon, to_lat)
    return float(metres), float(bearing) % 360 if metres else 0.0


def legs(
    lon: Sequence[float] | Numbers, lat: Sequence[float] | Numbers, *, closed: bool
) -> tuple[Numbers, Numbers]:
    """Metres and bearings (true north) of a line's segments, a ring's last one back included."""
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    if closed and len(x) > 2:
        x, y = np.append(x, x[0]), np.append(y, y[0])
    if len(x) < 2:
        return np.empty(0), np.empty(0)
    bearings, _back, metres = CGCS2000_ELLIPSOID.inv(x[:-1], y[:-1], x[1:], y[1:])
    return np.asarray(metres), np.asarray(bearings) % 360


def nearest_place(shape: shapely.Geometry, lon: float, lat: float) -> tuple[float, float]:
    """The place of a shape (degrees) that is nearest to another; that place itself inside an area.

    Measured where a degree is as long either way: right to a metre in a kilometre.
    """
    squeeze = float(np.cos(np.radians(lat)))
    flat = shapely.transform(shape, lambda xy: (xy - (lon, lat)) * (squeeze, 1.0))
    here = shapely.Point(0, 0)
    if shapely.is_empty(flat) or shapely.intersects(flat, here):
        return lon, lat
    x, y = shapely.get_coordinates(shapely.shortest_line(here, flat))[-1]
    return float(lon + x / squeeze), float(lat + y)


def area_m2(lon: Sequence[float] | Numbers, lat: Sequence[float] | Numbers) -> float:
    """Square metres inside a ring of degrees (EPSG:4490), closed or not, whichever way round.

    A ring that crosses itself has parts of either sign: the figure then means nothing.
    """
    if len(lon) < 3:
        return 0.0
    area, _perimeter = CGCS2000_ELLIPSOID.polygon_area_perimeter(lon, lat)
    return abs(float(area))


def crossings(
    x: Sequence[float] | Numbers, y: Sequence[float] | Numbers, *, closed: bool
) -> list[tuple[int, int]]:
    """Which segments cross or touch each other: pairs of places, the lower first.

    Segment ``n`` leads from vertex ``n`` to the next (in a ring the last one back to vertex
    0). Neighbours share a vertex and are no crossing unless they fold back on each other;
    segments without length are left out.
    """
    xy = np.column_stack([np.asarray(x, float), np.asarray(y, float)])
    if closed and len(xy) > 2:
        xy = np.vstack([xy, xy[:1]])
    if len(xy) < 3:
        return []
    lines: Any = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    real = np.flatnonzero(np.any(xy[:-1] != xy[1:], axis=1))
    first, second = shapely.STRtree(lines[real]).query(lines[real], predicate="intersects")
    one, other = real[first[first < second]], real[second[first < second]]
    order = {int(segment): place for place, segment in enumerate(real.tolist())}
    last = len(real) - 1
    found = []
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        apart = order[b] - order[a]
        neighbours = apart == 1 or (closed and apart == last)
        if not neighbours or shapely.length(shapely.intersection(lines[a], lines[b])) > 0:
            found.append((int(a), int(b)))
    return sorted(found)
