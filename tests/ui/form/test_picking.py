"""Choices found by what is typed."""

from __future__ import annotations

import pytest

from jdz_field.ui.form.picking import best, exact, ranked
from jdz_field.xforms.view import Choice

TREES = [
    Choice("1", "杉木"),
    Choice("2", "马尾松"),
    Choice("10", "枫香"),
    Choice("7", "松木桩"),
    Choice("oak", "Oak 栎"),
]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1", "1"),
        ("10", "10"),
        ("3", "10"),
        ("4", "7"),
        ("５", "oak"),
        ("马尾松", "2"),
        ("松", "7"),
        ("尾松", "2"),
        ("sm", "1"),
        ("MW", "2"),
        ("oa", "oak"),
        (" OAK ", "oak"),
    ],
)
def test_what_is_typed_means_one_choice(typed, value):
    assert best(typed, TREES).value == value


@pytest.mark.parametrize("typed", ["", "  ", "柏", "99", "zzz", "🌲"])
def test_what_fits_nothing_means_none(typed):
    assert best(typed, TREES) is None


def test_nothing_typed_offers_everything_in_order():
    assert ranked("", TREES) == TREES
    assert ranked("松", TREES) == [TREES[3], TREES[1]]
    assert ranked("1", []) == []


def test_only_a_whole_code_or_label_is_exact():
    assert exact("2", TREES) == exact(" 马尾松 ", TREES) == TREES[1]
    assert exact("3", TREES) is None
    assert exact("松", TREES) is None
    assert exact("", TREES) is None


def test_pinyin_is_not_looked_for_in_very_long_lists():
    many = [Choice(f"c{n}", f"杉木{n}") for n in range(4000)]
    assert best("sm", many) is None
    assert best("杉木3999", many).value == "c3999"
