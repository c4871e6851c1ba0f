"""The office of one county: its lists hold its own, and it settles nothing of another's."""

from __future__ import annotations

import pytest

from jdz_field.central.scope import Unseen
from jdz_field.core.changes import RECORD
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

FULIANG, LEPING = "360222", "360281"


class Bureau:
    """A centre with one of everything in each of two counties, and their two offices."""

    def __init__(self, office):
        self.office = office
        self.boss = Tablet.enrol(office, "Boss")
        self.field = Tablet.enrol(office, "Field", "field")
        self.made = {county: self._fill(county) for county in (FULIANG, LEPING)}
        office.add_user("F", "office", [FULIANG])
        self.clerk = office.caller(Tablet.enrol(office, "F").enrolment.token)

    def _send(self, tablet, *changes):
        return self.office.receive(tablet.batch(*changes)).receipts

    def _fill(self, county):
        boss, field = self.boss, self.field
        site, record, point = new_id(), new_id(), new_id()
        self._send(boss, boss.change(site, county_code=county, name="甲", code=county + "010001"))
        self._send(boss, boss.change(site, base_version=1, elevation=10.0))
        self._send(field, field.change(site, base_version=1, elevation=20.0))
        self._send(field, field.change(site, base_version=2, code=county + "019999"))
        self._send(field, field.change(site, base_version=2, length="long"))
        waiting = field.change(site, base_version=2, width=3.0, parent=new_id())
        self._send(field, waiting)
        self._send(field, field.change(record, RECORD, site=site, answers={"a": 1}))
        self._send(field, field.change(point, county_code=county, name="新"))
        return {"site": site, "record": record, "point": point}

    def items(self, name, county, caller=None):
        """Ids of a list's rows about what lies in a county."""
        mine = set(self.made[county].values())
        key = "id" if name in ("records", "sites") else "subject"
        return [row["id"] for row in getattr(self.office, name)(caller=caller) if row[key] in mine]


LISTS = ("conflicts", "proposals", "quarantine", "waiting", "records", "sites")


@pytest.fixture
def bureau(office):
    return Bureau(office)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_what_its_reader_sees(bureau, name):
    assert bureau.items(name, FULIANG, bureau.clerk) == bureau.items(name, FULIANG)
    assert bureau.items(name, FULIANG)
    assert bureau.items(name, LEPING)
    assert bureau.items(name, LEPING, bureau.clerk) == []


def acts(bureau, county):
    """Every act of the office on what lies there."""
    office, who, made = bureau.office, bureau.clerk, bureau.made[county]
    item = {name: bureau.items(name, county)[0] for name in LISTS[:4]}
    return {
        "decide": lambda: office.decide(item["conflicts"], "central", caller=who),
        "approve": lambda: office.settle("proposals", item["proposals"], "approve", caller=who),
        "refuse": lambda: office.settle("proposals", item["proposals"], "reject", "x", caller=who),
        "let": lambda: office.settle("quarantine", item["quarantine"], "reject", "x", caller=who),
        "wait": lambda: office.settle("waiting", item["waiting"], "release", caller=who),
        "review": lambda: office.review(made["record"], "approved", caller=who),
        "number": lambda: office.give_number(made["point"], county + "020001", caller=who),
        "history": lambda: office.history(made["site"], who),
    }


@pytest.mark.parametrize(
    "act", ["decide", "approve", "refuse", "let", "wait", "review", "number", "history"]
)
def test_an_act_needs_what_it_is_about_in_sight(bureau, act):
    head = bureau.office.info()["head"]
    with pytest.raises(Unseen):
        acts(bureau, LEPING)[act]()
    assert bureau.office.info()["head"] == head
    acts(bureau, FULIANG)[act]()


def test_batches_are_listed_by_their_people(bureau):
    near = person = Tablet.enrol(bureau.office, "F")
    bureau.office.receive(near.batch(near.change(new_id(), county_code=FULIANG)))
    assert {b["author"] for b in bureau.office.batches(caller=bureau.clerk)} == {"F"}
    assert len(bureau.office.batches()) > 1
    bureau.office.revoke(person.enrolment.device)
    held = near.batch(near.change(new_id(), county_code=FULIANG))
    assert bureau.office.receive(held).state == "held"
    with pytest.raises(Unseen):
        bureau.office.release_batch(held.manifest.batch, caller=bureau.clerk)
    bureau.office.release_batch(held.manifest.batch)
