"""Feed entries keep everything on their way through JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.feed import FeedEntry

text = st.text(max_size=10)
entries = st.builds(
    FeedEntry,
    position=st.integers(0, 1 << 53),
    kind=text,
    subject=text,
    version=st.integers(0, 1 << 40),
    fields=st.dictionaries(text, st.none() | st.integers() | text | st.lists(text, max_size=2)),
    change=st.none() | text,
    decision=st.none() | text,
    device=text,
    author=text,
    hlc=text,
    at=text,
)
GOOD = FeedEntry(1, "mine", "s", 1, {"name": "x"}, None, None, "d", "a", "h", "t").to_json()


@given(entries)
def test_an_entry_survives_json(entry) -> None:
    assert FeedEntry.from_json(json.loads(json.dumps(entry.to_json()))) == entry


def test_an_entry_needs_neither_change_nor_decision() -> None:
    short = {key: value for key, value in GOOD.items() if key not in ("change", "decision")}
    assert FeedEntry.from_json(short) == FeedEntry.from_json(GOOD)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**GOOD, "position": None},
        {**GOOD, "position": "first"},
        {**GOOD, "version": []},
        {**GOOD, "fields": "name"},
        {**GOOD, "fields": None},
        {key: value for key, value in GOOD.items() if key != "hlc"},
    ],
)
def test_what_is_no_entry_is_refused(broken) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        FeedEntry.from_json(broken)
