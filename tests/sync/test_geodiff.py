"""The same edits by pygeodiff and by our merge: equal where both merge, more kept where not.

What pygeodiff 2.3 does, each shown by a test below:

- different columns of one row: both merge, the same row;
- one column on both sides: the last syncer's value stands there, ours keeps both and asks;
- they delete, we update: the row goes there, ours asks whether the site lives;
- **they update, we delete: their value is gone there and no conflict is written down**; ours
  keeps the site with their value and asks;
- both insert under one key: one row gets another number there; our ids never meet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.sync.merge_types import ConflictType
from tests.sync.geodiff import COLUMNS, rebased
from tests.sync.loop import Centre, Device

BASE = {n: {"name": f"n{n}", "town": "a", "village": "x", "remarks": "r"} for n in (1, 2)}


def ours_of(
    theirs: dict[int, Any], ours: dict[int, Any]
) -> tuple[dict[int, dict[str, Any]], Centre]:
    """The living sites after the same edits went through two devices and a centre."""
    centre, one, two = Centre(), Device("A"), Device("B")
    for key, row in BASE.items():
        one.edit(str(key), **row)
    one.push(centre)
    for device in (one, two):
        device.pull(centre)
    for device, edits in ((one, theirs), (two, ours)):
        for key, row in edits.items():
            values = {"deleted": True} if row is None else row
            device.edit(str(key), **values)
        device.push(centre)
    found = {
        int(key): {name: values.get(name) for name in COLUMNS}
        for key, values in centre.values().items()
        if not values.get("deleted")
    }
    return found, centre


edits = st.dictionaries(
    st.sampled_from([1, 2]),
    st.dictionaries(
        st.sampled_from(COLUMNS), st.sampled_from(["1", "2", "3"]), min_size=1, max_size=3
    ),
    max_size=2,
)


@settings(max_examples=40, deadline=None)
@given(edits, edits)
def test_where_both_merge_the_result_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, theirs: dict[int, Any], ours: dict[int, Any]
) -> None:
    folder = tmp_path_factory.mktemp("g")
    merged, conflicts = rebased(folder, BASE, theirs, ours)
    mine, centre = ours_of(theirs, ours)
    if not conflicts:
        assert not centre.open()
        assert mine == merged
    # Where it wrote a conflict down the last syncer won; ours holds the same fields open.
    told = {
        (int(c["fid"]), COLUMNS[change["column"] - 1]) for c in conflicts for change in c["changes"]
    }
    assert {(int(c.subject), c.field) for c in centre.open()} == told


def test_the_same_column_the_last_syncer_wins_there_and_nobody_here(tmp_path: Path) -> None:
    theirs, ours = {1: {"town": "b"}}, {1: {"town": "c"}}
    merged, conflicts = rebased(tmp_path, BASE, theirs, ours)
    assert merged[1]["town"] == "c"
    assert len(conflicts) == 1
    mine, centre = ours_of(theirs, ours)
    assert mine[1]["town"] == "b"
    (conflict,) = centre.open()
    assert [rival.value for rival in conflict.rivals] == ["c"]


def test_an_update_that_meets_our_deletion_is_lost_there_in_silence_and_kept_here(
    tmp_path: Path,
) -> None:
    theirs: dict[int, Any] = {1: {"remarks": "裂缝扩大 5 cm"}}
    ours: dict[int, Any] = {1: None}
    merged, conflicts = rebased(tmp_path, BASE, theirs, ours)
    assert 1 not in merged, "the crack that somebody measured"
    assert conflicts == [], "and not a word of it"
    mine, centre = ours_of(theirs, ours)
    assert mine[1]["remarks"] == "裂缝扩大 5 cm"
    (conflict,) = centre.open()
    assert conflict.type is ConflictType.DELETE
    centre.settle(conflict, "incoming")
    assert centre.values()["1"]["deleted"] is True
    assert any(v.fields.get("remarks") == "裂缝扩大 5 cm" for v in centre.feed), "in the history"


def test_a_deletion_that_our_update_meets_asks_here(tmp_path: Path) -> None:
    theirs: dict[int, Any] = {1: None}
    ours: dict[int, Any] = {1: {"remarks": "5 cm"}}
    merged, _conflicts = rebased(tmp_path, BASE, theirs, ours)
    assert 1 not in merged
    _mine, centre = ours_of(theirs, ours)
    (conflict,) = centre.open()
    assert [rival.value for rival in conflict.rivals] == ["5 cm"]
    centre.settle(conflict, "incoming")
    assert centre.values()["1"]["remarks"] == "5 cm"
    assert not centre.values()["1"]["deleted"]


def test_two_new_sites_under_one_key_keep_their_ids_here(tmp_path: Path) -> None:
    theirs, ours = {3: {"name": "theirs"}}, {3: {"name": "ours"}}
    merged, _conflicts = rebased(tmp_path, BASE, theirs, ours)
    assert sorted(row["name"] for row in merged.values()) == ["n1", "n2", "ours", "theirs"]
    assert {key: row["name"] for key, row in merged.items()}[4] == "ours", "it has another key now"
    centre, one, two = Centre(), Device("A"), Device("B")
    for device, name in ((one, "theirs"), (two, "ours")):
        device.edit(f"id of {name}", name=name, code="360222000001")
        device.push(centre)
    assert {k: v["name"] for k, v in centre.values().items()} == {
        "id of theirs": "theirs",
        "id of ours": "ours",
    }
    assert [c.type for c in centre.open()] == [ConflictType.DUPLICATE]
