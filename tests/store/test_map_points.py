"""Points of a map by columns are the points one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jdz_field.core.catalogue import site_kind
from jdz_field.core.shown_first import ShownFirst
from jdz_field.store import map_points
from jdz_field.store.map_points import MapPoints
from jdz_field.store.queries import MapPoint
from tests.sync.places import add_site, project

POINTS = MapPoints(
    *(["a", "b", "c"], ["geohazard"] * 2 + ["mine"], ["01", "", ""]),
    *(np.array([117.1, 117.2, 117.3]), np.array([29.1, 29.2, 29.3])),
    *(["A", "", ""], ["甲", "乙", ""], {"b"}, {"a"}, np.arange(3)),
)


def test_a_point_is_made_when_asked_for() -> None:
    assert POINTS[0] == MapPoint("a", "geohazard", "01", 117.1, 29.1, "A", False, True, "甲")
    assert POINTS[-1] == MapPoint("c", "mine", None, 117.3, 29.3, None, False, False, "")
    assert POINTS[1:] == list(POINTS)[1:]
    assert type(POINTS[0].lon) is float


def test_what_stands_at_a_point_is_the_catalogues_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Number before name, and no grade: as a county's own table may say."""
    with project(tmp_path / "p") as one:
        ids = [add_site(one, name) for name in ("甲", "乙")]
        one.edit("geohazard", ids[0], {"code": "360281010001", "danger_grade": "B"})
        before = {p.name: p for p in one.map_points()}
        assert (before["甲"].label, before["甲"].grade) == ("甲", "B")
        other = replace(site_kind("geohazard"), show=ShownFirst(label=("code", "name")))
        monkeypatch.setattr(map_points, "site_kind", lambda _name: other)
        after = {p.name: p for p in one.map_points()}
        assert (after["甲"].label, after["甲"].grade) == ("360281010001", None)
        assert after["乙"].label == "乙"


def test_another_order_keeps_the_points_and_knows_their_rows() -> None:
    turned = POINTS.ordered(np.array([2, 0, 1])).ordered(np.array([1, 2, 0]))
    assert [one.id for one in turned] == ["a", "b", "c"]
    shuffled = POINTS.ordered(np.array([2, 0]))
    assert [shuffled.row_of(name) for name in ("a", "b", "c", "none")] == [1, None, 0, None]
    assert len(shuffled) == 2
