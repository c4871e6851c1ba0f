"""Averaging fixes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.gnss.average import MOVED_AFTER, Average
from jdz_field.gnss.fix import Fix

METRE = 1 / 111_200


def fix(at: float, lat: float = 29.3, accuracy: float | None = 4.0, altitude: float | None = 90.0):
    moment = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    return Fix(117.2, lat, altitude, accuracy, 1.8, 12, 20, "single", moment, at)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def feed(average: Average, clock: Clock, *fixes: Fix) -> list[bool]:
    taken = []
    for one in fixes:
        clock.now = one.monotonic
        taken.append(average.add(one))
    return taken


def test_before_the_first_fix_there_is_nothing(clock) -> None:
    average = Average(clock)
    assert average.result() is None
    assert not average.fresh


def test_one_fix_is_itself(clock) -> None:
    average = Average(clock)
    assert feed(average, clock, fix(1)) == [True]
    found = average.result()
    assert (found.lon, found.lat, found.altitude) == pytest.approx((117.2, 29.3, 90))
    assert found.accuracy == pytest.approx(4.0)
    assert found.samples == 1


def test_better_fixes_weigh_more(clock) -> None:
    average = Average(clock)
    feed(average, clock, fix(1, 29.3, 1.0), fix(2, 29.3 + 5 * METRE, 5.0))
    moved = (average.result().lat - 29.3) / METRE
    assert moved == pytest.approx(5 / 26, rel=1e-3)


def test_accuracy_falls_with_time_not_with_the_number_of_fixes(clock) -> None:
    quick, slow = Average(clock), Average(clock)
    feed(quick, clock, *[fix(1 + n / 10) for n in range(20)])
    feed(slow, clock, *[fix(100 + n * 4) for n in range(20)])
    assert quick.result().accuracy == pytest.approx(4 / (1 + 1.9 / 20) ** 0.5)
    assert slow.result().accuracy < 2
    assert slow.result().samples == 20


def test_scatter_is_not_hidden(clock) -> None:
    average = Average(clock)
    feed(average, clock, *[fix(n, 29.3 + (n % 2) * 4 * METRE, 1.0) for n in range(1, 9)])
    assert average.result().accuracy > 1.5


def test_an_old_fix_is_never_used(clock) -> None:
    average = Average(clock)
    clock.now = 10.0
    assert not average.add(fix(4.9))
    assert average.add(fix(5.0))


def test_after_a_silence_it_begins_anew(clock) -> None:
    average = Average(clock)
    feed(average, clock, fix(1), fix(2), fix(8, 29.3001))
    assert average.result().samples == 1
    assert average.restarted
    clock.now = 13.1
    assert not average.fresh


def test_a_leap_is_left_out_and_a_move_begins_anew(clock) -> None:
    average = Average(clock)
    away = [fix(4 + n, 29.3 + 60 * METRE) for n in range(MOVED_AFTER)]
    assert feed(average, clock, fix(1), fix(2), fix(3), away[0]) == [True, True, True, False]
    assert feed(average, clock, fix(4.5)) == [True]
    assert not average.restarted
    assert feed(average, clock, *away) == [False] * (MOVED_AFTER - 1) + [True]
    assert average.result().samples == MOVED_AFTER
    assert average.result().lat == pytest.approx(29.3 + 60 * METRE)


def test_unknown_accuracy_and_height_stay_unknown(clock) -> None:
    average = Average(clock)
    feed(average, clock, fix(1, accuracy=None, altitude=None))
    assert average.result().accuracy == 0
    assert average.result().altitude is None
    feed(average, clock, fix(2, accuracy=0.0, altitude=None))
    assert average.result().accuracy > 0 or average.result().samples == 2


@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(0.01, 30), st.floats(0.1, 4)), min_size=1, max_size=60
    )
)
def test_the_mean_lies_among_its_fixes(rows) -> None:
    clock = Clock()
    average, at, lats = Average(clock), 0.0, []
    for north, accuracy, pause in rows:
        at += pause
        made = fix(at, 29.3 + north * METRE, accuracy)
        feed(average, clock, made)
        lats.append(made.lat)
    found = average.result()
    assert min(lats) - 1e-9 <= found.lat <= max(lats) + 1e-9
    assert found.accuracy >= 0
