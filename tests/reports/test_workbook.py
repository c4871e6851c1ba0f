"""Workbooks and printed tables: the same again, printable, and nothing runs as a formula."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.reports.fixed import fixed, package
from jdz_field.reports.tables import set_tables
from jdz_field.reports.workbook import Head, Marks, Table, groups_of, workbook

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
MARKS = Marks("内部使用", "虚构示例", "数据截至 2026-06-01 & 更多")
HEADS = (Head("名称"), Head("增", 8, number=True, group="变动"), Head("减", 8, group="变动"))


def table(*rows: tuple[Any, ...], **other: Any) -> Table:
    return Table("表", "示例表", HEADS, rows, **other)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_the_same_table_gives_the_same_bytes() -> None:
    one = workbook([table(("a", 1, None))], MARKS, made=NOW)
    assert workbook([table(("a", 1, None))], MARKS, made=NOW) == one
    assert workbook([table(("a", 1, None))], MARKS, made=NOW + timedelta(days=1)) != one
    with zipfile.ZipFile(io.BytesIO(one)) as parts:
        assert {entry.date_time[0] for entry in parts.infolist()} == {1980}
        assert b"2026-06-01T04:00:00Z" in parts.read("docProps/core.xml")


def test_a_package_keeps_its_order() -> None:
    data = package({"b": b"1", "a": b"2"})
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert parts.namelist() == ["b", "a"]
    assert fixed(data, NOW) == data


@settings(max_examples=25)
@given(st.lists(st.tuples(st.text(), st.integers() | st.none(), st.text()), max_size=4))
def test_cells_are_what_they_were_given(rows: list[tuple[str, int | None, str]]) -> None:
    small = [(a, None if n is None else n % 10**9, b) for a, n, b in rows]
    book = opened(workbook([table(*small)], MARKS, made=NOW))
    sheet = book.worksheets[0]
    for cells in sheet.iter_rows():
        assert all(cell.data_type != "f" for cell in cells)
    found = [tuple(row) for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert [row[1] for row in found] == [n for _a, n, _b in small]
    book.close()


def test_numbers_of_things_dates_and_formulas() -> None:
    row = ("=SUM(A1)", dt.date(2026, 6, 1), "0012")
    book = opened(workbook([table(row)], MARKS, made=NOW))
    cells = next(iter(book.worksheets[0].iter_rows(min_row=5)))
    assert [cell.data_type for cell in cells] == ["s", "d", "s"]
    assert cells[2].number_format == "@"
    book.close()


def test_a_sheet_prints_with_its_heads_and_marks() -> None:
    book = opened(workbook([table(("a", 1, ""), paper="a3")], MARKS, made=NOW))
    sheet = book.worksheets[0]
    assert sheet.print_title_rows == "$3:$4"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.oddHeader.left.text == "内部使用"
    assert sheet.oddFooter.left.text == "数据截至 2026-06-01 && 更多"
    assert sheet.freeze_panes == "A5"
    assert "B3:C3" in [str(area) for area in sheet.merged_cells.ranges]
    book.close()


def test_names_of_sheets_are_allowed_and_differ() -> None:
    odd = Table("a/b*[c]:" + "长" * 40, "t", HEADS, ())
    book = opened(workbook([odd, odd, Table("", "t", HEADS, ())], MARKS, made=NOW))
    assert len(set(book.sheetnames)) == 3
    assert all(len(name) <= 31 for name in book.sheetnames)
    book.close()


def test_columns_under_one_word() -> None:
    heads = [Head("a"), Head("b", group="x"), Head("c", group="x"), Head("d"), Head("e", group="x")]
    assert groups_of(heads) == [("x", 1, 2), ("x", 4, 4)]


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("upright", [True, False])
def test_a_long_table_goes_over_pages_the_same_again(paper: str, upright: bool) -> None:
    rows = [(f"很长的名称{n}" * 3, n, None) for n in range(150)]
    one = table(*rows, paper=paper, upright=upright, totals=("合计", 1, None), notes=["注"])
    pages = set_tables([one], MARKS, made=NOW, form="png")
    assert len(pages) > 1
    pdf = set_tables([one], MARKS, made=NOW)
    assert set_tables([one], MARKS, made=NOW) == pdf
    assert pdf[0].startswith(b"%PDF")
