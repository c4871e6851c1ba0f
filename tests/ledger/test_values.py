"""Cells as the catalogue's values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.ledger.tables import UNCOMPUTED
from jdz_field.ledger.values import Reading, reader_for

FIELDS = site_kind("geohazard").by_name


def read(field: str, cell: Any, **options: float) -> Reading:
    return reader_for(FIELDS[field], **options)(cell)


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("kind_code", "滑坡", "01"),
        ("kind_code", " 滑 坡", "01"),
        ("kind_code", "崩塌(危岩)", "02"),
        ("kind_code", "崩塌（危岩）", "02"),
        ("kind_code", 1, "01"),
        ("kind_code", "01", "01"),
        ("kind_code", "Landslide", "01"),
        ("county_code", "景德镇市浮梁县", "360222"),
        ("county_code", 360222, "360222"),
        ("stability", "较差", "较差"),
        ("stability", "稳定性差", "差"),
        ("danger_grade", "特大型", "A"),
        ("causes", "降雨、切坡", "2 5"),
        ("causes", "切坡;降雨", "2 5"),
        ("measures", "护坡+截排水沟", "2 7"),
        ("measures", "无", None),
        ("code", " ３６０２２２０２０００３ ", "360222020003"),
        ("code", 360222020004.0, "360222020004"),
        ("code", "'360222020004", "360222020004"),
        ("found_on", "2001年11月", "2001-11"),
        ("found_on", "雨季", "雨季"),
        ("found_on", dt.datetime(2022, 11, 4), "2022-11-04"),  # noqa: DTZ001 - as workbooks give it
        ("last_inspected", "2020.9.8", "2020-09-08"),
        ("monitor_phone", 13900000848.0, "13900000848"),
        ("monitor_phone", "０７９８－８８８８８８８", "0798-8888888"),
        ("threatened_people", "１２０人", 120),
        ("threatened_people", "", None),
        ("threatened_people", "/", None),
        ("threatened_people", 12.0, 12),
        ("volume", "1.2万m³", 12000),
        ("volume", 12.5, 12.5),
        ("name", " 瑶里\x01滑坡 ", "瑶里 滑坡"),
        ("name", "——", None),
        ("provisional", "是", True),
        ("provisional", "×", False),
    ],
)
def test_what_is_only_spelled_otherwise_is_read_without_a_word(
    field: str, cell: Any, value: Any
) -> None:
    reading = read(field, cell)
    assert reading.value == value
    assert type(reading.value) is type(value)
    assert reading.issue is None
    assert reading.kept is None


@pytest.mark.parametrize(
    ("field", "cell", "value", "kept"),
    [
        ("threatened_people", "约30人", 30, "约30人"),
        ("kind_code", "大型滑坡隐患", "01", "大型滑坡隐患"),
        ("kind_code", "采空塌陷", "04", None),
    ],
)
def test_what_loses_something_is_noted_and_kept(
    field: str, cell: str, value: Any, kept: str | None
) -> None:
    reading = read(field, cell)
    assert (reading.value, reading.issue, reading.kept) == (value, None, kept)
    assert reading.note is not None
    assert cell in reading.note


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("threatened_people", "若干", "bad_value"),
        ("threatened_people", "-5", "bad_value"),
        ("threatened_people", -5, "bad_value"),
        ("threatened_people", "12.5", "bad_value"),
        ("threatened_people", 10**9, "bad_value"),
        ("threatened_people", True, "bad_value"),
        ("threatened_people", "#REF!", "bad_value"),
        ("threatened_people", UNCOMPUTED, "bad_value"),
        ("threatened_people", float("inf"), "bad_value"),
        ("threatened_people", float("nan"), "bad_value"),
        ("name", "#N/A", "bad_value"),
        ("name", "长" * 10_001, "bad_value"),
        ("kind_code", "雪崩", "unknown_kind"),
        ("kind_code", "滑坡、崩塌", "unknown_kind"),
        ("kind_code", "非滑坡", "unknown_kind"),
        ("kind_code", "疑似滑坡", "unknown_kind"),
        ("stability", "一般", "bad_value"),
        ("county_code", "鹰潭市", "bad_value"),
        ("code", "3.60222E+11", "bad_value"),
        ("monitor_phone", "139/138", "bad_value"),
        ("last_inspected", "2001年11月", "bad_value"),
        ("measures", "喷锚", "bad_value"),
        ("provisional", "也许", "bad_value"),
    ],
)
def test_what_cannot_be_read_is_an_issue_and_kept(field: str, cell: Any, code: str) -> None:
    reading = read(field, cell)
    assert reading.value is None
    assert reading.issue is not None
    assert reading.issue.code == code
    assert reading.kept


def test_known_codes_stay_when_others_are_unknown() -> None:
    reading = read("causes", "降雨、外星人")
    assert reading.value == "2"
    assert reading.issue is not None
    assert "外星人" in reading.issue.message
    assert reading.kept == "降雨、外星人"


def test_a_heading_unit_scales_numbers_but_not_those_with_their_own() -> None:
    assert read("volume", 1.5, scale=10_000.0).value == 15000
    assert read("volume", "1.5", scale=10_000.0).value == 15000
    assert read("volume", "1500m³", scale=10_000.0).value == 1500


@given(
    st.sampled_from([(kind, name) for kind in SITE_KINDS for name in site_kind(kind).by_name]),
    st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none()),
)
def test_no_cell_raises_and_nothing_is_lost(field: tuple[str, str], cell: Any) -> None:
    reading = reader_for(site_kind(field[0]).by_name[field[1]])(cell)
    if reading.issue is not None:
        assert reading.kept is not None
