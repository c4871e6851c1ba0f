"""Ranges: exact steps, nothing answered before it was touched, by key and by finger."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.form.scale import PickerEditor, RangeEditor, StarsEditor
from jdz_field.ui.form.scale_bar import Scale, scale_of
from tests.ui.form.gallery import row

KEYS = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@given(
    st.decimals(-1000, 1000, places=3),
    st.decimals("0.001", 10, places=3),
    st.integers(0, 4000),
)
def test_every_step_is_exact_and_comes_back_to_its_place(start, step, place):
    scale = Scale(start, step, 4000)
    value = scale.value(place)
    assert Decimal(value) == start + step * place
    assert scale.place(value) == place
    assert not (value.endswith("0") and "." in value)


@pytest.mark.parametrize("value", ["", "abc", "-1", "101", "1e99", "NaN", "Infinity"])
def test_what_is_not_on_the_scale_has_no_place(value):
    assert Scale(Decimal(0), Decimal(1), 100).place(value) is None


@pytest.mark.parametrize(
    "parameters",
    [
        {"start": "0", "end": "0", "step": "1"},
        {"start": "0", "end": "9", "step": "0"},
        {"start": "a", "end": "9", "step": "1"},
        {"start": "0", "end": "NaN", "step": "1"},
        {"start": "0", "end": "Infinity", "step": "1"},
    ],
)
def test_bounds_that_are_none_make_no_scale(parameters):
    assert scale_of(parameters) is None


def test_a_scale_may_run_downwards():
    scale = scale_of({"start": "10", "end": "0", "step": "2.5"})
    assert scale is not None
    assert [scale.value(place) for place in range(scale.last + 1)] == ["10", "7.5", "5", "2.5", "0"]


RANGES = [
    ("", "start=0 end=10 step=2", ["0", "2", "4"]),
    ("vertical", "start=0 end=1 step=0.1", ["0", "0.1", "0.2"]),
    ("no-ticks", "start=-3 end=3 step=1", ["-3", "-2", "-1"]),
    ("vertical no-ticks", "start=1 end=4 step=0.5", ["1", "1.5", "2"]),
    ("", "start=5 end=1 step=1", ["5", "4", "3"]),
]


@pytest.mark.parametrize(("appearance", "parameters", "values"), RANGES)
def test_a_number_line_by_keys_alone(sheet_of, qtbot, appearance, parameters, values):
    sheet = sheet_of(row("range", "q", "量", appearance=appearance, parameters=parameters))
    editor = sheet.editor("q")
    assert isinstance(editor, RangeEditor)
    editor.take_focus()
    assert sheet.value("q") == ""
    for value in values:
        qtbot.keyClick(editor.bar, KEYS.Key_Right)
        assert sheet.value("q") == value
    qtbot.keyClick(editor.bar, KEYS.Key_Left)
    assert sheet.value("q") == values[1]
    qtbot.keyClick(editor.bar, KEYS.Key_End)
    assert sheet.value("q") == editor.bar.scale.value(editor.bar.scale.last)
    qtbot.keyClick(editor.bar, KEYS.Key_Right)
    assert sheet.value("q") == editor.bar.scale.value(editor.bar.scale.last)
    qtbot.keyClick(editor.bar, KEYS.Key_Delete)
    assert sheet.value("q") == ""
    assert editor.figure.text() == "—"


@pytest.mark.parametrize(("appearance", "parameters", "values"), RANGES)
def test_a_number_line_by_pointing_alone(sheet_of, qtbot, appearance, parameters, values):
    sheet = sheet_of(row("range", "q", "量", appearance=appearance, parameters=parameters))
    editor = sheet.editor("q")
    bar, last = editor.bar, editor.bar.scale.last
    qtbot.mousePress(bar, LEFT, pos=bar.point_of(1).toPoint())
    assert sheet.value("q") == values[1]
    qtbot.mouseMove(bar, bar.point_of(last).toPoint())
    qtbot.mouseRelease(bar, LEFT, pos=bar.point_of(last).toPoint())
    assert sheet.value("q") == bar.scale.value(last)
    qtbot.mouseClick(editor.less, LEFT)
    assert sheet.value("q") == bar.scale.value(last - 1)
    qtbot.mouseClick(editor.drop, LEFT)
    assert sheet.value("q") == ""
    for part in (editor.less, editor.more, editor.drop):
        assert min(part.width(), part.height()) >= 44


def test_digits_go_to_their_value(sheet_of, qtbot):
    sheet = sheet_of(row("range", "q", "坡度", parameters="start=0 end=90 step=5"))
    bar = sheet.editor("q").bar
    bar.setFocus()
    qtbot.keyClicks(bar, "45")
    assert sheet.value("q") == "45"


def test_looking_at_a_range_or_going_through_it_answers_nothing(sheet_of, qtbot):
    sheet = sheet_of(
        row("range", "q", "量", parameters="start=0 end=9 step=1 placeholder=4"),
        row("text", "after", "后"),
    )
    editor = sheet.editor("q")
    editor.take_focus()
    qtbot.keyClick(editor.bar, KEYS.Key_Tab)
    sheet.answer("after", "x")
    assert sheet.value("q") == ""
    qtbot.keyClick(editor.bar, KEYS.Key_Right)
    assert sheet.value("q") == "4"


def test_words_stand_at_the_ticks(sheet_of):
    sheet = sheet_of(row("range", "q", "量", parameters="start=0 end=10 step=1 tick_labelset=ends"))
    assert dict(sheet.editor("q").bar.scale.words) == {"0": "极不稳定", "10": "稳定"}


def test_a_value_off_the_scale_is_shown_as_it_is(sheet_of):
    sheet = sheet_of(row("range", "q", "量", parameters="start=0 end=10 step=1"))
    sheet.answer("q", "37")
    assert sheet.editor("q").figure.text() == "37"
    assert sheet.value("q") == "37"


def test_a_picker_offers_the_values(sheet_of, qtbot):
    parameters = "start=1 end=9 step=2"
    sheet = sheet_of(row("range", "q", "量", appearance="picker", parameters=parameters))
    editor = sheet.editor("q")
    assert isinstance(editor, PickerEditor)
    qtbot.mouseClick(editor.button, LEFT)
    qtbot.mouseClick(editor.list.viewport(), LEFT, pos=editor.list.box(1).center())
    assert sheet.value("q") == "3"
    qtbot.keyClick(editor.button, KEYS.Key_Down)
    qtbot.keyClick(editor.list, KEYS.Key_Down)
    qtbot.keyClick(editor.list, KEYS.Key_Return)
    assert sheet.value("q") == "5"


def test_stars_by_finger_and_by_keys(sheet_of, qtbot):
    sheet = sheet_of(
        row("range", "q", "评星", appearance="rating", parameters="start=1 end=5 step=1")
    )
    editor = sheet.editor("q")
    assert isinstance(editor, StarsEditor)
    stars = editor.stars
    assert sheet.value("q") == ""
    assert stars.box(0).width() >= 44
    qtbot.mouseClick(stars, LEFT, pos=stars.box(3).center().toPoint())
    assert sheet.value("q") == "4"
    assert editor.words.text() == "4 / 5"
    qtbot.mouseClick(stars, LEFT, pos=stars.box(3).center().toPoint())
    assert sheet.value("q") == ""
    stars.setFocus()
    for key, value in ((KEYS.Key_Right, "1"), (KEYS.Key_3, "3"), (KEYS.Key_3, "3")):
        qtbot.keyClick(stars, key)
        assert sheet.value("q") == value
    qtbot.keyClick(stars, KEYS.Key_Left)
    assert sheet.value("q") == "2"
    qtbot.keyClick(stars, KEYS.Key_Backspace)
    assert sheet.value("q") == ""


def test_too_many_stars_are_a_number_line(sheet_of):
    parameters = "start=1 end=100 step=1"
    sheet = sheet_of(row("range", "q", "评星", appearance="rating", parameters=parameters))
    assert isinstance(sheet.editor("q"), RangeEditor)


def test_without_bounds_a_range_is_a_number(qtbot):
    from jdz_field.ui.form.maker import Maker
    from jdz_field.xforms.view import Node

    node = Node("/q", "q", "question", "int", "range", parameters={"start": "x", "end": "9"})
    made = Maker(shelf=None).make(node, (), note=False)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    assert isinstance(made, NumberEditor)
