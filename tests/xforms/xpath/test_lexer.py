from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.lexer import MAX_LENGTH, tokenize


def texts(expression: str) -> list[str]:
    return [token.text for token in tokenize(expression)[:-1]]


def kinds(expression: str) -> list[str]:
    return [token.kind for token in tokenize(expression)[:-1]]


def test_names_hold_hyphens_dots_and_chinese() -> None:
    assert texts("a-b.c - 威胁人数") == ["a-b.c", "-", "威胁人数"]


def test_a_word_is_an_operator_only_after_an_operand() -> None:
    assert kinds("div div mod") == ["name", "operator", "name"]
    assert kinds("(or) and and") == ["symbol", "name", "symbol", "operator", "name"]


def test_a_star_is_an_operator_only_after_an_operand() -> None:
    assert kinds("* * *") == ["symbol", "operator", "symbol"]
    assert kinds("2 * /a/*") == ["number", "operator", "symbol", "name", "symbol", "symbol"]


def test_names_carry_their_prefix_but_not_an_axis() -> None:
    assert texts("jr:choice-name(orx:*, child::a)") == (
        ["jr:choice-name", "(", "orx:*", ",", "child", "::", "a", ")"]
    )


def test_strings_end_at_their_own_quotation_mark() -> None:
    assert texts("""'it' "it's" ''""") == ["it", "it's", ""]


def test_numbers_may_begin_or_end_with_a_point() -> None:
    assert texts("1 .5 2. 3.25") == ["1", ".5", "2.", "3.25"]


@pytest.mark.parametrize(("expression", "position"), [("a # b", 2), ("'open", 0), ('1 + "x', 4)])
def test_what_cannot_be_read_is_refused_at_its_place(expression: str, position: int) -> None:
    with pytest.raises(XPathError) as refused:
        tokenize(expression)
    assert refused.value.position == position


def test_an_endless_expression_is_refused() -> None:
    with pytest.raises(XPathError, match="100000"):
        tokenize("1" * (MAX_LENGTH + 1))


@given(st.text(max_size=60))
def test_any_text_is_tokens_or_refused(text: str) -> None:
    try:
        tokens = tokenize(text)
    except XPathError:
        return
    assert tokens[-1].kind == "end"
    assert [token.position for token in tokens] == sorted(token.position for token in tokens)
