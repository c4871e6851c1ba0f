"""How answers that are places look on a map: points, lines, areas, and the receiver's position."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from shapely.geometry.base import BaseGeometry

from jdz_field.ui import theme
from jdz_field.ui.form.lexical import Vertex, vertices_of
from jdz_field.ui.map.base import graticule_step, halo_text, outline
from jdz_field.ui.map.view import View

#: Points and labels of what lies around are drawn up to so many.
MOST_LABELS = 60
_POINT = 0

Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Feature:
    """Something on the map with a name; ``shape`` in unit coordinates.

    ``colour`` is ``#rrggbb`` or empty for the theme's own, ``width`` of lines in pixels.
    """

    name: str
    shape: BaseGeometry
    colour: str = ""
    fill: str = ""
    width: float = 0.0
    sign: str = ""

    @property
    def anchor(self) -> tuple[float, float]:
        """A place that stands for it, in unit coordinates."""
        point = self.shape.representative_point()
        return point.x, point.y


def unit_of(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Degrees as unit coordinates, all at once."""
    y = 0.5 - np.arcsinh(np.tan(np.radians(np.clip(lat, -85.05, 85.05)))) / (2 * np.pi)
    return (lon + 180.0) / 360.0, y


def shape_of(vertices: Sequence[Vertex]) -> BaseGeometry | None:
    """One vertex is a point, a closed line of four or more an area, any other a line (unit)."""
    if not vertices:
        return None
    degrees = np.array([vertex.place for vertex in vertices], dtype=np.float64)
    unit = np.column_stack(unit_of(degrees[:, 0], degrees[:, 1]))
    if len(unit) == 1:
        return shapely.Point(unit[0])
    if len(unit) > 3 and vertices[0].place == vertices[-1].place:
        return shapely.Polygon(unit)
    return shapely.LineString(unit)


def feature_of(name: str, text: str) -> Feature | None:
    """An answer as a feature; ``None`` when it is no geopoint, geotrace or geoshape."""
    shape = shape_of(vertices_of(text) or ())
    return None if shape is None else Feature(name, shape)


def bounds_of(shapes: Iterable[BaseGeometry]) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom of all (unit); ``None`` when there are none."""
    found = [shape.bounds for shape in shapes if not shape.is_empty]
    if not found:
        return None
    sides = list(zip(*found, strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


def paint_faint(painter: QPainter, view: View, features: Sequence[Feature]) -> None:
    """What else is there: dashed lines, hollow points, small names."""
    now = theme.current()
    ink = QColor(now.colour("ink2"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for feature in features:
        painter.setPen(QPen(ink, 1.6 * min(now.outline, 1.5), Qt.PenStyle.DashLine))
        kind = shapely.get_type_id(feature.shape)
        if kind == _POINT:
            painter.setPen(QPen(ink, 1.8))
            painter.drawEllipse(_at(view, feature.shape), 5, 5)
        else:
            painter.drawPath(outline(clipped(feature.shape, view), view))
    paint_names(painter, view, features)


def paint_grid_words(painter: QPainter, view: View) -> None:
    """The degrees of the graticule at the upper and left edge."""
    step = graticule_step(view)
    digits = max(0, math.ceil(-math.log10(step)))
    painter.setFont(theme.current().font("caption"))
    west, north = view.lon_lat(0, 0)
    east, south = view.lon_lat(view.width, view.height)
    for n in range(math.ceil(west / step), math.floor(east / step) + 1):
        px = view.at(n * step, north)[0]
        if px > 60:
            halo_text(painter, QRectF(px - 60, 2, 120, 20), f"{n * step:.{digits}f}°", "ink2")
    for n in range(math.ceil(south / step), math.floor(north / step) + 1):
        py = view.at(west, n * step)[1]
        if 40 < py < view.height - 80:
            halo_text(painter, QRectF(2, py - 10, 84, 20), f"{n * step:.{digits}f}°", "ink2")


def paint_names(painter: QPainter, view: View, features: Sequence[Feature]) -> None:
    """Names below their features, where they do not run into each other."""
    font = theme.current().font("caption")
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    taken: list[QRectF] = []
    for feature in features:
        if len(taken) >= MOST_LABELS or not feature.name:
            continue
        px, py = view.to_screen(*feature.anchor)
        if not (0 <= px <= view.width and 0 <= py <= view.height):
            continue
        words = metrics.elidedText(feature.name, Qt.TextElideMode.ElideRight, 150)
        width = metrics.horizontalAdvance(words) + 6
        box = QRectF(px - width / 2, py + 8, width, metrics.height())
        if not any(box.intersects(other) for other in taken):
            taken.append(box)
            halo_text(painter, box, words, "ink2")


def paint_own(painter: QPainter, view: View, vertices: Sequence[Vertex], *, closed: bool) -> None:
    """An answer as a picture: accent line, filled when closed; a single point as a dot."""
    now = theme.current()
    tint = QColor(now.colour("accent"))
    if len(vertices) == 1:
        paint_dot(painter, QPointF(*view.at(*vertices[0].place)))
        return
    shape = shape_of([*vertices, vertices[0]] if closed else vertices)
    if shape is None:
        return
    painter.setPen(QPen(tint, 3))
    tint.setAlpha(46)
    painter.setBrush(tint if closed else Qt.BrushStyle.NoBrush)
    painter.drawPath(outline(clipped(shape, view), view))


def paint_dot(painter: QPainter, at: QPointF, tint: str = "accent", size: float = 8) -> None:
    """A point: a filled disc with the ground's colour around it."""
    now = theme.current()
    painter.setPen(QPen(now.colour("halo"), 2.5))
    painter.setBrush(now.colour(tint))
    painter.drawEllipse(at, size, size)


def paint_position(painter: QPainter, view: View, lon: float, lat: float, metres: float) -> None:
    """Where the receiver is: a cross, and its accuracy as a circle."""
    now = theme.current()
    at = QPointF(*view.at(lon, lat))
    radius = metres / view.metres_per_pixel()
    tint = QColor(now.colour("accent"))
    painter.setPen(QPen(tint, 1.5))
    tint.setAlpha(36)
    painter.setBrush(tint)
    if 4 < radius < 4000:
        painter.drawEllipse(at, radius, radius)
    for pen in (QPen(now.colour("halo"), 6), QPen(now.colour("accent"), 3)):
        painter.setPen(pen)
        for step in (QPointF(9, 0), QPointF(0, 9)):
            painter.drawLine(at - step, at + step)


def paint_cross(painter: QPainter, at: QPointF) -> None:
    """A cross-hair that leaves its middle free."""
    now = theme.current()
    for pen in (QPen(now.colour("halo"), 5), QPen(now.colour("ink"), 2)):
        painter.setPen(pen)
        for angle in range(4):
            way = QPointF(math.cos(angle * math.pi / 2), math.sin(angle * math.pi / 2))
            painter.drawLine(at + way * 6, at + way * 22)
    painter.setBrush(now.colour("ink"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(at, 1.5, 1.5)


def _at(view: View, point: BaseGeometry) -> QPointF:
    x, y, *_rest = point.bounds
    return QPointF(*view.to_screen(x, y))


def clipped(shape: BaseGeometry, view: View) -> BaseGeometry:
    """What of a shape is near the window: painters get slow, and wrong, far beyond it."""
    left, top = view.to_unit(-200, -200)
    right, bottom = view.to_unit(view.width + 200, view.height + 200)
    try:
        return shapely.clip_by_rect(shape, left, top, right, bottom)
    except shapely.errors.GEOSException:
        return shape
