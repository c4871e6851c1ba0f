"""The list of all questions, the next open one, undo by key: one way through a form in a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jdz_field.operations.sample_photos import sample_photo
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.undo import describe
from jdz_field.ui.form.walker import problem_after
from tests.ui.form.styled import add_styled


@pytest.fixture
def folder(folder: Path, tmp_path: Path) -> Path:
    with Project.open(folder) as project:
        add_styled(project, tmp_path / "media")
    return folder


@pytest.fixture
def open_form(app: AppContext, settle: Callable[[], None]) -> Iterator[Callable[..., FormPage]]:
    made: list[FormPage] = []

    def open_one(form: str = "every", width: int = 1280, height: int = 800) -> FormPage:
        page = FormPage(app, form)
        page.resize(width, height)
        page.show()
        page.activateWindow()
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


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


CTRL = Qt.KeyboardModifier.ControlModifier


def states(page: FormPage) -> dict[str, str]:
    return {row.key: row.data for row in page.overview.rows() if not row.heading}


# ---- the list
def test_every_question_has_its_state_and_irrelevant_ones_are_absent(open_form, settle):
    page = open_form()
    page.driver.answer("/data/depth", "2")
    page.driver.answer("/data/people", "-1")
    page.driver.answer("/data/kind", "slide")
    settle()
    page.overview.show_now()
    found = states(page)
    assert found["/data/depth"] == "answered"
    assert found["/data/people"] == "wrong"
    assert found["/data/who"] == "missing"
    assert found["/data/story"] == "empty"
    assert found["/data/slide/grade"] == "shown"
    assert "/data/note" not in found
    page.driver.answer("/data/kind", "fall")
    settle()
    page.overview.show_now()
    assert "/data/slide/width" not in states(page)


def test_the_list_follows_the_answers_soon(open_form, qtbot):
    page = open_form()
    assert page.overview.isVisible()
    page.driver.answer("/data/depth", "2")
    qtbot.waitUntil(lambda: states(page)["/data/depth"] == "answered", timeout=1000)
    row = next(row for row in page.overview.rows() if row.key == "/data/depth")
    assert row.line == "2"


def test_rows_stand_under_their_part_with_its_count(open_form, settle):
    page = open_form()
    page.driver.answer("/data/kind", "slide")
    page.driver.answer("/data/slide/width", "12")
    settle()
    page.overview.show_now()
    headings = [row.title for row in page.overview.rows() if row.heading]
    assert "滑坡情况   1/1" in headings


def test_it_is_searched_and_enter_goes_to_what_fits_first(open_form, qtbot):
    page = open_form()
    page.area.setFocus()
    press(Qt.Key.Key_G, CTRL)
    assert page.overview.search.hasFocus()
    page.overview.search.setText("深")
    assert list(states(page)) == ["/data/depth"]
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(page.body.questions["/data/depth"].editor.line.hasFocus)


def test_answers_are_searched_too_and_nothing_found_is_said(open_form):
    page = open_form()
    page.driver.answer("/data/story", "凌晨听见响声")
    page.overview.show_now()
    page.overview.search.setText("响声")
    assert list(states(page)) == ["/data/story"]
    page.overview.search.setText("没有这个")
    assert page.overview.none.isVisible()
    assert page.overview.rows() == []


def test_only_what_is_open(open_form, settle):
    page = open_form()
    page.driver.answer("/data/depth", "2")
    settle()
    page.overview.open.click()
    assert "/data/depth" not in states(page)
    assert "/data/who" in states(page)
    page.overview.all.click()
    assert "/data/depth" in states(page)


def test_a_wide_window_has_it_beside_and_a_narrow_one_above_the_form(open_form, settle):
    page = open_form()
    assert page.overview.isVisible()
    assert page.area.mapTo(page, page.area.rect().topLeft()).x() >= page.overview.width()
    page.resize(800, 1100)
    settle()
    assert page.overview.isHidden()
    page.head.list.click()
    assert page.overview.isVisible()
    assert page.overview.width() == page.width()
    page.resize(1280, 800)
    settle()
    assert page.overview.isVisible()
    assert page.overview.width() < 500


def test_the_sheet_goes_when_a_question_is_chosen_by_tap(open_form, settle, qtbot):
    page = open_form(width=800, height=1100)
    page.head.list.click()
    settle()
    index = next(n for n, row in enumerate(page.overview.rows()) if row.key == "/data/slope")
    box = page.overview.list.visualRect(page.overview.list.model().index(index, 0))
    page.overview.list.scrollTo(page.overview.list.model().index(index, 0))
    box = page.overview.list.visualRect(page.overview.list.model().index(index, 0))
    qtbot.mouseClick(page.overview.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert page.overview.isHidden()
    qtbot.waitUntil(lambda: page.driver.place == "/data/slope")


def test_escape_and_a_tap_beside_it_close_the_sheet(open_form, settle, qtbot):
    page = open_form(width=800, height=1100)
    page.area.setFocus()
    press(Qt.Key.Key_F4)
    assert page.overview.search.hasFocus()
    press(Qt.Key.Key_Escape)
    assert page.overview.isHidden()
    assert page.area.hasFocus()
    press(Qt.Key.Key_F4)
    qtbot.mouseClick(page.dock.veil, Qt.MouseButton.LeftButton, pos=page.rect().topLeft())
    assert page.overview.isHidden()


def test_where_one_is_is_marked(open_form):
    page = open_form()
    page.body.questions["/data/depth"].editor.take_focus()
    assert page.overview.list.key() == "/data/depth"


def test_many_entries_have_a_line_each_and_single_questions_only_in_a_search(open_form, settle):
    page = open_form()
    for number in range(1, 9):
        while len(page.driver.session.node("/data/crack").children) < number:
            page.driver.add_repeat("/data/crack")
        page.driver.answer(f"/data/crack[{number}]/name", f"LF-{number}")
    settle()
    page.overview.show_now()
    entries = [row for row in page.overview.rows() if row.key.startswith("/data/crack[")]
    assert [row.key for row in entries] == [f"/data/crack[{n}]" for n in range(1, 9)]
    assert entries[2].line == "1/2"
    page.overview.search.setText("LF-5")
    assert list(states(page)) == ["/data/crack[5]/name"]


# ---- the next open question
def test_f8_leads_round_all_problems(open_form, qtbot):
    page = open_form("styled")
    page.driver.answer("/data/base/rain", "yes")
    page.driver.answer("/data/crack/width", "-4")
    page.area.setFocus()
    seen = []
    for _press in range(4):
        press(Qt.Key.Key_F8)
        qtbot.wait(60)
        seen.append(page.driver.place)
    assert seen == ["/data/base/who", "/data/crack/width"] * 2
    press(Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: page.driver.place == "/data/base/who")
    assert page.body.questions["/data/crack/width"].wrong()


def test_the_button_counts_problems_and_leads_to_the_next(open_form, qtbot):
    page = open_form()
    assert page.head.problems.text() == "2 处必填未答"
    page.driver.answer("/data/people", "-1")
    assert page.head.problems.text() == "1 处有误 · 2 处必填未答"
    page.head.problems.click()
    qtbot.waitUntil(lambda: page.driver.place == "/data/kind")
    page.head.problems.click()
    qtbot.waitUntil(page.body.questions["/data/who"].editor.line.hasFocus)
    for ref, answer in (("/data/people", "1"), ("/data/who", "x"), ("/data/kind", "fall")):
        page.driver.answer(ref, answer)
    assert page.head.problems.text() == "没有漏项"
    assert not page.head.problems.isEnabled()


@pytest.mark.parametrize(
    ("here", "by", "there"),
    [
        ("a", 1, "b"),
        ("c", 1, "e"),
        ("e", 1, "b"),
        ("b", -1, "e"),
        ("c", -1, "b"),
        ("a", -1, "e"),
        ("nowhere", 1, "b"),
        ("nowhere", -1, "e"),
    ],
)
def test_the_next_problem_is_seen_from_where_one_is(here, by, there):
    assert problem_after(["b", "e"], here, by, list("abcdef")) == there


def test_without_problems_there_is_no_next():
    assert problem_after([], "a", 1, list("abc")) == ""


# ---- undo by key
def test_a_typed_field_is_one_step_for_ctrl_z_and_the_field_keeps_the_keyboard(open_form, qtbot):
    page = open_form()
    line = page.body.questions["/data/depth"].editor.line
    line.setFocus()
    qtbot.keyClicks(line, "12")
    qtbot.waitUntil(lambda: page.driver.session.node("/data/depth").value == "12")
    qtbot.keyClicks(line, ".5")
    press(Qt.Key.Key_Z, CTRL)
    assert line.text() == ""
    qtbot.waitUntil(line.hasFocus)
    press(Qt.Key.Key_Y, CTRL)
    assert line.text() == "12.5"
    press(Qt.Key.Key_Z, CTRL)
    press(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert line.text() == "12.5"


def test_two_fields_are_two_steps_and_undo_goes_where_it_was(open_form, qtbot):
    page = open_form()
    for name, words in (("who", "zhang"), ("depth", "3")):
        line = page.body.questions[f"/data/{name}"].editor.line
        line.setFocus()
        qtbot.keyClicks(line, words)
    press(Qt.Key.Key_Z, CTRL)
    assert page.driver.session.node("/data/depth").value == ""
    assert page.driver.session.node("/data/who").value == "zhang"
    page.head.undo.click()
    assert page.driver.session.node("/data/who").value == ""
    qtbot.waitUntil(page.body.questions["/data/who"].editor.line.hasFocus)


def test_undo_turns_to_the_page_of_the_question(open_form, qtbot, settle):
    page = open_form("styled")
    page.driver.answer("/data/base/rain", "no")
    page.turn(1)
    page.turn(1)
    page.head.undo.click()
    settle()
    assert page.pager.step.key == "/data/base"
    assert page.driver.session.node("/data/base/rain").value == ""


def test_what_was_taken_back_is_said(open_form):
    page = open_form()
    said = []
    page.app.toast_wanted.connect(lambda words, _undo: said.append(words))
    page.driver.answer("/data/depth", "12")
    page.driver.history.seal()
    page.driver.answer("/data/depth", "20")
    page.head.undo.click()
    assert said == ["已撤销：深度 20 → 12"]
    page.head.redo.click()
    assert said[-1] == "已重做：深度 12 → 20"


def test_steps_are_called_what_a_person_calls_them(open_form):
    page = open_form()
    page.driver.answer("/data/kind", "slide")
    step = page.driver.history.done[-1]
    assert describe(page.driver.session, step, forward=True) == "类型 — → 滑坡"
    made = page.driver.add_repeat("/data/crack")
    step = page.driver.history.done[-1]
    assert describe(page.driver.session, step) == f"添加：裂缝 {made[-2]}"
    page.driver.remove_repeat(made)
    assert describe(page.driver.session, page.driver.history.done[-1]).startswith("移除：裂缝")


def test_buttons_say_which_step_they_are_for(open_form):
    page = open_form()
    assert not page.head.undo.isEnabled()
    page.driver.answer("/data/depth", "12")
    page.head.undo.setFocus()
    assert page.head.undo.toolTip() == "撤销：深度 — → 12 (Ctrl+Z)"
    page.undo()
    assert not page.head.undo.isEnabled()
    assert page.head.redo.isEnabled()


def test_same_again_is_taken_back(app, site, settle, open_form, qtbot):
    first = FormPage(app, "every", site)
    first.show()
    for ref, answer in (("/data/who", "张三"), ("/data/kind", "fall")):
        first.driver.answer(ref, answer)
    with qtbot.waitSignal(app.back_wanted, timeout=5000):
        first.finalize()
    first.close()
    first.deleteLater()
    again = FormPage(app, "every", site)
    again.show()
    again.body.questions["/data/who"].again.click()
    assert again.driver.session.node("/data/who").value == "张三"
    again.undo()
    assert again.driver.session.node("/data/who").value == ""
    assert again.body.questions["/data/who"].again.isVisible()
    again.leave()
    settle()
    again.close()
    again.deleteLater()


def test_a_photo_goes_and_comes_back_and_stays_in_the_project(open_form, tmp_path, settle):
    page = open_form()
    file = sample_photo(tmp_path / "IMG_1.jpg", page.app.reader.now(), (117.2, 29.3))
    photo = page.body.questions["/data/picture"].editor
    photo.take(file)
    settle()
    kept = page.app.reader.attachments(record=page.filling.id)
    assert [one.filename for one in kept] == ["IMG_1.jpg"]
    page.undo()
    settle()
    assert page.driver.session.node("/data/picture").value == ""
    assert page.app.reader.attachments(record=page.filling.id) == []
    assert page.shelf.path_of(kept[0]).is_file()
    page.redo()
    settle()
    assert page.driver.session.node("/data/picture").value == "IMG_1.jpg"
    back = page.app.reader.attachments(record=page.filling.id)
    assert [(one.filename, one.path) for one in back] == [("IMG_1.jpg", "/data/picture")]
    photo.drop.click()
    page.undo()
    settle()
    assert [a.filename for a in page.app.reader.attachments(record=page.filling.id)] == [
        "IMG_1.jpg"
    ]


# ---- for who does not see it
def test_every_field_has_the_name_of_its_question(open_form):
    page = open_form()
    for question in page.body.questions.values():
        if question.isVisible() and question.node.control == "input":
            field = question.editor.focusProxy() or question.editor
            assert question.node.label.replace("*", "")[:2] in field.accessibleName()
    who = page.body.questions["/data/who"].editor.line
    assert who.accessibleName() == "谁（必填）"
    assert who.accessibleDescription() == "姓名"


def test_what_is_wrong_is_said_with_the_field(open_form):
    page = open_form()
    page.body.questions["/data/people"].editor.take_focus()
    page.driver.answer("/data/people", "-3")
    page.body.questions["/data/people"].editor.settled.emit()
    line = page.body.questions["/data/people"].editor.line
    assert "人数不能是负数" in line.accessibleDescription()


def test_the_rows_of_the_list_are_read_with_their_state(open_form):
    page = open_form()
    page.overview.show_now()
    interface = QAccessible.queryAccessibleInterface(page.overview.list)
    texts = [
        interface.child(n).text(QAccessible.Text.Name)
        for n in range(min(interface.childCount(), 6))
    ]
    assert any("必填" in words for words in texts)
    assert page.head.list.accessibleName()
    assert page.head.view.accessibleName()
