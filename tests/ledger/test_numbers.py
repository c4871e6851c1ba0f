"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.ledger.numbers import factor, parse_number

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(st.integers(0, 10**9), st.sampled_from(["", "人", " 人", "口", "名"]), st.booleans())
def test_whole_numbers_with_units_full_width_or_not(number: int, unit: str, wide: bool) -> None:
    digits = str(number)
    found = parse_number((digits.translate(WIDE) if wide else digits) + unit, "人")
    assert found is not None
    assert found.value == number
    assert found.exact


@given(
    st.integers(0, 10**9), st.sampled_from(["约{}人", "{}余人", "{}人左右", "近{}", ">{}", "≈{}"])
)
def test_about_is_read_and_said(number: int, pattern: str) -> None:
    found = parse_number(pattern.format(number), "人")
    assert found is not None
    assert found.value == number
    assert not found.exact


@given(st.integers(0, 10**12))
def test_thousands_separators(number: int) -> None:
    found = parse_number(f"{number:,}")
    assert found is not None
    assert found.value == number


@given(st.decimals(-(10**6), 10**6, places=3))
def test_decimals_and_signs(number: object) -> None:
    found = parse_number(str(number), "m")
    assert found is not None
    assert found.value == pytest.approx(float(str(number)))


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    parse_number(text, "人")


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from(["-", "~", "至", "到", "—", "～"]))
def test_ranges_are_no_numbers(low: int, high: int, mark: str) -> None:
    assert parse_number(f"{low}{mark}{high}人", "人") is None


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("3户12人", "人", 12),
        ("3户12人", "户", 3),
        ("3户，12人", "人", 12),
        ("12人/3户", "人", 12),
        ("十二人", "人", 12),
        ("一百二十", "人", 120),
        ("三千零五", "人", 3005),
        ("一百一十一", "人", 111),
        ("一万二千", "人", 12000),
        ("二〇", "人", 20),
        ("1.2万m³", "m³", 12000),
        ("0.5万方", "m³", 5000),
        ("1.2亿元", "万元", 12000),
        ("5000元", "万元", 0.5),
        ("3元", "万元", 0.0003),
        ("3.5万", "万元", 3.5),
        ("12公顷", "m²", 120000),
        ("15亩", "hm²", 1),
        ("167株/亩", "株/亩", 167),
        ("5200（万元）", "万元", 5200),
        ("12人。", "人", 12),
    ],
)
def test_units_and_chinese_figures(text: str, unit: str, value: float) -> None:
    found = parse_number(text, unit)
    assert found is not None
    assert found.value == pytest.approx(value)
    assert found.exact


@pytest.mark.parametrize(
    "text",
    [
        *("", "若干", "#REF!", "12户", "12、13", "10多20人", "百人", "千余人", "一万二", "三百三"),
        *("1e400", "50×20×3", "共", "人", "-", "12人20人", "二三十"),
    ],
)
def test_what_is_no_one_number_is_none(text: str) -> None:
    assert parse_number(text, "人") is None


def test_a_heading_says_what_numbers_without_a_unit_mean() -> None:
    assert factor("m³", "万m³") == 10000
    assert factor("m³", "10^4m3") == 10000
    assert factor("万元", "元") == 0.0001
    assert factor("m²", "㎡") == 1
    assert factor("人", "户") is None
    found = parse_number("1.5", "m³", 10000)
    assert found is not None
    assert found.value == 15000


@pytest.mark.parametrize(
    ("text", "unit", "value", "exact"),
    [
        ("3.5万方", "m³", 35000, True),
        ("三十余人", "人", 30, False),
        ("十二户", "户", 12, True),
        ("二十几户", "户", 20, False),
        ("０．５公顷", "hm²", 0.5, True),
        ("0.5公顷/7.5亩", "hm²", 0.5, True),
        ("7.5亩", "hm²", 0.5, True),
        ("约2.4万元", "万元", 2.4, False),
    ],
)
def test_figures_as_counties_write_them(text: str, unit: str, value: float, exact: bool) -> None:
    found = parse_number(text, unit)
    assert found is not None
    assert found.value == pytest.approx(value)
    assert found.exact is exact


def test_two_units_that_disagree_are_no_number() -> None:
    assert parse_number("0.5公顷/9亩", "hm²") is None
