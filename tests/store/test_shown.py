"""The overlay of central and own values, one situation a test."""

from __future__ import annotations

import pytest

from jdz_field.core.changes import Change, ChangeReceipt, FieldOutcome, Outcome
from jdz_field.store.shown import (
    Central,
    FieldState,
    OwnChange,
    hear,
    open_fields,
    receive,
    settle,
    shown,
    states_from_json,
    states_to_json,
)
from tests.store.tools import told

S = "00000000-0000-5000-8000-000000000001"


def own(seq: int = 1, base_version: int = 1, parent: str | None = None, **fields) -> OwnChange:
    pairs = {n: v if isinstance(v, tuple) else ("old", v) for n, v in fields.items()}
    change = Change(f"c{seq}", "d", "a", "h", "geohazard", S, pairs, base_version, parent)
    return OwnChange(seq, change)


def receipt(change: OwnChange, outcome: Outcome, version: int | None = None, **how):
    fields = {
        name: FieldOutcome(outcome, version, how.get("reason")) for name in change.change.fields
    }
    return ChangeReceipt(change.change.id, how.get("subject", S), fields)


def central(version: int = 1, **fields) -> Central:
    made = Central()
    made.take(version, fields)
    return made


def test_an_unsent_change_covers_the_central_value() -> None:
    assert shown(central(town="a", name="n"), [own(town="b")]) == {"town": "b", "name": "n"}


def test_the_later_own_change_covers_the_earlier() -> None:
    assert shown(central(town="a"), [own(1, town="b"), own(2, town="c")]) == {"town": "c"}


def test_no_value_and_not_deleted_are_no_entries() -> None:
    state = shown(central(town="a", deleted=True), [own(town=None, deleted=False)])
    assert state == {}


@pytest.mark.parametrize("outcome", [Outcome.APPLIED, Outcome.ALREADY])
def test_what_the_centre_took_stays_until_the_feed_brings_it(outcome) -> None:
    mine = receive(own(town="b"), receipt(own(town="b"), outcome, 2), central(town="a"))
    assert mine.open
    assert shown(central(town="a"), [mine]) == {"town": "b"}
    later = settle(mine, central(2, town="z"))
    assert not later.open
    assert shown(central(2, town="z"), [later]) == {"town": "z"}


def test_already_without_a_version_settles_when_the_field_moved_after_the_base() -> None:
    mine = receive(own(town="b"), receipt(own(town="b"), Outcome.ALREADY), central(town="a"))
    assert mine.open
    assert not settle(mine, central(2, town="b")).open


@pytest.mark.parametrize(
    "outcome", [Outcome.CONFLICT, Outcome.PROPOSED, Outcome.WAITING, Outcome.QUARANTINED]
)
def test_what_the_centre_did_not_take_is_kept_and_not_shown(outcome) -> None:
    now = central(2, town="z")
    mine = receive(own(town="b"), receipt(own(town="b"), outcome), now)
    assert mine.open
    assert mine.held == outcome
    assert [name for name, _state in open_fields(mine)] == ["town"]
    assert shown(now, [mine]) == {"town": "z"}


def test_what_a_creation_set_stays_shown_while_the_centre_has_no_value() -> None:
    made = own(base_version=0, town=(None, "b"), name=(None, "n"))
    waits = receive(made, receipt(made, Outcome.QUARANTINED), Central())
    assert shown(Central(), [waits]) == {"town": "b", "name": "n"}
    assert shown(central(town="z"), [waits]) == {"town": "z", "name": "n"}


def test_a_creation_rejected_whole_stays_with_its_author() -> None:
    made = own(base_version=0, town=(None, "b"))
    refused = receive(made, receipt(made, Outcome.REJECTED), Central())
    assert refused.held == "rejected"
    assert shown(Central(), [refused]) == {"town": "b"}


