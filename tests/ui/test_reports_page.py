"""The page of reports: chosen by touch and by key, looked at, saved, stopped."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.record_detail import RecordDetail
from jdz_field.ui.reports_desk import ReportsDesk
from jdz_field.ui.reports_page import ReportsPage
from jdz_field.ui.sites.list import SitesPage
from jdz_field.ui.sites.page import SitePage

Settle = Callable[[], None]


@pytest.fixture
def opened(app: AppContext, qtbot: Any, settle: Settle) -> Iterator[Callable[..., ReportsDesk]]:
    made: list[ReportsPage] = []

    def open_page(argument: object = None) -> ReportsDesk:
        page = ReportsPage(app, argument)
        qtbot.addWidget(page)
        made.append(page)
        page.resize(1280, 800)
        page.show()
        drawn(page.desk, qtbot, settle)
        return page.desk

    yield open_page
    for page in made:
        page.leave()
        page.hide()
    settle()


def drawn(page: ReportsDesk, qtbot: Any, settle: Settle) -> None:
    """Wait until what is chosen has been drawn."""
    qtbot.waitUntil(lambda: not page._pause.isActive(), timeout=10_000)
    settle()


def first_point(app: AppContext) -> Any:
    return app.reader.search(SiteQuery(kinds=("geohazard",), order="code"), limit=1)[0]


def test_a_card_is_seen_and_saved_by_touch(
    app: AppContext,
    opened: Callable[..., ReportsDesk],
    qtbot: Any,
    settle: Settle,
    answers: Any,
    tmp_path: Path,
) -> None:
    page = opened(first_point(app).id)
    assert page.controls.what == "work"
    assert len(page.preview.pages) == 1
    assert not page.edit.isVisible()
    answers.files = [tmp_path / "卡"]
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    # Names are in it: what becomes of them is asked first.
    assert page.controls.personal.wrong.isVisible()
    assert answers.files
    chip = page.controls.personal.chips["keep"]
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    drawn(page, qtbot, settle)
    assert (tmp_path / "卡.pdf").read_bytes().startswith(b"%PDF")
    assert page.box.isVisible()


def test_the_ledger_of_the_list_by_keys(
    opened: Callable[..., ReportsDesk], qtbot: Any, settle: Settle, answers: Any, tmp_path: Path
) -> None:
    page = opened(SiteQuery(kinds=("geohazard",)))
    assert page.controls.what == "ledger"
    assert "40" in page.controls.scopes.chips["list"].text()
    assert page.preview.pages
    chip = page.controls.personal.chips["leave-out"]
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    drawn(page, qtbot, settle)
    answers.files = [tmp_path / "台账.xlsx"]
    qtbot.keyClick(page.edit, Qt.Key.Key_Space)
    settle()
    with zipfile.ZipFile(tmp_path / "台账.xlsx") as book:
        assert b"139" not in book.read("xl/worksheets/sheet1.xml")


def test_pages_turn_by_key_and_by_touch(
    opened: Callable[..., ReportsDesk], qtbot: Any, settle: Settle
) -> None:
    page = opened(SiteQuery(kinds=("geohazard",)))
    qtbot.keyClick(page.controls.reports.chips["movement"], Qt.Key.Key_Space)
    drawn(page, qtbot, settle)
    assert len(page.preview.pages) > 1
    qtbot.keyClick(page.preview, Qt.Key.Key_PageDown)
    assert page.preview.number == 1
    qtbot.mouseClick(page.preview.before, Qt.MouseButton.LeftButton)
    assert page.preview.number == 0
    qtbot.keyClick(page.preview, Qt.Key.Key_PageUp)
    assert page.preview.number == 0
    qtbot.mouseClick(page.preview.page, Qt.MouseButton.LeftButton)
    assert not page.preview.page.whole


def test_what_cannot_be_made_is_said_in_place_of_the_pages(
    app: AppContext, opened: Callable[..., ReportsDesk], qtbot: Any, settle: Settle
) -> None:
    page = opened(first_point(app).id)
    page.controls.choose("household")
    qtbot.waitUntil(lambda: page.preview.which.text() == "正在生成预览……", timeout=10_000)
    drawn(page, qtbot, settle)
    assert page.preview.pages == []
    assert "明白卡信息采集" in page.preview.trouble.words.text()
    page.controls.choose("work")
    page.controls.number.setText("12345")
    page.controls.number.editingFinished.emit()
    drawn(page, qtbot, settle)
    assert "12345" in page.preview.trouble.words.text()


def test_a_day_before_the_project_has_nothing(
    app: AppContext, opened: Callable[..., ReportsDesk], qtbot: Any, settle: Settle
) -> None:
    page = opened()
    chip = page.controls.day.chips.chips["year"]
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    drawn(page, qtbot, settle)
    assert page.preview.pages == []
    qtbot.mouseClick(page.controls.day.chips.chips["other"], Qt.MouseButton.LeftButton)
    drawn(page, qtbot, settle)
    assert page.controls.day.edit.isVisible()
    assert page.preview.pages


def test_everything_is_narrowed_by_county_and_township(
    app: AppContext, opened: Callable[..., ReportsDesk], qtbot: Any, settle: Settle
) -> None:
    point = first_point(app)
    page = opened(SiteQuery(kinds=("geohazard",)))
    assert not page.controls.counties.isVisible()
    page.controls.choose_scope("all")
    chip = page.controls.counties.chips[point.fields["county_code"]]
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    page.controls.town.setText("无此镇")
    qtbot.keyClick(page.controls.town, Qt.Key.Key_Return)
    drawn(page, qtbot, settle)
    assert page.preview.pages == []
    page.controls.town.setText(point.fields["town"])
    page.controls.town.editingFinished.emit()
    drawn(page, qtbot, settle)
    assert page.preview.pages
    asked = page.controls.asked()
    assert (asked.county, asked.town) == (point.fields["county_code"], point.fields["town"])


def test_a_batch_is_stopped(
    opened: Callable[..., ReportsDesk], qtbot: Any, settle: Settle, answers: Any, tmp_path: Path
) -> None:
    page = opened(SiteQuery(kinds=("geohazard",)))
    page.controls.choose("work")
    drawn(page, qtbot, settle)
    page.controls.personal.choose("keep")
    drawn(page, qtbot, settle)
    answers.files = [tmp_path / "a.pdf"]
    page.go.click()
    page.waiting.stop.click()
    settle()
    assert not (tmp_path / "a.pdf").exists()
    assert page.done is None
    assert page.go.isEnabled()


def test_a_place_that_cannot_be_written_is_said(
    opened: Callable[..., ReportsDesk],
    app: AppContext,
    qtbot: Any,
    settle: Settle,
    answers: Any,
    tmp_path: Path,
) -> None:
    said: list[str] = []
    app.toast_wanted.connect(lambda words, _undo: said.append(words))
    page = opened(SiteQuery(kinds=("geohazard",)))
    page.controls.personal.choose("keep")
    drawn(page, qtbot, settle)
    answers.files = [tmp_path / "nowhere" / "a.xlsx"]
    page.edit.click()
    settle()
    assert "a.xlsx" in said[-1]
    assert page.done is None


def test_other_kinds_of_site_have_no_cards(
    app: AppContext, opened: Callable[..., ReportsDesk]
) -> None:
    mine = app.reader.search(SiteQuery(kinds=("mine",)), limit=1)[0]
    page = opened(mine.id)
    assert page.controls.what == "record"
    assert "work" not in page.controls.reports.chips


def test_targets_are_large_enough_and_say_what_they_are(
    app: AppContext, opened: Callable[..., ReportsDesk]
) -> None:
    page = opened(first_point(app).id)
    for part in page.findChildren(QPushButton):
        if part.isVisible():
            assert part.height() >= 44
            assert part.text() or part.accessibleName()
    for part in (page.preview.before, page.preview.after):
        assert part.accessibleName()
        assert min(part.width(), part.height()) >= 44


def test_the_ways_to_it(app: AppContext, qtbot: Any, settle: Settle) -> None:
    wanted: list[tuple[str, object]] = []
    app.page_wanted.connect(lambda name, argument: wanted.append((name, argument)))
    point = first_point(app)
    for page in (SitePage(app, point.id), SitesPage(app)):
        qtbot.addWidget(page)
        page.show()
        settle()
        qtbot.mouseClick(page.print, Qt.MouseButton.LeftButton)
        page.hide()
    detail = RecordDetail(app)
    qtbot.addWidget(detail)
    detail.print.click()
    settle()
    assert [name for name, _argument in wanted] == ["reports"] * 3
    assert wanted[0][1] == point.id
    assert isinstance(wanted[1][1], SiteQuery)
    assert wanted[2][1] == ("record", "")
