"""Importing a ledger: preview first, then written, reported, taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt

from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.sites.importing import ALL, ImportPage

Settle = Callable[[], None]
ROWS = [
    ("360222019001", "瑶里镇甲组滑坡", "滑坡", "浮梁县", "瑶里镇", 117.55, 29.52, "26"),
    ("360222019002", "瑶里镇乙组崩塌", "崩塌", "浮梁县", "瑶里镇", 117.56, 29.53, "约30人"),
    ("360222019003", "海上的点", "滑坡", "浮梁县", "瑶里镇", 121.0, 25.0, "5"),
    ("360222019004", "没有坐标的点", "滑坡", "浮梁县", "瑶里镇", None, None, "5"),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(["统一编号", "名称", "灾害类型", "县", "乡镇", "经度", "纬度", "威胁人口"])
    for row in ROWS:
        sheet.append(row)
    file = tmp_path / "台账.xlsx"
    book.save(file)
    return file


@pytest.fixture
def page(app: AppContext, qtbot) -> ImportPage:
    made = ImportPage(app)
    qtbot.addWidget(made)
    made.resize(820, 700)
    made.show()
    return made


def count(app: AppContext) -> int:
    return app.reader.count(SiteQuery(kinds=("geohazard",)))


def test_the_preview_shows_every_row_and_writes_nothing(
    page: ImportPage, app: AppContext, ledger: Path, answers: Any, settle: Settle, qtbot
) -> None:
    before = count(app)
    answers.files = [ledger]
    qtbot.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    settle()
    assert page.table.rows.rowCount() == 4
    assert count(app) == before
    assert "新增 2" in page.summary.text()
    assert "拒绝 2" in page.summary.text()
    assert page.go.text() == "导入 2 行"


def test_only_one_status_can_be_looked_at(
    page: ImportPage, ledger: Path, settle: Settle, qtbot
) -> None:
    page.check(ledger)
    settle()
    qtbot.mouseClick(page.filters["refused"], Qt.MouseButton.LeftButton)
    model = page.table.rows
    assert model.rowCount() == 2
    assert "拒绝" in model.index(0, 1).data()
    assert model.index(0, 4).data()
    qtbot.mouseClick(page.filters[ALL], Qt.MouseButton.LeftButton)
    assert model.rowCount() == 4


def test_importing_writes_reports_and_can_be_taken_back(
    page: ImportPage, app: AppContext, ledger: Path, settle: Settle, qtbot
) -> None:
    before = count(app)
    page.check(ledger)
    settle()
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    settle()
    assert count(app) == before + 2
    reports = list((app.path / "reports").glob("*.xlsx"))
    assert len(reports) == 1
    assert page.open_report.isVisible()
    assert not page.go.isVisible()
    qtbot.mouseClick(page.take_back, Qt.MouseButton.LeftButton)
    settle()
    assert count(app) == before
    assert page.stack.currentIndex() == 0


def test_another_kind_is_checked_anew(
    page: ImportPage, ledger: Path, settle: Settle, qtbot
) -> None:
    page.check(ledger)
    settle()
    first = page.report
    qtbot.mouseClick(page.kinds["risk"], Qt.MouseButton.LeftButton)
    settle()
    assert page.report is not first
    assert page.kind == "risk"


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_ledger_is_one_sentence(
    page: ImportPage, tmp_path: Path, settle: Settle, content: bytes
) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(content)
    page.check(file)
    settle()
    assert page.report is None
    assert page.stack.currentIndex() == 0
    assert "x.xlsx" in page.start.hint.text()


def test_a_ledger_without_coordinates_is_one_sentence(
    page: ImportPage, tmp_path: Path, settle: Settle
) -> None:
    book = Workbook()
    book.active.append(["统一编号", "名称"])
    book.active.append(["360222019001", "甲"])
    file = tmp_path / "x.xlsx"
    book.save(file)
    page.check(file)
    settle()
    assert page.report is None
    assert page.start.hint.text()


def test_nothing_chosen_nothing_happens(page: ImportPage, answers: Any) -> None:
    answers.files = [None]
    page.ask_file()
    assert page.file is None


def test_leaving_stops_a_check(page: ImportPage, ledger: Path, settle: Settle) -> None:
    page.check(ledger)
    assert page.leave()
    settle()


def test_the_table_keeps_qts_rules(
    page: ImportPage, ledger: Path, settle: Settle, qtmodeltester
) -> None:
    page.check(ledger)
    settle()
    qtmodeltester.check(page.table.rows)
