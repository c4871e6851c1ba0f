"""Health and figures: right with several processes, and told to nobody who may not know."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse
from sqlalchemy import text

from jdz_field.central import metrics, routes_ops
from jdz_field.central.database import NEWEST
from jdz_field.central.lockouts import FREE, failed, password_keys
from jdz_field.central.office import Office
from jdz_field.central.run import expiry
from jdz_field.core.clock import to_text, utc_now
from jdz_field.core.errors import Unavailable
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet, open_office
from tests.central.test_tus import begin

PLACE = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(metrics, "FRESH", 0.0)


def figures(url: str, **headers: str) -> dict[tuple[str, ...], float]:
    """Every sample: its name and the values of its labels, and how much."""
    answer = httpx.get(f"{url}/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *(v for k, v in sorted(sample.labels.items()) if k != "le")): sample.value
        for family in parse(answer.text)
        for sample in family.samples
    }


# ---- figures


def test_what_the_centre_holds_is_told(office, server, call, tablet):
    lost = tablet.change(new_id(), town="x", parent=new_id())
    site = tablet.change(new_id(), name="一", monitor_phone="ask", **PLACE)
    batch = tablet.batch(site, lost, files=(b"12345",))
    assert call.put(f"/v1/batches/{batch.manifest.batch}", json=batch.to_json()).is_success
    place = begin(call, b"12345").headers["Location"]
    call.get("/v1/hello")
    told = figures(server.url)
    assert told["jdz_sites", "geohazard"] == 1
    assert told["jdz_changes",] == 2
    assert told["jdz_waiting",] == 1
    assert told["jdz_quarantined",] == 1
    assert told["jdz_batches", "merged"] == 1
    assert told["jdz_devices", "active"] == 1
    assert told["jdz_devices_seen", "1h"] == 1
    assert told["jdz_uploads_open",] == 1
    assert told["jdz_attachment_bytes",] == 0
    assert told["jdz_head",] == office.info()["head"]
    assert told["jdz_disk_free",] > 0
    header = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    header["Content-Type"] = "application/offset+octet-stream"
    assert call.patch(place, content=b"12345", headers=header).status_code == 204
    told = figures(server.url)
    assert told["jdz_attachment_bytes",] == 5
    assert told["jdz_uploads_open",] == 0


def test_what_the_server_did_is_counted_by_route_and_outcome(server, call, tablet):
    subject = new_id()
    batch = tablet.batch(
        tablet.change(subject, name="一", **PLACE),
        tablet.change(new_id(), town="x", parent=new_id()),
    )
    for _time in range(2):
        call.put(f"/v1/batches/{batch.manifest.batch}", json=batch.to_json())
    for number in range(3):
        call.get(f"/v1/sites/{number}/history")
    told = figures(server.url)
    assert told["jdz_changes_received_total", "applied"] == 1, "a repeated batch does not count"
    assert told["jdz_changes_received_total", "waiting"] == 1
    assert told["jdz_answers_total", "PUT", "/v1/batches/{batch_id}", "200"] == 2
    assert sum(n for key, n in told.items() if "/v1/sites/{site}/history" in key[1:]) >= 3
    assert told["jdz_request_seconds_count", "PUT", "/v1/batches/{batch_id}"] == 2
    assert told["jdz_taken_bytes_total",] > 1_000


def test_addresses_that_are_not_there_make_no_series(server):
    for number in range(5):
        httpx.get(f"{server.url}/nowhere/{number}")
        httpx.request(f"VERB{number}", f"{server.url}/nowhere")
    told = figures(server.url)
    assert told["jdz_answers_total", "GET", "(none)", "404"] == 5
    assert told["jdz_answers_total", "OTHER", "(none)", "404"] == 5
    assert len([key for key in told if key[0] == "jdz_answers_total"]) == 2


def test_a_device_that_was_long_away_is_not_seen_lately(office, server, tablet):
    long_ago = to_text(utc_now() - timedelta(days=3))
    with office.database.write() as connection:
        connection.execute(text("UPDATE devices SET last_seen = :at"), {"at": long_ago})
    told = figures(server.url)
    assert [told["jdz_devices_seen", span] for span in ("1h", "1d", "7d")] == [0, 0, 1]


def test_figures_are_not_read_anew_at_every_request(office, server, monkeypatch):
    monkeypatch.setattr(metrics, "FRESH", 60.0)
    before = figures(server.url)["jdz_users",]
    office.add_user("Wang", "field")
    assert figures(server.url)["jdz_users",] == before


def test_a_database_that_is_away_is_told_with_what_the_server_knows(office, server, monkeypatch):
    httpx.get(f"{server.url}/healthz")

    def away():
        raise Unavailable("postgresql://jdz:secret@db/jdz does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(office.database, "read", away)
        told = figures(server.url)
    assert told["jdz_database_up",] == 0
    assert told["jdz_answers_total", "GET", "/healthz", "200"] == 1
    assert ("jdz_users",) not in told
    told = figures(server.url)
    assert (told["jdz_database_up",], told["jdz_users",]) == (1, 0)


def test_what_an_operator_asks_first(office, server):
    keys = password_keys("10.0.0.9", "Li")
    for _time in range(FREE["login"]):
        with office.database.write() as connection:
            failed(connection, office.now, keys)
    told = figures(server.url)
    assert told["jdz_lockouts",] == 1
    assert told["jdz_database_bytes",] > 100_000
    assert told["jdz_log_lines_lost_total",] == 0
    assert any(key[0] == "jdz_build" and key[1] for key in told)
    if sys.platform == "linux":
        assert told["process_resident_memory_bytes",] > 10_000_000
        assert told["process_open_fds",] > 3


def test_without_a_certificate_none_ends(server, tmp_path):
    assert not any(key[0] == "jdz_certificate_expires" for key in figures(server.url))
    for name, words in (("none.pem", None), ("wrong.pem", "no certificate")):
        if words:
            (tmp_path / name).write_text(words)
        assert expiry(tmp_path / name) is None


def test_the_size_of_a_database_of_either_kind(central_url, tmp_path):
    with Office(central_url, tmp_path / "files") as office:
        assert metrics.office_facts(office)["database_bytes"] > 100_000


def test_a_folder_of_files_that_is_gone_leaves_no_room(tmp_path):
    assert metrics._free(tmp_path / "gone") == 0


# ---- who may see them


def request(host: str, **headers: str) -> SimpleNamespace:
    return SimpleNamespace(client=SimpleNamespace(host=host), headers=headers)


def test_this_machine_sees_figures_and_what_a_proxy_brings_does_not(server):
    assert figures(server.url)
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"):
        answer = httpx.get(f"{server.url}/metrics", headers={name: "127.0.0.1"})
        assert answer.status_code == 403, name
        assert answer.json()["detail"]


def test_the_office_sees_figures_from_anywhere_and_a_field_role_does_not(office, server, tablet):
    far = {"X-Forwarded-For": "203.0.113.7"}
    token = tablet.enrolment.token
    assert figures(server.url, Authorization=f"Bearer {token}", **far)
    field = Tablet.enrol(office, "Zhao", "field").enrolment.token
    for bad, status in ((field, 403), ("wrong", 401)):
        headers = far | {"Authorization": f"Bearer {bad}"}
        assert httpx.get(f"{server.url}/metrics", headers=headers).status_code == status


def test_a_token_for_the_watcher(server, monkeypatch):
    monkeypatch.setenv("JDZ_METRICS_TOKEN", "watch-me")
    far = {"X-Forwarded-For": "203.0.113.7"}
    assert figures(server.url, Authorization="Bearer watch-me", **far)
    headers = far | {"Authorization": "Bearer watch-mee"}
    assert httpx.get(f"{server.url}/metrics", headers=headers).status_code == 401
    monkeypatch.setenv("JDZ_METRICS_TOKEN", "")
    headers = far | {"Authorization": "Bearer"}
    assert httpx.get(f"{server.url}/metrics", headers=headers).status_code in {401, 403}


# ---- health


def test_a_centre_that_can_work_says_so_and_nothing_else(server):
    answer = httpx.get(f"{server.url}/healthz")
    assert answer.status_code == 200
    told = {"status": "ok", "database": "ok", "steps": NEWEST, "disk": "ok", "log": "ok"}
    assert answer.json() == told


def test_a_full_disk_is_degraded(server, monkeypatch):
    monkeypatch.setattr(routes_ops, "LEAST_FREE", 1 << 62)
    answer = httpx.get(f"{server.url}/healthz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "degraded",
        "database": "ok",
        "steps": NEWEST,
        "disk": "full",
        "log": "ok",
    }


def test_a_database_of_another_version_is_degraded(office, server):
    with office.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = httpx.get(f"{server.url}/healthz")
    assert (answer.status_code, answer.json()["steps"]) == (503, "9999")


def test_a_database_that_is_away_is_degraded_and_its_address_stays_secret(
    office, server, monkeypatch
):
    def away():
        raise Unavailable("postgresql://jdz:secret@db/jdz does not answer")

    monkeypatch.setattr(office.database, "read", away)
    answer = httpx.get(f"{server.url}/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "away"
    assert "secret" not in answer.text
    assert "jdz" not in answer.text


def test_a_folder_that_is_gone_is_no_room(tmp_path):
    assert routes_ops._free(tmp_path / "gone") == 0


# ---- several processes


def test_processes_that_share_a_folder_tell_the_sum(tmp_path):
    """Two processes of one centre: counters of both from either; what the centre holds, once."""
    shared = tmp_path / "counters"
    shared.mkdir()
    with open_office(tmp_path) as office:
        tablet = Tablet.enrol(office)
        batches = [tablet.batch(tablet.change(new_id(), name="一", **PLACE)) for _i in range(2)]
    command = [sys.executable, "-m", "jdz_field", "central", "serve", "--port", "0", "--json"]
    command += ["--files", str(tmp_path / "files")]
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(shared)}
    headers = {"Authorization": f"Bearer {tablet.enrolment.token}"}
    with ExitStack() as stack:
        made = [
            stack.enter_context(
                subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, encoding="utf-8")
            )
            for _i in range(2)
        ]
        for one in made:
            stack.callback(one.kill)
        urls = [json.loads(one.stdout.readline())["url"] for one in made]
        for url, batch in zip(urls, batches, strict=True):
            path = f"{url}/v1/batches/{batch.manifest.batch}"
            assert httpx.put(path, json=batch.to_json(), headers=headers).status_code == 200
        end = time.monotonic() + 10
        for url in urls:
            told = figures(url)
            while told.get(("jdz_answers_total", "PUT", "/v1/batches/{batch_id}", "200")) != 2:
                assert time.monotonic() < end
                told = figures(url)
            assert told["jdz_changes_received_total", "applied"] == 2
            assert told["jdz_sites", "geohazard"] == 2
            assert told["jdz_batches", "merged"] == 2


def test_figures_of_both_kinds_of_database(central_url, tmp_path):
    with Office(central_url, tmp_path / "files") as office:
        tablet = Tablet.enrol(office)
        office.receive(tablet.batch(tablet.change(new_id(), name="一", **PLACE), files=(b"x",)))
        told = metrics.office_facts(office)
        assert (told["changes"], told["batches_by_state"]) == (1, {"merged": 1})
        assert told["attachment_bytes"] == told["uploads_open"] == 0
        assert metrics.Meters().text(office).decode().count("jdz_sites{") == 5
        assert routes_ops.health(office)["status"] == "ok"
