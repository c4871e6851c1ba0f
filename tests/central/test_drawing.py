"""The office draws by lot: what, who inspects, and that it is on record."""

from __future__ import annotations

import pytest

from jdz_field.central import drawing, tasks
from jdz_field.central.drawing import RECORDS, SITES, Wanted
from jdz_field.core.changes import RECORD
from jdz_field.core.drawing import draw, fingerprint
from jdz_field.core.errors import BadInput, BadUsage, JdzError
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet
from tests.central.test_tasks import publish

FULIANG, LEPING = "360222", "360281"


@pytest.fixture
def mines(office, tablet):
    """Ten mines in Fuliang, five in Leping, and a point that is none."""
    made = {FULIANG: [], LEPING: []}
    for county, count in ((FULIANG, 10), (LEPING, 5)):
        for number in range(count):
            made[county].append(new_id())
            fields = {"name": f"矿{number}", "code": f"{county}-{number}", "county_code": county}
            office.receive(tablet.batch(tablet.change(made[county][-1], "mine", **fields)))
    office.receive(tablet.batch(tablet.change(new_id(), county_code=FULIANG)))
    return made


def finished(office, tablet, site, moment, form="mine_random_check"):
    record = new_id()
    fields = {"site": site, "form": form, "finished": moment, "answers": {}}
    office.receive(tablet.batch(tablet.change(record, RECORD, **fields)))
    return record


def test_sites_and_inspectors_are_drawn_and_put_on_record(office, mines):
    for name in ("甲", "乙", "丙"):
        office.add_user(name, "field")
    wanted = Wanted(
        SITES, "mine", count=4, inspectors=("甲", "乙", "丙"), each=2, seed="s", why="双随机"
    )
    told = drawing.make(office, wanted, who="王")
    every = mines[FULIANG] + mines[LEPING]
    assert [one["id"] for one in told["drawn"]] == draw(every, "s", 4)
    assert (told["population"], told["fingerprint"]) == (15, fingerprint(every))
    assert all(len(one["inspectors"]) == 2 and one["code"] for one in told["drawn"])
    (kept,) = drawing.made(office)
    assert (kept["by"], kept["why"], kept["drawn"]) == ("王", "双随机", told["drawn"])
    assert office.audit_is_whole()
    assert drawing.make(office, wanted)["drawn"] == told["drawn"]


def test_without_a_seed_each_draw_has_its_own(office, mines):
    one, two = (drawing.make(office, Wanted(SITES, "mine", share="20")) for _n in range(2))
    assert one["seed"] != two["seed"]
    assert len(one["seed"]) == 32
    assert len(one["drawn"]) == 3


def test_a_person_of_one_county_draws_from_it_only(office, mines):
    office.add_user("F", "office", [FULIANG])
    who = office.caller(Tablet.enrol(office, "F").enrolment.token)
    told = drawing.make(office, Wanted(SITES, "mine", count=100), who)
    assert {one["id"] for one in told["drawn"]} == set(mines[FULIANG])
    told = drawing.make(office, Wanted(SITES, "mine", county=LEPING, count=100))
    assert told["population"] == 5


def test_records_of_days_in_beijing_without_rejected_ones(office, tablet, mines):
    site = mines[FULIANG][0]
    late = finished(office, tablet, site, "2026-06-30T16:30:00.000Z")
    day = finished(office, tablet, site, "2026-07-02T08:00:00.000+08:00")
    finished(office, tablet, site, "2026-06-30T15:30:00.000Z")
    finished(office, tablet, site, "2026-07-02T08:00:00.000Z", form="other")
    out = finished(office, tablet, site, "2026-07-02T08:00:00.000Z")
    office.review(out, "rejected", "错")
    wanted = Wanted(
        RECORDS, "mine", "mine_random_check", since="2026-07-01", until="2026-07-02", share="100"
    )
    assert {one["id"] for one in drawing.make(office, wanted)["drawn"]} == {late, day}


def test_drawn_sites_become_tasks_of_their_first_inspector(office, mines, tmp_path):
    publish(office, tmp_path)
    office.add_user("甲", "field")
    wanted = Wanted(
        SITES, "mine", count=2, inspectors=("甲",), task="patrol", due="2026-12-31", why="看"
    )
    told = drawing.make(office, wanted)
    assert told["tasks"] == 2
    given = tasks.tasks(office)
    assert {one["site"] for one in given} == {one["id"] for one in told["drawn"]}
    assert {(one["assignee"], one["note"], one["due"]) for one in given} == {
        ("甲", "看", "2026-12-31")
    }


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"what": "x"}, BadUsage),
        ({"kind": "x"}, BadUsage),
        ({"county": "x"}, BadUsage),
        ({"count": 0}, BadUsage),
        ({"count": 1, "share": "5"}, BadUsage),
        ({"count": -1}, BadUsage),
        ({"count": 0, "share": "x"}, BadUsage),
        ({"each": 0}, BadUsage),
        ({"inspectors": ("甲",), "each": 2}, BadUsage),
        ({"inspectors": ("谁",)}, BadInput),
        ({"what": RECORDS, "task": "patrol", "due": "2026-12-31"}, BadUsage),
        ({"task": "patrol"}, BadUsage),
        ({"since": "yesterday"}, BadInput),
        ({"kind": "plot"}, BadInput),
        ({"why": "x" * 201}, BadUsage),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_on_record(office, mines, more, error):
    wanted = {"what": SITES, "kind": "mine", "count": 3} | more
    with pytest.raises(error):
        drawing.make(office, Wanted(**wanted))
    assert drawing.made(office) == []


def test_over_http(call, mines):
    answer = call.post("/v1/draws", json={"what": "sites", "kind": "mine", "count": 2})
    assert answer.status_code == 201
    assert call.get("/v1/draws").json()[0]["drawn"] == answer.json()["drawn"]
    assert call.post("/v1/draws", json={"what": "sites"}).status_code in {400, 422}
    assert issubclass(BadUsage, JdzError)