def test_a_rejected_edit_gives_way_to_the_central_value() -> None:
    mine = receive(own(town="b"), receipt(own(town="b"), Outcome.REJECTED), central(town="a"))
    assert not mine.open
    assert shown(central(town="a"), [mine]) == {"town": "a"}


def test_the_own_change_in_the_feed_settles_it_even_without_a_receipt() -> None:
    mine = own(town="b")
    brought = told(1, S, 2, {"town": "b"}, change="c1")
    heard = hear(mine, [brought], central(2, town="b"))
    assert not heard.open
    assert heard.state("town").outcome is Outcome.APPLIED


def test_a_decision_newer_than_the_receipt_ends_the_conflict() -> None:
    mine = receive(own(town="b"), receipt(own(town="b"), Outcome.CONFLICT, 3), central(3, town="z"))
    old = told(1, S, 3, {"town": "z"}, decision="d1")
    new = told(2, S, 4, {"town": "y"}, decision="d2")
    assert hear(mine, [old], central(3, town="z")).open
    assert not hear(mine, [new], central(4, town="y")).open


def test_another_device_s_change_does_not_end_a_conflict() -> None:
    mine = receive(own(town="b"), receipt(own(town="b"), Outcome.CONFLICT), central(2, town="z"))
    assert hear(mine, [told(1, S, 3, {"town": "y"})], central(3, town="y")).held == "conflict"


def test_the_decision_about_a_deletion_ends_the_conflicts_of_edits_that_met_it() -> None:
    word = receipt(own(town="b"), Outcome.CONFLICT, reason="deleted")
    mine = receive(own(town="b"), word, central(2, deleted=True))
    decided = told(1, S, 3, {"deleted": True}, decision="d1")
    assert not hear(mine, [decided], central(3, deleted=True)).open
    plain = receive(own(town="b"), receipt(own(town="b"), Outcome.CONFLICT), central(2))
    assert hear(plain, [decided], central(3, deleted=True)).open


def test_a_receipt_that_is_repeated_reopens_nothing() -> None:
    word = receipt(own(town="b"), Outcome.CONFLICT)
    mine = receive(own(town="b"), word, central(2, town="z"))
    decided = hear(mine, [told(1, S, 3, {"town": "y"}, decision="d")], central(3, town="y"))
    assert not receive(decided, word, central(3, town="y")).open


def test_news_of_a_conflict_replaces_it() -> None:
    mine = receive(own(town="b"), receipt(own(town="b"), Outcome.CONFLICT), central(2, town="z"))
    taken = receive(mine, receipt(own(town="b"), Outcome.APPLIED, 3), central(2, town="z"))
    assert shown(central(2, town="z"), [taken]) == {"town": "b"}


def test_what_went_to_the_site_that_won_is_settled_here() -> None:
    word = receipt(own(town="b"), Outcome.APPLIED, 99, subject="winner")
    assert not receive(own(town="b"), word, central(town="a")).open


def test_fields_go_their_own_ways() -> None:
    mine = own(town="b", village="v")
    fields = {"town": FieldOutcome(Outcome.APPLIED, 2), "village": FieldOutcome(Outcome.CONFLICT)}
    now = central(2, town="b", village="w")
    after = receive(mine, ChangeReceipt("c1", S, fields), now)
    assert shown(now, [after]) == {"town": "b", "village": "w"}
    assert after.held == "conflict"


def test_a_receipt_may_name_fields_that_the_change_has_not() -> None:
    word = ChangeReceipt("c1", S, {"other": FieldOutcome(Outcome.APPLIED, 2)})
    assert receive(own(town="b"), word, central()).states.keys() == {"town"}


def test_states_survive_the_file() -> None:
    mine = OwnChange(
        1,
        own(town="b").change,
        "b1",
        {
            "town": FieldState(Outcome.CONFLICT, 3, "why", False),
            "village": FieldState(None, None, None, True),
        },
    )
    assert states_from_json(states_to_json(mine)) == mine.states
