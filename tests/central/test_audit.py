"""The audit log: append-only, chained entry by entry, read by whoever audits and nobody else."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy.exc import DatabaseError

from jdz_field.central import audit
from jdz_field.central.fixed import loosening_statements, run
from jdz_field.central.office import Office
from jdz_field.core.clock import utc_now
from tests.central.tablet import Tablet


@pytest.fixture
def office(central_url, tmp_path):
    with Office(central_url, tmp_path / "files") as opened:
        for number in range(9):
            note(opened, number)
        yield opened


def note(office, number):
    with office.database.write() as connection:
        audit.note(connection, utc_now, "王", f"act {number % 3}", n=number)


def read(office, *given, **more):
    with office.database.read() as connection:
        return audit.entries(connection, *given, **more)


def checked(office, kept=None):
    with office.database.read() as connection:
        return audit.checked(connection, kept)


def forge(office, *statements):
    """As somebody would who owns the database and takes the triggers away."""
    with office.database.write() as connection:
        run(connection, (*loosening_statements(connection.dialect.name), *statements))


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE audit SET who = 'nobody' WHERE id = 3",
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(office, forgery):
    before = read(office)
    with pytest.raises(DatabaseError, match="append-only"), office.database.write() as connection:
        connection.exec_driver_sql(forgery)
    assert read(office) == before
    assert checked(office) == {"entries": len(before), "broken": None}


@pytest.mark.parametrize("column", ["at", "who", "act", "what", "hash"])
def test_the_first_altered_entry_is_named(office, column):
    forge(office, *(f"UPDATE audit SET {column} = '\"x\"' WHERE id = {n}" for n in (7, 4)))
    assert checked(office)["broken"] == 4


@pytest.mark.parametrize(
    ("forgery", "named"),
    [
        (("DELETE FROM audit WHERE id = 5",), 6),
        (("DELETE FROM audit WHERE id = 1",), 2),
        (("DELETE FROM audit WHERE id = 5", "UPDATE audit SET id = 5 WHERE id = 6"), 5),
        (
            (
                "UPDATE audit SET id = 100 WHERE id = 5",
                "UPDATE audit SET id = 5 WHERE id = 6",
                "UPDATE audit SET id = 6 WHERE id = 100",
            ),
            5,
        ),
    ],
)
def test_what_was_taken_out_or_put_elsewhere_is_noticed(office, forgery, named):
    forge(office, *forgery)
    assert checked(office)["broken"] == named


def test_a_log_cut_off_at_its_end_does_not_fit_an_earlier_export(office):
    last = read(office)[-1]
    kept = (last["id"], last["hash"])
    note(office, 10)
    assert checked(office, kept)["broken"] is None
    forge(office, f"DELETE FROM audit WHERE id >= {last['id']}")
    assert checked(office)["broken"] is None
    assert checked(office, kept)["broken"] == last["id"]
    note(office, 11)
    assert checked(office, kept)["broken"] == last["id"]


def test_entries_are_told_in_order_after_a_number_by_act_and_the_newest(office):
    every = read(office)
    ids = [one["id"] for one in every]
    assert ids == list(range(1, len(ids) + 1))
    assert read(office, 4, 2) == every[4:6]
    assert read(office, act="act 1") == [one for one in every if one["act"] == "act 1"]
    assert read(office, limit=3, newest=True) == every[-3:]
    assert read(office, act="%") == []


def test_the_log_over_http_is_the_auditors_alone(tmp_path):
    from jdz_field.central.run import start_in_thread
    from jdz_field.central.server import create_app

    with Office(None, tmp_path / "files") as office:
        office.add_user("审", "admin", duties=["audit"])
        office.add_user("安", "admin", duties=["security"])
        tokens = {u: Tablet.enrol(office, u).enrolment.token for u in ("审", "安")}
        with (
            start_in_thread(create_app(None, office.files, office=office)) as running,
            httpx.Client(base_url=running.url) as call,
        ):

            def ask(who, path):
                return call.get(path, headers={"Authorization": f"Bearer {tokens[who]}"})

            told = ask("审", "/v1/audit?newest=true&limit=1").json()
            assert told == read(office)[-1:]
            assert ask("审", "/v1/audit/check").json() == checked(office)
            assert ask("审", "/v1/duties").json()["own"] == ["audit"]
            for path in ("/v1/users", "/v1/devices", "/v1/sites", "/v1/changes", "/v1/info"):
                assert ask("审", path).status_code == 403
            assert ask("安", "/v1/audit").status_code == 403
            assert ask("安", "/v1/audit/check").status_code == 403
            assert ask("审", "/v1/audit?limit=0").status_code == 422


def test_whoever_only_audits_stays_at_their_desk_while_they_use_it(tmp_path):
    from datetime import timedelta

    passed = timedelta(0)
    with Office(None, tmp_path / "files", now=lambda: utc_now() + passed) as office:
        office.add_user("审", "admin", duties=["audit"])
        token = Tablet.enrol(office, "审").enrolment.token
        for _visit in range(3):
            passed += timedelta(days=20)
            assert office.caller(token).only_audits
