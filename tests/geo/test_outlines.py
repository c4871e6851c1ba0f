"""Areas of outlines as forms and sites hold them."""

from __future__ import annotations

import pytest

from jdz_field.geo.outlines import outline_m2

RING = "29.5 117.3 0 0; 29.5 117.31 0 0; 29.51 117.31 0 0; 29.51 117.3 0 0; 29.5 117.3 0 0"
WKT = "POLYGON ((117.3 29.5, 117.31 29.5, 117.31 29.51, 117.3 29.51, 117.3 29.5))"
HOLE = "(117.302 29.502, 117.304 29.502, 117.304 29.504, 117.302 29.504, 117.302 29.502)"


def test_a_geoshape_and_the_same_area_as_wkt_are_equal() -> None:
    area = outline_m2(RING)
    assert area == pytest.approx(1_074_759, rel=1e-4)
    assert outline_m2(WKT) == pytest.approx(area)
    assert outline_m2(RING.rsplit(";", 1)[0]) == pytest.approx(area)


def test_holes_are_taken_off_and_parts_added() -> None:
    whole = outline_m2(WKT) or 0
    with_hole = outline_m2(f"{WKT[:-1]}, {HOLE})") or 0
    hole = outline_m2(f"POLYGON ({HOLE})") or 0
    assert with_hole == pytest.approx(whole - hole)
    far = "((118 29, 118.01 29, 118.01 29.01, 118 29))"
    other = outline_m2(f"POLYGON {far}") or 0
    assert outline_m2(f"MULTIPOLYGON ({WKT[8:]}, {far})") == pytest.approx(whole + other)


@pytest.mark.parametrize(
    "text",
    [
        None, 5, "", "  ", "29 117 0 0", "29 117; 29 118", "a b; c d; e f", "POINT (117 29)",
        "LINESTRING (1 1, 2 2)", "POLYGON EMPTY", "POLYGON ((1 1", "Moon",
        "0 0; 1 1; 0 1; 1 0; 0 0", "POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))",
        "99 0; 99 1; 98 1; 99 0", "0 200; 0 201; 1 201; 0 200", "nan 1; 2 3; 4 5; nan 1", ";",
    ],
)  # fmt: skip
def test_what_is_no_area_has_none(text: object) -> None:
    assert outline_m2(text) is None
