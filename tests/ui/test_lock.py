"""The lock: what it hides, who opens it, what goes on meanwhile; by keys and by touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from jdz_field.core.errors import Unavailable
from jdz_field.operations import people_pins
from jdz_field.operations.people import People
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.lock_screen import LockScreen
from jdz_field.ui.preferences import Preferences, default_file

Settle = Callable[[], None]
MINE, OTHERS = "2580", "1379"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is another test's."""
    monkeypatch.setattr(people_pins, "_N", 16)


@pytest.fixture
def people() -> People:
    made = People(default_file().parent)
    made.add("余小敏", pin=MINE)
    made.add("汪晓兰", pin=OTHERS, unit="浮梁县林业局")
    return made


@pytest.fixture
def app(people: People, folder: Path, answers) -> Iterator[AppContext]:
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


def screen(window: MainWindow) -> LockScreen:
    shown = window.guard.screen
    assert shown is not None
    return shown


def type_pin(window: MainWindow, digits: str, settle: Settle) -> None:
    QTest.keyClicks(screen(window).pad, digits)
    QTest.keyClick(screen(window).pad, Qt.Key.Key_Return)
    settle()


def tap_pin(window: MainWindow, digits: str, settle: Settle) -> None:
    pad = screen(window).pad
    for digit in (*digits, "+"):
        QTest.mouseClick(pad.keys[digit], Qt.MouseButton.LeftButton)
    settle()


@pytest.fixture
def opened(window: MainWindow, settle: Settle) -> MainWindow:
    type_pin(window, MINE, settle)
    assert window.guard.screen is None
    return window


def first(app: AppContext) -> str:
    return app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0].id


def draft_of(app: AppContext, window: MainWindow, settle: Settle) -> FormPage:
    app.open_form("geohazard_inspection", first(app))
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, FormPage)
    return page


def test_a_start_asks_the_pin_and_shows_nothing_before(window: MainWindow) -> None:
    shown = screen(window)
    assert shown.locked
    assert shown.geometry() == window.rect()
    for part in (window.navigation, window.strip, window.band, window.stage):
        assert not part.isVisible()
    assert shown.pad.hasFocus()
    assert "余小敏" in shown.head.text()


def test_the_right_pin_by_keys_opens(window: MainWindow, settle: Settle) -> None:
    type_pin(window, MINE, settle)
    assert window.guard.screen is None
    assert window.stage.isVisible()
    assert window.band.isVisible()
    assert window.strip.person.text() == "余小敏"


def test_the_right_pin_by_touch_opens(window: MainWindow, settle: Settle) -> None:
    tap_pin(window, MINE, settle)
    assert window.guard.screen is None


def test_every_key_of_the_pad_is_for_gloves(window: MainWindow) -> None:
    for key in screen(window).pad.keys.values():
        assert min(key.width(), key.height()) >= 56


def test_a_slip_is_erased(window: MainWindow, settle: Settle) -> None:
    pad = screen(window).pad
    QTest.keyClicks(pad, "25")
    QTest.keyClick(pad, Qt.Key.Key_Backspace)
    QTest.mouseClick(pad.keys["-"], Qt.MouseButton.LeftButton)
    assert pad.digits == ""
    assert not pad.keys["+"].isEnabled()
    type_pin(window, MINE, settle)
    assert window.guard.screen is None


def test_a_wrong_pin_is_said_then_waits(
    window: MainWindow, app: AppContext, settle: Settle, people: People
) -> None:
    type_pin(window, "0000", settle)
    assert "3" in screen(window).pad.words.text()
    for _try in range(3):
        type_pin(window, "0000", settle)
    pad = screen(window).pad
    assert "30 秒" in pad.words.text()
    assert not pad.keys["5"].isEnabled()
    QTest.keyClicks(pad, MINE)
    assert pad.digits == ""
    assert app.reader.author == "余小敏"
    # Another person does not wait.
    QTest.keyClick(screen(window), Qt.Key.Key_Down)
    assert pad.keys["5"].isEnabled()


def test_a_wait_counts_down_and_ends(window: MainWindow, settle: Settle, people: People) -> None:
    shown = screen(window)
    shown._wait(2)
    assert "2 秒" in shown.pad.words.text()
    shown._count_down()
    assert "1 秒" in shown.pad.words.text()
    shown._count_down()
    assert shown.pad.keys["5"].isEnabled()
    assert shown.pad.hasFocus()


def test_no_key_reaches_what_is_hidden(window: MainWindow, settle: Settle, qtbot) -> None:
    place = window.pages.place()
    for key in (Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_Comma):
        QTest.keyClick(screen(window), key, Qt.KeyboardModifier.ControlModifier)
    for _turn in range(12):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        inside = QApplication.focusWidget()
        assert inside is None or screen(window).isAncestorOf(inside) or inside is screen(window)
    assert window.pages.place() == place
    assert screen(window).locked


