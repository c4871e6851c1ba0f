"""The page of persons: one's own entry and PIN, others, drafts of others; by keys and touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jdz_field.core.sites import Draft
from jdz_field.operations import people_pins
from jdz_field.operations.drafts import set_rule
from jdz_field.operations.people import People
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.people import AddPersonPage, PeoplePage
from jdz_field.ui.people_pin import PinPage
from jdz_field.ui.preferences import Preferences, default_file
from jdz_field.ui.records import RecordsPage

Settle = Callable[[], None]
FORM = "geohazard_inspection"


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.setattr(people_pins, "_N", 16)
    made = People(default_file().parent)
    made.add("余小敏", phone="13812345678")
    made.add("汪晓兰", phone="13900001234", unit="浮梁县林业局", pin="1379")
    return made


@pytest.fixture
def app(people: People, folder: Path, answers) -> Iterator[AppContext]:
    with Project.open(folder) as project:
        version = next(form.version for form in project.forms() if form.form_id == FORM)
        now = "2026-11-22T04:00:00.000Z"
        project.save_draft(Draft("theirs", FORM, version, {}, "汪晓兰", now, now))
    context = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True), answers
    )
    yield context
    context.close()
    context.deleteLater()


@pytest.fixture
def window(app: AppContext, qtbot, settle: Settle, tmp_path: Path) -> Iterator[MainWindow]:
    preferences = Preferences.load(tmp_path / "window.json")
    preferences.theme = "outdoor"
    made = MainWindow(app, preferences)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.close()


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> PeoplePage:
    QTest.mouseClick(window.strip.person, Qt.MouseButton.LeftButton)
    settle()
    shown = window.stage.sheet.page
    assert isinstance(shown, PeoplePage)
    return shown


def test_one_sees_oneself_and_the_others_masked(page: PeoplePage) -> None:
    assert page.entry.name.text() == "余小敏"
    assert page.entry.phone.text() == "13812345678"
    rows = page.others.list.rows
    assert [row.title for row in rows] == ["汪晓兰"]
    assert "13•••••1234" in rows[0].line
    assert "13900001234" not in rows[0].line
    assert "余小敏" in page.advice.text()


def test_another_name_is_kept_and_stands_beside_what_follows(
    page: PeoplePage, app: AppContext, window: MainWindow, settle: Settle
) -> None:
    page.entry.name.setFocus()
    page.entry.name.setText("余晓敏")
    QTest.keyClick(page.entry.name, Qt.Key.Key_Return)
    settle()
    assert app.reader.author == "余晓敏"
    assert window.strip.person.text() == "余晓敏"
    assert app.person is not None
    assert app.person.names == ("余晓敏", "余小敏")


@pytest.mark.parametrize(("name", "word"), [("  ", "姓名"), ("汪晓兰", "已有")])
def test_what_is_no_name_is_said(
    page: PeoplePage, app: AppContext, settle: Settle, name: str, word: str
) -> None:
    page.entry.name.setText(name)
    QTest.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    settle()
    assert page.wrong.isVisible()
    assert app.reader.author == "余小敏"


def test_a_pin_is_set_by_keys_and_changed_by_touch(
    page: PeoplePage, app: AppContext, window: MainWindow, settle: Settle, people: People
) -> None:
    QTest.mouseClick(page.set_pin, Qt.MouseButton.LeftButton)
    settle()
    pins = window.stage.sheet.page
    assert isinstance(pins, PinPage)
    for digits in ("1234", "2580", "2581", "2580", "2580"):
        QTest.keyClicks(pins.pad, digits)
        QTest.keyClick(pins.pad, Qt.Key.Key_Return)
        settle()
    assert window.stage.sheet.page is page
    assert app.person is not None
    assert app.person.pin is not None
    assert window.guard._idle.isActive()
    QTest.mouseClick(page.set_pin, Qt.MouseButton.LeftButton)
    settle()
    pins = window.stage.sheet.page
    assert isinstance(pins, PinPage)
    assert pins.step == "present"
    for digits in ("0000", "2580", "7391", "7391"):
        for digit in (*digits, "+"):
            QTest.mouseClick(pins.pad.keys[digit], Qt.MouseButton.LeftButton)
        settle()
    assert people.enter(app.person.id, "7391").right


def test_a_pin_is_taken_away_by_who_knows_it(
    page: PeoplePage, app: AppContext, window: MainWindow, settle: Settle, people: People
) -> None:
    assert app.person is not None
    app.know(people.set_pin(app.person.id, "2580"))
    settle()
    QTest.mouseClick(page.drop_pin, Qt.MouseButton.LeftButton)
    settle()
    pins = window.stage.sheet.page
    assert isinstance(pins, PinPage)
    QTest.keyClicks(pins.pad, "2580")
    QTest.keyClick(pins.pad, Qt.Key.Key_Return)
    settle()
    assert people.everybody()[0].pin is None
    assert not page.drop_pin.isVisible()


def test_somebody_is_added(
    page: PeoplePage, app: AppContext, window: MainWindow, settle: Settle, people: People
) -> None:
    page.add.click()
    settle()
    adding = window.stage.sheet.page
    assert isinstance(adding, AddPersonPage)
    adding.entry.name.setText("程建国")
    QTest.keyClicks(adding.pin, "12")
    QTest.keyClick(adding.pin, Qt.Key.Key_Return)
    assert adding.wrong.isVisible()
    adding.pin.clear()
    QTest.mouseClick(adding.go, Qt.MouseButton.LeftButton)
    settle()
    assert window.stage.sheet.page is page
    assert [row.title for row in page.others.list.rows] == ["汪晓兰", "程建国"]


def test_a_tap_on_another_asks_their_pin(
    page: PeoplePage, window: MainWindow, settle: Settle
) -> None:
    page.others.chosen.emit(page.others.list.rows[0])
    shown = window.guard.screen
    assert shown is not None
    assert not shown.locked
    assert shown.whose.text() == "汪晓兰"


def test_lock_now_by_touch(page: PeoplePage, window: MainWindow) -> None:
    QTest.mouseClick(page.lock, Qt.MouseButton.LeftButton)
    assert window.guard.screen is not None
    assert window.guard.screen.locked


# ---- drafts of others


def records(window: MainWindow, settle: Settle) -> RecordsPage:
    window.app.open_form(FORM, None, "theirs")
    settle()
    shown = window.stage.sheet.page
    assert isinstance(shown, RecordsPage)
    return shown


def test_anothers_draft_is_looked_at_and_taken_over_on_purpose(
    window: MainWindow, app: AppContext, settle: Settle, answers
) -> None:
    shown = records(window, settle)
    assert "汪晓兰" in shown.detail.comment.text()
    assert not shown.detail.drop.isVisible()
    answers.yes = False
    QTest.mouseClick(shown.detail.resume, Qt.MouseButton.LeftButton)
    settle()
    assert app.reader.drafts()[0].author == "汪晓兰"
    answers.yes = True
    shown.detail.resume.setFocus()
    QTest.keyClick(shown.detail.resume, Qt.Key.Key_Space)
    settle()
    assert isinstance(window.stage.sheet.page, FormPage)
    assert app.reader.drafts()[0].author == "余小敏"
    assert [n["from"] for n in app.reader.handovers()] == ["汪晓兰"]
    assert "汪晓兰" in answers.told[0]


def test_the_office_can_keep_it_closed(window: MainWindow, app: AppContext, settle: Settle) -> None:
    with Project.open(app.path) as project:
        set_rule(project, "name-only")
    shown = records(window, settle)
    assert not shown.detail.resume.isVisible()
    assert "汪晓兰" in shown.detail.comment.text()
    shown._resume_chosen()
    settle()
    assert shown.isVisible()
    assert app.reader.handovers() == []
