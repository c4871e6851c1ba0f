"""Sentences of one moment make one fix."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jdz_field.gnss.epochs import Joiner
from jdz_field.gnss.fix import Fix
from tests.gnss.sentences_made import gga, gsa, gst, gsv, rmc, sentence

NOW = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
LON, LAT = 117.21345, 29.29123


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def joiner(clock: Clock | None = None, now: datetime = NOW) -> Joiner:
    return Joiner(now=lambda: now, monotonic=clock or Clock())


def fixes(made: Joiner, *lines: bytes) -> list[Fix]:
    found = []
    for stream in lines:
        for line in stream.splitlines():
            fix = made.feed(line)[1]
            if fix is not None:
                found.append(fix)
    last = made.flush()
    return [*found, last] if last is not None else found


def test_a_moment_is_joined_from_all_its_sentences() -> None:
    at = "021500.00"
    (fix,) = fixes(
        joiner(),
        gsv("GP", 9) + gsv("BD", 14) + gsv("GL", 0),
        gga(at, LON, LAT, used=12) + rmc(at, LON, LAT) + gst(at),
        gsa(1, 2, 3, 4, 5, 6, 7) + gsa(1, 2, 3, 4, 5, 6, system=4),
    )
    assert (fix.lon, fix.lat) == pytest.approx((LON, LAT), abs=1e-7)
    assert fix.altitude == 61.5
    assert fix.accuracy == pytest.approx(1.0)
    assert (fix.pdop, fix.hdop) == (1.6, 0.9)
    assert (fix.satellites_used, fix.satellites_seen) == (13, 23)
    assert fix.quality == "single"
    assert fix.moment == NOW
    assert fix.speed == pytest.approx(1.0, abs=1e-4)
    assert fix.course == 90


@pytest.mark.parametrize(
    ("code", "quality"), [(1, "single"), (2, "dgps"), (4, "rtk"), (5, "float")]
)
def test_qualities_have_their_names(code: int, quality: str) -> None:
    (fix,) = fixes(joiner(), gga("021500.00", LON, LAT, quality=code, age="1.2"))
    assert (fix.quality, fix.age) == (quality, 1.2)


@pytest.mark.parametrize("code", [0, 6, 7, 8])
def test_what_is_no_measurement_is_no_fix(code: int) -> None:
    assert fixes(joiner(), gga("021500.00", LON, LAT, quality=code)) == []


def test_without_gst_the_dilution_gives_the_accuracy() -> None:
    (fix,) = fixes(joiner(), gga("021500.00", LON, LAT, hdop="1.5"))
    assert fix.accuracy == pytest.approx(7.5)


def test_without_either_the_accuracy_is_unknown() -> None:
    (fix,) = fixes(joiner(), gga("021500.00", LON, LAT, hdop=""))
    assert fix.accuracy is None


def test_a_receiver_that_sends_only_rmc_has_positions_too() -> None:
    (fix,) = fixes(joiner(), rmc("021500.00", LON, LAT))
    assert (fix.lon, fix.lat) == pytest.approx((LON, LAT), abs=1e-7)
    assert fixes(joiner(), rmc("021500.00", LON, LAT, status="V")) == []


def test_the_next_moment_ends_the_one_before() -> None:
    made = joiner()
    assert made.feed(gga("021500.00", LON, LAT).strip()) == (True, None)
    _is_one, fix = made.feed(gga("021501.00", LON, LAT).strip())
    assert fix is not None
    assert fix.moment.second == 0


def test_a_clock_that_stands_gives_no_new_fix() -> None:
    made = joiner()
    line = gga("021500.00", LON, LAT)
    assert len(fixes(made, line)) == 1
    assert fixes(made, line, line, line) == []


def test_without_a_date_the_nearest_day_is_taken() -> None:
    after_midnight = datetime(2026, 11, 23, 0, 0, 2, tzinfo=UTC)
    (fix,) = fixes(joiner(now=after_midnight), gga("235959.00", LON, LAT))
    assert fix.moment == datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)


def test_the_receivers_date_counts_not_the_tablets() -> None:
    wrong = datetime(2000, 1, 1, tzinfo=UTC)
    made = joiner(now=wrong)
    (fix,) = fixes(made, sentence("GNZDA,021459.00,22,11,2026,00,00"), gga("021500.00", LON, LAT))
    assert fix.moment == NOW
    assert fixes(made, sentence("GNZDA,021501.00,31,02,2026,00,00")) == []


def test_satellites_of_a_system_that_fell_silent_are_forgotten() -> None:
    clock = Clock()
    made = joiner(clock)
    fixes(made, gsv("GP", 9), gsv("BD", 14))
    clock.seconds += 10
    fixes(made, gsv("BD", 12))
    assert made.satellites_seen == 21
    clock.seconds += 10
    assert made.satellites_seen == 12


@pytest.mark.parametrize(
    "line",
    [
        sentence("GNGGA,021500.00,,,,,1,08,1.0,61.5,M,3.2,M,,"),
        sentence("GNGGA,021500.00,0000.00000,N,00000.00000,E,1,08,1.0,61.5,M,3.2,M,,"),
        sentence("GNGGA,021500.00,9959.00000,N,19959.00000,E,1,08,1.0,61.5,M,3.2,M,,"),
        sentence("GNGGA,996199.00,2917.00000,N,11712.00000,E,1,08,1.0,61.5,M,3.2,M,,"),
        sentence("GNGGA,021500.00,abc,N,def,E,x,y,z,a,M,b,M,,"),
        sentence("GNGGA,,,,,,0,00,99.99,,,,,,"),
        sentence("GNGGA"),
        sentence("GNRMC,021500.00"),
        sentence("GNGSV") + sentence("GNGSA") + sentence("GNZDA") + sentence("GNGST,021500.00"),
    ],
)
def test_absurd_positions_are_none(line: bytes) -> None:
    assert fixes(joiner(), line) == []
