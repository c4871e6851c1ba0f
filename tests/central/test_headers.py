"""Headers of every answer, over http and over https with a real certificate."""

from __future__ import annotations

import ssl
import threading
from contextlib import contextmanager

import httpx
import pytest

from jdz_field.central import run
from jdz_field.central.headers import PLAIN
from jdz_field.central.server import create_app
from tests.central.test_tus import TUS, begin
from tests.cli.test_central import self_signed


@contextmanager
def over_tls(office, folder):
    """The address of a server with a certificate of its own, and what trusts it."""
    certificate, key = self_signed(folder)
    listener = run._listen("127.0.0.1", 0)
    ready = threading.Event()
    app = create_app(None, office.files, office=office)
    config = run._config(app, **run._tls(certificate, key))
    server = run._Server(config, ready.set)
    thread = threading.Thread(target=run._run_in_thread, args=(server, listener), daemon=True)
    thread.start()
    assert ready.wait(30)
    url = run._url(listener, "127.0.0.1", secure=True)
    try:
        yield url, ssl.create_default_context(cafile=str(certificate))
    finally:
        server.should_exit = True
        thread.join(15)


def test_every_sort_of_answer_bears_them(call, server):
    place = begin(call, b"x").headers["Location"]
    answers = [
        call.get("/v1/info"), call.get("/v1/changes"), call.get("/v1/nowhere"),
        call.get("/v1/changes?after=-1"), call.options("/v1/attachments"),
        call.head(place, headers=TUS), call.get("/openapi.json"), call.get("/healthz"),
        call.get("/metrics"), call.put("/v1/batches/x", content=b"none"), call.put("/v1/info"),
        call.get("/v1/info", headers={f"X-{n}": "x" for n in range(120)}),
        httpx.get(f"{server.url}/v1/info"), httpx.get(f"{server.url}/openrosa/formList"),
        httpx.get(f"{server.url}/ogc"),
    ]  # fmt: skip
    for answer in answers:
        for name, value in PLAIN:
            assert answer.headers.get_list(name.decode()) == [value.decode()], answer.url
        assert answer.headers["Cache-Control"] == "no-store", answer.url
        assert "Server" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers


def test_what_never_changes_may_be_kept_by_the_device_alone(call, tablet, office, tmp_path):
    sha = office.receive(tablet.batch(tablet.change("s", name="x"), files=(b"p",))).missing[0]
    draft = tmp_path / "d"
    draft.write_bytes(b"p")
    office.blobs.keep(draft, sha, "p.jpg", "Li")
    answer = call.get(f"/v1/attachments/{sha}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("private,")
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_https_says_that_it_stays_so_and_lets_passwords_in(office, tablet, tmp_path):
    password = office.app_password("Li")
    with over_tls(office, tmp_path) as (url, trusted), httpx.Client(verify=trusted) as client:
        answer = client.get(f"{url}/healthz")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        forms = client.get(f"{url}/openrosa/formList", auth=("Li", password))
        assert forms.status_code == 200
        assert forms.headers["Strict-Transport-Security"]
        token = {"Authorization": f"Bearer {tablet.enrolment.token}"}
        assert client.get(f"{url}/v1/info", headers=token).status_code == 200
        assert client.get(f"{url}/v1/info").status_code == 401
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/healthz")
        with pytest.raises(httpx.TransportError):
            httpx.get(url.replace("https", "http"))


def test_passwords_in_clear_over_a_network_are_refused_before_they_are_looked_at(office, tablet):
    """As a proxy without TLS would bring them: the address is another machine's."""
    password = office.app_password("Li")
    with run.start_in_thread(create_app(None, office.files, office=office)) as running:
        far = {"X-Forwarded-For": "203.0.113.9"}
        for path in ("/openrosa/formList", "/ogc"):
            answer = httpx.get(f"{running.url}{path}", auth=("Li", password), headers=far)
            assert answer.status_code == 403
            safe = far | {"X-Forwarded-Proto": "https"}
            answer = httpx.get(f"{running.url}{path}", auth=("Li", password), headers=safe)
            assert answer.status_code == 200
        assert httpx.get(f"{running.url}/openrosa/formList", auth=("Li", "x")).status_code == 401
