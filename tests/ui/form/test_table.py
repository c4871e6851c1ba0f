"""A repeat as a table: keys, fingers, blocks from a spreadsheet."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from jdz_field.store.project import Project
from jdz_field.ui.form.number import NumberPad
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.table import RepeatTable
from jdz_field.ui.theme import current
from tests.ui.form.tally import CARRIED, COUNTED, TALLY

KEYPAD = Qt.KeyboardModifier.KeypadModifier
TIP = Qt.ItemDataRole.ToolTipRole
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def folder(folder):
    with Project.open(folder) as project:
        for form_id, xml in (("tally", TALLY), ("carried", CARRIED), ("counted", COUNTED)):
            project.add_form(form_id, "1", form_id, xml, None)
    return folder


@pytest.fixture
def open_form(app, settle, qtbot):
    opened = []

    def opener(form_id, draft=None):
        made = FormPage(app, form_id, None, draft)
        made.resize(1280, 800)
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
def tally(open_form):
    return open_form("tally")


def view(page) -> RepeatTable:
    found = page.body.repeats["/data/tree"].view
    assert isinstance(found, RepeatTable)
    return found


def value(page, ref):
    return page.driver.session.node(f"/data/tree{ref}").value


class Keys:
    """Presses keys where the keyboard is, as a person does."""

    def __init__(self, qtbot, page):
        self.qtbot, self.page = qtbot, page
        self.table = view(page).table

    def press(self, *keys, modifier=Qt.KeyboardModifier.NoModifier):
        for key in keys:
            self.qtbot.keyClick(self.table.line or self.table, key, modifier)

    def type(self, words, modifier=Qt.KeyboardModifier.NoModifier):
        for letter in words:
            self.qtbot.keyClick(self.table.line or self.table, letter, modifier)

    def at(self, row, column):
        self.table.acts.put(row, column)
        self.table.setFocus()

    @property
    def here(self):
        return self.table.acts.here()


@pytest.fixture
def keys(qtbot, tally):
    made = Keys(qtbot, tally)
    view(tally).add.click()
    return made


def test_typing_replaces_enter_goes_down_and_makes_a_new_entry(tally, keys):
    keys.at(0, 0)
    keys.type("2")
    keys.press(Qt.Key.Key_Tab)
    keys.type("23.5")
    keys.press(Qt.Key.Key_Return)
    assert (value(tally, "[1]/species"), value(tally, "[1]/dbh")) == ("2", "23.5")
    assert keys.here == (1, 0)
    keys.at(0, 1)
    keys.type("7")
    keys.press(Qt.Key.Key_Return)
    assert value(tally, "[1]/dbh") == "7"
    assert keys.here == (1, 1)


def test_200_trees_are_typed_with_one_hand_on_the_number_pad(tally, keys, qtbot, folder):
    """Species, +, diameter, Enter; nothing but keys of the number pad."""
    wanted = [(str(n % 4 + 1), f"{5 + n * 7 % 60}.{n % 10}") for n in range(200)]
    for species, dbh in wanted:
        keys.type(species, KEYPAD)
        keys.press(Qt.Key.Key_Plus, modifier=KEYPAD)
        keys.type(dbh.removesuffix(".0"), KEYPAD)
        keys.press(Qt.Key.Key_Enter, modifier=KEYPAD)
    tree = tally.driver.session.answers()["tree"]
    kept = [(row["species"], row["dbh"]) for row in tree[:200]]
    assert kept == [(species, dbh.removesuffix(".0")) for species, dbh in wanted]
    assert len(tree) == 201
    tally.body.questions["/data/plot"].editor.take_focus()
    qtbot.waitUntil(lambda: len(tally.driver.session.answers()["tree"]) == 200)
    qtbot.waitUntil(lambda: not tally.driver.unsaved(), timeout=5000)
    with Project.open(folder, read_only=True) as other:
        draft = other.drafts()[0].answers
    assert [(row["species"], row["dbh"]) for row in draft["tree"]] == kept
    assert float(tally.driver.session.node("/data/sum").value) == pytest.approx(
        sum(float(dbh) for _species, dbh in wanted)
    )


def test_a_tally_column_by_column(tally, keys):
    for _n in range(3):
        view(tally).add.click()
    keys.at(0, 1)
    for dbh in ("10", "20", "30"):
        keys.type(dbh)
        keys.press(Qt.Key.Key_Return)
    assert [value(tally, f"[{n}]/dbh") for n in (1, 2, 3)] == ["10", "20", "30"]
    assert keys.here == (3, 1)


def test_tab_skips_what_is_closed_and_goes_on_in_the_next_row(tally, keys):
    view(tally).add.click()
    keys.at(0, 2)
    keys.press(Qt.Key.Key_Tab)
    # The reason is asked of other species alone, area and note are never asked.
    assert keys.here == (0, 4)
    keys.at(0, 9)
    keys.press(Qt.Key.Key_Tab)
    assert keys.here == (1, 0)
    keys.press(Qt.Key.Key_Backtab)
    assert keys.here == (0, 9)


def test_enter_skips_rows_that_do_not_ask(tally, keys):
    for _n in range(3):
        view(tally).add.click()
    for n in (1, 4):
        tally.driver.answer(f"/data/tree[{n}]/species", "9")
    keys.at(0, 3)
    keys.type("x")
    keys.press(Qt.Key.Key_Return)
    assert keys.here == (3, 3)
    assert value(tally, "[1]/why") == "x"


def test_a_closed_cell_takes_no_typing(tally, keys):
    keys.at(0, 3)
    keys.type("abc")
    assert keys.table.line is None
    keys.at(0, 10)
    keys.type("5")
    keys.press(Qt.Key.Key_F2, Qt.Key.Key_Delete)
    assert keys.table.line is None
    assert value(tally, "[1]/why") == value(tally, "[1]/area") == ""


def test_a_calculation_is_shown_and_follows(tally, keys):
    keys.at(0, 1)
    keys.type("20")
    keys.press(Qt.Key.Key_Return)
    assert view(tally).model.text(0, 10) == "0.0314"
    assert view(tally).model.text(0, 11) == "第 1 株"


def test_escape_gives_back_what_was_there_even_after_a_pause(tally, keys, qtbot):
    tally.driver.answer("/data/tree[1]/dbh", "12")
    keys.at(0, 1)
    keys.press(Qt.Key.Key_F2)
    assert keys.table.line.text() == "12"
    keys.type("34")
    qtbot.waitUntil(lambda: value(tally, "[1]/dbh") == "34", timeout=2000)
    keys.press(Qt.Key.Key_Escape)
    assert value(tally, "[1]/dbh") == "12"
    assert keys.table.line is None


def test_what_is_typed_is_in_the_draft_within_a_second_of_the_last_key(tally, keys, qtbot, folder):
    keys.at(0, 1)
    keys.type("45")
    qtbot.waitUntil(
        lambda: not tally.driver.unsaved() and value(tally, "[1]/dbh") == "45", timeout=1000
    )
    with Project.open(folder, read_only=True) as other:
        assert other.drafts()[0].answers["tree"][0]["dbh"] == "45"
    assert keys.table.line.text() == "45"


def test_arrows_move_and_leave_a_cell_that_was_typed_into(tally, keys):
    view(tally).add.click()
    keys.at(0, 1)
    keys.press(Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left)
    assert keys.here == (1, 1)
    keys.type("9")
    keys.press(Qt.Key.Key_Up)
    assert value(tally, "[2]/dbh") == "9"
    assert keys.here == (0, 1)
    keys.type("12")
    keys.press(Qt.Key.Key_F2, Qt.Key.Key_Left)
    keys.type("0")
    keys.press(Qt.Key.Key_Return)
    assert value(tally, "[1]/dbh") == "102"


def test_keys_of_the_table_work_in_an_open_cell_too(tally, keys):
    view(tally).add.click()
    tally.driver.answer("/data/tree[1]/dbh", "8")
    keys.at(1, 1)
    keys.type("9")
    keys.press(Qt.Key.Key_D, modifier=CTRL)
    assert value(tally, "[2]/dbh") == "8"
    keys.type("7")
    keys.press(Qt.Key.Key_Minus, modifier=CTRL)
    assert view(tally).model.rowCount() == 1
    assert value(tally, "[1]/dbh") == "8"


def test_delete_clears_the_selection_as_one_step(tally, keys):
    for column, given in ((1, "12"), (2, "9")):
        keys.at(0, column)
        keys.type(given)
        keys.press(Qt.Key.Key_Tab)
    keys.at(0, 1)
    keys.press(Qt.Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    keys.press(Qt.Key.Key_Delete)
    assert (value(tally, "[1]/dbh"), value(tally, "[1]/height")) == ("", "")
    tally.driver.undo()
    assert (value(tally, "[1]/dbh"), value(tally, "[1]/height")) == ("12", "9")


@pytest.mark.parametrize("key", [Qt.Key.Key_D, Qt.Key.Key_Apostrophe])
def test_the_cell_above_is_copied(tally, keys, key):
    view(tally).add.click()
    tally.driver.answer("/data/tree[1]/species", "3")
    keys.at(1, 0)
    keys.press(key, modifier=CTRL)
    assert value(tally, "[2]/species") == "3"
    keys.at(0, 0)
    keys.press(key, modifier=CTRL)
    assert value(tally, "[1]/species") == "3"


def test_entries_are_added_and_removed_by_key_and_brought_back(tally, keys):
    keys.at(0, 0)
    keys.press(Qt.Key.Key_Return, modifier=CTRL)
    assert keys.here == (1, 0)
    tally.driver.answer("/data/tree[1]/dbh", "1")
    tally.driver.answer("/data/tree[2]/dbh", "2")
    offered = []
    tally.app.toast_wanted.connect(lambda _words, undo: offered.append(undo))
    keys.at(0, 1)
    keys.press(Qt.Key.Key_Minus, modifier=CTRL)
    assert value(tally, "[1]/dbh") == "2"
    assert keys.here == (0, 1)
    offered[0]()
    assert [value(tally, f"[{n}]/dbh") for n in (1, 2)] == ["1", "2"]


def test_several_entries_are_removed_and_brought_back_as_one_step(tally, keys):
    for n in range(1, 5):
        if n > 1:
            view(tally).add.click()
        tally.driver.answer(f"/data/tree[{n}]/dbh", str(n))
    keys.at(1, 1)
    keys.press(Qt.Key.Key_Down, modifier=Qt.KeyboardModifier.ShiftModifier)
    keys.press(Qt.Key.Key_Minus, modifier=CTRL)
    assert [row["dbh"] for row in tally.driver.session.answers()["tree"]] == ["1", "4"]
    tally.driver.undo()
    assert [row["dbh"] for row in tally.driver.session.answers()["tree"]] == ["1", "2", "3", "4"]
    tally.driver.redo()
    assert [row["dbh"] for row in tally.driver.session.answers()["tree"]] == ["1", "4"]


def test_a_new_entry_that_nobody_wrote_in_is_gone_when_one_leaves(tally, keys, qtbot):
    keys.at(0, 0)
    keys.type("1")
    keys.press(Qt.Key.Key_Return)
    assert view(tally).model.rowCount() == 2
    steps = len(tally.driver.history.done)
    tally.body.questions["/data/plot"].editor.take_focus()
    qtbot.waitUntil(lambda: view(tally).model.rowCount() == 1)
    assert len(tally.driver.history.done) == steps - 1


def test_a_blank_last_entry_is_followed_by_no_other(tally, keys):
    keys.at(0, 0)
    keys.press(Qt.Key.Key_Return)
    assert view(tally).model.rowCount() == 1
    keys.at(0, 9)
    keys.press(Qt.Key.Key_Tab)
    assert view(tally).model.rowCount() == 1
    assert not keys.table.hasFocus()


# ---- cells of each kind


@pytest.mark.parametrize(
    ("column", "typed", "kept"),
    [
        (0, "9", "9"),
        (0, "5", "9"),
        (0, "枫", "3"),
        (0, "fx", "3"),
        (0, "MWS", "2"),
        (0, "柏", "柏"),
        (1, "１２．５", "12.5"),
        (1, "约十", "约十"),
        (2, "7", "7"),
        (4, "bug", "bug"),
        (5, "20261122", "2026-11-22"),
        (5, "昨天", "昨天"),
        (9, "15", "15"),
    ],
)
def test_each_kind_of_cell_is_typed(tally, keys, qtbot, column, typed, kept):
    keys.at(0, column)
    keys.press(Qt.Key.Key_F2)
    keys.table.line.clear()
    keys.table.line.insert(typed)
    keys.table.line.textEdited.emit(typed)
    keys.press(Qt.Key.Key_Return)
    found = value(tally, f"[1]/{view(tally).model.columns[column].path}")
    assert found.removesuffix(".0") == kept


@pytest.mark.parametrize(
    ("column", "typed", "shown"),
    [(6, "830", "08:30"), (7, "2026/11/22 8:30", "2026-11-22 08:30"), (7, "昨天", "昨天")],
)
def test_times_are_those_of_the_city(tally, keys, column, typed, shown):
    keys.at(0, column)
    keys.press(Qt.Key.Key_F2)
    keys.table.line.insert(typed)
    keys.press(Qt.Key.Key_Return)
    assert view(tally).model.text(0, column) == shown


def test_several_choices_are_typed_one_after_the_other(tally, keys):
    keys.at(0, 4)
    keys.type("3 1 ")
    keys.press(Qt.Key.Key_Return)
    assert value(tally, "[1]/signs") == "dry bent"
    assert view(tally).model.text(0, 4) == "枯梢、倾斜"


def test_arrows_choose_in_the_list(tally, keys):
    keys.at(0, 0)
    keys.press(Qt.Key.Key_F2, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert value(tally, "[1]/species") == "3"


def test_opening_a_list_and_leaving_it_changes_nothing(tally, keys):
    tally.driver.answer("/data/tree[1]/species", "2")
    keys.at(0, 0)
    keys.press(Qt.Key.Key_F2, Qt.Key.Key_Tab)
    assert value(tally, "[1]/species") == "2"


def test_space_ticks_and_takes_the_tick_away(tally, keys):
    keys.at(0, 8)
    keys.press(Qt.Key.Key_Space)
    assert value(tally, "[1]/seen") == "OK"
    keys.press(Qt.Key.Key_Space)
    assert value(tally, "[1]/seen") == ""


def test_chinese_from_an_input_method_starts_typing(tally, keys):
    tally.driver.answer("/data/tree[1]/species", "9")
    keys.at(0, 3)
    commit = QInputMethodEvent()
    commit.setCommitString("樟树")
    QApplication.sendEvent(keys.table, commit)
    keys.press(Qt.Key.Key_Return)
    assert value(tally, "[1]/why") == "樟树"


def test_a_wrong_cell_is_kept_and_its_sentence_stands_below(tally, keys):
    keys.at(0, 1)
    keys.type("-3")
    keys.press(Qt.Key.Key_Tab)
    assert value(tally, "[1]/dbh") == "-3"
    assert view(tally).model.wrong(0, 1)
    keys.at(0, 1)
    assert view(tally).said.text() == "胸径应在 0 到 300 厘米之间"
    assert view(tally).model.data(view(tally).model.index(0, 1), TIP) == view(tally).said.text()
    keys.at(0, 2)
    assert "胸径" not in view(tally).said.text()


def test_a_wrong_cell_has_a_colour_and_a_sign(tally, keys):
    keys.at(0, 2)
    before = picture(tally, 0, 1)
    tally.driver.answer("/data/tree[1]/dbh", "999")
    wrong = picture(tally, 0, 1)
    tally.driver.answer("/data/tree[1]/dbh", "99")
    right = picture(tally, 0, 1)
    assert before.pixelColor(3, 5) == right.pixelColor(3, 5) != wrong.pixelColor(3, 5)
    red = current().colour("error")
    assert any(
        wrong.pixelColor(x, y) == red for x in range(wrong.width()) for y in range(wrong.height())
    )


def picture(page, row, column):
    table = view(page).table
    return table.viewport().grab(table.visualRect(view(page).model.index(row, column))).toImage()


# ---- values that carry over


def test_values_carry_over_where_the_form_says_so(open_form, qtbot):
    page = open_form("carried")
    keys = Keys(qtbot, page)
    view(page).add.click()
    keys.type("2")
    keys.press(Qt.Key.Key_Tab)
    for dbh in ("11", "12", "13"):
        keys.type(dbh)
        keys.press(Qt.Key.Key_Return)
    rows = page.driver.session.answers()["tree"]
    assert [row["species"] for row in rows] == ["2"] * 4
    assert [row.get("dbh") or "" for row in rows] == ["11", "12", "13", ""]
    assert {row["crew"] for row in rows} == {"甲组"}
    # The new entry starts at its first empty cell.
    assert keys.here == (3, 1)


# ---- counted repeats


def test_a_counted_table_shrinks_and_grows_and_offers_no_entry(open_form, qtbot):
    page = open_form("counted")
    keys = Keys(qtbot, page)
    page.driver.answer("/data/most", "3")
    assert view(page).model.rowCount() == 3
    assert view(page).add.isHidden()
    page.driver.answer("/data/tree[3]/dbh", "33")
    keys.at(2, 1)
    page.driver.answer("/data/most", "1")
    assert view(page).model.rowCount() == 1
    page.driver.answer("/data/most", "3")
    assert view(page).model.text(2, 1) == "33"
    keys.at(2, 1)
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_Minus, modifier=CTRL)
    keys.press(Qt.Key.Key_Return, modifier=CTRL)
    assert view(page).model.rowCount() == 3


# ---- blocks


def test_a_block_from_a_spreadsheet_fills_cells_and_makes_entries(tally, keys):
    QApplication.clipboard().setText("树种\t胸径\r\n杉木\t12.5\r\n3\t约十\r\n柏木\t8\r\n")
    keys.at(0, 0)
    keys.press(Qt.Key.Key_V, modifier=CTRL)
    rows = tally.driver.session.answers()["tree"]
    assert [(row["species"], row["dbh"]) for row in rows] == [
        ("1", "12.5"),
        ("3", "约十"),
        ("柏木", "8"),
    ]
    assert view(tally).model.wrong(1, 1)
    assert view(tally).model.wrong(2, 0)
    tally.driver.undo()
    assert len(tally.driver.session.answers()["tree"]) == 1
    assert value(tally, "[1]/species") == ""
    tally.driver.redo()
    assert [row["dbh"] for row in tally.driver.session.answers()["tree"]] == ["12.5", "约十", "8"]


def test_what_finds_no_place_is_said(open_form, qtbot):
    page = open_form("counted")
    page.driver.answer("/data/most", "1")
    keys = Keys(qtbot, page)
    said = []
    page.app.toast_wanted.connect(lambda words, _undo: said.append(words))
    QApplication.clipboard().setText("1\t2\n3\t4\n")
    keys.at(0, 0)
    keys.press(Qt.Key.Key_V, modifier=CTRL)
    assert value(page, "[1]/dbh") == "2"
    assert len(said) == 1
    assert "2" in said[0]


def test_one_value_fills_the_whole_selection(tally, keys):
    for _n in range(2):
        view(tally).add.click()
    QApplication.clipboard().setText("7")
    keys.at(0, 1)
    keys.press(Qt.Key.Key_Down, Qt.Key.Key_Down, modifier=Qt.KeyboardModifier.ShiftModifier)
    keys.press(Qt.Key.Key_V, modifier=CTRL)
    assert [value(tally, f"[{n}]/dbh") for n in (1, 2, 3)] == ["7", "7", "7"]


def test_pasting_into_closed_cells_changes_nothing(tally, keys):
    QApplication.clipboard().setText("5\t5")
    keys.at(0, 10)
    keys.press(Qt.Key.Key_V, modifier=CTRL)
    assert value(tally, "[1]/area") == ""
    QApplication.clipboard().setText("")
    keys.press(Qt.Key.Key_V, modifier=CTRL)


def test_a_selection_is_copied_for_a_spreadsheet(tally, keys):
    view(tally).add.click()
    for ref, answer in (("[1]/species", "1"), ("[1]/dbh", "12"), ("[2]/species", "2")):
        tally.driver.answer(f"/data/tree{ref}", answer)
    keys.at(0, 0)
    shift = Qt.KeyboardModifier.ShiftModifier
    keys.press(Qt.Key.Key_Right, modifier=shift)
    keys.press(Qt.Key.Key_Down, modifier=shift)
    keys.press(Qt.Key.Key_C, modifier=CTRL)
    assert QApplication.clipboard().text() == "杉木\t12\r\n马尾松\t\r\n"


# ---- being led here


def test_a_problem_leads_to_its_cell(tally, keys, qtbot):
    view(tally).add.click()
    tally.driver.answer("/data/tree[1]/species", "1")
    tally.driver.answer("/data/tree[1]/dbh", "5")
    tally.driver.answer("/data/tree[2]/species", "1")
    tally.finalize()
    assert keys.here == (1, 1)
    qtbot.waitUntil(keys.table.hasFocus)
    assert view(tally).said.text()
    assert view(tally).model.wrong(1, 1)
    keys.type("9")
    keys.press(Qt.Key.Key_Tab)
    assert not view(tally).model.wrong(1, 1)


def test_going_to_a_cell_that_is_not_there_finds_nothing(tally, keys):
    assert tally.body.go_to("/data/tree[7]/dbh") is None
    assert tally.body.go_to("/data/tree[1]/dbh") is view(tally)
    assert keys.here == (0, 1)


def test_one_is_back_at_the_same_cell_after_a_kill(open_form, qtbot):
    page = open_form("tally")
    view(page).add.click()
    view(page).add.click()
    page.driver.answer("/data/tree[2]/dbh", "31")
    qtbot.waitUntil(lambda: not page.driver.unsaved(), timeout=2000)
    draft = page.app.reader.drafts()[0]
    again = open_form("tally", draft.id)
    assert view(again).model.text(1, 1) == "31"
    qtbot.waitUntil(lambda: view(again).table.acts.here() == (1, 1))


# ---- fingers


@pytest.fixture
def finger(qtbot):
    device = QTest.createTouchDevice()

    def tap(page, row, column):
        table = view(page).table
        place = table.visualRect(view(page).model.index(row, column)).center()
        QTest.touchEvent(table.viewport(), device).press(0, place, table.viewport()).commit()
        QTest.touchEvent(table.viewport(), device).release(0, place, table.viewport()).commit()
        QApplication.processEvents()

    return tap


def test_a_tap_selects_a_second_one_opens_and_the_pad_types(tally, keys, finger):
    finger(tally, 0, 1)
    assert keys.here == (0, 1)
    assert keys.table.line is None
    finger(tally, 0, 1)
    assert keys.table.line is not None
    pad = tally.findChild(NumberPad)
    assert pad.isVisible()
    for name in ("1", "2", ".", "5"):
        pad.findChild(QPushButton, name).click()
    onward = next(b for b in view(tally).findChildren(QPushButton) if b.text() == "下一格")
    assert onward.height() >= 44
    onward.click()
    assert value(tally, "[1]/dbh") == "12.5"
    assert keys.here == (0, 2)
    assert keys.table.line is not None
    tally.findChild(NumberPad).findChild(QPushButton, "OK").click()
    assert keys.table.line is None


def test_a_list_has_rows_for_fingers_and_leads_on(tally, keys, finger, qtbot):
    finger(tally, 0, 0)
    finger(tally, 0, 0)
    drop = keys.table.line.drop
    assert drop.isVisible()
    rect = drop.visualRect(drop.offers.index(2))
    assert rect.height() >= 44
    qtbot.mouseClick(drop.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert value(tally, "[1]/species") == "3"
    assert keys.here == (0, 1)
    assert keys.table.line is not None


def test_several_choices_are_tapped(tally, keys, finger, qtbot):
    keys.table.touched = True
    keys.at(0, 4)
    keys.table.edit_here()
    drop = keys.table.line.drop
    for row in (2, 0, 1, 0):
        rect = drop.visualRect(drop.offers.index(row))
        qtbot.mouseClick(drop.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    keys.press(Qt.Key.Key_Return)
    assert value(tally, "[1]/signs") == "bug bent"


def test_one_tap_ticks(tally, keys, qtbot):
    keys.table.scrollTo(view(tally).model.index(0, 8))
    place = keys.table.visualRect(view(tally).model.index(0, 8)).center()
    qtbot.mouseClick(keys.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert value(tally, "[1]/seen") == "OK"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_finger_held_down_shows_the_menu(tally, keys, qtbot):
    place = keys.table.visualRect(view(tally).model.index(0, 1)).center()
    keys.table.show_menu(place)
    menu = QApplication.activePopupWidget()
    assert keys.here == (0, 1)
    acts = {act.text().partition("\t")[0]: act for act in menu.actions()}
    acts["删除这一条"].trigger()
    menu.close()
    assert view(tally).model.rowCount() == 0


def test_the_right_button_on_nothing_shows_no_menu(tally, keys):
    keys.table.show_menu(QPoint(5, 5000))
    assert QApplication.activePopupWidget() is None


def test_buttons_below_the_table_act_on_the_current_cell(tally, keys):
    view(tally).add.click()
    assert not view(tally).above.isEnabled() or keys.here[0] > 0
    tally.driver.answer("/data/tree[1]/dbh", "8")
    keys.at(1, 1)
    view(tally).above.click()
    assert value(tally, "[2]/dbh") == "8"
    view(tally).remove.click()
    assert view(tally).model.rowCount() == 1


def test_ctrl_enter_in_the_table_does_not_finish_the_form(tally, keys):
    finished = []
    tally.foot.finish_wanted.connect(lambda: finished.append(1))
    keys.at(0, 1)
    keys.press(Qt.Key.Key_Return, modifier=CTRL)
    keys.type("4")
    keys.press(Qt.Key.Key_Return, modifier=CTRL)
    assert finished == []
    assert view(tally).model.rowCount() == 3


def test_the_model_keeps_the_rules_of_models(tally, keys, qtmodeltester):
    view(tally).add.click()
    qtmodeltester.check(view(tally).model)
