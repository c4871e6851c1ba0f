"""Opening the window: named, last, first project; second start; faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from jdz_field.app import Faults, FieldApp, run
from jdz_field.operations.projects import create_project
from jdz_field.store.project import Project
from jdz_field.ui.preferences import Preferences
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
