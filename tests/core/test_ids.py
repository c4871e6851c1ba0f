"""Identifiers: versions, order, and equal ids for equal imports."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.ids import IMPORT_NAMESPACE, import_id, import_ids, is_uuid, new_id, new_ids

rows = st.dictionaries(
    st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=4
)


def test_a_new_id_is_a_uuid_of_version_7() -> None:
    one = uuid.UUID(new_id())
    assert (one.version, one.variant) == (7, uuid.RFC_4122)
    assert is_uuid(str(one))


def test_new_ids_are_all_different() -> None:
    assert len({new_id() for _n in range(2000)}) == 2000


@given(st.integers(0, (1 << 48) - 1), st.integers(0, (1 << 48) - 1))
def test_ids_sort_by_their_millisecond(first, second) -> None:
    one, two = new_id(first), new_id(second)
    assert uuid.UUID(one).int >> 80 == first
    if first != second:
        assert (one < two) == (first < second)


@given(rows)
def test_equal_rows_have_equal_ids_in_any_order(row) -> None:
    turned = dict(reversed(row.items()))
    assert import_id("mine", "M1", row) == import_id("mine", "M1", turned)
    assert uuid.UUID(import_id("mine", "M1", row)).version == 5


@given(rows, rows)
def test_other_rows_have_other_ids(one, two) -> None:
    if one != two:
        assert import_id("mine", None, one) != import_id("mine", None, two)


def test_kind_and_number_are_part_of_the_id() -> None:
    made = {import_id(kind, code, {}) for kind in ("mine", "plot") for code in ("1", "2", None)}
    assert len(made) == 6


def test_the_namespace_never_changes() -> None:
    assert str(IMPORT_NAMESPACE) == "6f0c1d3e-8a52-5c7b-9d41-2b7e4f1a9c30"
    assert import_id("mine", "M1", {"name": "瓷土矿"}) == import_id(
        "mine", "M1", {"name": "瓷土矿"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17",
        "瑶里",
        "6f0c1d3e8a525c7b9d412b7e4f1a9c30",
        "{6f0c1d3e-8a52-5c7b-9d41-2b7e4f1a9c30}",
    ],
)
def test_what_is_no_uuid_in_its_usual_spelling(text) -> None:
    assert not is_uuid(text)


def test_capitals_are_a_uuid_too() -> None:
    assert is_uuid(str(IMPORT_NAMESPACE).upper())


def test_ids_of_many_rows_are_those_of_each() -> None:
    rows = [{"name": f'点"{n}', "code": None if n == 1 else f"C{n}", "b": n / 3} for n in range(3)]
    rows += [{"name": "x", "code": "1", "b": True}]
    assert import_ids("mine", rows) == [import_id("mine", row["code"], row) for row in rows]
    assert import_ids("mine", [{}]) == [import_id("mine", None, {})]


def test_many_fresh_ids_rise() -> None:
    made = new_ids(40_000)
    assert made == sorted(set(made))
    assert {uuid.UUID(one).version for one in made} == {7}
    assert {uuid.UUID(one).variant for one in made} == {uuid.RFC_4122}
    assert new_ids(0) == []
