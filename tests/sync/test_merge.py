"""The merge rules of the design, each as a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jdz_field.core.changes import Change, Outcome
from jdz_field.core.errors import BadInput
from jdz_field.sync.merge import chains, merge
from jdz_field.sync.merge_decide import (
    MovedOn,
    decide,
    office_edit,
    reject_value,
    reject_waiting,
    release_value,
)
from jdz_field.sync.merge_types import ConflictType, World
from tests.sync.loop import Centre, Device, two_devices


def outcome(receipt, name):
    return receipt.fields[name].outcome


def value(centre, name, subject="s"):
    return centre.world.subjects[subject].value(name)


def test_different_fields_merge_without_conflict():
    centre, one, two = two_devices()
    one.edit("s", town="瑶里")
    two.edit("s", village="东埠")
    one.push(centre)
    receipt = two.push(centre)[0]
    assert receipt.fields["village"].outcome is Outcome.APPLIED
    assert receipt.fields["village"].reason == "merged"
    assert value(centre, "town") == "瑶里"
    assert value(centre, "village") == "东埠"
    assert not centre.open()


def test_equal_edits_are_no_conflict():
    centre, one, two = two_devices()
    one.edit("s", town="瑶里")
    two.edit("s", town="瑶里")
    one.push(centre)
    receipt = two.push(centre)[0]
    assert outcome(receipt, "town") is Outcome.ALREADY
    assert receipt.fields["town"].version == 2
    assert not centre.open()


def test_the_same_field_is_a_conflict_and_the_central_value_stands():
    centre, one, two = two_devices()
    one.edit("s", town="瑶里")
    two.edit("s", town="浮梁")
    one.push(centre)
    assert outcome(two.push(centre)[0], "town") is Outcome.CONFLICT
    assert value(centre, "town") == "瑶里"
    conflict = centre.open()[0]
    assert (conflict.type, conflict.field) == (ConflictType.FIELD, "town")
    assert [r.value for r in conflict.rivals] == ["浮梁"]


def test_versions_decide_not_values():
    """10 → 20 → 10 by others is not unchanged."""
    centre, one, two = two_devices(elevation=10)
    two.edit("s", elevation=30)
    for height in (20, 10):
        one.edit("s", elevation=height)
        one.push(centre)
        one.pull(centre)
    assert outcome(two.push(centre)[0], "elevation") is Outcome.CONFLICT


def test_a_value_that_returned_within_one_push_is_no_other_value():
    """Folding judges the result: 10 → 20 → 10 in one push leaves what the other had seen."""
    centre, one, two = two_devices(elevation=10)
    two.edit("s", elevation=30)
    one.edit("s", elevation=20)
    one.edit("s", elevation=10)
    assert outcome(one.push(centre)[1], "elevation") is Outcome.ALREADY
    assert outcome(two.push(centre)[0], "elevation") is Outcome.APPLIED


def test_a_chain_in_one_push_folds_into_one_version():
    centre, one, _two = two_devices()
    for name in ("a", "b", "c"):
        one.edit("s", name=name)
    receipts = one.push(centre)
    assert [outcome(r, "name") for r in receipts] == [Outcome.APPLIED] * 3
    assert centre.world.subjects["s"].version == 2
    assert centre.feed[-1].change == "A4"


def test_a_folded_chain_keeps_the_base_of_its_first_link():
    centre, one, two = two_devices()
    one.edit("s", town="瑶里")
    two.edit("s", town="x")
    one.push(centre)
    two.pull(centre)  # what is shown stays the own value; its base must not move
    two.edit("s", town="y")
    receipts = two.push(centre)
    assert [outcome(r, "town") for r in receipts] == [Outcome.CONFLICT] * 2
    assert [r.value for r in centre.open()[0].rivals] == ["y"]


def test_a_child_of_an_applied_parent_applies():
    centre, one, _two = two_devices()
    one.edit("s", town="a")
    one.edit("s", town="b")
    one.push(centre, 1)
    assert outcome(one.push(centre)[0], "town") is Outcome.APPLIED
    assert value(centre, "town") == "b"


def test_a_child_of_an_applied_parent_meets_what_others_wrote_after_it():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    one.edit("s", town="b")
    one.push(centre, 1)
    two.pull(centre)
    two.edit("s", town="c")
    two.push(centre)
    assert outcome(one.push(centre)[0], "town") is Outcome.CONFLICT


def test_a_rivals_child_replaces_it():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", town="b")
    one.push(centre)
    two.push(centre)
    two.pull(centre)
    two.edit("s", town="c")
    two.push(centre)
    rivals = centre.open()[0].rivals
    assert [r.value for r in rivals] == ["c"]
    assert len(centre.open()) == 1


def test_a_rivals_child_equal_to_the_centre_closes_the_conflict():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", town="b")
    one.push(centre)
    two.push(centre)
    two.pull(centre)
    two.edit("s", town="a")
    assert outcome(two.push(centre)[0], "town") is Outcome.ALREADY
    assert not centre.open()
    assert outcome(centre.receipt("B1"), "town") is Outcome.ALREADY


def test_one_open_conflict_holds_all_rivals():
    centre, one, two = two_devices()
    three = Device("C")
    three.pull(centre)
    one.edit("s", town="a")
    two.edit("s", town="b")
    three.edit("s", town="c")
    for device in (one, two, three):
        device.push(centre)
    assert [r.value for r in centre.open()[0].rivals] == ["b", "c"]


def test_a_rival_that_the_centre_takes_later_is_settled():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", town="b")
    one.push(centre)
    two.push(centre)
    one.pull(centre)
    one.edit("s", town="b")
    one.push(centre)
    assert not centre.open()
    assert outcome(centre.receipt("B1"), "town") is Outcome.ALREADY


@pytest.mark.parametrize(
    ("central", "incoming", "merged"),
    [("1 2", "1 9", "1 2 9"), ("", "1", ""), ("2 1", "1 2", "2 1"), ("1 3", "", "3")],
)
def test_multi_selects_merge_as_additions_and_removals(central, incoming, merged):
    centre, one, two = two_devices(measures="1")
    one.edit("s", measures=central)
    two.edit("s", measures=incoming)
    one.push(centre)
    two.push(centre)
    assert set(value(centre, "measures").split()) == set(merged.split())
    assert not centre.open()


def test_exclusive_codes_do_not_merge():
    centre, one, two = two_devices(measures="1")
    rules = ExclusiveRules()
    one.edit("s", measures="1 2")
    two.edit("s", measures="none")
    centre.take(merge(centre.world, one.log[1:], role="office", rules=rules))
    merged = merge(centre.world, two.log, role="office", rules=rules)
    assert outcome(merged.receipts[0], "measures") is Outcome.CONFLICT


class ExclusiveRules:
    """One list with an exclusive code."""

    def problem(self, _kind, _name, _value):
        return None

    def controlled(self, _kind, _name):
        return False

    def follows(self, _kind, _name):
        return ()

    def codes(self, _kind, name):
        from jdz_field.core.catalogue import Code, CodeList

        codes = (Code("1", {}), Code("2", {}), Code("none", {}, exclusive=True))
        return CodeList("test", codes, "", "") if name == "measures" else None


def test_a_parents_merged_codes_survive_its_child():
    """The child's author never saw what others added while the parent was merged."""
    centre, one, two = two_devices(measures="1")
    one.edit("s", measures="1 2")
    one.push(centre)
    two.edit("s", measures="1 3")
    two.edit("s", measures="1 3 4")
    two.push(centre, 1)
    two.push(centre)
    assert value(centre, "measures") == "1 2 3 4"


