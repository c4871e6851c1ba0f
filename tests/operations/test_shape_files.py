"""Lines and areas out of files."""

from __future__ import annotations

import json

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.operations.shape_files import read_shapes

GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<trk><trkseg><trkpt lat="29.3" lon="117.2"/><trkpt lat="29.31" lon="117.2"/></trkseg></trk>
<rte><rtept lat="29.3" lon="117.2"/><rtept lat="29.4" lon="117.2"/></rte></gpx>"""
KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>
<Polygon><outerBoundaryIs><LinearRing><coordinates>117.2,29.3,0 117.3,29.3,0 117.3,29.4,0
117.2,29.3,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"""


def test_tracks_and_routes_of_a_gpx_without_times(tmp_path) -> None:
    file = tmp_path / "a.gpx"
    file.write_text(GPX, encoding="utf-8")
    found = read_shapes(file)
    assert [one.geom_type for one in found.shapes] == ["MultiLineString", "LineString"]


def test_kml_and_geojson(tmp_path) -> None:
    (tmp_path / "a.kml").write_text(KML, encoding="utf-8")
    assert read_shapes(tmp_path / "a.kml").shapes[0].geom_type == "Polygon"
    line = {"type": "LineString", "coordinates": [[117.2, 29.3], [117.3, 29.3]]}
    (tmp_path / "a.geojson").write_text(json.dumps(line), encoding="utf-8")
    assert read_shapes(tmp_path / "a.geojson").shapes[0].geom_type == "LineString"


def test_texts_in_either_encoding(tmp_path) -> None:
    (tmp_path / "a.txt").write_bytes("东经117.2 北纬29.3\n".encode("gb18030"))
    (tmp_path / "b.csv").write_bytes("\ufeff29.3,117.2\n".encode())
    assert "东经" in read_shapes(tmp_path / "a.txt").text
    assert read_shapes(tmp_path / "b.csv").text.startswith("29.3")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gpx", "<gpx"),
        ("b.gpx", '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"></gpx>'),
        ("c.kml", "no kml"),
        ("d.geojson", '{"type": "FeatureCollection", "features": []}'),
        ("e.doc", "words"),
    ],
)
def test_what_holds_nothing_is_refused(tmp_path, name, content) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadInput):
        read_shapes(tmp_path / name)


def test_a_file_that_is_not_there_and_one_too_large(tmp_path) -> None:
    with pytest.raises(BadInput):
        read_shapes(tmp_path / "none.gpx")
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(20_000_001)
    with pytest.raises(BadInput):
        read_shapes(tmp_path / "big.txt")