def test_lock_now_by_key_and_back_to_where_one_was(
    opened: MainWindow, app: AppContext, settle: Settle
) -> None:
    page = draft_of(app, opened, settle)
    QTest.keyClick(opened, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert screen(opened).locked
    assert not page.isVisible()
    QTest.keyClick(screen(opened), Qt.Key.Key_Escape)
    assert screen(opened).locked
    type_pin(opened, MINE, settle)
    assert opened.stage.sheet.page is page
    assert page.isVisible()


def test_what_was_typed_is_a_draft_before_anybody_else_comes_in(
    opened: MainWindow, app: AppContext, settle: Settle, qtbot
) -> None:
    from PySide6.QtWidgets import QLineEdit

    page = draft_of(app, opened, settle)
    edit = next(e for e in page.findChildren(QLineEdit) if e.isVisible() and e.isEnabled())
    edit.setFocus()
    QTest.keyClicks(edit, "7")
    app.lock_wanted.emit()
    qtbot.waitUntil(lambda: bool(app.reader.drafts()), timeout=5000)
    assert app.reader.drafts()[0].author == "余小敏"
    assert "7" in str(app.reader.drafts()[0].answers)


def test_another_person_comes_in_with_their_own_view(
    opened: MainWindow, app: AppContext, settle: Settle, people: People
) -> None:
    draft_of(app, opened, settle)
    opened.guard.lock()
    QTest.keyClick(screen(opened), Qt.Key.Key_Down)
    assert screen(opened).whose.text() == "汪晓兰"
    type_pin(opened, OTHERS, settle)
    assert opened.guard.screen is None
    assert not isinstance(opened.stage.sheet.page, FormPage)
    assert app.reader.author == "汪晓兰"
    assert opened.strip.person.text() == "汪晓兰"
    with Project.open(app.path) as project:
        site = project.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
        project.edit(site.kind, site.id, {"remarks": "换人之后"})
        assert project.site_history(site.id)[0].change.author == "汪晓兰"


def test_a_tap_chooses_the_person(opened: MainWindow, app: AppContext, settle: Settle) -> None:
    opened.guard.lock()
    shown = screen(opened)
    settle()
    view = shown.list.list
    QTest.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=view.visualRect(view.model().index(1, 0)).center(),
    )
    assert shown.whose.text() == "汪晓兰"


def test_who_only_looks_who_else_there_is_goes_back(opened: MainWindow, app: AppContext) -> None:
    two = app.people.named("汪晓兰")
    assert two is not None
    app.switch_wanted.emit(two.id)
    shown = screen(opened)
    assert not shown.locked
    assert shown.whose.text() == "汪晓兰"
    QTest.mouseClick(shown.back, Qt.MouseButton.LeftButton)
    assert opened.guard.screen is None
    # Locking while that is open locks.
    app.switch_wanted.emit(two.id)
    opened.guard.lock()
    assert screen(opened).locked


def test_a_colleague_vouches_for_a_forgotten_pin(
    window: MainWindow, app: AppContext, settle: Settle, people: People
) -> None:
    shown = screen(window)
    QTest.mouseClick(shown.forgot, Qt.MouseButton.LeftButton)
    assert shown.forgetful is not None
    assert "people reset" in shown.help.text()
    assert shown.whose.text() == "汪晓兰"
    type_pin(window, MINE, settle)
    assert "不对" in shown.pad.words.text()
    tap_pin(window, OTHERS, settle)
    assert shown.forgetful is None
    assert shown.whose.text() == "余小敏"
    assert shown.go.isVisible()
    QTest.keyClick(shown.go, Qt.Key.Key_Return)
    settle()
    assert window.guard.screen is None
    assert "PIN" in window.toast.words.text()
    assert [n["by"] for n in people.file.notes() if n["act"] == "PIN reset"] == ["汪晓兰"]


def test_alone_a_forgotten_pin_names_the_way_out(
    folder: Path, answers, qtbot, settle: Settle, window: MainWindow, people: People
) -> None:
    two = people.named("汪晓兰")
    assert two is not None
    people.remove(two.id)
    shown = screen(window)
    shown.read()
    QTest.mouseClick(shown.forgot, Qt.MouseButton.LeftButton)
    assert shown.forgetful is None
    assert "jdz-field people reset 余小敏" in shown.help.text()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.locked


# ---- idle


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


def test_idle_locks_and_hands_put_it_off(opened: MainWindow) -> None:
    guard = opened.guard
    assert guard.minutes == 10
    assert guard._idle.isActive()
    guard._idle.start(100_000)
    QTest.mouseMove(opened.windowHandle())
    QTest.keyClick(opened.windowHandle(), Qt.Key.Key_Shift)
    assert guard._idle.remainingTime() > 500_000
    guard._idle.timeout.emit()
    assert guard.screen is not None


