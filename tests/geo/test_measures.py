"""Lengths, areas, crossings."""

from __future__ import annotations

import itertools
import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.geo.crs import from_lon_lat
from jdz_field.geo.measures import (
    HECTARE,
    MU,
    area_m2,
    crossings,
    legs,
    length_m,
    nearest_place,
    way,
)
from jdz_field.xforms.functions.places import area, distance

PLACES = st.tuples(st.floats(116.9, 117.8), st.floats(28.7, 30.0))


def ring(lon=117.2, lat=29.3, side=0.002):
    return [lon, lon + side, lon + side, lon], [lat, lat, lat + side, lat + side]


def as_text(lons, lats):
    return "; ".join(f"{b!r} {a!r} 0.0 0.0" for a, b in zip(lons, lats, strict=True))


def test_units() -> None:
    assert pytest.approx(15) == HECTARE / MU


def test_an_area_is_the_plane_one_of_the_citys_projection() -> None:
    lons, lats = ring()
    x, y = from_lon_lat(4548, lons, lats)
    plane = abs(sum(x[i - 1] * y[i] - x[i] * y[i - 1] for i in range(4))) / 2
    # 20 km from the central meridian of 117°E the projection stretches areas by 1e-5.
    assert area_m2(lons, lats) == pytest.approx(plane, rel=3e-5)


def test_a_closed_ring_and_its_reverse_measure_the_same() -> None:
    lons, lats = ring()
    assert area_m2([*lons, lons[0]], [*lats, lats[0]]) == pytest.approx(area_m2(lons, lats))
    assert area_m2(lons[::-1], lats[::-1]) == pytest.approx(area_m2(lons, lats))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_vertices_enclose_nothing(count) -> None:
    lons, lats = ring()
    assert area_m2(lons[:count], lats[:count]) == 0
    assert length_m(lons[: min(count, 1)], lats[: min(count, 1)]) == 0


def test_length_of_a_minute_of_latitude() -> None:
    assert length_m([117.2, 117.2], [29.3, 29.3 + 1 / 60]) == pytest.approx(1847.5, abs=0.5)


@settings(max_examples=60)
@given(st.floats(116.6, 117.9), st.floats(28.7, 30.1), st.floats(0.0001, 0.02))
def test_the_forms_own_area_is_a_spheres_and_within_half_a_percent(lon, lat, side) -> None:
    """JavaRosa reckons on a sphere of 6,378,100 m; in the city that is 0.35 % more."""
    lons, lats = ring(lon, lat, side)
    share = area(as_text([*lons, lons[0]], [*lats, lats[0]])) / area_m2(lons, lats)
    assert 1.002 < share < 1.005
    along = distance(as_text(lons, lats)) / length_m(lons, lats)
    assert along == pytest.approx(1.0, abs=0.005)


def test_a_bow_tie_crosses() -> None:
    assert crossings([0, 1, 1, 0], [0, 1, 0, 1], closed=True) == [(0, 2)]
    assert crossings([0, 1, 1, 0], [0, 1, 0, 1], closed=False) == [(0, 2)]


def test_a_square_does_not() -> None:
    assert crossings([0, 1, 1, 0], [0, 0, 1, 1], closed=True) == []
    assert crossings([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], closed=True) == []
    assert crossings([], [], closed=True) == []
    assert crossings([0, 1], [0, 1], closed=True) == []


def test_folding_back_on_itself_is_a_crossing() -> None:
    assert crossings([0, 2, 1], [0, 0, 0], closed=False) == [(0, 1)]


def test_a_vertex_twice_is_none() -> None:
    assert crossings([0, 1, 1, 1, 0], [0, 0, 0, 1, 1], closed=True) == []


def test_a_long_walk_is_looked_through_quickly() -> None:
    turns = [n / 500 * math.tau for n in range(10_000)]
    x = [117.2 + 1e-6 * t * math.cos(t) for t in turns]
    y = [29.3 + 1e-6 * t * math.sin(t) for t in turns]
    assert crossings(x, y, closed=False) == []
    x[9_000], y[9_000] = x[100], y[100]
    assert crossings(x, y, closed=False)


@given(st.lists(PLACES, min_size=2, max_size=8), st.booleans())
def test_legs_are_those_of_the_ellipsoid(places: list[tuple[float, float]], closed: bool) -> None:
    lon, lat = [p[0] for p in places], [p[1] for p in places]
    metres, bearings = legs(lon, lat, closed=closed)
    ring = [*places, places[0]] if closed and len(places) > 2 else places
    assert len(metres) == len(bearings) == len(ring) - 1
    for place, (a, b) in enumerate(itertools.pairwise(ring)):
        exact, bearing = way(*a, *b)
        assert metres[place] == pytest.approx(exact)
        if exact > 0.01:
            assert (bearings[place] - bearing) % 360 == pytest.approx(0, abs=1e-6)


def test_the_nearest_place_of_an_area_is_on_its_edge_or_where_one_is() -> None:
    area = shapely.box(117.2, 29.3, 117.21, 29.31)
    assert nearest_place(area, 117.205, 29.305) == (117.205, 29.305)
    assert nearest_place(area, 117.25, 29.305) == pytest.approx((117.21, 29.305))
    assert nearest_place(shapely.Polygon(), 117.25, 29.305) == (117.25, 29.305)
