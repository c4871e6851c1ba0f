"""Dates by parts, typed or stepped: without a calendar, a month, a year."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from jdz_field.ui.form.spins import PartsEditor
from tests.ui.form.gallery import row
from tests.ui.form.one import commit

KEYS = Qt.Key
LEFT = Qt.MouseButton.LeftButton
PARTS = [("no-calendar", 3), ("month-year", 2), ("year", 1)]


def opened(sheet_of, appearance):
    sheet = sheet_of(row("date", "q", "日期", appearance=appearance), row("text", "b", "后"))
    assert isinstance(sheet.editor("q"), PartsEditor)
    return sheet, sheet.editor("q")


@pytest.mark.parametrize(("appearance", "parts"), PARTS)
def test_parts_are_typed_by_keys_alone(sheet_of, qtbot, appearance, parts):
    sheet, editor = opened(sheet_of, appearance)
    assert len(editor.spins) == parts
    editor.take_focus()
    for spin, typed in zip(editor.spins, ("1999", "6", "15"), strict=False):
        assert spin.line.hasFocus()
        qtbot.keyClicks(spin.line, typed)
        qtbot.keyClick(spin.line, KEYS.Key_Tab)
    wanted = {1: "1999-01-01", 2: "1999-06-01", 3: "1999-06-15"}[parts]
    assert sheet.value("q") == wanted
    qtbot.keyClick(editor.spins[0].line, KEYS.Key_Up)
    assert sheet.value("q") == wanted.replace("1999", "2000")


@pytest.mark.parametrize(("appearance", "parts"), PARTS)
def test_parts_are_stepped_by_tapping_alone(sheet_of, qtbot, appearance, parts):
    sheet, editor = opened(sheet_of, appearance)
    for spin in editor.spins:
        for key in (spin.more, spin.less):
            assert min(key.width(), key.height()) >= 44
    for spin in editor.spins[:-1]:
        qtbot.mouseClick(spin.more, LEFT)
        assert sheet.value("q") == ""
    qtbot.mouseClick(editor.spins[-1].more, LEFT)
    today = sheet.value("q")
    year = int(today[:4])
    qtbot.mouseClick(editor.spins[0].less, LEFT)
    assert sheet.value("q").startswith(str(year - 1))
    qtbot.mouseClick(editor.today, LEFT)
    assert sheet.value("q") == today
    qtbot.mouseClick(editor.drop, LEFT)
    assert sheet.value("q") == ""
    assert [spin.line.text() for spin in editor.spins] == [""] * parts


def test_months_and_days_join_at_their_ends(sheet_of, qtbot):
    sheet, editor = opened(sheet_of, "no-calendar")
    sheet.answer("q", "2026-12-31")
    qtbot.mouseClick(editor.spins[1].more, LEFT)
    assert sheet.value("q") == "2026-01-31"
    qtbot.mouseClick(editor.spins[2].more, LEFT)
    assert sheet.value("q") == "2026-01-01"


def test_a_day_beyond_its_month_is_the_months_last(sheet_of, qtbot):
    sheet, editor = opened(sheet_of, "no-calendar")
    sheet.answer("q", "2026-01-31")
    qtbot.mouseClick(editor.spins[1].more, LEFT)
    assert sheet.value("q") == "2026-02-28"


@pytest.mark.parametrize("typed", ["13", "0", "六", "-1"])
def test_a_part_that_cannot_be_is_no_part(sheet_of, typed):
    sheet, editor = opened(sheet_of, "month-year")
    commit(editor.spins[0].line, "2026")
    commit(editor.spins[1].line, typed)
    editor.spins[1].line.clearFocus()
    assert sheet.value("q") == ""


def test_full_width_digits_are_parts(sheet_of):
    sheet, editor = opened(sheet_of, "year")
    commit(editor.spins[0].line, "２０２６")
    editor.spins[0].line.clearFocus()
    assert sheet.value("q") == "2026-01-01"
    assert editor.spins[0].line.text() == "2026"


def test_a_date_of_the_form_is_shown_as_far_as_it_goes(sheet_of):
    sheet, editor = opened(sheet_of, "no-calendar")
    sheet.answer("q", "2026-04")
    assert [spin.line.text() for spin in editor.spins] == ["2026", "04", ""]
    assert sheet.value("q") == "2026-04"
