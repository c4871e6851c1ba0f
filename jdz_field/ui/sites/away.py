"""How far away a site is, and in which direction, as a person says it."""

from __future__ import annotations

import math

from jdz_field.core.i18n import _

#: Mean radius of the earth, in metres.
_RADIUS = 6_371_009.0
_KILOMETRE = 1000.0


def away(here: tuple[float, float], lon: float, lat: float) -> tuple[float, float]:
    """Metres and bearing (degrees from north, clockwise) from ``here`` (longitude, latitude).

    On a sphere, within 0.5 %; all places in degrees.
    """
    east, north = math.radians(lon - here[0]), math.radians(lat - here[1])
    there, start = math.radians(lat), math.radians(here[1])
    chord = math.sin(north / 2) ** 2 + math.cos(start) * math.cos(there) * math.sin(east / 2) ** 2
    metres = 2 * _RADIUS * math.asin(min(1.0, math.sqrt(chord)))
    y = math.sin(east) * math.cos(there)
    x = math.cos(start) * math.sin(there) - math.sin(start) * math.cos(there) * math.cos(east)
    return metres, math.degrees(math.atan2(y, x)) % 360


def away_words(here: tuple[float, float], lon: float, lat: float) -> str:
    """``850 m NE``, ``12.3 km S``."""
    metres, bearing = away(here, lon, lat)
    return f"{length_words(metres)} {compass(bearing)}"


def length_words(metres: float) -> str:
    """``850 m``, ``3.2 km``, ``45 km``."""
    if round(metres, -1) < _KILOMETRE:
        return f"{round(metres, -1):.0f} m"
    kilometres = metres / _KILOMETRE
    return f"{kilometres:.1f} km" if kilometres < 10 else f"{kilometres:,.0f} km"


def compass(bearing: float) -> str:
    """One of eight directions."""
    names = (_("N"), _("NE"), _("E"), _("SE"), _("S"), _("SW"), _("W"), _("NW"))
    return names[round(bearing / 45) % 8]
