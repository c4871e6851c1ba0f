"""Taking photos in, in a real window and a real store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jdz_field.operations.sample_photos import sample_photo, sample_track
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.photos.page import PhotosPage


@pytest.fixture
def site(app):
    return app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]


@pytest.fixture
def files(app, site, tmp_path):
    """Two with a position, one to be placed by the track, one damaged."""
    folder = tmp_path / "card"
    folder.mkdir()
    start = app.reader.now() - timedelta(hours=3)
    for place in range(2):
        sample_photo(folder / f"A{place}.jpg", start, (site.lon, site.lat), seed=place)
    sample_photo(folder / "B.jpg", start + timedelta(seconds=64), seed=5)
    (folder / "C.jpg").write_bytes(b"\xff\xd8broken")
    sample_track(folder / "track.gpx", start, site.lon, site.lat)
    return folder


@pytest.fixture
def page(app, settle):
    made = PhotosPage(app)
    made.resize(1100, 700)
    made.show()
    settle()
    yield made
    settle()
    made.close()
    made.deleteLater()


def row(page, name):
    return next(row for row in page.list.rows if row.title == name)


def test_the_whole_way_from_a_folder_to_the_project(page, files, site, answers, settle):
    answers.files = [files]
    page.ask_for_folder()
    settle()
    assert [row.title for row in page.list.rows] == ["A0.jpg", "A1.jpg", "B.jpg", "C.jpg"]
    assert row(page, "A0.jpg").chip == "照片自带"
    assert row(page, "B.jpg").chip == "无坐标"
    assert row(page, "C.jpg").chip == "已损坏"
    answers.files = [files / "track.gpx"]
    page.side.track.click()
    settle()
    assert row(page, "B.jpg").chip.startswith("轨迹")
    assert site.name in row(page, "B.jpg").line
    page.go.click()
    settle()
    found = page.app.reader.attachments(site=site.id)
    assert {(a.filename, a.method) for a in found} == {
        ("A0.jpg", "exif"), ("A1.jpg", "exif"), ("B.jpg", "track"),
    }  # fmt: skip
    assert [row.title for row in page.list.rows] == ["C.jpg"]
    assert not page.go.isEnabled()


def test_photos_of_one_site_are_not_asked_for_theirs(app, files, site, settle):
    page = PhotosPage(app, site.id)
    page.show()
    page.add([files / "B.jpg"])
    settle()
    assert page.side.site.isHidden()
    assert site.name in page.title()
    page.take_in()
    settle()
    assert [a.site for a in app.reader.attachments()] == [site.id]
    page.close()
    page.deleteLater()


def test_several_photos_get_a_site_at_once(page, files, settle):
    page.add([files])
    settle()
    page.list.selectAll()
    page.side.site_wanted.emit(None)
    assert {shot.site for shot in page.pile.shots} == {None}
    assert len(page.list.selected()) == 4


def test_the_clocks_offset_moves_photos_along_the_track(page, files, answers, settle):
    page.add([files / "B.jpg"])
    settle()
    page.use_tracks([files / "track.gpx"])
    settle()
    before = page.pile.shots[0].position
    page.side.offset_wanted.emit(100.0)
    settle()
    assert page.pile.shots[0].position != before


def test_what_is_no_track_is_said_and_nothing_changes(page, files, settle):
    page.add([files / "A0.jpg"])
    settle()
    said = []
    page.app.toast_wanted.connect(lambda words, _undo: said.append(words))
    page.use_tracks([files / "A1.jpg"])
    settle()
    assert said
    assert page.pile.tracks == ()


def test_taking_in_is_stopped_and_gone_on_with(page, files, settle):
    page.add([files])
    settle()
    page.take_in()
    assert not page.leave()
    page._stop()
    settle()
    assert page.leave()
    page.take_in()
    settle()
    assert len(page.app.reader.attachments()) == 3


def test_a_tap_on_the_sketch_chooses_the_photo(page, files, settle, qtbot):
    from PySide6.QtCore import Qt

    page.add([files])
    settle()
    qtbot.mouseClick(page.side.sketch, Qt.MouseButton.LeftButton)
    assert page.list.key().endswith((".jpg",))
