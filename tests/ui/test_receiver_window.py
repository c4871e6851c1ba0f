"""The real window, driven by simulated receivers over TCP and a pair of terminals, and by logs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from jdz_field.gnss.recorder import logs
from jdz_field.gnss.watch import FROZEN, JUMP, SILENT
from jdz_field.ui.context import AppContext
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.receiver import FIXED, LOST, SLEEP, STALE, Receiver
from jdz_field.ui.receiver_page import ReceiverPage, logs_folder
from jdz_field.ui.receiver_raw import RawPage
from tests.gnss.logs_made import common, log, modern
from tests.gnss.sentences_made import second
from tests.gnss.simulated import TcpReceiver
from tests.gnss.test_serial_port import terminal

Settle = Callable[[], None]


@pytest.fixture
def receiver() -> Iterator[TcpReceiver]:
    made = TcpReceiver()
    yield made
    made.close()


@pytest.fixture
def window(app: AppContext, qtbot, settle: Settle) -> MainWindow:
    made = MainWindow(app, Preferences())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    return made


@pytest.fixture
def page(window: MainWindow, qtbot) -> ReceiverPage:
    qtbot.mouseClick(window.strip.fix, Qt.MouseButton.LeftButton)
    made = window.stage.sheet.page
    assert isinstance(made, ReceiverPage)
    qtbot.waitUntil(made.isVisible)
    return made


@pytest.fixture
def connected(page: ReceiverPage, receiver: TcpReceiver, qtbot) -> TcpReceiver:
    page.address.setText(receiver.spec)
    qtbot.keyClick(page.address, Qt.Key.Key_Return)
    receiver.accept()
    return receiver


def test_satellites_facts_and_strip_of_a_modern_receiver(
    window: MainWindow, page: ReceiverPage, connected: TcpReceiver, qtbot
) -> None:
    connected.say(modern(0, quality=4) + modern(2, quality=4))
    qtbot.waitUntil(lambda: window.app.receiver.state == FIXED, timeout=5000)
    connected.say(modern(10, quality=4))
    qtbot.waitUntil(lambda: page.sky.sky.used == 26, timeout=5000)
    assert page.sky.isVisible()
    assert [count[0] for count in page.sky.sky.counts][:2] == ["gps", "beidou"]
    assert page.sky.height() > 200
    assert "0.02 m" in window.strip.fix.text()
    assert "PDOP 1.1" in page.facts.text()
    assert "1985" in page.facts.text()
    connected.say(b"")


@pytest.mark.skipif(sys.platform == "win32", reason="no pairs of terminals")
def test_a_serial_receiver_of_unknown_speed(window: MainWindow, page: ReceiverPage, qtbot) -> None:
    with terminal(115200) as made:
        page.address.setText(f"serial:{made.name}")
        qtbot.mouseClick(page.take, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.app.receiver.state == FIXED, timeout=15_000)
        assert window.strip.fix.text() == "GNSS 4.5 m ● 12"
        qtbot.waitUntil(lambda: "115200" in window.app.receiver.heard.name, timeout=5000)
        page.ports.chosen.emit(page.ports.list.model().rows[-1])


def test_silence_is_shown_within_five_seconds_and_never_as_live(
    window: MainWindow, page: ReceiverPage, connected: TcpReceiver, qtbot
) -> None:
    receiver = window.app.receiver
    connected.say(second(1) + second(2))
    qtbot.waitUntil(lambda: receiver.state == FIXED, timeout=5000)
    gaps: list[str] = []
    receiver.gap.connect(gaps.append)
    began = time.monotonic()
    qtbot.waitUntil(lambda: receiver.state in (STALE, LOST), timeout=6000)
    assert time.monotonic() - began < 5
    assert gaps == ["receiver"]
    assert receiver.latest is None
    assert not page.place.isVisible()
    qtbot.waitUntil(lambda: receiver.trouble == SILENT, timeout=3000)
    assert window.strip.fix.text() == "接收机无数据"
    assert "电池" in page.detail.text()
    receiver.gap.disconnect(gaps.append)


def test_a_frozen_receiver_is_shown_within_five_seconds(
    window: MainWindow, page: ReceiverPage, connected: TcpReceiver, qtbot
) -> None:
    receiver = window.app.receiver
    connected.say(second(1) + second(2))
    qtbot.waitUntil(lambda: receiver.state == FIXED, timeout=5000)
    began = time.monotonic()

    def frozen() -> bool:
        connected.say(second(2))
        qtbot.wait(200)
        return receiver.trouble == FROZEN

    qtbot.waitUntil(frozen, timeout=8000)
    assert time.monotonic() - began < 5
    assert (receiver.state, receiver.latest) == (STALE, None)
    assert window.strip.fix.text() == "位置冻结"
    assert "关机" in page.detail.text()


def test_a_leaping_position_is_held_back_and_said(
    window: MainWindow, page: ReceiverPage, connected: TcpReceiver, qtbot
) -> None:
    receiver = window.app.receiver
    connected.say(second(1) + second(2))
    qtbot.waitUntil(lambda: receiver.state == FIXED, timeout=5000)
    connected.say(second(3, lon=118.0) + second(4, lon=118.0))
    qtbot.waitUntil(lambda: receiver.trouble == JUMP, timeout=5000)
    assert receiver.latest is None or receiver.latest.lon == pytest.approx(117.21)
    assert window.strip.fix.text() == "位置跳动"
    assert page.detail.text()


def test_sentences_are_seen_paused_and_copied(
    window: MainWindow, page: ReceiverPage, connected: TcpReceiver, qtbot
) -> None:
    connected.say(common(0) + b"$GNGGA,1*00\r\n" + common(10))
    qtbot.waitUntil(lambda: window.app.receiver.state == FIXED, timeout=5000)
    qtbot.mouseClick(page.raw, Qt.MouseButton.LeftButton)
    raw = window.stage.sheet.page
    assert isinstance(raw, RawPage)
    qtbot.waitUntil(lambda: "$GNRMC" in raw.lines.toPlainText(), timeout=5000)
    assert "✗ $GNGGA,1*00" in raw.lines.toPlainText()
    qtbot.mouseClick(raw.hold, Qt.MouseButton.LeftButton)
    before = raw.lines.toPlainText()
    connected.say(common(20))
    qtbot.wait(1300)
    assert raw.lines.toPlainText() == before
    raw.hold.setFocus()
    qtbot.keyClick(raw.hold, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: raw.lines.toPlainText() != before, timeout=3000)
    qtbot.mouseClick(raw.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("$")


def test_a_log_is_kept_and_played_and_never_taken_for_live(
    window: MainWindow, page: ReceiverPage, connected: TcpReceiver, qtbot
) -> None:
    receiver = window.app.receiver
    connected.say(common(0) + common(10))
    qtbot.waitUntil(lambda: receiver.state == FIXED, timeout=5000)
    qtbot.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    assert receiver.recorder is not None
    for number in range(20, 60, 10):
        connected.say(common(number))
    qtbot.waitUntil(lambda: receiver.recorder.bytes >= len(log("common", 4)), timeout=5000)
    qtbot.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    (kept,) = logs(logs_folder())
    assert kept.read_bytes() == b"".join(common(number) for number in range(20, 60, 10))
    (row,) = page.logs.list.model().rows
    page.logs.chosen.emit(row)
    assert window.preferences.receiver == f"replay:{kept}"
    qtbot.waitUntil(lambda: receiver.state == FIXED, timeout=5000)
    assert receiver.latest.origin == "replay"
    assert window.strip.fix.text().startswith("回放")
    assert "不是您现在的位置" in page.detail.text()


def test_a_recorded_log_of_a_person_is_played(
    window: MainWindow, page: ReceiverPage, answers, tmp_path: Path, qtbot
) -> None:
    file = tmp_path / "路线.nmea"
    file.write_bytes(log("modern", 3))
    answers.files.append(file)
    qtbot.mouseClick(page.log, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.app.receiver.state == FIXED, timeout=5000)
    qtbot.waitUntil(lambda: window.app.receiver.trouble == "ended", timeout=10_000)
    qtbot.waitUntil(lambda: window.strip.fix.text() == "回放结束", timeout=8000)


def test_after_sleep_the_last_position_is_not_here(qapp, qtbot) -> None:
    steady, wall = [100.0], [5000.0]
    receiver = Receiver(monotonic=lambda: steady[0], wall=lambda: wall[0])
    from tests.ui.test_receiver import fix

    receiver.put(fix(100))
    assert receiver.latest is not None
    wall[0] += 7200
    assert receiver.latest is None
    with qtbot.waitSignal(receiver.gap) as gap:
        receiver.slept()
    assert gap.args == [SLEEP]
    receiver.close()


def test_the_strip_is_whole_in_a_narrow_window(
    window: MainWindow, connected: TcpReceiver, qtbot, settle: Settle
) -> None:
    connected.say(modern(0) + modern(2))
    qtbot.waitUntil(lambda: window.app.receiver.state == FIXED, timeout=5000)
    window.resize(560, 1000)
    settle()
    strip = window.strip
    assert strip.fix.width() >= strip.fix.sizeHint().width()
    assert strip.saved.isHidden()
    assert strip.saved_icon.toolTip()
    window.resize(1600, 900)
    settle()
    assert strip.saved.isVisible()
