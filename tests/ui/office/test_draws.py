"""The office draws by lot in its window, sees the draw, publishes it as a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt

from jdz_field.central import drawing, tasks
from jdz_field.core.errors import BadUsage
from jdz_field.operations.draws import save_draw
from jdz_field.ui.office.draws import DrawsPage
from jdz_field.ui.office.window import OfficeWindow
from tests.central.test_tasks import publish
from tests.ui.office.centre import Centre

Rest = Callable[[OfficeWindow], None]


@pytest.fixture
def page(busy: Centre, window: OfficeWindow, rest: Rest, tmp_path: Path) -> DrawsPage:
    publish(busy.office, tmp_path)
    window.show_page("draws")
    window.show()
    rest(window)
    found = window.pages["draws"]
    assert isinstance(found, DrawsPage)
    return found


def tick(page: DrawsPage, qtbot, row: int) -> None:
    qtbot.mouseClick(list(page.people.chips.values())[row], Qt.MouseButton.LeftButton)


def test_a_draw_with_inspectors_and_tasks(
    busy: Centre, page: DrawsPage, window: OfficeWindow, rest: Rest, qtbot, tmp_path: Path
) -> None:
    assert page.none.isVisible()
    names = list(page.people.chips)
    tick(page, qtbot, 0)
    tick(page, qtbot, 1)
    tick(page, qtbot, 1)
    assert page.people.chosen() == names[:1]
    page.each.setText("1")
    page.count.setText("3")
    page.why.setText("第四季度")
    page.task.setChecked(True)
    qtbot.mouseClick(page.act, Qt.MouseButton.LeftButton)
    rest(window)
    (kept,) = drawing.made(busy.office)
    assert (len(kept["drawn"]), kept["why"]) == (3, "第四季度")
    assert [row.right for row in page.list.rows] == names[:1] * 3
    assert [row.key for row in page.list.rows] == [one["id"] for one in kept["drawn"]]
    assert kept["seed"] in page.told.text()
    assert len(tasks.tasks(busy.office)) == 3
    window.office.questions.save_file = lambda *_any: tmp_path / "draw.xlsx"
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    rest(window)
    book = openpyxl.load_workbook(tmp_path / "draw.xlsx", read_only=True)
    cells = [str(cell) for row in book.worksheets[0].values for cell in row if cell]
    book.close()
    assert {kept["seed"], kept["fingerprint"], *(one["id"] for one in kept["drawn"])} <= set(cells)


def test_records_take_no_tasks_and_by_keyboard(
    busy: Centre, page: DrawsPage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    page.what.setCurrentIndex(page.what.findData("records"))
    assert not page.task.isVisible()
    page.count.setText("1")
    page.act.setFocus()
    qtbot.keyClick(page.act, Qt.Key.Key_Space)
    rest(window)
    (kept,) = drawing.made(busy.office)
    assert kept["what"] == "records"
    assert page.past.count() == 1


def test_more_inspectors_than_there_are_is_refused_in_a_sentence(
    busy: Centre, page: DrawsPage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    tick(page, qtbot, 0)
    page.each.setText("3")
    qtbot.mouseClick(page.act, Qt.MouseButton.LeftButton)
    rest(window)
    assert page.fault.isVisible()
    assert drawing.made(busy.office) == []


def test_a_table_runs_no_formula_and_has_a_known_suffix(tmp_path: Path) -> None:
    told = {"seed": "=1+1", "population": 1, "fingerprint": "f", "drawn": [{"id": "+x"}]}
    save_draw(told, tmp_path / "a.csv")
    assert "'=1+1" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(BadUsage):
        save_draw(told, tmp_path / "a.pdf")
