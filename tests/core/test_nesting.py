"""Counting lists, objects and depth of a JSON text before it is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core import nesting
from jdz_field.core.nesting import MAX_DEPTH, depth_within, values_within

_VALUES = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('[]{}"\\a说')),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


def _measure(value: Any) -> tuple[int, int]:
    """Lists, objects (four each) and commas in a value, and how deep they lie."""
    inside = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return 0, 0
    below = [_measure(one) for one in inside]
    own = 4 if isinstance(value, dict) else 1
    count = own + max(0, len(below) - 1) + sum(n for n, _d in below)
    return count, 1 + max((d for _n, d in below), default=0)


@pytest.mark.parametrize("chunk", [1, 5, 1 << 18])
@settings(max_examples=40, deadline=None)
@given(value=_VALUES)
def test_the_count_is_what_reading_gives(chunk, value):
    nesting._CHUNK = chunk
    text = json.dumps(value, ensure_ascii=False).encode()
    count, depth = _measure(value)
    assert values_within(text, count)
    assert depth_within(text, depth)
    if count:
        assert not values_within(text, count - 1)
        assert not depth_within(text, depth - 1)


@pytest.fixture(autouse=True)
def _chunks_as_before():
    before = nesting._CHUNK
    yield
    nesting._CHUNK = before


@given(st.binary(max_size=200))
def test_bytes_that_are_no_json_do_no_harm(text):
    values_within(text, 0)
    depth_within(text, 1)


def test_brackets_inside_texts_do_not_count():
    text = json.dumps(["[," * 1_000, '\\"{"' * 1_000]).encode()
    assert values_within(text, 2)
    assert depth_within(text, 1)


def test_the_deepest_that_is_let_in():
    assert depth_within(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert not depth_within(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
