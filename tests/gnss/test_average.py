"""Averaging fixes."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.gnss.average import MOVED_AFTER, MOVED_SECONDS, Average
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
    assert feed(average, clock, fix(1), fix(2), fix(3), fix(4, 29.3 + 60 * METRE))[-1] is False
    assert feed(average, clock, fix(4.5)) == [True]
    assert not average.restarted
    assert (average.result().samples, average.result().outliers) == (4, 1)
    away = [fix(5 + n, 29.3 + 60 * METRE) for n in range(int(MOVED_SECONDS) + 1)]
    assert feed(average, clock, *away) == [False] * int(MOVED_SECONDS) + [True]
    assert average.restarted
    assert (average.result().samples, average.result().outliers) == (MOVED_AFTER, 0)
    assert average.result().lat == pytest.approx(29.3 + 60 * METRE)


def test_a_reflection_of_six_seconds_is_not_a_move_but_nothing_is_fresh(clock) -> None:
    average = Average(clock)
    feed(average, clock, *[fix(n) for n in range(1, 6)])
    feed(average, clock, *[fix(n, 29.3 + 30 * METRE) for n in range(6, 12)])
    assert not average.fresh
    feed(average, clock, fix(12))
    assert average.fresh
    assert not average.restarted
    assert (average.result().samples, average.result().outliers) == (6, 6)


@pytest.mark.parametrize("strays", [1, 2])
def test_strays_at_the_beginning_are_outvoted(clock, strays) -> None:
    average = Average(clock)
    feed(average, clock, *[fix(1 + n, 29.3 + 60 * METRE) for n in range(strays)])
    feed(average, clock, *[fix(4 + n) for n in range(3)])
    assert average.result().lat == pytest.approx(29.3)
    assert (average.result().samples, average.result().outliers) == (3, strays)
    assert not average.restarted


def test_heights_of_another_datum_are_not_mixed_in(clock) -> None:
    average = Average(clock)
    other = replace(fix(1, altitude=60.0), height_datum="ellipsoid")
    feed(average, clock, other, replace(fix(2, altitude=90.0), separation=-7.5))
    assert average.result().altitude == pytest.approx(90)
    assert average.result().separation == pytest.approx(-7.5)
    assert average.result().last.height_datum == "geoid"


@given(seed=st.integers(0, 10**6), begin=st.integers(6, 30), rate=st.sampled_from([1, 5]))
@settings(max_examples=40, deadline=None)
def test_noise_with_a_leap_of_30_m_for_4_s(seed, begin, rate) -> None:
    dice, clock = random.Random(seed), Clock()
    average, leapt = Average(clock), 0
    for n in range(40 * rate):
        at = 1 + n / rate
        leap = 30.0 if begin <= at < begin + 4 else 0.0
        leapt += leap > 0
        feed(average, clock, fix(at, 29.3 + (dice.gauss(0, 1.5) + leap) * METRE, 2.0))
    found = average.result()
    assert not average.restarted
    assert found.samples + found.outliers == 40 * rate
    assert leapt <= found.outliers <= leapt + 2
    assert abs(found.lat - 29.3) / METRE < 2.0
    assert found.accuracy > 0


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
