"""What stands around an answer: words, guidance, pictures and sounds, why it is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from jdz_field.gnss.fix import Fix
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form import label_media
from jdz_field.ui.form.label_media import LabelMedia, Picture
from jdz_field.ui.form.page import FormPage
from tests.ui.form.styled import add_styled, picture

WIDTH = "/data/crack/width"


@pytest.fixture
def page(
    folder: Path, app: AppContext, tmp_path: Path, settle: Callable[[], None]
) -> Iterator[FormPage]:
    with Project.open(folder) as project:
        add_styled(project, tmp_path / "media")
    app.look()
    app.views = {"styled": "all"}
    made = FormPage(app, "styled")
    made.resize(1000, 800)
    made.show()
    made.activateWindow()
    made.driver.answer("/data/base/rain", "yes")
    settle()
    yield made
    made.leave()
    settle()
    made.close()
    made.deleteLater()


# ---- guidance
def test_guidance_is_shown_to_who_asks_for_it(page):
    question = page.body.questions[WIDTH]
    assert not question.guidance.isVisible()
    question.more.click()
    assert question.guidance.isVisible()
    assert "先清去浮土" in question.guidance.text()
    assert question.more.text() == "收起"
    question.more.click()
    assert not question.guidance.isVisible()


def test_guidance_is_reached_by_tab_before_the_field(page):
    question = page.body.questions[WIDTH]
    question.editor.take_focus()
    page.focusNextPrevChild(False)
    assert page.focusWidget() is question.more


def test_guidance_stays_open_while_one_answers(page):
    question = page.body.questions[WIDTH]
    question.more.click()
    page.driver.answer(WIDTH, "12")
    assert question.guidance.isVisible()


def test_a_question_without_guidance_has_no_button(page):
    assert page.body.questions["/data/base/who"].more is None


# ---- pictures, sounds, films
def test_the_picture_of_a_label_is_shown_and_what_is_missing_is_said(page):
    media = page.body.questions["/data/crack/look"].media
    shown = media.findChild(Picture)
    assert shown.isVisible()
    assert not shown.picture.isNull()
    assert shown.height() > 100
    buttons = [b.text() for b in media.findChildren(QPushButton)]
    assert buttons == ["听"]
    assert any("gone.mp4" in label.text() for label in media.findChildren(QLabel))


def test_a_picture_and_a_sound_are_opened_by_tap_and_by_key(page, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(label_media, "open_outside", lambda file: opened.append(file.name))
    media = page.body.questions["/data/crack/look"].media
    qtbot.mouseClick(media.findChild(Picture), Qt.MouseButton.LeftButton)
    sound = media.findChild(QPushButton)
    sound.setFocus()
    qtbot.keyClick(sound, Qt.Key.Key_Space)
    assert len(opened) == 2
    assert opened[0].endswith(".png")
    assert opened[1].endswith(".mp3")


def test_another_language_has_its_own_media(page):
    page.driver.set_language("English (en)")
    media = page.body.questions["/data/crack/look"].media
    assert media.findChildren(QPushButton) == []
    assert media.findChild(Picture) is not None


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\ncut"])
def test_a_picture_that_is_none_is_said_in_its_place(qapp, tmp_path, content):
    file = tmp_path / "bad.png"
    file.write_bytes(content)
    media = LabelMedia(lambda _name: file)
    media.put({"image": "jr://images/bad.png"})
    media.resize(400, 200)
    media.show()
    assert media.findChild(Picture).picture.isNull()
    assert media.grab().width() == 400
    media.close()
    media.deleteLater()


def test_a_large_picture_opens_and_a_missing_one_leaves_the_small(qapp, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(label_media, "open_outside", opened.append)
    picture(tmp_path / "small.png", 40, 20)
    picture(tmp_path / "big.png", 900, 700)

    def find(name: str) -> Path | None:
        file = tmp_path / name.rpartition("/")[2]
        return file if file.is_file() else None

    for large in ("big.png", "none.png"):
        media = LabelMedia(find)
        media.put({"image": "jr://images/small.png", "big-image": f"jr://images/{large}"})
        media.findChild(Picture).click()
        media.deleteLater()
    assert [file.name for file in opened] == ["big.png", "small.png"]


def test_large_pictures_keep_their_proportions(qapp, tmp_path):
    picture(tmp_path / "tall.png", 300, 3000)
    shown = Picture(tmp_path / "tall.png", tmp_path / "tall.png")
    assert shown.heightForWidth(600) <= 320
    assert shown.sizeHint().width() < 60
    shown.deleteLater()


# ---- what is wrong
def test_why_it_is_wrong_and_why_it_is_needed_are_said_in_the_forms_words(page):
    page.driver.answer(WIDTH, "3000")
    page.body.questions[WIDTH].editor.settled.emit()
    assert page.body.questions[WIDTH].wrong() == "宽度在 0 到 2000 毫米之间"
    page.driver.set_language("English (en)")
    assert page.body.questions[WIDTH].wrong() == "The width is between 0 and 2000 mm"
    page.finalize()
    assert page.body.questions["/data/base/who"].wrong() == "A record needs its inspector"
    assert page.body.questions["/data/base/who"].label.toolTip() == "A record needs its inspector"


def test_a_draft_shows_at_once_what_is_wrong_in_it(page, app, settle):
    page.driver.answer(WIDTH, "3000")
    page.leave()
    settle()
    again = FormPage(app, "styled", None, app.reader.drafts()[0].id)
    again.show()
    assert again.body.questions[WIDTH].wrong()
    again.close()
    again.deleteLater()


def test_long_labels_wrap_and_nothing_is_cut(page, settle):
    question = page.body.questions["/data/end"]
    question.label.setText("一个很长很长的题目，" * 12)
    page.resize(480, 800)
    settle()
    assert question.label.height() >= question.label.heightForWidth(question.label.width())
    assert question.width() <= page.area.viewport().width()


# ---- the page holds still
def test_a_group_that_comes_and_goes_above_does_not_move_what_one_answers(page, settle):
    page.resize(1000, 420)
    page.driver.answer("/data/base/rain", "no")
    settle()
    end = page.body.questions["/data/end"]
    page.go_to("/data/end")
    settle()
    before = page.area.top_of(end)
    for answer in ("yes", "no", "yes"):
        page.driver.session.answer("/data/base/rain", answer)
        page.driver.place = "/data/end"
        page._changed(tuple(page.body.questions) + tuple(page.body.sections))
        assert abs(page.area.top_of(end) - before) <= 1
    settle()
    assert abs(page.area.top_of(end) - before) <= 1


# ---- positions that the form takes by itself
def fix(app: AppContext) -> Fix:
    del app
    return Fix(117.25, 29.35, 86.0, 2.5, 1.2, 12, 20, "single", datetime.now(UTC), time.monotonic())


def test_without_a_receiver_the_missing_position_is_said(page, qtbot):
    assert page.positions.isVisible()
    assert "到场位置" in page.positions.words.text()
    assert page.positions.set_up.isVisible()
    page.positions.by_hand.click()
    qtbot.waitUntil(lambda: page.driver.place == "/data/place")
    page.positions.shut.click()
    page.driver.answer("/data/end", "x")
    assert page.positions.isHidden()


def test_a_receiver_that_searches_is_waited_for_and_its_fix_answers(page, app):
    app.receiver.show("searching")
    assert page.positions.isVisible()
    assert "正在等接收机定位" in page.positions.words.text()
    assert page.positions.set_up.isHidden()
    app.receiver.put(fix(app))
    assert page.driver.session.node("/data/place").value == "29.35 117.25 86.0 2.5"
    assert page.positions.isHidden()
    assert page.driver.history.done == [page.driver.history.done[0]]


def test_a_receiver_that_is_lost_says_why(page, app):
    app.receiver.show("lost", why="串口 COM3 被其他程序占用")
    assert "COM3" in page.positions.words.text()


def test_what_was_answered_by_hand_is_not_overwritten(page, app):
    page.driver.answer("/data/place", "29.1 117.1 0 0")
    app.receiver.put(fix(app))
    assert page.driver.session.node("/data/place").value.startswith("29.1 117.1")
    assert page.positions.isHidden()


def test_a_fix_is_taken_at_once_when_the_form_opens(app, page, settle):
    app.receiver.put(fix(app))
    made = FormPage(app, "styled")
    made.show()
    assert made.driver.session.node("/data/place").value.startswith("29.35")
    assert made.positions.isHidden()
    made.leave()
    settle()
    made.close()
    made.deleteLater()
