"""Opening the window: named, last, first project; second start; faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from jdz_field.app import Faults, FieldApp, run
from jdz_field.operations.backups import encrypted_backup
from jdz_field.operations.projects import create_project
from jdz_field.store.lock import hold
from jdz_field.store.project import Project
from jdz_field.ui.preferences import Preferences
from tests.store.tools import break_log
from tests.ui.conftest import Answers


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_project(tmp_path / "p", name="试点", author="江一").close()
    return tmp_path / "p"


@pytest.fixture
def field(qapp: QApplication, answers: Answers, tmp_path: Path) -> Iterator[FieldApp]:
    preferences = Preferences.load(tmp_path / "window.json")
    preferences.theme = "outdoor"
    made = FieldApp(qapp, preferences, answers, home=tmp_path)
    yield made
    made.close_start()
    window = made.window
    if window is not None:
        window.close()
        window.deleteLater()
    made.deleteLater()
    QApplication.processEvents()


def wait(field: FieldApp, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: field.window is not None, timeout=60_000)


def test_a_named_project_opens_on_today(field: FieldApp, folder: Path, qtbot) -> None:
    assert run(field, folder, lambda: 0) == 0
    assert field.window is not None
    assert field.window.isVisible()
    assert field.window.pages.place() == "today"
    assert field.preferences.recent[0] == str(folder.resolve())


def test_without_a_name_the_last_project_opens(field: FieldApp, folder: Path) -> None:
    field.preferences.remember(folder)
    assert run(field, None, lambda: 0) == 0
    assert field.window is not None


def test_the_first_start_offers_three_ways(field: FieldApp) -> None:
    assert run(field, None, lambda: 0) == 0
    assert field.window is None
    assert field.start is not None
    assert field.start.isVisible()


def test_a_second_start_is_one_sentence_and_exit_4(
    field: FieldApp, folder: Path, answers: Answers
) -> None:
    with Project.open(folder) as other, other.lock_window():
        assert run(field, folder, lambda: 99) == 4
    assert len(answers.told) == 1
    assert str(folder) in answers.told[0]
    assert field.window is None


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_a_folder_that_is_no_project_is_one_sentence_and_exit_3(
    field: FieldApp, tmp_path: Path, answers: Answers, content: bytes | None
) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    if content is not None:
        (wrong / "field.gpkg").write_bytes(content)
    assert run(field, wrong, lambda: 99) == 3
    assert len(answers.told) == 1


def test_a_last_project_that_is_damaged_leads_to_the_first_page(
    field: FieldApp, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "field.gpkg").write_bytes(b"no database")
    field.preferences.remember(wrong)
    assert run(field, None, lambda: 0) == 0
    assert field.start is not None
    assert field.start.wrong.isVisible()


def test_a_new_project_is_made_and_opened(field: FieldApp, tmp_path: Path, qtbot) -> None:
    field.show_start()
    form = field.start.form
    form.name.setText("浮梁: 汛期/2026")
    form.author.setText("江一")
    form._follow()
    assert Path(form.folder.text()).name == "浮梁 汛期2026"
    form._go()
    wait(field, qtbot)
    with Project.open(tmp_path / "JDZ" / "浮梁 汛期2026", read_only=True) as project:
        assert (project.name, project.author) == ("浮梁: 汛期/2026", "江一")
        assert project.forms()


def test_a_new_project_needs_names(field: FieldApp) -> None:
    field.show_start()
    field.start.form._go()
    assert field.start.form.wrong.text()
    assert field.window is None


def test_a_new_project_over_an_old_one_is_refused(field: FieldApp, folder: Path, qtbot) -> None:
    field.show_start()
    field.start.create_wanted.emit(folder, "noch einmal", "江一")
    qtbot.waitUntil(field.start.wrong.isVisible, timeout=20_000)
    assert field.window is None
    assert field.start.stack.isEnabled()


def test_a_folder_is_opened_from_the_first_page(
    field: FieldApp, folder: Path, answers: Answers, qtbot
) -> None:
    field.show_start()
    answers.files = [folder]
    field.start._ask_folder()
    wait(field, qtbot)
    assert field.start is None


def test_the_language_of_the_first_page_can_be_changed(field: FieldApp) -> None:
    field.show_start()
    field.start._switch_language()
    assert field.start.new.text() == "New project"
    assert field.preferences.language == "en"


def test_closing_gives_the_project_free(field: FieldApp, folder: Path) -> None:
    field.open(folder)
    field.window.close()
    assert field.window is None
    with Project.open(folder) as again, again.lock_window():
        pass


def test_another_project_closes_this_one(field: FieldApp, folder: Path) -> None:
    field.open(folder)
    field.window.app.other_wanted.emit()
    assert field.window is None
    assert field.start is not None
    assert field.start.isVisible()


def test_a_fault_is_told_once_and_logged(tmp_path: Path, caplog, qapp) -> None:
    answers = Answers()
    faults = Faults(answers, tmp_path / "field.log")
    error = ZeroDivisionError("in a slot")
    faults(type(error), error, None)
    assert len(answers.told) == 1
    assert "ZeroDivisionError" in answers.told[0]
    assert "in a slot" in caplog.text


def test_a_fault_while_telling_a_fault_does_not_tell_again(tmp_path: Path, qapp) -> None:
    class Faulty(Answers):
        def tell(self, parent: object, text: str) -> None:
            super().tell(parent, text)
            faults(ValueError, ValueError("again"), None)

    answers = Faulty()
    faults = Faults(answers, tmp_path / "field.log")
    faults(ValueError, ValueError("once"), None)
    assert len(answers.told) == 1


# ---- after a crash, damage, going back
def die(folder: Path) -> None:
    """A window that ended without letting go."""
    with Project.open(folder) as project:
        lock = project.lock_window()
    lock.release(clean=False)


def test_after_a_crash_the_project_is_looked_through(field: FieldApp, folder: Path) -> None:
    die(folder)
    field.open(folder)
    assert "完好" in field.window.toast.words.text()
    field.window.close()
    field.open(folder)
    assert "完好" not in field.window.toast.words.text()


def test_a_large_project_is_looked_through_beside_the_work(
    field: FieldApp, folder: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jdz_field.app.SMALL", 0)
    die(folder)
    field.open(folder)
    assert field.window.isVisible()
    qtbot.waitUntil(lambda: "完好" in field.window.toast.words.text(), timeout=20_000)


def test_a_large_project_that_was_not_looked_through_to_the_end_is_looked_at_again(
    field: FieldApp, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jdz_field.app.SMALL", 0)
    die(folder)
    field.open(folder)
    field.window.close()
    with Project.open(folder) as project, project.lock_window() as lock:
        assert lock.left_by


def damaged_with_backup(folder: Path) -> Path:
    with Project.open(folder) as project:
        made = project.backup("x")
    break_log(folder / "field.gpkg")
    return made


def test_damage_after_a_crash_leads_to_the_newest_good_backup_and_back(
    field: FieldApp, folder: Path, qtbot
) -> None:
    made = damaged_with_backup(folder)
    die_quietly(folder)
    assert run(field, folder, lambda: 0) == 0
    assert field.window is None
    page = field.rescue
    assert page is not None
    qtbot.waitUntil(lambda: page.found is not None, timeout=20_000)
    assert page.found[0].file == made
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    wait(field, qtbot)
    assert field.rescue is None
    assert field.window.app.reader.check() == []
    aside = [one for one in (folder / "backups").iterdir() if "before-restore" in one.name]
    assert len(aside) == 1


def die_quietly(folder: Path) -> None:
    hold(folder / ".window.lock", "江一", "2026-11-22T06:00:00.000Z").release(clean=False)


def test_damage_of_a_large_project_closes_its_window(
    field: FieldApp, folder: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jdz_field.app.SMALL", 0)
    damaged_with_backup(folder)
    die_quietly(folder)
    field.open(folder)
    qtbot.waitUntil(lambda: field.rescue is not None, timeout=20_000)
    assert field.window is None
    qtbot.waitUntil(lambda: field.rescue.found is not None, timeout=20_000)
    field._leave_rescue()
    assert field.start.isVisible()
    with hold(folder / ".window.lock", "x", "now") as lock:
        assert lock.left_by


def test_a_store_that_is_gone_offers_its_backup(field: FieldApp, folder: Path, qtbot) -> None:
    damaged_with_backup(folder)
    (folder / "field.gpkg").unlink()
    field.preferences.remember(folder)
    assert run(field, None, lambda: 0) == 0
    qtbot.waitUntil(lambda: field.rescue.found is not None, timeout=20_000)
    field._leave_rescue()


def test_without_a_good_backup_the_page_says_so(field: FieldApp, folder: Path, qtbot) -> None:
    made = damaged_with_backup(folder)
    made.write_bytes(b"rubbish" * 1000)
    field.show_rescue(folder, "why")
    page = field.rescue
    qtbot.waitUntil(lambda: "没有" in page.calm.text(), timeout=20_000)
    assert page.go.isHidden()
    page._go()
    assert field.rescue is page
    field._leave_rescue()


def test_a_damaged_folder_chosen_by_hand_leads_there_too(
    field: FieldApp, folder: Path, answers: Answers, qtbot
) -> None:
    damaged_with_backup(folder)
    (folder / "field.gpkg").write_bytes(b"no database at all" * 100)
    field.show_start()
    answers.files = [folder]
    field.start._ask_folder()
    qtbot.waitUntil(lambda: field.rescue.found is not None, timeout=20_000)
    field._leave_rescue()


def test_going_back_closes_restores_and_opens(field: FieldApp, folder: Path, qtbot) -> None:
    with Project.open(folder) as project:
        made = project.backup("x")
        project.set_setting("author", "后来的人")
    field.open(folder)
    first = field.window
    field.window.app.restore_wanted.emit(made, "")
    qtbot.waitUntil(lambda: field.window not in (None, first), timeout=60_000)
    assert field.window.app.reader.author == "江一"
    assert field.start is None


def test_going_back_to_rubbish_is_a_sentence_and_loses_nothing(
    field: FieldApp, folder: Path, tmp_path: Path, qtbot
) -> None:
    bad = tmp_path / "bad.gpkg"
    bad.write_bytes(b"rubbish" * 1000)
    field.open(folder)
    field.window.app.restore_wanted.emit(bad, "")
    qtbot.waitUntil(lambda: field.start is not None and field.start.wrong.isVisible())
    field._open_or_say(folder)
    assert field.window.app.reader.author == "江一"


def test_going_back_to_an_encrypted_backup(field: FieldApp, folder: Path, qtbot) -> None:
    with Project.open(folder) as project:
        made = encrypted_backup(project, passphrase="four good words")
        project.set_setting("author", "后来的人")
    field.open(folder)
    first = field.window
    field.window.app.restore_wanted.emit(made, "four good words")
    qtbot.waitUntil(lambda: field.window not in (None, first), timeout=60_000)
    assert field.window.app.reader.author == "江一"
