"""When an inspection is overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jdz_field.core import patrol
from jdz_field.core.catalogue import SITE_KINDS, code_list


def test_every_duty_names_its_source_and_how_sure_it_is() -> None:
    for duty in patrol.duties():
        assert duty.kind in SITE_KINDS
        assert duty.source
        assert duty.certainty in ("source", "general")
        assert duty.days > 0


def test_geohazard_points_have_one_duty_in_every_month() -> None:
    months = [m for duty in patrol.duties() if duty.kind == "geohazard" for m in duty.months]
    assert sorted(months) == list(range(1, 13))


def test_the_flood_season_asks_more_often() -> None:
    may, winter = (
        patrol.duty("geohazard", date(2026, 5, 1)),
        patrol.duty("geohazard", date(2026, 1, 1)),
    )
    assert may is not None
    assert winter is not None
    assert may.days < winter.days


@pytest.mark.parametrize(("days", "late"), [(0, False), (5, False), (6, True), (400, True)])
def test_overdue_is_more_days_than_the_duty_allows(days, late) -> None:
    today = date(2026, 5, 20)
    last = today - timedelta(days=days)
    assert patrol.overdue("geohazard", "active", last, today) is late


def test_never_inspected_is_overdue_and_closed_is_not() -> None:
    today = date(2026, 5, 20)
    assert patrol.overdue("geohazard", None, None, today)
    assert not patrol.overdue("geohazard", "closed", None, today)
    assert not patrol.overdue("mine", None, None, today)
    assert patrol.due_since("plot", today) is None


def test_states_without_duty_are_states_of_the_list() -> None:
    assert all(state in code_list("site_status") for state in patrol.free_states())
