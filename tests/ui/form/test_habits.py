"""What a person chose for the parts of forms."""

from __future__ import annotations

import json

import pytest

from jdz_field.ui.form.habits import Habits


def test_a_choice_is_kept_for_the_next_time(tmp_path):
    file = tmp_path / "config" / "forms.json"
    Habits(file).keep("tally /data/tree", "table")
    Habits(file).keep("tally /data/shrub", "cards")
    assert Habits(file).get("tally /data/tree") == "table"
    assert Habits(file).get("tally /data/shrub") == "cards"
    assert Habits(file).get("other /data/tree") == ""


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '{"a": 7}', '{"b": {"c": "d"}}'])
def test_a_damaged_file_is_empty_and_is_written_anew(tmp_path, content):
    file = tmp_path / "forms.json"
    file.write_text(content, encoding="utf-8")
    assert Habits(file).get("a") == ""
    Habits(file).keep("a", "table")
    assert Habits(file).get("a") == "table"


def test_a_disk_that_refuses_stops_nobody(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    Habits(tmp_path / "file" / "forms.json").keep("a", "table")
    assert Habits(tmp_path / "file" / "forms.json").get("a") == ""


def test_the_oldest_are_forgotten(tmp_path):
    file = tmp_path / "forms.json"
    file.write_text(json.dumps({f"k{n}": "table" for n in range(500)}), encoding="utf-8")
    Habits(file).keep("k0", "cards")
    Habits(file).keep("new", "cards")
    assert Habits(file).get("k0") == "cards"
    assert Habits(file).get("k1") == ""
