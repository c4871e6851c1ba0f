"""Values as a person reads them."""

from __future__ import annotations

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.ui.values import field_label, joined, kind_label, shown, shown_size, shown_time


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("threatened_people", 26, "26 人"),
        ("volume", 1200.0, "1200 m³"),
        ("kind_code", "01", "滑坡"),
        ("kind_code", "99", "99"),
        ("measures", "4 7", "挡墙、截排水"),
        ("name", None, "—"),
        ("name", "", "—"),
        ("deleted", True, "是"),
        ("geometry", "POINT (117.2103 29.3521)", "117.21030°E 29.35210°N"),
        ("geometry", "POLYGON ((1 1, 2 1, 2 2, 1 1))", "面，3 个角点"),
        ("geometry", "LINESTRING (1 1, 2 2)", "线"),
        ("unheard_of", 3, "3"),
    ],
)
def test_a_field_is_shown_with_its_code_or_unit(name, value, words):
    assert shown("geohazard", name, value) == words


def test_names_of_kinds_and_fields():
    assert kind_label("record") == "记录"
    assert field_label("geohazard", "stability") == "稳定性"
    assert field_label("geohazard", "geometry") == "位置"
    assert field_label("record", "answers") == "填写内容"
    set_language("en")
    assert kind_label("geohazard") == "Geohazard points"


def test_times_sizes_and_lines():
    assert shown_time("2026-11-22T06:05:00.000Z") == "2026-11-22 14:05"
    assert shown_time(None) == "—"
    assert shown_time("no time") == "no time"
    assert shown_size(2_345_678) == "2.3 MB"
    assert shown_size(10) == "1 KB"
    assert joined(["a", "", "—", "b"]) == "a · b"
