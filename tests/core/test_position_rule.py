"""How well positions of a kind of site must be known."""

from __future__ import annotations

import pytest

from jdz_field.core.catalogue import site_kinds
from jdz_field.core.errors import BadInput
from jdz_field.core.position_rule import position_rule

GOOD = {"accuracy_m": 5, "average_s": 10, "source": "general knowledge", "certainty": "general"}


def test_every_kind_of_site_has_one_with_its_source() -> None:
    for kind in site_kinds():
        assert kind.position is not None
        assert 0 < kind.position.accuracy_m <= 20
        assert kind.position.source


@pytest.mark.parametrize(
    "bad",
    [
        *({"accuracy_m": value} for value in (0, -1, "5", True, None, float("nan"), 1001)),
        *({"average_s": value} for value in (-1, 601, "soon", None, float("inf"))),
        *({"source": value} for value in ("", "  ", None, 3)),
        *({"certainty": value} for value in ("", "sure", None)),
    ],
)
def test_bad_figures_name_file_and_reason(bad) -> None:
    with pytest.raises(BadInput) as error:
        position_rule({**GOOD, **bad}, "mine.toml")
    assert "mine.toml" in str(error.value)
    assert next(iter(bad)) in str(error.value)
