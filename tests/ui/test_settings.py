"""Settings: choices, the person's name, backup and check."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from jdz_field.operations.disk import Disk
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.settings import SettingsPage

Settle = Callable[[], None]


@pytest.fixture
def page(app: AppContext, qtbot, settle: Settle) -> SettingsPage:
    made = SettingsPage(app)
    qtbot.addWidget(made)
    made.resize(480, 1100)
    made.show()
    settle()
    return made


@pytest.mark.parametrize(
    ("group", "value", "name", "wanted"),
    [
        ("language", "en", "language", "en"),
        ("theme", "dark", "theme", "dark"),
        ("scale", "1.5", "scale", 1.5),
        ("coordinates", "dms", "coordinates", "dms"),
    ],
)
def test_a_tap_on_a_chip_chooses(
    page: SettingsPage, app: AppContext, qtbot, group: str, value: str, name: str, wanted: object
) -> None:
    seen: list[tuple[str, object]] = []
    app.preference_wanted.connect(lambda *what: seen.append(what))
    chip = getattr(page, group).chips[value]
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert seen == [(name, wanted)]


def test_what_is_in_force_is_marked(page: SettingsPage) -> None:
    assert page.theme.chips["outdoor"].isChecked()
    assert page.language.chips["zh"].isChecked()
    assert page.scale.chips["1.0"].isChecked()


def test_who_works_is_named_and_leads_to_the_persons(
    page: SettingsPage, app: AppContext, qtbot
) -> None:
    assert page.person.text() == "余小敏"
    with qtbot.waitSignal(app.page_wanted) as asked:
        qtbot.mouseClick(page.people, Qt.MouseButton.LeftButton)
    assert asked.args[0] == "people"


def test_the_idle_time_is_chosen_by_touch_and_by_keys(
    page: SettingsPage, app: AppContext, qtbot
) -> None:
    seen: list[tuple[str, object]] = []
    app.preference_wanted.connect(lambda *what: seen.append(what))
    qtbot.mouseClick(page.lock.chips["5"], Qt.MouseButton.LeftButton)
    page.lock.chips["0"].setFocus()
    qtbot.keyClick(page.lock.chips["0"], Qt.Key.Key_Space)
    assert seen == [("lock_after", 5), ("lock_after", 0)]
    assert "PIN" in page.lock_hint.text()


@pytest.mark.parametrize(
    ("state", "role", "word"),
    [("yes", "good", "已加密"), ("no", "warning", "BitLocker"), ("unknown", "note", "无法判断")],
)
def test_the_disk_is_called_what_it_is(
    page: SettingsPage, app: AppContext, state: str, role: str, word: str
) -> None:
    app.disk = Disk(state)
    app.person_changed.emit()
    assert page.disk_box.property("role") == role
    assert word in page.disk.text()


def test_a_backup_is_made_and_named(
    page: SettingsPage, app: AppContext, settle: Settle, qtbot
) -> None:
    before = set((app.path / "backups").glob("*"))
    qtbot.mouseClick(page.backup, Qt.MouseButton.LeftButton)
    settle()
    made = set((app.path / "backups").glob("*")) - before
    assert len(made) == 1
    assert made.pop().name in page.result.text()
    assert page.backup.isEnabled()


def test_a_sound_project_is_called_sound(page: SettingsPage, settle: Settle, qtbot) -> None:
    qtbot.mouseClick(page.check, Qt.MouseButton.LeftButton)
    settle()
    assert page.result.text() == "项目完好。" or "好" in page.result.text()
    assert page.result_box.property("role") == "good"


def test_a_damaged_project_says_what_is_wrong(
    page: SettingsPage, app: AppContext, settle: Settle, qtbot
) -> None:
    import sqlite3

    database = sqlite3.connect(app.path / "field.gpkg")
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        if name.startswith("jdz_change"):
            database.execute(f"DROP TRIGGER {name}")
    database.execute("DELETE FROM jdz_change WHERE rowid = (SELECT max(rowid) FROM jdz_change)")
    database.commit()
    database.close()
    qtbot.mouseClick(page.check, Qt.MouseButton.LeftButton)
    settle()
    assert page.result_box.property("role") == "fault"
    assert page.result.text()


def test_another_project_is_asked_for(page: SettingsPage, app: AppContext, qtbot) -> None:
    with qtbot.waitSignal(app.other_wanted):
        qtbot.mouseClick(page.other, Qt.MouseButton.LeftButton)


def test_the_folder_is_named(page: SettingsPage, app: AppContext) -> None:
    assert page.folder.text() == str(app.path)
    with Project.open(app.path, read_only=True) as project:
        assert project.device[-12:] in page.about.text()
