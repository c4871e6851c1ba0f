"""GCJ-02 and BD-09 back to true degrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadUsage
from jdz_field.geo.crs import Datum
from jdz_field.geo.shift import from_shift, gcj02_to_bd09, known_shift, to_bd09, to_gcj02

FORWARD = {"gcj02": to_gcj02, "bd09": to_bd09}
LON, LAT = st.floats(73, 135), st.floats(4, 53.5)


def one(lon: float, lat: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([lon]), np.array([lat])


def metres(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> float:
    east = (a[0] - b[0]) * 111_320 * np.cos(np.radians(b[1]))
    return float(np.hypot(east, (a[1] - b[1]) * 111_320).max())


def test_published_values_of_the_forward_formulas() -> None:
    lon, lat = to_gcj02(*one(116.404, 39.915))
    assert (lon[0], lat[0]) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-12)
    lon, lat = gcj02_to_bd09(*one(116.404, 39.915))
    assert (lon[0], lat[0]) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-12)


def test_the_inverse_agrees_with_the_published_one_step_inverse_to_a_metre() -> None:
    published = one(116.3913836995125, 39.907253214522164)
    assert metres(from_shift("bd09", *one(116.404, 39.915)), published) < 1


@pytest.mark.parametrize("shift", FORWARD)
@given(lon=LON, lat=LAT)
def test_the_inverse_is_that_of_its_own_forward_formula(shift: str, lon: float, lat: float) -> None:
    shifted = FORWARD[shift](*one(lon, lat))
    assert 10 < metres(shifted, one(lon, lat)) < 2500
    assert metres(from_shift(shift, *shifted), one(lon, lat)) < 0.001


@pytest.mark.parametrize("shift", FORWARD)
@pytest.mark.parametrize("place", [(139.7, 35.7), (-0.1, 51.5), (100.0, -10.0), (np.nan, 29.0)])
def test_outside_china_nothing_is_touched(shift: str, place: tuple[float, float]) -> None:
    for function in (FORWARD[shift], lambda lon, lat: from_shift(shift, lon, lat)):
        lon, lat = function(*one(*place))
        assert np.array_equal([lon[0], lat[0]], place, equal_nan=True)


def test_only_what_is_known_is_taken_back() -> None:
    assert known_shift("") is None
    assert known_shift("bd09") is Datum.BD09
    assert from_shift("", *one(117.0, 29.0)) == one(117.0, 29.0)
    with pytest.raises(BadUsage):
        from_shift("wgs84", *one(117.0, 29.0))
