from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.functions.numbers import (
    absolute,
    atan2,
    ceiling,
    checklist,
    floor,
    maximum,
    minimum,
    power,
    weighted_checklist,
)
from jdz_field.xforms.functions.registry import FUNCTIONS
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.xpath.values import NodeSet


def nodes(*values: str) -> NodeSet:
    document = StaticNode("", None)
    return NodeSet(document.add("a", value) for value in values)


def test_the_greatest_of_negative_numbers_is_negative() -> None:
    assert maximum(-5.0, -3.0) == -3
    assert minimum(nodes("4", "x", "2")) == 2
    assert maximum(nodes("4", "x", "2")) == 4
    assert math.isnan(maximum())
    assert math.isnan(minimum("x"))


@given(st.floats(), st.floats())
def test_power_never_fails(base: float, exponent: float) -> None:
    assert isinstance(power(base, exponent), float)


def test_power_as_ieee_has_it() -> None:
    assert power(2.0, 5000.0) == math.inf
    assert power(-2.0, 5001.0) == -math.inf
    assert power(0.0, -1.0) == math.inf
    assert math.isnan(power(-8.0, 1 / 3))
    assert power(math.nan, 0.0) == 1
    assert math.isnan(power(1.0, math.inf))


@pytest.mark.parametrize("name", ["sqrt", "log", "log10", "asin", "acos", "tan", "exp", "exp10"])
@given(value=st.floats())
def test_functions_of_a_number_never_fail(name: str, value: float) -> None:
    assert isinstance(FUNCTIONS[name].run(value), float)


def test_limits() -> None:
    assert FUNCTIONS["log"].run(0.0) == -math.inf
    assert math.isnan(FUNCTIONS["sqrt"].run(-1.0))
    assert FUNCTIONS["exp"].run(1000.0) == math.inf
    assert absolute("-3") == 3
    assert atan2(1.0, -1.0) == pytest.approx(2.356194)
    assert floor(-1.5) == -2
    assert ceiling(-1.5) == -1
    assert math.isinf(floor(math.inf))
    assert math.isnan(ceiling(math.nan))


def test_checklists() -> None:
    assert checklist(1.0, 2.0, True, False, "x")
    assert not checklist(2.0, -1.0, True, False)
    assert checklist(-1.0, 0.0, False)
    assert checklist(2.0, 2.0, nodes("a", "", "b"))
    assert weighted_checklist(1.0, 5.0, True, 2.0, True, 3.0)
    assert not weighted_checklist(1.0, 4.0, True, 2.0, True, 3.0)
    assert weighted_checklist(7.0, 7.0, nodes("a", "", "b"), nodes("3", "9", "4"))
