"""Codes as answers: typed, scanned, read from files, pasted and dropped pictures."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.ui.form.test_image import dragged

LEFT = Qt.MouseButton.LeftButton
HAZARD = "浮梁县瑶里镇 隐患点 360222"


def drawn(text: str, name: str = "QRCode") -> Image.Image:
    content = text.encode("gb18030")
    code = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, name))
    return Image.fromarray(np.array(code.to_image(scale=5)))


@pytest.fixture
def label(tmp_path):
    file = tmp_path / "label.png"
    drawn(HAZARD).save(file)
    return file


def test_a_scanner_types_ends_with_enter_and_the_keyboard_goes_on(desk, qtbot):
    editor = desk.editor("code")
    editor.take_focus()
    QTest.keyClicks(editor.line, "JDZ-0417")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert desk.value("code") == "JDZ-0417"
    assert editor.large.text().replace("\u200b", "") == "JDZ-0417"
    assert editor.large.isVisible()
    qtbot.waitUntil(lambda: not editor.line.hasFocus(), timeout=1000)


def test_enter_on_an_empty_line_goes_nowhere(desk):
    editor = desk.editor("code")
    editor.take_focus()
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.line.hasFocus()
    assert desk.value("code") == ""


def test_a_code_in_chinese_is_read_from_a_file_by_touch(desk, label, settle):
    editor = desk.editor("code")
    desk.app.questions.files = [label]
    QTest.mouseClick(editor.pick, LEFT)
    settle()
    assert desk.value("code") == HAZARD
    assert "QRCode" in editor.words.text()


def test_a_picture_of_a_code_is_pasted_by_keyboard(desk, settle, tmp_path):
    file = tmp_path / "c.png"
    drawn("6901234567892", "EAN13").save(file)
    QGuiApplication.clipboard().setImage(QImage(str(file)))
    editor = desk.editor("code")
    editor.take_focus()
    QTest.keyClick(editor.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert desk.value("code") == "6901234567892"
    QGuiApplication.clipboard().setText("  B-7 ")
    QTest.mouseClick(editor.paste, LEFT)
    assert desk.value("code") == "B-7"
    QGuiApplication.clipboard().clear()


def test_a_dropped_picture_is_read(desk, label, settle):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(label))])
    assert dragged(desk.editor("code"), data)
    settle()
    assert desk.value("code") == HAZARD


def test_of_several_codes_one_is_chosen(desk, tmp_path, settle):
    page = Image.new("L", (400, 700), 255)
    for place, text in enumerate(("第一号", "第二号")):
        page.paste(drawn(text), (20, 20 + 350 * place))
    file = tmp_path / "two.jpg"
    page.save(file, quality=95)
    editor = desk.editor("code")
    editor.read(file)
    settle()
    assert desk.value("code") == ""
    offered = editor.choices.findChildren(QPushButton)
    assert [one.text() for one in offered] == ["第一号", "第二号"]
    assert offered[0].hasFocus()
    QTest.mouseClick(offered[1], LEFT)
    assert desk.value("code") == "第二号"
    assert editor.choices.isHidden()


@pytest.mark.parametrize("content", ["white", b"no picture", b"", None])
def test_a_picture_without_a_code_says_so_and_keeps_what_is_typed(desk, tmp_path, settle, content):
    file = tmp_path / "x.png"
    if content == "white":
        Image.new("L", (300, 300), 255).save(file)
    elif content is not None:
        file.write_bytes(content)
    desk.page.driver.answer("/data/code", "typed")
    editor = desk.editor("code")
    editor.read(file)
    settle()
    assert desk.value("code") == "typed"
    assert editor.words.text()
    assert "Error" not in editor.words.text()


def test_the_front_camera_is_asked_for_in_words(desk):
    assert "镜头" in desk.editor("face").rule.text()
    assert desk.editor("code").rule.isHidden()


def test_a_read_only_code_is_legible(desk):
    editor = desk.editor("code")
    desk.page.driver.answer("/data/code", "A" * 120)
    editor.set_readonly(True)
    assert editor.ways.isHidden()
    assert editor.line.isReadOnly()
    assert editor.large.isVisible()
