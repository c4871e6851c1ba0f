"""The report workbook: every row with its reasons, texts that stay texts."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from jdz_field.core.catalogue import site_kind
from jdz_field.core.i18n import set_language
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.issues import CheckedRow, Issue, Skipped
from jdz_field.ledger.layout import lay_out
from jdz_field.ledger.report import ReportBook
from tests.ledger.conftest import GOOD, HEAD, MakeBook

ROWS = [
    CheckedRow(2, {"code": "1", "name": "瑶里"}),
    CheckedRow(3, {"name": "=1+1"}, [Issue("bad_value", "坏值\x01")], ["约30人 → 30"]),
    CheckedRow(4, {}, [Issue("no_position", "没有位置"), Issue("bad_value", "x")]),
]


@pytest.mark.parametrize(("language", "refused"), [("zh", "已拒绝"), ("en", "refused")])
def test_rows_reasons_and_summary(
    book: MakeBook, tmp_path: Path, language: str, refused: str
) -> None:
    set_language(language)
    layout = lay_out(open_ledger(book([HEAD, GOOD])), site_kind("geohazard"), file="x")
    report = ReportBook()
    for row, action in zip(ROWS, ("imported", "updated", "refused"), strict=True):
        report.add(row, action, ["威胁人口: 12 → 13"] if action == "updated" else ())
    out = tmp_path / "report.xlsx"
    skipped = [Skipped(9, "合计行", "合计 3")]
    report.save(out, layout, site_kind("geohazard"), {"文件": "x"}, skipped, sample=True)
    summary, rows, columns = openpyxl.load_workbook(out).worksheets
    assert summary["A1"].value in ("虚构示例", "Invented sample data")
    assert [cell.value for cell in summary[5]] == ["9 (合计行)", "合计 3"]
    assert rows.max_row == 4
    assert [cell.value for cell in rows[3]][4:9] == [
        *("=1+1", "bad_value", "坏值 ", "约30人 → 30", "威胁人口: 12 → 13"),
    ]
    # A text, not a formula.
    assert rows["E3"].data_type == "s"
    assert rows["F4"].value == "no_position bad_value"
    assert rows["B4"].value == rows["C4"].value == refused
    assert columns.max_row == len(HEAD) + 1
