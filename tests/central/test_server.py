"""The centre over HTTP: httpx against the real server, our client, and its refusals."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from jdz_field.core.changes import ChangeReceipt, Outcome
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import public_key, verify_receipts
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import Refused
from tests.central.tablet import Tablet

CODE = "360222010001"


def lines(answer):
    return [json.loads(line) for line in answer.text.splitlines()]


def put(call, batch, **headers):
    return call.put(
        f"/v1/batches/{batch.manifest.batch}", content=json.dumps(batch.to_json()), headers=headers
    )


def test_a_device_enrols_sends_and_pulls_through_our_client(office, server, tmp_path):
    office.add_user("Li", "office")
    code = office.device_code("Li")
    device = Tablet.enrol(office, "Wang")
    with CentralClient(server.url) as client:
        enrolment = client.enrol(code, "tablet", new_id(), device.enrolment.centre_sign_key, "e")
        assert client.healthy()
        with pytest.raises(Refused):
            client.hello()
    assert (enrolment.user, enrolment.role) == ("Li", "office")
    photo = tmp_path / "p.jpg"
    photo.write_bytes(b"photo" * 100_000)
    batch = device.batch(device.change(new_id(), name="瑶里"), files=(photo.read_bytes(),))
    sha = batch.manifest.attachments[0].sha256
    with CentralClient(server.url, device.enrolment.token) as client:
        hello = client.hello()
        assert (hello.epoch, hello.head, hello.last_sequence) == (office.epoch, 0, 0)
        answer = client.put_batch(batch)
        verify_receipts(
            answer.receipts, answer.signature, public_key(device.enrolment.centre_sign_key)
        )
        assert answer.missing == (sha,)
        client.upload(photo, sha, "p.jpg", addresses={})
        assert client.put_batch(batch).missing == ()
        client.download(sha, tmp_path / "copy.jpg")
        assert (tmp_path / "copy.jpg").read_bytes() == photo.read_bytes()
        page = client.changes(0)
        assert [e.fields for e in page.entries] == [{"name": "瑶里"}]
        assert client.info()["attachments"] == 1


def test_the_feed_comes_in_pages_receipts_first(office, call, tablet):
    for _i in range(3):
        office.receive(tablet.batch(tablet.change(new_id(), name="x")))
    first = lines(call.get("/v1/changes?after=0&limit=2"))
    assert [line["type"] for line in first] == ["change", "change", "end"]
    assert first[-1] == {"type": "end", "position": 2, "more": True, "scope": ""}
    rest = lines(call.get("/v1/changes?after=2&limit=2"))
    assert rest[-1] == {"type": "end", "position": 3, "more": False, "scope": ""}
    lost = tablet.change(new_id(), name="y", parent=new_id())
    office.receive(tablet.batch(lost))
    office.settle("waiting", lost.id, "reject", "lost")
    told = lines(call.get("/v1/changes?after=3"))
    assert [line["type"] for line in told] == ["receipt", "end"]
    receipt = ChangeReceipt.from_json(told[0])
    assert receipt.fields["name"].outcome is Outcome.REJECTED
    assert lines(call.get(f"/v1/changes?after={told[-1]['position']}"))[0]["type"] == "end"


def test_a_batch_may_be_compressed(call, tablet):
    batch = tablet.batch(tablet.change(new_id(), name="x"))
    body = gzip.compress(json.dumps(batch.to_json()).encode())
    path = f"/v1/batches/{batch.manifest.batch}"
    assert call.put(path, content=body, headers={"Content-Encoding": "gzip"}).status_code == 200
    cut = call.put(path, content=body[:-9], headers={"Content-Encoding": "gzip"})
    assert cut.status_code == 400
    bad = call.put(path, content=b"none", headers={"Content-Encoding": "gzip"})
    assert bad.status_code == 400


def test_a_body_that_unpacks_without_end_is_cut_off(call, monkeypatch):
    monkeypatch.setattr("jdz_field.central.limits.MAX_BODY", 1 << 20)
    bomb = gzip.compress(b"0" * (20 << 20), 9)
    answer = call.put("/v1/batches/x", content=bomb, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"nonsense", b'{"manifest": 1}', b"\xff"])
def test_a_batch_that_is_none_is_refused_with_a_sentence(call, body):
    answer = call.put("/v1/batches/x", content=body)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_batch_under_another_address_or_content_is_refused(office, call, tablet):
    batch = tablet.batch(tablet.change(new_id(), name="x"))
    body = json.dumps(batch.to_json())
    assert call.put("/v1/batches/other", content=body).status_code == 400
    assert put(call, batch).status_code == 200
    other = tablet.batch(tablet.change(new_id(), name="y"), batch_id=batch.manifest.batch)
    assert put(call, other).status_code == 409
    forged = Tablet.enrol(office, "Wang").batch(
        tablet.change(new_id(), name="z"), device=tablet.enrolment.device
    )
    assert put(call, forged).status_code == 403


def test_a_revoked_device_is_cut_off_at_once(office, call, tablet):
    office.revoke(tablet.enrolment.device)
    assert call.get("/v1/hello").status_code == 401
    other = Tablet.enrol(office, "Wang")
    batch = tablet.batch(tablet.change(new_id(), name="x"))
    headers = {"Authorization": f"Bearer {other.enrolment.token}"}
    assert put(call, batch, **headers).status_code == 403
    assert office.batches()[0]["state"] == "held"


def test_the_office_lists_and_releases_batches_over_http(office, call, tablet):
    other = Tablet.enrol(office, "Wang")
    office.revoke(other.enrolment.device)
    office.receive(tablet.batch(tablet.change(new_id(), name="x")))
    batch = office.receive(other.batch(other.change(new_id(), name="y"))).batch
    assert {b["state"] for b in call.get("/v1/batches").json()} == {"merged", "held"}
    done = call.post(f"/v1/batches/{batch}/release").json()
    assert len(done["receipts"]) == 1
    assert call.post(f"/v1/batches/{batch}/release").status_code == 409


def test_the_office_settles_a_conflict_over_http(office, call, tablet):
    two, subject = Tablet.enrol(office, "Wang"), new_id()
    office.receive(tablet.batch(tablet.change(subject, name="瑶里", code=CODE)))
    office.receive(tablet.batch(tablet.change(subject, town="a", base_version=1)))
    office.receive(two.batch(two.change(subject, town="b", base_version=1)))
    shown = call.get("/v1/conflicts").json()[0]
    path = f"/v1/conflicts/{shown['id']}/decision"
    stale = {"take": "incoming", "why": "w", "seen_version": shown["seen_version"] + 1}
    assert call.post(path, json=stale).status_code == 409
    body = stale | {"seen_version": shown["seen_version"]}
    assert call.post(path, json=body).json() == {"version": 3}
    assert call.post(path, json=body).status_code == 409
    assert call.get("/v1/conflicts").json() == []
    assert office.history(subject)[-1].author == "Li"


def test_what_waits_is_settled_over_http(office, call):
    field_device, office_device = Tablet.enrol(office, "Zhao", "field"), Tablet.enrol(office)
    subject, record = new_id(), new_id()
    base = office_device.change(subject, name="x", threatened_people=3)
    bad = office_device.change(subject, monitor_phone="ask", base_version=1)
    lost = office_device.change(subject, town="x", parent=new_id())
    filled = office_device.change(record, "record", site=subject, form="f", answers={})
    office.receive(office_device.batch(base))
    office.receive(office_device.batch(bad, lost, filled))
    wish = field_device.change(subject, threatened_people=9, base_version=1)
    office.receive(field_device.batch(wish))
    why = {"why": "because"}
    proposal = call.get("/v1/proposals").json()[0]["id"]
    assert call.post(f"/v1/proposals/{proposal}/approve", json={}).json()["outcome"] == "applied"
    assert call.post(f"/v1/proposals/{proposal}/reject", json=why).status_code == 409
    held = call.get("/v1/quarantine").json()[0]["id"]
    assert call.post(f"/v1/quarantine/{held}/reject", json={}).status_code == 400
    assert call.post(f"/v1/quarantine/{held}/reject", json=why).json()["outcome"] == "rejected"
    assert call.post(f"/v1/quarantine/{held}/release", json=why).status_code == 409
    waiting = call.get("/v1/waiting").json()[0]["id"]
    assert call.post(f"/v1/waiting/{waiting}/release", json=why).json()["outcome"] == "applied"
    assert call.post(f"/v1/waiting/{waiting}/reject", json=why).status_code == 409
    assert call.get("/v1/records?review=received").json()[0]["id"] == record
    review = call.post(f"/v1/records/{record}/review", json={"state": "approved"})
    assert review.json()["review"] == "approved"
    number = call.post(f"/v1/sites/{subject}/number", json={"code": CODE})
    assert number.json()["code"] == CODE
    assert call.get("/v1/sites").json()[0]["code"] == CODE
    assert len(call.get(f"/v1/sites/{subject}/history").json()) == 4


def test_no_address_but_health_and_openapi_answers_a_stranger(server):
    document = httpx.get(f"{server.url}/openapi.json").json()
    open_to_all = {"/healthz", "/metrics", "/v1/devices/enrol"}
    for path, methods in document["paths"].items():
        for method in methods:
            if path in open_to_all or method == "options":
                continue
            url = server.url + path.replace("{", "").replace("}", "")
            answer = httpx.request(method, url, headers={"Tus-Resumable": "1.0.0"})
            assert answer.status_code == 401, (method, path)
    assert httpx.get(f"{server.url}/healthz").json()["status"] == "ok"
    bad = httpx.get(f"{server.url}/v1/hello", headers={"Authorization": "Bearer x"})
    assert bad.status_code == 401
    assert bad.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "path", ["conflicts", "proposals", "waiting", "quarantine", "records", "batches", "info",
             "users", "devices", "sites"]
)  # fmt: skip
def test_a_field_role_sees_nothing_of_the_office(field, path):
    assert field.get(f"/v1/{path}").status_code == 403
    assert field.get("/v1/changes").status_code == 200


def test_only_an_administrator_enters_people(call, office, server):
    body = {"name": "Zhu", "role": "field"}
    assert call.post("/v1/users", json=body).status_code == 403
    admin = Tablet.enrol(office, "Admin", "admin")
    headers = {"Authorization": f"Bearer {admin.enrolment.token}"}
    assert call.post("/v1/users", json=body, headers=headers).status_code == 201
    made = call.post("/v1/devices/code", json={"user": "Zhu"}, headers=headers)
    assert len(made.json()["code"]) == 11
    device = office.devices()[0]["id"]
    assert call.post(f"/v1/devices/{device}/revoke", headers=headers).status_code == 200
    assert len(call.get("/v1/users", headers=headers).json()) == 3


def test_guessing_codes_is_slowed_down(server, tablet):
    body = {
        "code": "x", "device": new_id(), "public_key": tablet.enrolment.centre_sign_key,
    }  # fmt: skip
    seen = {httpx.post(f"{server.url}/v1/devices/enrol", json=body).status_code for _i in range(12)}
    assert seen == {403, 429}


def test_requests_that_make_no_sense_are_told_so(call):
    assert call.post("/v1/conflicts/x/decision", json={"value": 1}).status_code == 422
    assert call.get("/v1/changes?after=-1").status_code == 422
    assert call.get("/v1/nowhere").status_code == 404
    assert call.get("/v1/forms/none/1.xml").status_code == 404
    assert call.post("/v1/conflicts/x/decision", json={"take": "central"}).status_code == 400
    huge = call.post("/v1/conflicts/x/decision", content=b"x" * (2 << 20))
    assert huge.status_code in {400, 413}


def test_text_that_is_no_unicode_does_no_harm(call):
    body = b'{"take": "central", "why": "\\ud800", "value": "\\ud800"}'
    answer = call.post(
        "/v1/conflicts/x/decision", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    body = b'{"name": "\\ud800", "role": "office"}'
    answer = call.post("/v1/users", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 403, 422}


def test_metrics_are_for_this_machine(server, call):
    call.get("/v1/info")
    text = httpx.get(f"{server.url}/metrics").text
    assert 'jdz_sites{kind="geohazard"} 0' in text
    assert "jdz_answers_total" in text


def test_every_answer_says_that_it_is_not_to_be_kept(call):
    answer = call.get("/v1/info")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_server_that_is_stopped_answers_no_more(office):
    running = start_in_thread(create_app(None, office.files, office=office))
    assert httpx.get(f"{running.url}/healthz").status_code == 200
    running.stop()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{running.url}/healthz")


def test_bad_addresses_and_certificates_are_named(tmp_path):
    from jdz_field.central.run import serve

    def run(**how):
        serve(None, tmp_path / "files", announce=print, **how)

    with pytest.raises(Unavailable):
        run(host="256.1.1.1", port=0)
    with pytest.raises(BadUsage):
        run(port=0, tls_cert=tmp_path / "c.pem")
    (tmp_path / "c.pem").write_text("none")
    with pytest.raises(BadInput):
        run(port=0, tls_cert=tmp_path / "c.pem", tls_key=tmp_path / "c.pem")
