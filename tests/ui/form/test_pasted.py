"""Vertices out of pasted texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.geo.coordinates import as_dms
from jdz_field.geo.crs import from_lon_lat
from jdz_field.ui.form.lexical import Vertex, vertices_text
from jdz_field.ui.form.pasted import vertices_in

RING = [(117.2, 29.3), (117.21, 29.3), (117.21, 29.31)]


def places(text: str) -> list[tuple[float, float]]:
    return [(round(v.lon, 6), round(v.lat, 6)) for v in vertices_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "29.3, 117.2\n29.3, 117.21\n29.31, 117.21",
        "117.2 29.3\n117.21 29.3\n\n117.21 29.31\n",
        "1,117.2,29.3\n2,117.21,29.3\n3,117.21,29.31",
        "J1\t29.3\t117.2\nJ2\t29.3\t117.21\nJ3\t29.31\t117.21",
        "东经117°12'00\"，北纬29°18'00\"\n东经117°12'36\" 北纬29°18'00\"\n117°12'36\"E 29°18'36\"N",
        "LINESTRING (117.2 29.3, 117.21 29.3, 117.21 29.31)",
        "srid=4490;LINESTRING Z (117.2 29.3 5, 117.21 29.3 5, 117.21 29.31 5)",
        "29.3 117.2 0 0; 29.3 117.21 0 0; 29.31 117.21 0 0",
        "29.3,117.2,85.5\n29.3,117.21,85.5\n29.31,117.21,85.5",
        "２９．３，１１７．２\n29.3，117.21\n29.31；117.21",
    ],
)
def test_spellings(text) -> None:
    assert places(text) == RING


def test_boundary_points_as_surveyors_exchange_them() -> None:
    x, y = from_lon_lat(4527, *zip(*RING, strict=True))
    rows = [f"J{n},1,{b:.3f},{a:.3f}" for n, (a, b) in enumerate(zip(x, y, strict=True), start=1)]
    text = "\n".join(
        ["[属性描述]", "坐标系=2000国家大地坐标系", "[地块坐标]", "4,0.1,1,林地,面,,,@"]
    )
    with pytest.raises(BadInput, match="4"):
        vertices_in("\n".join([text, *rows]))
    found = vertices_in("\n".join([text.rpartition("\n")[0], "@", *rows]))
    assert [(v.lon, v.lat) for v in found] == [pytest.approx(p, abs=2e-8) for p in RING]


def test_heights_and_accuracies_are_kept_where_they_are_written() -> None:
    assert vertices_in("29.3 117.2 85.5 2.5;29.4 117.2 86 3") == [
        Vertex(117.2, 29.3, 85.5, 2.5),
        Vertex(117.2, 29.4, 86.0, 3.0),
    ]
    assert vertices_in("1 29.3 117.2 85.5")[0].altitude == 85.5
    assert vertices_in("29.3 117.2 85.5 2.5")[0].altitude == 85.5


def test_geojson_of_every_wrapping() -> None:
    ring = [[*RING, RING[0]]]
    geometry = {"type": "Polygon", "coordinates": ring}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    nothing = {"type": "Feature", "properties": {}, "geometry": None}
    for data in (
        geometry,
        feature,
        {"type": "FeatureCollection", "features": [nothing, feature]},
        {"type": "GeometryCollection", "geometries": [geometry]},
    ):
        assert places(json.dumps(data)) == [*RING, RING[0]]


def test_the_largest_area_wins_over_lines_and_points() -> None:
    text = (
        "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 5 5))",
        "MULTIPOLYGON (((117 29, 117.1 29, 117.1 29.1, 117 29)),"
        " ((117.5 29.5, 117.9 29.5, 117.9 29.9, 117.5 29.5)))",
    )
    assert places(text[1])[0] == (117.5, 29.5)
    assert places("MULTIPOINT (117 29, 117.1 29.2)") == [(117, 29), (117.1, 29.2)]


@pytest.mark.parametrize(
    "text",
    [
        "29.3, 117.2\nhello",
        "29.3",
        "29.3 117.2 1 2 3 4",
        "LINESTRING (117 29, 118",
        "LINESTRING (1e400 29, 118 29)",
        "POLYGON EMPTY (",
        "POINT EMPTY",
        "{",
        '{"type": "Feature"}',
        '{"type": "Polygon", "coordinates": 5}',
        '{"type": "FeatureCollection", "features": []}',
        '{"a": ' * 2000 + "1" + "}" * 2000,
        "99.3 217.2\n",
        "LINESTRING (500 900, 501 901)",
    ],
)
def test_what_is_no_list_of_points_is_said(text) -> None:
    with pytest.raises(BadInput):
        vertices_in(text)


def test_the_line_at_fault_is_named() -> None:
    set_language("en")
    with pytest.raises(BadInput, match=r"Line 3: «nowhere 12»"):
        vertices_in("29.3, 117.2\n\nnowhere 12")


def test_nothing_is_no_vertices() -> None:
    assert vertices_in("\n \n") == []


@given(
    st.lists(st.tuples(st.floats(116.6, 117.9), st.floats(28.7, 30.0)), min_size=2, max_size=9),
    st.sampled_from(["pair", "dms", "odk", "wkt"]),
)
def test_what_was_written_is_read(points, form) -> None:
    if form == "odk":
        text = vertices_text([Vertex(*p) for p in points])
    elif form == "wkt":
        text = f"LINESTRING ({', '.join(f'{a} {b}' for a, b in points)})"
    elif form == "dms":
        text = "\n".join(f"{as_dms(b, digits=4)}N {as_dms(a, digits=4)}E" for a, b in points)
    else:
        text = "\n".join(f"{b:.9f}, {a:.9f}" for a, b in points)
    found = vertices_in(text)
    assert [(v.lon, v.lat) for v in found] == [pytest.approx(p, abs=2e-8) for p in points]
