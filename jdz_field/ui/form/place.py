"""A position: typed in any spelling, or taken from the site, a photo or the receiver."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QPushButton, QWidget

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.coordinates import point_from_text, split_pair
from jdz_field.ui.form.text import LineEditor
from jdz_field.ui.values import shown_point
from jdz_field.ui.widgets import button, column, line, text

_GEOPOINT = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)(?:\s|$)")
#: Metres in one degree of latitude; near enough to say how far a point lies from its site.
_DEGREE = 111_200.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where a position can be taken from; ``point`` gives (lon, lat, accuracy in m) or ``None``."""

    words: str
    icon: str
    point: Callable[[], tuple[float, float, float] | None]


def lexical(lon: float, lat: float, accuracy: float = 0.0) -> str:
    """An XForms geopoint: latitude, longitude, altitude, accuracy."""
    return f"{lat:.8f} {lon:.8f} 0 {accuracy:g}"


def point_of_answer(value: str) -> tuple[float, float] | None:
    """Longitude and latitude of a geopoint answer."""
    found = _GEOPOINT.match(value)
    if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        return None
    return float(found[2]), float(found[1])


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two near points (lon, lat) in metres."""
    east = (b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2)) * _DEGREE
    return math.hypot(east, (b[1] - a[1]) * _DEGREE)


def shown_distance(metres: float) -> str:
    """``35 m`` or ``2.4 km``."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


class PlaceEditor(LineEditor):
    """Coordinates as people write them, and one button a source.

    What cannot be read stays as typed; the session says what is wrong with it.
    """

    def __init__(
        self,
        sources: list[Source],
        site: tuple[float, float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sources, self._site = sources, site
        self.line.setPlaceholderText(_("29.3521, 117.2103 or 117°12'37\"E 29°21'08\"N"))
        self._value = ""
        self.read = text("", "caption")
        self.read.hide()
        self.buttons = [self._button(source) for source in sources]
        self.column.addLayout(column(self.read, line(*self.buttons, None)))

    def show_value(self, value: str) -> None:
        """Show a geopoint as coordinates."""
        self._value = self._sent = value
        if self.typing():
            return
        point = point_of_answer(value)
        self.line.setText(f"{point[1]:.6f}, {point[0]:.6f}" if point else value)
        self._say(point, value)

    def set_readonly(self, readonly: bool) -> None:
        """Legible, without the sources."""
        super().set_readonly(readonly)
        for made in self.buttons:
            made.setVisible(not readonly)

    def text(self) -> str:
        """What is typed as a geopoint, or as typed when it is no position."""
        typed = self.line.text().strip()
        shown = point_of_answer(self._value)
        if shown and typed == f"{shown[1]:.6f}, {shown[0]:.6f}":
            return self._value
        pair = split_pair(typed)
        if pair is None:
            return typed
        try:
            lon, lat = point_from_text(pair[0], pair[1])
        except BadInput:
            return typed
        return lexical(lon, lat)

    def leave(self) -> None:
        """Answer, then show the position as it was understood."""
        super().leave()
        self.show_value(self._sent)

    def _say(self, point: tuple[float, float] | None, value: str) -> None:
        words = ""
        if point is not None:
            accuracy = value.split()[3] if len(value.split()) > 3 else "0"
            words = shown_point(*point)
            if accuracy not in ("0", "0.0"):
                words += f" · ± {accuracy} m"
            if self._site is not None:
                far = shown_distance(metres_between(point, self._site))
                words += " · " + _("{distance} from the site").format(distance=far)
        self.read.setText(words)
        self.read.setVisible(bool(words))

    def _button(self, source: Source) -> QPushButton:
        made = button(source.words, self._take, icon=source.icon)
        made.setObjectName(str(self._sources.index(source)))
        return made

    def _take(self) -> None:
        point = self._sources[int(self.sender().objectName())].point()
        if point is None:
            self.read.setText(_("Nothing there has a position yet."))
            self.read.show()
            return
        self.show_value(lexical(*point))
        self.answered.emit(self._sent)
        self.settled.emit()
