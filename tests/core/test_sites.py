"""Points as text, and the shapes that cross borders."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.sites import Attachment, Draft, Record, Site, point_of, point_wkt

degree = st.floats(-180, 180, allow_nan=False)


@given(degree, degree)
def test_points_come_back_to_a_tenth_of_a_millimetre(lon, lat) -> None:
    found = point_of(point_wkt(lon, lat))
    assert found is not None
    assert abs(found[0] - lon) <= 5e-10
    assert abs(found[1] - lat) <= 5e-10
    assert point_wkt(*found) == point_wkt(lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat", "text"),
    [
        (117.2, 29.3, "POINT (117.2 29.3)"),
        (100, -0.5, "POINT (100 -0.5)"),
        (1e-10, 0.1 + 0.2, "POINT (0 0.3)"),
        (117.123456789, 29, "POINT (117.123456789 29)"),
    ],
)
def test_points_have_one_spelling(lon, lat, text) -> None:
    assert point_wkt(lon, lat) == text


@pytest.mark.parametrize("text", [None, "", "POINT EMPTY", "POINT(1 2)", "LINESTRING (1 2, 3 4)"])
def test_anything_else_is_no_point(text) -> None:
    assert point_of(text) is None


def test_a_site_answers_for_its_number_and_name() -> None:
    site = Site("s", "mine", {"code": "M1", "name": None})
    assert (site.code, site.name) == ("M1", "")
    assert Site("s", "mine", {}).code == ""


@pytest.mark.parametrize("shape", [Site, Record, Draft, Attachment])
def test_what_crosses_borders_does_not_change(shape) -> None:
    values = {f.name: "" for f in dataclasses.fields(shape) if f.default is dataclasses.MISSING}
    values = {n: v for n, v in values.items() if n != "local"}
    made = shape(**values)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.id = "other"
