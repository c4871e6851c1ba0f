"""Geometry goes into the file and comes back as the same text."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.core.sites import point_of, point_wkt
from jdz_field.store import geometry

degree = st.floats(-180, 180, allow_nan=False).map(lambda x: round(x, 9))
corner = st.tuples(st.integers(-170, 170), st.integers(-80, 80))
AREA = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"


@given(degree, degree)
def test_points_come_back_as_the_same_text(lon, lat) -> None:
    text = geometry.canonical(point_wkt(lon, lat))
    blob = geometry.to_blob(text)
    assert geometry.to_wkt(blob) == text
    assert geometry.label_point(text) == point_of(text)
    assert (geometry.min_x(blob), geometry.max_y(blob)) == point_of(text)
    assert geometry.is_empty(blob) == 0


@example([(0, 0), (100, 0)], 1e-6)
@given(st.lists(corner, min_size=2, max_size=6, unique=True), st.floats(1e-6, 1))
def test_lines_come_back_as_the_same_text(corners, size) -> None:
    points = ", ".join(f"{x * size} {y * size}" for x, y in corners)
    text = geometry.canonical(f"LINESTRING({points})")
    assert geometry.canonical(text) == text
    assert geometry.to_wkt(geometry.to_blob(text)) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("POINT (117.20 29.30)", "POINT (117.2 29.3)"),
        ("point(117.2 29.3)", "POINT (117.2 29.3)"),
        ("POINT Z (117.2 29.3 55)", "POINT (117.2 29.3)"),
        ("POINT (1.17e2 29)", "POINT (117 29)"),
        ("POLYGON((117 29,117.1 29,117.1 29.1,117 29))", AREA),
    ],
)
def test_one_spelling_is_kept(typed, kept) -> None:
    assert geometry.canonical(typed) == kept


@pytest.mark.parametrize("typed", ["", "POINT", "POINT (117)", "瑶里", "POINT (nan 29)", "{}"])
def test_what_is_no_geometry_is_refused_in_one_sentence(typed) -> None:
    with pytest.raises(BadInput, match=r"WKT|几何|坐标|geometry|数字"):
        geometry.canonical(typed)


def test_no_geometry_stays_none() -> None:
    assert geometry.to_blob(None) is None
    assert geometry.to_wkt(None) is None
    assert geometry.label_point(None) == (None, None)
    assert geometry.is_empty(None) is None
    assert geometry.min_x(None) is None


def test_areas_have_an_envelope_and_a_label_inside() -> None:
    blob = geometry.to_blob(AREA)
    edges = [f(blob) for f in (geometry.min_x, geometry.max_x, geometry.min_y, geometry.max_y)]
    assert edges == [117, 117.1, 29, 29.1]
    lon, lat = geometry.label_point(AREA)
    assert 117 < lon < 117.1
    assert 29 < lat < 29.1


@pytest.mark.parametrize(
    "blob",
    [b"", b"GP", b"XX\x00\x01" + b"\0" * 30, b"GP\x00\x01\x8a\x11\x00\x00rubbish", b"GP\0\x0f"],
)
def test_rubbish_in_the_file_is_no_geometry(blob) -> None:
    with pytest.raises(ValueError, match="GeoPackage"):
        geometry.to_wkt(blob)
    assert geometry.is_empty(blob) == 1
    assert geometry.min_x(blob) is None


def test_an_empty_point_has_no_place() -> None:
    head = struct.pack("<2sBBi", b"GP", 0, 0x11, 4490)
    blob = head + struct.pack("<BIdd", 1, 1, math.nan, math.nan)
    assert geometry.to_wkt(blob) is None
    assert geometry.is_empty(blob) == 1


def test_text_where_a_geometry_belongs_is_empty() -> None:
    assert geometry.is_empty("POINT (1 1)") == 1
