"""Whether a row lies where it says: in the city, in the county of its column and its number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _
from jdz_field.geo.counties import OUTSIDE_M, counties_at, metres_from, metres_outside
from jdz_field.geo.crs import Numbers


@dataclass(frozen=True, slots=True)
class Where:
    """Per row: the county that holds it (``None`` outside), metres beyond the city (NaN: none)."""

    county: list[str | None]
    outside: list[float]
    lon: Numbers
    lat: Numbers


@cache
def county_codes() -> frozenset[str]:
    """The city's county codes."""
    return frozenset(code.value for code in code_list("county").codes)


def locate(lon: Numbers, lat: Numbers) -> Where:
    """County and distance for each position; NaN positions give ``None`` and NaN."""
    known = np.isfinite(lon)
    county = np.full(len(lon), None, dtype=object)
    outside = np.full(len(lon), np.nan)
    if known.any():
        county[known] = counties_at(lon[known], lat[known])
        outside[known] = metres_outside(lon[known], lat[known])
    return Where(county.tolist(), outside.tolist(), lon, lat)


def number_county(kind: str, number: Any) -> str | None:
    """The county a number begins with.

    Numbers of geohazard points are 12 digits, county first; others only count when they begin
    with one of the city's counties.
    """
    if not isinstance(number, str) or len(number) < 7 or not number[:6].isdigit():
        return None
    if number[:6] in county_codes():
        return number[:6]
    return number[:6] if kind == "geohazard" and len(number) == 12 and number.isdigit() else None


def outside_city(where: Where, place: int) -> str | None:
    """The sentence for a row that lies more than 2 km beyond the city; else ``None``."""
    metres = where.outside[place]
    if not metres > OUTSIDE_M:
        return None
    return _("The position {lon:.5f}, {lat:.5f} lies {km} km outside the city.").format(
        lon=where.lon[place],
        lat=where.lat[place],
        km=f"{metres / 1000:.0f}" if metres < 1e9 else "∞",
    )


def mismatch(where: Where, place: int, named: str | None, number: str | None) -> str | None:
    """The sentence when the county of the column, of the number and of the place differ.

    The simple outlines decide. A place in the strip of up to 2 km beyond them belongs to no
    county: there a claim only counts as wrong when the county claimed is over 2 km away.
    """
    here = where.county[place]
    claims = [claim for claim in (named, number) if claim is not None]
    if here is None and where.outside[place] <= OUTSIDE_M:
        claims = [claim for claim in claims if not _near(claim, where, place)]
        if not claims:
            return _differing(named, number)
        return _("The position is not in {claimed}.").format(claimed=_name(claims[0]))
    if here is None:
        return _differing(named, number)
    told = []
    if named not in (None, here):
        told.append(_("the county column says {name}").format(name=_name(named)))
    if number not in (None, here):
        told.append(_("the number begins with that of {name}").format(name=_name(number)))
    if not told:
        return None
    return _("The position lies in {here}, but {told}.").format(
        here=_name(here), told="、".join(told)
    )


def _differing(named: str | None, number: str | None) -> str | None:
    if named is None or number is None or named == number:
        return None
    return _("The county column says {name}, the number begins with that of {number}.").format(
        name=_name(named), number=_name(number)
    )


def _near(county: str, where: Where, place: int) -> bool:
    if county not in county_codes():
        return False
    one = slice(place, place + 1)
    return bool(metres_from(county, where.lon[one], where.lat[one])[0] <= OUTSIDE_M)


def _name(code: str | None) -> str:
    return code_list("county").label(code)
