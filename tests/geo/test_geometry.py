"""Geometry as text and as GeoPackage binary."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.core.sites import point_wkt
from jdz_field.geo.geometry import (
    anchor,
    bounds_of,
    canonical_wkt,
    close,
    from_gpkg,
    geometry_of,
    to_gpkg,
    wkb_in,
    wkt_of,
)

TRIANGLE = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"
SHAPES = [
    "POINT (117.2 29.3)",
    TRIANGLE,
    "LINESTRING (117 29, 117.5 29.5)",
    "MULTIPOINT ((117 29), (117.5 29.5))",
    "MULTIPOLYGON (((117 29, 117.1 29, 117.1 29.1, 117 29)))",
    "GEOMETRYCOLLECTION (POINT (117 29), LINESTRING (117 29, 118 30))",
]


@pytest.mark.parametrize("wkt", SHAPES)
def test_binary_reads_back_as_the_same_text(wkt: str) -> None:
    blob = to_gpkg(wkt)
    assert blob is not None
    assert blob[:4] == b"GP\0" + bytes([1 if wkt.startswith("POINT") else 3])
    assert struct.unpack_from("<i", blob, 4) == (4490,)
    assert from_gpkg(blob) == wkt


@given(
    st.floats(-180, 180).map(lambda v: round(v, 9)), st.floats(-90, 90).map(lambda v: round(v, 9))
)
def test_every_point_survives_to_the_last_digit(lon: float, lat: float) -> None:
    wkt = point_wkt(lon, lat)
    assert from_gpkg(to_gpkg(wkt)) == wkt
    assert anchor(wkt) == pytest.approx((lon, lat), abs=1e-9)


def test_envelopes_are_west_east_south_north() -> None:
    blob = to_gpkg(TRIANGLE)
    assert blob is not None
    assert struct.unpack_from("<4d", blob, 8) == (117, 117.1, 29, 29.1)
    assert bounds_of(blob) == (117, 29, 117.1, 29.1)
    assert bounds_of(to_gpkg("POINT (117.2 29.3)")) == (117.2, 29.3, 117.2, 29.3)


def test_nothing_stays_nothing() -> None:
    assert to_gpkg(None) is None
    assert from_gpkg(None) is None
    assert bounds_of(None) is None
    assert anchor(None) is None
    empty = to_gpkg("POLYGON EMPTY")
    assert empty is not None
    assert empty[3] & 0b10000
    assert from_gpkg(empty) is None
    assert bounds_of(empty) is None
    assert anchor("POLYGON EMPTY") is None
    assert from_gpkg(to_gpkg("POINT EMPTY")) is None


def test_height_is_dropped_and_digits_are_nine() -> None:
    assert canonical_wkt("POINT Z (117.1234567891234 29.1 300)") == "POINT (117.123456789 29.1)"
    assert wkt_of(geometry_of("LINESTRING Z (1 2 3, 4 5 6)")) == "LINESTRING (1 2, 4 5)"
    assert canonical_wkt("POINT (1 2)") == "POINT (1 2)"


def test_an_anchor_lies_on_the_shape() -> None:
    found = anchor(TRIANGLE)
    assert found is not None
    assert geometry_of(TRIANGLE).covers(geometry_of(point_wkt(*found)))


def test_close_allows_a_little() -> None:
    assert close(TRIANGLE, TRIANGLE.replace("29.1", "29.100000001"), 1e-8)
    assert not close(TRIANGLE, TRIANGLE.replace("29.1", "29.2"), 1e-8)


@pytest.mark.parametrize("text", ["", "POINT", "POINT (1)", "not a geometry", "POINT (a b)"])
def test_no_wkt_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="不是几何图形"):
        geometry_of(text)


@pytest.mark.parametrize(
    "blob", [b"", b"GP", b"XX" + bytes(40), b"GP\0\x0f" + bytes(40), b"GP\0\1" + bytes(20)]
)
def test_bytes_that_are_no_geometry_raise_value_error(blob: bytes) -> None:
    for read in (from_gpkg, bounds_of):
        with pytest.raises(ValueError, match="GeoPackage"):
            read(blob)


def test_wkb_inside_is_iso() -> None:
    blob = to_gpkg("POINT (1 2)")
    assert blob is not None
    assert wkb_in(blob) == struct.pack("<BIdd", 1, 1, 1.0, 2.0)
