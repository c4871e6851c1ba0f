"""Choices on the map: points grouped where they are many, lines and areas; a tap chooses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from jdz_field.geo.tiles import from_unit
from jdz_field.store.queries import MapPoint
from jdz_field.ui import theme
from jdz_field.ui.form.map_paint import Feature, clipped, feature_of, paint_names
from jdz_field.ui.form.map_stage import MapStage
from jdz_field.ui.map.base import outline
from jdz_field.ui.map.points import Cluster, PointIndex, Single, nearest
from jdz_field.ui.map.symbols import cluster_stamp
from jdz_field.ui.map.view import Margins, View

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_POINT = 0
#: Lines and areas in view are drawn up to so many.
MOST_SHAPES = 3000


def choice_feature(row: Mapping[str, str]) -> Feature | None:
    """A choice's geometry with its style (ODK: ``marker-color``, ``stroke``, ``fill`` …).

    ``None`` when it has none, or one that is no geopoint, geotrace or geoshape.
    """
    found = feature_of(row.get("label", ""), row.get("geometry", ""))
    if found is None:
        return None
    point = shapely.get_type_id(found.shape) == _POINT
    return Feature(
        found.name,
        found.shape,
        colour=_colour(row.get("marker-color" if point else "stroke", "")),
        fill=_colour(row.get("fill", "")),
        width=_width(row.get("stroke-width", "")),
        sign=row.get("marker-symbol", "").strip()[:2],
    )


def _colour(text: str) -> str:
    return text.strip() if _HEX.fullmatch(text.strip()) else ""


def _width(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return min(found, 24.0) if found >= 0 else 0.0


class ChoiceTool(QObject):
    """The map tool.

    Signals:
        picked(int): the place of a choice in the list that was tapped; -1: none.
    """

    picked = Signal(int)

    def __init__(self, stage: MapStage, features: Sequence[Feature | None]) -> None:
        super().__init__(stage)
        self._stage, self._features = stage, features
        self.chosen = -1
        points: list[MapPoint] = []
        self._shapes: list[int] = []
        for at, feature in enumerate(features):
            if feature is None:
                continue
            if shapely.get_type_id(feature.shape) == _POINT:
                lon, lat = from_unit(*feature.anchor)
                points.append(
                    MapPoint(str(at), "", None, lon, lat, None, False, False, feature.name)
                )
            else:
                self._shapes.append(at)
        self._index = PointIndex.of(points)
        shapes = [f.shape for at in self._shapes if (f := features[at]) is not None]
        self._tree = shapely.STRtree(shapes)
        self._areas = np.array([shapely.area(shape) for shape in shapes])

    def whole(self) -> tuple[float, float, float, float] | None:
        """Left, top, right, bottom of all choices (unit)."""
        boxes = [feature.shape.bounds for feature in self._features if feature is not None]
        if not boxes:
            return None
        sides = list(zip(*boxes, strict=True))
        return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])

    # ---- choosing
    def take(self, event: QEvent) -> bool:
        """Enter takes what is nearest to the middle."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            if event.key() in keys:
                self.tap(self._stage.middle())
                self._stage.map.input.by_keys = True
                return True
        return False

    def tap(self, at: QPointF) -> bool:
        """Points first, then the smallest area, then a line."""
        view = self._stage.map.view
        reach = theme.current().touch() / 2 + 6
        shown = self._index.shown(view)
        found = nearest(shown, at.x(), at.y(), reach)
        if isinstance(found, Cluster):
            self._open(found)
            return True
        if isinstance(found, Single):
            pile = [one.row for one in shown if isinstance(one, Single) and _same(one, found)]
            self._in_turn(pile)
            return True
        self.picked.emit(self._shape_at(view, at, reach))
        return True

    def _shape_at(self, view: View, at: QPointF, reach: float) -> int:
        point = shapely.Point(view.to_unit(at.x(), at.y()))
        inside = self._tree.query(point, predicate="within")
        if len(inside):
            return self._shapes[int(inside[np.argmin(self._areas[inside])])]
        if not self._shapes:
            return -1
        near = self._tree.query_nearest(point, max_distance=reach / view.scale)
        return self._shapes[int(near[0])] if len(near) else -1

    def _open(self, cluster: Cluster) -> None:
        left, top, right, bottom = cluster.extent
        map_ = self._stage.map
        (west, north), (east, south) = from_unit(left, top), from_unit(right, bottom)
        fitted = map_.view.fitted((west, south, east, north), Margins(80, 80, 80, 80))
        zoom = min(max(fitted.zoom, map_.view.zoom + 1), map_.view.zoom + 4)
        if zoom <= map_.view.zoom + 0.01 or (right - left == 0 and bottom - top == 0):
            self._in_turn(range(cluster.first, cluster.first + cluster.count))
            return
        lon, lat = from_unit((left + right) / 2, (top + bottom) / 2)
        map_.move_to(map_.view.centred(lon, lat, zoom))

    def _in_turn(self, rows: Iterable[int]) -> None:
        """Points at one place are taken one after the other, with every tap."""
        places = sorted(int(self._index.places[row].id) for row in rows)
        after = places.index(self.chosen) + 1 if self.chosen in places else 0
        self.picked.emit(places[after % len(places)])

    # ---- drawing
    def paint(self, painter: QPainter) -> None:
        """Areas and lines, points, names, the chosen one above all."""
        view = self._stage.map.view
        self._stage.paint_around(painter)
        for at in self._seen(view):
            feature = self._features[at]
            if feature is not None:
                _paint_shape(painter, view, feature, chosen=at == self.chosen)
        shown = self._index.shown(view)
        ratio = self._stage.devicePixelRatioF()
        for item in shown:
            if isinstance(item, Cluster):
                stamp = cluster_stamp(item, ratio)
                half = stamp.width() / ratio / 2
                painter.drawPixmap(QPointF(item.px - half, item.py - half), stamp)
        singles = [item for item in shown if isinstance(item, Single)]
        for item in singles:
            feature = self._features[int(self._index.places[item.row].id)]
            if feature is not None:
                _paint_point(painter, QPointF(item.px, item.py), feature, chosen=False)
        self._paint_chosen(painter, view)
        seen = [int(self._index.places[item.row].id) for item in singles] + self._seen(view)
        named = [found for at in seen if (found := self._features[at]) is not None]
        paint_names(painter, view, named)
        if self._stage.map.hasFocus() and self._stage.map.input.by_keys:
            self._stage.paint_cross(painter)

    def _seen(self, view: View) -> list[int]:
        left, top = view.to_unit(0, 0)
        right, bottom = view.to_unit(view.width, view.height)
        found = np.sort(self._tree.query(shapely.box(left, top, right, bottom)))
        return [self._shapes[place] for place in found[:MOST_SHAPES].tolist()]

    def _paint_chosen(self, painter: QPainter, view: View) -> None:
        feature = self._features[self.chosen] if self.chosen >= 0 else None
        if feature is None:
            return
        if shapely.get_type_id(feature.shape) == _POINT:
            at = QPointF(*view.to_screen(*feature.anchor))
            _paint_point(painter, at, feature, chosen=True)
        else:
            _paint_shape(painter, view, feature, chosen=True)


