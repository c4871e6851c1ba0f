"""A month to tap a day in."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from jdz_field.ui.form.month import MonthPicker


@pytest.fixture
def month(qtbot):
    made = MonthPicker()
    qtbot.addWidget(made)
    made.show_day(date(2026, 11, 22))
    made.show()
    made.picked_days = []
    made.picked.connect(made.picked_days.append)
    return made


def test_a_day_is_tapped(month, qtbot):
    box = next(box for day, box in month.days._boxes() if day == date(2026, 11, 5))
    qtbot.mouseClick(month.days, Qt.MouseButton.LeftButton, pos=box.center())
    assert month.picked_days == [date(2026, 11, 5)]


def test_days_of_other_months_are_not_there(month, qtbot):
    box = next(box for day, box in month.days._boxes() if day.month == 10)
    qtbot.mouseClick(month.days, Qt.MouseButton.LeftButton, pos=box.center())
    assert month.picked_days == []


def test_keys_move_and_choose(month, qtbot):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left):
        qtbot.keyClick(month.days, key)
    qtbot.keyClick(month.days, Qt.Key.Key_Return)
    assert month.picked_days == [date(2026, 12, 6)]


def test_the_months_turn_over_the_years_end(month):
    month._after()
    month._after()
    assert month._title.text() == "2027年1月"
    month._before()
    assert month._title.text() == "2026年12月"


def test_days_are_large_enough_for_a_glove(month):
    from jdz_field.ui import theme

    _day, box = month.days._boxes()[0]
    assert box.height() >= theme.current().touch() - 1


def test_it_is_painted(month):
    image = month.grab().toImage()
    spots = [(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)]
    assert len({image.pixelColor(*spot).rgba() for spot in spots}) > 2
