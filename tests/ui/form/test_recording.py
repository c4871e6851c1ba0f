"""Which fixes of a walk become vertices."""

from __future__ import annotations

import pytest

from jdz_field.gnss.fix import Fix
from jdz_field.ui.form.lexical import Vertex
from jdz_field.ui.form.recording import (
    INACCURATE,
    OLD,
    SOON,
    STILL,
    TAKEN,
    Plan,
    Recorder,
)
from tests.ui.form.geo_forms import METRE


def fix(at: float, north: float, accuracy: float | None = 3.0) -> Fix:
    from datetime import UTC, datetime

    moment = datetime(2026, 11, 22, tzinfo=UTC)
    return Fix(117.21, 29.35 + north * METRE, 80.0, accuracy, 1.5, 12, 20, "single", moment, at)


def run(recorder: Recorder, *fixes: Fix) -> list[tuple[str, bool]]:
    last: Vertex | None = None
    said = []
    for one in fixes:
        verdict = recorder.feed(one, last, one.monotonic)
        last = verdict.vertex or last
        said.append((verdict.why, verdict.gap))
    return said


def test_by_time_a_little_early_is_early_enough() -> None:
    said = run(Recorder(Plan(5)), *[fix(n * 0.99, n * 2) for n in range(11)])
    assert [why for why, _gap in said].count(TAKEN) == 3
    assert said[1] == (SOON, False)


def test_standing_still_is_not_recorded() -> None:
    said = run(Recorder(Plan(1)), fix(0, 0), fix(2, 0.1), fix(4, 0.2), fix(6, 3))
    assert [why for why, _gap in said] == [TAKEN, STILL, STILL, TAKEN]


def test_by_distance() -> None:
    said = run(Recorder(Plan(0, 5)), fix(0, 0), fix(1, 3), fix(2, 6), fix(3, 8), fix(4, 12))
    assert [why for why, _gap in said] == [TAKEN, SOON, TAKEN, SOON, TAKEN]


def test_old_and_inaccurate_ones_are_left_out() -> None:
    recorder = Recorder(Plan(1, 0, 5.0))
    assert recorder.feed(fix(0, 0), None, 5.1).why == OLD
    assert recorder.feed(fix(0, 0, 5.1), None, 0).why == INACCURATE
    assert recorder.feed(fix(0, 0, None), None, 0).why == INACCURATE
    assert recorder.feed(fix(0, 0, 5.0), None, 0).why == TAKEN


def test_one_missing_fix_is_no_gap_and_ten_seconds_while_walking_are() -> None:
    walk = [fix(n, n * 2) for n in (0, 1, 2, 4, 5)]
    assert not any(gap for _why, gap in run(Recorder(Plan(1)), *walk))
    said = run(Recorder(Plan(1)), fix(0, 0), fix(1, 2), fix(20, 60))
    assert said[-1] == (TAKEN, True)


def test_silence_while_standing_is_no_gap() -> None:
    assert not run(Recorder(Plan(1)), fix(0, 0), fix(60, 4))[-1][1]


def test_a_stretch_of_bad_fixes_is_a_gap() -> None:
    bad = [fix(n, n * 3, 40.0) for n in range(1, 15)]
    said = run(Recorder(Plan(1, 0, 10.0)), fix(0, 0), *bad, fix(15, 45))
    assert said[-1] == (TAKEN, True)


def test_sparse_vertices_among_steady_fixes_are_no_gap() -> None:
    said = run(Recorder(Plan(30)), *[fix(n, n * 2) for n in range(62)])
    assert [gap for _why, gap in said] == [False] * 62
    assert [why for why, _gap in said].count(TAKEN) == 3


@pytest.mark.parametrize(("north", "gap"), [(3, False), (60, True)])
def test_going_on_elsewhere_after_a_pause_is_a_gap(north, gap) -> None:
    recorder = Recorder(Plan(1))
    first = recorder.feed(fix(0, 0), None, 0).vertex
    recorder.resume()
    assert recorder.feed(fix(3, north), first, 3).gap is gap


def test_going_on_with_an_old_line_is_a_gap_when_far() -> None:
    assert Recorder(Plan(1)).feed(fix(0, 300), Vertex(117.21, 29.35, 0, 3), 0).gap


def test_unknown_accuracy_is_not_written_as_drawn_by_hand() -> None:
    vertex = Recorder(Plan(1)).feed(fix(0, 0, None), None, 0).vertex
    assert vertex.accuracy > 0
