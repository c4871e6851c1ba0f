"""The base of the map: county outlines in two resolutions, their names, and the graticule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from shapely.geometry.base import BaseGeometry

from jdz_field.core.catalogue import code_list
from jdz_field.geo.counties import counties
from jdz_field.geo.tiles import from_unit, to_unit
from jdz_field.ui import theme
from jdz_field.ui.map.view import View, round_degrees

_AROUND = ((0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, 1), (1, -1), (-1, 1))

Floats = npt.NDArray[np.float64]

#: The detailed outlines from this zoom on.
DETAIL_ZOOM = 10.5


@dataclass(frozen=True, slots=True)
class _Area:
    code: str
    shape: BaseGeometry
    label: tuple[float, float]


def unit_array(degrees: Floats) -> Floats:
    """Longitude, latitude in an (n, 2) array to unit coordinates."""
    return np.array([to_unit(lon, lat) for lon, lat in degrees.tolist()]).reshape(-1, 2)


@cache
def _areas(detailed: bool) -> tuple[_Area, ...]:
    return tuple(
        _Area(c.code, shapely.transform(c.outline, unit_array), to_unit(*c.label))
        for c in counties(detailed=detailed)
    )


def paint_counties(painter: QPainter, view: View, *, filled: bool = True) -> None:
    """Land and borders; without ``filled`` borders alone, for above tiles."""
    now = theme.current()
    left, top = view.to_unit(-80, -80)
    right, bottom = view.to_unit(view.width + 80, view.height + 80)
    # Clipped, because painters get slow with outlines that reach far beyond the window.
    shapes = [
        shapely.clip_by_rect(area.shape, left, top, right, bottom)
        for area in _areas(view.zoom >= DETAIL_ZOOM)
    ]
    paths = [outline(shape, view) for shape in shapes if not shape.is_empty]
    if filled:
        # The line that comes after covers the jagged edge; smooth filling costs ten times more.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for path in paths:
            painter.fillPath(path, now.colour("land"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(now.colour("land_line"), 1.2 * now.outline))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for path in paths:
        painter.drawPath(path)


def outline(shape: BaseGeometry, view: View) -> QPainterPath:
    """Polygons, lines of unit coordinates as a path in pixels."""
    path = QPainterPath()
    for part in shapely.get_parts(shape):
        for ring in shapely.get_rings(part) if part.geom_type == "Polygon" else [part]:
            xy = shapely.get_coordinates(ring)
            if len(xy) > 1:
                px = (xy[:, 0] - view.x) * view.scale + view.width / 2
                py = (xy[:, 1] - view.y) * view.scale + view.height / 2
                points = [QPointF(a, b) for a, b in zip(px.tolist(), py.tolist(), strict=True)]
                path.addPolygon(QPolygonF(points))
    return path


#: Where a county's name goes when its place is taken, in pixels from it: outward in rings.
_ASIDE = ((0, 0), *((x * r, y * r) for r in (22, 44) for x, y in _AROUND))


def paint_names(painter: QPainter, view: View, taken: Sequence[QRectF] = ()) -> None:
    """The counties' names at zooms where a county still is an area, beside what is ``taken``."""
    if not 7.5 <= view.zoom <= 13.5:
        return
    now = theme.current()
    names = code_list("county")
    painter.setFont(now.font("body" if view.zoom < 10.5 else "heading", bold=True))
    metrics = painter.fontMetrics()
    taken = list(taken)
    for area in _areas(detailed=False):
        words = names.label(area.code)
        width, height = metrics.horizontalAdvance(words) + 8, metrics.height()
        px, py = view.to_screen(*area.label)
        for dx, dy in _ASIDE:
            box = QRectF(px + dx - width / 2, py + dy - height / 2, width, height)
            if not any(box.intersects(other) for other in taken):
                halo_text(painter, box, words, "ink2")
                taken.append(box)
                break


def halo_text(painter: QPainter, box: QRectF, words: str, tint: str) -> None:
    """Text with the ground's colour around it, readable on anything."""
    now = theme.current()
    centre = Qt.AlignmentFlag.AlignCenter
    halo = QColor(now.colour("halo"))
    halo.setAlpha(210)
    painter.setPen(halo)
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1)):
        painter.drawText(box.translated(dx * 1.4, dy * 1.4), centre, words)
    painter.setPen(now.colour(tint))
    painter.drawText(box, centre, words)


def paint_graticule(painter: QPainter, view: View) -> None:
    """Thin meridians and parallels at a round step, about 160 px apart."""
    now = theme.current()
    colour = QColor(now.colour("land_line"))
    colour.setAlpha(70 if now.outline < 2 else 90)
    painter.setPen(QPen(colour, 1, Qt.PenStyle.SolidLine))
    west, north = view.lon_lat(0, 0)
    east, south = view.lon_lat(view.width, view.height)
    step = graticule_step(view)
    for n in range(math.ceil(west / step), math.floor(east / step) + 1):
        px = view.at(n * step, north)[0]
        painter.drawLine(QPointF(px, 0), QPointF(px, view.height))
    for n in range(math.ceil(south / step), math.floor(north / step) + 1):
        py = view.at(west, n * step)[1]
        painter.drawLine(QPointF(0, py), QPointF(view.width, py))


def graticule_step(view: View) -> float:
    """Degrees between the graticule's lines."""
    return round_degrees(160 * 360.0 / view.scale)


def centre_of(view: View) -> tuple[float, float]:
    """Longitude and latitude of the middle of the view."""
    return from_unit(view.x, view.y)
