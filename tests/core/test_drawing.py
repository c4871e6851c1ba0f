"""Lots: the same list and seed draw the same, whatever the order; nobody is preferred."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.drawing import draw, fingerprint, pair, share_of

IDS = st.lists(st.text(min_size=1, max_size=8), max_size=30)


@given(IDS, st.text(max_size=10), st.integers(-2, 40), st.randoms())
def test_order_and_repetition_change_nothing(ids, seed, count, random):
    mixed = [*ids, *ids]
    random.shuffle(mixed)
    drawn = draw(mixed, seed, count)
    assert drawn == draw(ids, seed, count)
    assert len(drawn) == max(0, min(count, len(set(ids)))) == len(set(drawn))
    assert fingerprint(mixed) == fingerprint(ids)


def test_anybody_can_draw_again_with_sha256_alone():
    ids = [f"mine-{n}" for n in range(50)]
    lots = {i: hashlib.sha256(f"2026年第四季度\n{i}".encode()).hexdigest() for i in ids}
    assert draw(ids, "2026年第四季度", 5) == sorted(ids, key=lots.__getitem__)[:5]


def test_a_larger_draw_begins_with_the_smaller_one():
    ids = [str(n) for n in range(100)]
    assert draw(ids, "s", 30)[:10] == draw(ids, "s", 10)


def test_over_many_seeds_everybody_is_drawn_about_as_often():
    counts = Counter(one for n in range(2_000) for one in draw("abcdefghij", f"seed {n}", 2))
    assert all(330 < counts[one] < 470 for one in "abcdefghij"), counts


def test_inspectors_differ_from_item_to_item():
    people = ["王", "李", "张", "陈"]
    pairs = {tuple(pair(str(n), people, "s", 2)) for n in range(50)}
    assert len(pairs) > 6
    assert all(len(set(two)) == 2 for two in pairs)


@pytest.mark.parametrize(
    ("population", "percent", "count"),
    [(108, "5", 6), (100, "5", 5), (3, "0.1", 1), (0, "50", 0), (7, "100", 7), (7, "0", 0)],
)
def test_a_share_is_rounded_up(population, percent, count):
    assert share_of(population, percent) == count


@pytest.mark.parametrize("percent", ["", "x", "-1", "100.1", "nan", "inf", "1e999"])
def test_a_share_that_is_none(percent):
    with pytest.raises(ValueError, match="no share"):
        share_of(10, percent)
