"""Positions and heights as a person reads them, in the form that the person chose.

Positions are EPSG:4490 degrees. WGS 84 has the same numbers here to well under a metre (see
``geo.crs``) and is only named. Metres are written as GB/T 17798 and surveyors in China do: X is
the northing, Y the easting with its zone in front. Everything written here is read again by
``read_position``, which takes every other spelling of ``geo.coordinates`` as well.
"""

from __future__ import annotations

import math

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: The forms: CGCS2000 degrees in three spellings, CGCS2000 3° zone 39 (EPSG:4527), WGS 84 degrees.
DECIMAL, MINUTES, SECONDS, PLANE, WGS84 = "decimal", "dm", "dms", "plane39", "wgs84"
FORMS = (DECIMAL, MINUTES, SECONDS, PLANE, WGS84)
#: Longitudes that are written in zone 39: beyond its neighbours' middles its prefix would be wrong.
_ZONE = (114.0, 120.0)
_ZONE_SYSTEM = 4527

#: What a height counts from, as it is stored with the value.
H1985, ELLIPSOID, GEOID = "1985", "ellipsoid", "geoid"


def shown_position(lon: float, lat: float, form: str = DECIMAL, *, fine: bool = False) -> str:
    """A position to about a metre; with ``fine``, for copying, to a centimetre or better.

    ``117.20345°E 29.29012°N``, ``117°12.207′E 29°17.407′N``, ``117°12′12.4″E 29°17′24.4″N``,
    ``X 3242537.4, Y 39519431.3``, ``WGS 84 117.20345°E 29.29012°N``. Places far from zone 39 are
    written in degrees; so is a form that is none.
    """
    if form == PLANE and _ZONE[0] <= lon <= _ZONE[1] and abs(lat) <= 84:
        return _plane(lon, lat, 3 if fine else 1)
    east, north = "E" if lon >= 0 else "W", "N" if lat >= 0 else "S"
    if form == MINUTES:
        digits = 6 if fine else 3
        return f"{as_minutes(lon, digits)}{east} {as_minutes(lat, digits)}{north}"
    if form == SECONDS:
        digits = 4 if fine else 1
        return f"{as_seconds(lon, digits)}{east} {as_seconds(lat, digits)}{north}"
    digits = 8 if fine else 5
    words = f"{abs(lon):.{digits}f}°{east} {abs(lat):.{digits}f}°{north}"
    return f"WGS 84 {words}" if form == WGS84 else words


def position_system(form: str) -> str:
    """What the numbers of a form hang on, for the ear and for headings."""
    if form == PLANE:
        return _("CGCS2000, 3° zone 39 (EPSG:4527)")
    return "WGS 84" if form == WGS84 else "CGCS2000"


def as_minutes(degrees: float, digits: int = 3) -> str:
    """``117°12.207′`` without a sign; rounding carries over to the degrees."""
    units = round(abs(degrees) * 60 * 10**digits)
    whole, rest = divmod(units, 60 * 10**digits)
    return f"{whole}°{rest / 10**digits:0{3 + digits}.{digits}f}′"


def as_seconds(degrees: float, digits: int = 1) -> str:
    """``117°12′12.4″`` without a sign; rounding carries over to minutes and degrees."""
    units = round(abs(degrees) * 3600 * 10**digits)
    whole, rest = divmod(units, 3600 * 10**digits)
    minutes, seconds = divmod(rest, 60 * 10**digits)
    return f"{whole}°{minutes:02d}′{seconds / 10**digits:0{3 + digits}.{digits}f}″"


def _plane(lon: float, lat: float, digits: int) -> str:
    # Degrees are shown without PROJ, which takes a while to load.
    import numpy as np  # noqa: PLC0415

    from jdz_field.geo.crs import from_lon_lat  # noqa: PLC0415

    y, x = from_lon_lat(_ZONE_SYSTEM, np.array([lon]), np.array([lat]))
    return f"X {float(x[0]):.{digits}f}, Y {float(y[0]):.{digits}f}"


def read_position(text: str) -> tuple[float, float]:
    """Longitude and latitude (EPSG:4490) of a position in any spelling, on one line or two.

    Metres without a zone in front are those of the city's zone. ``BadInput`` when it is none, or
    names a datum whose numbers are not CGCS2000's.
    """
    from jdz_field.geo.coordinates import point_from_text, split_pair  # noqa: PLC0415
    from jdz_field.geo.crs import MODERN, datum_named_in  # noqa: PLC0415

    named = datum_named_in(text)
    if named is not None and named not in MODERN:
        raise BadInput(
            _(
                "«{text}» is {datum}: such coordinates lie up to hundreds of metres off; convert "
                "them to CGCS2000 first."
            ).format(text=text.strip()[:60], datum=named)
        )
    pair = split_pair(text)
    if pair is None:
        raise BadInput(
            _(
                "«{text}» is no position; write 29.3521, 117.2103 or 117°12'30\"E 29°21'08\"N or "
                "X 3242537.4, Y 39519431.3."
            ).format(text=text.strip()[:60])
        )
    return point_from_text(*pair)


def height_1985(value: float, datum: str, offset: float | None) -> float | None:
    """A height above the 1985 datum (EPSG:5737), metres; ``None`` when nobody can say.

    ``offset``: metres to add to a height above the ellipsoid, as an office measured it for its
    county at a known point.
    """
    if datum == H1985:
        return value
    return value + offset if datum == ELLIPSOID and offset is not None else None


def shown_height(value: float | None, datum: str = "", *, offset: float | None = None) -> str:
    """``128.4 m (1985 height)``, or the height with the name of what it counts from.

    ``datum``: ``1985``, ``ellipsoid``, ``geoid`` (the receiver's own model), or another name as it
    was stored; empty: nobody knows. ``offset`` as for ``height_1985``. Empty without a height.
    """
    if value is None or not math.isfinite(value):
        return ""
    known = height_1985(value, datum, offset)
    if known is not None:
        return _("{n} m (1985 height)").format(n=f"{known:.1f}")
    words = {
        ELLIPSOID: _("{n} m above the ellipsoid, not a 1985 height"),
        GEOID: _("{n} m above the receiver's own geoid, not a 1985 height"),
        "": _("{n} m, height datum unknown"),
    }.get(datum, _("{n} m ({datum})"))
    return words.format(n=f"{value:.1f}", datum=datum)
