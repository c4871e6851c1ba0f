"""Values that wait at the centre: what is said of each, and a conflict side by side."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from jdz_field.store.queries import LocalConflict
from jdz_field.ui.sites.contested import Contested, outcome_words
from jdz_field.ui.sites.history import origin_words, state_words
from jdz_field.ui.sync_state import done_words, last_words, step_words, what_to_do

OUTCOMES = ("conflict", "proposed", "waiting", "quarantined", "rejected")


def conflict(outcome: str, reason: str | None = None) -> LocalConflict:
    return LocalConflict(
        subject="s",
        kind="geohazard",
        code="360222010001",
        name="瑶里镇滑坡",
        field="threatened_people",
        base=12,
        central=20,
        own=26,
        change="c",
        outcome=outcome,
        reason=reason,
        version=3,
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_a_heading_a_next_step_and_an_act(outcome: str) -> None:
    heading, what_next = outcome_words(outcome)
    assert heading != outcome
    assert what_next
    assert what_to_do(conflict(outcome))
    assert state_words(outcome)[0] != outcome


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_both_values_stand_side_by_side_with_their_units(outcome: str, qtbot) -> None:
    view = Contested()
    qtbot.addWidget(view)
    view.show()
    view.show_conflicts([conflict(outcome, "range:0:100000")])
    said = [label.text() for label in view.findChildren(QLabel)]
    assert "20 人" in said
    assert "26 人" in said
    assert any("100000" in words for words in said)
    view.show_conflicts([])
    assert not view.isVisible()


def test_the_sentence_about_the_last_sync() -> None:
    assert "还没有" in last_words(None)
    at = "2026-11-20T02:00:00.000Z"
    report = {"at": at, "pushed": 4, "pulled": 9, "stopped": False}
    assert "送出 4 项" in last_words(report)
    assert "停止" in last_words(report | {"stopped": True})
    later = last_words(report, "2026-11-21T02:00:00.000Z")
    assert "2026-11-21" in later
    assert "送出" not in later


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"stopped": True}, "停止"),
        ({"conflicts": 3}, "3 项"),
        ({}, "一致"),
        ({"pushed": 5}, "送出 5"),
    ],
)
def test_what_a_sync_did_is_one_sentence(report: dict[str, object], words: str) -> None:
    plain = {"stopped": False, "conflicts": 0, "pushed": 0, "pulled": 0}
    assert words in done_words(plain | report)


def test_steps_and_origins_are_named() -> None:
    assert step_words("push", 0, 3) != step_words("pull", 0, 3)
    assert "2" in step_words("attachments", 1, 3)
    assert origin_words("import:1") == "台账导入"
    assert origin_words("edit") == ""
