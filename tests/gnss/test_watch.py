"""Stale, lost and leaping receivers are recognised."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from jdz_field.gnss.fix import Fix
from jdz_field.gnss.watch import FIXED, LOST, SEARCHING, STALE, Watch, limits
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
        moment=datetime(2026, 11, 22, tzinfo=UTC),
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
    assert watch.state() == STALE
    clock.seconds += limits().stale_s + 0.1
    assert watch.state() == LOST
    watch.closed()
    assert watch.state() == LOST


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
