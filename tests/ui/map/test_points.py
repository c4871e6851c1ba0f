"""Sites on the map: nothing is lost in clusters, the worst grade shows, taps find the nearest."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.store.queries import MapPoint
from jdz_field.ui.map.points import (
    BITS,
    GRADES,
    Cluster,
    PointIndex,
    Single,
    level_at,
    morton,
    nearest,
)
from jdz_field.ui.map.view import CITY, View


def point(n: int, lon: float, lat: float, grade: str | None = "D") -> MapPoint:
    return MapPoint(str(n), "geohazard", "01", lon, lat, grade, False, False, f"点{n}")


def scattered(count: int, seed: int = 1) -> list[MapPoint]:
    draw = random.Random(seed)
    return [
        point(
            n,
            draw.uniform(CITY[0], CITY[2]),
            draw.uniform(CITY[1], CITY[3]),
            draw.choice(["A", "B", "C", "D", None]),
        )
        for n in range(count)
    ]


def city(width: int = 800, height: int = 700) -> View:
    return View(0.825, 0.416, 9, width, height).fitted(CITY)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400), st.floats(7, 13), st.integers(0, 10))
def test_every_site_in_view_is_shown_once(count: int, zoom: float, seed: int) -> None:
    places = scattered(count, seed)
    index = PointIndex.of(places)
    view = city().zoomed(zoom, 400, 350)
    # A margin as wide as the world: nothing is cut off at the edge.
    shown = index.shown(view, margin=10**7)
    total = sum(item.count if isinstance(item, Cluster) else 1 for item in shown)
    assert total == count
    rows = [item.row for item in shown if isinstance(item, Single)]
    for item in shown:
        if isinstance(item, Cluster):
            rows += range(item.first, item.first + item.count)
    assert sorted(rows) == list(range(count))


def test_grades_inside_a_cluster_are_counted_and_the_worst_is_named() -> None:
    places = [point(n, 117.2, 29.3, grade) for n, grade in enumerate("DDDCB")]
    cluster = PointIndex.of(places).shown(city())[0]
    assert isinstance(cluster, Cluster)
    assert dict(zip(GRADES, cluster.by_grade, strict=True)) == {
        "A": 0,
        "B": 1,
        "C": 1,
        "D": 3,
        None: 0,
    }
    assert cluster.worst == "B"


def test_close_up_sites_stand_alone() -> None:
    places = [point(n, 117.2 + n * 1e-5, 29.3) for n in range(9)]
    view = city().centred(117.2, 29.3, 16.0)
    shown = PointIndex.of(places).shown(view)
    assert all(isinstance(item, Single) for item in shown)
    assert len(shown) == 9


def test_what_is_out_of_view_is_not_shown() -> None:
    index = PointIndex.of([point(1, 117.2, 29.3), point(2, 116.0, 28.0)])
    view = city().centred(117.2, 29.3, 15.0)
    assert [index.places[item.row].id for item in index.shown(view)] == ["1"]


def test_singles_stand_exactly_at_their_place() -> None:
    index = PointIndex.of([point(1, 117.2, 29.3)])
    view = city()
    item = index.shown(view)[0]
    assert (item.px, item.py) == pytest.approx(view.at(117.2, 29.3), abs=1e-6)


def test_the_worst_are_painted_last() -> None:
    places = [
        point(1, 117.20, 29.3, "A"),
        point(2, 117.202, 29.3, "D"),
        point(3, 117.204, 29.3, None),
    ]
    index = PointIndex.of(places)
    shown = index.shown(city().centred(117.202, 29.3, 16.0))
    assert [index.places[item.row].grade for item in shown] == [None, "D", "A"]


def test_no_sites() -> None:
    assert PointIndex().shown(city()) == []
    assert PointIndex.of([]).row_of("x") is None


@given(st.integers(0, 2**BITS - 1), st.integers(0, 2**BITS - 1))
def test_the_curve_interleaves_bits(x: int, y: int) -> None:
    scale = float(1 << BITS)
    code = int(morton(np.array([x / scale]), np.array([y / scale]))[0])
    back_x = sum(((code >> (2 * bit)) & 1) << bit for bit in range(BITS))
    back_y = sum(((code >> (2 * bit + 1)) & 1) << bit for bit in range(BITS))
    assert (back_x, back_y) == (x, y)


@given(st.floats(6, 19))
def test_cells_are_between_one_and_two_cells_wide(zoom: float) -> None:
    width = 256 * 2**zoom / 2 ** level_at(zoom)
    assert 58 <= width < 2 * 58 + 1e-6


def test_a_tap_finds_the_nearest_within_reach() -> None:
    shown = [Single(0, 10, 10), Single(1, 30, 10), Single(2, 200, 200)]
    assert nearest(shown, 24, 10, 30) == shown[1]
    assert nearest(shown, 100, 100, 30) is None
    assert nearest([], 0, 0, 30) is None


def test_neighbouring_clusters_keep_apart() -> None:
    shown = PointIndex.of(scattered(3000)).shown(city())
    clusters = [item for item in shown if isinstance(item, Cluster)]
    for n, one in enumerate(clusters):
        for other in clusters[n + 1 :]:
            assert np.hypot(one.px - other.px, one.py - other.py) > 30


def test_many_points_are_indexed_and_grouped_fast() -> None:
    import time

    places = scattered(60_000)
    start = time.perf_counter()
    index = PointIndex.of(places)
    index.shown(city())
    assert time.perf_counter() - start < 5
