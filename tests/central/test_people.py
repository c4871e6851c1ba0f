"""People and duties: nobody gives themselves more, the last holder stays, everything is noted."""

from __future__ import annotations

import pytest

from jdz_field.central import people
from jdz_field.central.accounts import NotAllowed
from jdz_field.central.office import Office
from jdz_field.central.people import AUDIT, SECURITY, SYSTEM
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

FULIANG = "360222"


def apart(office, *, yes=True, who="office"):
    with office.database.write() as connection:
        return people.set_separate(connection, office.now, who, apart=yes)


def duties(office):
    with office.database.read() as connection:
        return people.duties_now(connection)


@pytest.fixture
def three(office):
    """Three administrators, each with one duty."""
    for name, duty in (("甲", SYSTEM), ("乙", SECURITY), ("丙", AUDIT)):
        office.add_user(name, "admin", duties=[duty])


def test_the_first_administrator_holds_every_duty(office):
    assert office.add_user("甲", "admin")["duties"] == [SYSTEM, SECURITY, AUDIT]
    assert office.add_user("乙", "office")["duties"] == []


def test_duties_are_kept_apart_once_each_has_its_own_person(office):
    office.add_user("甲", "admin")
    with pytest.raises(BadInput):
        apart(office)
    office.add_user("乙", "admin", duties=[SECURITY])
    office.add_user("丙", "admin", duties=[AUDIT])
    office.set_user("甲", duties=[SYSTEM])
    assert apart(office) == {"separate": True, SYSTEM: ["甲"], SECURITY: ["乙"], AUDIT: ["丙"]}


def test_apart_nobody_holds_two_and_nobody_changes_their_own(office, three):
    apart(office)
    with pytest.raises(BadInput):
        office.set_user("甲", duties=[SYSTEM, AUDIT], who="乙")
    with pytest.raises(BadInput):
        office.add_user("丁", "admin", duties=[SYSTEM, AUDIT])
    with pytest.raises(BadInput):
        office.set_user("乙", counties=[FULIANG], who="乙")
    assert office.add_user("丁", "admin")["duties"] == []
    apart(office, yes=False)
    assert office.set_user("乙", duties=[SECURITY, AUDIT], who="乙")["duties"]


@pytest.mark.parametrize("change", [{"duties": []}, {"role": "office"}, {"state": "closed"}])
def test_the_last_holder_of_a_duty_stays(office, three, change):
    before = duties(office)
    with pytest.raises(BadInput):
        office.set_user("乙", **change)
    assert duties(office) == before
    office.add_user("丁", "admin", duties=[SECURITY])
    office.set_user("乙", **change)
    assert duties(office)[SECURITY] == ["丁"]


def test_nobody_without_a_holder_can_be_separated(office):
    office.add_user("甲", "admin", duties=[SYSTEM])
    with pytest.raises(BadInput):
        apart(office)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "king"},
        {"state": "gone"},
        {"counties": ["1"]},
        {"kinds": ["x"]},
        {"duties": ["x"]},
    ],
)
def test_what_is_unknown_is_refused(office, change):
    office.add_user("甲", "admin")
    with pytest.raises(BadUsage):
        office.set_user("甲", **change)


def test_duties_belong_to_administrators(office):
    with pytest.raises(BadUsage):
        office.add_user("甲", "field", duties=[AUDIT])
    office.add_user("乙", "admin")
    office.add_user("丙", "admin")
    assert office.set_user("丙", role="office")["duties"] == []
    with pytest.raises(BadInput):
        office.set_user("谁", role="office")


def test_a_closed_account_is_shut_out_and_its_batches_are_held(office):
    tablet = Tablet.enrol(office, "Li", "field")
    office.set_user("Li", state="closed")
    with pytest.raises(NotAllowed):
        office.caller(tablet.enrolment.token)
    held = tablet.batch(tablet.change(new_id(), name="x"))
    assert office.receive(held).state == "held"
    with pytest.raises(BadInput):
        office.device_code("Li")
    office.set_user("Li", state="active")
    assert office.caller(tablet.enrolment.token).user == "Li"
    office.release_batch(held.manifest.batch)
    assert office.info()["changes"] == 1


def test_a_person_of_fewer_counties_pulls_anew(office):
    tablet = Tablet.enrol(office, "Li", "field")
    before = office.caller(tablet.enrolment.token).counties
    office.set_user("Li", counties=[FULIANG])
    assert (before, office.caller(tablet.enrolment.token).counties) == (set(), {FULIANG})


def test_a_desk_that_nobody_used_for_long_signs_in_again(tmp_path):
    from datetime import timedelta

    from jdz_field.core.clock import utc_now

    passed = timedelta(0)
    with Office(None, tmp_path / "files", now=lambda: utc_now() + passed) as office:
        clerk, walker = Tablet.enrol(office, "C", "office"), Tablet.enrol(office, "W", "field")
        for _day in range(3):
            passed += timedelta(days=20)
            office.caller(clerk.enrolment.token)
        passed += timedelta(days=31)
        with pytest.raises(NotAllowed, match="30"):
            office.caller(clerk.enrolment.token)
        assert office.caller(walker.enrolment.token).user == "W"


def test_a_device_is_shut_out_and_let_in_again(office):
    tablet = Tablet.enrol(office, "Li", "field")
    device = tablet.enrolment.device
    assert office.revoke(device, "stolen", who="王") == {"device": device, "state": "revoked"}
    with pytest.raises(NotAllowed):
        office.caller(tablet.enrolment.token)
    office.readmit(device, who="王")
    assert office.caller(tablet.enrolment.token)
    for act in (office.revoke, office.readmit):
        with pytest.raises(BadInput):
            act("nobody")


def test_codes_are_listed_and_withdrawn(office):
    from jdz_field.central import accounts

    office.add_user("Li", "field")
    code = office.device_code("Li")
    with office.database.read() as connection:
        (told,) = accounts.list_codes(connection, office.now)
    assert told["user"] == "Li"
    assert code.replace("-", "") not in str(told)
    with office.database.write() as connection:
        accounts.withdraw_code(connection, office.now, "王", told["id"])
        assert accounts.list_codes(connection, office.now) == []
    for bad in (told["id"], "", "%"):
        with pytest.raises(BadInput), office.database.write() as connection:
            accounts.withdraw_code(connection, office.now, "王", bad)
