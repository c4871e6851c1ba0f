"""Sample data: the plan's numbers, equal for equal seeds, marked, inside the city."""

from __future__ import annotations

import json
from collections import Counter

import shapely
from shapely.geometry import shape

from jdz_field.core.i18n import set_language
from jdz_field.core.resources import resource
from jdz_field.operations.sample import MARK, sample_edits
from jdz_field.operations.sample_places import outline, pieces


def test_counts_are_the_plans() -> None:
    edits = list(sample_edits(1))
    counts = Counter(edit.kind for edit in edits)
    assert counts["geohazard"] == 3037
    kinds = Counter(e.fields["kind_code"] for e in edits if e.kind == "geohazard")
    assert kinds["01"] + kinds["02"] + kinds["03"] == 2954
    assert Counter(e.fields["population"] for e in edits if e.kind == "mine") == {
        "licensed": 108,
        "legacy": 234,
    }

    assert counts["plot"] == 500


def test_a_towns_points_lie_together_in_its_county() -> None:
    found: dict[tuple[str, str], list[shapely.Geometry]] = {}
    for edit in sample_edits(1):
        place = shapely.from_wkt(edit.fields["geometry"]).centroid
        key = (edit.fields["county_code"], edit.fields["town"])
        found.setdefault(key, []).append(place)
    for (county, town), places in found.items():
        piece = pieces(county)[town]
        assert all(piece.contains(place) for place in places)
        assert shapely.difference(piece, outline(county)).area < 1e-9


def test_equal_seeds_give_equal_sites_and_others_do_not() -> None:
    chinese = list(sample_edits(7))
    set_language("en")
    assert list(sample_edits(7)) == chinese
    assert {e.subject for e in sample_edits(7)}.isdisjoint(e.subject for e in sample_edits(8))


def test_every_site_is_marked_and_has_its_own_number_inside_the_city() -> None:
    text = resource("boundaries", "counties_simple_4490.geojson").read_text(encoding="utf-8")
    city = shapely.union_all([shape(f["geometry"]) for f in json.loads(text)["features"]])
    shapely.prepare(city)
    edits = list(sample_edits(1))
    assert all(e.fields["sample"] is True and e.fields["remarks"] == MARK for e in edits)
    codes = Counter(e.fields["code"] for e in edits)
    assert max(codes.values()) == 1
    points = [shapely.from_wkt(e.fields["geometry"]) for e in edits if e.kind == "geohazard"]
    assert city.contains(points).all()
