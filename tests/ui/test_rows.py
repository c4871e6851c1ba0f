"""Rows for gloves: a model that keeps its promises, a list that keeps what was chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPixmap

from jdz_field.ui import theme
from jdz_field.ui.rows import Row, RowList, RowModel

ROWS = [
    Row("#", "草稿", heading=True),
    Row("a", "三龙镇三龙村委会滑坡", "地质灾害隐患点巡查", "10:32", "未传", "attention"),
    Row("b", "只有名称"),
    Row("c", "很长的名称" * 30, "很长的一行" * 40, "2026-11-22 10:32", "退回", "error"),
]


@pytest.fixture
def rows(qtbot):
    made = RowList()
    qtbot.addWidget(made)
    made.resize(380, 500)
    made.put(ROWS)
    made.show()
    return made


def test_the_model_is_one(qtmodeltester):
    model = RowModel()
    model.put(ROWS)
    qtmodeltester.check(model)


def test_every_row_is_high_enough_for_a_glove(rows):
    for place, row in enumerate(ROWS):
        height = rows.visualRect(rows.model().index(place, 0)).height()
        assert height >= (0 if row.heading else theme.current().touch())


def test_a_heading_cannot_be_chosen(rows, qtbot):
    chosen = []
    rows.chosen.connect(chosen.append)
    top = rows.visualRect(rows.model().index(0, 0)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=top)
    assert chosen == []
    below = rows.visualRect(rows.model().index(1, 0)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert [row.key for row in chosen] == ["a"]


def test_what_was_chosen_stays_chosen_when_the_rows_are_new(rows):
    rows.select("b")
    rows.put([ROWS[3], ROWS[2]])
    assert rows.key() == "b"
    rows.put([ROWS[1]])
    assert rows.key() == ""


def test_readers_are_told_everything(rows):
    told = rows.model().index(1, 0).data()
    for words in ("三龙镇", "巡查", "未传", "10:32"):
        assert words in told


@pytest.mark.parametrize("name", theme.THEMES)
def test_rows_are_painted_in_every_theme(qapp, rows, name):
    theme.apply(qapp, name, 1.5)
    picture = QPixmap(40, 30)
    picture.fill(QColor("red"))
    rows.put([*ROWS, Row("d", "带图", "一行", picture=picture)])
    image = rows.grab().toImage()
    colours = {image.pixelColor(QPoint(x, 120)).name() for x in range(0, image.width(), 3)}
    assert len(colours) > 1
