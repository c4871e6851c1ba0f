"""The page of the photos' room: what it says of nothing, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from jdz_field.operations.answer_files import Question, take_answer
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.photo_room import PhotoRoomPage
from jdz_field.ui.photos.wall_page import WallPage
from tests.photos.pictures import camera

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(app: AppContext, qtbot, settle: Callable[[], None]) -> PhotoRoomPage:
    made = PhotoRoomPage(app)
    qtbot.addWidget(made)
    made.resize(480, 700)
    made.show()
    settle()
    return made


@pytest.fixture
def asked(app: AppContext, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were asked for."""
    found: list[str] = []
    monkeypatch.setattr(app, "show_page", lambda name, *_about: found.append(name))
    return found


def test_without_photos_there_is_nothing_to_count_free_or_export(page: PhotoRoomPage) -> None:
    assert not any(letter.isdigit() for letter in page.figures.text())
    assert not page.safe.isVisible()
    assert not page.free.isVisible()
    assert not page.out.isEnabled()


def test_with_photos_export_and_wall_are_a_touch_or_a_key_away(
    page: PhotoRoomPage, app: AppContext, folder: Path, tmp_path: Path, qtbot, asked: list[str]
) -> None:
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0].id
    (tmp_path / "a.jpg").write_bytes(camera())
    with Project.open(folder) as project:
        take_answer(project, tmp_path / "a.jpg", Question("r", "/d/a", site, "image"))
    page.refresh()
    assert "1" in page.figures.text()
    assert page.out.isEnabled()
    qtbot.mouseClick(page.out, LEFT)
    page.all.setFocus()
    qtbot.keyClick(page.all, Qt.Key.Key_Space)
    assert asked == ["photo_export", "wall"]


def test_the_empty_wall_says_what_its_button_does(
    app: AppContext, qtbot, settle: Callable[[], None]
) -> None:
    wall = WallPage(app)
    qtbot.addWidget(wall)
    wall.show()
    settle()
    assert wall.first.text() == wall.more.text() != ""