def _same(one: Single, other: Single) -> bool:
    return abs(one.px - other.px) + abs(one.py - other.py) < 3


def _paint_point(painter: QPainter, at: QPointF, feature: Feature, *, chosen: bool) -> None:
    now = theme.current()
    size = (15.0 if chosen else 11.0) * min(now.outline, 1.25)
    painter.setPen(QPen(now.colour("ink" if chosen else "halo"), 3 if chosen else 2))
    painter.setBrush(QColor(feature.colour) if feature.colour else now.colour("accent"))
    painter.drawEllipse(at, size, size)
    if feature.sign:
        font = now.font("caption", bold=True)
        painter.setFont(font)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(
            QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size),
            Qt.AlignmentFlag.AlignCenter,
            feature.sign,
        )


def _paint_shape(painter: QPainter, view: View, feature: Feature, *, chosen: bool) -> None:
    now = theme.current()
    tint = QColor(feature.colour) if feature.colour else now.colour("celadon_fill")
    path = outline(clipped(feature.shape, view), view)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if feature.shape.geom_type == "Polygon":
        fill = QColor(feature.fill) if feature.fill else QColor(tint)
        fill.setAlpha(90 if chosen else 56)
        painter.fillPath(path, fill)
    width = feature.width or 3.0
    if chosen:
        painter.setPen(QPen(now.colour("ink"), width + 5))
        painter.drawPath(path)
    painter.setPen(QPen(tint, width + (1 if chosen else 0)))
    painter.drawPath(path)
