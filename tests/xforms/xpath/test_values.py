from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.xpath.dates import Moment, local_moment
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.values import (
    NodeSet,
    double_text,
    empty,
    equal,
    number_text,
    round_number,
    to_boolean,
    to_double,
    to_number,
    to_string,
    truncate,
    unpack,
    whole,
)

DAY = local_moment(date(2026, 4, 5))


def nodes(*values: str) -> NodeSet:
    document = StaticNode("", None)
    return NodeSet(document.add("a", value) for value in values)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), (" 1,5 ", 1.5), (".5", 0.5), ("5.", 5), ("-3", -3), ("0012", 12)],
)
def test_texts_that_are_numbers(text: str, number: float) -> None:
    assert to_number(text) == number


@pytest.mark.parametrize("text", ["", "abc", "1e5", "-", "--1", "1-2", "+5", "1.2.3", "１２"])
def test_texts_that_are_none_are_nan(text: str) -> None:
    assert math.isnan(to_number(text))


def test_other_values_as_numbers() -> None:
    assert to_number(True) == 1
    assert to_number(False) == 0
    assert to_number(DAY) == (date(2026, 4, 5) - date(1970, 1, 1)).days
    assert to_number(nodes("7")) == 7
    assert math.isnan(to_number(nodes()))
    assert to_double(Moment(DAY.ms + 43_200_000)) == to_number(DAY) + 0.5


@pytest.mark.parametrize(
    ("value", "truth"),
    [("", False), ("false", True), (0.0, False), (1e-13, False), (math.nan, False), (-1.0, True)],
)
def test_values_as_truths(value: str | float, truth: bool) -> None:
    assert to_boolean(value) is truth


def test_dates_and_nodes_as_truths() -> None:
    assert to_boolean(DAY)
    assert not to_boolean(nodes())
    assert to_boolean(nodes("x"))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (5.0, "5"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1e-13, "0"),
        (2147483647.0, "2147483647"),
        (3e9, "3.0E9"),
        (1e-5, "1.0E-5"),
        (1234567.125, "1234567.125"),
        (12345678.5, "1.23456785E7"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_numbers_as_texts(number: float, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (5.0, "5.0"),
        (0.001, "0.001"),
        (1e7, "1.0E7"),
        (1.5e-7, "1.5E-7"),
    ],
)
def test_doubles_as_java_writes_them(number: float, text: str) -> None:
    assert double_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_comes_back_from_its_text(number: float) -> None:
    assert float(double_text(number)) == number


def test_other_values_as_texts() -> None:
    assert to_string(True) == "true"
    assert to_string(DAY) == "2026-04-05"
    assert to_string(nodes("甲")) == "甲"


def test_a_repeated_node_has_no_single_value() -> None:
    with pytest.raises(XPathError):
        unpack(nodes("1", "2"))


@pytest.mark.parametrize(
    ("number", "places", "rounded"),
    [
        (2.5, 0, 3),
        (-2.5, 0, -2),
        (1.005, 2, 1.01),
        (1234.5, -2, 1200),
        (1.45, 1, 1.5),
        (1e300, 2, 1e300),
        (123456789012345.678, 1, 123456789012345.7),
    ],
)
def test_rounding(number: float, places: int, rounded: float) -> None:
    assert round_number(number, places) == rounded


def test_rounding_what_cannot_be_rounded() -> None:
    assert math.isnan(round_number(math.nan, 0))
    assert math.isinf(round_number(math.inf, 2))
    assert math.isnan(round_number(1.0, 31))


def test_whole_numbers() -> None:
    assert truncate(-3.9) == -3
    assert math.isnan(truncate(math.nan))
    assert whole("x") == 0
    assert whole(1e20) == 2**31 - 1


def test_equality_goes_by_what_the_sides_are() -> None:
    assert equal("a", "a")
    assert equal("1.0", 1.0)
    assert equal(True, "x")
    assert not equal("", False) or not to_boolean("")
    assert equal(DAY, "2026-04-05")
    assert equal(DAY, Moment(DAY.ms + 1000))
    assert not equal("", 0.0)
    assert equal(0.1 + 0.2, 0.3)


def test_what_is_empty() -> None:
    assert empty("")
    assert empty(math.nan)
    assert empty(nodes())
    assert not empty(0.0)


@given(st.text(max_size=20), st.text(max_size=20))
def test_equality_is_symmetric(one: str, other: str) -> None:
    assert equal(one, other) is equal(other, one)
    assert equal(one, to_number(other)) is equal(to_number(other), one)
