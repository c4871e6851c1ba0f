"""Cells that hold several fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.conftest import Check, MakeBook

HEAD = ["统一编号", "名称", "灾害类型", "经度", "纬度"]
ROW = ["360222010001", "甲", "滑坡", 117.4, 29.5]


@pytest.mark.parametrize(
    ("heading", "cell", "households", "people"),
    [
        ("威胁人口", "12户36人", 12, 36),
        ("威胁户数", "12户36人", 12, 36),
        ("威胁对象（户/人）", "12/36", 12, 36),
        ("受威胁人数(人/户)", "36/12", 12, 36),
        ("威胁人口", "十二户三十六人", 12, 36),
        ("威胁人口", "约12户，36人", 12, 36),
        ("威胁人口", "36人", None, 36),
        ("威胁人口", 36, None, 36),
    ],
)
def test_households_and_people_in_one_cell(
    book: MakeBook, check: Check, heading: str, cell: Any, households: int | None, people: int
) -> None:
    (row,) = check(book([[*HEAD, heading], [*ROW, cell]]), mapping={heading: "threatened_people"})
    assert row.fields.get("threatened_households") == households
    assert row.fields["threatened_people"] == people


def test_a_column_of_its_own_is_believed(book: MakeBook, check: Check) -> None:
    rows = [[*HEAD, "威胁人口", "威胁户数"], [*ROW, "12户36人", 11]]
    (row,) = check(book(rows))
    assert row.fields["threatened_households"] == 11
    assert row.fields["threatened_people"] == 36


@pytest.mark.parametrize(
    ("heading", "cell", "size", "volume"),
    [
        ("规模(长×宽×厚)", "120*30*2m", (120, 30, 2), None),
        ("长×宽×厚(m)", "120×30×2.5", (120, 30, 2.5), None),
        ("规模", "长120m，宽30m，厚2m", (120, 30, 2), None),
        ("规模", "长120m宽30m，7200方", (120, 30, None), 7200),
        ("规模", "3.5万方", (None, None, None), 35000),
        ("规模", "120×30", (120, 30, None), None),
    ],
)
def test_sizes_in_one_cell(
    book: MakeBook, check: Check, heading: str, cell: str, size: tuple[Any, ...], volume: Any
) -> None:
    (row,) = check(book([[*HEAD, heading], [*ROW, cell]]))
    assert tuple(row.fields.get(name) for name in ("length", "width", "thickness")) == size
    assert row.fields.get("volume") == volume
    assert row.issues == []
