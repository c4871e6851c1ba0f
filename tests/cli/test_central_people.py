"""``central user|device|duties|lockouts|audit`` on a real centre."""

from __future__ import annotations

import csv
import json

import pytest

from jdz_field.central import lockouts
from jdz_field.central.accounts import NotAllowed
from jdz_field.central.fixed import loosening_statements
from jdz_field.central.fixed import run as run_all
from jdz_field.central.office import Office
from jdz_field.cli.root import run
from tests.central.tablet import Tablet


@pytest.fixture
def place(tmp_path):
    url = f"sqlite:///{(tmp_path / 'central.gpkg').as_posix()}"
    return ["--files", str(tmp_path / "files"), "--database", url, "--who", "office"]


@pytest.fixture
def office(place):
    with Office(place[3], place[1]) as opened:
        yield opened


@pytest.fixture
def tablet(office):
    return Tablet.enrol(office)


@pytest.fixture
def command(place, capsys):
    """Runs a command with ``--json``; its document, or what it says when it fails."""

    def call(*words, code=0):
        capsys.readouterr()
        assert run(["central", *words, *place, "--json"]) == code
        told = capsys.readouterr()
        return json.loads(told.out) if told.out else told.err

    return call


@pytest.fixture
def three(office):
    for name, duty in (("甲", "system"), ("乙", "security"), ("丙", "audit")):
        office.add_user(name, "admin", duties=[duty])


def test_a_person_is_changed_closed_and_opened(command, office):
    device = Tablet.enrol(office, "Li", "field").enrolment
    told = command("user", "set", "Li", "--county", "360222", "--kind", "mine")
    assert (told["counties"], told["kinds"], told["role"]) == (["360222"], ["mine"], "field")
    assert command("user", "set", "Li", "--everywhere")["counties"] == []
    assert command("user", "revoke", "Li", "--why", "retired")["state"] == "closed"
    with pytest.raises(NotAllowed):
        office.caller(device.token)
    entry = command("audit", "list", "--act", "user set")[-1]["what"]
    assert (entry["state"], entry["why"]) == ("closed", "retired")
    assert command("user", "set", "Li", "--open")["state"] == "active"
    assert office.caller(device.token).user == "Li"
    command("user", "set", "Li", "--role", "king", code=2)
    command("user", "set", "Li", "--county", "1", code=2)
    command("user", "revoke", "nobody", code=3)


def test_the_last_of_a_duty_stays_on_the_command_line_too(command, three):
    assert "乙" in command("user", "revoke", "乙", code=3)
    assert "乙" in command("user", "set", "乙", "--no-duty", code=3)
    assert [u["state"] for u in command("user", "list")] == ["active"] * 3


def test_codes_and_devices(command, tablet, office):
    code = command("device", "code", "--user", "Li")["code"]
    (told,) = command("device", "codes")
    assert (told["user"], code in str(told)) == ("Li", False)
    assert command("device", "codes", "--withdraw", told["id"]) == []
    command("device", "codes", "--withdraw", told["id"], code=3)
    device = tablet.enrolment.device
    assert command("device", "revoke", device, "--why", "stolen")["state"] == "revoked"
    assert command("device", "list")[0]["state"] == "revoked"
    assert command("device", "restore", device)["state"] == "active"
    assert office.caller(tablet.enrolment.token)
    command("device", "restore", "none", code=3)


def test_kept_apart_each_command_asks_for_its_duty(command, three):
    told = command("duties", "--separate")
    assert (told["separate"], told["security"]) == (True, ["乙"])

    refused = (
        ("user", "add", "Li", "--role", "field"),
        ("user", "set", "甲", "--duty", "audit"),
        ("user", "revoke", "甲"),
        ("user", "password", "甲"),
        ("device", "code", "--user", "甲"),
        ("device", "codes"),
        ("lockouts",),
        ("duties", "--together"),
        ("audit", "list"),
        ("audit", "check"),
    )
    for words in refused:
        command(*words, code=3)
    assert command("duties") == told
    assert [u["name"] for u in command("user", "list")] == ["丙", "乙", "甲"]


def test_kept_apart_the_holder_of_a_duty_works_with_that_one_alone(command, office, three):
    # The fixture's --who.
    office.add_user("office", "admin", duties=["security"])
    command("duties", "--separate")
    assert command("user", "add", "Li", "--role", "field")["name"] == "Li"
    assert command("user", "revoke", "乙")["state"] == "closed"
    assert command("lockouts") == []
    command("audit", "list", code=3)
    # Nobody gives themselves anything, and nobody a second duty.
    command("user", "set", "office", "--duty", "audit", code=3)
    command("user", "set", "甲", "--duty", "system", "--duty", "audit", code=3)
    assert command("duties", "--together")["separate"] is False
    assert [one["act"] for one in command("audit", "list", "--act", "duties")] == ["duties"] * 2


def test_the_log_is_listed_checked_and_exported(command, office, tablet, tmp_path):
    told = command("audit", "list")
    assert [one["id"] for one in told] == list(range(1, len(told) + 1))
    assert command("audit", "list", "--after", "1", "--limit", "1") == told[1:2]
    assert command("audit", "check") == {"entries": len(told), "broken": None}
    lines, table = tmp_path / "log.jsonl", tmp_path / "log.csv"
    assert command("audit", "export", str(lines))["written"] == len(told)
    kept = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    assert kept == told
    command("audit", "export", str(table))
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert [row["hash"] for row in rows[: len(told)]] == [one["hash"] for one in told]
    command("audit", "export", str(tmp_path / "log.pdf"), code=2)
    command("audit", "export", str(tmp_path / "none" / "log.csv"), code=4)
    assert command("audit", "check", "--against", str(lines))["broken"] is None
    with office.database.write() as connection:
        run_all(connection, loosening_statements("sqlite"))
        connection.exec_driver_sql(f"DELETE FROM audit WHERE id >= {len(told)}")
    assert command("audit", "check")["broken"] is None
    assert command("audit", "check", "--against", str(lines), code=3)["broken"] == len(told)
    with office.database.write() as connection:
        connection.exec_driver_sql("UPDATE audit SET who = 'nobody' WHERE id = 2")
    assert command("audit", "check", code=3)["broken"] == 2


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]", "no json", '{"id": "x", "hash": 1}'])
def test_what_is_no_export_is_refused(command, office, tmp_path, content):
    file = tmp_path / "log.jsonl"
    file.write_text(content, encoding="utf-8")
    assert "log.jsonl" in command("audit", "check", "--against", str(file), code=3)
    command("audit", "check", "--against", str(tmp_path / "none.jsonl"), code=3)


def test_waits_are_listed_ended_and_set(command, office):
    with office.database.write() as connection:
        for _time in range(lockouts.FREE["code"]):
            lockouts.failed(connection, office.now, lockouts.code_keys("10.0.0.9"))
    (told,) = command("lockouts")
    assert told["key"] == "code:10.0.0.9"
    assert command("lockouts", "--unlock", told["key"]) == []
    command("lockouts", "--unlock", told["key"], code=3)
    assert command("lockouts", "--limits") == lockouts.DEFAULTS
    assert command("lockouts", "--set", "code=3", "--set", "first=2")["code"] == 3
    assert command("lockouts", "--limits")["first"] == 2
    for bad in ("code", "code=", "code=x", "code=0", "code=-1", "none=3", "code=99999999999"):
        command("lockouts", "--set", bad, code=2)
