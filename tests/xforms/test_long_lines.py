"""Long lines: what is quicker must say the same."""

from __future__ import annotations

import time
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.functions.places import _cross, intersects, parse_line
from jdz_field.xforms.xpath.values import double_text

grid = st.integers(0, 6)
lines = st.lists(st.tuples(grid, grid), min_size=0, max_size=12)


def text(points) -> str:
    return "; ".join(f"{lat} {lon} 0 0" for lat, lon in points)


def every_pair(points) -> bool:
    """As the rule reads: each side against each that is no neighbour."""
    sides = list(pairwise(parse_line(text(points))))
    for at, one in enumerate(sides):
        for later in range(at + 2, len(sides)):
            closing = at == 0 and later == len(sides) - 1 and one[0] == sides[later][1]
            if not closing and _cross(one, sides[later]):
                return True
    return False


@given(lines, st.booleans())
def test_sides_are_compared_as_if_each_with_each(points, closed) -> None:
    points = [*points, points[0]] if closed and points else points
    assert intersects(text(points)) is every_pair(points)


def test_ten_thousand_sides_are_compared_in_a_moment() -> None:
    points = [(29.3 + n * 1e-6, 117.2 + (n % 50) * 1e-6) for n in range(10_000)]
    start = time.perf_counter()
    assert not intersects(text(points))
    assert time.perf_counter() - start < 5


@given(st.floats(1e-3, 1e7, exclude_max=True))
def test_plain_doubles_are_spelt_as_java_spells_them(number) -> None:
    plain = f"{Decimal(repr(number)).normalize():f}"
    assert double_text(number) == (plain if "." in plain else f"{plain}.0")
    assert double_text(-number) == f"-{double_text(number)}"
