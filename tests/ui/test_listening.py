"""A receiver on the network drives the strip and the page that sets it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt

from jdz_field.ui.context import AppContext
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.receiver import FIXED, LOST, NONE
from jdz_field.ui.receiver_page import ReceiverPage
from tests.gnss.sentences_made import gsv, second
from tests.gnss.simulated import TcpReceiver

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
    made.show()
    settle()
    return made


def page_of(window: MainWindow, qtbot) -> ReceiverPage:
    qtbot.mouseClick(window.strip.fix, Qt.MouseButton.LeftButton)
    page = window.stage.sheet.page
    assert isinstance(page, ReceiverPage)
    qtbot.waitUntil(page.isVisible)
    return page


def connect(window: MainWindow, receiver: TcpReceiver, qtbot) -> ReceiverPage:
    page = page_of(window, qtbot)
    page.address.setText(receiver.spec)
    qtbot.keyClick(page.address, Qt.Key.Key_Return)
    receiver.accept()
    return page


def test_from_no_receiver_to_a_position(
    window: MainWindow, app: AppContext, receiver: TcpReceiver, qtbot
) -> None:
    assert app.receiver.state == NONE
    page = connect(window, receiver, qtbot)
    assert window.preferences.receiver == receiver.spec
    receiver.say(gsv("GP", 9) + gsv("BD", 8))
    qtbot.waitUntil(lambda: app.receiver.satellites_seen == 17, timeout=5000)
    assert "17" in page.detail.text()
    receiver.say(second(1) + second(2))
    qtbot.waitUntil(lambda: app.receiver.state == FIXED, timeout=5000)
    assert app.receiver.latest is not None
    assert window.strip.fix.text() == "GNSS 4.5 m ● 12"
    assert "117.2" in page.place.text()
    assert page.place.isVisible()
    stage = window.stage
    assert stage.here.isVisibleTo(stage.tools)
    qtbot.mouseClick(stage.here, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.map.in_sight(117.21, 29.29), timeout=3000)


def test_a_pulled_cable_is_shown_and_the_receiver_comes_back(
    window: MainWindow, app: AppContext, receiver: TcpReceiver, qtbot
) -> None:
    connect(window, receiver, qtbot)
    receiver.say(second(1) + second(2))
    qtbot.waitUntil(lambda: app.receiver.state == FIXED, timeout=5000)
    receiver.hang_up()
    qtbot.waitUntil(lambda: app.receiver.state == LOST, timeout=5000)
    receiver.accept()
    receiver.say(second(3) + second(4))
    qtbot.waitUntil(lambda: app.receiver.state == FIXED, timeout=10_000)


def test_choosing_none_lets_go(
    window: MainWindow, app: AppContext, receiver: TcpReceiver, qtbot
) -> None:
    page = connect(window, receiver, qtbot)
    receiver.say(second(1) + second(2))
    qtbot.waitUntil(lambda: app.receiver.state == FIXED, timeout=5000)
    row = page.ports.list.model().rows[-1]
    page.ports.chosen.emit(row)
    assert app.receiver.state == NONE
    assert app.receiver.latest is None
    assert window.stage.here.isHidden()
    assert window.preferences.receiver == ""


def test_what_names_no_receiver_is_said_and_nothing_changes(window: MainWindow, qtbot) -> None:
    page = page_of(window, qtbot)
    page.address.setText("COM5")
    qtbot.mouseClick(page.take, Qt.MouseButton.LeftButton)
    assert page.wrong.isVisible()
    assert "COM5" in page.wrong.text()
    assert window.preferences.receiver == ""


def test_a_spoiled_preference_is_said_not_raised(app: AppContext, qtbot, settle: Settle) -> None:
    made = MainWindow(app, Preferences(receiver="nonsense"))
    qtbot.addWidget(made)
    settle()
    assert app.receiver.state == LOST
    assert "nonsense" in app.receiver.why
