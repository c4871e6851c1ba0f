"""Pictures as answers: camera, file, card, clipboard, drop, marks, sketches, signatures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QInputDevice,
    QPointingDevice,
    QTabletEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jdz_field.photos.exif import read_photo
from jdz_field.store.check import file_of
from jdz_field.ui.form.canvas import ARROW, BOX, WORDS
from jdz_field.ui.form.draw import DrawPage
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.signature import SignPage
from tests.photos.pictures import HERE, LAT, LON, camera, jpeg
from tests.ui.form.conftest import Desk

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(camera("<", HERE, pixels=jpeg(800, 600)))
    return file


@pytest.fixture
def clipboard():
    board = QGuiApplication.clipboard()
    yield board
    board.clear()


def kept(desk, name):
    ref = f"/data/{name}"
    return [a for a in desk.app.reader.attachments(record=desk.page.filling.id) if a.path == ref]


def bytes_of(desk, attachment):
    return file_of(desk.app.path, attachment.sha256)


def dragged(widget, data: QMimeData) -> bool:
    """Drag data over a widget and drop it there."""
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, LEFT, NONE)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(widget, drop)
    return True


def drag_on(canvas, start: QPointF, end: QPointF) -> None:
    """A finger or mouse goes over the canvas; places in pixels of the picture."""
    a, b = canvas.on_widget(start).toPoint(), canvas.on_widget(end).toPoint()
    QTest.mousePress(canvas, LEFT, NONE, a)
    QTest.mouseMove(canvas, (a + b) / 2)
    QTest.mouseMove(canvas, b)
    QTest.mouseRelease(canvas, LEFT, NONE, b)


# ---- taking
def test_a_picture_is_pasted_by_keyboard(desk, clipboard, settle):
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    clipboard.setImage(image)
    photo = desk.editor("photo")
    photo.take_focus()
    QTest.keyClick(photo.shoot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert desk.value("photo").startswith("pasted-")
    (one,) = kept(desk, "photo")
    assert QImage(str(bytes_of(desk, one))).size() == image.size()
    assert not photo.preview.pixmap().isNull()


def test_a_copied_file_and_a_copied_path_are_pasted_by_touch(desk, clipboard, photo, settle):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    clipboard.setMimeData(data)
    QTest.mouseClick(desk.editor("photo").paste, LEFT)
    settle()
    assert desk.value("photo") == "IMG_1.jpg"
    clipboard.setText(f'"{photo}"')
    QTest.mouseClick(desk.editor("small").paste, LEFT)
    settle()
    assert desk.value("small") == "IMG_1-small.jpg"


@pytest.mark.parametrize("words", ["", "just words", "/no/such/file.jpg", "a\nb", "x" * 5000])
def test_a_clipboard_without_a_file_says_so(desk, clipboard, settle, words):
    clipboard.setText(words)
    desk.editor("photo").paste_now()
    settle()
    assert "剪贴板" in desk.editor("photo").fault.text()
    assert desk.value("photo") == ""


def test_pictures_are_dropped(desk, photo, settle):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    assert dragged(desk.editor("photo"), data)
    settle()
    assert desk.value("photo") == "IMG_1.jpg"


def test_words_and_web_addresses_are_not_to_be_dropped(desk):
    data = QMimeData()
    data.setText("words")
    assert not dragged(desk.editor("photo"), data)
    data.setUrls([QUrl("https://example.invalid/a.jpg")])
    assert not dragged(desk.editor("photo"), data)


def test_of_several_files_one_is_taken_and_that_is_said(desk, photo, settle):
    other = photo.with_name("IMG_2.jpg")
    other.write_bytes(photo.read_bytes())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) for p in (photo, other)])
    dragged(desk.editor("photo"), data)
    assert "IMG_1.jpg" in desk.editor("photo").fault.text()
    settle()
    assert desk.value("photo") == "IMG_1.jpg"


def test_of_pictures_pasted_quickly_the_last_answers_and_none_is_lost(desk, tmp_path, settle):
    editor = desk.editor("photo")
    for number in range(4):
        file = tmp_path / f"P{number}.jpg"
        file.write_bytes(jpeg(64 + number, 48))
        editor.take(file)
    assert "最后一个" in editor.fault.text()
    settle()
    assert desk.value("photo") == "P3.jpg"
    assert [a.filename for a in kept(desk, "photo")] == ["P3.jpg"]
    assert not editor.busy()


def test_a_picture_pulled_off_while_it_is_copied_says_so(desk, photo, settle):
    editor = desk.editor("photo")
    editor.take(photo)
    photo.unlink()
    settle()
    # Either it was whole already, or nothing was taken and a sentence says why.
    assert desk.value("photo") == "IMG_1.jpg" or editor.fault.text()
    editor.take(photo)
    settle()
    assert "不在原处" in editor.fault.text()


def test_a_program_is_no_picture(desk, tmp_path, settle):
    file = tmp_path / "photo.jpg.exe"
    file.write_bytes(b"MZ\x90\0")
    desk.app.questions.files = [file]
    QTest.mouseClick(desk.editor("photo").pick, LEFT)
    settle()
    assert "不是图片" in desk.editor("photo").fault.text()
    assert desk.value("photo") == ""


def test_a_full_disk_keeps_what_was_there(desk, photo, tmp_path, settle, monkeypatch):
    desk.editor("photo").take(photo)
    settle()
    other = tmp_path / "B.jpg"
    other.write_bytes(jpeg(99, 77))

    def full(_out, _block):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("jdz_field.photos.keep._write", full)
    desk.editor("photo").take(other)
    settle()
    assert "磁盘" in desk.editor("photo").fault.text()
    assert desk.value("photo") == "IMG_1.jpg"
    assert desk.editor("photo").about.text().startswith("IMG_1.jpg")


def test_removing_can_be_undone_and_deletes_no_file(desk, photo, settle):
    desk.editor("photo").take(photo)
    settle()
    (one,) = kept(desk, "photo")
    editor = desk.editor("photo")
    editor.drop.setFocus()
    QTest.keyClick(editor.drop, Qt.Key.Key_Space)
    settle()
    assert desk.value("photo") == ""
    assert kept(desk, "photo") == []
    assert bytes_of(desk, one).exists()
    assert desk.toast.isVisible()
    QTest.mouseClick(desk.toast.undo, LEFT)
    settle()
    assert desk.value("photo") == "IMG_1.jpg"
    assert [a.id for a in kept(desk, "photo")] == [one.id]


def test_only_new_pictures_where_the_form_wants_them(desk, photo, settle):
    for name, told in (("new", "新拍"), ("front", "镜头")):
        editor = desk.editor(name)
        assert told in editor.rule.text()
        assert editor.pick.isHidden()
        assert editor.paste.isHidden()
        assert not editor.shoot.isHidden()
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(photo))])
        assert not dragged(editor, data)
    editor = desk.editor("new")
    editor.take(photo)
    settle()
    assert "现场新拍" in editor.fault.text()
    fresh = photo.with_name("fresh.jpg")
    fresh.write_bytes(jpeg())
    editor.take(fresh)
    settle()
    assert desk.value("new") == "fresh.jpg"


def test_a_smaller_copy_answers_and_the_picture_is_kept(desk, photo, settle):
    desk.editor("small").take(photo)
    settle()
    (small,) = kept(desk, "small")
    info = read_photo(bytes_of(desk, small))
    assert (info.width, info.height) == (400, 300)
    assert (info.lon, info.lat) == pytest.approx((LON, LAT))
    names = {a.filename for a in desk.app.reader.attachments(record=desk.page.filling.id)}
    assert names == {"IMG_1.jpg", "IMG_1-small.jpg"}


def test_png_is_a_picture_too(desk, tmp_path, settle):
    file = tmp_path / "plan.png"
    image = QImage(50, 30, QImage.Format.Format_ARGB32)
    image.fill(QColor("blue"))
    assert image.save(str(file))
    desk.editor("photo").take(file)
    settle()
    assert desk.value("photo") == "plan.png"
    assert not desk.editor("photo").preview.pixmap().isNull()


# ---- marking
def marking(desk, photo, settle) -> DrawPage:
    desk.editor("marked").take(photo)
    settle()
    QTest.mouseClick(desk.editor("marked").mark, LEFT)
    settle()
    page = desk.top()
    assert isinstance(page, DrawPage)
    return page


def test_marks_are_drawn_by_touch_on_a_copy(desk, photo, settle):
    page = marking(desk, photo, settle)
    canvas = page.canvas
    drag_on(canvas, QPointF(100, 100), QPointF(300, 100))
    page.tools.buttons()[1].click()
    assert canvas.tool == ARROW
    drag_on(canvas, QPointF(100, 200), QPointF(300, 250))
    page.tools.buttons()[2].click()
    page.colours.buttons()[2].click()
    assert canvas.tool == BOX
    drag_on(canvas, QPointF(400, 300), QPointF(500, 400))
    page.tools.buttons()[3].click()
    assert canvas.tool == WORDS
    QTest.mouseClick(canvas, LEFT, NONE, canvas.on_widget(QPointF(200, 500)).toPoint())
    page.entry.setText("裂缝")
    page.put_words()
    assert [mark.tool for mark in canvas.marks] == ["pen", "arrow", "box", "words"]
    page.undo.click()
    page.redo.click()
    page.keep.click()
    settle()
    assert desk.value("marked") == "IMG_1-marked.jpg"
    (one,) = kept(desk, "marked")
    image = QImage(str(bytes_of(desk, one)))
    assert image.size().toTuple() == (800, 600)
    assert image.pixelColor(200, 100).red() > 180 > 90 > image.pixelColor(200, 100).green()
    assert image.pixelColor(400, 350).blue() > 120
    info = read_photo(bytes_of(desk, one))
    assert (info.lon, info.lat) == pytest.approx((LON, LAT))
    names = {(a.filename, a.path) for a in desk.app.reader.attachments(record=one.record)}
    assert names == {("IMG_1.jpg", None), ("IMG_1-marked.jpg", "/data/marked")}


def test_marks_are_drawn_by_keyboard_alone(desk, photo, settle, qtbot):
    page = marking(desk, photo, settle)
    canvas = page.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: canvas.tool == BOX, timeout=2000)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(canvas, key, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert [mark.tool for mark in canvas.marks] == ["box"]
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert canvas.empty()
    assert not page.keep.isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(desk.top(), FormPage), timeout=2000)
    settle()
    assert desk.value("marked") == "IMG_1-marked.jpg"
    assert isinstance(desk.top(), FormPage)


def test_leaving_keeps_the_marks_and_throwing_away_can_be_undone(desk, photo, settle):
    page = marking(desk, photo, settle)
    drag_on(page.canvas, QPointF(10, 10), QPointF(90, 90))
    desk.app.back()
    settle()
    assert desk.value("marked") == "IMG_1-marked.jpg"
    QTest.mouseClick(desk.editor("marked").mark, LEFT)
    settle()
    drag_on(desk.top().canvas, QPointF(90, 10), QPointF(10, 90))
    desk.top().discard.click()
    settle()
    assert desk.value("marked") == "IMG_1-marked.jpg"
    desk.toast.undo.click()
    settle()
    assert desk.value("marked") == "IMG_1-marked-2.jpg"
    names = {a.filename for a in desk.app.reader.attachments(record=desk.page.filling.id)}
    assert names == {"IMG_1.jpg", "IMG_1-marked-2.jpg"}


def test_a_page_left_without_a_mark_changes_nothing(desk, photo, settle):
    page = marking(desk, photo, settle)
    QTest.mouseClick(page.canvas, Qt.MouseButton.RightButton, NONE, QPoint(20, 20))
    page.ask_words(QPointF(1, 1))
    page.entry.setText("   ")
    page.put_words()
    desk.app.back()
    settle()
    assert desk.value("marked") == "IMG_1.jpg"


# ---- sketches and signatures
def test_a_sketch_is_drawn_and_drawn_on(desk, settle):
    editor = desk.editor("sketch")
    assert editor.pick.isHidden()
    assert editor.shoot.isHidden()
    editor.take_focus()
    QTest.keyClick(editor.sketch, Qt.Key.Key_Space)
    settle()
    drag_on(desk.top().canvas, QPointF(100, 100), QPointF(900, 100))
    desk.top().keep.click()
    settle()
    assert desk.value("sketch") == "sketch.jpg"
    assert desk.editor("sketch").sketch.text() == "接着画"
    QTest.mouseClick(desk.editor("sketch").sketch, LEFT)
    settle()
    assert desk.top().canvas.base.pixelColor(500, 100).lightness() < 60
    drag_on(desk.top().canvas, QPointF(100, 300), QPointF(900, 300))
    desk.top().keep.click()
    settle()
    (one,) = kept(desk, "sketch")
    image = QImage(str(bytes_of(desk, one)))
    assert image.pixelColor(500, 100).lightness() < 60
    assert image.pixelColor(500, 300).lightness() < 60
    assert image.pixelColor(500, 500).lightness() > 240


def test_a_template_that_is_missing_is_said(desk):
    assert "缺少" in desk.editor("plan").about.text()
    assert desk.editor("plan").sketch.text() == "画图"


def test_a_pen_signs_with_its_pressure(desk, settle):
    QTest.mouseClick(desk.editor("sign").sketch, LEFT)
    settle()
    page = desk.top()
    assert isinstance(page, SignPage)
    pen = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        1,
    )
    for kind, x, pressure in (
        (QEvent.Type.TabletPress, 200, 0.1),
        (QEvent.Type.TabletMove, 400, 0.2),
        (QEvent.Type.TabletMove, 700, 1.0),
        (QEvent.Type.TabletRelease, 700, 0.0),
    ):
        at = page.canvas.on_widget(QPointF(x, 300))
        event = QTabletEvent(kind, pen, at, at, pressure, 0, 0, 0, 0, 0, NONE, LEFT, LEFT)
        QApplication.sendEvent(page.canvas, event)
    (mark,) = page.canvas.marks
    assert mark.widths[-1] > 2 * mark.widths[0]
    page.keep.click()
    settle()
    (one,) = kept(desk, "sign")
    image = QImage(str(bytes_of(desk, one)))
    assert image.pixelColor(600, 300).lightness() < 40
    assert image.pixelColor(600, 500).lightness() > 240


def test_a_signature_is_cleared_and_typed_by_keyboard(desk, settle):
    editor = desk.editor("sign")
    editor.take_focus()
    QTest.keyClick(editor.sketch, Qt.Key.Key_Space)
    settle()
    page = desk.top()
    drag_on(page.canvas, QPointF(100, 300), QPointF(900, 300))
    page.clear.click()
    assert not page.keep.isEnabled()
    page.name.setFocus()
    page.name.setText("余小敏")
    assert page.keep.isEnabled()
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    settle()
    assert desk.value("sign") == "signature.jpg"
    assert desk.editor("sign").sketch.text() == "重新签名"
    (one,) = kept(desk, "sign")
    image = QImage(str(bytes_of(desk, one)))
    dark = sum(image.pixelColor(x, 490).lightness() < 128 for x in range(200, 1300))
    assert dark > 20


def test_taking_the_typed_name_back_gives_an_empty_sheet(desk, settle):
    QTest.mouseClick(desk.editor("sign").sketch, LEFT)
    settle()
    page = desk.top()
    page.name.setText("张")
    page.name.setText("")
    assert not page.keep.isEnabled()
    assert page.canvas.isEnabled()
    desk.app.back()
    settle()
    assert desk.value("sign") == ""


# ---- last time
def test_last_times_picture_stands_beside(app, site, photo, settle, qtbot):
    first = Desk(app, "media", site)
    settle()
    assert first.editor("photo").beside.isHidden()
    first.editor("photo").take(photo)
    settle()
    first.page.finalize()
    settle()
    # A picture of an earlier day is asked about; the reason goes with the record.
    for row in first.page.doubts.rows:
        QTest.mouseClick(next(iter(row.reasons.values())), LEFT)
    with qtbot.waitSignal(app.back_wanted, timeout=30_000):
        first.page.finalize()
    settle()
    first.close()
    first.deleteLater()
    again = Desk(app, "media", site)
    settle()
    editor = again.editor("photo")
    assert editor.beside.isVisible()
    assert not editor.before.pixmap().isNull()
    assert "2026-05-01" in editor.before_words.text()
    assert again.value("photo") == ""
    again.sheet.close_by_person()
    settle()
    again.close()
    again.deleteLater()
