"""A project on a card with its lock on: the window opens to read, says so, and writes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from jdz_field.app import FieldApp
from jdz_field.core.errors import Unavailable
from jdz_field.operations.sites import edit_site
from jdz_field.store.media import is_writable
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.read_only import ReadOnlyBand

MOUNT = shutil.which("mount")


@pytest.fixture
def locked(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The small project where nothing can be written: permissions, or for root a real mount."""
    if getattr(os, "geteuid", lambda: 1)() != 0:
        (folder / "field.gpkg").chmod(0o400)
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    card = tmp_path / "card"
    card.mkdir()
    mounted = subprocess.run(
        [MOUNT or "mount", "--bind", str(folder), str(card)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run([str(MOUNT), "-o", "remount,ro,bind", str(card)], check=True)
        yield card
    finally:
        subprocess.run(["umount", "-l", str(card)], check=True)


@pytest.fixture
def field(qapp: QApplication, answers, tmp_path: Path) -> Iterator[FieldApp]:
    preferences = Preferences.load(tmp_path / "window.json")
    preferences.theme = "outdoor"
    made = FieldApp(qapp, preferences, answers, home=tmp_path)
    yield made
    window = made.window
    if window is not None:
        window.close()
        window.deleteLater()
    made.deleteLater()
    QApplication.processEvents()


def test_whether_a_place_can_be_written_is_known_without_writing(folder, locked) -> None:
    before = sorted(locked.iterdir())
    assert not is_writable(locked)
    assert sorted(locked.iterdir()) == before
    assert not is_writable(locked / "nothing")


def test_a_project_that_can_be_written_says_so(folder) -> None:
    assert is_writable(folder)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_window_opens_to_read_and_says_so(field, locked, qtbot) -> None:
    before = {f: f.stat().st_mtime_ns for f in locked.rglob("*")}
    field.open(locked)
    window = field.window
    assert window is not None
    (band,) = window.findChildren(ReadOnlyBand)
    assert band.isVisible()
    assert "只读" in band.words.text()
    app = window.app
    said: list[str] = []
    app.toast_wanted.connect(lambda words, _undo: said.append(words))
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
    app.open_site(site.id)
    app.write(lambda project: edit_site(project, site.id, {"town": "x"}), app)
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "只能读取" in said[-1]
    app.open_form("geohazard_inspection", site.id)
    assert "不能填写" in said[-1]
    assert not window.roller.timer.isActive()
    window.close()
    assert {f: f.stat().st_mtime_ns for f in locked.rglob("*")} == before


def test_a_project_that_is_busy_is_not_opened_to_read(field, folder) -> None:
    with Project.open(folder) as project, project.lock_window():
        with pytest.raises(Unavailable, match="另一窗口"):
            field.open(folder)
        assert field.window is None
