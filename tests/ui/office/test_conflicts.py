"""Conflicts: three values, three keys, the next at once, and back again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jdz_field.core.sites import point_wkt


@pytest.fixture
def page(busy, window, rest):
    window.show_page("conflicts")
    window.refresh()
    rest(window)
    return window.pages["conflicts"]


def stability(office):
    return {c["subject"]: c for c in office.conflicts() if c["field"] == "stability"}


def test_three_values_with_who_and_when_and_what_comes_next(page, rest, window):
    view = page.view
    assert view.place.text() == "1 / 4"
    assert view.field.text() in ("稳定性", "联系电话")
    assert "张三" in view.central.who.text()
    assert "李四" in view.incoming.who.text()
    assert "2026-11-21 10:14" in view.incoming.who.text()
    rest(window)
    assert "刘建国" in view.base.who.text()
    assert "2026-04-02" in view.base.who.text()
    assert view.next.text().startswith("接下来：")


@pytest.mark.parametrize(("key", "side"), [("1", "base"), ("2", "central"), ("3", "incoming")])
def test_a_key_decides_and_the_next_is_there_at_once(page, busy, window, rest, qtbot, key, side):
    first = page.queue[0]
    wanted = getattr(first, side).value
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    QTest.keyClick(window.windowHandle(), key)
    assert page.view.place.text() == "1 / 3"
    assert page.queue[0].id != first.id
    assert window.toast.isVisible()
    window.office.outbox.flush()
    rest(window)
    assert first.id not in {c["id"] for c in busy.office.conflicts()}
    history = busy.office.history(first.subject)
    assert [e.fields[first.field] for e in history if first.field in e.fields][-1] == wanted


def test_a_decision_is_taken_back_while_it_is_held(page, busy, window, rest):
    first = page.queue[0]
    page.view.incoming.click()
    window.toast.undo.click()
    assert page.queue[0].id == first.id
    assert page.view.place.text() == "1 / 4"
    window.office.outbox.flush()
    rest(window)
    assert len(busy.office.conflicts()) == 4


def test_a_value_of_ones_own_needs_a_reason(page, busy, window, rest):
    while page.queue[page.at].field != "monitor_phone":
        page.turn(1)
    first = page.queue[page.at]
    page.view._editor.line.setText("13700000033")
    page.view._editor.leave()
    page.view.take_free.click()
    assert "理由" in page.view.fault.text()
    page.view.why.setText("电话核实")
    page.view.take_free.click()
    window.office.outbox.flush()
    rest(window)
    values = [e.fields.get("monitor_phone") for e in busy.office.history(first.subject)]
    assert values[-1] == "13700000033"


def test_one_goes_on_and_back_without_deciding(page):
    first = page.queue[0].id
    page.view._skip()
    assert page.view.place.text() == "2 / 4"
    page.view._back()
    assert page.queue[page.at].id == first


def test_what_another_clerk_decided_meanwhile_is_said(page, busy, window, rest):
    first = page.queue[0]
    busy.office.decide(first.id, "central", why="别人先定了")
    page.view.incoming.click()
    window.office.outbox.flush()
    rest(window)
    assert window.toast.isVisible()
    assert first.id not in {c.id for c in page.queue}


def test_the_last_decision_leaves_a_calm_page(page, window, rest):
    for _turn in range(4):
        page.view.central.click()
    window.office.outbox.flush()
    rest(window)
    assert page.stack.currentWidget() is page.empty


def test_typing_a_number_into_the_reason_decides_nothing(page, qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    page.view.why.setFocus()
    qtbot.keyClicks(page.view.why, "123")
    assert page.view.why.text() == "123"
    assert len(page.queue) == 4


def test_positions_are_sketched_to_scale(at, window, rest):
    from dataclasses import replace

    from tests.central.tablet import Tablet

    one, two = Tablet.enrol(at.office, "赵一", "office"), Tablet.enrol(at.office, "钱二", "office")
    before = at.sites[0].fields["geometry"]
    at.one, at.two = one, two
    at.conflict(0, geometry=(before, point_wkt(117.5, 29.5), point_wkt(117.501, 29.5)))
    window.refresh()
    rest(window)
    page = window.pages["conflicts"]
    assert page.queue[0].field == "geometry"
    assert page.view.sketch.isVisible()
    assert [spot.key for spot in page.view.sketch._spots] == ["1", "2", "3"]
    scale, places = page.view.sketch._places()
    assert abs((places[2] - places[1]).x() / scale - 97) < 1
    page.view.put(replace(page.queue[0], field="town"), 1, 1, None)
    assert page.view.sketch.isHidden()


def test_three_rivals_are_all_offered(page, busy, window, rest):
    from tests.central.tablet import Tablet

    three = Tablet.enrol(busy.office, "孙三", "field")
    first = next(c for c in page.queue if c.field == "stability")
    place = [s.subject for s in busy.sites].index(first.subject)
    busy.office.receive(
        three.batch(busy.edit(three, place, stability=(first.base.value, "不稳定")))
    )
    window.refresh()
    rest(window)
    while page.queue[page.at].id != first.id:
        page.turn(1)
    assert page.view.incoming.value.text() == "不稳定"
    assert page.view.rivals.count() == 1
    page.view.why.setText("以李四为准")
    page.view.rivals.itemAt(0).widget().click()
    window.office.outbox.flush()
    rest(window)
    history = busy.office.history(first.subject)
    assert [e.fields["stability"] for e in history if "stability" in e.fields][-1] == "差"


def test_keys_are_told(page):
    assert [card.toolTip() for card in page.view.cards] == ["1", "2", "3"]
    assert page.view.cards[0].focusPolicy() != Qt.FocusPolicy.NoFocus
