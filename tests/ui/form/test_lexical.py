"""Positions as XForms write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.ui.form.lexical import (
    Vertex,
    distinct,
    point_text,
    rounded,
    vertex_of,
    vertices_of,
    vertices_text,
)
from jdz_field.xforms.datatypes import read_answer

floats = st.floats(-9e3, 9e3, allow_nan=False).map(lambda number: round(number, 4))
vertices = st.builds(
    Vertex,
    st.floats(-180, 180),
    st.floats(-90, 90),
    floats,
    st.floats(0, 500).map(lambda number: round(number, 3)),
)


def today():
    return datetime(2026, 11, 22, tzinfo=UTC).date()


def test_a_point_is_latitude_first_with_height_and_accuracy() -> None:
    assert point_text(Vertex(117.2103, 29.3521, 85.5, 2.5)) == "29.3521 117.2103 85.5 2.5"
    assert point_text(Vertex(117, 29)) == "29.0 117.0 0.0 0.0"


@given(vertices)
def test_a_point_comes_back_as_it_was(vertex) -> None:
    assert vertex_of(point_text(vertex)) == vertex


@given(vertices)
def test_the_session_keeps_a_point_letter_by_letter(vertex) -> None:
    text = point_text(vertex)
    kept = read_answer(text, "geopoint", today)
    assert kept is not None
    assert kept[1] in (text, "")
    assert kept[1] == text or not any(vertex)


@given(st.lists(vertices.filter(any), min_size=1, max_size=12), st.booleans())
def test_lines_and_rings_come_back_as_they_were(found, closed) -> None:
    if closed and len(found) > 1 and found[0].place == found[-1].place:
        found = found[:-1]
    text = vertices_text(found, closed=closed)
    assert vertices_of(text, closed=closed) == found or len(found) == 2
    kept = read_answer(text, "geoshape" if closed else "geotrace", today)
    assert kept == (text, text)


@given(st.lists(vertices, min_size=3, max_size=8, unique_by=lambda v: v.place))
def test_a_ring_ends_where_it_begins(found) -> None:
    parts = vertices_text(found, closed=True).split("; ")
    assert parts[0] == parts[-1]
    assert len(parts) == len(found) + 1


@pytest.mark.parametrize(
    "text",
    ["", "29.3", "29.3 117.2 1 2 3", "a b", "91 117", "29 181", "29 117 nan 0", "29 117 0 inf"],
)
def test_what_is_no_point_is_none(text) -> None:
    assert vertex_of(text) is None


def test_short_points_and_open_ends() -> None:
    assert vertex_of("29.3 117.2") == Vertex(117.2, 29.3)
    assert vertices_of("29 117; 29 118 5;") == [Vertex(117, 29), Vertex(118, 29, 5)]
    assert vertices_of("29 117; nowhere") is None
    assert vertices_of("") == []
    ring = "29 117; 30 117; 30 118; 29 117"
    assert len(vertices_of(ring, closed=True)) == 3
    assert len(vertices_of(ring)) == 4


def test_new_points_have_no_digits_that_mean_nothing() -> None:
    assert rounded(117.123456789, 29.3, None, 2.3456) == Vertex(117.12345679, 29.3, 0.0, 2.35)


def test_distinct_counts_places() -> None:
    assert distinct([Vertex(1, 2), Vertex(1, 2, 5), Vertex(1, 3)]) == 2
