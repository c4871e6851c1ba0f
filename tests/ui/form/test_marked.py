"""Labels may carry the styling that the ODK documentation describes, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from jdz_field.ui import theme
from jdz_field.ui.form.marked import is_marked, plain, readable, rich, show_words
from jdz_field.ui.widgets import text

#: Every tag that may come out, attributes and all.
ALLOWED = re.compile(
    r"</?(?:b|i|u|s|sub|sup|small|big|tt|br|a|p|div|span)>"
    r'|<a href="(?:https?://|mailto:|tel:)[^"<>]+">'
    r'|<(?:p|div|span) style="[\w:;., #-]*">'
)


@pytest.mark.parametrize(
    ("words", "made", "bare"),
    [
        ("**立即**撤离", "<b>立即</b>撤离", "立即撤离"),
        ("__先__看 *这里*", "<b>先</b>看 <i>这里</i>", "先看 这里"),
        ("一行\n第二行", "一行<br>第二行", "一行 第二行"),
        ("[说明](https://example.org)", '<a href="https://example.org">说明</a>', "说明"),
        ("[打电话](tel:0798-1)", '<a href="tel:0798-1">打电话</a>', "打电话"),
        ("field_code_2", "field_code_2", "field_code_2"),
        ("3 * 4 * 5", "3 * 4 * 5", "3 * 4 * 5"),
        ("宽 < 5 cm 且 > 1", "宽 &lt; 5 cm 且 &gt; 1", "宽 < 5 cm 且 > 1"),
        (r"\*不斜\* \_也不\_ \\", r"*不斜* _也不_ \\"[:-1], r"*不斜* _也不_ \\"[:-1]),
        (r"\*（注）\*", "*（注）*", "*（注）*"),
        (r"\# 不是标题", "# 不是标题", "# 不是标题"),
        ("<b>粗</b><br/>下", "<b>粗</b><br>下", "粗 下"),
        ("<strong>粗</strong><em>斜</em>", "<b>粗</b><i>斜</i>", "粗斜"),
        ("<u>没有关", "<u>没有关</u>", "没有关"),
        ("多关</span>了", "多关了", "多关了"),
        ("[字](www.example.org)", "[字](www.example.org)", "[字](www.example.org)"),
    ],
)
def test_marks_become_rich_text(words, made, bare):
    assert rich(words) == made
    assert plain(words) == bare


def test_headings_and_lists_are_paragraphs_of_their_own(qapp):
    made = rich("## 准备\n- 带卷尺\n* 带相机\n1. 先拍\n2. 后量\n完")
    assert plain("## 准备\n- 带卷尺\n1. 先拍") == "准备 • 带卷尺 1. 先拍"
    document = QTextDocument()
    document.setHtml(made)
    lines = document.toPlainText().replace("\xa0", " ").split("\n")
    assert lines == ["准备", "• 带卷尺", "• 带相机", "1. 先拍", "2. 后量", "完"]
    assert "font-weight:700" in made


def test_spans_keep_colour_and_font_and_nothing_else():
    made = rich('去 <span style="color:#008000; position:fixed; font-family:cursive">绿</span>')
    assert "position" not in made
    assert "font-family:cursive;" in made
    assert re.search(r'<span style="color:#[0-9a-f]{6};font-family:cursive;">绿</span>', made)
    assert 'style="margin:0; text-align:center;"' in rich('<p style="text-align:center">中</p>')
    assert rich('<font color="red">红</font>').startswith('<span style="color:#')


@pytest.mark.parametrize("name", ["light", "dark", "outdoor"])
def test_colours_of_a_form_can_be_read_in_every_theme(qapp: QApplication, name):
    theme.apply(qapp, name)
    surface = theme.current().colours.surface
    seen = {readable(colour, surface, 4.5) for colour in ("yellow", "white", "black", "#123")}
    assert surface.lower() not in seen
    assert readable("#000000", "#ffffff", 4.5) == "#000000"
    assert readable("#ffff00", "#ffffff", 4.5) != "#ffff00"


@given(st.text(alphabet="<>&\"'/abips:;=*_#[]()\\ \n-1.", max_size=60))
def test_no_form_can_bring_other_tags_along(words):
    left = ALLOWED.sub("", rich(words))
    assert "<" not in left
    assert ">" not in left


@given(
    st.lists(
        st.sampled_from(
            ["<b>", "</b>", "<span style='color:red'>", "</span>", "<a href='https://a.b'>"]
        )
        | st.sampled_from(["</a>", "<h2>", "</h2>", "<p>", "</p>", "<img src=x>", "<script>"])
        | st.sampled_from(["**", "字", "\ue000", "\ue001", "1", "\ue12a"]),
        max_size=12,
    )
)
def test_tags_are_closed_as_often_as_opened(parts):
    made = rich("".join(parts))
    for name in ("b", "span", "a", "p"):
        assert len(re.findall(f"<{name}[ >]", made)) == made.count(f"</{name}>")
    assert "<img" not in made
    assert "<script" not in made


@pytest.mark.parametrize(
    "words",
    [
        "[x](javascript:alert(1))",
        "<img src=x onerror=y>",
        '[x](https://a"onclick="b)',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="file:///etc/passwd">x</a>',
        '<span style="background-image:url(http://a/b)">x</span>',
        '<span onclick="x" style="color:expression(1)">x</span>',
        "<table><tr><td>x</td></tr></table>",
    ],
)
def test_what_could_do_harm_stays_text_or_goes(words):
    made = rich(words)
    assert "<img" not in made
    assert "<table" not in made
    assert 'href="javascript' not in made
    assert 'href="file' not in made
    for harm in ("url(", "expression(", " onclick="):
        assert not any(harm in tag for tag in re.findall("<[^>]*>", made))


def test_a_bomb_of_marks_is_read_in_no_time():
    assert rich("<b>" * 2000).count("<b>") == 20
    assert "<b>" not in rich("**a** " * 2_000)
    for bomb in ("*" * 6_000, "[" * 6_000, "**a " * 1_500, "_a _" * 1_500, "<span " * 1_000):
        assert rich(bomb)


def test_plain_words_are_not_touched():
    assert not is_marked("巡查日期")
    assert not is_marked("2026-11-22")


def test_a_link_is_reached_by_key_and_a_plain_label_is_not(qapp):
    label = text("")
    show_words(label, "见 [规程](https://example.org)")
    assert label.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert label.openExternalLinks()
    show_words(label, "姓名", " *")
    assert label.text() == "姓名 *"
    assert label.focusPolicy() == Qt.FocusPolicy.NoFocus
    show_words(label, "")
    assert label.isHidden()
    label.deleteLater()
