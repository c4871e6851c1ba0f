"""Parameter sets of older datums, judged by PROJ's pipelines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from jdz_field.core.errors import BadInput
from jdz_field.geo.crs import from_lon_lat, reference, to_lon_lat
from jdz_field.geo.datum import DatumSet, checked_set, convert, residual, to_legacy, to_modern

#: Invented parameters of the size that such sets have.
SEVEN = {
    "dx": 12.5, "dy": -118.3, "dz": -61.7, "rx": 1.2, "ry": -0.7, "rz": 2.1, "scale": -3.4,
}  # fmt: skip
FOUR = {"dx": -12.345, "dy": 101.234, "rotation": 1.5, "scale": -4.2}
ELLIPSOIDS = {"xian80": "+a=6378140 +rf=298.257", "beijing54": "+a=6378245 +rf=298.3"}
CGCS = "+a=6378137 +rf=298.257222101"


def seven(**other: Any) -> DatumSet:
    return replace(DatumSet("七参数", "xian80", "seven", SEVEN, "position_vector"), **other)


def four(**other: Any) -> DatumSet:
    return replace(DatumSet("四参数", "xian80", "four", FOUR, "clockwise"), **other)


@pytest.mark.parametrize("source", ELLIPSOIDS)
@pytest.mark.parametrize("convention", ["position_vector", "coordinate_frame"])
@given(lon=st.floats(116.5, 118), lat=st.floats(28.5, 30))
def test_seven_parameters_as_proj_does_it(
    source: str, convention: str, lon: float, lat: float
) -> None:
    one = seven(source=source, convention=convention)
    p = SEVEN
    judge = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart {ELLIPSOIDS[source]} "
        f"+step +proj=helmert +x={p['dx']} +y={p['dy']} +z={p['dz']} +rx={p['rx']} +ry={p['ry']} "
        f"+rz={p['rz']} +s={p['scale']} +convention={convention} "
        f"+step +inv +proj=cart {CGCS} +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    expected = judge.transform(lon, lat, 0.0)[:2]
    got = to_modern(one, np.array([lon]), np.array([lat]))
    assert (got[0][0], got[1][0]) == pytest.approx(expected, abs=1e-10)
    assert abs(got[0][0] - lon) > 1e-5
    back = to_legacy(one, *got)
    assert (back[0][0], back[1][0]) == pytest.approx((lon, lat), abs=1e-8)


@pytest.mark.parametrize(("zone", "system"), [(39, 4548), (20, 4509)])
@pytest.mark.parametrize(("convention", "sign"), [("clockwise", -1), ("counterclockwise", 1)])
def test_four_parameters_as_proj_does_it(
    zone: int, system: int, convention: str, sign: int
) -> None:
    one = four(convention=convention, zone=zone)
    # PROJ turns against the clock in x (east), y (north).
    judge = Transformer.from_pipeline(
        f"+proj=helmert +x={FOUR['dy']} +y={FOUR['dx']} +theta={-sign * FOUR['rotation']} "
        f"+s={1 + FOUR['scale'] * 1e-6}"
    )
    x, y = 519431.27, 3242537.39
    expected = judge.transform(x, y)
    lon, lat, swapped = convert(one, np.array([x]), np.array([y]))
    there = from_lon_lat(system, lon, lat)
    assert (there[0][0], there[1][0]) == pytest.approx(expected, abs=1e-5)
    assert not swapped[0]


@pytest.mark.parametrize("one", [seven(), four(), four(source="beijing54", zone=20)])
@given(lon=st.floats(116.5, 117.9), lat=st.floats(28.5, 30))
def test_there_and_back(one: DatumSet, lon: float, lat: float) -> None:
    there = to_legacy(one, np.array([lon]), np.array([lat]))
    back = to_modern(one, *there)
    assert (back[0][0], back[1][0]) == pytest.approx((lon, lat), abs=1e-8)


def test_every_spelling_of_one_place_gives_one_place() -> None:
    for one in (seven(), four()):
        lon, lat = np.array([117.2]), np.array([29.3])
        x, y = from_lon_lat(4548, lon, lat)
        # The same metres on the older ellipsoid are other degrees: only metres are compared.
        first = np.array([x[0], x[0] + 39e6, y[0], y[0], x[0] / 1e3])
        second = np.array([y[0], y[0], x[0], x[0] + 39e6, y[0] / 1e3])
        found = convert(one, first, second)
        assert np.ptp(found[0]) < 1e-12
        assert np.ptp(found[1]) < 1e-12
        assert found[2].tolist() == [False, False, True, True, False]


@pytest.mark.parametrize("code", ["2384", "2363", "2345", "2334"])
def test_the_system_named_says_the_zone(code: str) -> None:
    lon, lat, _swapped = convert(
        seven(zone=40), np.array([519431.27]), np.array([3242537.39]), system=reference(code)
    )
    assert lon[0] == pytest.approx(117.2, abs=0.003)
    assert lat[0] == pytest.approx(29.3, abs=0.003)


def test_a_system_of_another_meridian_is_another_place() -> None:
    x, y = np.array([519431.27]), np.array([3242537.39])
    lon, _lat, _swapped = convert(seven(), x, y, system=reference("2385"))
    assert lon[0] == pytest.approx(120.2, abs=0.003)


def test_outside_its_area_nothing_is_converted() -> None:
    one = seven(bounds=(116.9, 28.9, 117.9, 30.0))
    lon, _lat = to_modern(one, np.array([117.2, 118.2]), np.array([29.3, 29.3]))
    assert np.isfinite(lon).tolist() == [True, False]
    lon, _lat = to_modern(four(), np.array([117.2, 121.2]), np.array([29.3, 29.3]))
    assert np.isfinite(lon).tolist() == [True, False]


def test_a_control_point_shows_the_wrong_convention() -> None:
    right, wrong = seven(), seven(convention="coordinate_frame")
    lon, lat, _swapped = convert(right, np.array([519431.27]), np.array([3242537.39]))
    known = (float(lon[0]), float(lat[0]))
    assert residual(right, (519431.27, 3242537.39), known) == pytest.approx((0, 0), abs=1e-6)
    assert np.hypot(*residual(wrong, (519431.27, 3242537.39), known)) > 20
    with pytest.raises(BadInput, match="七参数"):
        residual(right, (1.0, 5e9), known)


@pytest.mark.parametrize(
    "change",
    [
        *({"name": " "}, {"source": "wgs84"}, {"method": "five"}, {"convention": "clockwise"}),
        *({"parameters": {"dx": 1.0}}, {"zone": 12}, {"bounds": (118.0, 28.0, 117.0, 30.0)}),
        *({"parameters": {**SEVEN, "rx": 400.0}}, {"parameters": {**SEVEN, "dx": float("nan")}}),
    ],
)
def test_an_incomplete_or_implausible_set_is_refused(change: dict[str, Any]) -> None:
    assert checked_set(seven()) == seven()
    with pytest.raises(BadInput):
        checked_set(seven(**change))


@pytest.mark.parametrize("one", [seven(bounds=(116.0, 28.0, 118.0, 30.0), by="余"), four()])
def test_as_json_and_back(one: DatumSet) -> None:
    assert DatumSet.from_json(one.to_json()) == one


def test_modern_systems_are_not_touched_by_any_of_this() -> None:
    assert to_lon_lat(4490, np.array([117.2]), np.array([29.3]))[0][0] == 117.2
