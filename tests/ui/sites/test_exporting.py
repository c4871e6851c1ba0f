"""The export page: choices that fit each other, the file, what it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt

from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.sites.exporting import ExportPage

Settle = Callable[[], None]


@pytest.fixture
def page(app: AppContext, qtbot: Any, settle: Settle) -> Iterator[ExportPage]:
    made = ExportPage(app, SiteQuery(kinds=("geohazard",), order="code"))
    qtbot.addWidget(made)
    made.resize(800, 1000)
    made.show()
    settle()
    yield made
    made.hide()
    settle()


def test_the_filter_of_the_list_is_written_by_touch(
    page: ExportPage, qtbot: Any, settle: Settle, answers: Any, tmp_path: Path
) -> None:
    assert "40" in page.scopes.chips["shown"].text()
    qtbot.mouseClick(page.profiles.chips["geohazard_ledger"], Qt.MouseButton.LeftButton)
    if page.personal.isVisible():
        page.personal.choose("leave-out")
    answers.files = [tmp_path / "台账.xlsx"]
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    settle()
    assert page.done is not None
    assert page.done.written == 40
    assert page.box.isVisible()
    book = openpyxl.load_workbook(tmp_path / "台账.xlsx")
    assert book.worksheets[0].max_row == 42
    book.close()


def test_by_keys_alone(
    page: ExportPage, qtbot: Any, settle: Settle, answers: Any, tmp_path: Path
) -> None:
    qtbot.keyClick(page.formats.chips[".gpkg"], Qt.Key.Key_Space)
    assert page.suffix == ".gpkg"
    if page.personal.isVisible():
        page.personal.choose("keep")
    answers.files = [tmp_path / "out"]
    qtbot.keyClick(page.go, Qt.Key.Key_Space)
    settle()
    assert (tmp_path / "out.gpkg").exists()


def test_choices_fit_each_other(page: ExportPage, settle: Settle) -> None:
    page.choose_format(".kmz")
    assert not page.systems.isVisible()
    assert not page.profiles.isVisible()
    page.choose_format(".shp")
    page.choose_scope("plot")
    assert page.profiles.chips["forestry_plots"].isVisible()
    assert not page.profiles.chips["geohazard_ledger"].isVisible()
    page.choose_profile("forestry_plots")
    page.choose_format(".kml")
    assert page.profile == ""
    page.choose_scope("all")
    page.choose_format(".xlsx")
    page.choose_profile("geohazard_ledger")
    assert page.scope == "geohazard"
    settle()


def test_without_a_choice_about_names_nothing_is_asked(
    page: ExportPage, qtbot: Any, answers: Any, tmp_path: Path
) -> None:
    assert page.personal.isVisible()
    answers.files = [tmp_path / "a.csv"]
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    assert answers.files == [tmp_path / "a.csv"]
    assert page.personal.wrong.isVisible()


def test_what_fails_is_said_and_can_be_done_again(
    page: ExportPage, settle: Settle, answers: Any, tmp_path: Path
) -> None:
    page.choose_format(".geojson")
    page.choose_scope("all")
    settle()
    page.personal.choose("keep")
    answers.files = [tmp_path / "a.geojson"]
    page.go.click()
    settle()
    assert not (tmp_path / "a.geojson").exists()
    assert page.done is None
    assert page.go.isEnabled()


def test_targets_are_large_enough(page: ExportPage) -> None:
    chips = [*page.scopes.chips.values(), *page.formats.chips.values(), page.go]
    assert all(chip.height() >= 44 for chip in chips if chip.isVisible())


def test_degrees_are_spelled_as_chosen_in_tables_alone(
    page: ExportPage, qtbot: Any, settle: Settle, answers: Any, tmp_path: Path
) -> None:
    assert page.spellings.isVisible()
    qtbot.mouseClick(page.spellings.chips["dms"], Qt.MouseButton.LeftButton)
    if page.personal.isVisible():
        page.personal.choose("leave-out")
    answers.files = [tmp_path / "o.xlsx"]
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    settle()
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    row = [str(cell.value) for cell in book.worksheets[0][2]]
    book.close()
    assert sum("″" in cell for cell in row) == 2
    qtbot.keyClick(page.systems.chips["4527"], Qt.Key.Key_Space)
    assert not page.spellings.isVisible()
    page.choose_system("4490")
    page.choose_format(".gpkg")
    assert not page.spellings.isVisible()
