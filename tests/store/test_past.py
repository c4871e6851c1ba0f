"""A project as it stood at a moment, whoever changed what since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jdz_field.core.changes import RECORD, ChangeReceipt, FieldOutcome, Outcome
from jdz_field.core.clock import to_text
from jdz_field.core.ids import new_id
from jdz_field.store.project import Project
from tests.store.tools import add_site, entry, geohazard, photo, record, seal_all, told

DAY = datetime(2026, 6, 1, tzinfo=UTC)


def at(day: int) -> str:
    """Noon of a day of the story."""
    return to_text(DAY + timedelta(days=day, hours=12))


@pytest.fixture
def story(project: Project) -> Project:
    """The project, whose clock stands at the beginning of day 1."""
    go_to(project, 1)
    return project


def go_to(project: Project, day: int) -> None:
    moment = DAY + timedelta(days=day)
    project.now = lambda: moment


def names(project: Project, day: int) -> dict[str, object]:
    """Towns by name as of a day."""
    sites = project.sites_then(at(day), ("geohazard",)).sites
    return {site.name: site.fields["town"] for site in sites if not site.deleted}


def test_own_changes_are_taken_back_one_by_one(story: Project) -> None:
    site = add_site(story, 1, town="瑶里镇")
    go_to(story, 2)
    story.edit("geohazard", site, {"town": "鹅湖镇", "geometry": "POINT (117.5 29.5)"})
    go_to(story, 3)
    story.edit("geohazard", site, {"town": None})
    go_to(story, 4)
    story.edit("geohazard", site, {"deleted": True})
    go_to(story, 9)
    assert names(story, 0) == {}
    assert list(names(story, 1).values()) == ["瑶里镇"]
    assert list(names(story, 2).values()) == ["鹅湖镇"]
    assert list(names(story, 3).values()) == [None]
    assert names(story, 4) == {}
    (first,) = story.sites_then(at(1)).sites
    assert (first.lon, first.lat) == (117.2001, 29.3)
    (second,) = story.sites_then(at(2)).sites
    assert (second.lon, second.lat) == (117.5, 29.5)


def test_a_grade_is_of_the_figures_of_then(story: Project) -> None:
    site = add_site(story, 1, threatened_people=12)
    go_to(story, 2)
    story.edit("geohazard", site, {"threatened_people": 500})
    (before,), (after,) = (story.sites_then(at(day)).sites for day in (1, 2))
    assert (before.fields["danger_grade"], after.fields["danger_grade"]) == ("D", "B")


def test_the_present_is_what_the_store_shows(story: Project) -> None:
    ids = [add_site(story, n) for n in range(1, 6)]
    story.edit("geohazard", ids[2], {"town": "湘湖镇"})
    assert {s.id: s for s in story.sites_then(at(50)).sites} == {
        one: story.site(one) for one in ids
    }


def test_what_others_did_counts_from_when_the_centre_wrote_it(story: Project) -> None:
    site = new_id()
    story.apply_feed([told(1, site, 1, geohazard(1), at=at(2))], 1)
    story.apply_feed([told(2, site, 2, {"town": "湘湖镇"}, at=at(4))], 2)
    assert names(story, 1) == {}
    assert list(names(story, 3).values()) == ["瑶里镇"]
    assert list(names(story, 4).values()) == ["湘湖镇"]


def test_a_controlled_field_counts_from_its_approval(story: Project) -> None:
    site = add_site(story, 1)
    _batch, (made,) = seal_all(story)
    story.apply_feed([entry(1, made, 1, at=at(1))], 1)
    go_to(story, 2)
    closing = story.edit("geohazard", site, {"status": "closed", "remarks": "已治理"})
    batch, _changes = seal_all(story)
    fates = {
        "status": FieldOutcome(Outcome.PROPOSED),
        "remarks": FieldOutcome(Outcome.APPLIED, 2),
    }
    story.apply_receipts(batch, [ChangeReceipt(closing.id, site, fates)])
    (proposed,) = story.sites_then(at(3)).sites
    assert proposed.fields["status"] is None
    remarks = entry(2, closing, 2, at=at(3), fields={"remarks": "已治理"})
    status = entry(3, closing, 3, at=at(5), fields={"status": "closed"})
    story.apply_feed([remarks, status], 3)
    (before,), (after,) = (story.sites_then(at(day)).sites for day in (2, 5))
    assert (before.fields["status"], before.fields["remarks"]) == (None, "已治理")
    assert after.fields["status"] == "closed"


def test_what_the_centre_did_not_take_never_counted(story: Project) -> None:
    site = new_id()
    story.apply_feed([told(1, site, 1, geohazard(1), at=at(0))], 1)
    mine = story.edit("geohazard", site, {"town": "湘湖镇"})
    batch, _changes = seal_all(story)
    fate = {"town": FieldOutcome(Outcome.CONFLICT, 2)}
    story.apply_receipts(batch, [ChangeReceipt(mine.id, site, fate)])
    story.apply_feed([told(2, site, 2, {"town": "鹅湖镇"}, at=at(3))], 2)
    assert list(names(story, 2).values()) == ["瑶里镇"]
    assert list(names(story, 3).values()) == ["鹅湖镇"]


def test_a_past_that_is_not_here_whole_is_said(story: Project) -> None:
    """A snapshot brings versions that still stand alone."""
    site = new_id()
    story.apply_feed([told(1, site, 4, geohazard(1), at=at(6))], 1)
    then = story.sites_then(at(1))
    assert then.unsure == {site}
    assert [one.id for one in then.sites] == [site]
    assert story.sites_then(at(6)).unsure == frozenset()


def test_records_have_the_review_of_then(story: Project) -> None:
    made = record()
    story.finalize(made, draft=None)
    _batch, changes = seal_all(story)
    story.apply_feed([entry(1, changes[0], 1, at=at(1))], 1)
    story.apply_feed([told(2, made.id, 2, {"review": "approved"}, kind=RECORD, at=at(4))], 2)
    assert story.records_then(at(0)) == []
    assert [one.review for one in story.records_then(at(3))] == [""]
    assert [one.review for one in story.records_then(at(4))] == ["approved"]
    assert story.records_then(at(4), form="another") == []
    assert story.records_then(at(4), site=new_id()) == []


def test_photos_come_when_they_came(story: Project) -> None:
    made = record()
    story.finalize(made, draft=None)
    go_to(story, 3)
    late = photo(record=made.id)
    story.add_attachment(late)
    assert story.attachments_then(at(2), record=made.id) == []
    assert [one.id for one in story.attachments_then(at(3), record=made.id)] == [late.id]
    assert story.attachments_then(at(3), record=new_id()) == []


def test_courses_of_named_subjects(story: Project) -> None:
    site = add_site(story, 1)
    go_to(story, 2)
    story.edit("geohazard", site, {"town": "湘湖镇"})
    course = story.courses(ids=[site])[site]
    assert [event.fields.get("town") for event in course.events] == ["瑶里镇", "湘湖镇"]
    assert course.whole
    assert story.courses(("mine",)) == {}
