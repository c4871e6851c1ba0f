"""The office prints what the centre holds: as it stands, and as it stood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt

from jdz_field.operations.office_copy import copy_centre
from jdz_field.operations.report_choice import ALL, LEDGER, RECORD, Choice
from jdz_field.store.project import Project
from jdz_field.ui.office.reports import ReportsOfficePage
from jdz_field.ui.office.window import OfficeWindow
from tests.ui.conftest import Answers
from tests.ui.office.centre import Centre


@pytest.fixture
def page(
    busy: Centre, window: OfficeWindow, rest: Callable[[OfficeWindow], None], qtbot: Any
) -> ReportsOfficePage:
    """The page of reports of a centre with some of everything."""
    assert window.office is not None
    window.office.questions = Answers()
    window.show()
    qtbot.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    window.show_page("reports")
    found = window.pages["reports"]
    assert isinstance(found, ReportsOfficePage)
    qtbot.waitUntil(lambda: found.desk is not None, timeout=20_000)
    drawn(found, window, rest, qtbot)
    assert busy.url
    return found


def drawn(
    page: ReportsOfficePage, window: OfficeWindow, rest: Callable[[OfficeWindow], None], qtbot: Any
) -> None:
    """Wait until what is chosen has been drawn."""
    assert page.desk is not None
    qtbot.waitUntil(lambda: not page.desk._pause.isActive(), timeout=10_000)
    rest(window)


def test_the_ledger_of_the_centre_is_seen_and_saved(
    page: ReportsOfficePage,
    window: OfficeWindow,
    rest: Callable[[OfficeWindow], None],
    qtbot: Any,
    tmp_path: Path,
) -> None:
    desk = page.desk
    assert desk is not None
    assert desk.controls.asked() == Choice(LEDGER, ALL)
    assert desk.preview.pages
    desk.controls.personal.choose("keep")
    drawn(page, window, rest, qtbot)
    desk.app.questions.files = [tmp_path / "台账.xlsx"]  # type: ignore[attr-defined]
    qtbot.mouseClick(desk.edit, Qt.MouseButton.LeftButton)
    drawn(page, window, rest, qtbot)
    book = openpyxl.load_workbook(tmp_path / "台账.xlsx")
    assert book.worksheets[0].max_row > 4
    book.close()


def test_records_bring_their_photos(
    page: ReportsOfficePage,
    window: OfficeWindow,
    rest: Callable[[OfficeWindow], None],
    qtbot: Any,
    tmp_path: Path,
) -> None:
    desk = page.desk
    assert desk is not None
    desk.controls.choose(RECORD)
    drawn(page, window, rest, qtbot)
    assert desk.preview.pages
    desk.controls.personal.choose("keep")
    drawn(page, window, rest, qtbot)
    desk.app.questions.files = [tmp_path / "r.docx"]  # type: ignore[attr-defined]
    qtbot.keyClick(desk.edit, Qt.Key.Key_Space)
    drawn(page, window, rest, qtbot)
    assert (tmp_path / "r.docx").stat().st_size > 2_000


def test_a_copy_follows_the_centre(busy: Centre, tmp_path: Path) -> None:
    with_desk = busy.desk()
    try:
        place = copy_centre(with_desk, tmp_path)
        with Project.open(place, read_only=True) as project:
            before = project.feed_position
            sites = project.sites_then("9999")
            assert {s.code for s in sites.sites} >= {str(one["code"]) for one in with_desk.sites()}
            assert sites.unsure == frozenset()
        heard: list[int] = []
        assert copy_centre(with_desk, tmp_path, heard.append) == place
        assert heard == [before]
        # Another centre, or one that was restored: the copy is made anew.
        with Project.open(place) as project:
            project.begin_feed("another")
        assert copy_centre(with_desk, tmp_path) == place
        with Project.open(place, read_only=True) as project:
            assert project.feed_position == before
    finally:
        with_desk.close()


def test_nothing_is_read_while_nobody_looks(
    window: OfficeWindow, rest: Callable[[OfficeWindow], None]
) -> None:
    window.refresh()
    rest(window)
    found = window.pages["reports"]
    assert isinstance(found, ReportsOfficePage)
    assert found.desk is None
