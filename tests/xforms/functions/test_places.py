from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.functions.places import area, distance, geofence, intersects, parse_line
from jdz_field.xforms.xpath.errors import XPathError

SQUARE = "29 117; 29.01 117; 29.01 117.01; 29 117.01; 29 117"


def test_areas_and_lengths() -> None:
    assert area(SQUARE) == pytest.approx(1_083_500, rel=1e-3)
    assert area("29 117; 29.01 117") == 0
    assert distance("29 117", "29.01 117") == pytest.approx(1113.2, rel=1e-4)
    assert distance("29 117 0 0; 29.01 117 0 0; 29 117") == pytest.approx(2226.4, rel=1e-4)


@given(st.lists(st.tuples(st.floats(-89, 89), st.floats(-179, 179)), min_size=1, max_size=6))
def test_a_line_is_as_long_both_ways(points: list[tuple[float, float]]) -> None:
    there = "; ".join(f"{lat:.6f} {lon:.6f}" for lat, lon in points)
    back = "; ".join(f"{lat:.6f} {lon:.6f}" for lat, lon in reversed(points))
    assert distance(there) == pytest.approx(distance(back), abs=1e-3)


def test_points_in_a_shape() -> None:
    assert geofence("29.005 117.005", SQUARE)
    assert not geofence("29.02 117.005", SQUARE)


def test_lines_that_cross_themselves() -> None:
    assert intersects("0 0; 1 1; 1 0; 0 1")
    assert not intersects(SQUARE)
    assert not intersects("0 0; 1 1")


@pytest.mark.parametrize("text", ["x", "29", "29;117"])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(XPathError):
        geofence(text, SQUARE)


def test_what_is_nowhere_lies_in_no_shape() -> None:
    assert not geofence("", SQUARE)


def test_empty_parts_of_a_line_do_not_count() -> None:
    assert parse_line("29 117; ;30 118;") == [(29, 117), (30, 118)]
