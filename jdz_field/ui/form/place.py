"""A position: typed in any spelling, or taken from map, receiver, site or photo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QPushButton, QWidget

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.positions import Method, Provenance
from jdz_field.geo.coordinates import as_dms, point_from_text, split_pair
from jdz_field.geo.display import DECIMAL, SECONDS, WGS84, shown_height
from jdz_field.geo.tracks import distance_m
from jdz_field.geo.typed import system_of
from jdz_field.ui.flow import Flow
from jdz_field.ui.form.averaging import AveragePanel, receiver_words
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.lexical import Vertex, point_text, rounded, vertex_of
from jdz_field.ui.form.place_map import FAR, PointMapPage, shown_distance
from jdz_field.ui.form.place_preview import PlacePreview
from jdz_field.ui.form.text import LineEditor
from jdz_field.ui.icons import give
from jdz_field.ui.numbers import chosen_form, coordinates
from jdz_field.ui.values import shown_point
from jdz_field.ui.widgets import button, column, set_role, text
from jdz_field.xforms.view import Node

_ON_MAP = ("maps", "placement-map")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a position can be taken from.

    ``point`` gives longitude, latitude, accuracy in m (0: none) and, if known, altitude in m;
    ``None`` when there is no position. ``method``: what is kept about how it came to be.
    """

    words: str
    icon: str
    point: Callable[[], tuple[float, ...] | None]
    method: Method = "site"


def lexical(lon: float, lat: float, accuracy: float = 0.0, altitude: float = 0.0) -> str:
    """An XForms geopoint: latitude, longitude, altitude, accuracy."""
    return point_text(rounded(lon, lat, altitude, accuracy))


def point_of_answer(value: str) -> tuple[float, float] | None:
    """Longitude and latitude of a geopoint answer."""
    found = vertex_of(value)
    return None if found is None else found.place


