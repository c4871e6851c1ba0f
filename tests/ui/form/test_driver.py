"""Drafts against the worst: the process is killed a second after the last key."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jdz_field.core.sites import Draft
from jdz_field.operations import late_drafts
from jdz_field.operations.records import Filling
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.driver import Driver, split_place
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.jobs import Jobs

SCRIPT = Path(__file__).with_name("window_to_kill.py")
ROOT = SCRIPT.parents[3]


def kill_after_a_second(folder: Path, what: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.form.window_to_kill", str(folder), what],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "answered"
        time.sleep(1.0)
    finally:
        process.kill()
        process.communicate()


def left(folder: Path) -> Draft:
    """The one draft, after the next start."""
    with Project.open(folder) as project:
        late_drafts.take_in(project)
        (draft,) = project.drafts()
        assert project.check() == []
    return draft


def test_a_second_after_the_answer_a_kill_loses_nothing(folder):
    kill_after_a_second(folder, "answer")
    draft = left(folder)
    assert (draft.answers["who"], draft.answers["depth"]) == ("张三", "2.5")
    assert split_place(draft.place)[0] == "/data/depth"


def test_a_kill_in_the_middle_of_a_word_loses_no_letter_older_than_a_second(folder):
    kill_after_a_second(folder, "word")
    assert left(folder).answers["who"].startswith("abcdefghij")


def test_nor_when_the_store_is_busy_with_something_long(folder):
    kill_after_a_second(folder, "busy")
    assert left(folder).answers["who"].startswith("abcdefghij")


def test_an_entry_of_a_repeat_outlives_a_kill(folder):
    kill_after_a_second(folder, "repeat")
    draft = left(folder)
    assert draft.answers["crack"][-1] == {"name": "LF-2", "gap": "7.5"}
    assert split_place(draft.place)[0].endswith("/gap")


def test_after_a_kill_one_is_back_at_the_same_step(folder, qtbot):
    kill_after_a_second(folder, "pages")
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    app.views = {"every": "questions"}
    page = FormPage(app, "every", None, app.reader.drafts()[0].id)
    page.resize(900, 800)
    page.show()
    qtbot.waitUntil(lambda: page.pager.paged)
    assert page.pager.step.key == "/data/depth"
    assert page.body.questions["/data/depth"].editor.line.text() == "2.5"
    qtbot.waitUntil(page.body.questions["/data/depth"].editor.line.hasFocus)
    page.close()
    page.deleteLater()
    app.close()
    app.deleteLater()


def test_a_late_draft_is_taken_in_when_the_window_opens_again(folder, qtbot):
    with Project.open(folder) as project:
        filling = Filling.start(project, "every")
        filling.session.answer("/data/who", "张三")
        late_drafts.put(folder, filling.draft(project))
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    with qtbot.waitSignal(app.changed, timeout=5000):
        pass
    assert app.reader.drafts()[0].answers["who"] == "张三"
    assert late_drafts.waiting(folder) == []
    app.close()
    app.deleteLater()


def test_one_comes_back_to_where_one_had_scrolled_to(app, settle, qtbot):
    first = FormPage(app, "every")
    first.resize(900, 700)
    first.show()
    settle()
    first.driver.answer("/data/slope", "30")
    first.area.verticalScrollBar().setValue(first.area.verticalScrollBar().value() + 180)
    slope = first.body.questions["/data/slope"]
    first.area.hold(slope, 333)
    qtbot.waitUntil(lambda: first.driver.offset == 333)
    qtbot.waitUntil(lambda: not first.driver.unsaved(), timeout=3000)
    first.close()
    first.deleteLater()
    again = FormPage(app, "every", None, app.reader.drafts()[0].id)
    again.resize(900, 700)
    again.show()
    settle()
    question = again.body.questions["/data/slope"]
    qtbot.waitUntil(lambda: abs(again.area.top_of(question) - 333) <= 1)
    again.close()
    again.deleteLater()


@pytest.fixture
def driver(app: AppContext) -> Iterator[Driver]:
    made = Driver(app, Filling.start(app.reader, "every"))
    yield made
    made.leave()
    made.deleteLater()


def test_a_busy_store_is_not_waited_for(driver, app, qtbot, settle: Callable[[], None]):
    app.jobs.with_store(lambda _project: time.sleep(1.5), app, print, print)
    driver.answer("/data/who", "张三")
    qtbot.waitUntil(lambda: late_drafts.waiting(app.path) != [], timeout=1000)
    driver.answer("/data/who", "张三丰")
    settle()
    qtbot.waitUntil(lambda: not driver.unsaved(), timeout=5000)
    assert late_drafts.waiting(app.path) == []
    assert app.reader.drafts()[0].answers["who"] == "张三丰"


def test_a_store_that_is_locked_keeps_the_draft_beside_it(driver, app, qtbot, monkeypatch):
    monkeypatch.setattr("jdz_field.ui.form.driver.RETRY_MS", 200)
    other = sqlite3.connect(app.path / "field.gpkg", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    driver.answer("/data/who", "张三")
    qtbot.waitUntil(lambda: late_drafts.waiting(app.path) != [], timeout=1000)
    other.execute("ROLLBACK")
    other.close()
    qtbot.waitUntil(lambda: not driver.unsaved(), timeout=20_000)
    qtbot.waitUntil(lambda: late_drafts.waiting(app.path) == [])


def test_where_one_is_is_kept_without_an_answer(driver, qtbot, app):
    driver.answer("/data/who", "张三")
    qtbot.waitUntil(lambda: not driver.unsaved(), timeout=3000)
    driver.moved("/data/depth", 40)
    assert driver.unsaved()
    qtbot.waitUntil(lambda: not driver.unsaved(), timeout=3000)
    assert app.reader.drafts()[0].place == "/data/depth@40"


def test_looking_around_in_an_untouched_form_makes_no_draft(driver, qtbot, app):
    driver.moved("/data/depth", 40)
    assert not driver.unsaved()


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ("/data/a@12", ("/data/a", 12)),
        ("/data/a@-3", ("/data/a", -3)),
        ("/data/a", ("/data/a", 0)),
        ("", ("", 0)),
        ("@7", ("@7", 0)),
        ("/data/a@b", ("/data/a@b", 0)),
    ],
)
def test_a_place_is_a_question_and_how_far_down_it_stands(place, parts):
    assert split_place(place) == parts
