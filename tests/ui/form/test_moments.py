"""Moments as the city reads them."""

from __future__ import annotations

import pytest

from jdz_field.ui.form.moments import local_parts, moment_parts, shown_moment


@pytest.mark.parametrize(
    ("type_", "value", "shown"),
    [
        ("time", "00:30:00.000Z", "08:30"),
        ("time", "08:30:00.000+08:00", "08:30"),
        ("dateTime", "2026-11-22T18:05:00.000Z", "2026-11-23 02:05"),
        ("dateTime", "2026-11-22T14:05", "2026-11-22 14:05"),
        ("dateTime", "2026-11-22", "2026-11-22"),
        ("dateTime", "五月初", "五月初"),
        ("time", "", ""),
    ],
)
def test_a_moment_is_shown_without_its_zone(type_, value, shown):
    assert shown_moment(type_, value) == shown


@pytest.mark.parametrize("value", ["", "2026-11-22", "2026-11-22T14:05", "2026-13-01T00:00Z"])
def test_without_a_zone_nothing_is_moved(value):
    assert local_parts(value) is None


def test_a_time_has_no_day():
    assert moment_parts("08:30", with_date=False) == ("", "08:30")
