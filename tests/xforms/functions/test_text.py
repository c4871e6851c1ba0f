from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.functions.text import (
    base64_decode,
    boolean_from_string,
    concat,
    count_selected,
    digest,
    extract_signed,
    join,
    normalize_space,
    regex,
    selected,
    selected_at,
    string_length,
    substr,
    translate,
)
from jdz_field.xforms.xpath.errors import XPathError


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [(1, 3, "el"), (-3, None, "llo"), (1, -1, "ell"), (4, 2, ""), (0, 99, "hello"), (-99, 2, "he")],
)
def test_substr_counts_from_0_or_from_the_end(start: float, end: float | None, part: str) -> None:
    assert substr("hello", float(start), None if end is None else float(end)) == part


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        (0, 2, "😀"),
        (2, None, "x甲"),
        (0, 3, "😀x"),
        (1, None, "?x甲"),
        (0, 1, "?"),
        (-1, None, "甲"),
    ],
)
def test_substr_counts_as_string_length_does(start: int, end: int | None, part: str) -> None:
    assert string_length("😀x甲") == 4
    assert substr("😀x甲", float(start), None if end is None else float(end)) == part


@given(
    st.text(st.characters(max_codepoint=0xFFFF), max_size=10),
    st.integers(-12, 12),
    st.integers(-12, 12),
)
def test_substr_gives_a_part(text: str, start: int, end: int) -> None:
    assert substr(text, float(start), float(end)) in text


def test_translate_drops_what_has_no_counterpart() -> None:
    assert translate("aabbcc", "abc", "x") == "xx"
    assert translate("aab", "aa", "xy") == "xxb"


@given(st.text(max_size=20))
def test_translating_into_itself_changes_nothing(text: str) -> None:
    assert translate(text, text, text) == text


def test_length_counts_utf_16_units() -> None:
    assert string_length("甲乙") == 2
    assert string_length("😀") == 2


@given(st.text(max_size=30))
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    once = normalize_space(text)
    assert normalize_space(once) == once
    assert "  " not in once


def test_joining() -> None:
    assert concat() == ""
    assert concat("a", 1.0, True) == "a1true"
    assert join("-", "a", 2.5) == "a-2.5"


@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        ("abc", "[a-c]+", True),
        ("abcd", "[a-c]+", False),
        ("甲", r"\w", False),
        ("甲乙", r"\p{IsHan}+", True),
        ("a甲", r"\p{L}+", True),
        ("１", r"\d", False),
        ("ab1", r"[\p{Alnum}]+", True),
        ("A-b", r"(?i)[a-b\-]+", True),
        ("13800138000", r"1[3-9]\d{9}", True),
        ("", "", True),
    ],
)
def test_patterns_are_javas(text: str, pattern: str, matches: bool) -> None:
    assert regex(text, pattern) is matches


@pytest.mark.parametrize("pattern", ["[", "(", "*", "a{2,1}", "x" * 3000])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(XPathError):
        regex("a", pattern)


def test_selections() -> None:
    assert selected("a b c", " b ")
    assert not selected("ab", "a")
    assert count_selected(" a  b ") == 2
    assert selected_at("a b", 1.0) == "b"
    assert selected_at("a b", -1.0) == ""
    assert selected_at("", 0.0) == ""


def test_booleans_from_texts() -> None:
    assert boolean_from_string("TRUE")
    assert boolean_from_string("1")
    assert not boolean_from_string("yes")


def test_digests() -> None:
    assert digest("abc", "MD5", "hex") == "900150983cd24fb0d6963f7d28e17f72"
    assert digest("abc", "sha-1") == "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="
    with pytest.raises(XPathError):
        digest("abc", "CRC", "hex")
    with pytest.raises(XPathError):
        digest("abc", "MD5", "octal")


@given(st.text(max_size=30))
def test_base64_comes_back(text: str) -> None:
    assert base64_decode(base64.b64encode(text.encode()).decode()) == text


def test_bad_base64_is_nothing() -> None:
    assert base64_decode("a") == ""


def test_signed_text_is_given_only_when_the_signature_holds() -> None:
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    signed = base64.b64encode(key.sign(b"hello") + b"hello").decode()
    forged = base64.b64encode(key.sign(b"hello") + b"other").decode()
    assert extract_signed(signed, public) == "hello"
    assert extract_signed(forged, public) == ""
    assert extract_signed("x", public) == ""
