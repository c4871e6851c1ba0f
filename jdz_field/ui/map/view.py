"""Which part of the world the map shows: centre, zoom and size; pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from jdz_field.geo.tiles import from_unit, ground_metres, to_unit

#: The city with a little air: west, south, east, north in degrees.
CITY = (116.95, 28.70, 117.72, 29.97)

MIN_ZOOM, MAX_ZOOM = 6.0, 19.0
TILE = 256


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels of each side that something covers."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """A window on the unit square of Web Mercator.

    ``x``, ``y``: the centre (0–1); ``zoom``: fractional, 256 px tiles; sizes in pixels.
    """

    x: float
    y: float
    zoom: float
    width: int
    height: int

    @property
    def scale(self) -> float:
        """Pixels that the whole world measures."""
        return TILE * math.exp2(self.zoom)

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Unit coordinates to pixels from the upper left corner."""
        scale = self.scale
        return (x - self.x) * scale + self.width / 2, (y - self.y) * scale + self.height / 2

    def to_unit(self, px: float, py: float) -> tuple[float, float]:
        """Pixels to unit coordinates."""
        scale = self.scale
        return self.x + (px - self.width / 2) / scale, self.y + (py - self.height / 2) / scale

    def lon_lat(self, px: float, py: float) -> tuple[float, float]:
        """Pixels to longitude and latitude in degrees."""
        return from_unit(*self.to_unit(px, py))

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Longitude and latitude to pixels."""
        return self.to_screen(*to_unit(lon, lat))

    def panned(self, dx: float, dy: float) -> View:
        """The ground moved by ``dx``, ``dy`` pixels."""
        scale = self.scale
        return replace(self, x=_within(self.x - dx / scale), y=_within(self.y - dy / scale))

    def zoomed(self, zoom: float, px: float, py: float) -> View:
        """At another zoom, what lies under pixel ``px``, ``py`` staying there."""
        zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        x, y = self.to_unit(px, py)
        scale = TILE * 2.0**zoom
        return replace(
            self,
            zoom=zoom,
            x=_within(x - (px - self.width / 2) / scale),
            y=_within(y - (py - self.height / 2) / scale),
        )

    def resized(self, width: int, height: int) -> View:
        """Same centre and zoom, another size."""
        return replace(self, width=max(width, 1), height=max(height, 1))

    def centred(self, lon: float, lat: float, zoom: float, margins: Margins | None = None) -> View:
        """A place in the middle of what ``margins`` leave free."""
        m = margins or Margins()
        x, y = to_unit(lon, lat)
        moved = replace(self, x=x, y=y, zoom=min(max(zoom, MIN_ZOOM), MAX_ZOOM))
        return moved.panned((m.left - m.right) / 2, (m.top - m.bottom) / 2)

    def fitted(
        self, bounds: tuple[float, float, float, float], margins: Margins | None = None
    ) -> View:
        """West, south, east, north (degrees) as large as fits between ``margins``."""
        m = margins or Margins()
        (left, top), (right, bottom) = to_unit(bounds[0], bounds[3]), to_unit(bounds[2], bounds[1])
        free_w = max(self.width - m.left - m.right, 40)
        free_h = max(self.height - m.top - m.bottom, 40)
        spans = (free_w / max(right - left, 1e-9), free_h / max(bottom - top, 1e-9))
        zoom = min(max(math.log2(min(spans) / TILE), MIN_ZOOM), MAX_ZOOM)
        middle = replace(self, x=(left + right) / 2, y=(top + bottom) / 2, zoom=zoom)
        return middle.panned((m.left - m.right) / 2, (m.top - m.bottom) / 2)

    def metres_per_pixel(self) -> float:
        """Metres on the ground that a pixel covers in the middle of the view."""
        return ground_metres(from_unit(self.x, self.y)[1], self.zoom)


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def round_length(metres: float) -> float:
    """The largest of 1, 2, 5 × 10ⁿ that is not above ``metres``."""
    if metres <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(metres))
    return max(step * power for step in (1, 2, 5) if step * power <= metres * (1 + 1e-12))


def round_degrees(degrees: float) -> float:
    """A step for the graticule: 1, 2 or 5 × 10ⁿ degrees, at least ``degrees``."""
    power = 10.0 ** math.floor(math.log10(max(degrees, 1e-6)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= degrees * (1 - 1e-12))
