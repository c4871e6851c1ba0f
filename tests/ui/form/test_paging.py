"""One part or one question at a time: by form, by screen, by choice; on and back in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jdz_field.operations.forms import definition
from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.paging import VIEWS, fitting_view, view_name
from tests.ui.form.styled import add_styled


@pytest.fixture
def folder(folder: Path, tmp_path: Path) -> Path:
    with Project.open(folder) as project:
        add_styled(project, tmp_path / "media")
    return folder


@pytest.fixture
def open_form(app: AppContext, settle: Callable[[], None]) -> Iterator[Callable[..., FormPage]]:
    made: list[FormPage] = []

    def open_one(
        form: str = "styled", width: int = 1280, height: int = 800, site: str | None = None
    ) -> FormPage:
        page = FormPage(app, form, site)
        page.resize(width, height)
        page.show()
        settle()
        made.append(page)
        return page

    yield open_one
    for page in made:
        page.leave()
    settle()
    for page in made:
        page.close()
        page.deleteLater()


def seen(page: FormPage) -> list[str]:
    return [ref for ref, question in page.body.questions.items() if question.isVisible()]


@pytest.mark.parametrize(
    ("form", "width", "height", "scale", "view"),
    [
        ("every", 1280, 800, 1.0, "all"),
        ("every", 800, 1280, 1.0, "groups"),
        ("every", 480, 900, 1.0, "questions"),
        ("every", 800, 1280, 2.0, "questions"),
        ("every", 1280, 800, 2.0, "all"),
        # A form that asks for pages and names them by its field lists.
        ("styled", 1280, 800, 1.0, "questions"),
    ],
)
def test_the_view_follows_the_form_and_the_screen(app, form, width, height, scale, view):
    assert fitting_view(definition(app.reader, form), width, height, scale) == view


def test_a_form_that_asks_for_pages_without_field_lists_is_paged_by_its_parts(app):
    form = definition(app.reader, "every")
    form.style = "pages theme-grid"
    try:
        assert fitting_view(form, 1280, 800, 1.0) == "groups"
    finally:
        form.style = ""


def test_every_view_has_a_name():
    assert len({view_name(view) for view in VIEWS}) == 3


def test_a_field_list_is_one_page_and_other_questions_have_their_own(open_form):
    page = open_form()
    keys = [step.key for step in page.pager.steps]
    assert keys == ["/data/base", "/data/more/a", "/data/more/b", "/data/place", "/data/end"]
    assert seen(page) == ["/data/base/who", "/data/base/rain"]
    assert page.foot.where.text() == "1/5 · 基本"
    assert not page.foot.back.isEnabled()
    assert page.foot.done.isHidden()


def test_on_and_back_by_button(open_form):
    page = open_form()
    page.foot.on.click()
    assert seen(page) == ["/data/more/a"]
    page.foot.back.click()
    assert seen(page) == ["/data/base/who", "/data/base/rain"]
    for _step in range(4):
        page.foot.on.click()
    assert page.foot.on.isHidden()
    assert page.foot.done.isVisible()
    assert seen(page) == ["/data/end"]


def test_one_may_finish_from_any_page_when_nothing_is_missing(open_form):
    page = open_form()
    assert page.foot.done.isHidden()
    page.driver.answer("/data/base/who", "张三")
    assert page.foot.done.isVisible()
    assert page.foot.on.isVisible()
    page.driver.answer("/data/base/who", "")
    assert page.foot.done.isHidden()


def test_a_part_that_only_says_something_is_no_page_of_its_own(open_form, site):
    page = open_form("geohazard_inspection", 800, 1280, site)
    assert page.pager.view == "groups"
    first = page.pager.steps[0]
    assert len(first.refs) == 2
    assert page.pager.step.key == first.refs[1]
    assert first.refs[0] in seen(page)
    assert page.foot.where.text().endswith(first.title)
    assert page.body.step_of(first.refs[0]) == first.key


def test_on_and_back_by_key_with_the_keyboard_at_the_first_question(open_form, qtbot):
    page = open_form()
    page.activateWindow()
    page.body.questions["/data/base/who"].editor.take_focus()
    for key, there in (
        (Qt.Key.Key_Right, "/data/more/a"),
        (Qt.Key.Key_Right, "/data/more/b"),
        (Qt.Key.Key_Left, "/data/more/a"),
    ):
        qtbot.keyClick(QApplication.focusWidget(), key, Qt.KeyboardModifier.AltModifier)
        assert seen(page) == [there]
        assert page.body.questions[there].editor.line.hasFocus()


def test_page_down_scrolls_to_the_end_of_a_page_and_then_turns_it(open_form, qtbot, settle):
    page = open_form(height=420)
    page.driver.answer("/data/base/rain", "yes")
    page.turn(1)
    settle()
    page.activateWindow()
    page.body.questions["/data/crack/width"].editor.take_focus()
    line = page.body.questions["/data/crack/width"].editor.line
    bar = page.area.verticalScrollBar()
    bar.setValue(0)
    qtbot.keyClick(line, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    assert page.pager.step.key == "/data/crack"
    for _key in range(9):
        if page.pager.step.key != "/data/crack":
            break
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown)
    assert page.pager.step.key == "/data/more/a"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageUp)
    assert page.pager.step.key == "/data/crack"


def test_enter_goes_on_when_one_question_is_asked_at_a_time(open_form, qtbot):
    page = open_form()
    page.activateWindow()
    page.go_to("/data/more/a")
    qtbot.waitUntil(page.body.questions["/data/more/a"].editor.line.hasFocus)
    line = page.body.questions["/data/more/a"].editor.line
    qtbot.keyClicks(line, "yes")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert page.driver.session.node("/data/more/a").value == "yes"
    assert seen(page) == ["/data/more/b"]


def test_ctrl_enter_finishes_from_any_page(open_form, qtbot):
    page = open_form()
    page.activateWindow()
    page.turn(1)
    page.walker.focus_first()
    qtbot.keyClick(
        QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    assert page.problems.isVisible()
    assert page.pager.step.key == "/data/base"


def test_what_is_missing_or_wrong_is_said_and_stops_nobody(open_form):
    page = open_form()
    page.driver.answer("/data/base/rain", "yes")
    page.foot.on.click()
    assert seen(page) == ["/data/crack/look", "/data/crack/width", "/data/crack/deep"]
    page.driver.answer("/data/crack/width", "-5")
    page.foot.on.click()
    assert seen(page) == ["/data/more/a"]
    page.foot.back.click()
    assert page.body.questions["/data/crack/width"].wrong() == "宽度在 0 到 2000 毫米之间"
    page.foot.back.click()
    assert page.body.questions["/data/base/who"].wrong() == "没有巡查人员的记录不能入库"


def test_why_is_said_in_the_language_of_the_form(open_form):
    page = open_form()
    page.driver.set_language("English (en)")
    page.foot.on.click()
    page.foot.back.click()
    assert page.body.questions["/data/base/who"].wrong() == "A record needs its inspector"


def test_another_language_stays_on_the_page_and_renames_it(open_form):
    page = open_form()
    page.driver.answer("/data/base/rain", "yes")
    page.turn(1)
    page.driver.answer("/data/crack/width", "3")
    page.driver.set_language("English (en)")
    assert page.pager.step.key == "/data/crack"
    assert seen(page)[1] == "/data/crack/width"
    assert page.body.questions["/data/crack/width"].label.text() == "Crack width (mm) *"
    assert page.body.questions["/data/crack/width"].editor.line.text() == "3"


def test_pages_come_and_go_with_the_answers(open_form):
    page = open_form()
    assert len(page.pager.steps) == 5
    page.driver.answer("/data/base/rain", "yes")
    assert page.foot.where.text() == "1/6 · 基本"
    page.turn(1)
    assert page.pager.step.key == "/data/crack"
    page.driver.answer("/data/base/rain", "no")
    # The page went away under the hand: what stands in its place is shown.
    assert page.pager.step.key == "/data/more/a"
    assert page.foot.where.text() == "2/5 · 甲"


def test_what_is_half_typed_outlives_the_turn_of_a_page(open_form, qtbot):
    page = open_form()
    page.activateWindow()
    line = page.body.questions["/data/base/who"].editor.line
    line.setFocus()
    qtbot.keyClicks(line, "zhang")
    page.foot.on.click()
    page.foot.back.click()
    assert line.text() == "zhang"
    assert page.driver.session.node("/data/base/who").value == "zhang"


def test_the_person_chooses_and_it_is_remembered_for_this_form(open_form, app):
    page = open_form()
    asked = []
    app.preference_wanted.connect(lambda name, value: asked.append((name, value)))
    page.head.view.views["all"].trigger()
    assert page.pager.step is None
    assert set(seen(page)) >= {"/data/base/who", "/data/end"}
    assert asked == [("views", {"styled": "all"})]
    assert page.foot.done.isVisible()
    again = open_form()
    assert again.pager.view == "all"
    again.head.view.fits.trigger()
    assert again.pager.view == "questions"
    assert app.views == {}


def test_turning_the_tablet_keeps_the_question(open_form, settle, qtbot):
    page = open_form("every", 1280, 800)
    assert page.pager.view == "all"
    page.driver.answer("/data/depth", "3")
    page.resize(480, 900)
    settle()
    assert page.pager.view == "questions"
    assert page.pager.step.key == "/data/depth"
    page.resize(1280, 800)
    settle()
    assert page.pager.step is None


def test_larger_text_turns_to_smaller_pages(qapp, open_form):
    theme.apply(qapp, "light", 2.0)
    page = open_form("every", 800, 1280)
    assert page.pager.view == "questions"
    theme.apply(qapp, "outdoor")


def swipe(page: FormPage, start: QPoint, by: int, across: int = 0) -> None:
    device = QTest.createTouchDevice()
    window = page.window().windowHandle()
    QTest.touchEvent(window, device).press(0, start).commit()
    for step in range(1, 11):
        point = start + QPoint(by * step // 10, across * step // 10)
        QTest.touchEvent(window, device).move(0, point).commit()
    QTest.touchEvent(window, device).release(0, start + QPoint(by, across)).commit()


def test_a_finger_turns_the_page(open_form, settle):
    page = open_form(width=800, height=1000)
    middle = page.area.mapTo(page, page.area.rect().center())
    swipe(page, middle, -300)
    settle()
    assert page.pager.step.key == "/data/more/a"
    swipe(page, middle, 300)
    settle()
    assert page.pager.step.key == "/data/base"


def test_a_swipe_that_begins_on_a_choice_answers_nothing(open_form, settle):
    page = open_form(width=800, height=1000)
    cell = page.body.questions["/data/base/rain"].editor.grid.cells[0]
    swipe(page, cell.mapTo(page, cell.rect().center()), -260)
    settle()
    assert page.driver.session.node("/data/base/rain").value == ""
    assert page.pager.step.key == "/data/more/a"
    assert not cell.isDown()
    page.turn(-1)
    cell.click()
    assert page.driver.session.node("/data/base/rain").value == "yes"


def test_a_finger_that_goes_down_or_stays_turns_nothing(open_form, settle):
    page = open_form(width=800, height=1000)
    middle = page.area.mapTo(page, page.area.rect().center())
    for by, across in ((-20, 0), (-120, 200), (0, -200)):
        swipe(page, middle, by, across)
        settle()
        assert page.pager.step.key == "/data/base"
