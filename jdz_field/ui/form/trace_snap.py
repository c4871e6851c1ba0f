"""Snapping: a new or moved point goes onto a site, a corner or an edge that a finger meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from shapely.geometry.base import BaseGeometry

from jdz_field.core.i18n import _
from jdz_field.geo.tiles import from_unit
from jdz_field.ui import theme
from jdz_field.ui.form.map_paint import Feature
from jdz_field.ui.form.map_stage import MapStage
from jdz_field.ui.map.base import halo_text, unit_array
from jdz_field.ui.map.points import Single

SITE, CORNER, EDGE = "site", "corner", "edge"
#: An edge has to be met better than a corner or a site: this share of a finger's reach.
_EDGE_SHARE = 0.6
#: Outlines of sites that are looked up at most, and within how many pixels of the point.
_MOST_OUTLINES, _AROUND = 60, 500.0


@dataclass(frozen=True, slots=True)
class Snap:
    """What a point went onto: longitude and latitude, ``site``, ``corner`` or ``edge``, a name."""

    lon: float
    lat: float
    kind: str
    name: str = ""

    def words(self) -> str:
        """What it went onto, for the person."""
        kinds = {SITE: _("on the site"), CORNER: _("on a corner"), EDGE: _("on an edge")}
        return f"{kinds[self.kind]} {self.name}".strip()


class Snapper:
    """Finds what lies under a finger.

    Attributes:
        on: whether points snap at all.
    """

    def __init__(self, stage: MapStage, *, on: bool = False) -> None:
        self._stage, self.on = stage, on
        self._outlines: dict[str, Feature | None] = {}

    def at(self, at: QPointF) -> Snap | None:
        """What a point at this pixel goes onto; ``None``: it stays where it is."""
        if not self.on:
            return None
        reach = theme.current().touch() / 2
        return self._site(at, reach) or self._shape(at, reach)

    def _site(self, at: QPointF, reach: float) -> Snap | None:
        best: tuple[float, Single] | None = None
        for item in self._stage.map.seen():
            if isinstance(item, Single):
                far = float(np.hypot(item.px - at.x(), item.py - at.y()))
                if far <= reach and (best is None or far < best[0]):
                    best = (far, item)
        if best is None:
            return None
        place = self._stage.map.index.places[best[1].row]
        return Snap(place.lon, place.lat, SITE, place.name)

    def _shape(self, at: QPointF, reach: float) -> Snap | None:
        view = self._stage.map.view
        x, y = view.to_unit(at.x(), at.y())
        wide = reach / view.scale
        here, room = shapely.Point(x, y), shapely.box(x - wide, y - wide, x + wide, y + wide)
        corner: tuple[float, Snap] | None = None
        edge: tuple[float, Snap] | None = None
        for feature in (*self._stage.others, *self._around(at)):
            if not shapely.intersects(shapely.box(*feature.shape.bounds), room):
                continue
            corner = _nearer(corner, _corner(feature, x, y), wide)
            edge = _nearer(edge, _edge(feature, here), wide * _EDGE_SHARE)
        found = corner or edge
        return found[1] if found else None

    def _around(self, at: QPointF) -> list[Feature]:
        """Outlines of the sites near a pixel, read once each."""
        found, index = [], self._stage.map.index
        for item in self._stage.map.seen():
            if not isinstance(item, Single):
                continue
            if np.hypot(item.px - at.x(), item.py - at.y()) > _AROUND:
                continue
            place = index.places[item.row]
            if place.id not in self._outlines:
                if len(self._outlines) >= _MOST_OUTLINES:
                    self._outlines.clear()
                self._outlines[place.id] = self._outline(place.id, place.name)
            outline = self._outlines[place.id]
            if outline is not None:
                found.append(outline)
        return found

    def _outline(self, site_id: str, name: str) -> Feature | None:
        site = self._stage.desk.app.reader.site(site_id)
        if site is None or not site.geometry or site.geometry.startswith("POINT"):
            return None
        shape = shapely.from_wkt(site.geometry, on_invalid="ignore")
        return None if shape is None else Feature(name, shapely.transform(shape, unit_array))


def paint_snap(painter: QPainter, at: QPointF, snap: Snap) -> None:
    """A square where a dragged point goes, and the name of what it goes onto."""
    now = theme.current()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(now.colour("ok"), 3))
    painter.drawRect(QRectF(at.x() - 14, at.y() - 14, 28, 28))
    painter.setFont(now.font("caption", bold=True))
    halo_text(painter, QRectF(at.x() - 150, at.y() - 48, 300, 24), snap.words(), "ok")


def _nearer(
    best: tuple[float, Snap] | None, other: tuple[float, Snap] | None, limit: float
) -> tuple[float, Snap] | None:
    if other is None or other[0] > limit or (best is not None and best[0] <= other[0]):
        return best
    return other


def _corner(feature: Feature, x: float, y: float) -> tuple[float, Snap] | None:
    xy = shapely.get_coordinates(feature.shape)
    if not len(xy):
        return None
    far = np.hypot(xy[:, 0] - x, xy[:, 1] - y)
    best = int(np.argmin(far))
    lon, lat = from_unit(float(xy[best, 0]), float(xy[best, 1]))
    return float(far[best]), Snap(lon, lat, CORNER, feature.name)


def _edge(feature: Feature, here: shapely.Point) -> tuple[float, Snap] | None:
    line = _lines(feature.shape)
    if line.is_empty:
        return None
    x, y = shapely.get_coordinates(shapely.shortest_line(here, line))[-1]
    lon, lat = from_unit(float(x), float(y))
    return float(np.hypot(x - here.x, y - here.y)), Snap(lon, lat, EDGE, feature.name)


def _lines(shape: BaseGeometry) -> BaseGeometry:
    return shape.boundary if shape.geom_type.endswith("Polygon") else shape