def typed_how(typed: str) -> Provenance:
    """What is kept about coordinates that were typed: their letters and their system."""
    return Provenance(method="typed", crs=system_of(typed), typed=typed[:200])


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two points (lon, lat) in metres."""
    return distance_m(*a, *b)


class PlaceEditor(LineEditor):
    """Coordinates as people write them, and one button a source.

    What cannot be read stays as typed; the session says what is wrong with it. Without a
    ``desk`` there is neither map nor receiver.
    """

    def __init__(
        self,
        sources: list[Source],
        site: tuple[float, float] | None = None,
        parent: QWidget | None = None,
        *,
        desk: PlaceDesk | None = None,
        node: Node | None = None,
    ) -> None:
        super().__init__(parent)
        self._sources, self._site = sources, site
        self._desk, self._node = desk, node
        self.line.setPlaceholderText(_("29.3521, 117.2103 or 117°12'37\"E 29°21'08\"N"))
        self._value = ""
        self.read = text("", "caption")
        self.read.hide()
        self.panel: AveragePanel | None = None
        self.preview = PlacePreview(desk) if desk is not None else None
        self.on_map: QPushButton | None = None
        self.receive: QPushButton | None = None
        self.buttons: list[QPushButton] = []
        if desk is not None and node is not None and self.preview is not None:
            self._with_desk(desk, node, self.preview)
        self.buttons += [self._button(source) for source in sources]
        self._row = QWidget(self)
        flow = Flow(self._row)
        for made in self.buttons:
            flow.addWidget(made)
        self._below = column(self.read, gap=8)
        if self.preview is not None:
            self._below.addWidget(self.preview)
        self._below.addWidget(self._row)
        self._row.setVisible(bool(self.buttons))
        self.column.addLayout(self._below)

    def _with_desk(self, desk: PlaceDesk, node: Node, preview: PlacePreview) -> None:
        on_map = self.on_map = button(_("On the map"), self.open_map, icon="map")
        receive = self.receive = button("", self.start_receiver, icon="satellite")
        wanted_on_map = any(word in _ON_MAP for word in node.appearance.split())
        both = [on_map, receive]
        self.buttons += both if wanted_on_map else both[::-1]
        preview.clicked.connect(self.open_map)
        desk.receiver.state_changed.connect(self._show_receiver)
        self._show_receiver()

    def show_value(self, value: str) -> None:
        """Show a geopoint as coordinates."""
        self._value = self._sent = value
        if self.typing():
            return
        vertex = vertex_of(value)
        self.line.setText(self._spelt(vertex) if vertex else value)
        self._say(vertex)
        if self.preview is not None:
            self.preview.put([vertex] if vertex else [])

    def set_readonly(self, readonly: bool) -> None:
        """Legible, without the sources."""
        super().set_readonly(readonly)
        self._row.setVisible(bool(self.buttons) and not readonly)
        if self.preview is not None:
            self.preview.setEnabled(not readonly)
        if readonly:
            self._stop_receiver()

    def text(self) -> str:
        """What is typed as a geopoint, or as typed when it is no position."""
        typed = self.line.text().strip()
        shown = vertex_of(self._value)
        if shown and typed == self._spelt(shown):
            return self._value
        pair = split_pair(typed)
        if pair is None:
            return typed
        try:
            lon, lat = point_from_text(pair[0], pair[1])
        except BadInput:
            return typed
        value = lexical(lon, lat)
        self._note(value, typed_how(typed))
        return value

    def leave(self) -> None:
        """Answer, then show the position as it was understood."""
        super().leave()
        self.show_value(self._sent)

    def _spelt(self, vertex: Vertex) -> str:
        """As the person reads and types coordinates."""
        form = chosen_form()
        if form in (DECIMAL, WGS84):
            return f"{vertex.lat:.6f}, {vertex.lon:.6f}"
        if form == SECONDS:
            east, north = "E" if vertex.lon >= 0 else "W", "N" if vertex.lat >= 0 else "S"
            return f"{as_dms(abs(vertex.lat))}{north} {as_dms(abs(vertex.lon))}{east}"
        return coordinates(*vertex.place, fine=True)

    def _say(self, vertex: Vertex | None) -> None:
        words, far = "", False
        if vertex is not None:
            words = self._desk.shown(*vertex.place) if self._desk else shown_point(*vertex.place)
            if vertex.accuracy:
                words += f" · ± {vertex.accuracy:g} m"
            how = self._desk.how(self._value) if self._desk else None
            if vertex.altitude:
                words += " · " + shown_height(vertex.altitude, how.height_datum if how else "")
            if self._site is not None:
                metres = distance_m(*vertex.place, *self._site)
                distance = shown_distance(metres)
                words += " · " + _("{distance} from the site").format(distance=distance)
                far = metres > FAR
            if far:
                words += " · " + _("far away: is this the place?")
        self._tell(words, "attention" if far else "caption")

    def _tell(self, words: str, role: str = "caption") -> None:
        self.read.setText(words)
        set_role(self.read, role)
        self.read.setVisible(bool(words))

    # ---- sources
    def _button(self, source: Source) -> QPushButton:
        made = button(source.words, self._take, icon=source.icon)
        made.setObjectName(str(self._sources.index(source)))
        return made

    def _take(self) -> None:
        source = self._sources[int(self.sender().objectName())]
        point = source.point()
        if point is None:
            self._tell(_("Nothing there has a position yet."))
            return
        value = lexical(*point)
        accuracy = point[2] if len(point) > 2 and point[2] else None
        self._answer_with(value, Provenance(method=source.method, accuracy=accuracy))

    def _taken(self, vertex: Vertex) -> None:
        how = self.panel.how if self.panel is not None else None
        self._stop_receiver()
        self._answer_with(point_text(vertex), how)

    def _picked(self, vertex: Vertex) -> None:
        value = point_text(vertex)
        # A map that was left where it was says nothing new about the point.
        self._answer_with(value, None if value == self._value else Provenance(method="map"))

    def _note(self, value: str, how: Provenance | None) -> None:
        if self._desk is not None:
            self._desk.note(value, how)

    def _answer_with(self, value: str, how: Provenance | None) -> None:
        self._pause.stop()
        self._note(value, how)
        self.show_value(value)
        self.answered.emit(value)
        self.settled.emit()

    # ---- map
    def open_map(self) -> None:
        """Pick on the map."""
        if self._desk is None or self._node is None or not self._row.isVisibleTo(self):
            return
        self.flush()
        self._stop_receiver()
        page = PointMapPage(self._desk, self._node, vertex_of(self._value))
        page.taken.connect(self._picked)
        self._desk.open(page)

    # ---- receiver
    def start_receiver(self) -> None:
        """Average what the receiver says, or tell why that cannot be."""
        if self._desk is None or self._node is None:
            return
        receiver = self._desk.receiver
        if not receiver.there:
            self._tell(receiver_words(receiver), "attention")
            return
        if self.panel is None:
            self.panel = AveragePanel(receiver, self._desk.limits(self._node))
            self.panel.taken.connect(self._taken)
            self.panel.cancelled.connect(self._stop_receiver)
            self._below.insertWidget(1, self.panel)
            self.panel.show()
            self._row.hide()
            self.panel.cancel.setFocus()

    def _stop_receiver(self) -> None:
        if self.panel is not None:
            self.panel.stop()
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
            self._row.setVisible(not self.line.isReadOnly())
            if self.receive is not None:
                self.receive.setFocus()

    def _show_receiver(self) -> None:
        if self.receive is None or self._desk is None:
            return
        there = self._desk.receiver.there
        self.receive.setText(_("From the receiver") if there else _("There is no receiver"))
        give(self.receive, "satellite" if there else "no-signal", "ink" if there else "ink2", 20)
        self.receive.setToolTip(receiver_words(self._desk.receiver))
