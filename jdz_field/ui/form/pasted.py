"""Vertices out of a text that somebody typed or pasted: one a line in any spelling, WKT, GeoJSON.

Also what surveyors exchange: numbered boundary points (``J1,1,3267123.12,39519431.3``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.coordinates import plain, point_from_text, resolve, split_pair
from jdz_field.geo.crs import LegacyDatum, Reference
from jdz_field.ui.form.lexical import Vertex, rounded, vertices_of

#: More vertices than this are no boundary that anybody walked.
MOST = 100_000
#: Longer texts are not looked at.
MOST_LETTERS = 20_000_000
_WKT = re.compile(r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*(Z|M|ZM)?\s*\(", re.I)
_FIELDS = re.compile(r"\s*[,;，；、\t|]\s*|\s+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_POINT_NAME = re.compile(r"[A-Za-z\u4e00-\u9fff]{0,4}\d{0,5}[号点.]?")


def vertices_in(text: str) -> list[Vertex]:
    """The vertices that a text names, a closing one left as it is.

    Raises:
        BadInput: the first line that is none, or a text that holds no line and no area.
    """
    if len(text) > MOST_LETTERS:
        raise BadInput(_("The text is too long; paste at most {n} vertices.").format(n=MOST))
    stripped = text.strip().removeprefix("\ufeff")
    if _WKT.match(stripped):
        return shape_vertices(_from_wkt(stripped))
    if stripped.startswith("{"):
        return shape_vertices(_from_geojson(stripped))
    if ";" in stripped:
        found = vertices_of(stripped)
        if found:
            return _few(found)
    return _few([v for v in _lines(text) if v is not None])


def _few(found: list[Vertex]) -> list[Vertex]:
    if len(found) > MOST:
        raise BadInput(_("The text is too long; paste at most {n} vertices.").format(n=MOST))
    return found


def _lines(text: str) -> Iterable[Vertex | None]:
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip().strip(";；")
        # 国土 exchange files: headings in brackets, «@» before every parcel.
        if not words or words.startswith(("[", "@", "#")) or "=" in words:
            continue
        vertex = _line(words)
        if vertex is None:
            raise BadInput(
                _(
                    "Line {n}: «{text}» is no position; write latitude and longitude, "
                    "or metres, one point a line."
                ).format(n=number, text=words[:40])
            )
        yield vertex


def _line(words: str) -> Vertex | None:
    """One position in any spelling, numbered or not, with a height or not."""
    whole = split_pair(words)
    fields = [f for f in _FIELDS.split(plain(words)) if f]
    count = len(fields)
    bare = all(map(_NUMBER.fullmatch, fields))
    tries: list[tuple[str, str, str]] = [(*whole, "")] if whole and not bare else []
    if count == 4 and bare:
        tries.append((fields[0], fields[1], fields[2]))
    if count in (3, 4, 5) and _POINT_NAME.fullmatch(fields[0]):
        # Number, ring, northing, easting; or number, latitude, longitude (, height).
        tries += [
            (fields[-2], fields[-1], ""),
            (fields[1], fields[2], fields[3] if count > 3 else ""),
        ]
    if count == 3:
        tries.append((fields[0], fields[1], fields[2]))
    if whole and bare:
        # Numbers alone are degrees, minutes and seconds when nothing simpler fits.
        tries.append((*whole, ""))
    made = [place for one in tries if (place := _place(*one)) is not None]
    # A number in front and a height behind fit several readings: the one in China is meant.
    return next((place for place in made if _in_china(place)), made[0] if made else None)


def _in_china(place: Vertex) -> bool:
    return 72 <= place.lon <= 136 and 3 <= place.lat <= 54


def _place(first: str, second: str, height: str) -> Vertex | None:
    try:
        lon, lat = point_from_text(first, second)
    except BadInput:
        return None
    metres = float(height) if _NUMBER.fullmatch(height) else 0.0
    return rounded(lon, lat, metres)


def _from_wkt(text: str) -> BaseGeometry:
    body = text.partition(";")[2] if text.upper().startswith("SRID") else text
    try:
        with np.errstate(all="ignore"):
            return shapely.from_wkt(body)
    except ShapelyError as error:
        raise BadInput(
            _("«{text}» is no sound WKT; copy it again, whole.").format(text=text[:40])
        ) from error


def _from_geojson(text: str) -> BaseGeometry:
    refusal = BadInput(_("The text is no sound GeoJSON; copy it again, whole."))
    try:
        data = json.loads(text)
        shapes = [shape(one) for one in _geometries(data)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise refusal from error
    except ShapelyError as error:
        raise refusal from error
    if not shapes:
        raise refusal
    return shapely.GeometryCollection(shapes)


def _geometries(data: Any) -> list[dict[str, Any]]:
    kind = data.get("type")
    if kind == "FeatureCollection":
        return [g for feature in data["features"] for g in _geometries(feature)]
    if kind == "Feature":
        return [data["geometry"]] if data["geometry"] else []
    return [data]


def shape_vertices(geometry: BaseGeometry, system: Reference | None = None) -> list[Vertex]:
    """The vertices of the largest area, else the longest line, else the points, in a geometry.

    Degrees in either order or metres (``system``, else Gauss-Krüger) become EPSG:4490; heights
    are kept. ``BadInput`` when that cannot be, or there is nothing.
    """
    with np.errstate(all="ignore"):
        xyz = _coordinates(_wanted(geometry))
    if not len(xyz):
        raise BadInput(_("There is no line and no area in it."))
    if len(xyz) > MOST:
        raise BadInput(_("The text is too long; paste at most {n} vertices.").format(n=MOST))
    try:
        found = resolve(xyz[:, 0], xyz[:, 1], system)
    except LegacyDatum as error:
        raise BadInput(
            _(
                "Its coordinates are {datum}; convert them to CGCS2000 first, "
                "with the parameters of your office."
            ).format(datum=error.datum)
        ) from error
    if not np.isfinite(found.lon).all():
        raise BadInput(_("It holds positions that lie on no map of China; check its system."))
    heights = np.nan_to_num(xyz[:, 2])
    rows = zip(found.lon.tolist(), found.lat.tolist(), heights.tolist(), strict=True)
    return [rounded(*row) for row in rows]


def _wanted(geometry: BaseGeometry) -> list[Any]:
    parts = [part for part in _flat(geometry) if not part.is_empty]
    areas = [part for part in parts if part.geom_type == "Polygon"]
    lines = [part for part in parts if part.geom_type in ("LineString", "LinearRing")]
    if areas:
        return [max(areas, key=lambda a: a.area).exterior]
    if lines:
        return [max(lines, key=lambda one: one.length)]
    return [part for part in parts if part.geom_type == "Point"]


def _flat(geometry: BaseGeometry) -> list[Any]:
    parts = list(shapely.get_parts(geometry))
    if len(parts) == 1 and parts[0] == geometry and not hasattr(geometry, "geoms"):
        return parts
    return [inner for part in parts for inner in _flat(part)]


def _coordinates(parts: list[Any]) -> Any:
    return shapely.get_coordinates(parts, include_z=True)
