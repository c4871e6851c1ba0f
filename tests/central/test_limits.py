"""Whatever comes in is bounded: each refusal is one sentence, and the server goes on."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import time
from contextlib import closing

import httpx
import pytest

from jdz_field.central import limits, line
from jdz_field.central.limits import Budget, Crowded, Limits, Tally, check_json, plain_filename
from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from jdz_field.core.errors import BadInput
from jdz_field.core.nesting import MAX_DEPTH
from tests.central.hostile import fingerprint
from tests.central.tablet import Tablet, open_office
from tests.central.test_tus import TUS, begin, words

DECISION = "/v1/conflicts/x/decision"


# One centre for all: what is refused leaves nothing.
@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with open_office(tmp_path_factory.mktemp("centre")) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(office):
    with start_in_thread(create_app(None, office.files, office=office)) as running:
        yield running


@pytest.fixture(scope="module")
def tablet(office):
    return Tablet.enrol(office)


@pytest.fixture(scope="module")
def call(server, tablet):
    headers = {"Authorization": f"Bearer {tablet.enrolment.token}"}
    with httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


def one_sentence(answer: httpx.Response, status: int) -> str:
    """The sentence of a refusal, whose status must be this one."""
    assert answer.status_code == status, answer.text
    said = answer.json()["detail"]
    assert said
    assert "\n" not in said
    return said


def connect(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=10)


def ended(connection: socket.socket, within: float) -> bytes:
    """What came until the other side hung up."""
    connection.settimeout(within)
    got = b""
    while True:
        try:
            piece = connection.recv(65_536)
        except ConnectionResetError:
            return got
        if not piece:
            return got
        got += piece


# ---- bytes


def test_a_length_beyond_all_measure_is_refused_before_a_byte_is_read(server, tablet):
    head = (
        "PUT /v1/batches/b HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n"
        f"Authorization: Bearer {tablet.enrolment.token}\r\n\r\n"
    )
    with closing(connect(server.url)) as one:
        one.sendall(head.encode())
        assert one.recv(4_096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("size", [2 << 20, 20 << 20])
def test_a_small_body_that_grows_without_a_length_is_cut_off(call, size):
    def pieces():
        for _i in range(size >> 16):
            yield b"x" * (1 << 16)

    headers = {"Content-Type": "application/json"}
    one_sentence(call.post(DECISION, content=pieces(), headers=headers), 413)
    assert call.get("/v1/info").status_code == 200


def test_gzip_that_grows_beyond_its_ratio_is_cut_off(call):
    bomb = gzip.compress(b"0" * (40 << 20), 9)
    answer = call.put("/v1/batches/x", content=bomb, headers={"Content-Encoding": "gzip"})
    one_sentence(answer, 413)


def test_what_follows_the_end_of_gzip_is_refused(call, tablet, office):
    batch = tablet.batch(tablet.change("s", name="x"))
    body = gzip.compress(json.dumps(batch.to_json()).encode())
    path = f"/v1/batches/{batch.manifest.batch}"
    before = fingerprint(office)
    for more in (b"x", body, b"\0" * 100_000):
        answer = call.put(path, content=body + more, headers={"Content-Encoding": "gzip"})
        one_sentence(answer, 400)
    assert fingerprint(office) == before


@pytest.mark.parametrize("word", ["br", "deflate", "gzip, gzip", "zstd"])
def test_other_compressions_are_named(call, word):
    answer = call.put("/v1/batches/x", content=b"x", headers={"Content-Encoding": word})
    one_sentence(answer, 400)


# ---- nesting


@pytest.mark.parametrize(
    "value",
    [
        '{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1),
        "[" * 100_000,
        "[" + "[]," * 60_000 + "1]",
    ],
)
def test_bodies_nested_beyond_all_forms_are_refused(call, value):
    body = f'{{"take": "value", "why": "w", "value": {value}}}'
    answer = call.post(DECISION, content=body, headers={"Content-Type": "application/json"})
    one_sentence(answer, 400)


def test_a_batch_of_a_million_lists_is_refused_before_it_is_read(call):
    body = b'{"manifest":[' + b"[]," * 5_000_000 + b"[]]}"
    began = time.monotonic()
    one_sentence(call.put("/v1/batches/x", content=body), 400)
    assert time.monotonic() - began < 10


def test_as_deep_as_is_let_in():
    check_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(BadInput):
        check_json(b"[" * (MAX_DEPTH + 1))


# ---- heads


def test_headers_beyond_measure_are_refused(server, call):
    many = {f"X-{n}": "v" for n in range(limits.HEADERS + 1)}
    one_sentence(call.get("/v1/info", headers=many), 431)
    with closing(connect(server.url)) as one:
        one.sendall(b"GET /v1/info HTTP/1.1\r\nHost: x\r\nX-A: " + b"v" * (limits.HEAD_BYTES + 9))
        assert not ended(one, 10).startswith(b"HTTP/1.1 2")
    assert call.get("/v1/info").status_code == 200


@pytest.mark.parametrize("path", ["/v1/sites/%00/history", "/v1/sites/a%0Ab/history"])
def test_addresses_with_letters_that_no_name_has_are_refused(call, path):
    one_sentence(call.get(path), 400)
    one_sentence(call.get("/v1/records?review=a%00"), 400)


@pytest.mark.parametrize(
    "sent", [b"NONSENSE\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\nA B: c\r\n\r\n"]
)
def test_what_is_no_http_gets_one_sentence(server, sent):
    with closing(connect(server.url)) as one:
        one.sendall(sent + b"\r\n\r\n")
        got = ended(one, 10)
    assert got.startswith(b"HTTP/1.1 400 ")
    head, _gap, body = got.partition(b"\r\n\r\n")
    assert b"nosniff" in head
    assert json.loads(body)["detail"]


# ---- time


def test_a_head_that_never_ends_is_given_up(server, monkeypatch):
    monkeypatch.setattr(line, "HEAD_SECONDS", 0.3)
    with closing(connect(server.url)) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ")
        assert ended(one, 10) == b""


def test_a_second_head_that_never_ends_is_given_up_too(server, monkeypatch):
    monkeypatch.setattr(line, "HEAD_SECONDS", 0.3)
    with closing(connect(server.url)) as one:
        one.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HT")
        assert ended(one, 10).count(b"HTTP/1.1 404") == 1


def test_a_body_that_stops_coming_is_given_up(server, tablet, monkeypatch):
    monkeypatch.setattr(limits, "GAP_SECONDS", 0.2)
    head = (
        "PUT /v1/batches/b HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        f"Authorization: Bearer {tablet.enrolment.token}\r\n\r\nhalf"
    )
    with closing(connect(server.url)) as one:
        one.sendall(head.encode())
        assert one.recv(4_096).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_dribbles_is_given_up(server, tablet, monkeypatch):
    monkeypatch.setattr(limits, "GRACE_SECONDS", 0.3)
    head = (
        "PUT /v1/batches/b HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        f"Authorization: Bearer {tablet.enrolment.token}\r\n\r\n"
    )
    with closing(connect(server.url)) as one:
        one.sendall(head.encode())
        end = time.monotonic() + 10
        one.settimeout(0.05)
        got = b""
        while not got and time.monotonic() < end:
            one.sendall(b"x")
            try:
                got = one.recv(4_096)
            except TimeoutError:
                continue
        assert got.startswith(b"HTTP/1.1 408 ")


def test_what_still_comes_after_the_answer_is_read_for_a_moment_only(server, monkeypatch):
    monkeypatch.setattr(line, "LINGER_SECONDS", 0.3)
    with closing(connect(server.url)) as one:
        one.sendall(b"PUT /v1/batches/b HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\nx")
        assert ended(one, 10).startswith(b"HTTP/1.1 401 ")


def test_what_came_of_a_slow_piece_of_an_upload_is_kept(server, call, tablet, monkeypatch):
    monkeypatch.setattr(limits, "GAP_SECONDS", 0.2)
    place = begin(call, b"0123456789").headers["Location"]
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nUpload-Offset: 0\r\n"
        "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Authorization: Bearer {tablet.enrolment.token}\r\n\r\n0123"
    )
    with closing(connect(server.url)) as one:
        one.sendall(head.encode())
        assert one.recv(4_096).startswith(b"HTTP/1.1 408 ")
    assert call.head(place, headers=TUS).headers["Upload-Offset"] == "4"


# ---- number and memory


def test_more_connections_than_there_is_room_for_are_closed(server, monkeypatch):
    monkeypatch.setattr(line, "CONNECTIONS", 3)
    lines = [connect(server.url) for _i in range(6)]
    try:
        for one in lines:
            one.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answered = [_answered(one) for one in lines]
    finally:
        for one in lines:
            one.close()
    assert 1 <= sum(answered) < 6
    assert httpx.get(f"{server.url}/healthz").status_code == 200


def _answered(one: socket.socket) -> bool:
    try:
        return ended(one, 10).startswith(b"HTTP/1.1 404")
    except OSError:
        return False


def test_more_requests_than_there_is_room_for_are_told_when_to_come_again():
    async def never(_scope, _receive, _send):
        await asyncio.sleep(60)

    async def run():
        app, said = Limits(never), []
        scope = {
            "type": "http", "path": "/", "headers": [], "query_string": b"", "raw_path": b"/",
            "method": "GET",
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            said.append(message)

        running = [asyncio.ensure_future(app(dict(scope), receive, send)) for _i in range(2)]
        await asyncio.sleep(0)
        app._running = limits.AT_ONCE
        await app(dict(scope), receive, send)
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        return said

    said = asyncio.run(run())
    assert said[0]["status"] == 503
    assert (b"retry-after", b"3") in said[0]["headers"]


def test_memory_for_bodies_is_shared_and_given_back():
    budget = Budget(100)
    one, two = Tally(budget), Tally(budget)
    one.take(60)
    with pytest.raises(Crowded):
        two.take(41)
    two.take(40)
    one.close()
    two.take(60)
    two.close()
    assert budget.used == 0


def test_a_body_for_which_there_is_no_room_is_asked_to_come_again(call, tablet, monkeypatch):
    monkeypatch.setattr(limits.Budget, "take", _no_room)
    batch = tablet.batch(tablet.change("s", name="x"))
    path = f"/v1/batches/{batch.manifest.batch}"
    one_sentence(call.put(path, json=batch.to_json()), 503)
    monkeypatch.undo()
    assert call.put(path, json=batch.to_json()).status_code == 200


def _no_room(_self: Budget, _size: int) -> None:
    raise Crowded("no room")


def test_a_device_has_so_many_uploads_open_and_no_more(call, office, monkeypatch):
    monkeypatch.setattr("jdz_field.central.blobs.MAX_OPEN", 3)
    of = {"Authorization": f"Bearer {Tablet.enrol(office, 'Zhao').enrolment.token}"}
    made = [begin(call, bytes([n]), **of) for n in range(4)]
    assert [m.status_code for m in made[:3]] == [201] * 3
    one_sentence(made[3], 400)
    other = {"Authorization": f"Bearer {Tablet.enrol(office, 'Wang').enrolment.token}"}
    assert begin(call, b"x", **other).status_code == 201
    assert call.delete(made[0].headers["Location"], headers=TUS | of).status_code == 204
    assert begin(call, b"y", **of).status_code == 201


# ---- names


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b.jpg", "..", ".", "C:\\x.jpg", "a\0.jpg", "a\nb", "x" * 256]
)
def test_names_that_lead_elsewhere_are_refused(call, office, name):
    with pytest.raises(BadInput):
        plain_filename(name)
    sha, before = "0" * 64, fingerprint(office)
    given = TUS | {"Upload-Length": "1", "Upload-Metadata": words(sha256=sha, filename=name)}
    one_sentence(call.post("/v1/attachments", headers=given), 400)
    assert fingerprint(office) == before


@pytest.mark.parametrize("name", ["照片 1.jpg", "..jpg", "a b", "x" * 255, "C:x.jpg"])
def test_plain_names_stay(name):
    assert plain_filename(name) == name
