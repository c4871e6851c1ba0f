"""The connection: patience, repetition, sentences. The servers here are bad on purpose."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.sync.link import Cancelled, Link, Refused

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
HANG = b""


def reply(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An HTTP answer that closes its connection."""
    more = "".join(f"{h}\r\n" for h in headers)
    head = f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class Script:
    """A server that gives prepared answers, one a request; the last for ever."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self.answers = answers
        self.requests: list[bytes] = []
        self._done = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._done.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        self.requests.append(_request(connection))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == HANG:
            self._done.wait(20)
        elif answer is not None:
            connection.sendall(answer)

    def close(self) -> None:
        self._done.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _gap, body = data.partition(b"\r\n\r\n")
    words = head.lower().split(b"content-length: ")
    length = int(words[1].split(b"\r\n")[0]) if len(words) > 1 else 0
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def script(*answers: bytes | None) -> Iterator[Script]:
    server = Script(list(answers))
    try:
        yield server
    finally:
        server.close()


@contextmanager
def linked(url: str, **more: float | str) -> Iterator[Link]:
    link = Link(url, "secret", **{"patience": 1.5, "first": 0.6, **more})  # type: ignore[arg-type]
    try:
        yield link
    finally:
        link.close()


def took(work: Callable[[], object], error: type[Exception]) -> tuple[float, str]:
    start = time.monotonic()
    with pytest.raises(error) as caught:
        work()
    return time.monotonic() - start, str(caught.value)


def test_an_answer_comes_through_with_the_token_sent() -> None:
    with script(OK) as server, linked(server.url + "/base/") as link:
        assert link.call("GET", "v1/hello").json() == {}
    assert server.requests[0].startswith(b"GET /base/v1/hello ")
    assert b"Bearer secret" in server.requests[0]


def test_a_server_that_is_not_there_is_said_within_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    link = Link(f"http://127.0.0.1:{port}")
    seconds, text = took(lambda: link.call("GET", "v1/hello"), Unavailable)
    link.close()
    assert seconds < 5
    assert str(port) in text
    assert "\n" not in text


def test_an_unknown_name_is_said_within_seconds() -> None:
    link = Link("http://centre.invalid")
    seconds, _text = took(lambda: link.call("GET", "v1/hello"), Unavailable)
    link.close()
    assert seconds < 10


@pytest.mark.parametrize("first", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"junk"])
def test_what_is_safe_is_repeated_after_a_break(first: bytes | None) -> None:
    with script(first, reply(200, b"{}")) as server, linked(server.url) as link:
        assert link.call("PUT", "v1/batches/1", body=b"x" * 200_000).json() == {}
    assert len(server.requests) == 2
    assert server.requests[0].endswith(b"x" * 200_000)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(status: int) -> None:
    with script(reply(status), reply(200, b"{}")) as server, linked(server.url) as link:
        assert link.call("GET", "v1/hello").status == 200


@pytest.mark.parametrize(
    "first", [None, reply(503), b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"]
)
def test_what_may_not_happen_twice_is_sent_once(first: bytes | None) -> None:
    with script(first, reply(200, b"{}")) as server, linked(server.url) as link:
        took(lambda: link.call("POST", "v1/x", body=b"{}", again=False), Unavailable)
    assert len(server.requests) == 1


def test_patience_ends_after_the_last_progress() -> None:
    with script(reply(200, b"{}"), None) as server, linked(server.url) as link:
        link.call("GET", "v1/hello")
        seconds, text = took(lambda: link.call("GET", "v1/changes"), Unavailable)
    assert 1.2 < seconds < 4
    assert "\n" not in text


def test_a_server_that_is_busy_for_ever_is_given_up() -> None:
    with script(reply(503, b'{"detail": "busy"}')) as server, linked(server.url) as link:
        seconds, text = took(lambda: link.call("GET", "v1/hello"), Unavailable)
    assert (text, seconds < 4) == ("busy", True)


def test_a_server_that_falls_silent_is_given_up() -> None:
    with script(reply(200, b"{}"), HANG) as server, linked(server.url) as link:
        link.call("GET", "v1/hello")
        seconds, _text = took(lambda: link.call("GET", "v1/changes"), Unavailable)
    assert seconds < 5


def test_a_hole_that_swallows_the_start_of_every_try_is_given_up() -> None:
    hole = socket.create_server(("127.0.0.1", 0), backlog=50)
    kept: list[socket.socket] = []

    def swallow() -> None:
        with contextlib.suppress(OSError):
            while True:
                kept.append(hole.accept()[0])

    thread = threading.Thread(target=swallow, daemon=True)
    thread.start()
    with linked(f"http://127.0.0.1:{hole.getsockname()[1]}") as link:
        body = b"x" * 20_000_000
        seconds, _text = took(lambda: link.call("PUT", "v1/x", body=body), Unavailable)
    hole.shutdown(socket.SHUT_RDWR)
    hole.close()
    thread.join(5)
    for one in kept:
        one.close()
    assert seconds < 8


def test_cancelling_wakes_from_waiting() -> None:
    with script(reply(503)) as server, linked(server.url, patience=20.0) as link:
        start = time.monotonic()
        link.cancelled = lambda: time.monotonic() - start > 0.5
        seconds, _text = took(lambda: link.call("GET", "v1/hello"), Cancelled)
    assert seconds < 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_refusal_bears_the_centres_sentence(status: int) -> None:
    body = '{"detail": "这一条不行。"}'.encode()
    with script(reply(status, body)) as server, linked(server.url) as link:
        with pytest.raises(Refused, match="这一条不行") as caught:
            link.call("GET", "v1/hello")
        assert caught.value.status == status
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"detail": [1]}', b"[]", b"\xff", b"[" * 99_999]
)
@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_refusal_without_a_sentence_gets_one(status: int, body: bytes) -> None:
    kind = Unavailable if status == 500 else BadInput
    with script(reply(status, body)) as server, linked(server.url) as link:
        _seconds, text = took(lambda: link.call("GET", "v1/hello"), kind)
    assert text
    assert "<" not in text


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, b"<html>login</html>"),
        reply(302, b"", "Location: https://elsewhere.example/"),
        reply(200, b"not gzip", "Content-Encoding: gzip"),
    ],
)
def test_a_portal_is_told_from_a_centre(answer: bytes) -> None:
    with script(answer) as server, linked(server.url) as link:
        took(lambda: link.call("GET", "v1/hello").json(), Unavailable)
    assert len(server.requests) == 1


def test_the_token_never_goes_to_another_host() -> None:
    with linked("http://127.0.0.1:9/x") as link:
        assert link.resolve("/v1/a") == "http://127.0.0.1:9/v1/a"
        assert link.resolve("http://127.0.0.1:9/v1/b") == "http://127.0.0.1:9/v1/b"
        for other in ("http://evil.example/", "//evil.example/x", "https://127.0.0.1:9/"):
            with pytest.raises(Unavailable):
                link.resolve(other)


@pytest.mark.parametrize(
    "url",
    [
        "", "centre", "ftp://centre", "http://", "http://[", "http://x:99999", "http://x:0",
        "http://a:b@x/", "http://x/?q=1", "http://x/#f", "http://x\n/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(BadUsage):
        Link(url)


def test_a_damaged_certificate_is_said() -> None:
    with pytest.raises(BadInput):
        Link("https://127.0.0.1:9", certificate="nonsense")
