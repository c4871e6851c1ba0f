"""How a position came to be: kept, looked up by the point, never trusted blindly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.core.positions import (
    HOW,
    MAX_TEXT,
    METHODS,
    MOST_POINTS,
    Provenance,
    check_answers,
    check_words,
    key_of,
    provenance_at,
    read_word,
    with_item,
    with_point,
    with_words,
)
from jdz_field.core.sites import point_wkt

metres = st.none() | st.floats(0, 1e4, allow_nan=False)
count = st.none() | st.integers(0, 99)
prose = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
hows = st.builds(
    Provenance,
    method=st.sampled_from(METHODS),
    accuracy=metres,
    fix=st.sampled_from(["", "single", "dgps", "float", "rtk"]),
    satellites=count,
    pdop=metres,
    age=metres,
    samples=count,
    outliers=count,
    seconds=metres,
    antenna=metres,
    height_datum=st.sampled_from(["", "geoid", "ellipsoid", "1985"]),
    moment=st.sampled_from(["", "2026-11-22T06:00:00.000Z"]),
    crs=st.sampled_from(["", "EPSG:4547"]),
    typed=prose,
    limit=metres,
    reason=st.sampled_from(["", "gorge", "other"]),
    note=prose,
    replay=st.booleans(),
)
lons, lats = st.floats(-180, 180), st.floats(-90, 90)
POINT = (117.2103, 29.3521)
AVERAGE = Provenance(method="average", accuracy=1.2, samples=23, fix="rtk", satellites=14)


@settings(max_examples=200, deadline=None)
@given(hows)
def test_a_provenance_survives_json(how) -> None:
    written = json.dumps(how.to_json())
    assert Provenance.from_json(json.loads(written)) == how


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(lons, lats, hows), max_size=6))
def test_words_give_back_what_was_said_last_of_every_point(said) -> None:
    kept, last = "", {}
    for lon, lat, how in said:
        kept = with_item(kept, lon, lat, how)
        last[key_of(lon, lat)] = (lon, lat, how)
    assert check_words(kept)
    assert len(kept.split()) == len(last)
    for lon, lat, how in last.values():
        assert provenance_at(kept, lon, lat) == how


def test_a_word_has_no_blanks_whatever_a_person_wrote() -> None:
    how = Provenance(method="typed", typed="117 12\t30\u3000\n29\xa021", note=" 沟 谷 ")
    kept = with_item(None, *POINT, how)
    assert len(kept.split()) == 1
    assert provenance_at(kept, *POINT) == how


def test_nothing_is_said_of_a_point_a_centimetre_away() -> None:
    kept = with_item(None, *POINT, AVERAGE)
    assert provenance_at(kept, POINT[0] + 1e-7, POINT[1]) is None
    assert provenance_at(kept, *POINT[::-1]) is None


def test_only_so_many_points_are_kept_the_newest() -> None:
    kept = ""
    for number in range(MOST_POINTS + 5):
        kept = with_item(kept, 117 + number / 100, 29, AVERAGE)
    assert len(kept.split()) == MOST_POINTS
    assert provenance_at(kept, 117.0, 29) is None
    assert provenance_at(kept, 117 + (MOST_POINTS + 4) / 100, 29) == AVERAGE


def test_of_two_of_one_point_the_one_measured_last_counts_in_any_order() -> None:
    early = Provenance(method="map", moment="2026-11-22T06:00:00.000Z")
    late = Provenance(method="receiver", moment="2026-11-23T06:00:00.000Z")
    one, two = with_item(None, *POINT, early), with_item(None, *POINT, late)
    for both in (with_words(one, two), with_words(two, one)):
        assert len(both.split()) == 2
        assert provenance_at(both, *POINT) == late


def test_an_area_has_no_provenance_and_the_site_tells_nothing_new() -> None:
    wkt = point_wkt(*POINT)
    kept = with_point(None, wkt, AVERAGE)
    assert kept is not None
    assert with_point(None, "POLYGON ((0 0, 1 0, 1 1, 0 0))", AVERAGE) is None
    assert with_point(None, None, AVERAGE) is None
    assert with_point(None, wkt, None) is None
    assert with_point(kept, wkt, AVERAGE) is None
    assert with_point(kept, wkt, Provenance(method="site")) is None
    again = with_point(kept, wkt, Provenance(method="map"))
    assert provenance_at(again, *POINT) == Provenance(method="map")


def test_what_a_newer_version_added_is_left_out() -> None:
    assert Provenance.from_json({"method": "map", "drone": 7}) == Provenance(method="map")


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "map",
        {},
        {"method": "guess"},
        {"method": ["map"]},
        {"method": "map", "accuracy": "1"},
        {"method": "map", "accuracy": True},
        {"method": "map", "accuracy": float("nan")},
        {"method": "map", "pdop": float("inf")},
        {"method": "map", "satellites": 1.5},
        {"method": "map", "note": 3},
        {"method": "map", "replay": 1},
    ],
)
def test_what_is_no_provenance_is_refused(bad) -> None:
    with pytest.raises(BadInput):
        Provenance.from_json(bad)
    assert not check_answers({"29 117 0 0": bad})


@pytest.mark.parametrize(
    "bad",
    [
        "map",
        "{",
        "[1]",
        '{"method":"map"}',
        '{"at":"1,2"}',
        '{"at":"1,2","method":"guess"}',
        '{"at":"1,2","method":"map","accuracy":NaN}',
        "[" * 5000,
        '{"at":"1,2","method":"map","note":"%s"}' % ("x" * MAX_TEXT),
    ],
)
def test_bad_words_are_found_and_shown_as_nothing(bad) -> None:
    assert not check_words(bad)
    good = with_item(None, *POINT, AVERAGE)
    assert not check_words(f"{good} {bad}")
    assert provenance_at(f"{bad} {good}", *POINT) == AVERAGE
    if not bad.startswith('{"at":"1,2","method":"map","note"'):
        assert read_word(bad) is None or read_word(bad).method == "map"


@pytest.mark.parametrize("kept", [None, 7, [], {}, ""])
def test_a_field_that_is_no_text_says_nothing(kept) -> None:
    assert provenance_at(kept, *POINT) is None


def test_answers_are_an_object_of_provenances() -> None:
    assert check_answers({"29 117 0 0": AVERAGE.to_json()})
    assert check_answers({})
    assert not check_answers([AVERAGE.to_json()])
    assert not check_answers({"29 117 0 0": {"method": "typed", "typed": "x" * MAX_TEXT}})
    assert HOW == "position_how"
