from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.xpath.dates import (
    Moment,
    date_text,
    date_time_text,
    day_fraction,
    days_since_epoch,
    format_moment,
    from_days,
    local_moment,
    midnight,
    moment_of,
    parse_date,
    parse_date_time,
    parse_time,
    time_text,
)
from jdz_field.xforms.xpath.errors import XPathError

MOMENT = moment_of(datetime(2026, 1, 5, 7, 8, 9, 10_000, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-05", date(2026, 4, 5)),
        ("2026-4-5", date(2026, 4, 5)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_days_are_read(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["", "2023-02-29", "2026-13-01", "05/04/2026", "2026-04", "x"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31T10:20:30Z", datetime(2026, 1, 31, 10, 20, 30, tzinfo=UTC)),
        ("2026-01-31T10:20:30.5+08:00", datetime(2026, 1, 31, 2, 20, 30, 500_000, tzinfo=UTC)),
        ("2026-01-01T01:00-02", datetime(2026, 1, 1, 3, tzinfo=UTC)),
        ("2026-01-01T01:00+0530", datetime(2025, 12, 31, 19, 30, tzinfo=UTC)),
    ],
)
def test_moments_with_an_offset_are_read(text: str, instant: datetime) -> None:
    assert parse_date_time(text) == moment_of(instant)


@pytest.mark.parametrize("text", ["2026-01-31T25:00", "2026-01-31T", "T10:00", "2026-01-31T10:61"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert parse_date_time(text) is None


def test_a_time_is_of_today() -> None:
    found = parse_time("08:30", date(2026, 4, 5))
    assert found == local_moment(date(2026, 4, 5), 8, 30)
    assert parse_time("8", date(2026, 4, 5)) is None


@given(st.dates(date(1902, 1, 1), date(2200, 1, 1)))
def test_days_count_from_1970_and_back(day: date) -> None:
    moment = local_moment(day)
    assert from_days(days_since_epoch(moment)) == moment
    assert date_text(moment) == f"{day.year}-{day.month:02d}-{day.day:02d}"
    assert day_fraction(moment) == 0


@given(st.integers(0, 4_000_000_000_000))
def test_a_moment_comes_back_from_its_text(ms: int) -> None:
    moment = Moment(ms)
    assert parse_date_time(date_time_text(moment)) == moment
    assert date_time_text(moment) == f"{date_text(moment)}T{time_text(moment)}"
    assert midnight(moment).ms <= ms


def test_a_day_too_far_away_is_refused() -> None:
    with pytest.raises(XPathError):
        from_days(10**9)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%%", "%"),
        ("%Y/%y", "2026/26"),
        ("%m %n %b", "01 1 Jan"),
        ("%S.%3", "09.010"),
        ("%W", "2"),
        ("年", "年"),
    ],
)
def test_patterns(pattern: str, text: str) -> None:
    assert format_moment(MOMENT, pattern) == text


@pytest.mark.parametrize("pattern", ["%Q", "%", "%Z"])
def test_unknown_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(XPathError):
        format_moment(MOMENT, pattern)


def test_moments_compare_by_instant() -> None:
    assert Moment(5) == Moment(5)
    assert len({Moment(5), Moment(5), Moment(6)}) == 2
    assert "2026" in repr(MOMENT)
