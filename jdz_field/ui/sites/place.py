"""Where a new site is: typed in any spelling, tapped on the map, or read from a photo."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.catalogue import code_list
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.coordinates import point_from_text
from jdz_field.geo.counties import county_at
from jdz_field.photos.exif import read_photo
from jdz_field.ui.context import AppContext
from jdz_field.ui.widgets import button, column, line, set_role, text


class PlaceInput(QWidget):
    """Longitude and latitude.

    Signals:
        moved: longitude and latitude, or ``None`` while they make no place.
    """

    moved = Signal(object)

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.lon, self.lat = QLineEdit(), QLineEdit()
        self.lon_label, self.lat_label = text("", "section"), text("", "section")
        for label, edit in ((self.lon_label, self.lon), (self.lat_label, self.lat)):
            label.setBuddy(edit)
            edit.textEdited.connect(self._typed)
        self.from_photo = button("", self.ask_photo, icon="camera")
        self.hint = text("", "caption")
        self.county = text("", "secondary")
        pair = line(
            column(self.lon_label, self.lon, gap=4), column(self.lat_label, self.lat, gap=4)
        )
        self.setLayout(column(pair, self.county, self.hint, self.from_photo, gap=8))
        self._place: tuple[float, float] | None = None
        self.retranslate()

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude in degrees, ``None`` while they make no place."""
        return self._place

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.lon_label.setText(_("Longitude"))
        self.lat_label.setText(_("Latitude"))
        self.lon.setPlaceholderText("117.20345")
        self.lat.setPlaceholderText("29.35210")
        self.hint.setText(_("Tap the map, or type degrees, 117°12′30″ or Gauss-Krüger metres."))
        self.from_photo.setText(_("Take the position of a photo"))

    def set_place(self, lon: float, lat: float) -> None:
        """Take over a place from the map or a photo."""
        self.lon.setText(f"{lon:.6f}")
        self.lat.setText(f"{lat:.6f}")
        self._take((lon, lat), "")

    def ask_photo(self) -> None:
        """Let the person pick a photo, and read where it was taken."""
        file = self._app.questions.open_file(
            self, _("A photo taken at the site"), _("Photos (*.jpg *.jpeg)")
        )
        if file is not None:
            self.read(file)

    def read(self, file: Path) -> None:
        """Read the position of a photo off the GUI thread."""
        self._app.jobs.without_store(
            lambda: read_photo(file), self, self._from_photo, self._app.say_failure
        )

    def _from_photo(self, info: object) -> None:
        gps = info.gps  # type: ignore[attr-defined]
        if gps.lon is None or gps.lat is None:
            self._app.toast(_("This photo says no position; tap the map instead."))
            return
        self.set_place(gps.lon, gps.lat)

    def _typed(self) -> None:
        words = (self.lon.text().strip(), self.lat.text().strip())
        if not all(words):
            self._take(None, "")
            return
        try:
            self._take(point_from_text(*words), "")
        except BadInput as error:
            self._take(None, str(error))

    def _take(self, place: tuple[float, float] | None, wrong: str) -> None:
        self._place = place
        for edit in (self.lon, self.lat):
            set_role(edit, "true" if wrong else "false", "invalid")
        said, role = wrong, "error"
        if place is not None:
            code = county_at(*place)
            label = code_list("county").label(code) if code else _("Outside the city")
            said, role = label, "ok" if code else "attention"
        self.county.setText(said)
        set_role(self.county, role)
        self.moved.emit(place)
