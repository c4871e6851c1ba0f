"""The way to a chosen place, from one position of the receiver: how far, whereto, whether there."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from jdz_field.core.i18n import _
from jdz_field.core.sites import Site, point_of
from jdz_field.geo.measures import nearest_place, way
from jdz_field.gnss.fix import Fix
from jdz_field.ui.sites.away import compass

#: Metres a second below which a receiver's course is noise.
MOVING = 0.7
#: A receiver that says no error is taken for this good; nobody arrives by one worse than the other.
UNKNOWN, TOO_COARSE = 15.0, 30.0
#: Nearer than this nobody can be led by a bearing, however good the receiver.
CLOSE = 5.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where somebody wants to go: degrees (EPSG:4490), with an area its shape as well."""

    name: str
    lon: float
    lat: float
    site: str = ""
    shape: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """What a position says of the way.

    Attributes:
        metres, bearing: to the nearest place of the target; bearing from true north.
        lon, lat: that place, in degrees.
        error: metres by which the position may be off.
        course: where the person walks, from true north; ``None`` while they stand.
        arrived: as near as the receiver can tell.
    """

    metres: float
    bearing: float
    lon: float
    lat: float
    error: float
    course: float | None
    arrived: bool

    @property
    def turn(self) -> float | None:
        """Degrees to turn, right positive (-180 to 180); ``None`` while standing."""
        return None if self.course is None else (self.bearing - self.course + 180) % 360 - 180


def target_of(site: Site) -> Target | None:
    """A site as a target; ``None`` when it has no place."""
    if site.lon is None or site.lat is None:
        return None
    shape = None
    if site.geometry and point_of(site.geometry) is None:
        shape = shapely.from_wkt(site.geometry, on_invalid="ignore")
    name = site.name or site.code or _("the site")
    return Target(name, site.lon, site.lat, site.id, shape)


def way_to(target: Target, fix: Fix) -> Way:
    """The way from a position."""
    lon, lat = target.lon, target.lat
    if target.shape is not None:
        lon, lat = nearest_place(target.shape, fix.lon, fix.lat)
    metres, bearing = way(fix.lon, fix.lat, lon, lat)
    error = UNKNOWN if fix.accuracy is None else fix.accuracy
    moving = fix.speed is not None and fix.speed >= MOVING
    course = fix.course if moving else None
    arrived = error <= TOO_COARSE and metres <= max(error, CLOSE)
    return Way(metres, bearing, lon, lat, error, course, arrived)


def length_words(metres: float) -> str:
    """``35 m``, ``850 m``, ``1.24 km``, ``45.1 km``."""
    if metres < 999.5:
        return f"{metres:.0f} m"
    kilometres = metres / 1000
    return f"{kilometres:.2f} km" if kilometres < 9.995 else f"{kilometres:,.1f} km"


def bearing_words(bearing: float) -> str:
    """``NE 043° from true north``."""
    return _("{direction} {degrees}° from true north").format(
        direction=compass(bearing), degrees=f"{round(bearing) % 360:03d}"
    )


def turn_words(turn: float) -> str:
    """Which way to turn for somebody who walks."""
    names = (
        _("straight ahead"),
        _("half right"),
        _("to the right"),
        _("behind you, to the right"),
        _("behind you"),
        _("behind you, to the left"),
        _("to the left"),
        _("half left"),
    )
    return names[round(turn / 45) % 8]
