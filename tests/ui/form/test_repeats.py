"""Repeats as cards: one entry open, the others lines; cards or table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from jdz_field.store.project import Project
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.repeats import Cards
from jdz_field.ui.form.table import RepeatTable
from tests.ui.form.nested_form import NESTED
from tests.ui.form.tally import TALLY


@pytest.fixture
def folder(folder):
    with Project.open(folder) as project:
        for form_id, xml in (("nested", NESTED), ("tally", TALLY)):
            project.add_form(form_id, "1", form_id, xml, None)
    return folder


@pytest.fixture
def open_form(app, settle, qtbot):
    opened = []

    def opener(form_id, draft=None):
        made = FormPage(app, form_id, None, draft)
        made.resize(1280, 900)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(made.isActiveWindow)
        settle()
        opened.append(made)
        return made

    yield opener
    for made in opened:
        made.leave()
        settle()
        made.close()
        made.deleteLater()


@pytest.fixture
def nested(open_form):
    return open_form("nested")


def cards(page, ref):
    found = page.body.repeats[ref].view
    assert isinstance(found, Cards)
    return found


def value(page, ref):
    return page.driver.session.node(ref).value


def said(run):
    return [run.lines.line(row).title for row in range(run.lines.rowCount())]


def tap(run, qtbot, row, *, on_bin=False):
    rect = run.visualRect(run.lines.index(row))
    place = QPoint(rect.right() - 20 if on_bin else rect.left() + 60, rect.center().y())
    qtbot.mouseClick(run.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_entries_are_added_summed_up_removed_and_brought_back(page, settle):
    view = cards(page, "/data/crack")
    start = len(page.driver.session.node("/data/crack").children)
    view.add.click()
    view.add.click()
    last = start + 2
    page.driver.answer(f"/data/crack[{last - 1}]/name", "LF-1")
    page.driver.answer(f"/data/crack[{last - 1}]/gap", "3.5")
    page.driver.answer(f"/data/crack[{last}]/name", "LF-2")
    offered = []
    page.app.toast_wanted.connect(lambda words, undo: offered.append((words, undo)))
    view.remove(f"/data/crack[{last - 1}]")
    assert len(page.driver.session.node("/data/crack").children) == last - 1
    assert value(page, f"/data/crack[{last - 1}]/name") == "LF-2"
    assert value(page, "/data/total") in ("0", "0.0", "")
    offered[0][1]()
    assert value(page, f"/data/crack[{last - 1}]/name") == "LF-1"
    assert value(page, f"/data/crack[{last}]/name") == "LF-2"
    assert float(value(page, "/data/total")) == 3.5
    settle()


def test_closed_entries_say_what_is_in_them_and_what_is_wrong(page, qtbot):
    view = cards(page, "/data/crack")
    view.add.click()
    view.add.click()
    page.driver.answer("/data/crack[1]/name", "LF-7")
    page.driver.answer("/data/crack[1]/gap", "宽")
    line = view.before.lines.line(0)
    assert (line.title, line.summary, line.wrong) == ("裂缝 1", "LF-7 · 宽", 1)
    page.driver.answer("/data/crack[1]/gap", "2.5")
    assert view.before.lines.line(0).wrong == 0


def test_one_entry_is_open_and_its_line_closes_it(nested, qtbot):
    view = cards(nested, "/data/house")
    for _n in range(3):
        view.add.click()
    assert view.open.ref == "/data/house[3]"
    assert said(view.before) == ["住户 1", "住户 2"]
    tap(view.before, qtbot, 0)
    assert view.open.ref == "/data/house[1]"
    assert said(view.after) == ["住户 2", "住户 3"]
    assert "/data/house[3]/door" not in nested.body.questions
    view.open.head.click()
    assert view.open is None
    assert said(view.before) == ["住户 1", "住户 2", "住户 3"]


def test_what_is_being_typed_is_kept_when_another_entry_opens(nested, qtbot):
    view = cards(nested, "/data/house")
    view.add.click()
    view.add.click()
    line = nested.body.questions["/data/house[2]/door"].editor.line
    line.setFocus()
    qtbot.keyClicks(line, "17")
    view.show_entry("/data/house[1]")
    assert value(nested, "/data/house[2]/door") == "17"
    assert view.after.lines.line(0).summary == "17"


def test_entries_are_opened_and_removed_by_keys_alone(nested, qtbot):
    view = cards(nested, "/data/house")
    for _n in range(3):
        view.add.click()
    view.close_entry()
    assert view.before.hasFocus()
    qtbot.keyClick(view.before, Qt.Key.Key_Up)
    qtbot.keyClick(view.before, Qt.Key.Key_Return)
    assert view.open.ref == "/data/house[2]"
    qtbot.waitUntil(nested.body.questions["/data/house[2]/door"].editor.line.hasFocus)
    view.close_entry()
    qtbot.keyClick(view.before, Qt.Key.Key_Delete)
    assert said(view.before) == ["住户 1", "住户 2"]


def test_the_bin_of_a_closed_entry_removes_it(nested, qtbot):
    view = cards(nested, "/data/house")
    view.add.click()
    view.add.click()
    nested.driver.answer("/data/house[2]/door", "17")
    tap(view.before, qtbot, 0, on_bin=True)
    assert view.open.ref == "/data/house[1]"
    assert value(nested, "/data/house[1]/door") == "17"
    assert nested.body.questions["/data/house[1]/door"].editor.line.text() == "17"


def test_a_repeat_in_a_repeat_is_filled_in_its_own_entry(nested):
    view = cards(nested, "/data/house")
    view.add.click()
    view.add.click()
    inner = cards(nested, "/data/house[2]/person")
    inner.add.click()
    inner.add.click()
    nested.driver.answer("/data/house[2]/person[2]/name", "张三")
    assert inner.open.ref == "/data/house[2]/person[2]"
    assert nested.driver.session.node("/data/house[1]/person").children == ()
    assert nested.body.go_to("/data/house[2]/person[1]/age") is not None
    assert cards(nested, "/data/house[2]/person").open.ref == "/data/house[2]/person[1]"
    nested.body.go_to("/data/house[1]/door")
    assert "/data/house[2]/person" not in nested.body.repeats
    assert nested.body.go_to("/data/house[2]/person[2]/name").node.value == "张三"


def test_a_counted_repeat_grows_and_shrinks_and_loses_nothing(nested):
    assert nested.body.repeats["/data/room"].isHidden() or len(
        nested.driver.session.node("/data/room").children
    )
    nested.driver.answer("/data/rooms", "3")
    view = cards(nested, "/data/room")
    assert said(view.before) + said(view.after) == ["房间 1", "房间 2", "房间 3"]
    assert view.add.isHidden()
    assert not view.before.lines.line(0).removable
    nested.driver.answer("/data/room[3]/use", "灶间")
    nested.driver.answer("/data/rooms", "1")
    assert len(said(view.before) + said(view.after)) + (view.open is not None) == 1
    nested.driver.answer("/data/rooms", "3")
    assert view.before.lines.line(2).summary == "灶间"
    nested.driver.answer("/data/rooms", "0")
    assert nested.body.repeats["/data/room"].isHidden()


def test_an_entry_that_its_count_takes_away_closes(nested):
    nested.driver.answer("/data/rooms", "3")
    view = cards(nested, "/data/room")
    view.show_entry("/data/room[3]")
    nested.driver.answer("/data/rooms", "2")
    assert view.open is None
    assert "/data/room[3]/use" not in nested.body.questions


def test_an_empty_repeat_says_so_and_offers_one_act(nested):
    view = cards(nested, "/data/house")
    assert view.nothing.isVisible()
    assert view.add.isVisible()
    view.add.click()
    assert view.nothing.isHidden()


def test_an_irrelevant_repeat_is_hidden(nested):
    assert nested.body.repeats["/data/away"].isHidden()
    nested.driver.answer("/data/rooms", "99")
    assert not nested.body.repeats["/data/away"].isHidden()


def test_problems_lead_into_closed_entries_and_show_there(nested, qtbot):
    view = cards(nested, "/data/house")
    view.add.click()
    view.add.click()
    nested.driver.answer("/data/house[2]/door", "17")
    nested.finalize()
    assert view.open.ref == "/data/house[1]"
    question = nested.body.questions["/data/house[1]/door"]
    assert question.wrong()
    qtbot.waitUntil(question.editor.line.hasFocus)


def test_a_missing_answer_in_a_closed_entry_is_counted_after_finishing(nested):
    view = cards(nested, "/data/house")
    view.add.click()
    view.add.click()
    nested.driver.answer("/data/house[1]/door", "1")
    nested.driver.answer("/data/house[1]/group/count", "0")
    nested.finalize()
    view.show_entry("/data/house[1]")
    assert view.after.lines.line(0).wrong == 1


def test_a_repeat_with_repeats_in_it_has_no_table(nested):
    assert nested.body.repeats["/data/house"].as_table.isHidden()
    assert nested.body.repeats["/data/room"].as_table.isVisibleTo(nested.body.repeats["/data/room"])


def test_cards_or_table_is_chosen_and_remembered(open_form):
    first = open_form("tally")
    repeat = first.body.repeats["/data/tree"]
    assert isinstance(repeat.view, RepeatTable)
    first.driver.add_repeat("/data/tree")
    first.driver.answer("/data/tree[1]/dbh", "12")
    repeat.as_cards.click()
    assert isinstance(repeat.view, Cards)
    assert repeat.view.open.ref == "/data/tree[1]"
    assert first.body.questions["/data/tree[1]/dbh"].editor.line.text() == "12"
    second = open_form("tally")
    assert isinstance(second.body.repeats["/data/tree"].view, Cards)
    second.body.repeats["/data/tree"].as_table.click()
    assert isinstance(second.body.repeats["/data/tree"].view, RepeatTable)
    assert isinstance(open_form("tally").body.repeats["/data/tree"].view, RepeatTable)
    repeat.as_table.click()
    assert "/data/tree[1]/dbh" not in first.body.questions
