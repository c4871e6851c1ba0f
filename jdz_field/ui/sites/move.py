"""Moving a site: another position, typed, tapped on the map or taken from a photo."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from jdz_field.core.catalogue import site_kind
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.operations.sites import edit_site
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.page import Page
from jdz_field.ui.sites import words
from jdz_field.ui.sites.place import PlaceInput
from jdz_field.ui.widgets import Scroll, button, column, divider, set_role, text

#: A move farther than this is asked about in words beside it, metres.
FAR = 500.0


class MovePage(Page):
    """The position of one site. While it is open, a tap on the map moves the pin."""

    def __init__(
        self, app: AppContext, map_: MapWidget, site_id: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self._map = map_
        self.site = app.reader.site(site_id)
        self.name = text("", "heading")
        self.place = PlaceInput(app)
        self.place.kind = self.site.kind if self.site else ""
        self.moved = text("", "secondary")
        self.note = text("", "caption")
        self.wrong = text("", "error")
        self.wrong.hide()
        self.save = button("", self._save, kind="primary", icon="check")
        self.save.setEnabled(False)
        scroll = Scroll(gap=10)
        for part in (self.name, self.place, self.moved, self.note):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = column(self.wrong, self.save, gap=6)
        foot.setContentsMargins(12, 10, 12, 10)
        whole = column(scroll, divider(), foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        map_.place_tapped.connect(self.set_place)
        self.place.moved.connect(self._show_move)
        self.retranslate()
        if self.site and self.site.lon is not None and self.site.lat is not None:
            self.place.set_place(self.site.lon, self.site.lat, None)

    def title(self) -> str:
        """The heading."""
        return _("Move the site")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.name.setText(words.title(self.site) if self.site else "")
        self.place.retranslate()
        controlled = self.site is not None and site_kind(self.site.kind).geometry_controlled
        self.note.setText(_("The office confirms a move of this site.") if controlled else "")
        self.save.setText(_("Save the position"))
        self.save.setToolTip(_("Save the position (Ctrl+S)"))
        self.save.setShortcut("Ctrl+S")

    def set_place(self, lon: float, lat: float) -> None:
        """Take over a place from the map."""
        if self.isVisible():
            self.place.set_place(lon, lat)

    def leave(self) -> bool:
        """Take the pin away."""
        self.place.stop_receiver()
        self._map.set_pin(None)
        return True

    def _show_move(self, place: tuple[float, float] | None) -> None:
        self._map.set_pin(place)
        self.save.setEnabled(place is not None)
        site = self.site
        if place is None or site is None or site.lon is None or site.lat is None:
            self.moved.setText("")
            return
        metres = apart(place, (site.lon, site.lat))
        self.moved.setText(_("{n} m from where it was").format(n=f"{metres:,.0f}"))
        set_role(self.moved, "attention" if metres > FAR else "secondary")

    def _save(self) -> None:
        site, place = self.site, self.place.place
        if site is None or place is None:
            return
        site_id, before = site.id, site.geometry
        (lon, lat), how = place, self.place.how

        def undo() -> None:
            self.app.write(lambda p: edit_site(p, site_id, {"geometry": before}), self.app)

        def done(_result: object) -> None:
            self.app.toast(_("The position is saved."), undo)
            self.app.back()

        def work(project: Project) -> None:
            edit_site(project, site_id, {"lon": lon, "lat": lat}, how)

        self.app.write(work, self, done, self._refused)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, JdzError):
            self.wrong.setText(str(error))
            self.wrong.show()
        else:
            self.app.say_failure(error)


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places, on a sphere: good to half a percent."""
    lon_1, lat_1, lon_2, lat_2 = map(math.radians, (*one, *other))
    chord = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    return 2 * 6_371_008.8 * math.asin(math.sqrt(chord))