def test_deleting_what_others_edited_is_a_conflict():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", deleted=True)
    one.push(centre)
    assert outcome(two.push(centre)[0], "deleted") is Outcome.CONFLICT
    assert not centre.world.subjects["s"].deleted
    assert centre.open()[0].type is ConflictType.DELETE


def test_editing_what_others_deleted_is_a_conflict():
    centre, one, two = two_devices()
    one.edit("s", deleted=True)
    two.edit("s", town="a")
    one.push(centre)
    assert outcome(two.push(centre)[0], "town") is Outcome.CONFLICT
    conflict = centre.open()[0]
    assert (conflict.type, conflict.field) == (ConflictType.DELETE, "deleted")


def test_restoring_a_deleted_site_brings_the_edits_that_waited():
    centre, one, two = two_devices()
    one.edit("s", deleted=True)
    two.edit("s", town="a", village="b")
    one.push(centre)
    two.push(centre)
    centre.settle(centre.open()[0], "incoming")
    assert value(centre, "town") == "a"
    assert value(centre, "village") == "b"
    assert not centre.world.subjects["s"].deleted
    assert outcome(centre.receipt("B1"), "town") is Outcome.APPLIED


def test_keeping_a_site_deleted_refuses_the_edits_and_keeps_them_in_the_log():
    centre, one, two = two_devices()
    one.edit("s", deleted=True)
    two.edit("s", town="a")
    one.push(centre)
    two.push(centre)
    centre.settle(centre.open()[0], "central")
    assert outcome(centre.receipt("B1"), "town") is Outcome.REJECTED
    assert centre.world.known["B1"].fates["town"].value == "a"


