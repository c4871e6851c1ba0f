"""Guessing is slowed down, in every process that serves the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.central import lockouts
from jdz_field.central.accounts import NotAllowed
from jdz_field.central.lockouts import DEFAULTS, FREE, TooMany, code_keys, password_keys, token_keys
from jdz_field.central.office import Office
from jdz_field.core.clock import utc_now
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.sync.batch import public_key_text
from tests.central.tablet import Tablet


class Clock:
    def __init__(self):
        self.gone = timedelta(0)

    def __call__(self):
        return utc_now() + self.gone


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def office(central_url, tmp_path, clock):
    with Office(central_url, tmp_path / "files", now=clock) as opened:
        yield opened


def fail(office, keys, times=1):
    for _time in range(times):
        with office.database.write() as connection:
            lockouts.failed(connection, office.now, keys)


def check(office, keys):
    with office.database.read() as connection:
        lockouts.check(connection, office.now, keys)


def listed(office):
    with office.database.read() as connection:
        return lockouts.listed(connection, office.now)


def test_waits_grow_end_and_are_the_same_in_every_process(office, central_url, tmp_path, clock):
    keys = code_keys("10.0.0.9")
    fail(office, keys, FREE["code"] - 1)
    check(office, keys)
    waits = []
    for _time in range(12):
        fail(office, keys)
        with Office(central_url, tmp_path / "files", now=clock) as other:
            with pytest.raises(TooMany) as told:
                check(other, keys)
            check(other, code_keys("10.0.0.8"))
        waits.append(told.value.seconds)
        clock.gone += timedelta(seconds=told.value.seconds + 1)
        check(office, keys)
    assert waits == sorted(waits)
    assert waits[0] <= 61
    assert waits[-1] <= DEFAULTS["longest"] * 60 + 1
    clock.gone += timedelta(days=1)
    fail(office, keys)
    check(office, keys)


def test_one_address_does_not_shut_a_person_out_from_everywhere(office):
    bad, good = password_keys("10.0.0.9", "Li"), password_keys("192.168.1.4", "Li")
    fail(office, bad, FREE["login"])
    with pytest.raises(TooMany):
        check(office, bad)
    check(office, good)
    check(office, password_keys("10.0.0.9", "Wang"))


def test_many_names_from_one_address_wait_too(office):
    for number in range(FREE["address"]):
        fail(office, password_keys("10.0.0.9", f"name {number}"))
    with pytest.raises(TooMany):
        check(office, password_keys("10.0.0.9", "somebody new"))


def test_a_right_try_begins_anew_and_an_administrator_ends_a_wait(office):
    keys = password_keys("10.0.0.9", "Li")
    fail(office, keys, FREE["login"] - 1)
    with office.database.write() as connection:
        assert lockouts.counted(connection, keys[:1])
        lockouts.passed(connection, keys)
        assert not lockouts.counted(connection, keys[:1])
    fail(office, keys, FREE["login"])
    (told,) = listed(office)
    assert told["key"] == "login:Li@10.0.0.9"
    with office.database.write() as connection:
        lockouts.unlock(connection, office.now, "王", told["key"])
    check(office, keys)
    with pytest.raises(BadInput), office.database.write() as connection:
        lockouts.unlock(connection, office.now, "王", told["key"])
    assert office.audit_is_whole()


def test_over_http_with_a_retry_after(office, tmp_path):
    import httpx

    from jdz_field.central.run import start_in_thread
    from jdz_field.central.server import create_app

    with start_in_thread(create_app(None, office.files, office=office)) as running:
        key = public_key_text(Ed25519PrivateKey.generate().public_key())
        body = {"code": "WRONG-WRONG", "device": "d", "public_key": key}
        with httpx.Client(base_url=running.url) as call:
            told = [call.post("/v1/devices/enrol", json=body).status_code for _n in range(11)]
            last = call.post("/v1/devices/enrol", json=body)
            assert last.status_code == 429
            assert 0 < int(last.headers["Retry-After"]) <= 121
            phone = [
                call.get("/openrosa/formList", auth=("Li", "wrong")).status_code for _n in range(7)
            ]
    assert set(told[:10]) == {403}
    assert phone[0] == 401
    assert phone[-1] == 429


def test_failures_in_several_processes_at_once_are_all_counted(central_url, tmp_path, clock):
    keys = token_keys("10.0.0.9")
    offices = [Office(central_url, tmp_path / "files", now=clock) for _n in range(4)]
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda one: fail(one, keys, 10), offices))
        for one in offices:
            check(one, keys)
        fail(offices[0], keys, FREE["token"] - 41)
        check(offices[3], keys)
        fail(offices[1], keys)
        for one in offices:
            with pytest.raises(TooMany):
                check(one, keys)
    finally:
        for one in offices:
            one.close()


def change(office, **changes):
    with office.database.write() as connection:
        return lockouts.set_limits(connection, office.now, "王", changes)


def test_limits_are_settings_of_the_centre_and_on_record(office, central_url, tmp_path, clock):
    assert change(office, login=1, first=2, longest=3) == {
        **DEFAULTS, "login": 1, "first": 2, "longest": 3,
    }  # fmt: skip
    keys = password_keys("10.0.0.9", "Li")
    with Office(central_url, tmp_path / "files", now=clock) as other:
        waits = []
        for _time in range(3):
            fail(other, keys)
            with pytest.raises(TooMany) as told:
                check(office, keys)
            waits.append(told.value.seconds)
            clock.gone += timedelta(seconds=waits[-1] + 1)
    assert waits[0] <= 121 < waits[1] <= 181
    assert waits[2] <= 181
    with office.database.read() as connection:
        (entry,) = connection.exec_driver_sql(
            "SELECT who, what FROM audit WHERE act = 'lockout limits'"
        )
    assert entry.who == "王"
    assert '"login":1' in entry.what


@pytest.mark.parametrize(
    "changes", [{"login": 0}, {"login": 10_001}, {"nothing": 1}, {"longest": 1, "first": 2}]
)
def test_limits_that_are_none_are_refused(office, changes):
    with pytest.raises(BadUsage):
        change(office, **changes)
    with office.database.read() as connection:
        assert lockouts.limits(connection) == DEFAULTS


def test_tokens_that_nobody_has_wait_and_a_right_one_still_passes(office, tmp_path):
    import httpx

    from jdz_field.central.run import start_in_thread
    from jdz_field.central.server import create_app
    from tests.central.tablet import Tablet

    change(office, token=3)
    tablet, gone = Tablet.enrol(office, "Li", "field"), Tablet.enrol(office, "Li", "field")
    office.revoke(gone.enrolment.device)
    with (
        start_in_thread(create_app(None, office.files, office=office)) as running,
        httpx.Client(base_url=running.url) as call,
    ):

        def ask(token):
            return call.get("/v1/hello", headers={"Authorization": f"Bearer {token}"})

        shut = [ask(gone.enrolment.token).status_code for _time in range(5)]
        wrong = [ask("x" * 43) for _time in range(5)]
        right = ask(tablet.enrolment.token)
    # A tablet that was shut out goes on asking; that is no guessing.
    assert shut == [401] * 5
    assert [one.status_code for one in wrong] == [401, 401, 401, 429, 429]
    assert int(wrong[-1].headers["Retry-After"]) > 0
    assert right.status_code == 200


def test_a_desk_stays_signed_in_as_long_as_the_office_says(office, clock):
    desk, field = Tablet.enrol(office, "王", "office"), Tablet.enrol(office, "Li", "field")
    tokens = [one.enrolment.token for one in (desk, field)]
    change(office, desk_days=3)
    clock.gone += timedelta(days=2, hours=23)
    assert [office.caller(token).role for token in tokens] == ["office", "field"]
    clock.gone += timedelta(days=40)
    with pytest.raises(NotAllowed, match="3"):
        office.caller(tokens[0])
    assert office.caller(tokens[1]).role == "field", "tablets are away for weeks"
    change(office, desk_days=300)
    assert office.caller(tokens[0]).role == "office"


@pytest.mark.parametrize("days", [0, 1, 366])
def test_a_desk_is_not_signed_out_every_day_nor_never(office, days):
    with pytest.raises(BadUsage, match="365"):
        change(office, desk_days=days)
