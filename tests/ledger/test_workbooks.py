"""Workbooks: merged cells, formulas, dates, errors, row numbers, old .xls."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl

from jdz_field.ledger.tables import UNCOMPUTED, filled
from jdz_field.ledger.workbooks import read_xls, read_xlsx
from tests.ledger.conftest import MakeBook

OLD = Path(__file__).parent.parent / "data" / "old.xls"


def test_rows_keep_the_numbers_a_person_sees(book: MakeBook) -> None:
    path = book([["a"], [], [], ["b"]])
    assert [(n, c[0]) for n, c in read_xlsx(path)[0].rows() if any(c)] == [(1, "a"), (4, "b")]


def test_a_table_can_be_read_twice(book: MakeBook) -> None:
    table = read_xlsx(book([["a"], ["b"]]))[0]
    assert list(table.rows()) == list(table.rows())


def test_cells_merged_downwards_are_repeated(book: MakeBook) -> None:
    path = book(
        [["浮梁县", "甲"], [None, "乙"], [None, None], ["乐平市", "丙"]], merges=["A1:A3", "A4:B4"]
    )
    rows = [tuple(cells) for _n, cells in read_xlsx(path)[0].rows()]
    # An empty row stays empty, a merge sideways is not repeated.
    assert rows[:2] == [("浮梁县", "甲"), ("浮梁县", "乙")]
    assert not any(rows[2])
    assert rows[3][0] == "乐平市"


def test_a_merge_that_overlaps_values_does_not_overwrite_them() -> None:
    rows = iter([(1, ["a", 1]), (2, ["b", 2]), (3, [None, 3])])
    assert [c[0] for _n, c in filled(rows, [(1, 3, 0, 0)])] == ["a", "b", "a"]


def test_a_formula_without_a_result_is_told(book: MakeBook) -> None:
    path = book([["人数", "户数"], ["=1+2", 3]])
    assert list(read_xlsx(path)[0].rows())[1] == (2, [UNCOMPUTED, 3])


def test_a_formula_with_a_result_gives_it(book: MakeBook, tmp_path: Path) -> None:
    path, out = book([["人数"], ["=1+2"]]), tmp_path / "computed.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            text = old.read(member)
            if member == "xl/worksheets/sheet1.xml":
                assert b"<f>1+2</f><v></v>" in text or b"<f>1+2</f><v />" in text
                text = text.replace(b"<v></v>", b"<v>3</v>").replace(b"<v />", b"<v>3</v>")
            new.writestr(member, text)
    assert list(read_xlsx(out)[0].rows())[1] == (2, (3,))


def test_hidden_sheets_are_marked(book: MakeBook) -> None:
    path = book([["a"]], sheets={"隐藏": [["b"]]})
    loaded = openpyxl.load_workbook(path)
    loaded["隐藏"].sheet_state = "hidden"
    loaded.save(path)
    assert [(t.name, t.hidden) for t in read_xlsx(path)] == [("台账", False), ("隐藏", True)]


def test_a_size_the_file_states_wrongly_does_not_cut_rows(book: MakeBook, tmp_path: Path) -> None:
    path, out = book([["a", "b"], ["c", "d"]]), tmp_path / "lying.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            text = old.read(member).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"')
            new.writestr(member, text)
    assert [tuple(c) for _n, c in read_xlsx(out)[0].rows()] == [("a", "b"), ("c", "d")]


def test_old_workbooks_are_read() -> None:
    shown, hidden = read_xls(OLD)
    rows = [tuple(cells) for _n, cells in shown.rows()]
    assert (shown.name, shown.hidden, hidden.hidden) == ("台账", False, True)
    # xlwt writes midnight without a zone, as every workbook does.
    day = dt.datetime(2022, 11, 4)  # noqa: DTZ001
    assert rows[2] == (360222010001.0, "瑶里滑坡", "浮梁县", "滑坡", 117.4, 29.5, day)
    assert rows[3][2] == "浮梁县"
    assert rows[3][6] is True


def test_hidden_rows_are_read_and_told_and_hidden_sheets_are_not(tmp_path: Path) -> None:
    import openpyxl

    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    for row in (("编号", "名称"), ("1", "甲"), ("2", "乙"), ("3", "丙")):
        first.append(row)
    first.row_dimensions[3].hidden = True
    first.row_dimensions[4].hidden = True
    made.create_sheet("旧表").sheet_state = "hidden"
    made.save(tmp_path / "l.xlsx")
    made.close()
    shown, old = read_xlsx(tmp_path / "l.xlsx")
    assert len(list(shown.rows())) == 4
    assert old.hidden
    assert "2" in shown.notes[0]
    assert "旧表" in shown.notes[1]