def test_one_may_delete_what_one_edited_oneself():
    centre, one, _two = two_devices()
    one.edit("s", town="a")
    one.edit("s", deleted=True)
    one.push(centre, 1)
    assert outcome(one.push(centre)[0], "deleted") is Outcome.APPLIED


def test_a_delete_that_the_office_takes_deletes():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", deleted=True)
    one.push(centre)
    two.push(centre)
    centre.settle(centre.open()[0], "incoming")
    assert centre.world.subjects["s"].deleted
    two.edit("s", deleted=False)
    assert outcome(two.push(centre)[0], "deleted") is Outcome.APPLIED


def test_a_record_for_a_deleted_site_is_accepted_and_asks():
    centre, one, two = two_devices()
    one.edit("s", deleted=True)
    one.push(centre)
    two.edit("r", "record", site="s", answers={"a": 1})
    receipt = two.push(centre)[0]
    assert outcome(receipt, "answers") is Outcome.APPLIED
    conflict = centre.open()[0]
    assert (conflict.type, conflict.subject) == (ConflictType.DELETE, "s")
    centre.settle(conflict, "incoming")
    assert not centre.world.subjects["s"].deleted
    assert outcome(centre.receipt("B1"), "answers") is Outcome.APPLIED


def test_two_versions_of_one_record_are_both_kept_and_ask():
    centre, one, two = two_devices()
    one.edit("r0", "record", answers={"a": 0})
    one.push(centre)
    one.edit("r1", "record", answers={"a": 1}, replaces="r0")
    two.edit("r2", "record", answers={"a": 2}, replaces="r0")
    one.push(centre)
    two.push(centre)
    conflict = centre.open()[0]
    assert (conflict.type, conflict.subject, conflict.other) == ("record", "r0", "r1")
    centre.settle(conflict, "incoming")
    assert value(centre, "review", "r1") == "rejected"
    assert value(centre, "review", "r2") == "received"


def test_a_finished_record_never_changes():
    centre, one, two = two_devices()
    one.edit("r0", "record", answers={"a": 0})
    one.push(centre)
    two.pull(centre)
    two.edit("r0", "record", answers={"a": 1})
    assert two.push(centre)[0].fields["answers"].reason == "record_fixed"
    assert value(centre, "answers", "r0") == {"a": 0}


def test_only_the_centre_reviews():
    centre, one, _two = two_devices()
    one.edit("r0", "record", answers={}, review="approved")
    assert one.push(centre)[0].fields["review"].outcome is Outcome.QUARANTINED
    assert value(centre, "review", "r0") == "received"


def test_two_sites_with_one_number_are_a_duplicate():
    centre, one, two = two_devices(code="360222010001")
    two.edit("t", name="other", code="360222010001")
    assert outcome(two.push(centre)[0], "code") is Outcome.APPLIED
    conflict = centre.open()[0]
    assert (conflict.type, conflict.subject, conflict.other) == ("duplicate", "t", "s")
    one.edit("t", remarks="later")
    centre.settle(conflict, "central")
    assert value(centre, "merged_into", "t") == "s"
    assert outcome(one.push(centre)[0], "remarks") is Outcome.APPLIED
    assert value(centre, "remarks", "s") == "later"


