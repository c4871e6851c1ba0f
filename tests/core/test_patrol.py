"""When an inspection is due, and since when it is overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core import patrol
from jdz_field.core.catalogue import SITE_KINDS, code_list
from jdz_field.core.i18n import set_language

DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))


def due(last: date | None, today: date, rain: date | None = None) -> patrol.Due:
    found = patrol.next_due("geohazard", "active", last, today, rain)
    assert found is not None
    return found


def test_every_duty_names_its_source_and_how_sure_it_is() -> None:
    rain = patrol.rain_duty()
    assert rain is not None
    for duty in (*patrol.duties(), rain):
        assert duty.kind in SITE_KINDS
        assert duty.source
        assert duty.certainty in ("source", "general")
        assert [duty.once, bool(duty.on), bool(duty.every)].count(True) == 1
        names = [duty.label]
        set_language("en")
        assert duty.label not in names
        set_language("zh")


def test_geohazard_points_have_one_duty_on_every_day() -> None:
    for day in (date(2027, 12, 1) + timedelta(days=n) for n in range(400)):
        held = [one for one in patrol.duties() if patrol._in_season(one, day)]
        assert len(held) == 1, day


@pytest.mark.parametrize(
    ("last", "today", "day", "late"),
    [
        # Flood season: the first fixed day after the visit.
        ("2026-05-05", "2026-05-05", "2026-05-10", False),
        ("2026-05-05", "2026-05-10", "2026-05-10", False),
        ("2026-05-05", "2026-05-11", "2026-05-10", True),
        ("2026-05-06", "2026-05-20", "2026-05-15", True),
        ("2026-05-10", "2026-05-10", "2026-05-15", False),
        ("2026-05-10", "2026-05-16", "2026-05-15", True),
        # Before the flood: once in March, whenever.
        ("2026-02-20", "2026-03-01", "2026-03-31", False),
        ("2026-03-02", "2026-03-20", "2026-04-05", False),
        ("2026-02-20", "2026-04-01", "2026-03-31", True),
        # After the main flood season: monthly, across the boundary of seasons.
        ("2026-06-30", "2026-07-10", "2026-07-31", False),
        ("2026-07-01", "2026-08-02", "2026-08-01", True),
        ("2026-09-20", "2026-10-02", "2026-10-31", False),
        # The dry season runs over New Year.
        ("2026-12-15", "2026-12-20", "2027-01-15", False),
        ("2026-12-15", "2027-01-15", "2027-01-15", False),
        ("2026-12-15", "2027-01-16", "2027-01-15", True),
        # What would be due after the season is due with the next one's check.
        ("2027-02-10", "2027-02-28", "2027-03-31", False),
        # Long ago.
        ("2020-01-01", "2026-05-20", "2024-01-31", True),
    ],
)
def test_what_is_due_next(last, today, day, late) -> None:
    found = due(date.fromisoformat(last), date.fromisoformat(today))
    if day > "2025":
        assert (str(found.day), found.overdue) == (day, late)
    assert found.overdue is late


def test_february_has_its_own_last_day() -> None:
    dry = next(one for one in patrol.duties() if one.name == "dry")
    ends = {end for _begin, end in dry.seasons(date(2027, 6, 1))}
    assert {date(2027, 2, 28), date(2028, 2, 29)} <= ends


def test_never_inspected_is_overdue_in_every_season_and_closed_is_not() -> None:
    for month in range(1, 13):
        today = date(2026, month, 15)
        assert patrol.overdue("geohazard", None, None, today)
        assert due(None, today).overdue
        assert due(None, today).day is None
        assert not patrol.overdue("geohazard", "closed", None, today)
        assert patrol.next_due("geohazard", "closed", None, today) is None
    assert patrol.overdue("geohazard", "reactivated", None, date(2026, 5, 1))
    assert not patrol.overdue("mine", None, None, date(2026, 5, 1))
    assert patrol.due_since("plot", date(2026, 5, 1)) is None
    assert patrol.next_due("plot", None, None, date(2026, 5, 1)) is None


def test_states_without_duty_are_states_of_the_list() -> None:
    assert all(state in code_list("site_status") for state in patrol.free_states())


def test_a_visit_from_the_future_counts_as_todays() -> None:
    today = date(2026, 5, 6)
    assert due(date(2027, 1, 1), today) == due(today, today)


@pytest.mark.parametrize(
    ("last", "today", "day", "late"),
    [
        ("2026-05-05", "2026-05-06", "2026-05-06", False),
        ("2026-05-06", "2026-05-06", "2026-05-07", False),
        ("2026-05-06", "2026-05-08", "2026-05-07", True),
        ("2026-04-30", "2026-05-06", "2026-05-05", True),
    ],
)
def test_heavy_rain_asks_every_day(last, today, day, late) -> None:
    wet = date(2026, 5, 6)
    found = due(date.fromisoformat(last), date.fromisoformat(today), wet)
    assert (str(found.day), found.overdue) == (day, late)
    # Switched off, the season's duty holds again.
    assert due(date(2026, 5, 6), date(2026, 5, 8)).day == date(2026, 5, 15)


def test_a_warning_that_begins_today_makes_nobody_late() -> None:
    today = date(2026, 12, 20)
    assert not due(date(2026, 12, 15), today, today).overdue
    assert due(date(2026, 12, 15), today, today).day == today


@given(DAYS, DAYS, st.none() | st.integers(0, 40))
def test_overdue_and_next_due_say_the_same(last: date, today: date, ago: int | None) -> None:
    rain = None if ago is None else today - timedelta(days=ago)
    found = due(last, today, rain)
    assert patrol.overdue("geohazard", "active", last, today, rain) == found.overdue
    assert found.day is not None
    assert found.overdue == (found.day < today)
    assert found.day > min(last, today) or found.overdue


@given(DAYS, DAYS)
def test_a_visit_today_settles_everything(last: date, today: date) -> None:
    del last
    assert not due(today, today).overdue
    assert not due(today, today, today - timedelta(days=3)).overdue


@given(DAYS, DAYS, st.integers(0, 300))
def test_a_later_visit_is_never_due_earlier(last: date, today: date, more: int) -> None:
    earlier, later = due(last, today).day, due(last + timedelta(days=more), today).day
    assert earlier is not None
    assert later is not None
    assert later >= earlier


@pytest.mark.parametrize("text", ["", "4-1", "13-01", "02-30", "00-10", "04-00", "04-01x", "４-01"])
def test_what_is_no_day_of_a_year(text) -> None:
    assert patrol.season_of(text) is None


def test_days_of_a_year() -> None:
    assert patrol.season_of("02-29") == (2, 29)


@pytest.mark.parametrize("setting", [None, "", 0, "soon", "2026-13-01", [], {"since": 1}])
def test_a_setting_that_is_no_day_is_no_warning(setting) -> None:
    assert patrol.rain_of(setting) is None


def test_a_setting_is_a_day() -> None:
    assert patrol.rain_of("2026-05-06") == date(2026, 5, 6)
