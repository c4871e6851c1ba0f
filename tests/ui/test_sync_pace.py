"""Speed and time left: from the last seconds only, nothing said before anything is known."""

from __future__ import annotations

import pytest

from jdz_field.ui.sync_pace import Pace
from jdz_field.ui.sync_state import kilobytes, time_left


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_speed_follows_the_last_seconds_and_stages_start_anew() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert (pace.speed(), pace.left(0, 10)) == (0.0, None)
    for second in range(20):
        clock.now = 100.0 + second
        pace.tell("attachments", second * 1_000)
    assert pace.speed() == pytest.approx(1_000)
    assert pace.left(19_000, 29_000) == pytest.approx(10)
    clock.now += 9
    assert pace.speed() < 600, "a line that stands still is seen to"
    pace.tell("push", 1)
    assert pace.speed() == 0.0


def test_figures_in_words() -> None:
    assert [kilobytes(n) for n in (900, 240_000, 1_800_000)] == ["1 KB", "240 KB", "1.8 MB"]
    assert [time_left(n) for n in (1, 42, 600)] == ["约剩 5 秒", "约剩 40 秒", "约剩 10 分钟"]
