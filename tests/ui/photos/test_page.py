"""Taking photos in, in a real window and a real store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage

from jdz_field.core.clock import to_text
from jdz_field.core.sites import Record
from jdz_field.operations import photo_pile
from jdz_field.operations.photos import Belongs, add_photos
from jdz_field.operations.sample_photos import sample_photo, sample_track
from jdz_field.photos.exif import read_photo
from jdz_field.store.check import file_of
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
    page.side.place_wanted.emit(None, None)
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


def test_a_tap_on_the_map_chooses_the_photo(page, files, settle, qtbot):
    page.add([files])
    settle()
    shot = next(one for one in page.pile.shots if one.title == "A1.jpg")
    page.list.select(next(one.key for one in page.pile.shots if one.title == "C.jpg"))
    there = page.side.map.map
    at = QPointF(*there.view.at(*shot.position))
    qtbot.mouseClick(there, Qt.MouseButton.LeftButton, pos=at.toPoint())
    chosen = next(one for one in page.pile.shots if one.key == page.list.key())
    assert chosen.position is not None


@pytest.fixture
def record(app, site, settle):
    """A record of an hour at the site, while the photos were taken."""
    start = app.reader.now() - timedelta(hours=3, minutes=5)
    made = Record(
        id="01900000-0000-7000-8000-0000000000aa",
        form="geohazard_inspection",
        form_version="1",
        answers={},
        author="余小敏",
        started=to_text(start),
        finished=to_text(start + timedelta(hours=1)),
        site=site.id,
        site_kind="geohazard",
    )
    app.write(lambda project: project.finalize(made, draft=None), app)
    settle()
    return made


def test_photos_are_proposed_for_the_record_of_their_time_and_place(page, record, files, settle):
    page.add([files])
    settle()
    shown = row(page, "A0.jpg")
    assert "填写期间" in shown.line
    assert [s.record for s in page.pile.shots if s.source == "exif"] == [record.id, record.id]
    # One goes elsewhere by the box in the side, then back to what was proposed.
    page.list.select(page.pile.shots[0].key)
    page._show_chosen()
    box = page.side.site
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert page.pile.shots[0].belongs == Belongs()
    box.activated.emit(box.findData("proposed"))
    assert page.pile.shots[0].record == record.id
    page.take_in()
    settle()
    found = page.app.reader.attachments(record=record.id)
    assert {a.filename for a in found} >= {"A0.jpg", "A1.jpg"}
    assert {a.site for a in found} == {record.site}


def test_a_pile_that_was_left_is_gone_on_with(app, files, settle, qtbot):
    first = PhotosPage(app)
    first.add([files])
    settle()
    first.list.select(first.pile.shots[1].key)
    first._give(None, None)
    assert first.leave()
    settle()
    first.close()
    first.deleteLater()
    second = PhotosPage(app)
    second.resize(1100, 700)
    second.show()
    assert second.banner.isVisible()
    assert "4" in second.banner.words.text()
    qtbot.mouseClick(second.banner.on, Qt.MouseButton.LeftButton)
    settle()
    assert len(second.pile.shots) == 4
    assert second.pile.shots[1].chosen
    assert not second.banner.isVisible()
    second.close()
    second.deleteLater()


def test_a_pile_can_be_forgotten_and_a_new_one_does_not_bury_it(app, files, settle, qtbot):
    photo_pile.remember(app.path, photo_pile.Pile((photo_pile.Choice(str(files / "A0.jpg")),)))
    page = PhotosPage(app)
    page.show()
    page.add([files / "B.jpg"])
    settle()
    page.leave()
    settle()
    kept = photo_pile.recall(app.path)
    assert [Path(one.file).name for one in kept.photos] == ["A0.jpg"]
    qtbot.mouseClick(page.banner.off, Qt.MouseButton.LeftButton)
    assert photo_pile.recall(app.path) is None
    page.close()
    page.deleteLater()


def drop(page, mime):
    at, copy = QPointF(50, 50), Qt.DropAction.CopyAction
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at.toPoint(), copy, mime, left, none)
    page.dragEnterEvent(enter)
    event = QDropEvent(at, copy, mime, left, none)
    page.dropEvent(event)
    return enter.isAccepted()


def test_files_and_folders_are_dropped(page, files, settle):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(files)), QUrl("https://example.invalid/x.jpg")])
    assert drop(page, mime)
    settle()
    assert len(page.pile.shots) == 4


def test_a_picture_is_pasted_and_a_text_is_not(page, settle):
    said = []
    page.app.toast_wanted.connect(lambda words, _undo: said.append(words))
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    mime = QMimeData()
    mime.setImageData(image)
    page.gathering.take(mime)
    settle()
    assert [s.info.file.suffix for s in page.pile.shots] == [".png"]
    text = QMimeData()
    text.setText("no photo")
    page.gathering.take(text)
    assert len(said) == 1


def test_places_are_written_into_the_files_and_taken_back(page, files, answers, settle):
    before = (files / "B.jpg").read_bytes()
    page.add([files])
    page_settle(page, settle)
    page.use_tracks([files / "track.gpx"])
    settle()
    undo = []
    page.app.toast_wanted.connect(lambda _words, way: undo.append(way))
    answers.yes = False
    page.writing.in_place(page.pile)
    settle()
    assert (files / "B.jpg").read_bytes() == before
    assert "1" in answers.told[0]
    answers.yes = True
    page.writing.in_place(page.pile)
    settle()
    written = next(s for s in page.pile.shots if s.title == "B.jpg")
    assert written.source == "exif"
    assert (files / "B.jpg").read_bytes() != before
    undo[-1]()
    settle()
    assert (files / "B.jpg").read_bytes() == before


def test_places_are_written_into_copies(page, files, answers, settle, tmp_path):
    before = (files / "B.jpg").read_bytes()
    page.add([files / "B.jpg"])
    settle()
    page.use_tracks([files / "track.gpx"])
    settle()
    answers.files = [tmp_path / "out"]
    page.writing.copies(page.pile)
    settle()
    assert (files / "B.jpg").read_bytes() == before
    assert read_photo(tmp_path / "out" / "B.jpg").lon is not None


def page_settle(page, settle):
    settle()
    assert page.pile.shots


def test_photos_of_the_project_that_belong_nowhere_are_given_their_site(page, files, site, settle):
    page.app.write(lambda project: add_photos(project, [files / "A0.jpg"]), page.app)
    settle()
    loose = page.app.reader.attachments()[0]
    page.add_stored({file_of(page.app.path, loose.sha256): loose.filename})
    settle()
    assert row(page, "A0.jpg")
    page.take_in()
    settle()
    found = page.app.reader.attachments()
    assert [(a.id, a.site, a.filename) for a in found] == [(loose.id, site.id, "A0.jpg")]


def test_two_files_of_one_content_are_said(page, files, settle):
    said = []
    page.app.toast_wanted.connect(lambda words, _undo: said.append(words))
    (files / "A9.jpg").write_bytes((files / "A0.jpg").read_bytes())
    page.add([files])
    settle()
    page.take_in()
    settle()
    assert "A0.jpg" in said[-1]
    assert len(page.app.reader.attachments()) == 3
