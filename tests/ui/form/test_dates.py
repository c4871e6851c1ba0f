"""Dates and times as people type them."""

from __future__ import annotations

import pytest

from jdz_field.ui.form.dates import read_date, read_time


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026/1/2", "2026-01-02"),
        ("20261122", "2026-11-22"),
        ("2026年11月22日", "2026-11-22"),
        ("２０２６．１１．２２", "2026-11-22"),
        ("11-22", "2026-11-22"),
        ("11月2日", "2026-11-02"),
    ],
)
def test_a_date_in_any_spelling(typed, read):
    assert read_date(typed, 2026) == read


@pytest.mark.parametrize("typed", ["", "昨天", "2026-13-01", "2026-02-30", "1", "2026-11-22-1"])
def test_what_is_no_date_stays_as_typed(typed):
    assert read_date(typed, 2026) == typed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14:05", "14:05"),
        ("14：5", "14:05"),
        ("1405", "14:05"),
        ("9", "09:00"),
        ("14点05分", "14:05"),
    ],
)
def test_a_time_in_any_spelling(typed, read):
    assert read_time(typed) == read


@pytest.mark.parametrize("typed", ["", "24:00", "12:60", "下午", "14:05:06"])
def test_what_is_no_time_stays_as_typed(typed):
    assert read_time(typed) == typed
