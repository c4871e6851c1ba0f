"""Rows as sites: the sample ledger's truth row for row, and faults it does not have."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jdz_field.core.sites import point_of
from jdz_field.ledger.issues import CheckedRow
from tests.ledger.conftest import GOOD, HEAD, Check, MakeBook

#: What the truth file calls a fault → the issue it must be, and the status of the row.
EXPECTED = {
    "ok": (None, "ok"),
    "no_position": ("no_position", "refused"),
    "outside_city": ("outside_city", "refused"),
    "duplicate_code": ("duplicate_code", "refused"),
    "county_mismatch": ("county_mismatch", "warning"),
    "swapped": ("axes_swapped", "warning"),
    "bad_value": ("bad_value", "warning"),
}


def test_the_sample_ledger_agrees_with_its_truth_row_for_row(shared: Path, check: Check) -> None:
    truth = json.loads(
        (shared / "data" / "ledger_geohazard_sample.truth.json").read_text(encoding="utf-8")
    )["rows"]
    rows = check(shared / "data" / "ledger_geohazard_sample.xlsx")
    assert len(rows) == len(truth) == 3037
    for row, true in zip(rows, truth, strict=True):
        issue, status = EXPECTED[true["status"]]
        assert (row.row, row.code, row.status) == (true["row"], true["code"], status)
        assert [found.code for found in row.issues] == ([issue] if issue else [])
        assert row.fields["kind_code"] == true["kind_code"]
        assert row.fields["county_code"] == true["county"]
        assert row.fields.get("threatened_people") == true["people"]
        assert row.fields.get("threatened_households") == true["households"]
        place = point_of(row.fields.get("geometry"))
        if true["lon"] is None:
            assert place is None
        else:
            # Seconds with two decimals: half of 0.01″, and the truth's sixth decimal.
            assert place == pytest.approx((true["lon"], true["lat"]), abs=2e-6)


#: The sample's columns in other words; those left out keep theirs.
OTHER_WORDS = {
    "统一编号": "隐患点统一编号",
    "名称": "灾害点名称",
    "县(市、区)": "所在县区",
    "灾害类型": "灾种",
    "东经": "经度(°)",
    "北纬": "纬度(°)",
    "北坐标": "X",
    "Y坐标": "Y",
    "威胁户数(户)": "受威胁户数",
    "威胁人口(人)": "受威胁人口/人",
    "监测责任人": "群测群防员",
    "联系电话": "手机号码",
}


@pytest.mark.parametrize(("encoding", "turn"), [("gb18030", 9), ("utf-8-sig", 17)])
def test_the_sample_in_other_words_another_order_and_as_text(
    shared: Path, tmp_path: Path, check: Check, encoding: str, turn: int
) -> None:
    truth_file = shared / "data" / "ledger_geohazard_sample.truth.json"
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    book = openpyxl.load_workbook(shared / "data" / "ledger_geohazard_sample.xlsx", read_only=True)
    source = list(book.worksheets[0].iter_rows(min_row=4, values_only=True))
    book.close()
    names = [OTHER_WORDS.get(name, name) for name in truth["columns"]]
    path = tmp_path / "other.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names[turn:] + names[:turn])
        for cells in source:
            full = [*cells, *[None] * (len(names) - len(cells))]
            writer.writerow(full[turn:] + full[:turn])
    rows = {row.row + 2: row for row in check(path)}
    assert len(rows) == 3037
    for true in truth["rows"]:
        row = rows[true["row"]]
        issue, status = EXPECTED[true["status"]]
        assert (row.code, row.status) == (true["code"], status)
        assert [found.code for found in row.issues] == ([issue] if issue else [])
        assert row.fields["kind_code"] == true["kind_code"]
        assert row.fields.get("threatened_people") == true["people"]
        place = point_of(row.fields.get("geometry"))
        assert (place is None) == (true["lon"] is None)
        if place:
            assert place == pytest.approx((true["lon"], true["lat"]), abs=2e-6)


def test_nothing_of_the_sample_ledger_is_changed_in_silence(shared: Path, check: Check) -> None:
    for row in check(shared / "data" / "ledger_geohazard_sample.xlsx"):
        told = " ".join([*row.notes, *(issue.message for issue in row.issues)])
        for word in ("约", "若干", "#REF!", "山体滑坡"):
            if word in told:
                break
        if any("约" in note for note in row.notes):
            assert "【台账原文】" in row.fields["remarks"]
            assert "约" in row.fields["remarks"]
        if any(issue.code == "bad_value" for issue in row.issues):
            assert "【台账原文】威胁人口：" in row.fields["remarks"]
        assert row.fields["sample"] is True


def one(check: Check, book: MakeBook, *cells: Any, head: Any = HEAD, **options: Any) -> CheckedRow:
    (row,) = check(book([head, list(cells)]), **options)
    return row


def codes(row: CheckedRow) -> list[str]:
    return [issue.code for issue in row.issues]


def test_a_sound_row(check: Check, book: MakeBook) -> None:
    row = one(check, book, *GOOD)
    assert row.status == "ok"
    assert row.row == 2
    assert row.fields == {
        "code": "360222010001",
        "name": "瑶里滑坡",
        "county_code": "360222",
        "kind_code": "01",
        "threatened_people": 12,
        "geometry": "POINT (117.4 29.5)",
    }


@pytest.mark.parametrize(
    ("column", "cell", "issues", "status"),
    [
        (0, None, [], "ok"),
        (0, "3.60222E+11", ["bad_value"], "warning"),
        (0, "360281010001", ["county_mismatch"], "warning"),
        (0, "361129010001", ["county_mismatch"], "warning"),
        (0, "CJ-1", [], "ok"),
        (2, "乐平市", ["county_mismatch"], "warning"),
        (2, None, [], "ok"),
        (2, "鹰潭市", ["bad_value"], "warning"),
        (3, None, ["unknown_kind"], "warning"),
        (3, "雪崩", ["unknown_kind"], "warning"),
        (4, None, ["no_position"], "refused"),
        (4, "117°xx", ["bad_value", "no_position"], "refused"),
        (4, 114.2, ["outside_city"], "refused"),
        (4, 0, ["outside_city"], "refused"),
        (5, "29°60'", ["bad_value", "no_position"], "refused"),
        (5, 3242537.39, ["bad_value", "no_position"], "refused"),
        (6, "若干", ["bad_value"], "warning"),
    ],
)
def test_one_fault_in_a_sound_row(
    check: Check, book: MakeBook, column: int, cell: Any, issues: list[str], status: str
) -> None:
    cells = list(GOOD)
    cells[column] = cell
    row = one(check, book, *cells)
    assert codes(row) == issues
    assert row.status == status


def test_zero_and_zero_is_no_position(check: Check, book: MakeBook) -> None:
    assert codes(one(check, book, *GOOD[:4], 0, 0, 1)) == ["no_position"]


def test_the_number_says_the_kind_only_when_there_is_no_kind_column(
    check: Check, book: MakeBook
) -> None:
    row = one(check, book, *GOOD[:3], *GOOD[4:], head=HEAD[:3] + HEAD[4:])
    assert row.fields["kind_code"] == "01"
    assert row.notes
    assert row.status == "ok"


def test_a_missing_county_comes_from_the_position_and_is_noted(
    check: Check, book: MakeBook
) -> None:
    row = one(check, book, *GOOD[:2], *GOOD[3:], head=HEAD[:2] + HEAD[3:])
    assert row.fields["county_code"] == "360222"
    assert any("浮梁县" in note for note in row.notes)


def test_the_first_row_keeps_a_number_even_when_it_is_refused(check: Check, book: MakeBook) -> None:
    nowhere = [*GOOD[:4], None, None, 1]
    rows = check(book([HEAD, nowhere, GOOD, [*GOOD[:2], "乐平市", *GOOD[3:]]]))
    assert [codes(row) for row in rows] == [
        ["no_position"],
        ["duplicate_code"],
        ["county_mismatch", "duplicate_code"],
    ]
    assert "2" in rows[1].issues[0].message


def test_just_beyond_the_border_is_no_fault_two_kilometres_on_it_is(
    check: Check, book: MakeBook
) -> None:
    # West of 浮梁县's westernmost point, 1° of longitude ≈ 97 km.
    from jdz_field.geo.counties import counties

    outline = next(c.outline for c in counties() if c.code == "360222")
    west = min(outline.exterior.coords)
    for km, issues in ((0.5, []), (1.8, []), (2.5, ["outside_city"])):
        row = one(check, book, *GOOD[:4], west[0] - km / 97, west[1], 1)
        assert codes(row) == issues
    # A claim of a county far from there is wrong even in that strip.
    cells = ["360281010001", "x", "乐平市", "滑坡", west[0] - 0.01, west[1], 1]
    assert codes(one(check, book, *cells)) == ["county_mismatch"]


GAUSS_HEAD = ("统一编号", "县", "灾害类型", "X", "Y")


@pytest.mark.parametrize("prefix", [0, 39_000_000, 20_000_000])
@pytest.mark.parametrize("order", ["north first", "east first"])
def test_bare_x_and_y_mean_what_most_rows_say(
    check: Check, book: MakeBook, prefix: int, order: str
) -> None:
    def row(number: int, swap: bool) -> list[Any]:
        pair = [3264660.0 + number, prefix + 538770.0]
        if (order == "east first") != swap:
            pair.reverse()
        return [f"36022201000{number}", "浮梁县", "滑坡", *pair]

    rows = check(book([GAUSS_HEAD, *[row(i, False) for i in range(1, 6)], row(6, True)]))
    assert [codes(r) for r in rows] == [[]] * 5 + [["axes_swapped"]]
    assert point_of(rows[5].fields["geometry"]) == pytest.approx((117.4, 29.5), abs=0.001)


def test_an_explicit_north_column_that_holds_the_east_is_swapped(
    check: Check, book: MakeBook
) -> None:
    head = ("统一编号", "县", "灾害类型", "北坐标", "东坐标")
    cells = ["360222010001", "浮梁县", "滑坡", 538770.0, 3264660.0]
    assert codes(one(check, book, *cells, head=head)) == ["axes_swapped"]


def test_degrees_and_metres_of_one_row_are_compared(check: Check, book: MakeBook) -> None:
    head = (*HEAD, "北坐标", "东坐标")
    near = one(check, book, *GOOD, 3264681.0, 538770.0, head=head)
    assert codes(near) == []
    far = one(check, book, *GOOD, 3274681.0, 538770.0, head=head)
    assert codes(far) == ["positions_differ"]
    assert point_of(far.fields["geometry"]) == (117.4, 29.5)
    assert "3274681" in far.fields["remarks"]


def test_metres_help_out_where_degrees_are_missing_or_unreadable(
    check: Check, book: MakeBook
) -> None:
    head = (*HEAD, "北坐标", "东坐标")
    row = one(check, book, *GOOD[:4], None, "?", 1, 3264681.0, 538770.0, head=head)
    assert codes(row) == []
    row = one(check, book, *GOOD[:4], "东经", 29.5, 1, 3264681.0, 538770.0, head=head)
    assert codes(row) == ["bad_value"]
    assert "geometry" in row.fields


def test_columns_of_degrees_minutes_seconds(check: Check, book: MakeBook) -> None:
    head = [["编号", "县", "类型", "东经", None, None, "北纬"], [None, None, None, *"度分秒度分秒"]]
    rows = check(book([*head, ["360222010001", "浮梁县", "滑坡", 117, 24, 0, 29, 30, 0]]))
    assert rows[0].fields["geometry"] == "POINT (117.4 29.5)"
    assert rows[0].status == "ok"


@pytest.mark.parametrize(
    "text", ["117.4,29.5", "29.5,117.4", "东经117°24′，北纬29°30′", "E117.4 N29.5"]
)
def test_both_coordinates_in_one_cell(check: Check, book: MakeBook, text: str) -> None:
    head = ("统一编号", "县", "灾害类型", "坐标")
    row = one(check, book, "360222010001", "浮梁县", "滑坡", text, head=head)
    assert row.fields["geometry"] == "POINT (117.4 29.5)"
    assert row.status == "ok"


@pytest.mark.parametrize(
    ("heading", "crs"),
    [("平面坐标(西安80)", None), ("1954北京坐标系", None), ("平面坐标", "EPSG:2384"), ("", "4214")],
)
def test_old_datums_are_kept_not_converted(
    check: Check, book: MakeBook, heading: str, crs: str | None
) -> None:
    head = [["统一编号", "县", "灾害类型", heading, None], [None, None, None, "X坐标", "Y坐标"]]
    cells = ["360222010001", "浮梁县", "滑坡", 3264681.123, 39538770.456]
    (row,) = check(book([*head, cells], merges=["D1:E1"]), crs=crs)
    assert codes(row) == ["legacy_datum"]
    assert row.status == "warning"
    assert "geometry" not in row.fields
    assert "坐标待转换" in row.fields["remarks"]
    assert "3264681.123" in row.fields["remarks"]
    assert "39538770.456" in row.fields["remarks"]


def test_a_title_names_an_old_datum_too(check: Check, book: MakeBook) -> None:
    path = book([["浮梁县隐患点台账（1980西安坐标系）"], HEAD, GOOD])
    (row,) = check(path)
    assert codes(row) == ["legacy_datum"]


def test_shifted_map_coordinates_are_not_taken_for_true_ones(check: Check, book: MakeBook) -> None:
    head = [["统一编号", "县", "类型", "高德坐标", None], [None, None, None, "经度", "纬度"]]
    path = book([*head, ["1", "浮梁县", "滑坡", 117.4, 29.5]], merges=["D1:E1"])
    assert codes(check(path)[0]) == ["legacy_datum"]


def test_rows_that_are_no_sites_are_skipped(check: Check, book: MakeBook) -> None:
    rows: list[list[Any]] = [
        list(HEAD),
        ["一、浮梁县"],
        list(GOOD),
        ["小 计", None, None, None, None, None, 12],
        list(HEAD),
        ["360222010002", *GOOD[1:]],
        [None, "  ", None],
        ["合计", "共2处", None, None, None, None, 24],
        ["填表人：张三", None, None, "审核人：李四"],
        ["注：本表数据截至2024年底"],
    ]
    assert [row.code for row in check(book(rows))] == ["360222010001", "360222010002"]


def test_a_site_without_number_is_no_remark(check: Check, book: MakeBook) -> None:
    rows = check(book([HEAD, GOOD, [None, "无编号点", *GOOD[2:]], [None, "无坐标", *GOOD[2:4]]]))
    assert [row.fields["name"] for row in rows] == ["瑶里滑坡", "无编号点", "无坐标"]
    assert [codes(row) for row in rows] == [[], [], ["no_position"]]


def test_headings_say_the_unit(check: Check, book: MakeBook) -> None:
    head = (*HEAD, "体积(万m³)", "威胁财产(元)")
    row = one(check, book, *GOOD, 1.5, 50000, head=head)
    assert row.fields["volume"] == 15000
    assert row.fields["threatened_assets"] == 5


def test_equal_files_give_equal_rows_whatever_the_language(check: Check, book: MakeBook) -> None:
    from jdz_field.core.i18n import set_language

    path = book([HEAD, [*GOOD[:6], "约30人"]])
    set_language("zh")
    chinese = check(path)[0].fields
    set_language("en")
    assert check(path)[0].fields == chinese
    assert chinese["remarks"] == "【台账原文】威胁人口：约30人"


def test_other_kinds_of_sites(check: Check, book: MakeBook) -> None:
    head = (
        "图斑编号",
        "县",
        "图斑属性",
        "图斑面积(公顷)",
        "恢复治理情况",
        "中心点经度",
        "中心点纬度",
    )
    path = book([head, ["360222K0001", "浮梁县", "采场", 1.2, "未治理", 117.4, 29.5]])
    (row,) = check(path, kind="mine")
    assert row.status == "ok"
    assert row.fields["area_m2"] == 12000
    assert row.fields["kind_code"] == "1"
    assert row.fields["restoration_state"] == "A"
