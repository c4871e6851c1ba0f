"""What was done in a form is taken back and done again, step by step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jdz_field.operations.records import Filling
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.undo import MOST
from tests.ui.form.forms import ACTIONS


@pytest.fixture
def driver(app: AppContext) -> Iterator[Driver]:
    made = Driver(app, Filling.start(app.reader, "every"))
    yield made
    made.leave()
    made.deleteLater()


def value(driver: Driver, ref: str) -> str:
    return driver.session.node(ref).value


def test_typing_in_one_field_is_one_step(driver):
    for text in ("1", "12", "12.5"):
        driver.answer("/data/depth", text)
    assert len(driver.history.done) == 1
    assert driver.undo().ref == "/data/depth"
    assert value(driver, "/data/depth") == ""
    driver.redo()
    assert value(driver, "/data/depth") == "12.5"


def test_a_field_that_was_left_begins_a_new_step(driver):
    driver.answer("/data/depth", "1")
    driver.history.seal()
    driver.answer("/data/depth", "12")
    driver.undo()
    assert value(driver, "/data/depth") == "1"
    driver.undo()
    assert value(driver, "/data/depth") == ""
    assert driver.undo() is None


def test_every_tap_of_a_select_is_a_step(driver):
    for answer in ("crack", "crack heave", "crack heave trees"):
        driver.answer("/data/signs", answer)
    driver.undo()
    assert value(driver, "/data/signs") == "crack heave"


def test_what_is_typed_and_taken_out_again_is_no_step(driver):
    driver.answer("/data/who", "张")
    driver.answer("/data/who", "")
    assert driver.history.done == []


def test_something_new_forgets_what_was_taken_back(driver):
    driver.answer("/data/who", "张三")
    driver.undo()
    driver.answer("/data/depth", "2")
    assert driver.redo() is None
    assert value(driver, "/data/who") == ""


def test_calculated_values_and_relevance_follow(driver):
    driver.answer("/data/kind", "slide")
    driver.answer("/data/slide/width", "12")
    assert value(driver, "/data/slide/grade") == "大"
    assert [c.ref for step in driver.history.done for c in step.changes] == [
        "/data/kind",
        "/data/slide/width",
    ]
    driver.undo()
    assert value(driver, "/data/slide/grade") == "小"
    driver.undo()
    assert not driver.session.node("/data/slide/width").relevant


def test_an_entry_is_taken_out_and_comes_back_with_what_it_held(driver):
    driver.add_repeat("/data/crack")
    last = driver.session.node("/data/crack").children[-1]
    driver.answer(f"{last}/name", "LF-9")
    driver.undo()
    driver.undo()
    assert last not in driver.session.node("/data/crack").children
    driver.redo()
    assert value(driver, f"{last}/name") == ""
    driver.redo()
    assert value(driver, f"{last}/name") == "LF-9"


def test_a_removed_entry_comes_back_to_its_place(driver):
    for number in (1, 2, 3):
        while len(driver.session.node("/data/crack").children) < number:
            driver.add_repeat("/data/crack")
        driver.answer(f"/data/crack[{number}]/name", f"LF-{number}")
        driver.answer(f"/data/crack[{number}]/gap", str(number))
    driver.remove_repeat("/data/crack[2]")
    assert value(driver, "/data/total") == "4"
    assert driver.undo().kind == "remove"
    names = [value(driver, f"/data/crack[{n}]/name") for n in (1, 2, 3)]
    assert names == ["LF-1", "LF-2", "LF-3"]
    assert value(driver, "/data/total") == "6"
    driver.redo()
    assert value(driver, "/data/crack[2]/name") == "LF-3"
    # What was done before is still there to be taken back.
    driver.undo()
    driver.undo()
    assert value(driver, "/data/crack[3]/gap") == ""


def test_several_answers_can_be_one_step(driver):
    with driver.together("沿用"):
        driver.answer("/data/who", "张三")
        driver.answer("/data/signs", "crack")
        driver.answer("/data/who", "李四")
    assert len(driver.history.done) == 1
    assert driver.history.done[0].words == "沿用"
    driver.undo()
    assert (value(driver, "/data/who"), value(driver, "/data/signs")) == ("", "")
    driver.redo()
    assert (value(driver, "/data/who"), value(driver, "/data/signs")) == ("李四", "crack")


def test_a_row_and_what_is_carried_over_into_it_are_one_step(driver):
    before = len(driver.session.node("/data/crack").children)
    with driver.together():
        made = driver.add_repeat("/data/crack")
        driver.answer(f"{made}/name", "LF-1")
        driver.answer("/data/depth", "3")
    assert len(driver.history.done) == 1
    driver.undo()
    assert len(driver.session.node("/data/crack").children) == before
    assert value(driver, "/data/depth") == ""
    driver.redo()
    assert value(driver, f"{made}/name") == "LF-1"
    assert value(driver, "/data/depth") == "3"


def test_what_the_form_itself_set_along_with_an_answer_is_taken_back_too(app, folder):
    with Project.open(folder) as project:
        project.add_form("actions", "1", "动作", ACTIONS, None)
    app.look()
    driver = Driver(app, Filling.start(app.reader, "actions"))
    driver.answer("/data/note", "原样")
    driver.answer("/data/kind", "b")
    assert value(driver, "/data/note") == "由 b 填写"
    step = driver.undo()
    assert [change.ref for change in step.changes] == ["/data/kind", "/data/note"]
    assert value(driver, "/data/note") == "原样"
    driver.redo()
    assert value(driver, "/data/note") == "由 b 填写"
    driver.leave()
    driver.deleteLater()


def test_there_is_an_end_to_what_is_remembered(driver):
    for number in range(MOST + 30):
        driver.answer("/data/depth", str(number))
        driver.history.seal()
    assert len(driver.history.done) == MOST


def test_nothing_is_taken_back_while_the_record_is_made(driver):
    driver.answer("/data/who", "张三")
    driver.closed = True
    assert driver.undo() is None
    assert driver.redo() is None
    driver.closed = False


def test_undo_is_written_like_an_answer(driver, qtbot, app):
    driver.answer("/data/who", "张三")
    with qtbot.waitSignal(driver.saved, timeout=3000):
        pass
    with qtbot.waitSignal(driver.saved, timeout=3000):
        driver.undo()
    assert app.reader.drafts()[0].answers["who"] is None
