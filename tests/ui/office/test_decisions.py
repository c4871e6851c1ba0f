"""Decisions can be taken back for a while, and are never lost."""

from __future__ import annotations

import pytest

from jdz_field.ui.office.decisions import Act, Outbox


@pytest.fixture
def box(qtbot):
    made = Outbox(grace=50)
    made.sent, made.back = [], []
    made.ready.connect(lambda act: made.sent.append(act.key))
    made.taken_back.connect(made.back.append)
    yield made
    made.flush()
    made.deleteLater()


def act(key):
    return Act(key, key, lambda _desk: None)


def test_an_act_goes_out_after_a_while(box, qtbot):
    box.put(act("a"))
    assert box.holds("a")
    assert box.sent == []
    qtbot.waitUntil(lambda: box.sent == ["a"], timeout=2000)
    assert not box.holds("a")


def test_the_next_act_sends_the_one_before(box):
    box.put(act("a"))
    box.put(act("b"))
    assert box.sent == ["a"]
    box.flush()
    assert box.sent == ["a", "b"]


def test_what_is_taken_back_never_goes_out(box, qtbot):
    box.put(act("a"))
    box.take_back()
    box.take_back()
    qtbot.wait(80)
    assert (box.sent, box.back) == ([], ["a"])
