"""The camera's clock: by hand, by a photo of a clock, as proposed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from jdz_field.operations.photos import SiteFinder
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.photos.clock import TIME, Proposal
from jdz_field.ui.photos import plan
from jdz_field.ui.photos.clock import ClockBox
from jdz_field.ui.photos.plan import Pile

#: 10:00:00 in Beijing.
TAKEN = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def box(qtbot, tmp_path):
    made = ClockBox()
    qtbot.addWidget(made)
    file = sample_photo(tmp_path / "clock.jpg", TAKEN)
    pile = plan.add(Pile(), [file], SiteFinder([]), None)
    made.show()
    made.show_pile(pile)
    made.show_shot(pile.shots[0])
    return made


@pytest.mark.parametrize(
    ("shown", "seconds"),
    [("10:01:30", 90), ("09:59:57", -3), ("10:00", 0), ("2026-11-23 10:00:00", 86_400)],
)
def test_a_photo_of_a_clock_tells_the_offset(box, qtbot, shown, seconds):
    qtbot.keyClicks(box.shown, shown)
    with qtbot.waitSignal(box.offset_wanted) as told:
        qtbot.keyClick(box.shown, Qt.Key.Key_Return)
    assert told.args == [seconds]
    assert not box.wrong.isVisible()


@pytest.mark.parametrize("shown", ["", "noon", "25:00:00", "10:99"])
def test_what_is_no_time_is_said(box, qtbot, shown):
    heard = []
    box.offset_wanted.connect(heard.append)
    box.shown.setText(shown)
    qtbot.mouseClick(box.take, Qt.MouseButton.LeftButton)
    assert heard == []
    assert box.wrong.isVisible()


def test_what_the_photos_tell_is_offered_until_it_is_in_force(box, qtbot):
    clock = Proposal("Canon", 119.6, 5, 6, 0.2, TIME)
    box.show_pile(Pile(clocks=(clock,)))
    assert "120" in box.use.text()
    with qtbot.waitSignal(box.offset_wanted) as told:
        qtbot.mouseClick(box.use, Qt.MouseButton.LeftButton)
    assert told.args == [120.0]
    from jdz_field.operations.photos import Timing

    box.show_pile(Pile(timing=Timing(clock_offset=120.0), clocks=(clock,)))
    assert not box.use.isVisible()


def test_a_number_by_hand(box):
    heard = []
    box.offset_wanted.connect(heard.append)
    box.value.answered.emit("-12.5")
    box.value.answered.emit("many")
    assert heard == [-12.5]


def test_without_a_time_in_the_photo_there_is_nothing_to_compare(box):
    box.show_shot(None)
    assert not box.take.isEnabled()
    assert timedelta(0) == timedelta(seconds=box._pile.timing.clock_offset)
