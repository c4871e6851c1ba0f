"""Pairs of columns that place rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jdz_field.core.catalogue import site_kind
from jdz_field.geo.crs import Datum, reference
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.layout import Layout, lay_out
from jdz_field.ledger.positions import Pair, Placed, columns_of, pairs_of, place
from tests.ledger.conftest import MakeBook


@pytest.fixture
def layout(book: MakeBook) -> Any:
    def make(*rows: list[Any]) -> Layout:
        return lay_out(open_ledger(book(rows)), site_kind("geohazard"), file="x")

    return make


def test_degrees_come_before_metres(layout: Any) -> None:
    found = pairs_of(layout(["编号", "X", "Y", "经度", "纬度"], [1, 2, 3, 4, 5]), None)
    assert [(pair.east, pair.north, pair.certain) for pair in found] == [
        ((3,), (4,), True),
        ((2,), (1,), False),
    ]


@pytest.mark.parametrize(
    ("crs", "heading", "datum", "system"),
    [
        (None, "X坐标", None, None),
        ("EPSG:4547", "X坐标", None, "EPSG:4547"),
        ("EPSG:2384", "X坐标", Datum.XIAN80, None),
        ("EPSG:2384", "X坐标(CGCS2000)", None, None),
        ("EPSG:4548", "X坐标(西安80)", Datum.XIAN80, "EPSG:4548"),
        (None, "X坐标(北京54)", Datum.BEIJING54, None),
    ],
)
def test_headings_say_the_datum_before_the_person_and_the_title(
    layout: Any, crs: str | None, heading: str, datum: Datum | None, system: str | None
) -> None:
    given = reference(crs) if crs else None
    (pair,) = pairs_of(layout(["编号", heading, "Y坐标"], [1, 3.2e6, 5.1e5]), given)
    assert pair.datum is datum
    assert (pair.system.text if pair.system else None) == system


def test_columns_are_filled_up() -> None:
    assert columns_of([[1], [1, 2]], 3) == [(1, 1), (None, 2), [None, None]]
    assert columns_of([[1, 2], [3, 4]], 2) == [(1, 3), (2, 4)]


def test_a_whole_chunk_at_once() -> None:
    pair = Pair((0,), (1,), ("经度", "纬度"), certain=True, system=None)
    east = [117.4, "117°24'", "", 29.5, None, "abc", 117.4, 0, float("nan"), "/"]
    north = [29.5, "29°30'", "", 117.4, 29.5, 29.5, None, 0, 29.5, "/"]
    placed = Placed(np.full(10, np.nan), np.full(10, np.nan))
    place([pair], [east, north], placed)
    assert np.isfinite(placed.lon).tolist() == [True, True, False, True] + [False] * 6
    assert placed.lon[[0, 1, 3]].tolist() == [117.4] * 3
    assert {i: [issue.code for issue in found] for i, found in placed.issues.items()} == {
        3: ["axes_swapped"],
        5: ["bad_value"],
    }
    assert sorted(placed.tried) == [4, 5, 6, 8]
