"""Where a new site is: measured, typed in any spelling, tapped on the map, or of a photo."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from jdz_field.core.catalogue import code_list, site_kind
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.positions import Provenance
from jdz_field.geo.coordinates import point_from_text, split_pair
from jdz_field.geo.counties import county_at
from jdz_field.geo.display import MINUTES, PLANE, SECONDS, as_minutes, as_seconds, shown_position
from jdz_field.geo.typed import system_of
from jdz_field.photos.exif import read_photo
from jdz_field.photos.kinds import IMAGE
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import flow
from jdz_field.ui.form.averaging import AveragePanel
from jdz_field.ui.form.gate import limits_of, receiver_words
from jdz_field.ui.form.lexical import Vertex
from jdz_field.ui.form.media import patterns_of
from jdz_field.ui.numbers import chosen_form
from jdz_field.ui.widgets import button, column, line, set_role, text

#: What is kept about a place that was tapped.
MAP = Provenance(method="map")


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
        self.from_receiver = button("", self.start_receiver, icon="satellite")
        self.panel: AveragePanel | None = None
        self.kind = ""
        self._how: Provenance | None = None
        self._below = column(
            pair, self.county, self.hint, flow(self.from_receiver, self.from_photo), gap=8
        )
        self.setLayout(self._below)
        self._place: tuple[float, float] | None = None
        self.retranslate()

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude in degrees, ``None`` while they make no place."""
        return self._place

    @property
    def how(self) -> Provenance | None:
        """How the place came to be; ``None`` while it is none, or nobody knows."""
        return self._how if self._place is not None else None

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.lon_label.setText(_("Longitude"))
        self.lat_label.setText(_("Latitude"))
        self.lon.setPlaceholderText("117.20345")
        self.lat.setPlaceholderText("29.35210")
        self.hint.setText(_("Tap the map, or type degrees, 117°12′30″ or Gauss-Krüger metres."))
        self.from_photo.setText(_("Take the position of a photo"))
        self.from_receiver.setText(_("From the receiver"))

    def set_place(self, lon: float, lat: float, how: Provenance | None = MAP) -> None:
        """Take over a place, from the map unless ``how`` says more."""
        form = chosen_form()
        lon_text, lat_text = f"{lon:.6f}", f"{lat:.6f}"
        if form == SECONDS:
            lon_text, lat_text = f"{as_seconds(lon, 3)}E", f"{as_seconds(lat, 3)}N"
        elif form == MINUTES:
            lon_text, lat_text = f"{as_minutes(lon, 5)}E", f"{as_minutes(lat, 5)}N"
        elif form == PLANE and (metres := split_pair(shown_position(lon, lat, PLANE, fine=True))):
            lat_text, lon_text = metres
        self.lon.setText(lon_text)
        self.lat.setText(lat_text)
        self._how = how
        self._take((lon, lat), "")

    # ---- receiver
    def start_receiver(self) -> None:
        """Average what the receiver says, or tell why that cannot be."""
        receiver = self._app.receiver
        if not receiver.there:
            self._app.toast(receiver_words(receiver))
            return
        if self.panel is None:
            rule = site_kind(self.kind).position if self.kind else None
            self.panel = AveragePanel(receiver, limits_of({}, rule))
            self.panel.taken.connect(self._measured)
            self.panel.cancelled.connect(self.stop_receiver)
            self._below.addWidget(self.panel)
            self.panel.show()
            self.panel.cancel.setFocus()
            QTimer.singleShot(0, self.panel, self._bring_panel)

    def _bring_panel(self) -> None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and self.panel is not None:
            area.ensureWidgetVisible(self.panel)

    def stop_receiver(self) -> None:
        """Measure no more."""
        if self.panel is not None:
            self.panel.stop()
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
            self.from_receiver.setFocus()

    def _measured(self, vertex: Vertex) -> None:
        how = self.panel.how if self.panel is not None else None
        self.stop_receiver()
        self.set_place(*vertex.place, how)

    def ask_photo(self) -> None:
        """Let the person pick a photo, and read where it was taken."""
        file = self._app.questions.open_file(
            self, _("A photo taken at the site"), patterns_of(IMAGE)
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
        self.set_place(gps.lon, gps.lat, Provenance(method="photo", accuracy=gps.accuracy))

    def _typed(self) -> None:
        words = (self.lon.text().strip(), self.lat.text().strip())
        typed = ", ".join(words)
        self._how = Provenance(method="typed", crs=system_of(typed), typed=typed[:200])
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
