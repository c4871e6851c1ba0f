"""Points of a map by columns are the points one by one."""

from __future__ import annotations

import numpy as np

from jdz_field.store.map_points import MapPoints
from jdz_field.store.queries import MapPoint

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


def test_another_order_keeps_the_points_and_knows_their_rows() -> None:
    turned = POINTS.ordered(np.array([2, 0, 1])).ordered(np.array([1, 2, 0]))
    assert [one.id for one in turned] == ["a", "b", "c"]
    shuffled = POINTS.ordered(np.array([2, 0]))
    assert [shuffled.row_of(name) for name in ("a", "b", "c", "none")] == [1, None, 0, None]
    assert len(shuffled) == 2
