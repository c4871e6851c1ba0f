"""An order made by dragging alone, by buttons alone, by keys alone."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from tests.ui.form.gallery import choice, row

KEYS = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


def ranked(sheet_of):
    return sheet_of(row("rank hazard", "q", "按危险排序"))


def order(editor):
    return [one.value for one in editor.rows]


def test_the_list_as_it_stands_can_be_taken(sheet_of, qtbot):
    sheet = ranked(sheet_of)
    editor = sheet.editor("q")
    assert sheet.value("q") == ""
    assert [one.number.text() for one in editor.rows] == ["–", "–", "–"]
    qtbot.mouseClick(editor.take, LEFT)
    assert sheet.value("q") == "slide fall flow"
    assert [one.number.text() for one in editor.rows] == ["1", "2", "3"]
    assert editor.take.isHidden()


def test_buttons_move_a_row(sheet_of, qtbot):
    sheet = ranked(sheet_of)
    editor = sheet.editor("q")
    qtbot.mouseClick(editor.rows[2].up, LEFT)
    assert sheet.value("q") == "slide flow fall"
    qtbot.mouseClick(editor.rows[0].down, LEFT)
    assert sheet.value("q") == "flow slide fall"
    assert not editor.rows[0].up.isEnabled()
    assert not editor.rows[2].down.isEnabled()
    assert min(editor.rows[0].up.width(), editor.rows[0].up.height()) >= 44


def test_keys_move_a_row_and_the_keyboard_with_it(sheet_of, qtbot):
    sheet = ranked(sheet_of)
    editor = sheet.editor("q")
    editor.take_focus()
    qtbot.keyClick(editor.rows[0], KEYS.Key_Down)
    assert editor.rows[1].hasFocus()
    assert sheet.value("q") == ""
    qtbot.keyClick(editor.rows[1], KEYS.Key_Down, ALT)
    assert sheet.value("q") == "slide flow fall"
    assert editor.rows[2].hasFocus()
    qtbot.keyClick(editor.rows[2], KEYS.Key_Down, ALT)
    assert sheet.value("q") == "slide flow fall"


def test_a_drag_puts_a_row_elsewhere_and_answers_once(sheet_of, qtbot):
    sheet = ranked(sheet_of)
    editor = sheet.editor("q")
    given = []
    editor.answered.connect(given.append)
    dragged = editor.rows[0]
    grip = dragged.grip.geometry().center()
    below = editor.rows[2].geometry().center().y() + 10
    qtbot.mousePress(dragged, LEFT, pos=grip)
    for height in range(grip.y(), below, 12):
        qtbot.mouseMove(dragged, dragged.mapFromParent(QPoint(grip.x(), height)))
    qtbot.mouseMove(dragged, dragged.mapFromParent(QPoint(grip.x(), below)))
    qtbot.mouseRelease(dragged, LEFT)
    assert order(editor) == ["fall", "flow", "slide"]
    assert given == ["fall flow slide"]
    assert sheet.value("q") == "fall flow slide"


def test_a_tap_on_a_row_is_no_answer(sheet_of, qtbot):
    sheet = ranked(sheet_of)
    qtbot.mouseClick(sheet.editor("q").rows[1], LEFT)
    assert sheet.value("q") == ""


def test_an_order_is_cleared(sheet_of, qtbot):
    sheet = ranked(sheet_of)
    sheet.answer("q", "flow slide fall")
    editor = sheet.editor("q")
    assert order(editor) == ["flow", "slide", "fall"]
    qtbot.mouseClick(editor.drop, LEFT)
    assert sheet.value("q") == ""
    assert editor.drop.isHidden()
    assert order(editor) == ["slide", "fall", "flow"]


def test_new_choices_wait_unnumbered_and_gone_ones_go_with_the_next_move(sheet_of, qtbot):
    towns = [
        choice("county", "c1", "浮梁"),
        choice("county", "c2", "乐平"),
        choice("town", "t1", "瑶里", county="c1"),
        choice("town", "t2", "鹅湖", county="c1 c2"),
        choice("town", "t3", "涌山", county="c2"),
    ]
    sheet = sheet_of(
        row("select_one county", "county", "县"),
        row("rank town", "q", "排序", choice_filter="selected(county, ${county})"),
        choices=towns,
    )
    sheet.answer("county", "c1")
    sheet.answer("q", "t2 t1")
    sheet.answer("county", "c2")
    editor = sheet.editor("q")
    assert order(editor) == ["t2", "t1", "t3"]
    assert [one.number.text() for one in editor.rows] == ["1", "–", "–"]
    assert "瑶里（已不在可选项中）" in editor.rows[1].words.text()
    qtbot.mouseClick(editor.rows[2].up, LEFT)
    assert sheet.value("q") == "t2 t3"
    assert order(editor) == ["t2", "t3"]


def test_a_readonly_order_is_only_shown(sheet_of):
    sheet = sheet_of(row("rank hazard", "q", "排序", read_only="1 = 1"))
    editor = sheet.editor("q")
    assert editor.take.isHidden()
    assert not editor.rows[0].isEnabled()
