"""What an edit may bring, and how it is written down."""

from __future__ import annotations

import math

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.store.fields import clean
from jdz_field.store.layers import layer

GEOHAZARD = layer("geohazard")


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("name", "瑶里", "瑶里"),
        ("name", "", None),
        ("name", "a\0b", "ab"),
        ("name", "two\nlines", "two\nlines"),
        ("threatened_people", 12.0, 12),
        ("threatened_people", "", None),
        ("length", 3, 3.0),
        ("length", "", None),
        ("measures", "1 9", "1 9"),
        ("last_inspected", "2026-11-22", "2026-11-22"),
        ("last_inspected", "", None),
        ("provisional", False, False),
        ("deleted", True, True),
        ("geometry", "POINT (117.20 29.3)", "POINT (117.2 29.3)"),
        ("geometry", "POINT EMPTY", None),
        ("code", None, None),
    ],
)
def test_values_are_typed_as_the_layer_has_them(name, typed, kept) -> None:
    value = clean(GEOHAZARD, {name: typed})[name]
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("name", 5),
        ("name", "\ud800"),
        ("threatened_people", "12"),
        ("threatened_people", 12.5),
        ("threatened_people", True),
        ("threatened_people", math.nan),
        ("threatened_people", 1 << 60),
        ("length", "3"),
        ("length", math.inf),
        ("length", True),
        ("length", 10**400),
        ("last_inspected", "2026-1-2"),
        ("last_inspected", 2026),
        ("provisional", 1),
        ("deleted", None.__class__),
        ("geometry", 117.2),
        ("geometry", "here"),
        ("geometry", "LINESTRING (117 29, 117.1 29)"),
        ("no_such_field", "x"),
        ("version", 3),
    ],
)
def test_values_of_another_type_are_refused(name, typed) -> None:
    with pytest.raises(BadInput):
        clean(GEOHAZARD, {name: typed})


def test_the_sentence_names_field_value_and_what_fits() -> None:
    with pytest.raises(BadInput, match=r"威胁人口.*约30人.*整数"):
        clean(GEOHAZARD, {"threatened_people": "约30人"})
    set_language("en")
    with pytest.raises(BadInput, match=r"Threatened people.*takes a whole number"):
        clean(GEOHAZARD, {"threatened_people": "约30人"})


def test_answers_must_be_an_object() -> None:
    assert clean(layer("records"), {"answers": {}}) == {"answers": {}}
    with pytest.raises(BadInput):
        clean(layer("records"), {"answers": [1]})


def test_a_photo_s_place_is_its_longitude_and_latitude() -> None:
    with pytest.raises(BadInput, match="photos"):
        clean(layer("photos"), {"geometry": "POINT (117.2 29.3)"})
