"""Claims of counties against the place."""

from __future__ import annotations

import numpy as np
import pytest

from jdz_field.ledger.counties import locate, mismatch, number_county, outside_city


@pytest.mark.parametrize(
    ("kind", "number", "county"),
    [
        ("geohazard", "360222010001", "360222"),
        ("geohazard", "361129010001", "361129"),
        ("geohazard", "CJ-1", None),
        ("geohazard", "3602220", "360222"),
        ("geohazard", None, None),
        ("mine", "360222K0001", "360222"),
        ("mine", "361129010001", None),
        ("plot", "36022", None),
    ],
)
def test_what_a_number_says(kind: str, number: str | None, county: str | None) -> None:
    assert number_county(kind, number) == county


WHERE = locate(np.array([117.4, 114.2, np.nan]), np.array([29.5, 30.6, np.nan]))


def test_places_are_found_once_for_all() -> None:
    assert WHERE.county == ["360222", None, None]
    assert WHERE.outside[0] == 0
    assert WHERE.outside[1] > 200_000


def test_outside_is_said_in_kilometres() -> None:
    assert outside_city(WHERE, 0) is None
    assert outside_city(WHERE, 2) is None
    assert "公里" in (outside_city(WHERE, 1) or "")


@pytest.mark.parametrize(
    ("place", "named", "number", "wrong"),
    [
        (0, "360222", "360222", False),
        (0, None, None, False),
        (0, "360281", "360222", True),
        (0, "360222", "360281", True),
        (2, "360222", "360281", True),
        (2, "360222", "360222", False),
        (2, None, "360281", False),
    ],
)
def test_claims(place: int, named: str | None, number: str | None, wrong: bool) -> None:
    assert (mismatch(WHERE, place, named, number) is not None) is wrong