def test_a_losers_records_follow_to_the_winner():
    centre, _one, two = two_devices(code="1")
    two.edit("t", name="other", code="1")
    two.edit("r", "record", site="t", answers={})
    two.push(centre)
    centre.settle(centre.open()[0], "central", followers=("r",))
    two.edit("r2", "record", site="t", answers={})
    two.push(centre)
    assert value(centre, "site", "r") == "s"
    assert value(centre, "site", "r2") == "s"


def test_a_losers_other_values_conflict_with_the_winners():
    centre, _one, two = two_devices(code="1", town="a")
    two.edit("t", name="other", code="1")
    two.push(centre)
    centre.settle(centre.open()[0], "central")
    two.edit("t", town="b", deleted=True)
    receipt = two.push(centre)[0]
    assert outcome(receipt, "town") is Outcome.CONFLICT
    assert not centre.world.subjects["s"].deleted


def test_a_duplicate_may_get_a_number_of_its_own():
    centre, _one, two = two_devices(code="1")
    two.edit("t", name="other", code="1")
    two.push(centre)
    centre.settle(centre.open()[0], "value", value="2")
    assert value(centre, "code", "t") == "2"
    assert not centre.open()


@pytest.mark.parametrize(
    ("take", "given"), [("base", None), ("value", ""), ("value", "1"), ("value", 7)]
)
def test_a_duplicate_is_not_settled_by_nonsense(take, given):
    centre, _one, two = two_devices(code="1")
    two.edit("t", name="other", code="1")
    two.push(centre)
    with pytest.raises(BadInput):
        centre.settle(centre.open()[0], take, value=given)


def test_the_later_site_of_a_duplicate_may_win():
    centre, _one, two = two_devices(code="1")
    two.edit("t", name="other", code="1")
    two.push(centre)
    centre.settle(centre.open()[0], "incoming")
    assert value(centre, "merged_into", "s") == "t"


def test_one_version_of_a_record_is_taken_not_a_value():
    centre, one, two = two_devices()
    one.edit("r1", "record", answers={}, replaces="r0")
    two.edit("r2", "record", answers={}, replaces="r0")
    one.push(centre)
    two.push(centre)
    with pytest.raises(BadInput):
        centre.settle(centre.open()[0], "base")
    with pytest.raises(BadInput):
        centre.settle(centre.open()[0], "incoming", change="none")
    centre.settle(centre.open()[0], "central")
    assert value(centre, "review", "r2") == "rejected"


def test_only_what_waits_is_released_or_refused():
    centre, _one, two = two_devices(threatened_people=1)
    two.edit("s", threatened_people=-1)
    two.push(centre)
    for act in (
        lambda: reject_waiting(centre.world, "B1", centre.decision()),
        lambda: release_value(centre.world, "B1", "town", centre.decision()),
        lambda: release_value(centre.world, "none", "town", centre.decision()),
    ):
        with pytest.raises(MovedOn):
            act()


def test_a_duplicate_is_over_when_a_number_changes():
    centre, _one, two = two_devices(code="1")
    two.edit("t", name="other", code="1")
    two.push(centre)
    two.pull(centre)
    two.edit("t", code="3")
    two.push(centre)
    assert not centre.open()


def test_a_controlled_field_changed_in_the_field_is_proposed():
    centre, _one, two = two_devices(threatened_people=5)
    two.role = "field"
    two.edit("s", threatened_people=8, town="a")
    receipt = two.push(centre)[0]
    assert outcome(receipt, "threatened_people") is Outcome.PROPOSED
    assert outcome(receipt, "town") is Outcome.APPLIED
    assert value(centre, "threatened_people") == 5
    centre.approve("B1", "threatened_people")
    assert value(centre, "threatened_people") == 8


def test_a_field_role_creates_a_point_with_all_its_fields():
    centre, device = Centre(), Device("A", "field")
    device.edit("s", code="T-1", provisional=True, geometry="POINT (117.2 29.3)")
    receipt = device.push(centre)[0]
    assert {f.outcome for f in receipt.fields.values()} == {Outcome.APPLIED}


