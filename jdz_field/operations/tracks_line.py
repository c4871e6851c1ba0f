"""The line of a track: how long it is, and a simple one that stands for it in the layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from jdz_field.geo.geometry import wkt_of
from jdz_field.geo.measures import length_m
from jdz_field.geo.tracks import Segment

#: Degrees to which the line in the layer is simple: a metre, then coarser until it is small.
_SIMPLE = 1e-5
#: Vertices that the line in the layer has at most; the file keeps every point.
MOST_VERTICES = 20_000
#: 1e-7 degrees are a centimetre.
_DIGITS = 7


def length_of(segments: Sequence[Segment]) -> float:
    """Metres along the segments, without what lies between them; to the decimetre."""
    total = sum(length_m(np.asarray(one.lons), np.asarray(one.lats)) for one in segments)
    return round(total, 1)


def line_of(segments: Sequence[Segment]) -> str | None:
    """``MULTILINESTRING`` (WKT, EPSG:4490), simplified; ``None`` when no segment has a length."""
    parts = [np.column_stack([one.lons, one.lats]) for one in segments if len(one.times) > 1]
    lines: Any = [shapely.linestrings(np.round(xy, _DIGITS)) for xy in parts]
    if not lines:
        return None
    tolerance = _SIMPLE
    whole = shapely.multilinestrings(lines)
    simple = shapely.simplify(whole, tolerance)
    while shapely.get_num_coordinates(simple) > MOST_VERTICES:
        tolerance *= 2
        simple = shapely.simplify(whole, tolerance)
        if tolerance > 1:
            break
    long = [part for part in shapely.get_parts(simple) if part.length > 0]
    return wkt_of(shapely.multilinestrings(long)) if long else None
