from __future__ import annotations

import math

import pytest

from jdz_field.xforms.functions.times import (
    date,
    date_time,
    decimal_date_time,
    decimal_time,
)
from jdz_field.xforms.xpath.dates import DAY_MS, Moment
from jdz_field.xforms.xpath.errors import XPathError
from tests.xforms.tools import evaluate


def test_nothing_stays_nothing() -> None:
    assert date("") == ""
    assert date_time("") == ""
    assert decimal_date_time("") == ""
    assert decimal_time("") == ""
    assert evaluate("format-date('', '%Y')") is None
    assert math.isnan(date(math.nan))  # type: ignore[arg-type]


def test_days_and_parts_of_days() -> None:
    assert decimal_date_time("1970-01-02T12:00:00Z") == 1.5
    assert date_time(1.5) == Moment(DAY_MS * 3 // 2)
    assert decimal_time(2.25) == 0.25
    assert decimal_time("06:00") == 0.25
    assert evaluate("date(0)") == evaluate("date('1970-01-01')")


@pytest.mark.parametrize("value", ["x", "2026-02-30", True])
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(XPathError):
        date(value)


@pytest.mark.parametrize("value", [1e12, -1e12, math.inf])
def test_days_out_of_range_are_refused(value: float) -> None:
    for function in (date, date_time, decimal_date_time, decimal_time):
        with pytest.raises(XPathError):
            function(value)


def test_the_present_is_the_sessions() -> None:
    assert evaluate("format-date(today(), '%Y')") == "2026"
    assert evaluate("today() = now()") == "1"
    assert evaluate("decimal-date-time(now()) > decimal-date-time('2026-04-04')") == "1"
