"""States become rows and rows states, without loss, whatever the values."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.store.layers import (
    ORDER,
    from_row,
    home_of,
    layer,
    layers,
    layers_of,
    overflows,
    to_row,
    wkt_or_none,
)

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 70), 1 << 70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["POINT (117.2 29.3)", "POINT (117.20 29.3)", "2026-11-22", "\0"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


def _normal(state: dict) -> dict:
    return {n: v for n, v in state.items() if v is not None and not (n == "deleted" and v is False)}


@pytest.mark.parametrize("name", ORDER)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_state_survives_its_row(name, data) -> None:
    one = layer(name)
    names = st.sampled_from([*one.types, "unknown", "version", "extra"])
    state = _normal(data.draw(st.dictionaries(names, anything, max_size=6)))
    row = to_row(one, state, 3, "now")
    assert len(row) == len(one.written)
    assert from_row(one, row) == state


def test_answers_are_kept_as_nested_json() -> None:
    one = layer("records")
    state = {"answers": {"b": [{"x": 1.5}], "a": None}}
    assert list(from_row(one, to_row(one, state, 0, ""))["answers"]) == ["b", "a"]


def test_a_photo_lies_at_its_longitude_and_latitude() -> None:
    one = layer("photos")
    row = to_row(one, {"lon": 117.2, "lat": 29.3}, 0, "")
    assert wkt_or_none(row[0]) == "POINT (117.2 29.3)"
    assert to_row(one, {"lon": 117.2}, 0, "")[0] is None
    assert "geometry" not in from_row(one, row)


def test_a_point_layer_takes_no_area() -> None:
    area = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"
    assert overflows(layer("geohazard"), "geometry", area)
    assert not overflows(layer("mine"), "geometry", area)


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("threatened_people", 3, True),
        ("threatened_people", "约30人", False),
        ("threatened_people", True, False),
        ("length", 3, True),
        ("length", "3", False),
        ("name", "瑶里\0", False),
        ("last_inspected", "2026-11-22", True),
        ("last_inspected", "去年", False),
        ("provisional", True, True),
        ("provisional", 1, False),
        ("deleted", True, True),
        ("deleted", "yes", False),
        ("no_such_field", "x", False),
    ],
)
def test_values_that_a_column_cannot_hold_overflow(name, value, fits) -> None:
    assert overflows(layer("geohazard"), name, value) is not fits


def test_rubbish_from_other_programs_is_passed_over() -> None:
    one = layer("geohazard")
    row = to_row(one, {}, 0, "")
    row[0], row[1], row[-1] = b"rubbish", b"blob", "no json"
    assert from_row(one, row) == {}
    row[-1] = "[1]"
    assert from_row(one, row) == {}


def test_layers_follow_the_catalogue() -> None:
    assert [one.name for one in layers()] == [*SITE_KINDS, "records", "photos", "tracks"]
    assert [one.number for one in layers()] == list(range(8))
    names = [column.name for column in layer("geohazard").columns]
    assert names[:2] == ["code", "name"]
    assert not set(names) & {"fid", "geom", "id", "version", "deleted", "updated", "extra"}


def test_tracks_lie_apart_from_photos() -> None:
    assert home_of("attachment", {"mime": "application/gpx+xml"}).name == "tracks"
    assert home_of("attachment", {"mime": "image/jpeg"}).name == "photos"
    assert home_of("mine", {}).name == "mine"
    assert [one.name for one in layers_of("attachment")] == ["photos", "tracks"]


@pytest.mark.parametrize("name", ["", "villages", "attachment"])
def test_unknown_layers_are_a_key_error(name) -> None:
    with pytest.raises(KeyError):
        layer(name)


def test_unknown_kinds_are_a_key_error() -> None:
    with pytest.raises(KeyError):
        layers_of("villages")


def test_a_python_date_is_no_value() -> None:
    assert overflows(layer("geohazard"), "last_inspected", date(2026, 11, 22))
