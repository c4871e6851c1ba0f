"""Numbers: read as people type them, kept when they are none; counting; directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from jdz_field.core.i18n import set_language
from jdz_field.ui.form.bearing import BearingEditor, degrees_of, direction
from jdz_field.ui.form.counter import CounterEditor
from jdz_field.ui.form.number import grouped, read_number
from tests.ui.form.gallery import row
from tests.ui.form.one import commit

KEYS = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        ("１２．５", "12.5"),
        ("12。5", "12.5"),
        ("12，5", "12.5"),
        ("12,5", "12.5"),
        ("0,25", "0.25"),
        ("1,234", "1234"),
        ("1,234,567.5", "1234567.5"),
        ("1 234", "1234"),
        ("-3", "-3"),
        ("－３", "-3"),
        ("−3", "-3"),
        ("负3", "-3"),
        ("+5", "5"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("5.", "5"),
        ("1.5e3", "1500"),
        ("2E-3", "0.002"),
        ("007", "007"),
        ("5.0", "5.0"),
    ],
)
def test_a_number_is_read_as_it_is_meant(typed, read):
    assert read_number(typed) == read


def test_a_whole_number_needs_no_fraction_of_zeros():
    assert read_number("5.0", whole=True) == "5"
    assert read_number("5.5", whole=True) == "5.5"


@pytest.mark.parametrize(
    "typed",
    ["约三十", "3 m", "1.2.3", "12,34,5", "--5", "1e999", "e5", "-", ".", "3-5", "½", "1,2,3"],
)
def test_what_is_no_number_stays_as_typed(typed):
    assert read_number(typed) == typed


@given(st.text(alphabet="0123456789.,-+eE －。，负 ", max_size=12))
def test_reading_twice_is_reading_once(typed):
    once = read_number(typed)
    assert read_number(once) == once


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1234567.891", "1,234,567.891"),
        ("-1234", "-1,234"),
        ("12", "12"),
        ("0.5", "0.5"),
        ("约三十", "约三十"),
        ("", ""),
    ],
)
def test_thousands_are_parted(number, shown):
    assert grouped(number) == shown


def leave(sheet, name):
    sheet.editor(name).line.clearFocus()


@pytest.mark.parametrize(
    ("type_", "typed", "kept"),
    [
        ("integer", "３１", "31"),
        ("decimal", "2，5", "2.5"),
        ("decimal", "1.5e2", "150"),
        ("decimal", "-0.25", "-0.25"),
    ],
)
def test_a_typed_number_is_understood_and_shown_so(sheet_of, type_, typed, kept):
    sheet = sheet_of(row(type_, "q", "量"))
    commit(sheet.editor("q").line, typed)
    leave(sheet, "q")
    assert sheet.value("q") == kept
    assert sheet.editor("q").line.text() == kept
    assert sheet.wrong("q") == ""


@pytest.mark.parametrize(
    ("type_", "typed"), [("integer", "约三十"), ("integer", "2.5"), ("decimal", "1.2.3")]
)
def test_what_is_no_number_is_kept_with_its_sentence(sheet_of, type_, typed):
    sheet = sheet_of(row(type_, "q", "量"))
    commit(sheet.editor("q").line, typed)
    assert sheet.wrong("q") == ""
    leave(sheet, "q")
    assert sheet.value("q") == typed
    assert sheet.editor("q").line.text() == typed
    assert typed in sheet.wrong("q")


def test_thousands_stand_apart_while_nobody_types(sheet_of):
    sheet = sheet_of(row("decimal", "q", "损失", appearance="thousands-sep"))
    line = sheet.editor("q").line
    commit(line, "1234567.5")
    leave(sheet, "q")
    assert line.text() == "1,234,567.5"
    line.setFocus()
    assert line.text() == "1234567.5"
    leave(sheet, "q")
    assert sheet.value("q") == "1234567.5"


@pytest.mark.parametrize("typed", ["0798-8220011", "00012", "5.0", "360222199001011234"])
def test_digits_as_text_keep_their_zeros_and_signs(sheet_of, typed):
    sheet = sheet_of(row("text", "q", "电话", appearance="numbers"))
    commit(sheet.editor("q").line, typed)
    leave(sheet, "q")
    assert sheet.value("q") == typed
    assert sheet.editor("q").line.text() == typed


def test_a_finger_opens_the_pad_and_the_pad_alone_answers(sheet_of, qtbot):
    sheet = sheet_of(row("decimal", "q", "深"))
    editor = sheet.editor("q")
    device = QTest.createTouchDevice()
    assert isinstance(device, QPointingDevice)
    place = QPointF(20, 20).toPoint()
    QTest.touchEvent(editor.line, device).press(0, place, editor.line)
    QTest.touchEvent(editor.line, device).release(0, place, editor.line)
    qtbot.waitUntil(lambda: editor._pad is not None and editor._pad.isVisible())
    keys = {key.objectName(): key for key in editor._pad.findChildren(type(editor._pad._key("x")))}
    for name in ("4", ".", "2", "⌫", "7", "±"):
        assert min(keys[name].width(), keys[name].height()) >= 44
        qtbot.mouseClick(keys[name], LEFT)
    qtbot.mouseClick(keys["OK"], LEFT)
    assert sheet.value("q") == "-4.7"
    assert editor._pad.isHidden()


def test_what_is_typed_can_be_undone_in_the_line(sheet_of, qtbot):
    sheet = sheet_of(row("decimal", "q", "深"))
    line = sheet.editor("q").line
    line.setFocus()
    qtbot.keyClicks(line, "12")
    qtbot.wait(400)
    assert sheet.value("q") == "12"
    qtbot.keyClicks(line, "5")
    line.undo()
    qtbot.wait(400)
    assert sheet.value("q") == line.text()
    assert line.text() in ("12", "")


def test_counting_by_keys_alone(sheet_of, qtbot):
    sheet = sheet_of(row("integer", "q", "株数", appearance="counter"))
    editor = sheet.editor("q")
    assert isinstance(editor, CounterEditor)
    editor.take_focus()
    for key in (KEYS.Key_Plus, KEYS.Key_Plus, KEYS.Key_Up, KEYS.Key_Minus):
        qtbot.keyClick(editor.line, key)
    assert sheet.value("q") == "2"
    editor.line.selectAll()
    qtbot.keyClicks(editor.line, "40")
    qtbot.keyClick(editor.line, KEYS.Key_Plus)
    assert sheet.value("q") == "41"


def test_counting_by_finger_alone_never_below_nothing(sheet_of, qtbot):
    sheet = sheet_of(row("integer", "q", "株数", appearance="counter"))
    editor = sheet.editor("q")
    for key in (editor.less, editor.more):
        assert min(key.width(), key.height()) >= 48
    qtbot.mouseClick(editor.less, LEFT)
    assert sheet.value("q") == "0"
    qtbot.mouseClick(editor.more, LEFT)
    qtbot.mouseClick(editor.more, LEFT)
    qtbot.mouseClick(editor.less, LEFT)
    assert sheet.value("q") == "1"


def test_what_is_no_count_is_left_alone_by_the_keys(sheet_of, qtbot):
    sheet = sheet_of(row("integer", "q", "株数", appearance="counter"))
    sheet.answer("q", "许多")
    qtbot.mouseClick(sheet.editor("q").more, LEFT)
    assert sheet.value("q") == "许多"


@pytest.mark.parametrize(
    ("degrees", "name"),
    [(0, "北"), (11, "北"), (12, "北东北"), (45, "东北"), (180, "南"), (349, "北"), (360, "北")],
)
def test_a_direction_has_its_name(degrees, name):
    assert direction(degrees) == name


def test_a_direction_is_said_in_the_language_of_the_window():
    set_language("en")
    assert direction(225) == "SW"


@pytest.mark.parametrize("value", ["", "北", "-1", "361", "nan", "1e9"])
def test_what_is_no_direction_is_none(value):
    assert degrees_of(value) is None


def test_a_bearing_is_typed_and_said(sheet_of, qtbot):
    sheet = sheet_of(row("decimal", "q", "滑动方向", appearance="bearing"))
    editor = sheet.editor("q")
    assert isinstance(editor, BearingEditor)
    assert editor.words.text() == "—"
    commit(editor.line, "47.5")
    leave(sheet, "q")
    assert sheet.value("q") == "47.5"
    assert editor.words.text() == "东北 · 47.5°"


def test_a_bearing_is_pointed_at(sheet_of, qtbot):
    sheet = sheet_of(row("decimal", "q", "滑动方向", appearance="bearing"))
    rose = sheet.editor("q").rose
    middle = rose.rect().center()
    qtbot.mousePress(rose, LEFT, pos=middle)
    assert sheet.value("q") == ""
    qtbot.mouseMove(rose, rose.rect().center() + QPointF(60, 0).toPoint())
    qtbot.mouseRelease(rose, LEFT, pos=middle)
    assert 88 <= float(sheet.value("q")) <= 92
    rose.setFocus()
    before = float(sheet.value("q"))
    qtbot.keyClick(rose, KEYS.Key_Left)
    qtbot.keyClick(rose, KEYS.Key_Up)
    assert float(sheet.value("q")) == before + 9


def test_an_answer_of_another_app_is_typed_and_a_line_says_so(sheet_of):
    sheet = sheet_of(row("integer", "q", "呼吸", appearance="ex:org.example.breath(a='1')"))
    editor = sheet.editor("q")
    commit(editor.line, "18")
    leave(sheet, "q")
    assert sheet.value("q") == "18"
    assert "org.example.breath" in said(editor)


def said(editor):
    return " ".join(label.text() for label in editor.findChildren(QLabel))
