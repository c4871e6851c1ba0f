"""A value of one's own: the field's editor, its type and its limits."""

from __future__ import annotations

import pytest

from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.form.place import PlaceEditor
from jdz_field.ui.form.search import SearchEditor
from jdz_field.ui.form.text import LineEditor
from jdz_field.ui.office.free_value import Refused, editor_for, text_of, value_of


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("threatened_people", NumberEditor),
        ("stability", ToggleEditor),
        ("town", LineEditor),
        ("geometry", PlaceEditor),
        ("deleted", ToggleEditor),
    ],
)
def test_the_editor_fits_the_field(qtbot, name, cls):
    made = editor_for("geohazard", name)
    qtbot.addWidget(made)
    assert isinstance(made, cls)


def test_long_lists_are_searched(qtbot):
    made = editor_for("geohazard", "measures")
    qtbot.addWidget(made)
    assert isinstance(made, (ToggleEditor, SearchEditor))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("threatened_people", "44", 44),
        ("volume", "12.5", 12.5),
        ("town", "瑶里镇", "瑶里镇"),
        ("town", "", None),
        ("deleted", "true", True),
        ("geometry", "29.3521 117.2103 0 0", "POINT (117.2103 29.3521)"),
    ],
)
def test_text_becomes_the_fields_value_and_back(name, text, value):
    assert value_of("geohazard", name, text) == value
    assert value_of("geohazard", name, text_of(name, value)) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("threatened_people", "约30"),
        ("threatened_people", "-1"),
        ("threatened_people", "3.5"),
        ("threatened_people", "999999999"),
        ("geometry", "村口"),
    ],
)
def test_what_is_none_of_the_fields_values_is_refused(name, text):
    with pytest.raises(Refused):
        value_of("geohazard", name, text)
