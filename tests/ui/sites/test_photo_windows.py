"""Photos looked at: zoom, side by side, words and hidden parts; by keys and by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from jdz_field.core.sites import Attachment
from jdz_field.operations.answer_files import Question, take_answer
from jdz_field.operations.photo_space import thumbnail_of
from jdz_field.operations.photo_views import photos_of_site
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.photo_export import PhotoExportPage
from jdz_field.ui.photo_room import PhotoRoomPage
from jdz_field.ui.sites.photo_compare import ComparePage
from jdz_field.ui.sites.photo_view import PhotoView
from jdz_field.ui.sites.photo_words import PhotoWordsPage
from jdz_field.ui.sites.photo_zoom import Look, ZoomCanvas
from jdz_field.ui.sites.pictures import lacking_words
from tests.photos.pictures import HERE, camera, jpeg

Settle = Callable[[], None]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def photos(app: AppContext, folder: Path, tmp_path: Path) -> list[Attachment]:
    """Two visits' photos of one view, newest first."""
    site = app.reader.search(SiteQuery(kinds=("geohazard",), order="code"), limit=1)[0].id
    with Project.open(folder) as project:
        for number, day in enumerate(("2026:05:03", "2026:08:11")):
            file = tmp_path / f"IMG_{number}.jpg"
            pixels = jpeg(400 + number, 300)
            file.write_bytes(camera("<", HERE, taken=f"{day} 09:10:00", pixels=pixels))
            question = Question(f"r{number}", "/d/a", site, "image", view="overview")
            take_answer(project, file, question)
    return photos_of_site(app.reader, site)


@pytest.fixture
def shown(qtbot, settle: Settle) -> Callable[..., object]:
    def show(page, wide: int = 1000, high: int = 700):
        qtbot.addWidget(page)
        page.resize(wide, high)
        page.show()
        settle()
        return page

    return show


def test_two_pictures_move_together_by_keys_wheel_and_hand(app, photos, shown) -> None:
    page: ComparePage = shown(ComparePage(app, photos[1:], photos[0]))
    assert not page.left.image.isNull()
    assert not page.right.image.isNull()
    assert "0" in page.apart.text()
    assert page.about_left.text() != page.about_right.text()
    QTest.keyClick(page, Qt.Key.Key_Plus)
    QTest.keyClick(page, Qt.Key.Key_Plus)
    assert page.left.frame().width() == page.right.frame().width() > page.left.fitted().width()
    before = page.look.x
    QTest.mousePress(page.left, LEFT, pos=QPoint(200, 200))
    QTest.mouseMove(page.left, QPoint(150, 200))
    QTest.mouseRelease(page.left, LEFT, pos=QPoint(150, 200))
    assert page.look.x >= before
    QTest.keyClick(page, Qt.Key.Key_0)
    assert page.look.scale == 1
    QTest.mouseClick(page.closer, LEFT)
    assert page.look.scale > 1


def test_upright_the_pictures_stand_below_each_other(app, photos, shown) -> None:
    page = shown(ComparePage(app, photos[1:], photos[0]), 600, 900)
    assert page.right.mapTo(page, QPoint()).y() > page.left.mapTo(page, QPoint()).y() + 100


def test_without_a_new_one_the_old_one_is_the_guide(app, photos, shown) -> None:
    page = shown(ComparePage(app, photos))
    assert not page.right.isVisible()
    QTest.keyClick(page, Qt.Key.Key_PageUp)
    assert page.place == 1
    QTest.mouseClick(page.on, LEFT)
    assert page.place == 0


def test_one_never_looks_beside_the_picture() -> None:
    look = Look()
    look.zoom(1000, 0.0, 0.0)
    assert look.scale <= 12
    look.move(-50, 50)
    assert look.x >= 0.5 / look.scale
    assert look.y <= 1 - 0.5 / look.scale
    look.zoom(0.0001)
    assert (look.scale, look.x, look.y) == (1, 0.5, 0.5)


def test_a_double_tap_looks_close_at_a_place(qtbot) -> None:
    canvas = ZoomCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show_image(QImage(400, 300, QImage.Format.Format_RGB32))
    at = canvas.share(QPointF(100, 100))
    QTest.mouseDClick(canvas, LEFT, pos=QPoint(100, 100))
    assert canvas.look.scale == 3
    assert abs(canvas.share(QPointF(100, 100)).x() - at.x()) < 0.01


