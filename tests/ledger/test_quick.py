"""What is told at a glance is what the full reading says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.catalogue import SITE_KINDS, Field, site_kind
from jdz_field.ledger.quick import MISSED, quick_for
from jdz_field.ledger.values import reader_for

FIELDS = [(kind, field) for kind in SITE_KINDS for field in site_kind(kind).fields]
CELLS = st.one_of(
    st.text(max_size=20),
    st.integers(-(10**18), 10**18).map(str),
    st.sampled_from(["", "无", "#REF!", "１２", "²", "12人", "约3", "0", "00012", "1e5", "滑坡"]),
    st.none(),
)


@given(st.sampled_from(FIELDS), CELLS)
def test_at_a_glance_and_in_full_agree(field: tuple[str, Field], cell: str | None) -> None:
    quick = quick_for(field[1], 1.0)
    if quick is None:
        return
    value = quick(cell)
    if value is not MISSED:
        reading = reader_for(field[1])(cell)
        assert (reading.value, reading.issue, reading.note) == (value, None, None)
        assert type(reading.value) is type(value)


@given(st.sampled_from(FIELDS), st.lists(st.one_of(CELLS, st.integers(), st.booleans())))
def test_a_column_is_its_cells(field: tuple[str, Field], cells: list[Any]) -> None:
    values, odd = reader_for(field[1]).column(cells)
    told = dict(odd)
    for i, cell in enumerate(cells):
        reading = reader_for(field[1])(cell)
        assert values[i] == reading.value
        assert type(values[i]) is type(reading.value)
        assert (i in told) == (reading.issue is not None or reading.note is not None)


@pytest.mark.parametrize("name", ["kind_code", "causes", "found_on", "volume", "provisional"])
def test_what_needs_the_full_reading_is_not_guessed(name: str) -> None:
    assert quick_for(site_kind("geohazard").by_name[name], 1.0) is None


def test_a_heading_unit_needs_the_full_reading() -> None:
    assert quick_for(site_kind("geohazard").by_name["threatened_people"], 10.0) is None
