"""What the editors of places are given: the site, the other answers, lists, and pages to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from jdz_field.core.catalogue import site_kind
from jdz_field.core.errors import BadInput
from jdz_field.core.positions import Provenance
from jdz_field.core.sites import Site
from jdz_field.operations.records import Filling
from jdz_field.store.queries import MapPoint
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.gate import Limits, limits_of
from jdz_field.ui.form.map_paint import Feature, feature_of
from jdz_field.ui.form.marked import plain
from jdz_field.ui.numbers import coordinates
from jdz_field.ui.receiver import Receiver
from jdz_field.xforms.view import Node

_GEO = frozenset(("geopoint", "geotrace", "geoshape"))
#: More than this of a reference list is not drawn beside an answer.
MOST_REFERENCES = 2000


class MapDesk:
    """The surroundings of a shape that is drawn for its own sake; degrees are EPSG:4490.

    ``takes_measured``: what was measured on the map can be taken over.
    """

    takes_measured = False

    def __init__(self, app: AppContext) -> None:
        self.app = app
        self._places: Sequence[MapPoint] | None = None

    @property
    def receiver(self) -> Receiver:
        """The GNSS receiver of this machine."""
        return self.app.receiver

    @property
    def site(self) -> Site | None:
        """The site that it is about, if any."""
        return None

    @property
    def site_place(self) -> tuple[float, float] | None:
        """Longitude and latitude of the site."""
        site = self.site
        if site is None or site.lon is None or site.lat is None:
            return None
        return site.lon, site.lat

    def places(self) -> Sequence[MapPoint]:
        """Every site, for the map; read once a form."""
        if self._places is None:
            self._places = self.app.reader.map_points()
        return self._places

    def shown(self, lon: float, lat: float) -> str:
        """A position in the form that the person reads."""
        return coordinates(lon, lat)

    def open(self, page: QWidget) -> None:
        """Show a page above the one that is open."""
        self.app.push(page)

    def close(self) -> None:
        """Leave the page that is on top."""
        self.app.back()


class PlaceDesk(MapDesk):
    """The surroundings of one form that is being filled."""

    takes_measured = True

    def __init__(self, app: AppContext, filling: Filling) -> None:
        super().__init__(app)
        self._filling = filling

    @property
    def site(self) -> Site | None:
        """The site that the form is about."""
        return self._filling.site

    def limits(self, node: Node) -> Limits:
        """How well a measured answer must be known: by the form, else by the kind of site."""
        site = self.site
        rule = site_kind(site.kind).position if site is not None else None
        return limits_of(node.parameters, rule)

    def note(self, value: str, how: Provenance | None) -> None:
        """Keep how an answered geopoint came to be; ``None``: not known any more."""
        if how is not None:
            self._filling.note_position(value, how)

    def how(self, value: str) -> Provenance | None:
        """How an answered geopoint came to be, as far as it is known."""
        return self._filling.position_of(value)

    def node(self, ref: str) -> Node | None:
        """A question as it is now; ``None`` when it is gone."""
        try:
            return self._filling.session.node(ref)
        except BadInput:
            return None

    def others(self, ref: str) -> list[Feature]:
        """The other answers of the form that are places, and the lists it wants shown."""
        rows = self.details(ref)[:MOST_REFERENCES]
        found = [feature_of(row.get("label", ""), row.get("geometry", "")) for row in rows]
        return [*self.answers(ref), *(feature for feature in found if feature is not None)]

    def answers(self, ref: str) -> list[Feature]:
        """The other answers of the form that are places."""
        found = [feature_of(label, text) for label, text in self._texts(ref)]
        return [feature for feature in found if feature is not None]

    def _texts(self, ref: str) -> list[tuple[str, str]]:
        session = self._filling.session
        answered = [
            node.ref
            for _control, node in session.questions()
            if node.definition.bind.type in _GEO and node.text and node.relevant
        ]
        nodes = [session.node(other) for other in answered if other != ref]
        return [(plain(node.label) or node.name, node.value) for node in nodes]

    def details(self, ref: str) -> Sequence[Mapping[str, str]]:
        """Every column of the items that a question offers, in the order of its choices.

        A geopoint, geotrace or geoshape offers what its ``reference-geometry`` names.
        """
        return self._filling.session.choice_details(ref)
