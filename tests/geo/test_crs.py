"""Reference systems: the figures of the domain notes, PROJ's own, and what is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import numpy as np
import pytest
from pyproj import CRS

from jdz_field.core.errors import BadInput
from jdz_field.geo.crs import (
    Datum,
    LegacyDatum,
    datum_named_in,
    from_lon_lat,
    gauss_zone,
    reference,
    to_lon_lat,
)

LON, LAT = np.array([117.2]), np.array([29.3])


@pytest.mark.parametrize(
    ("code", "east"),
    [(4548, 519431.27), (4509, 519431.27), (4527, 39519431.27), (4498, 20519431.27)],
)
def test_the_domain_notes_point_comes_out_in_every_zone(code: int, east: float) -> None:
    x, y = from_lon_lat(code, LON, LAT)
    assert x[0] == pytest.approx(east, abs=0.01)
    assert y[0] == pytest.approx(3242537.39, abs=0.01)


@pytest.mark.parametrize("code", [4548, 4509, 4527, 4498, 32650, 3857])
def test_there_and_back_is_the_same_point(code: int) -> None:
    lon, lat = to_lon_lat(code, *from_lon_lat(code, LON, LAT))
    assert lon[0] == pytest.approx(117.2, abs=1e-9)
    assert lat[0] == pytest.approx(29.3, abs=1e-9)


def test_gdaltransform_agrees(tool: Callable[[str], str]) -> None:
    done = subprocess.run(
        [tool("gdaltransform"), "-s_srs", "EPSG:4490", "-t_srs", "EPSG:4527"],
        input="117.2 29.3\n117.0 28.8\n",
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [list(map(float, line.split()[:2])) for line in done.stdout.split("\n") if line]
    ours = np.column_stack(from_lon_lat(4527, np.array([117.2, 117.0]), np.array([29.3, 28.8])))
    # GDAL follows the authority's order: north first for a Gauss-Krüger zone of EPSG.
    theirs = [pair if pair[0] > 1e7 else pair[::-1] for pair in theirs]
    assert ours == pytest.approx(np.array(theirs), abs=1e-3)


@pytest.mark.parametrize("prefix", [*range(13, 24), *range(25, 46)])
def test_every_zone_prefix_names_the_zone_with_that_false_easting(prefix: int) -> None:
    code = gauss_zone(prefix)
    assert code is not None
    operation = CRS.from_epsg(code).coordinate_operation
    assert operation is not None
    easting = next(p.value for p in operation.params if p.name == "False easting")
    assert easting == prefix * 1_000_000 + 500_000


@pytest.mark.parametrize("prefix", [0, 12, 24, 46, 99])
def test_other_prefixes_name_no_zone(prefix: int) -> None:
    assert gauss_zone(prefix) is None


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("EPSG:4490", Datum.CGCS2000),
        ("4527", Datum.CGCS2000),
        ("EPSG:4326", Datum.WGS84),
        ("EPSG:2363", Datum.XIAN80),
        ("EPSG:4610", Datum.XIAN80),
        ("EPSG:2436", Datum.BEIJING54),
        ("EPSG:21460", Datum.BEIJING54),
        ("EPSG:4555", Datum.BEIJING54),
    ],
)
def test_a_system_tells_its_datum(text: str, datum: Datum) -> None:
    assert reference(text).datum is datum


@pytest.mark.parametrize("code", [4610, 2363, 2384, 2334, 2345, 4214, 2415, 2436, 21420, 21460])
def test_old_datums_are_never_converted(code: int) -> None:
    with pytest.raises(LegacyDatum):
        to_lon_lat(code, LON, LAT)
    with pytest.raises(LegacyDatum):
        from_lon_lat(code, LON, LAT)


@pytest.mark.parametrize("text", ["EPSG:999999", "nonsense", "", "EPSG:4269", "EPSG:4479"])
def test_an_unknown_or_unusable_system_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(BadInput) as error:
        reference(text)
    assert str(error.value).count("。") == 1


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("平面坐标(CGCS2000)", Datum.CGCS2000),
        ("2000国家大地坐标系", Datum.CGCS2000),
        ("西安80坐标", Datum.XIAN80),
        ("1980西安坐标系", Datum.XIAN80),
        ("北京54", Datum.BEIJING54),
        ("WGS-84", Datum.WGS84),
        ("高德坐标", Datum.GCJ02),
        ("百度经度", Datum.BD09),
        ("X坐标", None),
        ("经度", None),
    ],
)
def test_headings_name_datums(text: str, datum: Datum | None) -> None:
    assert datum_named_in(text) is datum


def test_what_cannot_be_computed_is_nan() -> None:
    lon, lat = to_lon_lat(4548, np.array([1e30, 519431.27]), np.array([1e30, 3242537.39]))
    assert np.isnan(lon[0])
    assert np.isnan(lat[0])
    assert lon[1] == pytest.approx(117.2, abs=1e-6)
