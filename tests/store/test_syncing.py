"""Batches, receipts, the feed: what is sent, what comes back, what is shown."""

from __future__ import annotations

import json

import pytest

from jdz_field.core.changes import ChangeReceipt, FieldOutcome, Outcome
from jdz_field.core.ids import new_id
from jdz_field.store.queries import SiteQuery
from tests.store.tools import (
    Desk,
    add_site,
    entry,
    geohazard,
    many,
    photo,
    quick_project,
    seal_all,
    told,
)


def answer(change, outcome=Outcome.APPLIED, version=1, **others) -> ChangeReceipt:
    fields = dict.fromkeys(change.fields, FieldOutcome(outcome, version))
    fields |= {name: FieldOutcome(other) for name, other in others.items()}
    return ChangeReceipt(change.id, change.subject, fields)


def test_unsent_changes_come_in_the_order_of_the_log(project) -> None:
    site = add_site(project)
    project.edit("geohazard", site, {"town": "a"})
    first, second = project.unsent_changes()
    assert second.parent == first.id
    assert project.unsent_changes(1) == [first]
    assert json.loads(json.dumps(first.to_json())) == first.to_json()


def test_sealed_changes_are_in_no_other_batch(project) -> None:
    add_site(project)
    batch, changes = seal_all(project)
    assert project.unsent_changes() == []
    (sealed,) = project.open_batches()
    assert (sealed.id, sealed.seq, sealed.changes_count) == (batch, 1, 1)
    assert json.loads(sealed.changes)["id"] == changes[0].id
    assert project.batch(batch) == sealed
    assert project.batch("nothing") is None
    assert project.counts()["unsent"] == 1


@pytest.mark.parametrize(
    ("seq", "previous"), [(2, "sha of {}"), (1, None), (3, "sha of {}"), (2, "other"), (2, None)]
)
def test_batches_follow_each_other(project, seq, previous) -> None:
    add_site(project)
    first, _changes = seal_all(project)
    add_site(project, 2)
    (change,) = project.unsent_changes()
    how = (seq, previous.format(first) if previous else None, "sha", "{}", b"", [change.id])
    if (seq, previous) == (2, "sha of {}"):
        project.seal(new_id(), *how, b"signature")
        assert project.last_batch().seq == 2
        assert project.open_batches()[1].signature == b"signature"
    else:
        with pytest.raises(ValueError, match="follow"):
            project.seal(new_id(), *how)
        assert project.unsent_changes() == [change]


def test_a_change_that_is_unknown_or_sealed_is_not_sealed(project) -> None:
    add_site(project)
    (change,) = project.unsent_changes()
    for ids in ([new_id()], [change.id, new_id()]):
        with pytest.raises(ValueError, match="unknown"):
            project.seal(new_id(), 1, None, "sha", "{}", b"", ids)
    assert project.batches() == []
    seal_all(project)
    with pytest.raises(ValueError, match="unknown"):
        project.seal(new_id(), 2, project.last_batch().sha, "sha", "{}", b"", [change.id])


def test_a_batch_is_open_until_every_change_has_its_receipt(project) -> None:
    add_site(project)
    add_site(project, 2)
    batch, (first, second) = seal_all(project)
    project.apply_receipts(batch, [answer(first)])
    assert len(project.open_batches()) == 1
    project.apply_receipts(batch, [answer(second)])
    assert project.open_batches() == []
    assert project.batches()[0].received is not None
    assert project.counts()["unsent"] == 0
    assert project.check() == []


def test_receipts_of_others_are_passed_over(project) -> None:
    project.apply_receipts(None, [ChangeReceipt(new_id(), new_id(), {})])
    assert project.check() == []


def test_own_changes_come_back_and_settle(project) -> None:
    project.begin_feed("e")
    site = add_site(project)
    batch, (change,) = seal_all(project)
    project.apply_receipts(batch, [answer(change)])
    assert project.site(site).version == 0
    project.apply_feed([entry(1, change, 1)], 1)
    assert project.site(site).version == 1
    assert project.edit("geohazard", site, {"town": "x"}).parent is None
    assert project.feed_position == 1
    assert project.check() == []


def test_the_same_page_twice_changes_nothing(project) -> None:
    project.begin_feed("e")
    site = new_id()
    page = [told(1, site, 1, geohazard(1)), told(2, site, 2, {"town": "a"})]
    project.apply_feed(page, 2)
    before = project.site(site)
    project.apply_feed(page, 2)
    after = project.site(site)
    assert (after.fields, after.version) == (before.fields, before.version)
    assert len(project.site_history(site)) == 2
    assert project.check() == []


