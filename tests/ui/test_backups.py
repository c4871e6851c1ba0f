"""Backups in the window: made by themselves, listed, looked into, gone back to; bad ones too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from jdz_field.core.i18n import set_language
from jdz_field.operations.backups import encrypted_backup
from jdz_field.store.project import Project
from jdz_field.store.rolling import backups
from jdz_field.ui.backups import BackupPage, BackupsPage, EncryptPage
from jdz_field.ui.backups_roller import AGAIN, EVERY, Roller
from jdz_field.ui.backups_words import reason_words
from jdz_field.ui.context import AppContext
from tests.ui.conftest import Answers

Settle = Callable[[], None]


@pytest.fixture
def roller(app: AppContext) -> Iterator[Roller]:
    made = Roller(app)
    made.timer.stop()
    yield made
    made.stop()


@pytest.fixture
def page(app: AppContext, qtbot, settle: Settle) -> BackupsPage:
    with Project.open(app.path) as project:
        project.roll_backup()
        project.backup("window")
    made = BackupsPage(app)
    qtbot.addWidget(made)
    made.resize(480, 800)
    made.show()
    settle()
    return made


def rolled(app: AppContext) -> list[str]:
    return [one.file.name for one in backups(app.path) if one.reason == "rolling"]


# ---- by themselves
def test_the_first_write_starts_the_half_hour(
    roller: Roller, app: AppContext, settle: Settle
) -> None:
    app.write(lambda project: project.set_setting("x", 1), app)
    settle()
    assert roller.timer.isActive()
    assert roller.timer.interval() == EVERY
    assert rolled(app) == []


def test_a_backup_is_made_and_the_next_waits_for_work(
    roller: Roller, app: AppContext, settle: Settle, qtbot
) -> None:
    with qtbot.waitSignal(roller.made, timeout=20_000):
        roller.roll()
    settle()
    assert len(rolled(app)) == 1
    assert not roller.timer.isActive()
    app.write(lambda project: project.set_setting("x", 1), app)
    settle()
    assert roller.timer.isActive()


def test_nothing_new_makes_no_backup(roller: Roller, app: AppContext, qtbot) -> None:
    for _turn in range(2):
        with qtbot.waitSignal(roller.made, timeout=20_000) as made:
            roller.roll()
    assert made.args == [None]
    assert len(rolled(app)) == 1


def test_a_start_makes_up_for_the_last_window(app: AppContext) -> None:
    made = Roller(app)
    assert made.timer.isActive()
    made.stop()
    assert not made.timer.isActive()
    made.roll()
    assert app.jobs.idle()


def test_a_failure_is_said_once_kept_and_tried_again(
    roller: Roller, app: AppContext, settle: Settle, qtbot
) -> None:
    said: list[str] = []
    app.toast_wanted.connect(lambda words, _undo: said.append(words))
    folder = app.path / "backups"
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_text("a file in its place")
    for _turn in range(2):
        roller.roll()
        settle()
    assert len(said) == 1
    assert str(folder) in said[0]
    assert str(folder) in app.backup_wrong
    assert roller.timer.isActive()
    assert roller.timer.interval() == AGAIN
    folder.unlink()
    with qtbot.waitSignal(roller.made, timeout=20_000):
        roller.roll()
    assert app.backup_wrong == ""
    assert len(rolled(app)) == 1


# ---- the list
def test_the_list_shows_when_why_and_how_large(page: BackupsPage) -> None:
    rows = page.list.list.rows
    assert {row.line for row in rows} == {"自动", reason_words("window")}
    assert all("MB" in row.right and row.title for row in rows)
    set_language("en")
    page.app.language_changed.emit()
    assert page.now.text() == "Back up now"
    assert page.title() == "Backups"


def test_a_project_without_backups_says_so(app: AppContext, qtbot, settle: Settle) -> None:
    made = BackupsPage(app)
    qtbot.addWidget(made)
    made.show()
    settle()
    assert made.empty.isVisible()
    assert not made.list.isVisible()


def test_a_backup_by_hand_joins_the_list(page: BackupsPage, settle: Settle, qtbot) -> None:
    qtbot.mouseClick(page.now, Qt.MouseButton.LeftButton)
    settle()
    assert len(page.list.list.rows) == 3
    assert page.now.isEnabled()


def test_a_backup_that_fails_is_said(page: BackupsPage, settle: Settle, monkeypatch) -> None:
    said: list[str] = []
    page.app.toast_wanted.connect(lambda words, _undo: said.append(words))
    (page.app.path / "backups").rename(page.app.path / "elsewhere")
    (page.app.path / "backups").write_text("a file in its place")
    page.now.click()
    settle()
    assert len(said) == 1
    assert page.now.isEnabled()


def test_what_failed_by_itself_stands_on_the_page(page: BackupsPage) -> None:
    assert not page.wrong_box.isVisible()
    page.app.backup_wrong = "磁盘已满。"
    page.refresh()
    assert page.wrong_box.isVisible()


def test_the_room_is_chosen_with_a_tap(page: BackupsPage, settle: Settle, qtbot) -> None:
    assert page.room.chips["0"].isChecked()
    qtbot.mouseClick(page.room.chips["5"], Qt.MouseButton.LeftButton)
    settle()
    assert page.app.reader.get_setting("backup_bytes") == 5 * 10**9
    assert page.room.chips["5"].isChecked()


def test_a_tap_on_a_row_opens_it(page: BackupsPage, qtbot) -> None:
    with qtbot.waitSignal(page.app.page_pushed) as pushed:
        page.list.chosen.emit(page.list.list.rows[0])
    assert isinstance(pushed.args[0], BackupPage)
    qtbot.addWidget(pushed.args[0])


# ---- one backup
@pytest.fixture
def one(app: AppContext, qtbot, settle: Settle) -> BackupPage:
    with Project.open(app.path) as project:
        project.backup("window")
    made = BackupPage(app, backups(app.path)[0])
    qtbot.addWidget(made)
    made.resize(480, 800)
    made.show()
    settle()
    return made


def test_a_preview_sets_then_beside_now(one: BackupPage) -> None:
    words = one.table.words()
    assert "40" in words
    assert "备份中" in words
    assert one.state_box.property("role") == "good"
    assert one.go.isEnabled()


def test_going_back_is_asked_and_passed_on(
    one: BackupPage, app: AppContext, answers: Answers, qtbot
) -> None:
    with qtbot.waitSignal(app.restore_wanted) as wanted:
        qtbot.mouseClick(one.go, Qt.MouseButton.LeftButton)
    assert wanted.args == [one.backup.file, ""]
    assert len(answers.told) == 1


def test_who_says_no_stays(one: BackupPage, app: AppContext, answers: Answers, qtbot) -> None:
    answers.yes = False
    with qtbot.assertNotEmitted(app.restore_wanted):
        qtbot.mouseClick(one.go, Qt.MouseButton.LeftButton)


def test_a_damaged_backup_cannot_be_gone_back_to(app: AppContext, qtbot, settle: Settle) -> None:
    with Project.open(app.path) as project:
        file = project.backup("window")
    file.write_bytes(file.read_bytes()[:50_000])
    made = BackupPage(app, backups(app.path)[0])
    qtbot.addWidget(made)
    made.show()
    settle()
    assert made.state_box.property("role") == "fault"
    assert not made.go.isEnabled()


def test_a_copy_goes_where_the_person_says(
    one: BackupPage, answers: Answers, tmp_path: Path, settle: Settle, qtbot
) -> None:
    answers.files = [tmp_path / "card.gpkg"]
    qtbot.mouseClick(one.copy, Qt.MouseButton.LeftButton)
    settle()
    assert (tmp_path / "card.gpkg").read_bytes() == one.backup.file.read_bytes()


def test_a_copy_to_a_place_that_is_not_there_is_said(
    one: BackupPage, answers: Answers, tmp_path: Path, settle: Settle
) -> None:
    said: list[str] = []
    one.app.toast_wanted.connect(lambda words, _undo: said.append(words))
    answers.files = [tmp_path / "missing" / "card.gpkg"]
    one.copy.click()
    settle()
    assert len(said) == 1
    answers.files = []
    one.copy.click()
    assert len(said) == 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("rolling", "自动"),
        ("schema-3", "程序升级之前"),
        ("import-x", "导入之前"),
        ("奇怪", "奇怪"),
        ("encrypted", "手动"),
    ],
)
def test_reasons_are_words(reason: str, words: str) -> None:
    assert reason_words(reason) == words


# ---- encrypted
WORDS = "四个 好记 的词 吧"


@pytest.fixture
def sealed(app: AppContext, qtbot, settle: Settle) -> BackupPage:
    with Project.open(app.path) as project:
        encrypted_backup(project, passphrase=WORDS)
    made = BackupPage(app, backups(app.path)[0])
    qtbot.addWidget(made)
    made.resize(480, 800)
    made.show()
    settle()
    return made


def test_an_encrypted_backup_asks_its_words(sealed: BackupPage, settle: Settle, qtbot) -> None:
    assert not sealed.go.isEnabled()
    assert not sealed.lock.isVisible()
    qtbot.keyClicks(sealed.words, "not the words")
    qtbot.mouseClick(sealed.open, Qt.MouseButton.LeftButton)
    settle()
    assert sealed.state_box.property("role") == "fault"
    assert not sealed.go.isEnabled()
    sealed.words.setText(WORDS)
    qtbot.keyClick(sealed.words, Qt.Key.Key_Return)
    settle()
    assert "40" in sealed.table.words()
    with qtbot.waitSignal(sealed.app.restore_wanted) as wanted:
        sealed.go.click()
    assert wanted.args == [sealed.backup.file, WORDS]


@pytest.fixture
def encrypting(one: BackupPage, app: AppContext, qtbot) -> EncryptPage:
    with qtbot.waitSignal(app.page_pushed) as pushed:
        qtbot.mouseClick(one.lock, Qt.MouseButton.LeftButton)
    page = pushed.args[0]
    qtbot.addWidget(page)
    page.show()
    assert isinstance(page, EncryptPage)
    return page


@pytest.mark.parametrize("twice", [("", ""), ("kurz", "kurz"), (WORDS, WORDS + "x"), (WORDS, "")])
def test_words_that_are_short_or_differ_save_nothing(
    encrypting: EncryptPage, twice: tuple[str, str], answers: Answers, tmp_path: Path, qtbot
) -> None:
    answers.files = [tmp_path / "card.gpkg.age"]
    for edit, words in zip(encrypting.words, twice, strict=True):
        edit.setText(words)
    qtbot.mouseClick(encrypting.go, Qt.MouseButton.LeftButton)
    assert encrypting.wrong.isVisible()
    assert encrypting.app.jobs.idle()
    assert not (tmp_path / "card.gpkg.age").exists()


def test_an_encrypted_copy_is_saved_and_named_as_such(
    encrypting: EncryptPage, answers: Answers, tmp_path: Path, settle: Settle, qtbot
) -> None:
    answers.files = [tmp_path / "card"]
    for edit in encrypting.words:
        qtbot.keyClicks(edit, "four good words")
    with qtbot.waitSignal(encrypting.app.back_wanted, timeout=20_000):
        qtbot.keyClick(encrypting.words[1], Qt.Key.Key_Return)
    assert (tmp_path / "card.age").read_bytes().startswith(b"age-encryption.org")


def test_a_card_that_is_not_there_is_said_and_tried_again(
    encrypting: EncryptPage, answers: Answers, tmp_path: Path, settle: Settle
) -> None:
    answers.files = [tmp_path / "missing" / "card.age"]
    for edit in encrypting.words:
        edit.setText(WORDS)
    encrypting.go.click()
    settle()
    assert encrypting.wrong.isVisible()
    assert encrypting.go.isEnabled()
