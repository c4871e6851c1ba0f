"""A map of its own above the form: sites, counties and the form's other answers around it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication, QPainter, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.geo.tiles import basemaps, from_unit
from jdz_field.ui.form.desk import MapDesk
from jdz_field.ui.form.map_paint import (
    Feature,
    bounds_of,
    paint_cross,
    paint_faint,
    paint_grid_words,
    paint_position,
)
from jdz_field.ui.map.readout import Readout
from jdz_field.ui.map.view import Margins
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.widgets import tool

#: Space between the map's edge and what lies on it, in pixels.
AIR = 12
#: A single place is shown this close.
CLOSE = 16.0
#: From this zoom on a site or point is seen among its neighbours.
NEAR = 14.0


class MapStage(QWidget):
    """Map, scale and buttons; the page that owns it sets ``map.tool``."""

    def __init__(
        self, desk: MapDesk, others: Sequence[Feature] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.others = desk, others
        sources, _troubles = basemaps(desk.app.path / "basemaps")
        self.map = MapWidget(desk.app.jobs, sources, self)
        self.map.trouble.connect(desk.app.toast)
        self.map.set_places(desk.places())
        site = desk.site
        if site is not None and site.geometry:
            # Its outline alone: a ring and a plate would cover what is drawn beside it.
            self.map.select("", site.geometry)
        self.readout = Readout(self)
        self.readout.clicked.connect(self.copy_place)
        self.readout.form_chosen.connect(self._choose_form)
        self.map.view_changed.connect(self._show_view)
        self._tools = QWidget(self)
        stack = QVBoxLayout(self._tools)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(8)
        self.here = tool("locate", _("Where I am (H)"), self.go_here, kind="map")
        self.home = tool("pin", _("The site (S)"), self.go_home, kind="map")
        self.closer = tool("plus", _("Closer (+)"), self._closer, kind="map")
        self.farther = tool("minus", _("Farther (−)"), self._farther, kind="map")
        self.here.setShortcut("H")
        self.home.setShortcut("S")
        for each in (self.here, self.home, self.closer, self.farther):
            stack.addWidget(each)
        self.home.setVisible(desk.site_place is not None)
        desk.receiver.fixed.connect(self._moved)
        desk.receiver.state_changed.connect(self._show_receiver)
        self._show_receiver()

    # ---- going
    def show_first(self, features: Sequence[Feature]) -> None:
        """The answer; without one the site, the receiver's place, or the city."""
        bounds = bounds_of(feature.shape for feature in features)
        if bounds is not None:
            self.fit(bounds)
        elif self.desk.site_place is not None:
            self.map.go_to(*self.desk.site_place, CLOSE)
        elif self.desk.receiver.latest is not None:
            self.go_here()

    def fit(self, bounds: tuple[float, float, float, float]) -> None:
        """Show left, top, right, bottom (unit) whole, a single place close."""
        (west, north), (east, south) = from_unit(*bounds[:2]), from_unit(*bounds[2:])
        around = Margins(80, 80, 80, 80)
        view = self.map.view.fitted((west, south, east, north), around)
        if bounds[:2] == bounds[2:]:
            view = view.centred((west + east) / 2, (north + south) / 2, CLOSE)
        self.map.set_view(view)

    def go_here(self) -> None:
        """The receiver's place."""
        fix = self.desk.receiver.latest
        if fix is not None:
            self.map.go_to(fix.lon, fix.lat, max(self.map.view.zoom, CLOSE))

    def go_home(self) -> None:
        """The site's place."""
        if self.desk.site_place is not None:
            self.map.go_to(*self.desk.site_place, max(self.map.view.zoom, NEAR))

    def _closer(self) -> None:
        self.map.zoom_by(1)

    def _farther(self) -> None:
        self.map.zoom_by(-1)

    def copy_place(self) -> None:
        """The coordinates of the middle to the clipboard."""
        words = self.readout.to_copy()
        QGuiApplication.clipboard().setText(words)
        self.desk.app.toast(_("Copied: {text}").format(text=words))

    def _choose_form(self, form: str) -> None:
        self.desk.app.prefer("coordinates", form)
        self._show_view()

    # ---- drawing
    def paint_around(self, painter: QPainter) -> None:
        """The form's other answers, and the receiver's place."""
        view = self.map.view
        paint_grid_words(painter, view)
        paint_faint(painter, view, self.others)
        fix = self.desk.receiver.latest
        if fix is not None:
            paint_position(painter, view, fix.lon, fix.lat, fix.accuracy or 0.0)

    def paint_cross(self, painter: QPainter) -> None:
        """The middle."""
        paint_cross(painter, self.map.free_middle())

    def middle(self) -> QPointF:
        """The middle in pixels."""
        return self.map.free_middle()

    # ---- what moves
    def _moved(self) -> None:
        self.map.update()

    def _show_receiver(self) -> None:
        self.here.setVisible(self.desk.receiver.there)
        self.here.setEnabled(self.desk.receiver.latest is not None)
        self._place()
        self.map.update()

    def _show_view(self) -> None:
        self.readout.show_view(self.map.view, self.map.middle())
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The map fills it; buttons at the right, scale at the left."""
        super().resizeEvent(event)
        self.map.setGeometry(self.rect())
        self._place()

    def _place(self) -> None:
        self._tools.adjustSize()
        bottom = self.height() - AIR
        self._tools.move(
            self.width() - self._tools.width() - AIR, max(bottom - self._tools.height(), AIR)
        )
        room = self.width() - self._tools.width() - 3 * AIR
        self.readout.setVisible(self.readout.sizeHint().width() <= room)
        self.readout.resize(self.readout.sizeHint())
        self.readout.move(AIR, bottom - self.readout.height())

    def close_map(self) -> None:
        """Let the base maps go; the page is being left."""
        self.map.tool = None
        self.map.close_files()
