"""The stage: the map over the whole area, its buttons, and the sheet above it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from jdz_field.core.catalogue import site_kinds
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.display import read_position
from jdz_field.geo.tiles import MBTiles
from jdz_field.ui.map.here import Here
from jdz_field.ui.map.readout import Readout
from jdz_field.ui.map.tiles import Lanes
from jdz_field.ui.map.view import Margins
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.numbers import coordinates
from jdz_field.ui.sheet import Sheet
from jdz_field.ui.widgets import button, tool

#: Space between the map's edge and what lies on it.
AIR = 12


class Stage(QWidget):
    """Map, buttons and sheet.

    Signals:
        add_wanted: longitude and latitude where the person wants a new site, or ``None``, ``None``.
        kinds_chosen: the site kinds to show (tuple of names).
        copied: a text went to the clipboard.
        site_chosen: id of a site tapped or picked.
        told: a sentence for the person.
        page_wanted: a page by name and its argument, as ``AppContext.show_page`` takes them.
        cones_chosen: whether the map shows which way photos look.
    """

    add_wanted = Signal(object, object)
    kinds_chosen = Signal(object)
    copied = Signal(str)
    site_chosen = Signal(str)
    told = Signal(str)
    page_wanted = Signal(str, object)
    cones_chosen = Signal(bool)

    def __init__(
        self, lanes: Lanes, basemaps: Sequence[MBTiles] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.upright = False
        self.cones = True
        self.kinds: tuple[str, ...] = tuple(kind.name for kind in site_kinds())
        self.map = MapWidget(lanes, basemaps, self)
        self.readout = Readout(self)
        self.readout.clicked.connect(self.copy_place)
        self.readout.pastes = True
        self.tools = QWidget(self)
        stack = QVBoxLayout(self.tools)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(8)
        self.layers = tool("layers", "", self._open_layers, kind="map")
        self.city = tool("city", "", self.map.show_city, kind="map")
        self.here = tool("locate", "", self._to_here, kind="map")
        self.here.hide()
        self._here: Here | None = None
        self.seek = tool("navigate", "", self._seek, kind="map")
        self.measure = tool("ruler", "", self._measure, kind="map")
        self.closer = tool("plus", "", self._closer, kind="map")
        self.farther = tool("minus", "", self._farther, kind="map")
        acts = (self.seek, self.measure)
        for each in (*acts, self.here, self.layers, self.city, self.closer, self.farther):
            stack.addWidget(each)
        self.add = button("", self._add, kind="primary", icon="plus")
        self.add.setParent(self)
        self.sheet = Sheet(self)
        self.sheet.moved.connect(self.place)
        self._menu: QMenu | None = None
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.map.view_changed.connect(self._show_view)
        self.map.site_tapped.connect(self.site_chosen)
        self.map.pile_tapped.connect(self._open_pile)
        self.map.place_held.connect(self._open_ground_menu)
        self.readout.paste_wanted.connect(self.paste_place)
        for keys, act in (
            ("L", self._to_here),
            ("G", self._seek),
            ("M", self._measure),
            (QKeySequence.StandardKey.Copy, self.copy_place),
            (QKeySequence.StandardKey.Paste, self.paste_place),
        ):
            shortcut = QShortcut(QKeySequence(keys), self.map)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = (
            (self.layers, _("What the map shows")),
            (self.city, _("Whole city (0)")),
            (self.seek, _("Take me to a site (G)")),
            (self.measure, _("Measure a length or an area (M)")),
            (self.here, _("To where I stand (L)")),
            (self.closer, _("Closer (+)")),
            (self.farther, _("Farther (−)")),
        )
        for each, tip in words:
            each.setToolTip(tip)
            each.setAccessibleName(tip)
        self.add.setText(_("Add a site"))
        self.add.setToolTip(_("Add a site in the middle of the map (Ctrl+N)"))
        self.add.setShortcut("Ctrl+N")
        self.readout.retranslate()
        self.map.render_now()
        self.place()

    def show_here(self, here: Here | None) -> None:
        """Where the person stands, by the receiver; ``None`` takes the dot away."""
        if (here is None) != self.here.isHidden():
            self.here.setVisible(here is not None)
            self.place()
        self._here = here
        self.map.set_here(here)

    def _to_here(self) -> None:
        if self._here is not None:
            self.map.go_to(self._here.lon, self._here.lat)

    def set_upright(self, *, upright: bool) -> None:
        """Sheet from the bottom or from the right."""
        self.upright = upright
        self.sheet.set_upright(upright=upright)
        self.place()

    def place(self) -> None:
        """Put everything where nothing covers it."""
        self.map.setGeometry(self.rect())
        covered = self.sheet.covered()
        free = self._free(covered)
        self.tools.setVisible(free.height() >= 160 and free.width() >= 120)
        self._fit_tools(free.height() - 2 * AIR)
        needed = self.readout.sizeHint().width() + self.tools.sizeHint().width() + 3 * AIR
        self.readout.setVisible(free.height() >= 160 and free.width() >= needed)
        # One primary act a screen: an open sheet has its own.
        self.add.setVisible(covered.isEmpty())
        self.tools.resize(self.tools.sizeHint())
        self.add.resize(self.add.sizeHint())
        self.readout.resize(self.readout.sizeHint())
        bottom = free.bottom() - AIR
        self.readout.move(free.left() + AIR, bottom - self.readout.height() + 1)
        self.add.move(free.right() - self.add.width() - AIR, bottom - self.add.height() + 1)
        floor = self.add.y() if covered.isEmpty() else bottom + AIR
        top = max(floor - AIR - self.tools.height(), AIR)
        self.tools.move(free.right() - self.tools.width() - AIR, top)
        self.map.set_margins(
            Margins(right=self.width() - free.right() - 1, bottom=self.height() - free.bottom() - 1)
        )
        self._show_view()

    def _fit_tools(self, room: int) -> None:
        """Where the room is low, those go that fingers and keys have ways for: zoom, whole city."""
        spare = (self.closer, self.farther, self.city)
        for each in spare:
            each.show()
        for each in spare:
            if self.tools.sizeHint().height() > room:
                each.hide()

    def _free(self, covered: QRect) -> QRect:
        area = self.rect()
        if covered.isEmpty():
            return area
        if covered.width() >= area.width():
            return area.adjusted(0, 0, 0, -covered.height())
        return area.adjusted(0, 0, -covered.width(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything finds its new place."""
        super().resizeEvent(event)
        self.sheet.place()
        self.place()

    # ---- acts
    def copy_place(self) -> None:
        """The coordinates of the middle to the clipboard."""
        self._copy(self.readout.to_copy())

    def paste_place(self) -> None:
        """To the position on the clipboard, in whatever spelling; a pin stays there."""
        try:
            lon, lat = read_position(QGuiApplication.clipboard().text())
        except BadInput as error:
            self.told.emit(str(error))
            return
        self.map.set_pin((lon, lat))
        self.map.go_to(lon, lat)

    def _copy(self, words: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self.copied.emit(words)

    def _show_view(self) -> None:
        self.readout.show_view(self.map.view, self.map.middle())

    def _seek(self) -> None:
        self.page_wanted.emit("find", self.map.middle())

    def _measure(self) -> None:
        self.page_wanted.emit("measure", self.map.view)

    def _closer(self) -> None:
        self.map.zoom_by(1)

    def _farther(self) -> None:
        self.map.zoom_by(-1)

    def _add(self) -> None:
        self.add_wanted.emit(*self.map.middle())

    def _open_ground_menu(self, lon: float, lat: float) -> None:
        menu = self._fresh_menu()
        here = coordinates(lon, lat)
        menu.addAction(_("Add a site here")).setData(("add", lon, lat))
        menu.addAction(_("Take me here")).setData(("guide", lon, lat))
        menu.addAction(_("Copy {place}").format(place=here)).setData(
            ("copy", coordinates(lon, lat, fine=True), None)
        )
        at = self.map.view.at(lon, lat)
        menu.popup(self.map.mapToGlobal(QPoint(round(at[0]), round(at[1]))))

    def _open_pile(self, ids: list[str]) -> None:
        menu = self._fresh_menu()
        for site_id in ids[:12]:
            row = self.map.index.row_of(site_id)
            if row is not None:
                menu.addAction(self.map.index.places[row].name).setData(("site", site_id, None))
        menu.popup(self.map.mapToGlobal(self.map.free_middle().toPoint()))

    def _open_layers(self) -> None:
        menu = self._fresh_menu()
        for kind in site_kinds():
            act = menu.addAction(kind.label)
            act.setCheckable(True)
            act.setChecked(kind.name in self.kinds)
            act.setData(("kind", kind.name, None))
        menu.addSeparator()
        cones = menu.addAction(_("Where photos look"))
        cones.setCheckable(True)
        cones.setChecked(self.cones)
        cones.setData(("cones", not self.cones, None))
        menu.addSeparator()
        names = [source.source.name for source in self.map.tiles.sources]
        words = ", ".join(names) or _("No base map: put .mbtiles files into the folder basemaps")
        note = menu.addAction(words)
        note.setEnabled(False)
        menu.popup(self.layers.mapToGlobal(QPoint(-200, 0)))

    def _fresh_menu(self) -> QMenu:
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._picked)
        return self._menu

    def _picked(self, act: object) -> None:
        what, first, second = act.data()  # type: ignore[attr-defined]
        if what == "add":
            self.add_wanted.emit(first, second)
        elif what == "guide":
            self.page_wanted.emit("guide", (first, second))
        elif what == "copy":
            self._copy(first)
        elif what == "site":
            self.site_chosen.emit(first)
        elif what == "kind":
            chosen = set(self.kinds) ^ {first}
            self.kinds = tuple(k.name for k in site_kinds() if k.name in chosen)
            self.kinds_chosen.emit(self.kinds)
        elif what == "cones":
            self.cones = first
            self.cones_chosen.emit(first)
