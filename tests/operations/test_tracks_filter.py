"""What a track keeps of a receiver's positions, and where it breaks off."""

from __future__ import annotations

from collections import Counter

import pytest

from jdz_field.operations.tracks_filter import (
    ACCURACY,
    CLOCK,
    INACCURATE,
    KEPT,
    OLD,
    PAUSE,
    RECEIVER,
    SLEEP,
    SOON,
    START,
    STILL,
    Filter,
    plan_named,
    plan_words,
    plans,
)
from tests.operations.tracks_made import fix, walk

USUAL = plan_named("usual")


def whys(filter_: Filter, fixes: object) -> Counter[str]:
    return Counter(filter_.feed(one).why for one in fixes)  # type: ignore[attr-defined]


def test_the_first_position_is_kept_and_begins_a_stretch() -> None:
    verdict = Filter(USUAL).feed(fix(0))
    assert (verdict.why, verdict.gap) == (KEPT, START)


def test_a_walk_is_kept_every_five_metres_or_seconds() -> None:
    found = whys(Filter(USUAL), walk(100, 1.2))
    assert 19 <= found[KEPT] <= 26
    assert found[SOON] == 100 - found[KEPT]


def test_a_drive_is_kept_every_second() -> None:
    assert whys(Filter(USUAL), walk(100, 15))[KEPT] == 100


@pytest.mark.parametrize("accuracy", [31.0, 500.0, None])
def test_what_is_too_inexact_or_says_nothing_is_left_out(accuracy: float | None) -> None:
    judge = Filter(USUAL)
    judge.feed(fix(0))
    assert judge.feed(fix(5, 50, accuracy=accuracy)).why == INACCURATE


def test_who_stands_leaves_one_point_a_minute() -> None:
    judge = Filter(USUAL)
    whys(judge, walk(60))
    # Ten minutes at one place; the receiver wanders by a few metres.
    found = whys(judge, (fix(60 + n, 71 + (n % 5), (n % 3)) for n in range(600)))
    assert found[STILL] > 500
    assert 10 <= found[KEPT] <= 18


def test_leaving_a_place_is_kept_at_once() -> None:
    judge = Filter(USUAL)
    whys(judge, (fix(n) for n in range(200)))
    assert judge.feed(fix(200, 12)).why == KEPT


@pytest.mark.parametrize("seconds", [0, -1, -59])
def test_a_position_that_is_no_newer_is_left_out(seconds: int) -> None:
    judge = Filter(USUAL)
    judge.feed(fix(100))
    assert judge.feed(fix(100 + seconds, 40)).why == OLD


def test_a_receiver_whose_clock_goes_back_begins_a_new_stretch() -> None:
    judge = Filter(USUAL)
    judge.feed(fix(100_000))
    verdict = judge.feed(fix(0, 5))
    assert (verdict.why, verdict.gap) == (KEPT, CLOCK)


def test_silence_is_a_gap() -> None:
    judge = Filter(USUAL)
    whys(judge, walk(20))
    verdict = judge.feed(fix(20 + USUAL.gap_s + 1, 30))
    assert (verdict.why, verdict.gap) == (KEPT, RECEIVER)


def test_short_silence_is_none() -> None:
    judge = Filter(USUAL)
    whys(judge, walk(20))
    assert judge.feed(fix(20 + USUAL.gap_s - 2, 60)).gap == ""


def test_positions_too_inexact_for_long_are_a_gap_of_their_own() -> None:
    judge = Filter(USUAL)
    whys(judge, walk(20))
    whys(judge, (fix(20 + n, 25 + n, accuracy=60) for n in range(40)))
    assert judge.feed(fix(60, 70)).gap == ACCURACY


@pytest.mark.parametrize("reason", [PAUSE, SLEEP])
def test_what_breaks_off_says_why_with_the_next_point_kept(reason: str) -> None:
    judge = Filter(USUAL)
    whys(judge, walk(20))
    judge.break_off(reason)
    assert judge.feed(fix(21, 24)).gap == reason
    assert judge.feed(fix(27, 36)).gap == ""


def test_a_fast_receiver_is_heard_once_a_second() -> None:
    found = whys(Filter(USUAL), (fix(n / 10, n * 2) for n in range(100)))
    assert 10 <= found[KEPT] <= 12


def test_a_sparse_plan_keeps_less_and_a_wrong_name_means_the_usual_one() -> None:
    dense, usual, sparse = (whys(Filter(one), walk(300))[KEPT] for one in plans())
    assert dense > usual > sparse > 3
    assert plan_named("no such plan") == USUAL
    assert set(plan_words()) == {one.name for one in plans()}
