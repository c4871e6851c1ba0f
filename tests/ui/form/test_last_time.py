"""Last time's answers, found again by their refs."""

from __future__ import annotations

import pytest

from jdz_field.ui.form.last_time import last_of, value_at
from jdz_field.xforms.view import Choice, Node

ANSWERS = {
    "who": "张三",
    "signs": ["crack", "trees"],
    "visit": {"ok": True, "place": "29.35 117.21 0 0"},
    "tree": [{"height": 3.5}, {"height": 4}],
    "day": "2026-11-01",
}


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("/data/who", "张三"),
        ("/data/visit/ok", True),
        ("/data/tree[2]/height", 4),
        ("/data/tree[3]/height", None),
        ("/data/nothing/there", None),
        ("/data/who/below", None),
    ],
)
def test_a_value_is_found_by_its_ref(ref, found):
    assert value_at(ANSWERS, ref) == found


def test_it_reads_as_the_labels_say_and_answers_as_the_session_wants():
    node = Node(ref="/data/signs", name="signs", kind="question", type="select", control="select")
    last = last_of(ANSWERS, node, [Choice("crack", "裂缝"), Choice("trees", "树歪")])
    assert last is not None
    assert (last.lexical, last.shown) == ("crack trees", "裂缝、树歪")


def test_a_position_reads_as_coordinates():
    node = Node(ref="/data/visit/place", name="place", kind="question", type="geopoint")
    last = last_of(ANSWERS, node, ())
    assert last is not None
    assert "117.21" in last.shown


@pytest.mark.parametrize("type_", ["binary", "date", "dateTime", "time"])
def test_what_belongs_to_its_visit_is_never_taken_over(type_):
    node = Node(ref="/data/day", name="day", kind="question", type=type_)
    assert last_of(ANSWERS, node, ()) is None


def test_nothing_answered_offers_nothing():
    node = Node(ref="/data/else", name="else", kind="question", type="string")
    assert last_of(ANSWERS, node, ()) is None
    assert last_of({}, node, ()) is None
