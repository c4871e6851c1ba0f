"""Dates, whole and partial."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.ledger.dates import ambiguous, parse_date

SPELLINGS = (
    "{0}年{1}月{2}日",
    "{0}.{1}.{2}",
    "{0}-{1:02d}-{2:02d}",
    "{0}/{1}/{2}",
    "{0}{1:02d}{2:02d}",
    "{0}-{1}-{2} 00:00:00",
    " {0} 年 {1} 月 {2} 日 ",
)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(SPELLINGS))
def test_every_spelling_of_a_day(day: dt.date, spelling: str) -> None:
    text = spelling.format(day.year, day.month, day.day)
    assert parse_date(text) == parse_date(text, partial=True) == day.isoformat()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2001年11月", "2001-11"),
        ("2001.9", "2001-09"),
        ("2001-09", "2001-09"),
        ("2001年", "2001"),
        (2001, "2001"),
        ("２００１年１１月", "2001-11"),
    ],
)
def test_months_and_years_only_where_they_may_be(cell: object, text: str) -> None:
    assert parse_date(cell, partial=True) == text
    assert parse_date(cell) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (dt.datetime(2022, 11, 4, tzinfo=dt.UTC), "2022-11-04"),
        (dt.date(2022, 11, 4), "2022-11-04"),
        (44869, "2022-11-04"),
        (44869.0, "2022-11-04"),
        ("44869", "2022-11-04"),
    ],
)
def test_dates_of_spreadsheets(cell: object, text: str) -> None:
    assert parse_date(cell) == text


@pytest.mark.parametrize(
    "cell", ["", "雨季", "2001-13-01", "2001-02-30", "11/3/2001", "12", None, "9999-99-99", "1.5"]
)
def test_what_is_no_date_is_none(cell: object) -> None:
    assert parse_date(cell, partial=True) is None


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    parse_date(text, partial=True)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("二〇一〇年八月十七日", "2010-08-17"),
        ("二零一零年十二月", "2010-12"),
        ("二○一〇年", "2010"),
        ("2010年八月二十一日", "2010-08-21"),
        ("2010.8.17", "2010-08-17"),
        ("2010年8月17日14时30分", "2010-08-17"),
        ("2010-08-17 14:30", "2010-08-17"),
        ("2010/8/17 14:30:05", "2010-08-17"),
        (40407.604, "2010-08-17"),
        ("40407", "2010-08-17"),
    ],
)
def test_chinese_figures_and_times_of_day(text: object, date: str) -> None:
    assert parse_date(text, partial=True) == date


@pytest.mark.parametrize("text", ["10/8/17", "10.8.17", "10-8-17", "１０／８／１７"])
def test_a_year_of_two_digits_is_ambiguous(text: str) -> None:
    assert ambiguous(text)
    assert parse_date(text, partial=True) is None


@pytest.mark.parametrize("text", ["2010/8/17", "10/8", "", "十月", None, 10.8])
def test_what_is_not_ambiguous(text: object) -> None:
    assert not ambiguous(text)
