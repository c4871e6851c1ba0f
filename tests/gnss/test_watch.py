"""Stale, lost and leaping receivers are recognised."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from jdz_field.gnss.fix import Fix
from jdz_field.gnss.serial_port import WAIT
from jdz_field.gnss.watch import (
    CLOSED,
    FIXED,
    FROZEN,
    LATE,
    LOST,
    NETWORK,
    NO_FIX,
    NOISE,
    SEARCHING,
    SILENT,
    STALE,
    Watch,
    limits,
)
from tests.gnss.test_epochs import Clock


def fix(clock: Clock, lon: float = 117.21, lat: float = 29.29) -> Fix:
    return Fix(
        lon=lon,
        lat=lat,
        altitude=60.0,
        accuracy=2.0,
        pdop=1.5,
        satellites_used=12,
        satellites_seen=20,
        quality="single",
        moment=datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=clock()),
        monotonic=clock(),
    )


def test_from_silence_to_a_fix_and_back() -> None:
    clock = Clock()
    watch = Watch(clock)
    assert watch.state() == LOST
    watch.opened()
    assert watch.state() == SEARCHING
    watch.heard()
    assert watch.accept(fix(clock)) is not None
    assert watch.state() == FIXED
    clock.seconds += limits().stale_s + 0.1
    watch.heard()
    assert (watch.state(), watch.trouble()) == (STALE, NO_FIX)
    clock.seconds += limits().stale_s + 0.1
    assert (watch.state(), watch.trouble()) == (LOST, SILENT)
    watch.bytes_came()
    assert watch.trouble() == NOISE
    watch.closed()
    assert watch.state() == LOST


def test_a_fault_is_told_within_five_seconds() -> None:
    assert limits().stale_s + WAIT < 5


def test_a_line_that_broke_is_no_silent_one() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.heard()
    watch.closed()
    assert (watch.state(), watch.trouble()) == (LOST, CLOSED)
    watch.opened()
    assert (watch.state(), watch.trouble()) == (SEARCHING, "")


def test_a_silent_line_taken_anew_is_silent_until_something_comes() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    clock.seconds += 7
    watch.closed()
    assert watch.trouble() == SILENT
    watch.opened()
    assert (watch.state(), watch.trouble()) == (LOST, SILENT)
    clock.seconds += 7
    assert watch.silent_for() == 7
    watch.heard()
    assert watch.state() == SEARCHING


def test_a_receiver_without_a_position_for_long_is_searching_again() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.accept(fix(clock))
    for _second in range(61):
        clock.seconds += 1
        watch.heard()
    assert (watch.state(), watch.trouble()) == (SEARCHING, "")


def test_a_clock_that_stands_is_frozen_within_five_seconds() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.accept(fix(clock))
    for standing in range(1, 5):
        clock.seconds += 1
        watch.heard(stands_for=standing)
        if watch.state() == STALE:
            break
    assert (watch.state(), watch.trouble()) == (STALE, FROZEN)
    assert clock.seconds <= 105
    clock.seconds += 1
    watch.heard()
    watch.accept(fix(clock))
    assert (watch.state(), watch.trouble()) == (FIXED, "")


def test_standing_still_is_not_frozen() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    for number in range(120):
        clock.seconds += 1
        watch.heard()
        assert watch.accept(replace(fix(clock), speed=0.1), clock() - number % 5) is not None


def test_a_position_that_stays_while_the_receiver_says_it_moves_is_frozen() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    taken = []
    for _second in range(5):
        clock.seconds += 1
        watch.heard()
        taken.append(watch.accept(replace(fix(clock), speed=4.0)) is not None)
    assert taken == [True, True, True, True, False]
    assert (watch.state(), watch.trouble()) == (STALE, FROZEN)
    clock.seconds += 1
    assert watch.accept(replace(fix(clock, lat=29.2901), speed=4.0)) is not None


def test_a_sky_in_which_nothing_changes_is_frozen() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    began = clock()
    taken = []
    for _second in range(40):
        clock.seconds += 1
        taken.append(watch.accept(fix(clock), began) is not None)
    assert taken.index(False) == limits().still_s
    assert not any(taken[taken.index(False) :])


def test_positions_out_of_a_full_buffer_are_late() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.accept(fix(clock))
    slept_at = fix(clock)
    clock.seconds += 30
    for behind in (29, 28, 20, 10):
        watch.heard()
        old = replace(slept_at, monotonic=clock(), moment=fix(clock).moment - _seconds(behind))
        assert watch.accept(old) is None
        assert (watch.state(), watch.trouble()) == (STALE, LATE)
        clock.seconds += 0.1
    assert watch.accept(fix(clock)) is not None
    assert watch.trouble() == ""


def test_a_receiver_whose_clock_was_set_back_is_believed_again() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.accept(fix(clock))
    taken = []
    for _second in range(20):
        clock.seconds += 1
        back = replace(fix(clock), moment=fix(clock).moment - _seconds(18))
        taken.append(watch.accept(back) is not None)
    assert not any(taken[:10])
    assert all(taken[11:])


def test_a_replay_may_run_faster_than_life() -> None:
    clock = Clock()
    watch = Watch(clock, live=False)
    watch.opened()
    for number in range(60):
        clock.seconds += 0.01
        moment = fix(clock).moment + _seconds(number)
        # Walking pace by the log's time is 150 m/s by ours.
        walked = fix(clock, lat=29.29 + number * 1.5 / 111_200)
        assert watch.accept(replace(walked, moment=moment, accuracy=0.01)) is not None


def test_a_position_without_satellites_is_no_position() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.refused()
    assert (watch.state(), watch.trouble()) == (SEARCHING, NETWORK)


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_leap_is_held_back_until_it_is_confirmed() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.accept(fix(clock))
    taken = []
    for _second in range(limits().confirm):
        clock.seconds += 1
        taken.append(watch.accept(fix(clock, lon=117.30)))
    assert [one is not None for one in taken] == [False] * (limits().confirm - 1) + [True]
    assert not watch.jumping


def test_one_wild_position_changes_nothing() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.accept(fix(clock))
    clock.seconds += 1
    assert watch.accept(fix(clock, lat=31.0)) is None
    assert watch.jumping
    clock.seconds += 1
    assert watch.accept(fix(clock)) is not None
    assert not watch.jumping


def test_wild_positions_that_agree_with_nothing_never_pass() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.accept(fix(clock))
    for number in range(3):
        clock.seconds += 1
        assert watch.accept(fix(clock, lat=31.0 + number)) is None


def test_driving_is_no_leap() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    for number in range(60):
        clock.seconds += 1
        # 30 metres a second, due north.
        assert watch.accept(fix(clock, lat=29.29 + number * 30 / 111_200)) is not None


def test_after_a_gap_the_first_position_counts() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.opened()
    watch.accept(fix(clock))
    clock.seconds += 60
    assert watch.accept(replace(fix(clock), lon=117.5)) is not None