def test_others_changes_never_cover_unsent_ones(project) -> None:
    project.begin_feed("e")
    site = new_id()
    project.apply_feed([told(1, site, 1, geohazard(1))], 1)
    mine = project.edit("geohazard", site, {"town": "mine"})
    project.apply_feed([told(2, site, 2, {"town": "theirs", "village": "v"})], 2)
    fields = project.site(site).fields
    assert (fields["town"], fields["village"]) == ("mine", "v")
    assert mine.base_version == 1
    later = project.edit("geohazard", site, {"name": "n"})
    assert (later.base_version, later.parent) == (2, mine.id)


def test_a_conflict_shows_the_central_value_and_keeps_the_own(project) -> None:
    project.begin_feed("e")
    site = new_id()
    project.apply_feed([told(1, site, 1, geohazard(1))], 1)
    mine = project.edit("geohazard", site, {"town": "mine", "village": "v"})
    batch, _changes = seal_all(project)
    project.apply_receipts(batch, [answer(mine, version=3, town=Outcome.CONFLICT)])
    project.apply_feed(
        [told(2, site, 2, {"town": "theirs"}), entry(3, mine, 3, fields={"village": "v"})], 3
    )
    assert project.site(site).fields["town"] == "theirs"
    assert project.site(site).local["held"] == "conflict"
    assert [p.conflict for p in project.map_points()] == [True]
    (one,) = project.conflicts()
    assert (one.field, one.base, one.central, one.own) == ("town", "瑶里镇", "theirs", "mine")
    assert (one.code, one.change, one.outcome) == ("360222000001", mine.id, "conflict")
    assert project.check() == []


def test_editing_a_conflict_again_makes_a_child_of_the_rival(project) -> None:
    project.begin_feed("e")
    site = new_id()
    project.apply_feed([told(1, site, 1, geohazard(1))], 1)
    mine = project.edit("geohazard", site, {"town": "mine"})
    batch, _changes = seal_all(project)
    project.apply_feed([told(2, site, 2, {"town": "theirs"})], 2)
    project.apply_receipts(batch, [answer(mine, Outcome.CONFLICT)])
    child = project.edit("geohazard", site, {"town": "both"})
    assert (child.parent, child.base_version) == (mine.id, 2)
    assert child.fields == {"town": ("theirs", "both")}
    assert project.conflicts() == []
    assert project.site(site).fields["town"] == "both"


@pytest.mark.parametrize("outcome", [Outcome.PROPOSED, Outcome.WAITING, Outcome.QUARANTINED])
def test_what_waits_at_the_centre_is_listed_with_its_reason(project, outcome) -> None:
    project.begin_feed("e")
    site = new_id()
    project.apply_feed([told(1, site, 1, geohazard(1))], 1)
    mine = project.edit("geohazard", site, {"threatened_people": 99})
    batch, _changes = seal_all(project)
    word = {"threatened_people": FieldOutcome(outcome, None, "because")}
    project.apply_receipts(batch, [ChangeReceipt(mine.id, site, word)])
    assert project.site(site).fields["threatened_people"] == 12
    (kept,) = project.kept_values()
    assert (kept.own, kept.reason, kept.outcome) == (99, "because", outcome)
    assert project.conflicts() == []
    taken = {"threatened_people": FieldOutcome(Outcome.APPLIED, 2)}
    project.apply_receipts(None, [ChangeReceipt(mine.id, site, taken)])
    assert project.site(site).fields["threatened_people"] == 99
    assert project.kept_values() == []
    assert project.check() == []


def test_feeds_of_another_epoch_replace_what_they_bring(project) -> None:
    project.begin_feed("one")
    kept, renewed = new_id(), new_id()
    project.apply_feed(
        [told(1, kept, 4, geohazard(1)), told(2, renewed, 9, geohazard(2, remarks="old"))], 2
    )
    project.begin_feed("two")
    assert project.feed_position == 0
    assert project.centre_epoch == "two"
    project.apply_feed([told(1, renewed, 1, geohazard(2))], 1)
    assert project.site(renewed).version == 1
    assert project.site(renewed).fields["remarks"] is None
    assert project.site(kept).version == 4
    assert project.check() == []


