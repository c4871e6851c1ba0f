"""The map's arithmetic: what stays where under panning, zooming, fitting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.ui.map.view import (
    CITY,
    MAX_ZOOM,
    MIN_ZOOM,
    Margins,
    View,
    round_degrees,
    round_length,
)

VIEW = View(0.825, 0.416, 9, 800, 600)
pixels = st.floats(0, 600)
zooms = st.floats(MIN_ZOOM, MAX_ZOOM)


@given(pixels, pixels, zooms)
def test_pixels_and_back(px: float, py: float, zoom: float) -> None:
    view = View(0.825, 0.416, zoom, 800, 600)
    assert view.to_screen(*view.to_unit(px, py)) == pytest.approx((px, py), abs=1e-4)


@given(pixels, pixels, zooms)
def test_what_is_under_the_finger_stays_there_when_zooming(
    px: float, py: float, zoom: float
) -> None:
    place = VIEW.to_unit(px, py)
    assert VIEW.zoomed(zoom, px, py).to_screen(*place) == pytest.approx((px, py), abs=1e-3)


@given(st.floats(-300, 300), st.floats(-300, 300))
def test_panning_moves_the_ground_by_as_many_pixels(dx: float, dy: float) -> None:
    place = VIEW.to_unit(400, 300)
    assert VIEW.panned(dx, dy).to_screen(*place) == pytest.approx((400 + dx, 300 + dy), abs=1e-6)


def test_zoom_stays_within_its_limits() -> None:
    assert VIEW.zoomed(40, 0, 0).zoom == MAX_ZOOM
    assert VIEW.zoomed(-3, 0, 0).zoom == MIN_ZOOM


@pytest.mark.parametrize(
    "margins", [Margins(), Margins(right=480), Margins(bottom=300), Margins(10, 20, 30, 40)]
)
def test_the_city_fits_between_the_margins(margins: Margins) -> None:
    view = VIEW.fitted(CITY, margins)
    left, top = view.at(CITY[0], CITY[3])
    right, bottom = view.at(CITY[2], CITY[1])
    assert left >= margins.left - 0.5
    assert top >= margins.top - 0.5
    assert right <= 800 - margins.right + 0.5
    assert bottom <= 600 - margins.bottom + 0.5
    touching = min(
        left - margins.left,
        top - margins.top,
        800 - margins.right - right,
        600 - margins.bottom - bottom,
    )
    assert touching == pytest.approx(0, abs=1)


def test_a_place_is_centred_in_what_is_free() -> None:
    view = VIEW.centred(117.2, 29.3, 12, Margins(right=300, bottom=100))
    assert view.at(117.2, 29.3) == pytest.approx((250, 250), abs=1e-6)


def test_a_point_as_bounds_zooms_as_far_as_allowed() -> None:
    assert VIEW.fitted((117.2, 29.3, 117.2, 29.3)).zoom == MAX_ZOOM


@pytest.mark.parametrize(
    ("metres", "shown"), [(0, 0), (0.7, 0.5), (1, 1), (1.9, 1), (49.9, 20), (50, 50), (9999, 5000)]
)
def test_scale_bars_are_round(metres: float, shown: float) -> None:
    assert round_length(metres) == pytest.approx(shown)


@pytest.mark.parametrize(
    ("degrees", "step"), [(0.03, 0.05), (0.05, 0.05), (0.11, 0.2), (0.6, 1.0), (7, 10)]
)
def test_graticule_steps_are_round(degrees: float, step: float) -> None:
    assert round_degrees(degrees) == pytest.approx(step)


def test_metres_per_pixel_shrink_by_half_with_each_level() -> None:
    nearer = VIEW.zoomed(10, 400, 300)
    assert VIEW.metres_per_pixel() / nearer.metres_per_pixel() == pytest.approx(2)
