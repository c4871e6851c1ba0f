"""In which system typed coordinates were meant."""

from __future__ import annotations

import numpy as np

from jdz_field.geo.coordinates import parse_coordinate, resolve, split_pair
from jdz_field.geo.crs import GAUSS_3, gauss_zone

#: Degrees: CGCS2000; WGS 84 has the same numbers here to well under a metre.
DEGREES = "EPSG:4490"


def system_of(text: str) -> str:
    """``EPSG:4490`` for degrees, the zone's code for metres; empty when it is no position."""
    pair = split_pair(text)
    both = [parse_coordinate(part) for part in pair] if pair else []
    values = [one.value for one in both if one is not None]
    if len(values) != 2:
        return ""
    found = resolve(np.array(values[:1]), np.array(values[1:]))
    if not np.isfinite(found.lon[0]):
        return ""
    if not found.planar[0]:
        return DEGREES
    # A northing has seven digits at most; a zone's easting eight, kilometres count alike.
    scale = 1e3 if max(values) < 1e5 else 1.0
    prefix = int(max(values) * scale // 1e6)
    zone = gauss_zone(prefix) if prefix >= 13 else None
    return f"EPSG:{GAUSS_3 if zone is None else zone}"
