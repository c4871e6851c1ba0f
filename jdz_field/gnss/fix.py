"""One position as a receiver gave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: Seconds after which a fix is no longer where the person stands.
STALE_AFTER = 5.0


@dataclass(frozen=True, slots=True)
class Fix:
    """A measured position.

    Attributes:
        lon, lat: degrees, EPSG:4490 (a receiver's WGS 84 is the same within its error).
        altitude: metres above what ``height_datum`` names; None when it gives none.
        accuracy: horizontal error in metres, one sigma; None when unknown.
        pdop, hdop, vdop: dilution of precision.
        satellites_used, satellites_seen: all systems together; 0 and 0 when it does not say.
        quality: ``single dgps float rtk``.
        moment: UTC time by the receiver.
        monotonic: seconds of this machine's steady clock when it came: its age.
        age: seconds since the last correction (differential and carrier-phase solutions).
        speed, course: metres a second over ground, degrees from true north.
        height_error: vertical error in metres, one sigma.
        separation: metres of the receiver's geoid above the ellipsoid.
        height_datum: ``geoid`` (the sea as the receiver's own model has it), ``ellipsoid``,
            empty when the receiver does not say.
        systems: used and seen satellites by system, ``("gps", 7, 9)``, those with none left out.
        origin: ``receiver``, ``windows`` (its location service), ``replay`` (a recorded log:
            nobody stands there now).
    """

    lon: float
    lat: float
    altitude: float | None
    accuracy: float | None
    pdop: float | None
    satellites_used: int
    satellites_seen: int
    quality: str
    moment: datetime
    monotonic: float
    hdop: float | None = None
    age: float | None = None
    speed: float | None = None
    course: float | None = None
    vdop: float | None = None
    height_error: float | None = None
    separation: float | None = None
    height_datum: str = "geoid"
    systems: tuple[tuple[str, int, int], ...] = ()
    origin: str = "receiver"
