"""Positions as XForms write them: ``lat lon altitude accuracy``, vertices with ``;`` between.

ODK XForms specification, «Data types»: geopoint, geotrace, geoshape. Numbers are spelt as the
session spells them (``12.0``), so that what was written comes back letter by letter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from jdz_field.xforms.xpath.values import double_text

#: Digits after the point of new positions: 1 mm.
DIGITS = 8


class Vertex(NamedTuple):
    """A position: degrees (EPSG:4490), metres above the sea, accuracy in metres (0: drawn)."""

    lon: float
    lat: float
    altitude: float = 0.0
    accuracy: float = 0.0

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.lon, self.lat


def rounded(
    lon: float, lat: float, altitude: float | None = None, accuracy: float | None = None
) -> Vertex:
    """A new position, without digits that mean nothing; unknown height and accuracy are 0."""
    return Vertex(
        round(lon, DIGITS), round(lat, DIGITS), round(altitude or 0.0, 2), round(accuracy or 0.0, 2)
    )


# A walk of 10,000 vertices is written anew with every one that comes.
@lru_cache(maxsize=40_000)
def point_text(vertex: Vertex) -> str:
    """An XForms geopoint."""
    numbers = (vertex.lat, vertex.lon, vertex.altitude, vertex.accuracy)
    return " ".join(double_text(float(number)) for number in numbers)


def vertex_of(text: str) -> Vertex | None:
    """A geopoint (two to four numbers); ``None`` when it is none or lies on no globe."""
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        return None
    try:
        lat, lon, *rest = map(float, parts)
    except ValueError:
        return None
    altitude, accuracy = (*rest, 0.0, 0.0)[:2]
    if not (abs(lat) <= 90 and abs(lon) <= 180 and math.isfinite(altitude + accuracy)):
        return None
    return Vertex(lon, lat, altitude, accuracy)


def vertices_of(text: str, *, closed: bool = False) -> list[Vertex] | None:
    """The vertices of a geotrace or (``closed``) a geoshape; ``None`` when it is none.

    A ring comes without its last vertex, which repeats the first.
    """
    found = []
    for part in text.split(";"):
        if part.strip():
            vertex = vertex_of(part)
            if vertex is None:
                return None
            found.append(vertex)
    if closed and len(found) > 2 and found[0].place == found[-1].place:
        found.pop()
    return found


def vertices_text(vertices: Sequence[Vertex], *, closed: bool = False) -> str:
    """A geotrace, or (``closed``) a geoshape: then its last vertex is the first again."""
    whole: Iterable[Vertex] = vertices
    if closed and len(vertices) > 1:
        whole = (*vertices, vertices[0])
    return "; ".join(map(point_text, whole))


def distinct(vertices: Iterable[Vertex]) -> int:
    """How many different places there are."""
    return len({vertex.place for vertex in vertices})
