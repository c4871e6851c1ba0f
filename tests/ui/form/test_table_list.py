"""Selects with the same choices as one grid."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from jdz_field.store.project import Project
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.table_list import is_head, lists_choices
from jdz_field.xforms.view import Node
from tests.ui.form.forms import HEAD

ITEMS = "".join(
    f"<item><label>{words}</label><value>{value}</value></item>"
    for value, words in (("1", "完好"), ("2", "轻微损坏"), ("3", "严重损坏"))
)
#: As pyxform writes a ``table-list`` group.
LISTED = (
    HEAD
    + """
<h:head><h:title>设施</h:title><model><instance><data id="listed" version="1">
 <tl><names/><wall/><drain/><slope/><more/><other/></tl><meta><instanceID/></meta>
</data></instance>
<bind nodeset="/data/tl/wall" type="string" required="true()"/>
<bind nodeset="/data/tl/more" type="string" relevant="/data/tl/wall = '3'"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>
<group ref="/data/tl" appearance="field-list"><label>设施状况</label>
 <select1 ref="/data/tl/names" appearance="label"><label> </label>ITEMS</select1>
 <select1 ref="/data/tl/wall" appearance="list-nolabel"><label>挡土墙</label>ITEMS</select1>
 <select1 ref="/data/tl/drain" appearance="list-nolabel"><label>截水沟</label>ITEMS</select1>
 <select ref="/data/tl/slope" appearance="list-nolabel"><label>护坡</label>ITEMS</select>
 <select1 ref="/data/tl/more" appearance="list-nolabel"><label>监测</label>ITEMS</select1>
 <input ref="/data/tl/other"><label>其他</label></input>
</group></h:body></h:html>"""
).replace("ITEMS", ITEMS)
ROWS = ("names", "wall", "drain", "slope")


@pytest.fixture
def listed(folder, app, settle):
    with Project.open(folder) as project:
        project.add_form("listed", "1", "设施", LISTED, None)
    page = FormPage(app, "listed")
    page.resize(1280, 800)
    page.show()
    settle()
    yield page
    page.leave()
    settle()
    page.close()
    page.deleteLater()


def question(page, name):
    return page.body.questions[f"/data/tl/{name}"]


def lefts(page, name):
    return [cell.mapTo(page, QPoint(0, 0)).x() for cell in question(page, name).editor.grid.cells]


def test_rows_and_heads_share_their_columns(listed):
    assert question(listed, "names").isVisible()
    assert lefts(listed, "names") == lefts(listed, "wall") == lefts(listed, "slope")
    cells = question(listed, "wall").editor.grid.cells
    assert all(cell.height() >= 44 and cell.width() >= 44 for cell in cells)
    assert question(listed, "names").label.text().strip() == ""


def test_a_row_is_answered_by_tap_and_by_key(listed, qtbot):
    cells = question(listed, "wall").editor.grid.cells
    qtbot.mouseClick(cells[1], Qt.MouseButton.LeftButton)
    assert listed.driver.session.node("/data/tl/wall").value == "2"
    question(listed, "slope").editor.take_focus()
    qtbot.keyClick(question(listed, "slope").editor.grid.cells[0], Qt.Key.Key_3)
    qtbot.keyClick(question(listed, "slope").editor.grid.cells[0], Qt.Key.Key_1)
    assert listed.driver.session.node("/data/tl/slope").value == "1 3"


def test_heads_take_no_answer_and_are_not_counted(listed, qtbot):
    cells = question(listed, "names").editor.grid.cells
    qtbot.mouseClick(cells[0], Qt.MouseButton.LeftButton)
    assert listed.driver.session.node("/data/tl/names").value == ""
    assert all(cell.focusPolicy() == Qt.FocusPolicy.NoFocus for cell in cells)


def test_a_row_that_becomes_relevant_lines_up(listed, settle):
    assert question(listed, "more").isHidden()
    listed.driver.answer("/data/tl/wall", "3")
    settle()
    assert lefts(listed, "more") == lefts(listed, "wall")


def test_where_it_is_narrow_every_question_has_its_own_labels(listed, settle):
    listed.resize(420, 900)
    settle()
    assert question(listed, "names").isHidden()
    cells = question(listed, "wall").editor.grid.cells
    label = question(listed, "wall").label
    assert cells[0].mapTo(listed, QPoint(0, 0)).y() > label.mapTo(listed, QPoint(0, 0)).y()
    assert cells[0].look.labels
    listed.resize(1280, 800)
    settle()
    assert question(listed, "names").isVisible()
    assert lefts(listed, "names") == lefts(listed, "wall")


def test_what_was_chosen_stays_when_the_window_turns(listed, settle):
    listed.driver.answer("/data/tl/wall", "2")
    for width in (420, 1280):
        listed.resize(width, 900)
        settle()
        chosen = [cell.isChecked() for cell in question(listed, "wall").editor.grid.cells]
        assert chosen == [False, True, False]


def test_heads_of_a_step_that_is_not_shown_stay_away(listed, settle):
    listed.body.show_step("/data/nowhere")
    listed.resize(1000, 900)
    settle()
    assert question(listed, "names").isHidden()


@pytest.mark.parametrize(
    ("appearance", "control", "head", "row"),
    [
        ("label", "select1", True, False),
        ("list-nolabel", "select", False, True),
        ("quick list-nolabel", "select1", False, True),
        ("list", "select1", False, False),
        ("label", "input", False, False),
        ("", "select1", False, False),
        ("labels", "select1", False, False),
    ],
)
def test_only_selects_are_heads_and_rows(appearance, control, head, row):
    node = Node("/d/a", "a", "question", control=control, appearance=appearance)
    assert (is_head(node), lists_choices(node)) == (head, row)