def test_an_approved_proposal_conflicts_with_what_was_written_since():
    centre, one, two = two_devices(threatened_people=5)
    two.role = "field"
    two.edit("s", threatened_people=8)
    two.push(centre)
    one.edit("s", threatened_people=6)
    one.push(centre)
    centre.approve("B1", "threatened_people")
    assert value(centre, "threatened_people") == 6
    assert centre.open()[0].rivals[0].value == 8


def test_a_later_proposal_replaces_the_earlier_one():
    centre, _one, two = two_devices(threatened_people=5)
    two.role = "field"
    two.edit("s", threatened_people=8)
    two.push(centre)
    two.edit("s", threatened_people=9)
    two.push(centre)
    assert centre.held(Outcome.PROPOSED) == [("B2", "threatened_people")]
    centre.approve("B2", "threatened_people")
    assert outcome(centre.receipt("B1"), "threatened_people") is Outcome.APPLIED


def test_an_equal_proposal_is_settled_by_the_first_approval():
    centre, one, two = two_devices(threatened_people=5)
    one.role = two.role = "field"
    for device in (one, two):
        device.edit("s", threatened_people=8)
        device.push(centre)
    centre.approve("A2", "threatened_people")
    assert not centre.held(Outcome.PROPOSED)


def test_a_rejected_proposal_stays_in_the_log_with_its_reason():
    centre, _one, two = two_devices(threatened_people=5)
    two.role = "field"
    two.edit("s", threatened_people=8)
    two.push(centre)
    merged = reject_value(
        centre.world, "B1", "threatened_people", centre.decision(), outcome=Outcome.PROPOSED
    )
    centre.take(merged)
    assert merged.retold == ("B1",)
    assert centre.receipt("B1").fields["threatened_people"].reason == "because"


def test_a_value_that_breaks_a_rule_is_quarantined_alone():
    centre, _one, two = two_devices(threatened_people=5)
    two.edit("s", threatened_people=-3, town="a")
    receipt = two.push(centre)[0]
    assert receipt.fields["threatened_people"].outcome is Outcome.QUARANTINED
    assert receipt.fields["threatened_people"].reason == "range:0:100000"
    assert outcome(receipt, "town") is Outcome.APPLIED
    assert value(centre, "threatened_people") == 5


def test_what_follows_from_a_quarantined_value_is_held_and_lifted_with_it():
    centre, _one, two = two_devices(threatened_people=5, danger_grade="D")
    two.edit("s", threatened_people=-3, danger_grade="C")
    receipt = two.push(centre)[0]
    assert receipt.fields["danger_grade"].reason == "held:threatened_people"
    two.pull(centre)
    two.edit("s", threatened_people=12)
    assert outcome(two.push(centre)[0], "threatened_people") is Outcome.APPLIED
    assert value(centre, "danger_grade") == "C"
    assert outcome(centre.receipt("B1"), "danger_grade") is Outcome.APPLIED
    assert outcome(centre.receipt("B1"), "threatened_people") is Outcome.APPLIED
    assert not centre.held(Outcome.QUARANTINED)


def test_what_follows_is_held_in_a_later_push_too():
    centre, _one, two = two_devices(threatened_people=5, danger_grade="D")
    two.edit("s", threatened_people=-3)
    two.push(centre)
    two.edit("s", danger_grade="C")
    receipt = two.push(centre)[0]
    assert receipt.fields["danger_grade"].reason == "held:threatened_people"


def test_rules_judge_the_folded_result():
    centre, _one, two = two_devices(threatened_people=5)
    two.edit("s", threatened_people=-3)
    two.edit("s", threatened_people=3)
    receipts = two.push(centre)
    assert {outcome(r, "threatened_people") for r in receipts} == {Outcome.APPLIED}


def test_the_office_may_let_a_value_through():
    centre, _one, two = two_devices(monitor_phone="12345")
    two.edit("s", monitor_phone="转办公室")
    two.push(centre)
    centre.take(release_value(centre.world, "B1", "monitor_phone", centre.decision()))
    assert value(centre, "monitor_phone") == "转办公室"


