"""Which county, how far outside, outlines to draw."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod
from shapely.ops import nearest_points, unary_union

from jdz_field.geo.counties import (
    counties,
    counties_at,
    county_at,
    metres_from,
    metres_outside,
    rings,
)

CODES = ["360202", "360203", "360222", "360281"]


def test_there_are_four_counties_in_both_resolutions() -> None:
    for detailed in (False, True):
        assert [county.code for county in counties(detailed=detailed)] == CODES
        assert all(county.outline.is_valid for county in counties(detailed=detailed))


@pytest.mark.parametrize("code", CODES)
def test_a_label_lies_in_its_own_county(code: str) -> None:
    county = next(c for c in counties() if c.code == code)
    assert county_at(*county.label) == code


def test_a_border_point_belongs_to_one_county_and_outside_to_none() -> None:
    corner = counties()[0].outline.exterior.coords[0]
    assert county_at(*corner) in CODES
    assert county_at(114.2, 30.6) is None
    assert counties_at(np.array([117.2, 0.0]), np.array([29.3, 0.0])).tolist() == ["360203", None]


def test_points_agree_with_one_polygon_at_a_time() -> None:
    draw = np.random.default_rng(7)
    lon, lat = draw.uniform(116.9, 117.8, 400), draw.uniform(28.7, 30.0, 400)
    import shapely

    found = counties_at(lon, lat)
    for x, y, code in zip(lon, lat, found, strict=True):
        inside = [c.code for c in counties() if c.outline.covers(shapely.Point(x, y))]
        assert code == (inside[0] if inside else None)


def test_distances_agree_with_the_geodesic() -> None:
    import shapely

    geod = Geod(ellps="GRS80")
    city = unary_union([county.outline for county in counties()])
    draw = np.random.default_rng(3)
    lon, lat = draw.uniform(116.9, 117.8, 300), draw.uniform(28.65, 30.0, 300)
    metres = metres_outside(lon, lat)
    for x, y, got in zip(lon, lat, metres, strict=True):
        point = shapely.Point(x, y)
        if city.covers(point):
            assert got == 0
        elif got < 5000:
            near = nearest_points(city, point)[0]
            # Nearest in degrees is a little farther than nearest in metres.
            true = geod.inv(x, y, near.x, near.y)[2]
            assert got <= true + 0.5
            assert got > true * 0.8


def test_far_away_and_nonsense_are_infinitely_far() -> None:
    far = metres_outside(np.array([114.2, 200.0]), np.array([30.6, 95.0]))
    assert 250_000 < far[0] < 350_000
    assert np.isinf(far[1])
    assert metres_from("360281", np.array([117.2]), np.array([29.0])).tolist() == [0]


def test_outlines_come_as_rings_of_degrees() -> None:
    for detailed in (False, True):
        drawn = rings(detailed=detailed)
        assert sorted(drawn) == CODES
        for ring in (ring for found in drawn.values() for ring in found):
            assert ring.shape[1] == 2
            assert (ring[0] == ring[-1]).all()
            assert 116 < ring[:, 0].min() < ring[:, 0].max() < 118
            assert 28 < ring[:, 1].min() < ring[:, 1].max() < 30.5
