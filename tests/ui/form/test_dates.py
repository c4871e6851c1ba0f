"""Dates and times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from jdz_field.core.clock import BEIJING
from jdz_field.ui.form.dates import WhenEditor, read_date, read_time
from tests.ui.form.gallery import row
from tests.ui.form.one import commit

KEYS = Qt.Key
LEFT = Qt.MouseButton.LeftButton
NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026/1/2", "2026-01-02"),
        ("20261122", "2026-11-22"),
        ("2026年11月22日", "2026-11-22"),
        ("２０２６．１１．２２", "2026-11-22"),
        ("11-22", "2026-11-22"),
        ("11月2日", "2026-11-02"),
        ("5/4", "2026-05-04"),
        ("22/11", "2026-11-22"),
        ("22/11/2026", "2026-11-22"),
        ("11/22/2026", "2026-11-22"),
        ("4.4.2026", "2026-04-04"),
        ("2026 年 4 月 5 日", "2026-04-05"),
    ],
)
def test_a_date_in_any_spelling(typed, read):
    assert read_date(typed, 2026) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "昨天",
        "2026-13-01",
        "2026-02-30",
        "1",
        "2026-11-22-1",
        "5/4/2026",
        "32/13",
        "13/13/2026",
    ],
)
def test_what_is_no_date_stays_as_typed(typed):
    assert read_date(typed, 2026) == typed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14:05", "14:05"),
        ("14：5", "14:05"),
        ("1405", "14:05"),
        ("9", "09:00"),
        ("14点05分", "14:05"),
        ("0830", "08:30"),
        ("8点半", "08:30"),
        ("下午2点05", "14:05"),
        ("上午 9:30", "09:30"),
        ("凌晨12点", "00:00"),
        ("2:05 PM", "14:05"),
        ("12:15 a.m.", "00:15"),
    ],
)
def test_a_time_in_any_spelling(typed, read):
    assert read_time(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "24:00", "12:60", "下午", "14:05:06", "半", "pm", "9:5:1", "25点"]
)
def test_what_is_no_time_stays_as_typed(typed):
    assert read_time(typed) == typed


def test_a_date_by_keys_alone(sheet_of, qtbot):
    sheet = sheet_of(row("date", "q", "日期"), row("text", "b", "后"))
    editor = sheet.editor("q")
    editor.take_focus()
    qtbot.keyClicks(editor.date, "20260405")
    qtbot.keyClick(editor.date, KEYS.Key_Return)
    assert sheet.value("q") == "2026-04-05"
    assert editor.date.text() == "2026-04-05"
    editor.date.selectAll()
    qtbot.keyClick(editor.date, KEYS.Key_Delete)
    qtbot.keyClick(editor.date, KEYS.Key_Return)
    assert sheet.value("q") == ""


def test_a_date_by_tapping_alone(sheet_of, qtbot):
    sheet = sheet_of(row("date", "q", "日期"))
    editor = sheet.editor("q")
    qtbot.mouseClick(editor.now, LEFT)
    today = sheet.value("q")
    assert today == f"{sheet.page.app.reader.now().astimezone(BEIJING):%Y-%m-%d}"
    qtbot.mouseClick(editor.calendar, LEFT)
    days = editor._month.days
    box = next(box for day, box in days._boxes() if day.day == 11)
    assert min(box.width(), box.height()) >= 44
    qtbot.mouseClick(days, LEFT, pos=box.center())
    assert sheet.value("q").endswith("-11")
    assert editor._month.isHidden()
    qtbot.mouseClick(editor.drop, LEFT)
    assert sheet.value("q") == ""
    assert editor.drop.isHidden()


def test_a_calendar_by_keys_alone(sheet_of, qtbot):
    sheet = sheet_of(row("date", "q", "日期"))
    sheet.answer("q", "2026-11-22")
    editor = sheet.editor("q")
    editor.calendar.setFocus()
    qtbot.keyClick(editor.calendar, KEYS.Key_Space)
    assert editor._month.days.hasFocus()
    qtbot.keyClick(editor._month.days, KEYS.Key_Down)
    qtbot.keyClick(editor._month.days, KEYS.Key_Return)
    assert sheet.value("q") == "2026-11-29"
    assert editor.date.hasFocus()


@pytest.mark.parametrize("typed", ["五月初", "2026-02-30", "5/4/2026", "2026"])
def test_what_is_no_date_is_kept_with_its_sentence(sheet_of, typed):
    sheet = sheet_of(row("date", "q", "日期"))
    editor = sheet.editor("q")
    commit(editor.date, typed)
    assert sheet.wrong("q") == ""
    editor.date.clearFocus()
    assert sheet.value("q") == typed
    assert editor.date.text() == typed
    assert typed in sheet.wrong("q")


def test_a_time_by_keys_alone(sheet_of, qtbot):
    sheet = sheet_of(row("time", "q", "时间"))
    editor = sheet.editor("q")
    editor.take_focus()
    qtbot.keyClicks(editor.time, "0830")
    qtbot.keyClick(editor.time, KEYS.Key_Return)
    assert editor.time.text() == "08:30"
    assert shown_moment(sheet.value("q")) == (8, 30)


def shown_moment(value):
    moment = datetime.fromisoformat(f"2026-01-01T{value}").astimezone(BEIJING)
    return moment.hour, moment.minute


def test_a_time_by_tapping_alone(sheet_of, qtbot):
    sheet = sheet_of(row("time", "q", "时间"))
    editor = sheet.editor("q")
    qtbot.mouseClick(editor.clock, LEFT)
    face = editor._face
    for key in (*face.hours, *face.minutes):
        assert min(key.width(), key.height()) >= 44
    qtbot.mouseClick(face.hours[17], LEFT)
    assert shown_moment(sheet.value("q")) == (17, 0)
    assert face.isVisible()
    qtbot.mouseClick(face.minutes[9], LEFT)
    assert shown_moment(sheet.value("q")) == (17, 45)
    assert face.isHidden()
    assert editor.time.text() == "17:45"
    qtbot.mouseClick(editor.drop, LEFT)
    assert sheet.value("q") == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("08:30:00.000+08:00", "08:30"),
        ("00:30:00.000Z", "08:30"),
        ("23:30:15.123+00:00", "07:30"),
        ("08:30", "08:30"),
        ("半夜", "半夜"),
    ],
)
def test_a_time_of_another_zone_is_shown_as_the_city_has_it(qtbot, value, shown):
    editor = WhenEditor(with_date=False, with_time=True)
    qtbot.addWidget(editor)
    given = []
    editor.answered.connect(given.append)
    editor.show_value(value)
    assert editor.time.text() == shown
    editor.leave()
    assert given == []


@pytest.mark.parametrize(
    "value", ["2026-11-22T14:05:33.250+08:00", "2026-11-22T06:05:33Z", "2026-11-22T14:05:00.000"]
)
def test_looking_at_a_moment_loses_no_seconds(qtbot, value):
    editor = WhenEditor(with_date=True, with_time=True)
    qtbot.addWidget(editor)
    given = []
    editor.answered.connect(given.append)
    editor.show_value(value)
    editor.leave()
    assert given == []
    assert (editor.date.text(), editor.time.text()) == ("2026-11-22", "14:05")
    editor.time.setText("14:06")
    editor.leave()
    assert given == ["2026-11-22T14:06:00.000+08:00"]


def test_half_a_moment_waits_for_the_rest(sheet_of, qtbot):
    sheet = sheet_of(row("dateTime", "q", "时刻"))
    editor = sheet.editor("q")
    commit(editor.date, "2026-04-05")
    editor.date.clearFocus()
    assert sheet.value("q") == ""
    assert editor.date.text() == "2026-04-05"
    commit(editor.time, "8：30")
    editor.time.clearFocus()
    moment = datetime.fromisoformat(sheet.value("q"))
    assert moment == datetime(2026, 4, 5, 0, 30, tzinfo=UTC)


def test_now_is_the_citys_now(qtbot):
    editor = WhenEditor(with_date=True, with_time=True, now=lambda: NOW)
    qtbot.addWidget(editor)
    given = []
    editor.answered.connect(given.append)
    qtbot.mouseClick(editor.now, LEFT)
    assert given == ["2026-11-22T14:05:00.000+08:00"]


@pytest.mark.parametrize(
    "calendar",
    ["ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist"],
)
def test_another_calendar_is_gregorian_here_and_says_so(sheet_of, calendar):
    sheet = sheet_of(row("date", "q", "日期", appearance=calendar))
    editor = sheet.editor("q")
    assert any("公历" in label.text() for label in editor.findChildren(QLabel))
    commit(editor.date, "2026-04-05")
    editor.leave()
    assert sheet.value("q") == "2026-04-05"


def test_a_moment_without_a_calendar_is_typed(sheet_of):
    sheet = sheet_of(row("dateTime", "q", "时刻", appearance="no-calendar"))
    assert sheet.editor("q").calendar is None
    commit(sheet.editor("q").date, "20260405")
    commit(sheet.editor("q").time, "0830")
    sheet.editor("q").leave()
    assert sheet.value("q").startswith("2026-04-05T")


def test_a_readonly_date_has_no_buttons(sheet_of):
    sheet = sheet_of(row("date", "q", "日期", default="2026-04-05", read_only="1 = 1"))
    editor = sheet.editor("q")
    for part in (editor.now, editor.calendar, editor.drop):
        assert part.isHidden()
    assert editor.date.isReadOnly()
