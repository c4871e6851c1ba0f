"""All photos of the project: filters, viewer, keys and fingers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jdz_field.operations.photos import add_photos
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.operations.thumbnails import thumbnail_path
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.photos.page import PhotosPage
from jdz_field.ui.photos.wall_page import NOWHERE, UNPLACED, WallPage
from jdz_field.ui.sites.photo_view import PhotoView

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def site(app):
    return app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]


@pytest.fixture
def page(app, site, tmp_path, settle):
    """Three photos of a site, two of nothing, one of those without a position."""
    folder = tmp_path / "card"
    folder.mkdir()
    for number in range(5):
        place = (site.lon, site.lat) if number != 4 else None
        sample_photo(
            folder / f"{number}.jpg", START + timedelta(minutes=number), place, seed=number
        )
    files = sorted(folder.iterdir())
    app.write(lambda project: add_photos(project, files[:3], site=site.id), app)
    app.write(lambda project: add_photos(project, files[3:]), app)
    settle()
    made = WallPage(app)
    made.resize(1000, 700)
    made.show()
    settle()
    yield made
    settle()
    made.close()
    made.deleteLater()


def names(page):
    return [photo.filename for photo in page.wall.photos]


def test_the_newest_come_first_and_filters_narrow(page, site, qtbot):
    assert names(page) == ["4.jpg", "3.jpg", "2.jpg", "1.jpg", "0.jpg"]
    qtbot.mouseClick(page.kinds[NOWHERE], Qt.MouseButton.LeftButton)
    assert names(page) == ["4.jpg", "3.jpg"]
    qtbot.mouseClick(page.kinds[UNPLACED], Qt.MouseButton.LeftButton)
    assert names(page) == ["4.jpg"]
    qtbot.mouseClick(page.kinds[""], Qt.MouseButton.LeftButton)
    page.site.setCurrentIndex(page.site.findData(site.id))
    page.site.activated.emit(page.site.currentIndex())
    assert names(page) == ["2.jpg", "1.jpg", "0.jpg"]
    qtbot.mouseClick(page.kinds[UNPLACED], Qt.MouseButton.LeftButton)
    assert page.stack.currentWidget() is page.empty


def test_it_opens_on_the_photos_of_one_site(app, site, page, settle):
    one = WallPage(app, site.id)
    one.show()
    settle()
    assert names(one) == ["2.jpg", "1.jpg", "0.jpg"]
    one.close()
    one.deleteLater()


def test_a_tap_and_enter_open_the_photo(page, qtbot, settle):
    opened = []
    page.app.page_pushed.connect(opened.append)
    settle()
    wall = page.wall
    place = wall.visualRect(wall.model().index(1, 0)).center()
    qtbot.mouseClick(wall.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(wall, Qt.Key.Key_Right)
    QTest.keyClick(wall, Qt.Key.Key_Return)
    settle()
    assert [view.photo.filename for view in opened] == ["3.jpg", "2.jpg"]
    assert all(isinstance(view, PhotoView) for view in opened)
    for view in opened:
        view.deleteLater()


def test_thumbnails_are_kept_in_the_project(page, settle, qtbot):
    page.wall.viewport().repaint()
    qtbot.waitUntil(lambda: page.wall.thumbs.count() == 5 and page.wall.thumbs.idle(), timeout=9000)
    for photo in page.wall.photos:
        assert thumbnail_path(page.app.path, photo.sha256).is_file()


def test_photos_that_belong_nowhere_go_to_the_page_that_proposes(page, settle, qtbot):
    opened = []
    page.app.page_pushed.connect(opened.append)
    qtbot.mouseClick(page.assign, Qt.MouseButton.LeftButton)
    settle()
    (there,) = opened
    assert isinstance(there, PhotosPage)
    assert sorted(shot.title for shot in there.pile.shots) == ["3.jpg", "4.jpg"]
    there.close()
    there.deleteLater()


def test_several_are_chosen_with_keys(page, qtbot):
    page.wall.setFocus()
    page.wall.show_photo(page.wall.photos[0].id)
    QTest.keyClick(page.wall, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(page.wall.chosen()) == 2
    assert "2" in page.words.text()


def test_a_project_without_photos_says_how_to_get_some(app, settle, qtbot):
    wanted = []
    app.page_wanted.connect(lambda name, _argument: wanted.append(name))
    empty = WallPage(app)
    empty.show()
    settle()
    assert empty.stack.currentWidget() is empty.empty
    qtbot.mouseClick(empty.more, Qt.MouseButton.LeftButton)
    assert wanted == ["photos"]
    empty.close()
    empty.deleteLater()
