"""Positions and heights in a person's form, and back again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.geo import display
from jdz_field.geo.display import height_1985, read_position, shown_height, shown_position

EARTH = Geod(a=6_378_137.0, rf=298.257222101)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("decimal", "117.20345°E 29.29012°N"),
        ("dm", "117°12.207′E 29°17.407′N"),
        ("dms", "117°12′12.4″E 29°17′24.4″N"),
        ("wgs84", "WGS 84 117.20345°E 29.29012°N"),
    ],
)
def test_degrees_in_their_spellings(form: str, words: str) -> None:
    assert shown_position(117.20345, 29.29012, form) == words


def test_metres_stand_north_first_with_the_zone_before_the_easting() -> None:
    # domain figures: 117.2°E 29.3°N is N 3,242,537.39, E 39,519,431.27 in EPSG:4527
    assert shown_position(117.2, 29.3, "plane39") == "X 3242537.4, Y 39519431.3"
    assert shown_position(117.2, 29.3, "plane39", fine=True).startswith("X 3242537.39")


def test_metres_agree_with_proj() -> None:
    east, north = Transformer.from_crs(4490, 4527, always_xy=True).transform(117.43, 28.91)
    words = shown_position(117.43, 28.91, "plane39", fine=True)
    assert words == f"X {north:.3f}, Y {east:.3f}"


def test_far_from_the_zone_degrees_are_written() -> None:
    assert shown_position(104.0, 30.5, "plane39") == "104.00000°E 30.50000°N"
    assert shown_position(-1.5, -2.25) == "1.50000°W 2.25000°S"


def test_a_form_that_is_none_is_decimal() -> None:
    assert shown_position(117.2, 29.3, "furlongs") == "117.20000°E 29.30000°N"


def test_rounding_carries_over() -> None:
    assert display.as_seconds(29.9999999) == "30°00′00.0″"
    assert display.as_minutes(29.9999999) == "30°00.000′"


PLACES = st.tuples(st.floats(114.0, 120.0), st.floats(24.0, 34.0))


@given(PLACES, st.sampled_from(display.FORMS))
def test_what_is_copied_comes_back_to_a_centimetre(place: tuple[float, float], form: str) -> None:
    back = read_position(shown_position(*place, form, fine=True))
    assert EARTH.inv(*place, *back)[2] < 0.01


@given(PLACES, st.sampled_from(display.FORMS))
def test_what_is_shown_comes_back_to_three_metres(place: tuple[float, float], form: str) -> None:
    back = read_position(shown_position(*place, form))
    assert EARTH.inv(*place, *back)[2] < 3


@pytest.mark.parametrize(
    "text",
    [
        "29.3, 117.2",
        "117.2\n29.3",
        "CGCS2000 117.2°E 29.3°N",
        "WGS84: 29.3 117.2",
        "X=3242537.39 Y=39519431.27",
        "Y：39519431.27，X：3242537.39",
        "3242537.39, 519431.27",
        "北纬29°18′00″，东经117°12′00″",
    ],
)
def test_other_spellings_are_read(text: str) -> None:
    assert read_position(text) == pytest.approx((117.2, 29.3), abs=1e-6)


@pytest.mark.parametrize("text", ["", "浮梁县", "117.2", "29.3 117.2 12 13", "117°70'00\" 29.3"])
def test_what_is_no_position_is_said(text: str) -> None:
    with pytest.raises(BadInput):
        read_position(text)


@pytest.mark.parametrize(
    "text", ["GCJ-02 117.2 29.3", "西安80 3242537, 39519431", "百度 29.3,117.2"]
)
def test_another_datum_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match="CGCS2000"):
        read_position(text)


def test_heights_name_what_they_count_from() -> None:
    set_language("en")
    assert shown_height(128.44, "1985") == "128.4 m (1985 height)"
    assert "ellipsoid" in shown_height(128.44, "ellipsoid")
    assert "not a 1985 height" in shown_height(128.44, "geoid")
    assert shown_height(128.44) == "128.4 m, height datum unknown"
    assert shown_height(12.0, "吴淞") == "12.0 m (吴淞)"
    assert shown_height(None, "1985") == ""
    assert shown_height(float("nan"), "1985") == ""


def test_a_known_offset_makes_1985_of_an_ellipsoidal_height_only() -> None:
    set_language("en")
    assert shown_height(128.4, "ellipsoid", offset=-12.3) == "116.1 m (1985 height)"
    assert height_1985(128.4, "geoid", -12.3) is None
    assert height_1985(128.4, "", -12.3) is None
    assert height_1985(128.4, "1985", -12.3) == 128.4
