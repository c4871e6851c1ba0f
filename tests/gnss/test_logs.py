"""Whole logs of several kinds of receivers (invented) give the positions that were put in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jdz_field.gnss.epochs import Joiner
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.sentences import Lines
from tests.gnss.logs_made import KINDS, common, log, modern, moment, old, place, surveying
from tests.gnss.test_epochs import Clock


def played(data: bytes, clock: Clock | None = None) -> tuple[Joiner, list[Fix]]:
    joiner = Joiner(now=lambda: datetime(2001, 1, 1, tzinfo=UTC), monotonic=clock or Clock())
    found = [fix for line in Lines().feed(data) if (fix := joiner.feed(line)[1]) is not None]
    last = joiner.flush()
    return joiner, [*found, *([last] if last is not None else [])]


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_moment_is_one_fix_across_midnight(kind: str) -> None:
    step = KINDS[kind][1]
    _joiner, found = played(log(kind, 30))
    numbers = range(0, 300, step)
    assert [fix.moment for fix in found[1:]] == [moment(number) for number in numbers[1:]]
    for fix, number in zip(found, numbers, strict=True):
        assert (fix.lon, fix.lat) == pytest.approx(place(number), abs=2e-7)


def test_systems_are_counted_apart() -> None:
    _joiner, found = played(modern(0) + modern(2))
    assert found[-1].systems == (
        ("gps", 8, 10),
        ("beidou", 9, 14),
        ("glonass", 5, 7),
        ("galileo", 4, 6),
        ("qzss", 0, 2),
    )
    assert (found[-1].satellites_used, found[-1].satellites_seen) == (26, 39)


def test_satellites_have_their_strength_and_whether_they_are_used() -> None:
    joiner, _found = played(modern(0))
    sky = joiner.sky()
    gps = [one for one in sky.satellites if one.system == "gps"]
    assert [one.number for one in gps] == list(range(2, 12))
    assert [one.used for one in gps] == [True] * 8 + [False] * 2
    assert all(one.strength and one.elevation and one.azimuth is not None for one in gps)
    assert sky.used == 26
    assert sky.seen == 39


def test_old_numbers_name_their_system() -> None:
    joiner, found = played(common(0))
    assert found[0].systems == (("gps", 6, 9), ("beidou", 4, 11), ("glonass", 0, 6))
    beidou = [one for one in joiner.sky().satellites if one.system == "beidou"]
    assert [one.number for one in beidou] == list(range(1, 12))
    assert sum(one.used for one in beidou) == 4


def test_two_sentences_of_one_system_are_one_count() -> None:
    _joiner, found = played(surveying(0) + surveying(1))
    assert found[-1].systems == (("beidou", 14, 14),)
    assert (found[-1].quality, found[-1].age) == ("rtk", 0.8)


@pytest.mark.parametrize(
    ("quality", "name", "error"), [(1, "single", 1.703), (4, "rtk", 0.016), (5, "float", 0.326)]
)
def test_carrier_phase_is_told(quality: int, name: str, error: float) -> None:
    _joiner, found = played(modern(0, quality=quality))
    assert (found[0].quality, found[0].accuracy) == (name, pytest.approx(error, abs=1e-3))
    assert found[0].height_error == 1.5
    assert found[0].separation == 3.2
    assert (found[0].pdop, found[0].vdop) == (1.1, 1.3)


def test_a_date_of_before_the_rollover_is_put_right() -> None:
    joiner, found = played(old(0) + old(10))
    assert [fix.moment for fix in found] == [moment(0), moment(10)]
    assert joiner.rolled


def test_speed_comes_from_vtg_when_there_is_no_rmc() -> None:
    lines = common(0).split(b"\r\n")
    without = b"\r\n".join(line for line in lines if b"RMC" not in line)
    _joiner, found = played(without)
    assert found[0].speed == pytest.approx(2.333 * 1852 / 3600)
    assert found[0].course == 90


def test_a_clock_that_stands_is_counted() -> None:
    clock = Clock()
    joiner, _found = played(common(0), clock)
    for _second in range(4):
        clock.seconds += 1
        for line in Lines().feed(common(0)):
            assert joiner.feed(line)[1] is None
    assert joiner.stands_for() == 4
    joiner.feed(Lines().feed(common(10))[0])
    assert joiner.stands_for() == 0


def test_a_clock_that_stands_is_counted_without_a_pause_between_sentences() -> None:
    clock = Clock()
    joiner, lines = Joiner(monotonic=clock), Lines()
    for _fifth in range(20):
        clock.seconds += 0.2
        for line in lines.feed(common(0)):
            joiner.feed(line)
    assert joiner.stands_for() == pytest.approx(3.8)
