"""Segments of a line or ring: lengths and bearings as rows and as words."""

from __future__ import annotations

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.ui.form.lexical import Vertex
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.form.trace_legs import LegModel, leg_lines


def made(count: int, *, closed: bool) -> Trace:
    trace = Trace(closed=closed)
    places = [(117.2, 29.3), (117.2, 29.31), (117.21, 29.31)]
    trace.begin([Vertex(*place) for place in places[:count]])
    return trace


@pytest.mark.parametrize(
    ("count", "closed", "rows"),
    [(0, False, 0), (1, True, 0), (2, False, 1), (2, True, 1), (3, False, 2), (3, True, 3)],
)
def test_as_many_rows_as_segments(count: int, closed: bool, rows: int, qapp: object) -> None:
    del qapp
    model = LegModel(made(count, closed=closed))
    model.show_trace()
    assert model.rowCount() == rows


def test_a_row_says_from_where_to_where_how_long_and_whereto(qapp: object) -> None:
    del qapp
    model = LegModel(made(3, closed=True))
    model.show_trace()
    assert [model.data(model.index(0, n)) for n in range(3)] == ["1 – 2", "1,108.4 m", "000.0°"]
    assert model.data(model.index(2, 0)) == "3 – 1"


def test_the_segments_of_a_chosen_point() -> None:
    set_language("en")
    assert leg_lines(made(1, closed=False), 0) == []
    assert leg_lines(made(3, closed=False), 0) == ["1 to 2: 1,108.4 m, 000.0°"]
    assert len(leg_lines(made(3, closed=False), 1)) == 2
    assert leg_lines(made(3, closed=True), 0)[0].startswith("3 to 1")
