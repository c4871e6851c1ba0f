"""The map widget: draws the cached picture and what moves above it; answers fingers and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QEvent,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.geo.tiles import MBTiles, from_unit
from jdz_field.ui import marks, theme
from jdz_field.ui.map.base import outline, unit_array
from jdz_field.ui.map.here import Here, paint_here
from jdz_field.ui.map.input import MapInput
from jdz_field.ui.map.layer import Layers, MapLayer, paint_layers
from jdz_field.ui.map.picture import Picture
from jdz_field.ui.map.points import Cluster, PointIndex, Single, nearest
from jdz_field.ui.map.symbols import paint_pin, paint_selected
from jdz_field.ui.map.tiles import Lanes, TileLayer
from jdz_field.ui.map.tool import MapTool
from jdz_field.ui.map.view import CITY, MAX_ZOOM, TILE, Margins, View

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from jdz_field.store.queries import MapPoint

#: Seconds that a rendering may take to be done in every frame of a zoom.
QUICK = 0.012
#: Zoom levels beyond which gliding would only show a stretched picture.
LEAP = 2.2
#: Zoom at which a chosen site is shown, at least.
SITE_ZOOM = 13.0


class MapWidget(QWidget):
    """The map of a project.

    Signals:
        site_tapped: id of the site that was tapped.
        pile_tapped: ids (list) of sites that lie too close to be told apart.
        place_tapped, place_held: longitude and latitude of a tap on the ground / a long press.
        view_changed: the view moved.
        trouble: a base map cannot be read; its sentence.
    """

    site_tapped = Signal(str)
    pile_tapped = Signal(object)
    place_tapped = Signal(float, float)
    place_held = Signal(float, float)
    view_changed = Signal()
    trouble = Signal(str)

    def __init__(
        self, lanes: Lanes, basemaps: Sequence[MBTiles] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(_("Map"))
        self.view = View(0.825, 0.416, 9, 640, 480).fitted(CITY)
        self.margins = Margins()
        self.index = PointIndex()
        self.tiles = TileLayer(list(basemaps), lanes, self)
        self.tiles.arrived.connect(self._render_soon)
        self.tiles.broken.connect(self.trouble)
        self.picture = Picture()
        self.layers = Layers()
        self.input = MapInput(self)
        self.tool: MapTool | None = None
        self._fresh = True
        self._selected: str | None = None
        self._shape: BaseGeometry | None = None
        self._pin: tuple[float, float] | None = None
        self._here: Here | None = None
        self._settle = QTimer(self, singleShot=True, interval=60)
        self._settle.timeout.connect(self.render_now)
        self._move = QVariantAnimation(self)
        self._move.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._move.valueChanged.connect(self._step)
        self._from = self._to = self.view

    # ---- what is shown
    def set_places(self, places: Sequence[MapPoint]) -> None:
        """Show these sites."""
        self.set_index(PointIndex.of(places))

    def set_index(self, index: PointIndex) -> None:
        """Show the sites of an index that was made elsewhere: many take long to sort."""
        self.index = index
        self.render_now()

    def set_margins(self, margins: Margins) -> None:
        """What covers the map at its sides; the middle of the rest counts as the middle."""
        self.margins = margins
        if self._fresh:
            self.view = self.view.fitted(CITY, self._around_city())
            self.view_changed.emit()
            self.render_now()

    def select(self, site_id: str | None, geometry: str | None = None) -> None:
        """Ring a site; ``geometry`` (WKT, degrees) is drawn when it is more than a point."""
        self._selected = site_id
        self._shape = None
        if geometry and not geometry.startswith("POINT"):
            self._shape = _unit_shape(geometry)
        self.update()

    @property
    def selected(self) -> str | None:
        """Id of the ringed site."""
        return self._selected

    def set_pin(self, place: tuple[float, float] | None) -> None:
        """A pin at longitude, latitude: a place that is being chosen."""
        self._pin = place
        self.update()

    def set_here(self, here: Here | None) -> None:
        """Where the person stands; ``None`` when nothing is known of it."""
        if here != self._here:
            self._here = here
            self.update()

    # ---- layers
    def add_layer(self, layer: MapLayer, *, below: bool = False) -> None:
        """Draw a layer above the marks, or (``below``) between the base map and them."""
        self.layers.add(layer, below=below)
        self.redraw_layer(layer)

    def remove_layer(self, layer: MapLayer) -> None:
        """Draw it no more; one that is not there is no matter."""
        if self.layers.remove(layer):
            self.render_now()

    def redraw_layer(self, layer: MapLayer) -> None:
        """What a layer shows is another."""
        if layer in self.layers.below:
            self.render_now()
        else:
            self.update()

    # ---- moving
    def go_to(self, lon: float, lat: float, zoom: float | None = None) -> None:
        """Bring a place to the middle of what is free."""
        wanted = max(self.view.zoom, SITE_ZOOM) if zoom is None else zoom
        self.move_to(self.view.centred(lon, lat, wanted, self.margins))

    def show_city(self) -> None:
        """The whole city."""
        self.move_to(self.view.fitted(CITY, self._around_city()))

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom about a pixel, or about the free middle."""
        point = at or self.free_middle()
        self.move_to(self.view.zoomed(self.view.zoom + steps, point.x(), point.y()))

    def free_middle(self) -> QPointF:
        """The middle of what nothing covers, in pixels."""
        m = self.margins
        return QPointF(
            (self.width() + m.left - m.right) / 2, (self.height() + m.top - m.bottom) / 2
        )

    def in_sight(self, lon: float, lat: float) -> bool:
        """Whether a place is in the part of the map that nothing covers."""
        px, py = self.view.at(lon, lat)
        m = self.margins
        return m.left <= px <= self.width() - m.right and m.top <= py <= self.height() - m.bottom

    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the free middle."""
        point = self.free_middle()
        return self.view.lon_lat(point.x(), point.y())

    def move_to(self, view: View) -> None:
        """Glide to ``view``; at once where the theme has no motion or the map is hidden."""
        self._move.stop()
        motion = theme.current().motion
        far = abs(view.zoom - self.view.zoom) > LEAP
        if motion == 0 or far or not self.isVisible():
            self.set_view(view)
            return
        self._from, self._to = self.view, view
        self._move.setDuration(motion)
        self._move.setStartValue(0.0)
        self._move.setEndValue(1.0)
        self._move.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)

    def set_view(self, view: View) -> None:
        """Show ``view`` now."""
        self._fresh = False
        zoomed = view.zoom != self.view.zoom
        self.view = view.resized(self.width(), self.height())
        if zoomed and self.picture.cost > QUICK:
            self._settle.start()
        self.view_changed.emit()
        self.update()

    def _step(self, share: float) -> None:
        a, b = self._from, self._to
        if share >= 1.0:
            self.set_view(b)
            return
        zoom = a.zoom + (b.zoom - a.zoom) * share
        # Places move with the inverse of the scale, or the ground would seem to swing.
        inverse = (1 / a.scale, 1 / b.scale)
        apart = inverse[1] - inverse[0]
        part = (
            (1 / (TILE * 2.0**zoom) - inverse[0]) / apart if abs(b.zoom - a.zoom) > 0.01 else share
        )
        self.set_view(View(a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part, zoom, 1, 1))

    # ---- tapping
    def tap(self, at: QPointF) -> None:
        """What a tap at a pixel means."""
        if self.tool is not None and self.tool.tap(at):
            return
        # A picture of another zoom, not rendered anew yet, would say where things were.
        if not self.picture.covers(self.view):
            self._render()
        if self.layers.tap(at, self.view):
            return
        reach = theme.current().touch() / 2 + 6
        found = nearest(self.picture.found(self.view), at.x(), at.y(), reach)
        if isinstance(found, Single):
            self.site_tapped.emit(self.index.places[found.row].id)
        elif isinstance(found, Cluster):
            self._open_cluster(found)
        else:
            lon, lat = self.view.lon_lat(at.x(), at.y())
            self.place_tapped.emit(lon, lat)

    def seen(self) -> list[Single | Cluster]:
        """Sites and clusters as they lie in the window now, in its pixels."""
        # A picture of another zoom, not rendered anew yet, would say where things were.
        if not self.picture.covers(self.view):
            self._render()
        return self.picture.found(self.view)

    def hold(self, at: QPointF) -> None:
        """A long press or a right click at a pixel."""
        lon, lat = self.view.lon_lat(at.x(), at.y())
        self.place_held.emit(lon, lat)

    def _open_cluster(self, cluster: Cluster) -> None:
        left, top, right, bottom = cluster.extent
        span = max(right - left, bottom - top)
        if span * TILE * 2.0**MAX_ZOOM < 60 or self.view.zoom >= MAX_ZOOM - 0.5:
            rows = range(cluster.first, cluster.first + cluster.count)
            self.pile_tapped.emit([self.index.places[row].id for row in rows])
            return
        (west, north), (east, south) = from_unit(left, top), from_unit(right, bottom)
        fitted = self.view.fitted((west, south, east, north), self._padded())
        zoom = min(max(fitted.zoom, self.view.zoom + 1), self.view.zoom + 4)
        lon, lat = from_unit((left + right) / 2, (top + bottom) / 2)
        self.move_to(self.view.centred(lon, lat, zoom, self.margins))

    def _around_city(self) -> Margins:
        """Room for the readout below and the marks at the top."""
        m = self.margins
        return Margins(m.left + 8, m.top + 20, m.right + 8, m.bottom + 60)

    def _padded(self) -> Margins:
        m = self.margins
        return Margins(m.left + 60, m.top + 60, m.right + 60, m.bottom + 60)

    # ---- drawing
    def render_now(self) -> None:
        """Render the picture anew."""
        self._settle.stop()
        self.picture.forget()
        self.update()

    def _render(self) -> None:
        self._settle.stop()
        ratio = self.devicePixelRatioF()
        self.picture.render(self.view, self.index, self.tiles, ratio, self.layers.below)

    def _render_soon(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, then what is chosen."""
        del event
        stale = not self.picture.covers(self.view)
        if stale and (self.picture.view is None or not self._settle.isActive()):
            self._render()
        painter = QPainter(self)
        self.picture.draw(painter, self.view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_layers(self.layers.above, painter, self.view)
        self._paint_chosen(painter)
        if self.tool is not None:
            self.tool.paint(painter)
        if self.hasFocus() and self.input.by_keys:
            painter.setPen(QPen(theme.current().colour("accent"), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
            middle = self.free_middle()
            painter.drawLine(middle - QPointF(10, 0), middle + QPointF(10, 0))
            painter.drawLine(middle - QPointF(0, 10), middle + QPointF(0, 10))

    def _paint_chosen(self, painter: QPainter) -> None:
        now = theme.current()
        if self._shape is not None:
            tint = QColor(now.colour("accent"))
            painter.setPen(QPen(tint, 2.5))
            tint.setAlpha(40)
            painter.setBrush(tint)
            painter.drawPath(outline(self._shape, self.view))
        row = self.index.row_of(self._selected) if self._selected else None
        if row is not None:
            place = self.index.places[row]
            at = QPointF(*self.view.at(place.lon, place.lat))
            paint_selected(painter, self.index.mark(row), place.label or place.name, at)
        if self._here is not None:
            paint_here(painter, self.view, self._here)
        if self._pin is not None:
            paint_pin(painter, QPointF(*self.view.at(*self._pin)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the centre; before the person moved it, keep the city in view."""
        self.view = self.view.resized(event.size().width(), event.size().height())
        if self._fresh:
            self.view = self.view.fitted(CITY, self._around_city())
        self.view_changed.emit()

    def sizeHint(self) -> QSize:
        """As large as can be had."""
        return QSize(800, 600)

    def event(self, event: QEvent) -> bool:
        """Gestures, mouse and keys go to ``MapInput`` first."""
        if hasattr(self, "input") and self.input.take(event):
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another theme or language: render anew."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.LanguageChange):
            self.setAccessibleName(_("Map"))
            if hasattr(self, "picture"):
                self.render_now()
        super().changeEvent(event)

    def close_files(self) -> None:
        """Stop moving and let the base maps go."""
        self._move.stop()
        self._settle.stop()
        self.tiles.close()

    def mark_of(self, site_id: str) -> marks.Mark | None:
        """The mark of a site on the map."""
        row = self.index.row_of(site_id)
        return None if row is None else self.index.mark(row)


def _unit_shape(wkt: str) -> BaseGeometry | None:
    try:
        shape = shapely.from_wkt(wkt)
    except shapely.errors.ShapelyError:
        return None

    return shapely.transform(shape, unit_array)
