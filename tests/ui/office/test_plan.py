"""The plan's page: figures one click from their records, entering values and money, reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QApplication

from jdz_field.central import progress as acts
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.main import open_office
from jdz_field.ui.office.plan import PlanPage
from jdz_field.ui.office.plan_rows import ASIDE, DOUBTS
from jdz_field.ui.office.window import OfficeWindow
from jdz_field.ui.widgets import text
from tests.central.plan_work import fill
from tests.ui.office.centre import Centre, centre

Rest = Callable[[OfficeWindow], None]


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with centre(tmp_path_factory.mktemp("plan"), sites=1) as made:
        fill(made.office, made.clerk)
        yield made


@pytest.fixture
def page(at: Centre, qtbot: Any) -> Iterator[PlanPage]:
    """The page alone, over a real connection."""
    office = OfficeContext(at.desk)
    made = PlanPage(office)
    made.resize(1180, 740)
    made.show()
    quiet(made, qtbot)
    yield made
    office.close()
    made.close()
    made.deleteLater()
    office.deleteLater()


def quiet(page: PlanPage, qtbot: Any) -> None:
    """Wait until the centre has answered everything."""
    for _turn in range(2):
        qtbot.waitUntil(page.office.jobs.idle, timeout=20_000)
        QApplication.processEvents()


def click(page: PlanPage, qtbot: Any, key: str) -> None:
    """Choose a row at the left with the mouse."""
    page.list.select(key)
    page.list.scrollTo(page.list.currentIndex())
    spot = page.list.visualRect(page.list.currentIndex()).center()
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def pick(card: Any, qtbot: Any, place: int = 0) -> None:
    """Choose a row of a card with the mouse."""
    index = card.list.model().index(place, 0)
    spot = card.list.visualRect(index).center()
    qtbot.mouseClick(card.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_the_list_has_everything_and_says_what_is_not_measured(page: PlanPage, qtbot: Any) -> None:
    rows = {row.key: row for row in page.list.rows}
    assert sum(key.startswith("i:") for key in rows) == 16
    assert sum(key.startswith("p:") for key in rows) == 12
    assert rows["i:1"].chip == "未测量"
    assert rows["i:2"].chip == "录入"
    assert rows["i:15"].chip == "3 条记录"
    assert rows[DOUBTS].right == "29"
    assert "2 条记录待审核" in page.said.text()
    click(page, qtbot, DOUBTS)
    labels = page.doubts.findChildren(type(text()))
    shown = "\n".join(label.text() for label in labels)
    assert all(f"I{n:02d}" in shown for n in range(1, 30))
    assert "«全市共有矿山108个»" in shown
    click(page, qtbot, ASIDE)
    assert [row.chip for row in page.aside.rows] == [
        "不是历史遗留矿山（持证矿山）",
        "待审核",
        "待审核",
    ]


def test_a_figure_is_one_click_from_its_records(page: PlanPage, qtbot: Any) -> None:
    click(page, qtbot, "p:A2")
    part = page.programme.parts[0]
    assert "6 / 245.83 平方公里" in part.head.text()
    assert "I10" in page.programme.doubts.words.text()
    pick(part.rows, qtbot)
    (row,) = part.behind.card.list.rows
    assert "东河上游小流域" in row.title
    pick(part.behind.card, qtbot)
    assert row.key in part.behind.one.words.text()
    qtbot.mouseClick(part.years, Qt.MouseButton.LeftButton)
    assert [r.title[:4] for r in part.rows.list.rows] == ["2022", "2023", "2024"]
    assert not part.behind.isVisible()
    pick(part.rows, qtbot, 1)
    page.load()
    quiet(page, qtbot)
    assert part.behind.isVisible(), "asking again closes nothing"
    assert "2023-" in part.behind.card.list.rows[0].title


def test_the_keyboard_walks_the_list(page: PlanPage, qtbot: Any) -> None:
    page.list.setFocus()
    page.list.select("i:14")
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert page.indicator.name.text().startswith("15 ")
    assert "3 条已审核记录" in page.indicator.whence.text()
    assert len(page.indicator.behind.card.list.rows) == 3
    assert "按图斑量算" in page.indicator.more.text()


def test_a_value_is_entered_corrected_and_taken_back(
    page: PlanPage, at: Centre, qtbot: Any
) -> None:
    view = page.indicator
    click(page, qtbot, "i:7")
    assert view.whence.text() == "未在本系统测量"
    view.year.setText("2024")
    view.value.setText("90.2 %")
    qtbot.mouseClick(view.give, Qt.MouseButton.LeftButton)
    assert "由谁提供" in view.fault.text(), "without a source it is refused"
    view.source.setText("市水利局")
    view.document.setText("水土保持公报 2024")
    qtbot.keyClick(view.document, Qt.Key.Key_Return)
    quiet(page, qtbot)
    assert view.whence.text() == "2024 年，市水利局，水土保持公报 2024"
    assert view.value.text() == ""
    pick(view.list, qtbot)
    assert (view.give.text(), view.value.text()) == ("更正", "90.2")
    view.value.setText("90.3")
    qtbot.mouseClick(view.give, Qt.MouseButton.LeftButton)
    quiet(page, qtbot)
    assert page.found["indicators"][6]["value"] == 90.3
    pick(view.list, qtbot)
    qtbot.mouseClick(view.back, Qt.MouseButton.LeftButton)
    assert "原因" in view.fault.text()
    view.why.setText("数据有误")
    qtbot.mouseClick(view.back, Qt.MouseButton.LeftButton)
    quiet(page, qtbot)
    assert view.whence.text() == "未在本系统测量"
    assert at.office.audit_is_whole()


def test_what_is_no_number_stays_and_is_said(page: PlanPage, qtbot: Any) -> None:
    click(page, qtbot, "i:3")
    page.indicator.source.setText("a")
    page.indicator.document.setText("b")
    for year, value in (("", "5"), ("x", "5"), ("2024", ""), ("2024", "viel"), ("1999", "5")):
        page.indicator.year.setText(year)
        page.indicator.value.setText(value)
        page.indicator.say("")
        qtbot.mouseClick(page.indicator.give, Qt.MouseButton.LeftButton)
        assert page.indicator.fault.text()
        assert page.indicator.value.text() == value
        assert page.indicator.give.isEnabled()


def test_money_is_changed_and_what_does_not_add_up_is_said(
    page: PlanPage, at: Centre, qtbot: Any
) -> None:
    click(page, qtbot, "p:A2")
    pick(page.programme.list, qtbot)
    view = page.money
    assert page.detail.currentWidget() is view
    assert "2,500" in view.notes.words.text()
    assert view.totals["planned"].text() == "2,400"
    qtbot.mouseClick(view.save, Qt.MouseButton.LeftButton)
    assert view.fault.text() == "没有改动。"
    view.cells["planned_social"].setText("viel")
    qtbot.mouseClick(view.save, Qt.MouseButton.LeftButton)
    assert "viel" in view.fault.text()
    view.cells["planned_social"].setText("100")
    view.document.setText("赣财〔2023〕2号")
    assert view.totals["planned"].text() == "2,500"
    qtbot.keyClick(view.why, Qt.Key.Key_Return)
    quiet(page, qtbot)
    assert view.notes.words.text() == "社会资金完成 80 万元，到位未填"
    one = next(p for p in page.found["projects"] if p["programme"] == "A2")
    assert (one["sources"]["social"]["planned"], one["document"]) == (100, "赣财〔2023〕2号")
    # Somebody else writes meanwhile: the same click is refused, and what was typed stays.
    acts.set_money(at.office, one["id"], {"budget": 2501.0}, who="别人")
    view.cells["planned_social"].setText("101")
    qtbot.mouseClick(view.save, Qt.MouseButton.LeftButton)
    quiet(page, qtbot)
    assert "他人" in view.fault.text()
    assert view.cells["planned_social"].text() == "101"


def test_an_earlier_day_shows_what_was_then(page: PlanPage, qtbot: Any) -> None:
    page.day.setDate(QDate(2021, 1, 1))
    quiet(page, qtbot)
    assert page.found["records"] == {}
    assert {row.chip for row in page.list.rows if row.key.startswith("i:")} == {"未测量", "无记录"}
    qtbot.mouseClick(page.today, Qt.MouseButton.LeftButton)
    quiet(page, qtbot)
    assert page.found["records"]


def test_the_report_is_written_where_the_person_says(
    page: PlanPage, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out: list[Path | None] = [tmp_path / "p.xlsx", tmp_path / "p.pdf", None]
    asked = iter(out)
    monkeypatch.setattr(page.office.questions, "save_file", lambda *_asked: next(asked))
    for wanted in out:
        qtbot.mouseClick(page.write, Qt.MouseButton.LeftButton)
        quiet(page, qtbot)
        assert wanted is None or wanted.stat().st_size > 10_000


def test_the_window_leads_there_and_back(at: Centre, rest: Rest, qtbot: Any) -> None:
    window = open_office(at.url, at.token)
    qtbot.mouseClick(window.navigation.buttons["plan"], Qt.MouseButton.LeftButton)
    rest(window)
    found = window.pages["plan"]
    assert isinstance(found, PlanPage)
    assert window.stack.currentWidget() is found
    assert found.detail.currentWidget() is found.indicator
    for size in ((1280, 800), (800, 1280)):
        window.resize(*size)
        QApplication.processEvents()
        assert found.write.height() >= 44
    window.close()
    window.deleteLater()
