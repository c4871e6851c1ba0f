"""The way to a place, judged by pyproj's geodesics."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from jdz_field.core.i18n import set_language
from jdz_field.gnss.fix import Fix
from jdz_field.ui.finding_way import (
    Target,
    bearing_words,
    length_words,
    turn_words,
    way_to,
)

EARTH = Geod(a=6_378_137.0, rf=298.257222101)


def fix(
    lon: float,
    lat: float,
    accuracy: float | None = 2.0,
    speed: float | None = None,
    course: float | None = None,
) -> Fix:
    moment = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    return Fix(
        *(lon, lat, None, accuracy, 1.0, 12, 14, "single", moment, 0.0), speed=speed, course=course
    )


PLACE = st.tuples(st.floats(116.9, 117.8), st.floats(28.7, 30.0))


@given(PLACE, PLACE)
def test_distance_and_bearing_are_those_of_the_ellipsoid(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    found = way_to(Target("点", *there), fix(*here))
    azimuth, _back, metres = EARTH.inv(*here, *there)
    assert found.metres == pytest.approx(metres, abs=1e-6)
    if metres > 0.01:
        assert (found.bearing - azimuth) % 360 == pytest.approx(0, abs=1e-6)


def test_an_area_is_reached_at_its_edge_and_inside_it_one_is_there() -> None:
    area = shapely.box(117.20, 29.30, 117.21, 29.31)
    target = Target("小班", 117.205, 29.305, shape=area)
    found = way_to(target, fix(117.19, 29.305))
    assert (found.lon, found.lat) == pytest.approx((117.20, 29.305), abs=1e-6)
    assert found.metres == pytest.approx(EARTH.inv(117.19, 29.305, 117.2, 29.305)[2], abs=0.5)
    assert found.bearing == pytest.approx(90, abs=0.1)
    inside = way_to(target, fix(117.203, 29.303))
    assert (inside.metres, inside.arrived) == (0.0, True)


@pytest.mark.parametrize(
    ("metres", "accuracy", "arrived"),
    [(3, 2.0, True), (8, 2.0, False), (8, 9.0, True), (8, None, True), (40, 50.0, False)],
)
def test_arrived_is_said_as_far_as_the_receiver_can_tell(
    metres: float, accuracy: float | None, arrived: bool
) -> None:
    lon, lat, _back = EARTH.fwd(117.2, 29.3, 70, metres)
    assert way_to(Target("点", 117.2, 29.3), fix(lon, lat, accuracy)).arrived is arrived


@pytest.mark.parametrize(
    ("speed", "course", "turn"),
    [
        *((1.4, 10.0, 80.0), (1.4, 100.0, -10.0), (1.4, 350.0, 100.0)),
        *((0.3, 10.0, None), (None, 10.0, None), (1.4, None, None)),
    ],
)
def test_the_turn_counts_from_the_course_of_somebody_who_walks(
    speed: float | None, course: float | None, turn: float | None
) -> None:
    lon, lat, _back = EARTH.fwd(117.2, 29.3, 90, 500)
    found = way_to(Target("点", lon, lat), fix(117.2, 29.3, 2.0, speed, course))
    assert found.turn == (None if turn is None else pytest.approx(turn, abs=0.01))


@pytest.mark.parametrize(
    ("metres", "words"),
    [(3.2, "3 m"), (999.4, "999 m"), (999.6, "1.00 km"), (1240, "1.24 km"), (45_120, "45.1 km")],
)
def test_lengths(metres: float, words: str) -> None:
    assert length_words(metres) == words


def test_words_name_true_north_and_the_turn() -> None:
    set_language("en")
    assert bearing_words(43.2) == "NE 043° from true north"
    assert bearing_words(359.8) == "N 000° from true north"
    assert [turn_words(turn) for turn in (0, 44, -91, 180, -178)] == [
        "straight ahead",
        "half right",
        "to the left",
        "behind you",
        "behind you",
    ]