def test_no_one_lets_a_value_through_that_no_column_holds():
    centre, _one, two = two_devices()
    two.edit("s", elevation="high")
    two.push(centre)
    with pytest.raises(BadInput, match="数"):
        release_value(centre.world, "B1", "elevation", centre.decision())


def test_a_change_waits_for_its_parent_and_goes_on_when_it_comes():
    centre, one, _two = two_devices()
    one.edit("s", town="a")
    one.edit("s", village="b")
    first, second = one.log[1:]
    assert outcome(centre.receive([second], "office")[0], "village") is Outcome.WAITING
    assert value(centre, "village") is None
    centre.receive([first], "office")
    assert value(centre, "village") == "b"
    assert outcome(centre.receipt(second.id), "village") is Outcome.APPLIED


def test_the_office_releases_a_waiting_change():
    centre, one, _two = two_devices()
    one.edit("s", town="a")
    one.edit("s", village="b")
    centre.receive(one.log[2:], "office")
    released = frozenset({one.log[2].id})
    centre.take(merge(centre.world, [], role="office", released=released))
    assert value(centre, "village") == "b"


def test_the_children_of_a_rejected_waiting_change_go_on():
    centre, one, _two = two_devices()
    for town in ("a", "b", "c"):
        one.edit("s", town=town)
    centre.receive(one.log[2:3], "office")
    centre.receive(one.log[3:], "office")
    centre.take(reject_waiting(centre.world, one.log[2].id, centre.decision()))
    assert outcome(centre.receipt(one.log[2].id), "town") is Outcome.REJECTED
    assert not centre.world.known[one.log[3].id].waiting


def test_a_version_that_this_centre_never_had_is_waited_for():
    centre, one, _two = two_devices()
    change = replace(one.edit("s", town="a"), base_version=9)
    receipt = centre.receive([change], "office")[0]
    assert receipt.fields["town"].reason == "newer_base"


def test_parents_in_a_circle_wait_and_harm_nothing():
    one = Change("a", "d", "p", "h", "geohazard", "s", {"name": (None, "1")}, parent="b")
    two = Change("b", "d", "p", "h", "geohazard", "s", {"name": (None, "2")}, parent="a")
    centre = Centre()
    receipts = centre.receive([one, two], "office")
    assert {outcome(r, "name") for r in receipts} == {Outcome.WAITING}


def test_a_decision_takes_a_rival_and_its_children_apply():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", town="b")
    one.push(centre)
    two.push(centre)
    two.edit("s", town="c")  # before it hears of the decision
    centre.settle(centre.open()[0], "incoming")
    assert value(centre, "town") == "b"
    assert outcome(two.push(centre)[0], "town") is Outcome.APPLIED
    assert value(centre, "town") == "c"


def test_a_refused_rivals_children_conflict_again():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", town="b")
    one.push(centre)
    two.push(centre)
    two.edit("s", town="c")
    centre.settle(centre.open()[0], "central")
    assert outcome(two.push(centre)[0], "town") is Outcome.CONFLICT


def test_the_children_of_the_central_value_apply_when_it_is_confirmed():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    one.edit("s", town="aa")
    two.edit("s", town="b")
    one.push(centre, 1)
    two.push(centre)
    centre.settle(centre.open()[0], "central")
    assert outcome(one.push(centre)[0], "town") is Outcome.APPLIED


@pytest.mark.parametrize(("take", "given", "expected"), [("base", None, None), ("value", "z", "z")])
def test_a_decision_may_take_the_base_or_another_value(take, given, expected):
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", town="b")
    one.push(centre)
    two.push(centre)
    centre.settle(centre.open()[0], take, value=given)
    assert value(centre, "town") == expected
    assert outcome(centre.receipt("B1"), "town") is Outcome.REJECTED


def test_a_decision_on_what_moved_on_is_refused():
    centre, one, two = two_devices()
    one.edit("s", town="a")
    two.edit("s", town="b")
    one.push(centre)
    two.push(centre)
    seen = centre.open()[0]
    one.pull(centre)
    one.edit("s", town="aaa")
    one.push(centre)
    with pytest.raises(MovedOn):
        centre.settle(seen, "incoming")
    with pytest.raises(MovedOn):
        decide(centre.world, centre.decision(conflict="none"))


