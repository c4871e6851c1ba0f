"""An entered value: whole with its source, or refused in a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.figures import Figure, check_figure

GOOD = Figure("f", 2, 2024, 68.02, "市林业局", "景林调〔2024〕2号", "2024-12-20")


def test_a_figure_comes_back_from_the_log() -> None:
    check_figure(GOOD)
    assert Figure.of("f", GOOD.to_fields()) == GOOD
    assert Figure.of("f", GOOD.to_fields() | {"note": None, "new": 1}) == GOOD


@pytest.mark.parametrize(
    "wrong",
    [{}, {"value": "x"}, {"value": "nan"}, {"value": float("inf")}, {"year": None}],
)
def test_what_is_no_figure_is_none(wrong: dict[str, Any]) -> None:
    assert Figure.of("f", (GOOD.to_fields() | wrong) if wrong else {}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"indicator": 17},
        {"indicator": 0},
        {"year": 1999},
        {"value": -0.1},
        {"value": float("nan")},
        {"value": 100.1},
        {"source": " "},
        {"document": ""},
        {"stated_on": "2024-02-30"},
        {"note": "x" * 501},
    ],
)
def test_a_figure_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        check_figure(replace(GOOD, **wrong))


def test_only_shares_end_at_100() -> None:
    check_figure(replace(GOOD, indicator=11, value=3656))
