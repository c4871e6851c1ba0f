"""Typed words: nothing lost while composing, errors only when the field is left."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from jdz_field.ui.form.link import LinkEditor, opened
from jdz_field.ui.form.simple import NoteEditor
from jdz_field.ui.form.text import LineEditor, MaskedEditor, MultilineEditor
from tests.ui.form.gallery import row
from tests.ui.form.one import commit, compose

KEYS = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def field(editor):
    return editor.area if isinstance(editor, MultilineEditor) else editor.line


@pytest.mark.parametrize("appearance", ["", "multiline", "masked"])
def test_composing_is_no_answer_until_it_ends(sheet_of, qtbot, appearance):
    sheet = sheet_of(row("text", "q", "姓名", appearance=appearance))
    line = field(sheet.editor("q"))
    compose(line, "yu'xiao'min")
    qtbot.wait(400)
    assert sheet.value("q") == ""
    commit(line, "余小敏")
    qtbot.wait(400)
    assert sheet.value("q") == "余小敏"


@pytest.mark.parametrize("appearance", ["", "multiline"])
def test_what_is_composed_when_the_field_is_left_is_kept(sheet_of, appearance):
    sheet = sheet_of(row("text", "q", "姓名", appearance=appearance), row("text", "b", "后"))
    line = field(sheet.editor("q"))
    commit(line, "余")
    compose(line, "小敏")
    sheet.editor("b").line.setFocus()
    assert sheet.value("q") == "余小敏"
    assert sheet.editor("q").text() == "余小敏"


def test_an_answer_from_elsewhere_does_not_disturb_composing(sheet_of, qtbot):
    sheet = sheet_of(row("text", "q", "姓名"), row("text", "b", "后"))
    line = sheet.editor("q").line
    commit(line, "余")
    qtbot.wait(400)
    compose(line, "xiao")
    sheet.answer("b", "x")
    commit(line, "小")
    qtbot.wait(400)
    assert sheet.value("q") == "余小"


def test_a_pattern_is_judged_only_when_the_field_is_left(sheet_of, qtbot):
    sheet = sheet_of(
        row("text", "q", "编号", constraint="regex(., '^[A-Z]{2}[0-9]{3}$')",
            constraint_message="两个大写字母加三位数字"),
        row("text", "b", "后"),
    )  # fmt: skip
    line = sheet.editor("q").line
    line.setFocus()
    qtbot.keyClicks(line, "AB1")
    qtbot.wait(2000)
    assert sheet.value("q") == "AB1"
    assert sheet.wrong("q") == ""
    qtbot.keyClick(line, KEYS.Key_Tab)
    assert sheet.wrong("q") == "两个大写字母加三位数字"
    line.setFocus()
    qtbot.keyClicks(line, "23")
    qtbot.wait(400)
    assert sheet.wrong("q") == ""


def test_copy_paste_and_undo_inside_a_line(sheet_of, qtbot):
    sheet = sheet_of(row("text", "q", "甲"), row("text", "b", "乙"))
    first, second = sheet.editor("q").line, sheet.editor("b").line
    commit(first, "瑶里镇 3 号")
    first.selectAll()
    qtbot.keyClick(first, KEYS.Key_C, Qt.KeyboardModifier.ControlModifier)
    second.setFocus()
    qtbot.keyClick(second, KEYS.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(400)
    assert sheet.value("b") == "瑶里镇 3 号"
    commit(second, "A")
    qtbot.wait(400)
    second.undo()
    qtbot.wait(400)
    assert sheet.value("b") == "瑶里镇 3 号"


def test_several_lines_grow_and_tab_leaves(sheet_of, qtbot):
    sheet = sheet_of(row("text", "q", "经过", appearance="multiline"), row("text", "b", "后"))
    area = sheet.editor("q").area
    area.setFocus()
    low = area.height()
    for n in range(6):
        qtbot.keyClicks(area, f"line {n}")
        qtbot.keyClick(area, KEYS.Key_Return)
    assert area.height() > low
    qtbot.keyClick(area, KEYS.Key_Tab)
    assert sheet.editor("b").line.hasFocus()
    assert sheet.value("q").count("\n") == 6


@pytest.mark.parametrize(("rows", "least"), [("1", 1), ("6", 6), ("999", 40)])
def test_rows_are_the_least_height(sheet_of, rows, least):
    sheet = sheet_of(row("text", "q", "说明", parameters=f"rows={rows}"))
    area = sheet.editor("q").area
    lines = area.height() / area.fontMetrics().lineSpacing()
    assert least <= lines <= least + 3


def test_a_masked_answer_shows_dots_until_the_eye_is_tapped(sheet_of, qtbot):
    sheet = sheet_of(row("text", "q", "密码", appearance="masked"), row("text", "b", "后"))
    editor = sheet.editor("q")
    assert isinstance(editor, MaskedEditor)
    commit(editor.line, "秘密")
    assert editor.line.displayText() != "秘密"
    qtbot.mouseClick(editor.eye, LEFT)
    assert editor.line.echoMode() == QLineEdit.EchoMode.Normal
    editor.line.setFocus()
    sheet.editor("b").line.setFocus()
    assert editor.line.echoMode() == QLineEdit.EchoMode.Password
    assert sheet.value("q") == "秘密"


@pytest.mark.parametrize("appearance", ["ex:org.example.app", "printer:org.example.label(x)"])
def test_what_a_telephone_does_is_typed_and_said(sheet_of, appearance):
    sheet = sheet_of(row("text", "q", "来自应用", appearance=appearance))
    editor = sheet.editor("q")
    assert any("手机" in label.text() for label in editor.findChildren(QLabel))
    commit(editor.line, "abc")
    editor.leave()
    assert sheet.value("q") == "abc"


@pytest.mark.parametrize(
    ("address", "scheme"),
    [
        ("https://example.org/表", "https"),
        ("example.org", "https"),
        ("tel:110", "tel"),
        (" http://a.b ", "http"),
    ],
)
def test_an_address_is_opened_by_its_scheme(address, scheme):
    target = opened(address)
    assert target is not None
    assert target.scheme() == scheme


@pytest.mark.parametrize(
    "address",
    ["", "file:///etc/passwd", "javascript:alert(1)", "smb://x/y", "http://[x", "ms-msdt:x"],
)
def test_nothing_else_is_opened(address):
    assert opened(address) is None


def test_an_address_has_a_button(sheet_of):
    sheet = sheet_of(row("text", "q", "网址", appearance="url"))
    editor = sheet.editor("q")
    assert isinstance(editor, LinkEditor)
    assert not editor.go.isEnabled()
    commit(editor.line, "https://example.org")
    assert editor.go.isEnabled()
    editor.leave()
    assert sheet.value("q") == "https://example.org"


def test_a_note_is_never_an_empty_box(sheet_of):
    sheet = sheet_of(
        row("note", "n", "先看上方"),
        row("text", "q", "姓名"),
        row("text", "calc", "你好", calculation="concat('你好，', ${q})", read_only="true()"),
    )
    note = sheet.editor("n")
    assert isinstance(note, NoteEditor)
    assert note.isHidden()
    assert not note.findChildren(QLineEdit)
    sheet.answer("q", "敏")
    assert sheet.editor("calc").value.text() == "你好，敏"


def test_an_acknowledgement_is_one_large_tap_or_a_key(sheet_of, qtbot):
    sheet = sheet_of(row("acknowledge", "q", "安全须知"))
    cell = sheet.editor("q").cell
    assert cell.height() >= 44
    qtbot.mouseClick(cell, LEFT)
    assert sheet.value("q") == "OK"
    cell.setFocus()
    qtbot.keyClick(cell, KEYS.Key_Space)
    assert sheet.value("q") == ""


def test_a_plain_text_is_a_line(sheet_of, qtbot):
    sheet = sheet_of(row("text", "q", "姓名", default="张三"))
    editor = sheet.editor("q")
    assert isinstance(editor, LineEditor)
    assert editor.line.text() == "张三"
    editor.line.setFocus()
    editor.line.selectAll()
    qtbot.keyClick(editor.line, KEYS.Key_Delete)
    QApplication.processEvents()
    editor.leave()
    assert sheet.value("q") == ""
