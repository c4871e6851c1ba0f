"""Headers in dirty sheets, columns by other names, orders and content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.catalogue import site_kind
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.layout import Layout, lay_out
from tests.ledger.conftest import GOOD, HEAD, MakeBook

KIND = site_kind("geohazard")


def lay(path: Path, **options: Any) -> Layout:
    return lay_out(open_ledger(path), KIND, file=path.name, **options)


def fields(layout: Layout) -> list[str | None]:
    return [match.field for match in layout.matches]


def test_a_plain_header(book: MakeBook) -> None:
    layout = lay(book([HEAD, GOOD]))
    assert layout.header.row == 1
    assert fields(layout) == [
        *("code", "name", "county_code", "kind_code", "lon", "lat", "threatened_people"),
    ]


def test_titles_and_empty_rows_above(book: MakeBook) -> None:
    rows = [
        ["2024年地质灾害隐患点台账（虚构示例）"],
        [],
        ["填报单位：浮梁县", None, "日期：2024年"],
        HEAD,
        GOOD,
    ]
    layout = lay(book(rows, merges=["A1:G1"]))
    assert layout.header.row == 4
    assert "虚构示例" in layout.header.title


@pytest.mark.parametrize("merges", [(), ("A1:A2", "B1:B2", "C1:D1", "E1:F1")])
def test_two_header_rows_merged_or_not(book: MakeBook, merges: tuple[str, ...]) -> None:
    rows = [
        ["统一编号", "名称", "地理坐标", None, "平面坐标(西安80)", None],
        [None, None, "东经", "北纬", "X", "Y"],
        ["360222010001", "甲", 117.4, 29.5, None, None],
    ]
    layout = lay(book(rows, merges=merges))
    assert layout.header.row == 2
    assert fields(layout) == ["code", "name", "lon", "lat", "x", "y"]
    assert layout.matches[4].heading.above == "平面坐标(西安80)"


def test_degrees_minutes_and_seconds_in_columns_of_their_own(book: MakeBook) -> None:
    rows = [
        ["编号", "东经", None, None, "北纬", None, None],
        [None, "度", "分", "秒", "度", "分", "秒"],
        ["1", 117, 20, 35.7, 29, 30, 0],
    ]
    layout = lay(book(rows, merges=["B1:D1", "E1:G1"]))
    assert fields(layout) == ["code", "lon_d", "lon_m", "lon_s", "lat_d", "lat_m", "lat_s"]
    assert layout.placed


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("隐患点统一编号", "code"),
        ("灾害点名称", "name"),
        ("所在县（市、区）", "county_code"),
        ("乡镇名称", "town"),
        ("灾 害\n类 型", "kind_code"),
        ("受威胁人口（人）", "threatened_people"),
        ("受威胁户数/户", "threatened_households"),
        ("潜在经济损失（万元）", "threatened_assets"),
        ("责任人联系电话", "monitor_phone"),
        ("监测责任人*", "monitor_name"),
        ("体积（万m³）", "volume"),
        ("险情等级：", "danger_grade"),
        ("HEIGHT_XYZ", None),
        ("Threatened people", "threatened_people"),
        ("threatened", None),
    ],
)
def test_headings_in_other_words(book: MakeBook, heading: str, field: str | None) -> None:
    layout = lay(book([["经度", "纬度", heading], [117.4, 29.5, "5"]]))
    assert fields(layout)[2] == field


def test_every_synonym_of_the_catalogue_is_found() -> None:
    from jdz_field.core.catalogue import SITE_KINDS
    from jdz_field.ledger.columns import match_columns, short_names
    from jdz_field.ledger.headings import Header, Heading

    for name in SITE_KINDS:
        kind = site_kind(name)
        shorts = short_names(name)
        assert len(set(shorts.values())) == len(shorts)
        assert all(len(short) <= 10 for short in shorts.values())
        for field in kind.fields:
            for word in (*field.synonyms, *field.labels.values(), field.name, shorts[field.name]):
                (match,) = match_columns(kind, Header(1, (Heading(0, word),)), [])
                assert match.field == field.name, (name, word)


def test_columns_without_a_known_heading_are_known_by_content(book: MakeBook) -> None:
    rows = [["甲", "乙", "丙", "丁", "名称"]]
    rows += [
        [f"36022201000{i}", "浮梁县", 117.4 + i / 1000, 29.5 + i / 1000, "x"] for i in range(9)
    ]
    layout = lay(book(rows))
    assert fields(layout) == ["code", "county_code", "lon", "lat", "name"]


@pytest.mark.parametrize(
    ("head", "cells", "wanted"),
    [
        (("编号", "统一编号"), (1, "360222010001"), [None, "code"]),
        (("编号", "统一编号"), (1, "CJ-1"), [None, "code"]),
        (("编号", "隐患点编号"), ("360222010001", 7), ["code", None]),
        (("名称", "乡镇名称"), ("甲", "瑶里镇"), ["name", "town"]),
        (("灾害点名称", "名称"), ("甲", "乙"), [None, "name"]),
    ],
)
def test_of_two_columns_for_one_field_the_right_one(
    book: MakeBook, head: tuple[str, ...], cells: tuple[Any, ...], wanted: list[str | None]
) -> None:
    layout = lay(book([[*head, "经度", "纬度"], [*cells, 117.4, 29.5]]))
    assert fields(layout) == [*wanted, "lon", "lat"]


def test_the_sheet_with_the_ledger_is_chosen(book: MakeBook) -> None:
    path = book([["说明"], ["本表由县局填写"]], sheets={"数据": [HEAD, GOOD], "其他": [["a", "b"]]})
    assert lay(path).table.name == "数据"
    assert lay(path, sheet="数据").table.name == "数据"


def test_a_sheet_that_is_not_there_names_those_that_are(book: MakeBook) -> None:
    with pytest.raises(BadUsage, match="台账"):
        lay(book([HEAD, GOOD]), sheet="没有")


def test_mapping_by_heading_letter_and_field_label(book: MakeBook) -> None:
    rows = [["甲", "乙", "丙", "丁"], ["1", "a", 117.4, 29.5]]
    mapping = {"甲": "code", "B": "名称", "丙": "lon", "D": "lat"}
    assert fields(lay(book(rows), mapping=mapping)) == ["code", "name", "lon", "lat"]


def test_mapping_wins_over_what_would_be_found(book: MakeBook) -> None:
    layout = lay(book([[*HEAD, "人数"], [*GOOD, 5]]), mapping={"人数": "threatened_people"})
    assert fields(layout)[6:] == [None, "threatened_people"]
    assert layout.unread == ["威胁人口(人)"]


@pytest.mark.parametrize("mapping", [{"名称": "nonsense"}, {"没有的列": "code"}, {"ZZ": "code"}])
def test_a_mapping_that_cannot_be(book: MakeBook, mapping: dict[str, str]) -> None:
    with pytest.raises(BadUsage, match="--map"):
        lay(book([HEAD, GOOD]), mapping=mapping)


def test_no_header(book: MakeBook) -> None:
    with pytest.raises(BadInput, match="--map"):
        lay(book([[1, 2, 3], [4, 5, 6]]))
    with pytest.raises(BadInput, match="--map"):
        lay(book([]))


def test_no_coordinates(book: MakeBook) -> None:
    with pytest.raises(BadInput, match="坐标"):
        lay(book([HEAD[:4], GOOD[:4]]))
    with pytest.raises(BadInput, match="坐标"):
        lay(book([HEAD[:5], GOOD[:5]]))


def test_three_header_rows_with_units_below(book: MakeBook) -> None:
    rows = [
        ["隐患点台账（虚构示例）"],
        ["编号", "基本情况", None, "地理坐标", None, "威胁对象", None, "监测责任人", None],
        [None, "名称", "灾害类型", "经度", "纬度", "户数", "人口", "姓名", "电话"],
        [None, None, None, "(°)", "(°)", "(户)", "(人)", None, None],
        ["360222010001", "甲", "滑坡", 117.4, 29.5, 3, 12, "测试员", "13900000001"],
    ]
    merges = ("A1:I1", "A2:A4", "B2:C2", "D2:E2", "F2:G2", "H2:I2")
    for some in (merges, ()):
        layout = lay(book(rows, merges=some))
        assert layout.header.row == 4
        assert fields(layout) == [
            *("code", "name", "kind_code", "lon", "lat", "threatened_households"),
            *("threatened_people", "monitor_name", "monitor_phone"),
        ]


def test_content_beats_a_wrong_heading(book: MakeBook) -> None:
    rows = [["名称", "联系电话", "责任人", "村组", "经度", "纬度", "备注"]]
    rows += [
        [
            f"点{i}",
            f"测试员{i}",
            f"1390000000{i}",
            f"3602220100{i:02d}",
            117.4,
            29.5 + i / 100,
            "无",
        ]
        for i in range(6)
    ]
    layout = lay(book(rows))
    found = {match.heading.own: (match.field, match.reason) for match in layout.matches}
    assert found["责任人"] == ("monitor_phone", "content")
    assert found["村组"] == ("code", "content")
    assert found["经度"] == ("lon", "heading")
    assert layout.heading("lon").because == "按表头"  # type: ignore[union-attr]


def test_columns_without_headings_by_their_cells(book: MakeBook) -> None:
    rows = [["甲", "乙", "丙", "丁", "戊", "己", "经度", "纬度"]]
    rows += [
        [f"36022201000{i}", "浮梁县", "瑶里镇", "滑坡", f"1390000000{i}", f"上村{i}组", 117.4, 29.5]
        for i in range(1, 6)
    ]
    layout = lay(book(rows))
    assert fields(layout)[:6] == [
        *("code", "county_code", "town", "kind_code", "monitor_phone", "village"),
    ]
    assert {match.reason for match in layout.matches[:6]} == {"content"}


def test_a_list_of_points_without_a_header(tmp_path: Path) -> None:
    path = tmp_path / "points.txt"
    path.write_text("甲 117.412345 29.512345\n乙 117.42 29.52\n丙 117.43 29.53\n", encoding="utf-8")
    layout = lay(path)
    assert layout.header.row == 0
    assert {"lon", "lat"} <= layout.columns.keys()


def test_a_transposed_table_is_told(book: MakeBook) -> None:
    rows = [[name, value, value] for name, value in zip(HEAD, GOOD, strict=True)]
    with pytest.raises(BadInput, match="转置"):
        lay(book(rows))


def test_a_wide_note_above_is_no_part_of_the_header(book: MakeBook) -> None:
    rows = [["填报单位：某局", None, "填报日期：2024年"], HEAD, GOOD]
    assert fields(lay(book(rows)))[0] == "code"
    assert lay(book(rows)).matches[0].heading.above == ""
