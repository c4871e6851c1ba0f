"""The accuracy gate in the real window, driven by simulated receivers and by logs."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from jdz_field.store.project import Project
from jdz_field.ui.form.averaging import AveragePanel
from jdz_field.ui.form.lexical import vertex_of
from jdz_field.ui.form.place import PlaceEditor
from jdz_field.ui.receiver import FIXED
from jdz_field.ui.sites.add import AddSitePage
from tests.gnss.sentences_made import gst, second
from tests.gnss.simulated import TcpReceiver
from tests.gnss.test_serial_port import terminal
from tests.ui.form.geo_window import World, folder, world

__all__ = ["folder", "world"]
LON, LAT = 117.21, 29.29
THIRTY = 30 / 111_200


@pytest.fixture
def line() -> Iterator[TcpReceiver]:
    made = TcpReceiver()
    yield made
    made.close()


def say(line: TcpReceiver, number: int, metres: float, lat: float = LAT) -> None:
    """Everything of one second, with its error in metres."""
    each = f"{metres / math.sqrt(2):.3f}"
    at = f"02{number // 60 % 60:02d}{number % 60:02d}.00"
    line.say(second(number, LON, lat) + gst(at, each, each))


def connect(world: World, line: TcpReceiver) -> None:
    world.window.preferences.receiver = line.spec
    world.window.listener.listen(line.spec)
    line.accept()


def begin(world: World) -> tuple[PlaceEditor, AveragePanel]:
    """The question that asks for 3 m."""
    editor = world.editor("strict")
    assert isinstance(editor, PlaceEditor)
    world.click(editor.receive)
    assert editor.panel is not None
    return editor, editor.panel


def test_good_enough_is_taken_by_itself(world: World, line: TcpReceiver) -> None:
    connect(world, line)
    editor, _panel = begin(world)
    say(line, 1, 9.0)
    say(line, 2, 1.2)
    say(line, 3, 1.2)
    world.bot.waitUntil(lambda: world.value("strict") != "", timeout=5000)
    vertex = vertex_of(world.value("strict"))
    assert vertex.place == pytest.approx((LON, LAT), abs=1e-6)
    how = editor._desk.how(world.value("strict"))
    assert 0 < how.accuracy <= 3
    assert (how.reason, how.limit, how.replay) == ("", 3.0, False)


@pytest.mark.parametrize("by_key", [True, False])
def test_not_good_enough_needs_a_reason(world: World, line: TcpReceiver, by_key: bool) -> None:
    connect(world, line)
    editor, panel = begin(world)
    say(line, 1, 9.0)
    say(line, 2, 9.0)
    world.bot.waitUntil(panel.use.isEnabled, timeout=5000)
    world.click(panel.use)
    assert world.value("strict") == ""
    assert panel.reasons.isVisible()
    if by_key:
        world.key(panel.reasons.buttons["gorge"], Qt.Key.Key_2)
    else:
        world.click(panel.reasons.buttons["trees"])
    how = editor._desk.how(world.value("strict"))
    assert (how.reason, how.limit) == ("trees", 3.0)
    assert how.accuracy > 3


def test_a_reflection_thirty_metres_off_is_left_out(world: World, line: TcpReceiver) -> None:
    connect(world, line)
    editor, panel = begin(world)
    for number in range(1, 5):
        say(line, number, 4.0)
    world.bot.waitUntil(panel.use.isEnabled, timeout=5000)
    say(line, 5, 4.0, LAT + THIRTY)
    say(line, 6, 4.0)
    say(line, 7, 4.0)
    world.bot.waitUntil(lambda: world.app.receiver.heard.rate > 0, timeout=5000)
    world.bot.wait(500)
    world.click(panel.use)
    world.click(panel.reasons.buttons["gorge"])
    vertex = vertex_of(world.value("strict"))
    assert vertex.place == pytest.approx((LON, LAT), abs=2e-6)
    assert editor._desk.how(world.value("strict")).samples >= 4


def test_what_has_gone_stale_is_never_used(world: World, line: TcpReceiver) -> None:
    connect(world, line)
    _editor, panel = begin(world)
    say(line, 1, 9.0)
    say(line, 2, 9.0)
    world.bot.waitUntil(panel.use.isEnabled, timeout=5000)
    world.click(panel.use)
    world.bot.waitUntil(lambda: world.app.receiver.latest is None, timeout=7000)
    world.bot.waitUntil(lambda: not panel.use.isEnabled(), timeout=7000)
    panel.reasons.chosen.emit("trees", "")
    assert world.value("strict") == ""
    assert panel.words.text()
    assert panel.reasons.isHidden()


@pytest.mark.skipif(sys.platform == "win32", reason="no pairs of terminals")
def test_a_serial_receiver_of_unknown_speed_answers(world: World) -> None:
    with terminal(38400) as made:
        world.window.listener.listen(f"serial:{made.name}")
        world.bot.waitUntil(lambda: world.app.receiver.state == FIXED, timeout=15_000)
        editor, panel = begin(world)
        world.bot.waitUntil(panel.use.isEnabled, timeout=5000)
        world.click(panel.use)
        world.click(panel.reasons.buttons["buildings"])
        how = editor._desk.how(world.value("strict"))
        assert (how.reason, how.satellites, how.fix) == ("buildings", 12, "single")
        world.window.listener.stop()


def test_a_site_is_placed_by_the_receiver(world: World, line: TcpReceiver) -> None:
    connect(world, line)
    world.app.show_page("add")
    world.settle()
    page = world.page
    assert isinstance(page, AddSitePage)
    say(line, 1, 60.0)
    world.bot.waitUntil(lambda: world.app.receiver.state == FIXED, timeout=5000)
    before = page.place.place
    page.place.start_receiver()
    panel = page.place.panel
    say(line, 2, 60.0)
    world.bot.waitUntil(panel.use.isEnabled, timeout=5000)
    panel.use.click()
    assert page.place.place == before
    panel.reasons.buttons["trees"].click()
    assert page.place.place == pytest.approx((LON, LAT), abs=1e-6)
    assert (page.place.how.reason, page.place.how.replay) == ("trees", False)


def log_of(tmp_path: Path) -> Path:
    file = tmp_path / "路线.nmea"
    file.write_bytes(b"".join(second(number, LON, LAT) for number in range(1, 8)))
    return file


@pytest.fixture
def ordinary(folder: Path) -> Path:
    """The same project, no longer marked as invented."""
    with Project.open(folder) as project:
        project.set_setting("sample", False)
    return folder


def play(world: World, tmp_path: Path) -> None:
    world.window.listener.listen(f"replay:{log_of(tmp_path)}")
    world.bot.waitUntil(lambda: world.app.receiver.state == FIXED, timeout=5000)


def test_a_log_gives_no_answer_in_an_ordinary_project(
    ordinary: Path, world: World, tmp_path: Path
) -> None:
    assert ordinary == world.app.path
    play(world, tmp_path)
    _editor, panel = begin(world)
    world.bot.wait(1500)
    assert not panel.use.isEnabled()
    assert world.value("strict") == ""
    assert "回放" in panel.words.text()
    assert world.window.stage.map._here.replay


def test_a_log_answers_in_a_sample_project_and_is_named(world: World, tmp_path: Path) -> None:
    play(world, tmp_path)
    editor, panel = begin(world)
    world.bot.waitUntil(panel.use.isEnabled, timeout=5000)
    world.click(panel.use)
    if panel.reasons.isVisible():
        world.click(panel.reasons.buttons["gorge"])
    assert editor._desk.how(world.value("strict")).replay
    assert not world.window.stage.map._here.replay