def test_a_restored_centre_gets_the_batches_it_lacks_again(project) -> None:
    project.begin_feed("one")
    for number in (1, 2):
        add_site(project, number)
        batch, (change,) = seal_all(project)
        project.apply_receipts(batch, [answer(change)])
        project.apply_feed([entry(number, change, 1)], number)
    assert project.batches_to_send(2) == []
    project.begin_feed("two")
    (again,) = project.batches_to_send(1)
    assert (again.id, again.seq) == (batch, 2)
    word = answer(change, Outcome.ALREADY, 1, town=Outcome.CONFLICT)
    project.apply_receipts(again.id, [word])
    assert [one.field for one in project.conflicts()] == ["town"]
    project.apply_receipts(again.id, [word])
    assert project.check() == []


def test_kinds_of_a_newer_centre_are_kept_and_not_shown(project) -> None:
    project.begin_feed("e")
    project.apply_feed([told(1, new_id(), 1, {"name": "x"}, kind="household")], 1)
    assert project.check() == []
    assert project.count(SiteQuery()) == 0


def test_a_pull_of_the_whole_city_is_quick(project) -> None:
    import sys
    import time

    project.begin_feed("e")
    page = [told(n, e.subject, 1, dict(e.fields)) for n, e in enumerate(many(3037), 1)]
    started = time.process_time()
    project.apply_feed(page, len(page))
    spent = time.process_time() - started
    assert spent < 4 or sys.gettrace()
    assert project.count(SiteQuery(unsent=False)) == 3037
    assert project.check() == []


def test_stamps_of_others_move_the_clock(project) -> None:
    project.begin_feed("e")
    ahead = "2026-11-22T06:02:00.000Z-000000-elsewhere"
    project.apply_feed([told(1, new_id(), 1, geohazard(1), hlc=ahead)], 1)
    add_site(project)
    assert project.unsent_changes()[0].hlc > ahead


def test_a_stamp_far_ahead_is_recorded_and_one_that_is_none_does_no_harm(project) -> None:
    project.begin_feed("e")
    mad = "2030-01-01T00:00:00.000Z-000000-mad"
    page = [told(1, new_id(), 1, geohazard(1), hlc=mad), told(2, new_id(), 1, {}, hlc="h")]
    project.apply_feed(page, 2)
    assert project.get_setting("clock_skew") == mad
    add_site(project)
    assert project.unsent_changes()[0].hlc < mad


def test_files_are_pending_until_the_centre_has_them(project) -> None:
    first, second, twin = photo(b"1"), photo(b"2"), photo(b"1")
    for one in (first, second, twin):
        project.add_attachment(one)
    assert {one.sha256 for one in project.pending_attachments()} == {first.sha256, second.sha256}
    project.mark_attachment_sent(first.sha256)
    assert project.pending_attachments() == [second]
    project.add_attachment(photo(b"1"))
    assert project.pending_attachments() == [second]


def test_two_devices_that_change_different_fields_end_equal(tmp_path) -> None:
    desk = Desk()
    with quick_project(tmp_path / "a") as a, quick_project(tmp_path / "b") as b:
        site = add_site(a)
        desk.sync(a)
        desk.sync(b)
        a.edit("geohazard", site, {"town": "鹅湖镇"})
        b.edit("geohazard", site, {"monitor_name": "曾祥贵"})
        for one in (a, b, a):
            desk.sync(one)
        assert a.site(site).fields == b.site(site).fields
        assert a.site(site).fields["monitor_name"] == "曾祥贵"
        assert a.conflicts() == b.conflicts() == []


def test_the_office_decides_a_conflict_and_both_devices_end_equal(tmp_path) -> None:
    desk = Desk()
    with quick_project(tmp_path / "a") as a, quick_project(tmp_path / "b") as b:
        site = add_site(a)
        desk.sync(a)
        desk.sync(b)
        a.edit("geohazard", site, {"town": "鹅湖镇"})
        b.edit("geohazard", site, {"town": "江村乡"})
        desk.sync(a)
        desk.sync(b)
        assert b.site(site).fields["town"] == "鹅湖镇"
        assert [one.own for one in b.conflicts()] == ["江村乡"]
        (conflict,) = desk.centre.open()
        desk.centre.settle(conflict, "incoming")
        desk.sync(a)
        desk.sync(b)
        assert a.site(site).fields["town"] == b.site(site).fields["town"] == "江村乡"
        assert b.conflicts() == []
        assert {entry.state for entry in b.site_history(site)} == {"received"}
