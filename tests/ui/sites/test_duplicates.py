"""Sites that may be one, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt

from jdz_field.core.i18n import set_language
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.sites.duplicates import DuplicatesPage

Settle = Callable[[], None]
CODE = "360222019901"


@pytest.fixture
def page(app: AppContext, settle: Settle, qtbot) -> DuplicatesPage:
    with Project.open(app.path) as project:
        for number, kind, people in (("zz-a", "01", None), ("zz-b", "02", 7)):
            project.edit(
                "geohazard",
                number,
                {
                    "code": CODE,
                    "name": f"重复点{number}",
                    "kind_code": kind,
                    "threatened_people": people,
                    "geometry": "POINT (117.4 29.5)",
                },
            )
    made = DuplicatesPage(app)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    settle()
    wanted = next(row for row in made.list.rows if row.title == CODE)
    made.list.chosen.emit(wanted)
    return made


def cell(page: DuplicatesPage, field: str) -> Any:
    return next(row for row in page.cells.rows if row.key == field)


def test_two_sites_stand_side_by_side_and_are_merged(
    page: DuplicatesPage, app: AppContext, settle: Settle, qtbot
) -> None:
    assert cell(page, "kind_code").chip == "取 1"
    # What the first lacks is filled from the other.
    assert cell(page, "threatened_people").chip == "取 2"
    assert cell(page, "code").chip == "相同"
    page.cells.setFocus()
    page.cells.select("kind_code")
    qtbot.keyClick(page.cells, Qt.Key.Key_Space)
    assert cell(page, "kind_code").chip == "取 2"
    qtbot.mouseClick(page.merge, Qt.MouseButton.LeftButton)
    settle()
    first, second = app.reader.site("zz-a"), app.reader.site("zz-b")
    assert first is not None
    assert second is not None
    assert (first.fields["kind_code"], first.fields["threatened_people"]) == ("02", 7)
    assert second.deleted
    page.refresh()
    settle()
    assert CODE not in {row.title for row in page.list.rows}


def test_the_other_one_may_stay(
    page: DuplicatesPage, app: AppContext, settle: Settle, qtbot
) -> None:
    page.activateWindow()
    qtbot.keyClick(page, Qt.Key.Key_2)
    assert page.other.isChecked()
    assert not page.one.isChecked()
    assert cell(page, "kind_code").chip == "取 2"
    qtbot.keyClick(page, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    settle()
    first, second = app.reader.site("zz-a"), app.reader.site("zz-b")
    assert first is not None
    assert second is not None
    assert first.deleted
    assert not second.deleted


def test_they_are_two_is_remembered(
    page: DuplicatesPage, app: AppContext, settle: Settle, qtbot
) -> None:
    qtbot.mouseClick(page.two, Qt.MouseButton.LeftButton)
    settle()
    page.refresh()
    settle()
    assert CODE not in {row.title for row in page.list.rows}
    assert app.reader.site("zz-b") is not None


def test_upright_and_in_english(page: DuplicatesPage) -> None:
    page.resize(720, 1100)
    set_language("en")
    page.retranslate()
    page.grab()
    assert page.merge.text() == "Merge into 1"
    assert page.cells.mapTo(page, page.cells.rect().topLeft()).y() > page.list.y()
