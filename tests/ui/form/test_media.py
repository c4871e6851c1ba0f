"""Sounds, films and any files as answers: attached, shown, opened, stopped, refused."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest

from jdz_field.ui.form.clip import copy_named
from jdz_field.ui.form.media import patterns_of

LEFT = Qt.MouseButton.LeftButton
FILM = b"\0\0\0\x20ftypisom" + bytes(2000)


@pytest.fixture
def opened(monkeypatch):
    """What was given to the system to open."""
    seen: list[str] = []

    def open_url(url: QUrl) -> bool:
        seen.append(url.toLocalFile())
        return not url.toLocalFile().endswith(".xyz")

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return seen


def test_a_film_is_chosen_shown_replaced_and_removed(desk, tmp_path, settle):
    first, second = tmp_path / "a.mp4", tmp_path / "b.mp4"
    first.write_bytes(FILM)
    second.write_bytes(FILM + b"2")
    editor = desk.editor("film")
    desk.app.questions.files = [first, second]
    editor.take_focus()
    QTest.keyClick(editor.pick, Qt.Key.Key_Space)
    settle()
    assert desk.value("film") == "a.mp4"
    assert "2 KB" in editor.about.text()
    assert "无时间" not in editor.about.text()
    assert editor.pick.isHidden()
    QTest.mouseClick(editor.replace, LEFT)
    QTest.mouseClick(editor.pick, LEFT)
    settle()
    assert desk.value("film") == "b.mp4"
    QTest.mouseClick(editor.drop, LEFT)
    settle()
    assert desk.value("film") == ""
    assert editor.replace.isHidden()
    assert not editor.pick.isHidden()


def test_any_file_is_opened_as_a_copy_under_its_name(desk, tmp_path, settle, opened):
    file = tmp_path / "报告.pdf"
    file.write_bytes(b"%PDF-1.4 invented")
    editor = desk.editor("paper")
    editor.take(file)
    settle()
    QTest.mouseClick(editor.view, LEFT)
    settle()
    assert opened[0].endswith("/报告.pdf")
    assert str(desk.app.path) not in opened[0]


def test_a_file_that_no_program_opens_is_told(desk, tmp_path, settle, opened):
    file = tmp_path / "a.xyz"
    file.write_bytes(b"?")
    editor = desk.editor("paper")
    editor.take(file)
    settle()
    editor.view.click()
    settle()
    assert "a.xyz" in editor.fault.text()


def test_a_file_that_has_not_come_yet_is_told(desk, settle):
    desk.page.driver.answer("/data/paper", "elsewhere.pdf")
    settle()
    editor = desk.editor("paper")
    assert editor.about.text() == "elsewhere.pdf"
    editor.view.click()
    assert "同步" in editor.fault.text()


def test_copying_a_film_never_stops_the_form_and_can_be_stopped(desk, tmp_path, settle, qtbot):
    film = tmp_path / "long.mp4"
    with film.open("wb") as out:
        out.write(FILM)
        out.truncate(300_000_000)
    editor = desk.editor("film")
    editor.take(film)
    assert editor.waiting.isVisible()
    assert editor.pick.isHidden()
    # The draft goes on being written while it is copied.
    desk.page.driver.answer("/data/code", "A-1")
    qtbot.waitUntil(lambda: not desk.page.driver.unsaved(), timeout=3000)
    assert editor.busy()
    QTest.mouseClick(editor.stop, LEFT)
    settle()
    assert desk.value("film") == ""
    assert "已停止" in editor.fault.text()
    assert not editor.waiting.isVisible()
    assert not list((desk.app.path / "files").glob(".jdz-*"))


def test_progress_is_shown(desk, tmp_path, settle, qtbot):
    film = tmp_path / "film.mp4"
    film.write_bytes(FILM + bytes(60_000_000))
    editor = desk.editor("film")
    editor.take(film)
    qtbot.waitUntil(lambda: editor.bar.value() > 0, timeout=5000)
    settle()
    assert desk.value("film") == "film.mp4"


def test_a_picture_is_no_film_and_a_film_no_sound(desk, tmp_path, settle):
    file = tmp_path / "x.mp4"
    file.write_bytes(b"\xff\xd8\xff\xe0")
    desk.editor("film").take(file)
    file2 = tmp_path / "y.mp3"
    file2.write_bytes(b"\x89PNG\r\n\x1a\n")
    desk.editor("sound").take(file2)
    settle()
    assert "不是视频" in desk.editor("film").fault.text()
    assert "不是录音" in desk.editor("sound").fault.text()


def test_files_are_pasted_by_keyboard_and_pictures_are_not_taken_for_files(desk, tmp_path, settle):
    file = tmp_path / "a.mp4"
    file.write_bytes(FILM)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(data)
    editor = desk.editor("film")
    editor.take_focus()
    QTest.keyClick(editor.pick, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert desk.value("film") == "a.mp4"
    QGuiApplication.clipboard().clear()


def test_a_read_only_question_takes_nothing(desk, tmp_path, settle):
    file = tmp_path / "a.mp4"
    file.write_bytes(FILM)
    editor = desk.editor("film")
    editor.set_readonly(True)
    editor.take(file)
    editor.paste_now()
    settle()
    assert desk.value("film") == ""
    assert editor.pick.isHidden()
    assert not editor.acceptDrops()


def test_the_dialog_offers_what_the_question_wants():
    assert "*.heic" in patterns_of("image")
    assert "*.amr" in patterns_of("audio")
    assert "*.mov" in patterns_of("video")
    assert patterns_of("") == "所有文件 (*)"


def test_names_that_are_no_names_here_are_made_safe(tmp_path):
    file = tmp_path / "abc.pdf"
    file.write_bytes(b"x")
    folder = tmp_path / "copies"
    folder.mkdir()
    for name in ("../../evil.pdf", "a:b*c?.pdf", "..", ""):
        copy = copy_named(file, folder, name)
        assert copy.parent == folder
        assert copy.read_bytes() == b"x"