def test_a_tablet_that_slept_is_locked_at_the_first_touch(opened: MainWindow) -> None:
    clock = Clock()
    guard = opened.guard
    guard._now = clock
    QTest.keyClick(opened.windowHandle(), Qt.Key.Key_Shift)
    clock.time += timedelta(minutes=9)
    QTest.keyClick(opened.windowHandle(), Qt.Key.Key_Shift)
    assert guard.screen is None
    clock.time += timedelta(minutes=11)
    QTest.keyClick(opened.windowHandle(), Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert guard.screen is not None
    assert opened.pages.place() != "sites"


@pytest.mark.parametrize("minutes", [0, 2, 30])
def test_the_choice_is_in_force_at_once(opened: MainWindow, minutes: int) -> None:
    opened.app.prefer("lock_after", minutes)
    timer = opened.guard._idle
    assert timer.isActive() == bool(minutes)
    assert not minutes or timer.interval() == minutes * 60_000


def test_without_a_pin_nothing_locks_by_itself(
    opened: MainWindow, app: AppContext, people: People
) -> None:
    assert app.person is not None
    app.know(people.set_pin(app.person.id, ""))
    assert not opened.guard._idle.isActive()
    opened.guard._idled()
    assert opened.guard.screen is None
    # On demand it hides, and anybody goes on.
    opened.guard.lock()
    assert screen(opened).go.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_menus_and_questions_close_with_the_lock(opened: MainWindow, qtbot) -> None:
    menu = QMenu(opened)
    menu.addAction("…")
    menu.popup(opened.mapToGlobal(opened.rect().center()))
    assert QApplication.activePopupWidget() is menu
    opened.guard.lock()
    assert not menu.isVisible()
    assert QApplication.activePopupWidget() is None


# ---- what goes wrong


def test_work_that_runs_keeps_the_next_person_out(
    opened: MainWindow, app: AppContext, settle: Settle, qtbot
) -> None:
    from threading import Event

    hold = Event()
    app.jobs.long_without_store(lambda _task: hold.wait(10), app, lambda _r: None, lambda _e: None)
    opened.guard.lock()
    screen(opened).choose(app.people.named("汪晓兰").id)  # type: ignore[union-attr]
    QTest.keyClicks(screen(opened).pad, OTHERS)
    QTest.keyClick(screen(opened).pad, Qt.Key.Key_Return)
    qtbot.waitUntil(screen(opened).fault_box.isVisible, timeout=5000)
    assert "余小敏" in screen(opened).fault.text()
    hold.set()
    settle()
    assert app.reader.author == "余小敏"
    type_pin(opened, OTHERS, settle)
    assert app.reader.author == "汪晓兰"


def test_who_cannot_be_written_down_does_not_come_in(
    opened: MainWindow, app: AppContext, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_project: Project, _key: str, _value: object) -> None:
        raise Unavailable("full")

    monkeypatch.setattr(Project, "set_setting", refuse)
    opened.guard.lock()
    screen(opened).choose(app.people.named("汪晓兰").id)  # type: ignore[union-attr]
    type_pin(opened, OTHERS, settle)
    assert screen(opened).fault.text() == "full"
    assert app.person is not None
    assert app.person.name == "余小敏"


def test_persons_that_cannot_be_read_let_nobody_in(
    opened: MainWindow, app: AppContext, settle: Settle
) -> None:
    file = app.people.file
    kept = file.path.read_bytes()
    file.path.write_text('{"format": 9}', encoding="utf-8")
    opened.guard.lock()
    shown = screen(opened)
    assert shown.fault_box.isVisible()
    assert shown.again.isVisible()
    assert not shown.go.isVisible()
    assert not shown.pad.isVisible()
    file.path.write_bytes(kept)
    QTest.mouseClick(shown.again, Qt.MouseButton.LeftButton)
    assert not shown.fault_box.isVisible()
    assert shown.pad.isVisible()


def test_a_damaged_list_gives_way_to_the_last_good_one_and_says_so(
    opened: MainWindow, app: AppContext, settle: Settle
) -> None:
    app.people.file.path.write_text("{", encoding="utf-8")
    opened.guard.lock()
    assert "损坏" in screen(opened).fault.text()
    type_pin(opened, MINE, settle)
    assert opened.guard.screen is None


def test_the_window_closes_while_it_is_locked(window: MainWindow, app: AppContext) -> None:
    assert window.close()
    assert not window.guard._idle.isActive()


def test_upright_the_pad_lies_below(window: MainWindow, settle: Settle) -> None:
    window.resize(800, 1280)
    settle()
    shown = screen(window)
    assert shown.geometry() == window.rect()
    assert shown.pad.mapTo(shown, shown.pad.rect().topLeft()).y() > shown.list.y()


def test_every_button_is_for_fingers(window: MainWindow) -> None:
    small = [
        b.text()
        for b in screen(window).findChildren(QPushButton)
        if b.isVisible() and b.height() < 44
    ]
    assert small == []


def test_a_closed_window_goes_with_its_last_name(
    folder: Path, answers, qtbot, tmp_path: Path, people: People
) -> None:
    import gc
    import weakref

    # A circle would be collected some time, in whichever thread: Qt does not survive that.
    gc.disable()
    try:
        context = AppContext(
            folder,
            Jobs(lambda: Project.open(folder)),
            Project.open(folder, read_only=True),
            answers,
        )
        made = MainWindow(context, Preferences.load(tmp_path / "window.json"))
        made.show()
        made.guard.lock()
        made.guard._open()
        made.close()
        # What the lanes still deliver holds whom it is for.
        for _turn in range(3):
            QApplication.processEvents()
        gone = weakref.ref(made)
        del made, context
        assert gone() is None
    finally:
        gc.enable()
