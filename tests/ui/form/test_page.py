"""Filling a form in a real window over a real session and a real store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel

from jdz_field.core.errors import Unavailable
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.store.project import Project
from jdz_field.ui.form.driver import split_place
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.form.page import FormPage


def value(page, ref):
    return page.driver.session.node(ref).value


def editor(page, ref):
    return page.body.questions[ref].editor


def type_text(widget, text):
    """Commit a text as an input method does: Chinese never comes as keys."""
    widget.setFocus()
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def type_into(page, ref, text):
    type_text(editor(page, ref).line, text)


def test_every_question_has_an_editor_and_is_seen(page):
    refs = [node.ref for _control, node in page.driver.session.questions()]
    asked = [ref for ref in refs if "crack" not in ref]
    assert set(asked) <= set(page.body.questions)
    assert all(page.body.questions[ref].isVisible() for ref in asked if "slide" not in ref)


def test_typing_answers_after_a_pause_and_saves_within_a_second(page, qtbot, folder):
    type_into(page, "/data/who", "张三")
    with qtbot.waitSignal(page.driver.saved, timeout=1000):
        pass
    assert value(page, "/data/who") == "张三"
    with Project.open(folder, read_only=True) as other:
        assert other.drafts()[0].answers["who"] == "张三"
    assert "草稿已保存" in page.foot.saved.text()


def test_another_process_sees_each_answer_within_a_second(page, qtbot, folder):
    editor(page, "/data/kind").grid.cells[0].click()
    qtbot.wait(900)
    code = (
        "import sys, pathlib; from jdz_field.store.project import Project\n"
        "with Project.open(pathlib.Path(sys.argv[1]), read_only=True) as p:\n"
        "    print(p.drafts()[0].answers['kind'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "slide"


def test_a_killed_window_leaves_the_draft_and_the_place(folder, app, settle, qtbot):
    """What a kill leaves is what is in the store: no page says goodbye to it."""
    first = FormPage(app, "every")
    first.show()
    first.driver.answer("/data/depth", "2.5")
    first.driver.answer("/data/people", "31")
    qtbot.waitUntil(lambda: not first.driver.unsaved(), timeout=1000)
    first.close()
    first.deleteLater()
    draft = app.reader.drafts()[0]
    assert split_place(draft.place)[0] == "/data/people"
    again = FormPage(app, "every", None, draft.id)
    again.resize(900, 700)
    again.show()
    settle()
    assert editor(again, "/data/people").line.text() == "31"
    qtbot.waitUntil(editor(again, "/data/people").line.hasFocus)
    again.close()
    again.deleteLater()


def test_a_group_comes_and_goes_with_its_condition(page):
    section = page.body.sections["/data/slide"]
    assert section.isHidden()
    editor(page, "/data/kind").grid.cells[0].click()
    assert section.isVisible()
    editor(page, "/data/kind").grid.cells[1].click()
    assert section.isHidden()


def test_only_what_changed_is_drawn_anew(page, monkeypatch):
    drawn = []
    for ref, question in page.body.questions.items():
        real = question.refresh
        monkeypatch.setattr(
            question, "refresh", lambda node, real=real, ref=ref: (drawn.append(ref), real(node))
        )
    page.driver.answer("/data/depth", "3")
    assert drawn == ["/data/depth"]


def test_a_second_tap_takes_a_choice_back(page):
    cell = editor(page, "/data/kind").grid.cells[0]
    cell.click()
    cell.click()
    assert value(page, "/data/kind") == ""
    assert not cell.isChecked()


def test_several_choices_are_kept_in_the_order_of_the_list(page):
    cells = editor(page, "/data/signs").grid.cells
    cells[2].click()
    cells[0].click()
    assert value(page, "/data/signs") == "crack trees"


def test_digits_choose(page, qtbot):
    choices = editor(page, "/data/kind")
    choices.take_focus()
    qtbot.keyClick(choices.grid.cells[0], Qt.Key.Key_2)
    assert value(page, "/data/kind") == "fall"


def test_many_choices_are_searched(page, qtbot):
    many = editor(page, "/data/many")
    many.button.click()
    assert many.panel.isVisible()
    type_text(many.search, "37")
    assert many.rows.count() == 1
    qtbot.keyClick(many.search, Qt.Key.Key_Return)
    assert value(page, "/data/many") == "g37"
    assert many.button.words() == "第37号沟"
    assert not many.panel.isVisible()


def test_a_search_without_a_match_says_so(page, qtbot):
    many = editor(page, "/data/many")
    many.button.click()
    type_text(many.search, "没有这条沟")
    assert many.rows.count() == 0
    assert any("没有符合" in label.text() for label in many.panel.findChildren(QLabel))


def test_a_wrong_value_is_kept_and_the_sentence_comes_when_the_field_is_left(page, qtbot):
    type_into(page, "/data/people", "-3")
    question = page.body.questions["/data/people"]
    qtbot.wait(400)
    assert question.wrong() == ""
    editor(page, "/data/depth").line.setFocus()
    assert question.wrong() == "人数不能是负数"
    assert value(page, "/data/people") == "-3"


def test_full_width_digits_are_numbers(page, qtbot):
    type_into(page, "/data/people", "１２")
    editor(page, "/data/depth").line.setFocus()
    assert value(page, "/data/people") == "12"
    assert editor(page, "/data/people").line.text() == "12"


def test_what_is_no_number_is_kept_and_reported(page, qtbot):
    type_into(page, "/data/people", "约30")
    editor(page, "/data/depth").line.setFocus()
    assert value(page, "/data/people") == "约30"
    assert page.body.questions["/data/people"].wrong()


def test_the_number_pad_types(page):
    depth = editor(page, "/data/depth")
    assert isinstance(depth, NumberEditor)
    depth._toggle.click()
    for key in ("1", "2", ".", "5", "±", "OK"):
        depth._pad.findChild(type(depth._pad._key("x")), key).click()
    assert value(page, "/data/depth") == "-12.5"
    assert depth._pad.isHidden()


def test_dates_are_read_loosely_and_tapped(page, qtbot):
    day = editor(page, "/data/day")
    day.date.setFocus()
    type_text(day.date, "2026年11月2日")
    day.leave()
    assert value(page, "/data/day") == "2026-11-02"
    day.calendar.click()
    assert day._month.isVisible()
    day._month.days.turn(1)
    day._month.picked.emit(day._month.days._day)
    assert value(page, "/data/day") == "2026-11-02"


def test_a_moment_has_the_zone_of_the_city(page, qtbot):
    moment = editor(page, "/data/moment")
    type_text(moment.date, "2026-11-22")
    type_text(moment.time, "1405")
    moment.leave()
    moment_kept = datetime.fromisoformat(value(page, "/data/moment"))
    assert moment_kept == datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
    assert moment.time.text() == "14:05"


def test_coordinates_are_read_in_any_spelling(page, qtbot):
    place = editor(page, "/data/place")
    type_text(place.line, "117°12'36\"E 29°21'N")
    place.leave()
    lat, lon, *_rest = map(float, value(page, "/data/place").split())
    assert (round(lat, 4), round(lon, 4)) == (29.35, 117.21)
    assert "117.21000" in place.read.text()


def test_what_is_no_position_is_kept_and_reported(page, qtbot):
    place = editor(page, "/data/place")
    type_text(place.line, "村口大树下")
    place.leave()
    assert value(page, "/data/place") == "村口大树下"
    assert page.body.questions["/data/place"].wrong()


def test_a_slider_answers_only_when_touched(page):
    slope = editor(page, "/data/slope")
    assert value(page, "/data/slope") == ""
    assert slope.figure.text() == "—"
    slope.more.click()
    assert value(page, "/data/slope") == "0"
    slope.more.click()
    assert value(page, "/data/slope") == "5"


def test_read_and_understood(page):
    editor(page, "/data/read").cell.click()
    assert value(page, "/data/read") == "OK"


def test_a_photo_is_copied_shown_and_answers(page, tmp_path, settle, folder):
    file = sample_photo(tmp_path / "IMG_1.jpg", page.app.reader.now(), (117.2, 29.3))
    page.app.questions.files = [file]
    photo = editor(page, "/data/picture")
    photo.pick.click()
    settle()
    assert value(page, "/data/picture") == "IMG_1.jpg"
    assert not photo.preview.pixmap().isNull()
    kept = page.app.reader.attachments(record=page.filling.id)
    assert [(a.filename, a.path) for a in kept] == [("IMG_1.jpg", "/data/picture")]
    assert file.exists()
    place = editor(page, "/data/place")
    place.buttons[-1].click()
    assert value(page, "/data/place").startswith("29.3")
    photo.drop.click()
    settle()
    assert value(page, "/data/picture") == ""
    assert page.app.reader.attachments(record=page.filling.id) == []


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\xff\xd8\xff\xe0cut"])
def test_a_file_that_is_no_photo_is_refused_with_a_sentence(page, tmp_path, settle, content):
    file = tmp_path / "bad.jpg"
    file.write_bytes(content)
    photo = editor(page, "/data/picture")
    photo.take(file)
    settle()
    assert value(page, "/data/picture") == ""
    assert photo.fault.text()


def test_any_file_answers_a_question_for_files(page, tmp_path, settle):
    file = tmp_path / "报告.pdf"
    file.write_bytes(b"%PDF-1.4 invented")
    editor(page, "/data/paper").take(file)
    settle()
    assert value(page, "/data/paper") == "报告.pdf"


def test_the_language_changes_while_filling(page):
    page.driver.answer("/data/depth", "4")
    page.driver.set_language("English (en)")
    assert page.body.questions["/data/kind"].label.text() == "Kind *"
    assert editor(page, "/data/depth").line.text() == "4"


def test_progress_counts_what_is_asked_and_no_notes(page):
    assert page.head.answered.text() == "已答 0/15"
    page.driver.answer("/data/who", "x")
    page.driver.answer("/data/kind", "slide")
    assert page.head.answered.text() == "已答 2/16"


def test_finishing_lists_what_is_missing_and_leads_there(page, qtbot):
    page.foot.done.click()
    assert page.problems.isVisible()
    assert [p.ref for p in page.driver.session.problems()] == ["/data/who", "/data/kind"]
    assert page.body.questions["/data/who"].wrong()
    page.problems.wanted.emit("/data/kind")
    qtbot.waitUntil(editor(page, "/data/kind").grid.cells[0].hasFocus)
    page.driver.answer("/data/who", "张三")
    page.driver.answer("/data/kind", "fall")
    assert page.problems.isHidden()


def test_finishing_makes_the_record_and_takes_the_draft_away(page, qtbot, settle):
    page.driver.answer("/data/who", "张三")
    page.driver.answer("/data/kind", "fall")
    said = []
    page.app.toast_wanted.connect(lambda words, _undo: said.append(words))
    with qtbot.waitSignal(page.app.back_wanted, timeout=5000):
        page.finalize()
    settle()
    assert [r.answers["who"] for r in page.app.reader.records()] == ["张三"]
    assert page.app.reader.drafts() == []
    assert "已完成" in said[0]


def test_what_is_being_typed_counts_when_one_finishes_at_once(page, qtbot, settle):
    page.driver.answer("/data/kind", "fall")
    type_into(page, "/data/who", "李四")
    with qtbot.waitSignal(page.app.back_wanted, timeout=5000):
        page.foot.done.click()
    assert page.app.reader.records()[0].answers["who"] == "李四"


def test_a_draft_that_cannot_be_written_is_said_and_tried_again(page, qtbot, folder, monkeypatch):
    """The disk refuses for a moment: a real lock held by another connection."""
    monkeypatch.setattr("jdz_field.ui.form.driver.RETRY_MS", 200)
    other = sqlite3.connect(folder / "field.gpkg", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with qtbot.waitSignal(page.driver.failed, timeout=20_000) as failed:
        page.driver.answer("/data/who", "张三")
    assert isinstance(failed.args[0], Unavailable)
    assert "尚未保存" in page.foot.saved.text()
    other.execute("ROLLBACK")
    other.close()
    with qtbot.waitSignal(page.driver.saved, timeout=20_000):
        pass
    assert page.app.reader.drafts()[0].answers["who"] == "张三"


def test_last_times_answers_are_offered(app, site, settle, qtbot):
    first = FormPage(app, "every", site)
    first.show()
    for ref, answer in (("/data/who", "张三"), ("/data/kind", "fall"), ("/data/signs", "crack")):
        first.driver.answer(ref, answer)
    with qtbot.waitSignal(app.back_wanted, timeout=5000):
        first.finalize()
    first.close()
    first.deleteLater()
    again = FormPage(app, "every", site)
    again.show()
    question = again.body.questions["/data/signs"]
    assert question.again.text() == "上次：裂缝 · 沿用"
    question.again.click()
    assert value(again, "/data/signs") == "crack"
    assert question.again.isHidden()
    settle()
    again.close()
    again.deleteLater()


def test_a_form_or_draft_that_is_not_there_says_so(app, settle):
    for arguments in (("nothing", None, None), ("every", None, "no-such-draft")):
        page = FormPage(app, *arguments)
        page.show()
        assert any(label.text() for label in page.findChildren(QLabel))
        assert page.leave()
        page.close()
        page.deleteLater()


def test_the_shipped_form_opens_for_a_site_and_does_not_ask_for_it(app, site, settle, qtbot):
    page = FormPage(app, "geohazard_inspection", site)
    page.resize(1180, 700)
    page.show()
    settle()
    assert "/data/site_id" not in page.body.questions
    assert value(page, "/data/site_id") == site
    assert page.head.name.text() == app.reader.site(site).name
    assert page.overview.isVisible()
    page.close()
    page.deleteLater()


def test_leaving_at_once_keeps_what_was_typed(page, qtbot, settle, folder):
    type_into(page, "/data/who", "王五")
    assert page.leave()
    settle()
    with Project.open(Path(folder), read_only=True) as other:
        assert other.drafts()[0].answers["who"] == "王五"


def test_leaving_while_a_draft_is_being_written_loses_no_answer(app, settle, qtbot):
    page = FormPage(app, "every")
    page.show()
    page.driver.answer("/data/who", "张三")
    page.driver.save()
    page.driver.answer("/data/depth", "7")
    changed = []
    app.changed.connect(lambda: changed.append(1))
    assert page.leave()
    page.close()
    page.deleteLater()
    settle()
    assert app.reader.drafts()[0].answers["depth"] == "7"
    assert changed


def test_a_form_that_was_only_looked_at_leaves_no_draft(app, settle):
    page = FormPage(app, "every")
    page.show()
    assert page.leave()
    page.close()
    page.deleteLater()
    settle()
    assert app.reader.drafts() == []


def test_saving_a_draft_draws_no_other_page_anew(page, qtbot, settle):
    changed = []
    page.app.changed.connect(lambda: changed.append(1))
    with qtbot.waitSignal(page.driver.saved, timeout=2000):
        page.driver.answer("/data/who", "张三")
    page.app.look()
    assert changed == []
