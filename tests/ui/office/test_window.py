"""The office window at a real centre: it loads, decides, and never stands still."""

from __future__ import annotations

import threading

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jdz_field.operations.office import Desk
from jdz_field.sync.client import CentralClient
from jdz_field.ui.office.main import open_office
from jdz_field.ui.office.window import OfficeWindow


def test_the_navigation_says_how_much_waits(busy, window, rest):
    window.refresh()
    rest(window)
    counts = {name: made._count for name, made in window.navigation.buttons.items()}
    waits = {"conflicts": 4, "proposals": 2, "reviews": 1, "numbers": 1}
    assert counts == waits | {
        "batches": 0,
        "tasks": 0,
        "draws": 0,
        "plan": 0,
        "people": 0,
        "reports": 0,
    }
    assert window.strip.name.text() == busy.office.name
    assert window.strip.state.text() == "已连接"


def test_nothing_waits_calmly(window, rest):
    for name, words in (
        ("conflicts", "没有冲突"),
        ("proposals", "没有待批事项"),
        ("reviews", "没有待审记录"),
        ("numbers", "没有新点"),
    ):
        window.show_page(name)
        page = window.pages[name]
        assert page.stack.currentWidget() is page.empty
        assert page.empty.words.text() == words


def test_a_server_that_is_not_there_gives_one_sentence_and_a_way_on(at, rest, qtbot):
    away = OfficeWindow(lambda: Desk(CentralClient("http://127.0.0.1:9", "x", first=0.3)))
    away.show()
    page = away.pages["conflicts"]
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.trouble, timeout=10_000)
    assert "127.0.0.1:9" in page.trouble.words.text()
    assert away.strip.state.text() == "中心库没有应答"
    assert page.retry.isVisible()
    page.retry.click()
    rest(away)
    away.close()
    away.deleteLater()


def test_the_window_never_waits_for_the_centre(at, qtbot):
    """A centre that takes its time: the window goes on."""

    answer = threading.Event()

    class Slow(Desk):
        def conflicts(self):
            answer.wait(20)
            return super().conflicts()

    slow = OfficeWindow(lambda: Slow(CentralClient(at.url, at.token)))
    slow.show()
    slow.show_page("batches")
    qtbot.wait(10)
    assert not answer.is_set()
    page = slow.pages["conflicts"]
    qtbot.waitUntil(lambda: not page.waiting.isHidden(), timeout=3000)
    answer.set()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty, timeout=20_000)
    assert page.waiting.isHidden()
    slow.close()
    slow.deleteLater()


def test_the_window_turns_with_the_tablet(window, qtbot):
    window.resize(800, 1280)
    qtbot.wait(30)
    assert window.navigation.height() < window.navigation.width()
    window.resize(1280, 800)
    qtbot.wait(30)
    assert window.navigation.height() > window.navigation.width()


def test_without_a_login_it_asks_and_then_remembers(at, config, rest, qtbot):
    first = open_office(at.url)
    assert first._sign_in is not None
    first._sign_in.act.click()
    assert "都要填" in first._sign_in.fault.text()
    first._sign_in.code.setText("wrong")
    first._sign_in.sign_in()
    qtbot.waitUntil(lambda: not first._sign_in.fault.isHidden(), timeout=10_000)
    qtbot.waitUntil(first._sign_in.act.isEnabled, timeout=10_000)
    first._sign_in.code.setText(at.office.device_code("王秀英"))
    QTest.keyClick(first._sign_in.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: first.office is not None, timeout=10_000)
    rest(first)
    assert first.strip.state.text() == "已连接"
    first.close()
    first.deleteLater()
    again = open_office()
    assert again._sign_in is None
    rest(again)
    assert again.strip.state.text() == "已连接"
    again.close()
    again.deleteLater()


def test_a_centre_on_this_machine_is_started_beside_the_window(at, rest):
    made = open_office(local=lambda: (at.url, at.token))
    rest(made)
    assert made.strip.state.text() == "已连接"
    made.close()
    made.deleteLater()


def test_what_was_decided_goes_out_when_the_window_closes(busy, rest):
    made = open_office(busy.url, busy.token)
    rest(made)
    made.pages["conflicts"].view.central.click()
    made.close()
    made.deleteLater()
    assert len(busy.office.conflicts()) == 3