def test_a_decision_with_a_bad_value_is_refused():
    centre, one, two = two_devices(elevation=1)
    one.edit("s", elevation=2)
    two.edit("s", elevation=3)
    one.push(centre)
    two.push(centre)
    with pytest.raises(BadInput):
        centre.settle(centre.open()[0], "value", value="high")
    with pytest.raises(BadInput):
        centre.settle(centre.open()[0], "something")


def test_a_known_change_repeats_its_outcome():
    centre, one, _two = two_devices()
    again = merge(centre.world, one.log, role="office")
    assert not again.versions
    assert not again.known
    assert again.receipts[0] == centre.receipt("A1")


def test_the_same_id_with_other_content_is_refused():
    centre, one, _two = two_devices()
    forged = replace(one.log[0], fields={"name": (None, "forged")})
    receipt = centre.receive([forged], "office")[0]
    assert receipt.fields["name"].reason == "other_content"
    assert value(centre, "name") == "old"


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("geohazard", {"nonsense": 1}, "unknown_field"),
        ("geohazard", {"merged_into": "x"}, "centre"),
        ("ufo", {"name": "x"}, "unknown_kind"),
        ("geohazard", {"geometry": "POINT (900 29)"}, "geometry"),
        ("geohazard", {"geometry": "POINT (a b)"}, "geometry"),
        ("geohazard", {"deleted": "yes"}, "type:boolean"),
        ("mine", {"geometry": "POLYGON ((0 0, 1"}, "geometry"),
        ("geohazard", {"kind_code": "99"}, "unknown_code:99"),
        ("geohazard", {"name": 5}, "type:text"),
        ("geohazard", {"elevation": True}, "type:decimal"),
        ("record", {"answers": "text"}, "type:object"),
        ("attachment", {"sha256": "short"}, "type:text"),
    ],
)
def test_bad_values_are_quarantined_with_a_reason(kind, fields, reason):
    change = Change("a", "d", "p", "h", kind, "s", {n: (None, v) for n, v in fields.items()})
    receipt = merge(World(), [change], role="office").receipts[0]
    assert [f.reason for f in receipt.fields.values()] == [reason]


def test_a_change_of_another_kind_or_thing_is_quarantined():
    centre, _one, _two = two_devices()
    other = Change("x", "d", "p", "h", "mine", "s", {"name": (None, "m")})
    assert centre.receive([other], "office")[0].fields["name"].reason == "other_kind"
    child = Change("y", "d", "p", "h", "geohazard", "t", {"name": (None, "m")}, parent="A1")
    assert centre.receive([child], "office")[0].fields["name"].reason == "other_parent"


def test_a_fork_after_a_restored_device_never_overwrites_its_other_branch():
    centre, one, _two = two_devices()
    parent = one.edit("s", town="a")
    child = one.edit("s", town="b")
    fork = replace(child, id="fork", fields={"town": ("a", "c")})
    centre.receive([parent, child], "office")
    assert outcome(centre.receive([fork], "office")[0], "town") is Outcome.CONFLICT
    assert value(centre, "town") == "b"


def test_the_offices_own_edit_is_a_version_and_obeys_the_rules():
    centre, _one, _two = two_devices(code="T-1")
    centre.take(office_edit(centre.world, "s", {"code": "360222010009"}, centre.decision()))
    assert centre.feed[-1].decision == "d1"
    assert not office_edit(centre.world, "s", {"code": "360222010009"}, centre.decision()).versions
    with pytest.raises(BadInput):
        office_edit(centre.world, "s", {"elevation": "x"}, centre.decision())


def test_chains_put_parents_first_whatever_the_order():
    changes = [
        Change(i, "d", "p", "h", "geohazard", "s", {"name": (None, i)}, parent=p)
        for i, p in (("c", "b"), ("x", None), ("b", "a"), ("a", None))
    ]
    assert [[c.id for c in chain] for chain in chains(changes)] == [["a", "b", "c"], ["x"]]


def test_merging_leaves_the_world_as_it_was():
    centre, _one, two = two_devices()
    two.edit("s", town="b")
    before = repr(centre.world)
    merge(centre.world, two.log, role="office")
    assert repr(centre.world) == before
