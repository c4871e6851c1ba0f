"""Drafts, records, attachments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jdz_field.core.changes import ChangeReceipt, FieldOutcome, Outcome
from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from tests.store.tools import add_site, draft, entry, photo, record, seal_all, told


def test_a_draft_comes_back_as_it_was(project) -> None:
    one = draft(place="/data/trees[2]/height", site="s", site_kind="mine", replaces="r")
    project.save_draft(one)
    assert project.draft(one.id) == one
    newer = replace(one, answers={"a": None, "z": [], "中": "文"}, updated="2026-12-01")
    project.save_draft(newer)
    assert project.drafts() == [newer]
    assert project.counts()["drafts"] == 1


def test_drafts_are_listed_with_the_last_one_first(project) -> None:
    old, new = draft(updated="2026-01-01"), draft(updated="2026-02-01")
    for one in (new, old):
        project.save_draft(one)
    assert project.drafts() == [new, old]


def test_a_draft_outlives_the_program(project) -> None:
    one = draft()
    project.save_draft(one)
    project.close()
    with Project.open(project.path) as again:
        assert again.draft(one.id) == one


def test_there_is_no_draft_of_another_s_id(project) -> None:
    assert project.draft("nothing") is None
    project.delete_draft("nothing")


def test_drafts_are_no_changes(project) -> None:
    project.save_draft(draft())
    assert project.unsent_changes() == []


def test_finalizing_makes_record_site_edit_and_removes_the_draft(project) -> None:
    site = add_site(project)
    start = draft(site=site, site_kind="geohazard")
    project.save_draft(start)
    one = record(id=start.id, site=site, site_kind="geohazard")
    changes = project.finalize(one, draft=start.id, site_fields={"stability": "2"})
    assert [change.kind for change in changes] == ["record", "geohazard"]
    assert {change.origin for change in changes} == {f"form:{one.id}"}
    assert changes[0].fields["answers"] == (None, one.answers)
    assert project.record(one.id) == one
    assert project.drafts() == []
    assert project.site(site).fields["stability"] == "2"
    assert project.record_state(one.id) == "unsent"
    assert project.check() == []


def test_finalizing_is_all_or_nothing(project) -> None:
    site = add_site(project)
    start = draft()
    project.save_draft(start)
    one = record(id=start.id, site=site, site_kind="geohazard")
    with pytest.raises(BadInput):
        project.finalize(one, draft=start.id, site_fields={"threatened_people": "many"})
    assert project.record(one.id) is None
    assert project.draft(start.id) == start
    assert len(project.unsent_changes()) == 1


def test_a_record_is_finalized_once(project) -> None:
    one = record()
    project.finalize(one, draft=None)
    with pytest.raises(BadInput, match="已提交"):
        project.finalize(one, draft=None)


@pytest.mark.parametrize("site", [None, "missing"])
def test_a_record_updates_only_a_site_that_is_there(project, site) -> None:
    one = record(site=site, site_kind="geohazard" if site else None)
    with pytest.raises(BadInput):
        project.finalize(one, draft=None, site_fields={"stability": "2"})
    assert project.records() == []


def test_records_are_listed_by_site_form_and_state(project) -> None:
    ones = [
        record(site="a", form="f", finished="2026-01-01T00:00:00.000Z"),
        record(site="a", form="g", finished="2026-01-02T00:00:00.000Z"),
        record(site="b", form="f", finished="2026-01-03T00:00:00.000Z"),
    ]
    for one in ones:
        project.finalize(one, draft=None)
    assert project.records() == ones[::-1]
    assert project.records(site="a", form="f") == [ones[0]]
    assert project.records(author="nobody") == []
    assert len(project.records(author=ones[0].author, limit=1)) == 1
    assert project.records(state="unsent", limit=1, offset=1) == [ones[1]]
    assert project.records(state="approved") == []
    assert project.counts()["records"] == {"unsent": 3}


def test_a_record_s_state_goes_from_unsent_to_reviewed(project) -> None:
    project.begin_feed("e")
    one = record()
    (change,) = project.finalize(one, draft=None)
    batch, _changes = seal_all(project)
    assert project.record_state(one.id) == "sent"
    outcomes = {name: FieldOutcome(Outcome.APPLIED, 1) for name in change.fields}
    project.apply_receipts(batch, [ChangeReceipt(change.id, one.id, outcomes)])
    assert project.record_state(one.id) == "received"
    came = {**entry(1, change, 1).fields, "review": "received"}
    project.apply_feed([entry(1, change, 1, fields=came)], 1)
    assert project.record_state(one.id) == "received"
    verdict = {"review": "returned", "review_comment": "照片不清"}
    project.apply_feed([told(2, one.id, 2, verdict, kind="record")], 2)
    assert project.record_state(one.id) == "returned"
    assert project.record(one.id).review_comment == "照片不清"
    assert project.records(state="returned")[0].id == one.id
    assert project.check() == []


def test_the_state_of_no_record_is_bad_input(project) -> None:
    with pytest.raises(BadInput):
        project.record_state("nothing")
    assert project.record("nothing") is None


def test_a_photo_is_kept_with_everything_known_of_it(project) -> None:
    one = photo(altitude=51.5, direction=270.0, accuracy=4.0, caption="裂缝", path="/data/photo")
    change = project.add_attachment(one)
    assert change.kind == "attachment"
    assert project.attachments() == [one]
    assert project.attachment_by_hash(one.sha256) == [one]
    assert project.attachment_by_hash("0" * 64) == []


def test_an_attachment_is_added_once(project) -> None:
    one = photo()
    project.add_attachment(one)
    with pytest.raises(BadInput):
        project.add_attachment(one)


def test_a_track_keeps_its_line(project) -> None:
    line = "LINESTRING (117.2 29.3, 117.3 29.4)"
    one = photo(b"gpx", mime="application/gpx+xml", geometry=line, lon=None, lat=None)
    project.add_attachment(one)
    assert project.attachments() == [one]
    assert project.check()[:1] == [next(iter(project.check()))]


def test_attachments_are_found_by_record_and_site(project) -> None:
    ones = [photo(b"1", record="r", site="s"), photo(b"2", record="r"), photo(b"3", site="s")]
    for one in ones:
        project.add_attachment(one)
    assert project.attachments(record="r") == ones[:2]
    assert project.attachments(site="s") == [ones[0], ones[2]]
    assert project.attachments(record="r", site="s") == [ones[0]]


def test_photos_of_a_draft_are_sent_with_its_record(project) -> None:
    start = draft()
    project.save_draft(start)
    one = photo(record=start.id)
    project.add_attachment(one)
    assert project.unsent_changes() == []
    assert project.pending_attachments() == []
    project.finalize(record(id=start.id), draft=start.id)
    assert [change.kind for change in project.unsent_changes()] == ["attachment", "record"]
    assert project.pending_attachments() == [one]


def test_photos_of_a_draft_that_is_thrown_away_stay(project) -> None:
    start = draft()
    project.save_draft(start)
    one = photo(record=start.id, path="/data/photo", site="s")
    project.add_attachment(one)
    project.delete_draft(start.id)
    assert project.attachments() == [replace(one, record=None, path=None)]
    assert len(project.unsent_changes()) == 2


def test_attachments_can_come_with_the_record(project) -> None:
    one = record()
    shot = photo(record=one.id)
    changes = project.finalize(one, draft=None, attachments=[shot])
    assert [change.kind for change in changes] == ["record", "attachment"]
    assert project.attachments(record=one.id) == [shot]
    assert project.pending_attachments() == [shot]


def test_attachments_are_linked_later(project) -> None:
    one = photo()
    project.add_attachment(one)
    (change,) = project.link_attachments([one.id], record="r", site="s")
    assert change.fields == {"record": (None, "r"), "site": (None, "s")}
    assert project.link_attachments([one.id], record="r") == []
    assert project.attachments(record="r")[0].id == one.id


def test_an_attachment_that_is_not_there_is_neither_linked_nor_edited(project) -> None:
    with pytest.raises(BadInput):
        project.link_attachments(["nothing"], site="s")
    with pytest.raises(BadInput):
        project.edit("attachment", "nothing", {"caption": "x"})
    assert project.attachments() == []


def test_a_deleted_attachment_is_listed_no_more(project) -> None:
    one = photo()
    project.add_attachment(one)
    project.edit("attachment", one.id, {"deleted": True})
    assert project.attachments() == []
    assert project.counts()["attachments"] == 0


def test_others_records_and_photos_arrive_by_the_feed(project) -> None:
    project.begin_feed("e")
    theirs, shot = new_id(), new_id()
    fields = {"form": "f", "form_version": "1", "answers": {"a": 1}, "review": "received"}
    project.apply_feed(
        [
            told(1, theirs, 1, fields, kind="record"),
            told(2, shot, 1, {"sha256": "0" * 64, "mime": "image/jpeg"}, kind="attachment"),
        ],
        2,
    )
    assert project.record(theirs).answers == {"a": 1}
    assert project.record_state(theirs) == "received"
    assert project.attachments()[0].sha256 == "0" * 64
    assert project.pending_attachments() == []
    assert project.check() == []


def test_a_record_changes_and_makes_any_sites_in_one_transaction(project) -> None:
    own, other, fresh = add_site(project), add_site(project, 2), new_id()
    one = record(site=own, site_kind="geohazard")
    edits = [
        Edit("geohazard", other, {"town": "a"}),
        Edit("mine", fresh, {"name": "新矿"}),
        Edit("geohazard", other, {"town": "b"}),
    ]
    changes = project.finalize(one, draft=None, edits=edits)
    assert [change.subject for change in changes] == [one.id, other, fresh, other]
    assert changes[3].parent == changes[1].id
    assert changes[3].fields["town"] == ("a", "b")
    assert {change.origin for change in changes} == {f"form:{one.id}"}
    assert project.open_counts() == {own: 1, other: 3, fresh: 1, one.id: 1}
    assert project.open_counts([other, "nobody"]) == {other: 3}
    assert project.open_counts([]) == {}
    assert project.check() == []


def test_a_site_edit_that_does_not_fit_leaves_no_record(project) -> None:
    one = record()
    with pytest.raises(BadInput):
        project.finalize(one, draft=None, edits=[Edit("mine", new_id(), {"nothing": 1})])
    assert project.record(one.id) is None


def test_a_draft_keeps_what_it_was_before_it_was_carried_over(project) -> None:
    one = draft(carried={"form_version": "0", "answers": {"a": "甲"}, "carried": None})
    project.save_draft(one)
    assert project.draft(one.id) == one


def test_a_record_is_found_by_its_openrosa_id(project) -> None:
    one = record(answers={"meta": {"instanceID": "uuid:1"}})
    project.finalize(one, draft=None)
    project.finalize(record(), draft=None)
    assert project.record_of_instance("uuid:1") == one
    assert project.record_of_instance("uuid:2") is None
