"""Positions between forms and sites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.sites import Site, point_of
from jdz_field.geo.geometry import geometry_of
from jdz_field.xforms.shapes import geometry_text, wkt_of_answer


def site(wkt: str | None, lon: float | None = None, lat: float | None = None) -> Site:
    return Site("s", "mine", {}, wkt, lon, lat)


@pytest.mark.parametrize(
    ("text", "wkt"),
    [
        ("29.3 117.2", "POINT (117.2 29.3)"),
        ("29.3 117.2 55 4", "POINT (117.2 29.3)"),
        ("29 117; 29.1 117.1", "LINESTRING (117 29, 117.1 29.1)"),
        ("29 117; 29 118; 29 117", "LINESTRING (117 29, 118 29, 117 29)"),
        ("29 117; 29 118; 30 118; 29 117;", "POLYGON ((117 29, 118 29, 118 30, 117 29))"),
    ],
)
def test_points_lines_and_areas(text: str, wkt: str) -> None:
    assert wkt_of_answer(text) == wkt


@pytest.mark.parametrize(
    "text", ["", ";", "29", "here there", "91 117", "29 181", "nan 117", "inf 1", "29,3 117,2"]
)
def test_what_is_no_place_on_earth(text: str) -> None:
    assert wkt_of_answer(text) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_goes_out_and_comes_back(lat: float, lon: float) -> None:
    back = point_of(wkt_of_answer(geometry_text(site("POINT (0 0)", lon, lat))))
    assert back == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize(
    "wkt",
    [
        "MULTIPOLYGON (((117 29, 118 29, 118 30, 117 29)), ((110 29, 111 29, 111 30, 110 29)))",
        "POLYGON ((117 29, 119 29, 119 31, 117 29), (118 29.5, 118.1 29.5, 118.1 29.6, 118 29.5))",
    ],
)
def test_what_no_form_can_hold_is_the_point_that_stands_for_it(wkt: str) -> None:
    assert geometry_of(wkt).is_valid
    assert geometry_text(site(wkt, 117.5, 29.25)) == "29.25 117.5 0 0"


def test_a_site_without_a_place_has_none() -> None:
    assert geometry_text(site(None)) == ""
