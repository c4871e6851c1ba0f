"""Times as text, and stamps that only rise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.clock import BEIJING, HybridClock, from_text, local_text, to_text, utc_now

START = datetime(2026, 11, 22, 6, 5, 7, 123456, tzinfo=UTC)
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(
    min_value=datetime(1900, 1, 2),  # noqa: DTZ001 - the zone is drawn
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=zones,
)


class Stopped:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert to_text(START.astimezone(BEIJING)) == "2026-11-22T06:05:07.123Z"
    assert to_text(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


@given(moments)
def test_times_come_back_to_the_millisecond(moment) -> None:
    back = from_text(to_text(moment))
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)
    assert to_text(back) == to_text(moment)


@given(moments, moments)
def test_text_order_is_time_order(one, two) -> None:
    if one < two:
        assert to_text(one) <= to_text(two)


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_text(datetime(2026, 1, 1))  # noqa: DTZ001
    for text in ("2026-01-01T00:00:00", "yesterday", ""):
        with pytest.raises(ValueError, match=r"zone|format"):
            from_text(text)


def test_people_see_beijing_time() -> None:
    assert local_text(START) == "2026-11-22 14:05"


def test_the_present_has_a_zone() -> None:
    assert utc_now().tzinfo is UTC


@given(st.lists(st.integers(-600_000, 600_000), max_size=30))
def test_stamps_rise_whatever_the_clock_does(steps) -> None:
    now = Stopped()
    clock = HybridClock("d", now)
    stamps = [clock.tick()]
    for step in steps:
        now.moment += timedelta(milliseconds=step)
        stamps.append(clock.tick())
    assert stamps == sorted(set(stamps))


def test_a_stamp_names_time_counter_and_device() -> None:
    clock = HybridClock("dev", Stopped())
    assert clock.tick() == "2026-11-22T06:05:07.123Z-000000-dev"
    assert clock.tick() == "2026-11-22T06:05:07.123Z-000001-dev"


def test_a_stamp_of_another_device_is_passed() -> None:
    clock = HybridClock("d", Stopped())
    other = "2026-11-22T06:09:00.000Z-000041-other"
    clock.observe(other)
    assert clock.tick() == "2026-11-22T06:09:00.000Z-000042-d"
    assert clock.skews == []
    clock.observe("2026-11-22T06:00:00.000Z-000000-late")
    assert clock.tick() == "2026-11-22T06:09:00.000Z-000043-d"


def test_a_clock_that_runs_far_ahead_is_noted_and_not_followed() -> None:
    clock = HybridClock("d", Stopped())
    mad = "2030-01-01T00:00:00.000Z-000000-mad"
    clock.observe(mad)
    assert clock.skews == [mad]
    assert clock.tick().startswith("2026-11-22")


def test_our_own_last_stamp_is_followed_however_far_ahead() -> None:
    clock = HybridClock("d", Stopped())
    clock.resume("2030-01-01T00:00:00.000Z-000007-d")
    assert clock.tick() == "2030-01-01T00:00:00.000Z-000008-d"
    clock.resume("2026-01-01T00:00:00.000Z-000000-d")
    assert clock.tick() == "2030-01-01T00:00:00.000Z-000009-d"


@pytest.mark.parametrize("stamp", ["", "yesterday", "2026-11-22T06:09:00.000Z"])
def test_what_is_no_stamp_is_refused(stamp) -> None:
    with pytest.raises(ValueError, match=r"Invalid|invalid"):
        HybridClock("d", Stopped()).observe(stamp)
