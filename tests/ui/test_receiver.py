"""The receiver as the windows know it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jdz_field.gnss.fix import Fix
from jdz_field.ui.receiver import LOST_AFTER, Receiver


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def fix(at: float) -> Fix:
    moment = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    return Fix(117.2, 29.3, 90.0, 2.5, 1.8, 12, 20, "single", moment, at)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver(clock, qapp):
    made = Receiver(monotonic=clock)
    yield made
    made.close()


def test_without_a_receiver_there_is_nothing(receiver) -> None:
    assert (receiver.state, receiver.latest, receiver.there) == ("none", None, False)


def test_a_fix_is_told_and_is_the_latest(receiver, qtbot) -> None:
    with qtbot.waitSignals([receiver.fixed, receiver.state_changed]):
        receiver.put(fix(100))
    assert receiver.state == "fix"
    assert receiver.latest == fix(100)
    assert receiver.satellites_seen == 20


def test_a_fix_older_than_five_seconds_is_never_given(receiver, clock) -> None:
    receiver.put(fix(100))
    clock.now = 105.0
    assert receiver.latest is not None
    clock.now = 105.01
    assert receiver.latest is None
    assert receiver.state == "stale"
    clock.now = 100 + LOST_AFTER + 0.1
    assert receiver.state == "lost"


def test_silence_is_told_without_anybody_asking(receiver, clock, qtbot) -> None:
    receiver.put(fix(100))
    clock.now = 106.0
    with qtbot.waitSignal(receiver.state_changed, timeout=2000):
        pass
    assert receiver.state == "stale"
    clock.now = 200.0
    with qtbot.waitSignal(receiver.state_changed, timeout=2000):
        pass
    assert receiver.state == "lost"


def test_the_listener_says_how_it_does(receiver) -> None:
    receiver.show("searching", satellites_seen=7)
    assert (receiver.state, receiver.satellites_seen, receiver.there) == ("searching", 7, True)
    receiver.show("lost", why="COM3 ist weg")
    assert (receiver.state, receiver.why) == ("lost", "COM3 ist weg")
    with pytest.raises(ValueError, match="asleep"):
        receiver.show("asleep")


def test_stale_without_a_fix_and_none_after_one(receiver) -> None:
    receiver.show("stale")
    assert receiver.state == "stale"
    receiver.put(fix(100))
    receiver.show("stale", trouble="frozen")
    assert (receiver.state, receiver.trouble, receiver.latest) == ("stale", "frozen", None)
    receiver.show("none")
    assert receiver.latest is None
