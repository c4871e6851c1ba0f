"""Coordinates in every spelling; swapped axes; zones with and without prefix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.geo.coordinates import (
    as_dms,
    parse_coordinate,
    point_from_text,
    resolve,
    split_pair,
)
from jdz_field.geo.crs import Datum, LegacyDatum, from_lon_lat, reference

SPELLINGS = (
    "{d}°{m}'{s}\"",
    "{d}°{m}′{s}″",
    "{d}度{m}分{s}秒",
    "{d} {m} {s}",
    "{d}:{m}:{s}",
    "{d}-{m}-{s}",
    "{d}º{m}’{s}”",
    "{d}° {m}' {s}''",
    "E{d}°{m}'{s}\"",
    "东经{d}度{m}分{s}秒",
    "经度：{d}°{m}′{s}″",
    "{d}°{m}'{s}\"E",
    " {d}°{m}'{s}\" ",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("full_width", [False, True])
@given(degrees=st.integers(0, 179), minutes=st.integers(0, 59), hundredths=st.integers(0, 5999))
def test_degrees_minutes_seconds_in_every_spelling(
    spelling: str, full_width: bool, degrees: int, minutes: int, hundredths: int
) -> None:
    seconds = f"{hundredths // 100}.{hundredths % 100:02d}"
    text = spelling.format(d=degrees, m=minutes, s=seconds)
    if full_width:
        text = text.translate({c: c + 0xFEE0 for c in range(ord("0"), ord("9") + 1)} | {46: 0xFF0E})
    found = parse_coordinate(text)
    assert found is not None
    assert found.value == pytest.approx(degrees + minutes / 60 + hundredths / 360000, abs=1e-12)
    assert found.axis == ("E" if text.strip()[0] in "E东经" or text.strip()[-1] == "E" else "")


@given(st.floats(-1e8, 1e8, allow_nan=False))
def test_plain_numbers_are_themselves(number: float) -> None:
    for raw in (number, repr(number)):
        found = parse_coordinate(raw)
        assert found is not None
        assert found.value == number


@given(st.floats(0, 180).map(lambda d: round(d, 7)))
def test_written_as_dms_it_reads_back(degrees: float) -> None:
    found = parse_coordinate(as_dms(degrees, digits=4))
    assert found is not None
    assert found.value == pytest.approx(degrees, abs=1e-4 / 3600)


@pytest.mark.parametrize(
    ("text", "value", "axis"),
    [
        ("117°20.595'", 117.34325, ""),
        ("117.13.18.95", 117 + 13 / 60 + 18.95 / 3600, ""),
        ("117°20'60.00\"", 117.35, ""),
        ("117.108568°", 117.108568, ""),
        ("N29.1", 29.1, "N"),
        ("北纬29度10分", 29 + 10 / 60, "N"),
        ("西经117.5", -117.5, "E"),
        ("3,185,234.208", 3185234.208, ""),
        ("X=3185234.2", 3185234.2, ""),
        ("39519431.27米", 39519431.27, ""),
        ("１１７．１", 117.1, ""),
    ],
)
def test_other_spellings(text: str, value: float, axis: str) -> None:
    found = parse_coordinate(text)
    assert found is not None
    assert found.value == pytest.approx(value, abs=1e-12)
    assert found.axis == axis


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "无", "117°60'1\"", "117°20'61\"", "117°20''", "12人", "2001年9月"),
        *("nan", "inf", "1e400", "117°20'35\"N E", "117.5°20'", "#REF!", "--", "4小时"),
    ],
)
def test_what_is_no_coordinate_is_none(text: str) -> None:
    assert parse_coordinate(text) is None


@pytest.mark.parametrize("raw", [None, True, object(), float("nan"), [1]])
def test_other_things_are_no_coordinates(raw: object) -> None:
    assert parse_coordinate(raw) is None


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    parse_coordinate(text)
    split_pair(text)


@pytest.mark.parametrize(
    "text",
    [
        *("117.1,29.2", "117.1，29.2", "117.1 29.2", "117.1;29.2", "(117.1, 29.2)"),
        *("东经117.1，北纬29.2", "E117.1 N29.2", "117.1E 29.2N", "经度：117.1 纬度：29.2"),
        *("117°06'00\",29°12'00\"", "117.1/29.2", "117.1、29.2"),
    ],
)
def test_two_coordinates_in_one_cell(text: str) -> None:
    both = split_pair(text)
    assert both is not None
    assert point_from_text(*both) == pytest.approx((117.1, 29.2))


@pytest.mark.parametrize("text", ["117.1", "", "a,b", "1,2,3", "117 20 35 29 10", None, 12])
def test_one_or_three_numbers_are_no_pair(text: object) -> None:
    assert split_pair(text) is None


def _arrays(*pairs: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])


GAUSS = [
    (517215.612, 3185234.208),
    (39517215.612, 3185234.208),
    (20517215.612, 3185234.208),
]


@pytest.mark.parametrize(("east", "north"), GAUSS)
@pytest.mark.parametrize("swap", [False, True])
def test_gauss_krueger_with_and_without_prefix_in_either_order(
    east: float, north: float, swap: bool
) -> None:
    first, second = _arrays((north, east) if swap else (east, north))
    found = resolve(first, second)
    assert found.swapped.tolist() == [swap]
    assert found.planar.tolist() == [True]
    assert found.lon[0] == pytest.approx(117.176314, abs=1e-6)
    assert found.lat[0] == pytest.approx(28.783028, abs=1e-6)


def test_degrees_in_either_order_and_run_together() -> None:
    found = resolve(
        *_arrays((117.1, 29.2), (29.2, 117.1), (1172035.7, 292035), (292035, 1172035.7))
    )
    assert found.swapped.tolist() == [False, True, False, True]
    assert found.lon[:2].tolist() == [117.1, 117.1]
    assert found.lon[2:] == pytest.approx(117.343250, abs=1e-9)
    assert found.lat[2:] == pytest.approx(29 + 20 / 60 + 35 / 3600, abs=1e-9)


@pytest.mark.parametrize(
    "pair",
    [(np.nan, 29.0), (117.0, 517215.0), (5.0e9, 3.1e6), (39517215.6, 39517215.6), (200, 95)],
)
def test_what_is_no_position_is_nan(pair: tuple[float, float]) -> None:
    found = resolve(*_arrays(pair))
    assert np.isnan(found.lon[0])
    assert np.isnan(found.lat[0])


def test_a_system_given_says_what_metres_without_prefix_mean() -> None:
    lon, lat = np.array([117.2]), np.array([29.3])
    for code in (4547, 4549, 4509):
        x, y = from_lon_lat(code, lon, lat)
        found = resolve(x, y, reference(str(code)))
        assert found.lon[0] == pytest.approx(117.2, abs=1e-9)
    x, y = from_lon_lat(4548, lon, lat)
    # Zone 39 named, prefix left out.
    assert resolve(x, y, reference("EPSG:4527")).lon[0] == pytest.approx(117.2, abs=1e-9)
    # A prefix says more than the system named.
    assert resolve(x + 39e6, y, reference("EPSG:4547")).lon[0] == pytest.approx(117.2, abs=1e-9)


def test_utm_follows_its_own_rules() -> None:
    x, y = from_lon_lat(32650, np.array([117.2]), np.array([29.3]))
    assert resolve(x, y, reference("32650")).lon[0] == pytest.approx(117.2, abs=1e-9)


def test_an_old_datum_is_not_resolved() -> None:
    with pytest.raises(LegacyDatum):
        resolve(*_arrays((517215.6, 3185234.2)), reference("EPSG:2384"))


def test_typed_points_are_read_in_either_order() -> None:
    assert point_from_text("29.3", "117.2") == (117.2, 29.3)
    assert point_from_text("N29.3", "E117.2") == (117.2, 29.3)
    assert point_from_text("39519431.27", "3242537.39") == pytest.approx((117.2, 29.3), abs=1e-6)


@pytest.mark.parametrize("pair", [("", ""), ("117", "x"), ("500", "3")])
def test_typed_nonsense_is_refused_in_one_sentence(pair: tuple[str, str]) -> None:
    with pytest.raises(BadInput, match="不是坐标"):
        point_from_text(*pair)


def test_as_dms_never_shows_sixty_seconds() -> None:
    assert as_dms(29.9999999) == "30°00'00.00\""
    assert as_dms(-117.5, digits=0) == "-117°30'00\""


# ---- spellings generated: the position, or none; never another one

_LON, _LAT = st.integers(73 * 10**9, 134 * 10**9), st.integers(18 * 10**9, 53 * 10**9)
_WIDE = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}


def _dms(value: int, style: str) -> str:
    """Billionths of a degree, spelled to the hundred-thousandth of a second."""
    units = round(value * 3600 / 10**4)
    minutes, units = divmod(units, 60 * 10**5)
    degrees, minutes = divmod(minutes, 60)
    seconds = f"{units // 10**5:02d}.{units % 10**5:05d}"
    return style.format(d=degrees, m=f"{minutes:02d}", s=seconds)


def _minutes(value: int, style: str) -> str:
    units = round(value * 60 / 10**2)
    degrees, units = divmod(units, 60 * 10**7)
    return style.format(d=degrees, m=f"{units // 10**7:02d}.{units % 10**7:07d}")


_DMS_STYLES = (
    *("{d}°{m}′{s}″", "{d}-{m}-{s}", "{d} {m} {s}", "{d}:{m}:{s}", "{d}度{m}分{s}秒"),
    *("{d}°{m}″{s}′", '{d}°{m}"{s}"', "{d}{m}{s}", "{d}.{m}{s}", "{d}.{m}.{s}", "{d}º{m}＇{s}＂"),
)
_MINUTE_STYLES = ("{d}°{m}'", "{d} {m}", "{d}度{m}分", "{d}-{m}")
_MARKS = (("", "", "", ""), ("E", "", "N", ""), ("", "E", "", "N"), ("东经", "", "北纬", ""))
_BETWEEN = (",", "，", ";", " / ", "\n", "、", "\t", " 和 ", "|")


@st.composite
def _spelled(draw: st.DrawFn) -> tuple[float, float, str, str]:
    lon, lat = draw(_LON), draw(_LAT)
    before, after, north_before, north_after = draw(st.sampled_from(_MARKS))
    style = draw(st.sampled_from((*_DMS_STYLES, *_MINUTE_STYLES, "decimal")))
    if style == "decimal":
        east, north = f"{lon / 1e9:.9f}", f"{lat / 1e9:.9f}"
    else:
        spell = _minutes if style in _MINUTE_STYLES else _dms
        east, north = spell(lon, style), spell(lat, style)
    first, second = f"{before}{east}{after}", f"{north_before}{north}{north_after}"
    if draw(st.booleans()):
        first, second = first.translate(_WIDE), second.translate(_WIDE)
    return lon / 1e9, lat / 1e9, first, second


@given(_spelled(), st.booleans())
def test_every_generated_spelling_gives_its_position(
    spelled: tuple[float, float, str, str], turned: bool
) -> None:
    lon, lat, first, second = spelled
    pair = (second, first) if turned else (first, second)
    assert point_from_text(*pair) == pytest.approx((lon, lat), abs=1e-8)


@given(_spelled(), st.sampled_from(_BETWEEN))
def test_both_in_one_cell_with_any_separator(
    spelled: tuple[float, float, str, str], between: str
) -> None:
    lon, lat, first, second = spelled
    both = split_pair(f"{first}{between}{second}")
    assert both is not None
    assert point_from_text(*both) == pytest.approx((lon, lat), abs=1e-8)


@given(_LON, _LAT, st.text("0123456789.,-°'\" EN东北", max_size=6), st.integers(0, 20))
def test_a_damaged_spelling_gives_the_position_or_says_that_it_is_none(
    lon: int, lat: int, dirt: str, at: int
) -> None:
    del lon, lat
    text = "117°12′03.4″"
    found = parse_coordinate(text[:at] + dirt + text[at:])
    assert found is None or np.isfinite(found.value)


@pytest.mark.parametrize(
    ("text", "lon", "lat"),
    [
        ("117°12′03.4″E29°18′00″N", 117.200944444, 29.3),
        ("117 12 03.4 29 18 00", 117.200944444, 29.3),
        ("117 12.5 29 18.5", 117.208333333, 29.308333333),
        ("117.2009-29.3000", 117.2009, 29.3),
        ("lng:117.2 lat:29.3", 117.2, 29.3),
        ("经度117.2纬度29.3", 117.2, 29.3),
        ("东经117度12分3.4秒北纬29度18分", 117.200944444, 29.3),
        ("X=3242537.39 Y=519431.27", 117.2, 29.3),
        ("1171203.4E 291800.0N", 117.200944444, 29.3),
    ],
)
def test_one_cell_as_offices_write_it(text: str, lon: float, lat: float) -> None:
    both = split_pair(text)
    assert both is not None
    assert point_from_text(*both) == pytest.approx((lon, lat), abs=1e-6)


@pytest.mark.parametrize(
    ("pair", "place"),
    [
        ((3242.537, 519.431), (117.2, 29.3)),
        ((519.431, 3242.537), (117.2, 29.3)),
        ((39519.431, 3242.537), (117.2, 29.3)),
        ((117108568, 29108568), (117.108568, 29.108568)),
        ((29108568, 117108568), (117.108568, 29.108568)),
        ((11710857, 29108568), (117.10857, 29.108568)),
        ((1171203.4, 291800), (117.200944, 29.3)),
    ],
)
def test_unusual_readings_are_told(pair: tuple[float, float], place: tuple[float, float]) -> None:
    found = resolve(*_arrays(pair))
    assert (found.lon[0], found.lat[0]) == pytest.approx(place, abs=1e-5)
    assert found.mended.tolist() == [True]
    assert not resolve(*_arrays((117.2, 29.3))).mended[0]


@pytest.mark.parametrize(
    "pair",
    [
        *((11720, 2930), (117108568, 5), (1171275, 291800), (117108568.5, 29108568), (0, 1e12)),
        *((72e6, 72e6), (519.4, 519.4), (3242.5, 3242.5), (39519431.3, 29.3)),
    ],
)
def test_what_has_no_sure_reading_stays_unread(pair: tuple[float, float]) -> None:
    assert np.isnan(resolve(*_arrays(pair)).lon[0])


def test_a_value_of_an_old_datum_gives_its_own_degrees() -> None:
    found = resolve(*_arrays((519431.27, 3242537.39), (117.2, 29.3)), old=(Datum.XIAN80, 39))
    assert found.lon[0] == pytest.approx(117.2, abs=1e-4)
    assert found.lon[1] == 117.2
