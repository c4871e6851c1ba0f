"""How numbers, coordinates, sizes and times are written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.i18n import set_language
from jdz_field.geo.coordinates import point_from_text
from jdz_field.geo.display import FORMS
from jdz_field.ui.numbers import (
    choose_form,
    chosen_form,
    coordinates,
    days_since,
    form_words,
    megabytes,
    number,
    things,
    when,
)

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)


def test_coordinates_in_both_forms() -> None:
    assert coordinates(117.20345, 29.29012) == "117.20345°E 29.29012°N"
    assert coordinates(117.20345, 29.29012, "dms") == "117°12′12.4″E 29°17′24.4″N"
    assert coordinates(-1.5, -2.25) == "1.50000°W 2.25000°S"


def test_the_chosen_form_is_used_where_none_is_asked_for() -> None:
    try:
        choose_form("dm")
        assert coordinates(117.20345, 29.29012) == "117°12.207′E 29°17.407′N"
        assert coordinates(117.20345, 29.29012, "decimal") == "117.20345°E 29.29012°N"
        choose_form("cubits")
        assert chosen_form() == "decimal"
    finally:
        choose_form("decimal")


def test_every_form_has_words() -> None:
    assert len({form_words(form) for form in FORMS}) == len(FORMS)


@given(st.floats(116, 118), st.floats(28, 30))
def test_what_is_shown_can_be_typed_in_again(lon: float, lat: float) -> None:
    east, north = coordinates(lon, lat, "dms").split()
    assert point_from_text(east, north) == pytest.approx((lon, lat), abs=2e-5)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (3.0, "3"), (12500.0, "12,500"), (3.25, "3.25"), (35442.1, "35,442.1")],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 MB"),
        (10, "0.1 MB"),
        (1_450_000, "1.4 MB"),
        (12_400_000, "12 MB"),
        (3 * 10**9, "3,000 MB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert megabytes(size) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-22T02:32:00.000Z", "今天 10:32"),
        ("2026-11-21T16:00:00.000Z", "今天 00:00"),
        ("2026-11-21T15:59:00.000Z", "昨天 23:59"),
        ("2026-11-01T02:32:00.000Z", "2026-11-01 10:32"),
        ("", ""),
        (None, ""),
    ],
)
def test_times_are_those_of_beijing(text: str | None, shown: str) -> None:
    assert when(text, NOW) == shown


@pytest.mark.parametrize(
    ("day", "days"),
    [
        ("2026-11-22", 0),
        ("2026-11-16", 6),
        ("2026-11-16T08:00:00Z", 6),
        ("", None),
        ("汛前", None),
        (None, None),
    ],
)
def test_days_since(day: str | None, days: int | None) -> None:
    assert days_since(day, NOW) == days


def test_plurals() -> None:
    assert things(3037) == "3,037 个点位"
    set_language("en")
    assert things(1) == "1 site"
    assert things(2) == "2 sites"
