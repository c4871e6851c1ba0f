"""Labels may carry a little markdown, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.ui.form.marked import is_marked, plain, rich


@pytest.mark.parametrize(
    ("words", "made", "bare"),
    [
        ("**立即**撤离", "<b>立即</b>撤离", "立即撤离"),
        ("__先__看 *这里*", "<b>先</b>看 <i>这里</i>", "先看 这里"),
        ("# 标题\n第二行", "<b>标题</b><br>第二行", "标题 第二行"),
        ("[说明](https://example.org)", '<a href="https://example.org">说明</a>', "说明"),
        ("field_code_2", "field_code_2", "field_code_2"),
        ("3 * 4 * 5", "3 * 4 * 5", "3 * 4 * 5"),
    ],
)
def test_marks_become_rich_text(words, made, bare):
    assert rich(words) == made
    assert plain(words) == bare


@given(st.text(alphabet="<>&\"'/abc*_#[]()\n"))
def test_no_form_can_bring_tags_along(words):
    tags = rich(words)
    for allowed in ("<b>", "</b>", "<i>", "</i>", "<br>"):
        tags = tags.replace(allowed, "")
    assert "<" not in tags
    assert ">" not in tags


@pytest.mark.parametrize(
    "words", ["[x](javascript:alert(1))", "<img src=x onerror=y>", '[x](https://a" onclick="b)']
)
def test_what_could_do_harm_stays_text(words):
    assert "<a" not in rich(words)
    assert "<img" not in rich(words)


def test_plain_words_are_not_touched():
    assert not is_marked("巡查日期")
