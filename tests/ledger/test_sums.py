"""Rows that are no sites."""

from __future__ import annotations

from typing import Any

import pytest

from jdz_field.core.catalogue import site_kind
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.layout import lay_out
from jdz_field.ledger.sums import Outsiders
from tests.ledger.conftest import GOOD, HEAD, MakeBook


@pytest.fixture
def outsiders(book: MakeBook) -> Outsiders:
    path = book([("序号", *HEAD), (1, *GOOD)])
    return Outsiders(lay_out(open_ledger(path), site_kind("geohazard"), file="x"))


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["合计", None, "共3处", None, None, None, None, 12], "合计行"),
        (["合  计", None, None, None, None, None, None, 12], "合计行"),
        ([None, "小计", None, None, None, None, None, 12], "合计行"),
        ([None, None, None, None, None, None, "总计：", 12], "合计行"),
        (["本页合计", None, None, None, None, None, None, 12], "合计行"),
        (["序号", *HEAD], "重复的表头"),
        (["填表人：张三", None, None, "审核人：李四", None, "日期：2024年"], "说明行"),
        (["注：以上数据截至2024年"], "说明行"),
        ([None, "一、浮梁县"], "说明行"),
        ([None, None, "二、乐平市"], "说明行"),
        ([1, *GOOD], None),
        ([1, None, *GOOD[1:]], None),
        ([None, "无", *GOOD[1:]], None),
        ([None, 360222010001, None, None, None, None, None, None], None),
        ([1, "浮字003号", *GOOD[1:]], None),
        ([1, "360222010001", "合计公司后山滑坡", *GOOD[2:]], None),
        ([1, None, "单位宿舍后山滑坡", *GOOD[2:]], None),
    ],
)
def test_what_a_row_is(outsiders: Outsiders, cells: list[Any], reason: str | None) -> None:
    found = None if outsiders.plainly_a_site(cells) else outsiders.reason(cells)
    assert found == reason
