"""What a person sees of the centre, and what becomes of edits to what they must not see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.central import feed, snapshot
from jdz_field.central.office import Office
from jdz_field.central.scope import covers, limited, narrowed, tag
from jdz_field.core.changes import RECORD, Outcome
from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

CHANGJIANG, ZHUSHAN, FULIANG, LEPING = "360202", "360203", "360222", "360281"


def person(office, name, *counties, role="field", kinds=()):
    office.add_user(name, role, counties, kinds)
    return Tablet.enrol(office, name)


def caller(office, tablet):
    return office.caller(tablet.enrolment.token)


def send(office, tablet, *changes):
    return office.receive(tablet.batch(*changes)).receipts


def site(office, tablet, county, **fields):
    subject = new_id()
    send(office, tablet, tablet.change(subject, county_code=county, **fields))
    return subject


def pull(office, tablet, after=0, limit=3, held=None):
    """The feed page by page, as a device keeps it: what it holds, what it may only read."""
    shown, past = held or ({}, set())
    who = caller(office, tablet)
    more = True
    while more:
        page = office.changes(who, after, limit)
        for entry in page.entries:
            if isinstance(entry, Leave):
                past.add(entry.subject)
                continue
            past.discard(entry.subject)
            values, number = shown.get(entry.subject, ({}, 0))
            assert entry.version >= number
            shown[entry.subject] = ({**values, **entry.fields}, entry.version)
        assert page.position >= after
        after, more = page.position, page.more
    return after, (shown, past)


def central(office, subject):
    values = {}
    for entry in office.history(subject):
        values |= entry.fields
    return values


@pytest.fixture
def boss(office):
    return Tablet.enrol(office, "Boss")


def test_a_person_gets_their_county_only(office, boss):
    fuliang, leping = person(office, "F", FULIANG), person(office, "L", LEPING)
    here, there = site(office, boss, FULIANG, name="甲"), site(office, boss, LEPING, name="乙")
    photo = new_id()
    send(office, boss, boss.change(photo, "attachment", site=there, sha256="a" * 64))
    assert set(pull(office, fuliang)[1][0]) == {here}
    assert set(pull(office, leping)[1][0]) == {there, photo}
    assert set(pull(office, boss)[1][0]) == {here, there, photo}


def test_kinds_limit_as_counties_do(office, boss):
    forester = person(office, "K", kinds=("plot",), role="forestry")
    plot, point = new_id(), site(office, boss, FULIANG)
    record = new_id()
    send(office, boss, boss.change(plot, "plot", county_code=FULIANG))
    send(office, boss, boss.change(record, RECORD, site=point, answers={}))
    assert set(pull(office, forester)[1][0]) == {plot}


def test_leaving_tells_and_entering_brings_all_of_it(office, boss):
    fuliang, leping = person(office, "F", FULIANG), person(office, "L", LEPING)
    one = site(office, boss, FULIANG, name="甲")
    record = new_id()
    send(office, boss, boss.change(record, RECORD, site=one, answers={"a": 1}))
    send(office, boss, boss.change(one, base_version=1, name="乙"))
    at_f, held_f = pull(office, fuliang)
    at_l, held_l = pull(office, leping)
    assert set(held_f[0]) == {one, record}
    assert not held_l[0]
    send(office, boss, boss.change(one, base_version=2, county_code=LEPING))
    _at, (shown, past) = pull(office, fuliang, at_f, held=held_f)
    assert past == {one, record}
    assert shown[one][0]["name"] == "乙"
    assert "county_code" in shown[one][0]
    _at, (shown, past) = pull(office, leping, at_l, held=held_l)
    assert {i: values for i, (values, _v) in shown.items()} == {
        i: central(office, i) for i in (one, record)
    }
    assert not past


def test_an_edit_made_before_the_site_left_goes_in(office, boss):
    fuliang = person(office, "F", FULIANG)
    one = site(office, boss, FULIANG, name="甲")
    pull(office, fuliang)
    send(office, boss, boss.change(one, base_version=1, county_code=LEPING))
    (told,) = send(office, fuliang, fuliang.change(one, base_version=1, elevation=7))
    assert told.fields["elevation"].outcome is Outcome.APPLIED
    assert central(office, one)["elevation"] == 7
    shown, past = pull(office, fuliang)[1]
    assert past == {one}
    assert shown[one][0]["elevation"] == 7


@pytest.mark.parametrize("base", [0, 1, 2])
def test_an_edit_of_what_the_author_must_not_see_waits_for_the_office(office, boss, base):
    fuliang = person(office, "F", FULIANG)
    one = site(office, boss, LEPING, name="甲")
    send(office, boss, boss.change(one, base_version=1, name="乙"))
    told = send(office, fuliang, fuliang.change(one, base_version=base, elevation=7, deleted=True))
    told = told[0].fields
    assert told["elevation"].outcome is Outcome.PROPOSED
    assert told["elevation"].reason == "guest"
    assert told["deleted"].outcome is not Outcome.APPLIED
    assert "elevation" not in central(office, one)
    assert not central(office, one).get("deleted")
    (asked,) = [p for p in office.proposals() if p["field"] == "elevation"]
    office.settle("proposals", asked["id"], "approve", "seen")
    assert central(office, one)["elevation"] == 7


def test_new_subjects_and_records_of_other_counties_always_go_in(office, boss):
    fuliang = person(office, "F", FULIANG)
    there = site(office, boss, LEPING)
    record, new = new_id(), new_id()
    first = fuliang.change(new, county_code=LEPING, name="新")
    told = send(
        office, fuliang, fuliang.change(record, RECORD, site=there, answers={"a": 1}), first
    )
    assert all(f.outcome is Outcome.APPLIED for r in told for f in r.fields.values())
    # What they began goes on, whether in one chain or after the receipt.
    told = send(office, fuliang, fuliang.change(new, parent=first.id, name="新2"))
    assert told[0].fields["name"].outcome is Outcome.APPLIED
    shown, past = pull(office, fuliang)[1]
    assert set(shown) == {record, new} == past


def test_a_guests_edit_is_a_proposal_by_stick_too(office, boss):
    fuliang = person(office, "F", FULIANG)
    one = site(office, boss, LEPING, name="甲")
    told = office.receive(
        fuliang.batch(fuliang.change(one, base_version=1, name="x")), by_hand=True
    )
    assert told.receipts[0].fields["name"].outcome is Outcome.PROPOSED


def test_a_thousand_edits_of_two_counties_are_told_apart(office, boss):
    fuliang = person(office, "F", FULIANG)
    own = [boss.change(new_id(), county_code=FULIANG) for _i in range(1_100)]
    foreign = [boss.change(new_id(), county_code=LEPING) for _i in range(1_100)]
    send(office, boss, *own, *foreign)
    edits = [fuliang.change(c.subject, base_version=1, name="n") for c in (*own, *foreign)]
    told = [r.fields["name"].outcome for r in send(office, fuliang, *edits)]
    assert told == [Outcome.APPLIED] * 1_100 + [Outcome.PROPOSED] * 1_100


def test_a_question_only_narrows(office, boss):
    who = caller(office, person(office, "F", FULIANG))
    assert narrowed(who, [LEPING], []).counties == {"-"}
    assert narrowed(who, [FULIANG, LEPING], []).counties == {FULIANG}
    everyone = caller(office, boss)
    assert not limited(everyone)
    assert tag(everyone) == ""
    assert limited(narrowed(everyone, [LEPING], []))
    assert not covers(narrowed(who, [LEPING], []), FULIANG, "geohazard", "x")
    assert tag(who) != tag(narrowed(who, [], ["geohazard"]))


# ---- any history: the feed and the snapshot say the same

_COUNTY = st.sampled_from([FULIANG, LEPING, None])
_STEP = st.one_of(
    st.tuples(st.just("new"), _COUNTY),
    st.tuples(st.just("record"), st.integers(0, 9)),
    st.tuples(st.just("move"), st.integers(0, 9), _COUNTY),
    st.tuples(st.just("edit"), st.integers(0, 9), st.integers(0, 99)),
    st.tuples(st.just("pull")),
)


class _Bureau:
    """A centre, an office that edits, a person of one county that pulls now and then."""

    def __init__(self, office):
        self.office = office
        self.boss = Tablet.enrol(office, "Boss")
        self.fuliang = person(office, "F", FULIANG)
        self.sites, self.versions = [], {}
        self.at, self.held = 0, ({}, set())

    def change(self, subject, kind="geohazard", **fields):
        base = self.versions.get(subject, 0)
        send(self.office, self.boss, self.boss.change(subject, kind, base_version=base, **fields))
        self.versions[subject] = self.office.history(subject)[-1].version

    def step(self, what, *more):
        if what == "new":
            self.sites.append(new_id())
            self.change(self.sites[-1], county_code=more[0], name="n")
        elif what == "pull":
            self.at, self.held = pull(self.office, self.fuliang, self.at, held=self.held)
        elif self.sites:
            one = self.sites[more[0] % len(self.sites)]
            if what == "record":
                self.change(new_id(), RECORD, site=one, answers={"n": 1})
            else:
                fields = {"county_code": more[1]} if what == "move" else {"elevation": more[1]}
                self.change(one, **fields)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_STEP, max_size=14))
def test_feed_and_snapshot_agree_after_any_history(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("scope")
    with Office(f"sqlite:///{(folder / 'c.gpkg').as_posix()}", folder / "files") as office:
        bureau = _Bureau(office)
        for step in steps:
            bureau.step(*step)
        bureau.step("pull")
        shown, past = bureau.held
        live = {i: values for i, (values, _v) in shown.items() if i not in past}
        who = caller(office, bureau.fuliang)
        taken = _snapshot(office, who)
        assert live == taken
        # Somebody who never synced gets the same of either.
        _at, (fresh, gone) = pull(office, bureau.fuliang)
        assert {i: v for i, (v, _n) in fresh.items() if i not in gone} == taken
        everyone = caller(office, bureau.boss)
        for subject, values in taken.items():
            assert values == central(office, subject)
        assert set(_snapshot(office, everyone)) == set(bureau.versions)


def _snapshot(office, who, size=2):
    """Every page of it, as values by subject."""
    found, start, more = {}, "", True
    while more:
        with office.database.read() as connection:
            part = snapshot.read_part(connection, who, start, size)
        for entry in part.entries:
            assert isinstance(entry, FeedEntry)
            found.setdefault(entry.subject, {}).update(entry.fields)
        start, more = part.last, part.more
    return found


def test_a_snapshot_has_only_what_stands(office, boss):
    one = site(office, boss, FULIANG, name="a", stratum="r")
    for number, name in enumerate("bcd", 1):
        send(office, boss, boss.change(one, base_version=number, name=name))
    with office.database.read() as connection:
        part = snapshot.read_part(connection, caller(office, boss), "", 10)
        whole = list(feed.all_entries(connection, 0))
    assert len(whole) == 4
    assert [(e.version, dict(e.fields)) for e in part.entries] == [
        (1, {"county_code": FULIANG, "stratum": "r"}),
        (4, {"name": "d"}),
    ]
    assert part.position == whole[-1].position
    stands = whole[-1]
    assert part.entries[-1] == replace(stands, position=part.entries[-1].position)
