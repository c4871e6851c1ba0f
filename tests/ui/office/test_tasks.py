"""The office gives a task in its window, sees it answered or late, and takes it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDate, Qt

from jdz_field.central import tasks as acts
from jdz_field.ui.office.tasks import TasksPage
from jdz_field.ui.office.window import OfficeWindow
from tests.central.test_tasks import publish
from tests.ui.office.centre import Centre

Rest = Callable[[OfficeWindow], None]


def test_a_task_is_given_and_taken_back(
    busy: Centre, window: OfficeWindow, rest: Rest, qtbot, tmp_path: Path
) -> None:
    publish(busy.office, tmp_path)
    window.show()
    qtbot.mouseClick(window.navigation.buttons["tasks"], Qt.MouseButton.LeftButton)
    window.refresh()
    rest(window)
    page = window.pages["tasks"]
    assert isinstance(page, TasksPage)
    assert page.list.rows == []
    site = busy.office.sites()[0]
    page.search.setText(str(site["code"]))
    assert page.site.currentData() == site["id"]
    page.due.setDate(QDate(2020, 1, 2))
    page.note.setText("看裂缝")
    qtbot.keyClick(page.note, Qt.Key.Key_Return)
    rest(window)
    (told,) = acts.tasks(busy.office)
    assert (told["site"], told["due"], told["note"]) == (site["id"], "2020-01-02", "看裂缝")
    (row,) = page.list.rows
    assert "已超期" in row.chip
    page.list.select(row.key)
    page.list.chosen.emit(row)
    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    rest(window)
    assert (acts.tasks(busy.office), page.list.rows) == ([], [])


def test_without_a_site_it_is_refused_in_a_sentence(
    at: Centre, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    window.show_page("tasks")
    window.show()
    rest(window)
    page = window.pages["tasks"]
    assert isinstance(page, TasksPage)
    qtbot.mouseClick(page.give, Qt.MouseButton.LeftButton)
    rest(window)
    assert page.fault.isVisible()
    assert page.give.isEnabled()
    assert acts.tasks(at.office) == []