def test_words_and_hidden_parts_are_kept_when_one_leaves(app, photos, shown, settle) -> None:
    page: PhotoWordsPage = shown(PhotoWordsPage(app, photos[0]))
    page.caption.setFocus()
    QTest.keyClicks(page.caption, "crack")
    QTest.mouseClick(page.reason_chips["people"], LEFT)
    assert page.parts_box.isVisible()
    where = page.canvas.frame()
    first, last = where.center().toPoint(), (where.center() + QPointF(60, 40)).toPoint()
    QTest.mousePress(page.canvas, LEFT, pos=first)
    QTest.mouseMove(page.canvas, last)
    QTest.mouseRelease(page.canvas, LEFT, pos=last)
    assert len(page.canvas.parts) == 1
    page.leave()
    settle()
    now = {a.id: a for a in app.reader.attachments()}[photos[0].id]
    assert (now.caption, now.sensitive) == ("crack", "people")
    assert now.sensitive_areas is not None
    assert now.view == "overview"


def test_parts_are_made_moved_and_taken_away_by_keys(app, photos, shown) -> None:
    page: PhotoWordsPage = shown(PhotoWordsPage(app, photos[0]))
    QTest.mouseClick(page.reason_chips["people"], LEFT)
    page.add.setFocus()
    QTest.keyClick(page.add, Qt.Key.Key_Space)
    (area,) = page.canvas.parts
    QTest.keyClick(page.canvas, Qt.Key.Key_Left)
    QTest.keyClick(page.canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    (moved,) = page.canvas.parts
    assert moved.x < area.x
    assert moved.high > area.high
    QTest.keyClick(page.canvas, Qt.Key.Key_Delete)
    assert page.canvas.parts == []


def test_the_viewer_opens_words_and_the_last_visit(app, photos, shown) -> None:
    pushed: list[object] = []
    app.page_pushed.connect(pushed.append)
    view: PhotoView = shown(PhotoView(app, photos, photos[0]))
    assert "全貌" in view.words.text()
    QTest.keyClick(view, Qt.Key.Key_C)
    QTest.mouseClick(view.edit, LEFT)
    assert [type(page) for page in pushed] == [ComparePage, PhotoWordsPage]
    assert pushed[0].older == [photos[1]]
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_C)
    assert len(pushed) == 2
    for page in pushed:
        page.deleteLater()


def test_a_photo_that_went_is_shown_small_and_can_be_fetched(app, photos, shown, folder) -> None:
    file = file_of(folder, photos[0].sha256)
    small = folder / "thumbnails" / photos[0].sha256[:2] / f"{photos[0].sha256}.jpg"
    small.parent.mkdir(parents=True)
    file.rename(small)
    assert thumbnail_of(folder, photos[0].sha256) == small
    view = shown(PhotoView(app, photos, photos[0]))
    assert view.fetch.isVisible()
    assert not view.canvas.image.isNull()


def test_nothing_may_go_before_it_was_confirmed(app, photos, shown, answers, settle) -> None:
    page: PhotoRoomPage = shown(PhotoRoomPage(app), 480)
    assert not page.free.isEnabled()
    QTest.mouseClick(page.order.chips["by-hand"], LEFT)
    settle()
    assert app.reader.get_setting("photo_policy") == "by-hand"
    assert page.send.isVisible()
    with Project.open(app.path) as project:
        for one in photos:
            project.mark_attachment_sent(one.sha256)
    page.refresh()
    assert page.free.isEnabled()
    answers.yes = False
    QTest.mouseClick(page.free, LEFT)
    assert file_of(app.path, photos[0].sha256) is not None
    answers.yes = True
    page.free.setFocus()
    QTest.keyClick(page.free, Qt.Key.Key_Space)
    settle()
    assert file_of(app.path, photos[0].sha256) is None
    assert thumbnail_of(app.path, photos[0].sha256) is not None
    assert page.back.isVisible()


def test_the_window_writes_photos_to_a_new_folder(
    app, photos, shown, answers, settle, tmp_path
) -> None:
    page: PhotoExportPage = shown(PhotoExportPage(app, photos[0].site), 640)
    QTest.mouseClick(page.stamps.chips["yes"], LEFT)
    page.marks.chips["leave-out"].setFocus()
    QTest.keyClick(page.marks.chips["leave-out"], Qt.Key.Key_Space)
    assert page.request().stamp
    assert page.request().sensitive == "leave-out"
    answers.files = [tmp_path]
    QTest.mouseClick(page.go, LEFT)
    settle()
    assert page.box.isVisible()
    assert len(list((tmp_path / "照片").glob("*.jpg"))) == 2


def test_a_site_says_which_views_it_lacks(app, photos) -> None:
    site = app.reader.site(photos[0].site)
    assert "变形特征" in lacking_words(site, photos)
    assert "全貌" not in lacking_words(site, photos)
