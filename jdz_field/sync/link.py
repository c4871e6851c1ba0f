"""One HTTP connection to the centre: patience, repetition, and sentences for what goes wrong.

A request is repeated only when that can do no harm: it never reached the server, or doing it
twice is as good as once. Waits grow and jitter, so that sixty tablets do not come back in step.
All patience ends 30 s after the last progress; before the first answer it is a few seconds.
"""

from __future__ import annotations

import copy
import json
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.i18n import _, language

#: Seconds without progress after which a connection that once worked is given up.
PATIENCE = 30.0
#: Seconds until a server that never answered is given up.
FIRST = 3.0
#: Seconds that one connection attempt, and a first answer, may take.
_CONNECT, _FIRST_ANSWER = 3.0, 8.0
#: No answer of the centre is larger; what is, is none of ours.
MAX_ANSWER_BYTES = 256 << 20
_PIECE = 64 << 10
#: An upload begins with pieces of so many bytes.
FIRST_PIECE = 256 << 10
_LATER = frozenset({408, 429, 502, 503, 504})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Refused(BadInput):
    """The centre understood and said no; ``status`` is HTTP's."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Cancelled(Exception):
    """The person asked to stop; everything so far stands."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: status, headers, body (decompressed)."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body's JSON; ``Unavailable`` when it is none (a portal's login page, say)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise nonsense() from error


def nonsense() -> Unavailable:
    """What to say of an answer that no centre gives."""
    return Unavailable(
        _("What answers there is no centre of this program; check the address and the network.")
    )


class Link:
    """Sends requests to one centre; belongs to one thread. ``sent`` counts body bytes."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        certificate: str = "",
        patience: float = PATIENCE,
        first: float = FIRST,
    ) -> None:
        self.url = _checked(url)
        self.sent = 0
        #: Size of an upload's next piece; it follows the line.
        self.piece = FIRST_PIECE
        self.cancelled: Callable[[], bool] | None = None
        self._patience, self._first = patience, first
        self._reached = False
        self._last = time.monotonic()
        secure = urlsplit(self.url).scheme == "https"
        self._http = httpx.Client(
            headers={"User-Agent": "jdz-field", "Accept-Language": language()}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
            verify=_tls(certificate) if secure else False,
            # A proxy of the office never knows the way to this very machine.
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def twin(self) -> Link:
        """Another for another thread, to the same centre; it counts its own bytes from 0.

        Both share the connections, which ``close`` of either gives back.
        """
        other = copy.copy(self)
        other.sent = 0
        return other

    def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        again: bool = True,
        fine: tuple[int, ...] = (),
        since: float | None = None,
    ) -> Answer:
        """Send a request, repeat it while that is harmless (``again``) and patience lasts.

        ``path`` is relative to the centre's address. Answers below 400 and those in ``fine``
        are returned; others raise ``Refused``, ``Unavailable`` when nothing helps. Patience
        counts from ``since`` (``time.monotonic()``), by default from now.
        """
        target, high, tries = self.resolve(path), [0], 0
        self._last = time.monotonic() if since is None else since
        while True:
            self.check()
            try:
                answer = self._once(method, target, body, headers or {}, high)
            except httpx.TransportError as error:
                self._wait(tries, error, again or _never_sent(error))
            else:
                if answer.status in fine or answer.status < 400:
                    return answer
                if answer.status not in _LATER or not again:
                    raise _refusal(answer)
                self._wait(tries, _refusal(answer), again)
            tries += 1

    def resolve(self, path: str) -> str:
        """The full address; ``Unavailable`` when the centre names another host (token safety)."""
        target = urljoin(self.url, path)
        if urlsplit(target)[:2] != urlsplit(self.url)[:2]:
            raise nonsense()
        return target

    def check(self) -> None:
        """``Cancelled`` when the person asked to stop."""
        if self.cancelled and self.cancelled():
            raise Cancelled

    def mark(self) -> None:
        """Something got on: patience starts anew."""
        self._last = time.monotonic()

    def blocks(self, path: str, start: int) -> Iterator[bytes]:
        """The bytes of a resource from ``start`` on, one attempt; ``httpx.TransportError``."""
        headers = {"Range": f"bytes={start}-"} if start else {}
        request = self._http.build_request(
            "GET", self.resolve(path), headers=headers, timeout=self._timeout()
        )
        response = self._http.send(request, stream=True)
        try:
            if response.status_code != (206 if start else 200):
                response.read()
                raise _refusal(Answer(response.status_code, response.headers, response.content))
            for block in response.iter_bytes(1 << 20):
                self.mark()
                yield block
        except httpx.DecodingError as error:
            raise nonsense() from error
        finally:
            response.close()

    def wait(self, tries: int, error: httpx.TransportError) -> None:
        """Wait before another attempt, or raise ``Unavailable`` when patience is over."""
        self._wait(tries, error, again=True)

    def _once(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        high: list[int],
    ) -> Answer:
        given = dict(headers)
        if body is not None:
            given["Content-Length"] = str(len(body))
        request = self._http.build_request(
            method,
            target,
            content=None if body is None else self._pieces(body, high),
            headers=given,
            timeout=self._timeout(),
        )
        response = self._http.send(request, stream=True)
        try:
            body_read = self._read(response)
            self._reached = True
            if response.status_code not in _LATER:
                self.mark()
            return Answer(response.status_code, response.headers, body_read)
        finally:
            response.close()

    def _pieces(self, body: bytes, high: list[int]) -> Iterator[bytes]:
        # Only what goes beyond every earlier attempt counts as progress: a hole that swallows
        # the start of each attempt must not keep us waiting for ever.
        # Over a line that proved good, larger ones: each costs a little.
        size = max(_PIECE, self.piece >> 4)
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            yield piece
            self.sent += len(piece)
            if start >= high[0]:
                high[0] = start + len(piece)
                self._last = time.monotonic()

    def _read(self, response: httpx.Response) -> bytes:
        data = bytearray()
        try:
            for block in response.iter_bytes():
                if response.status_code not in _LATER:
                    self.mark()
                data += block
                if len(data) > MAX_ANSWER_BYTES:
                    raise nonsense()
        except httpx.DecodingError as error:
            raise nonsense() from error
        return bytes(data)

    def _timeout(self) -> httpx.Timeout:
        patience = self._patience if self._reached else min(self._patience, _FIRST_ANSWER)
        return httpx.Timeout(patience, connect=min(self._patience, _CONNECT))

    def _wait(self, tries: int, error: Exception, again: bool) -> None:
        patience = self._patience if self._reached else min(self._patience, self._first)
        left = self._last + patience - time.monotonic()
        if not again or left <= 0 or _untrusted(error):
            raise self._gone(error) from error
        self.pause(tries, max(left, 0.05))

    def pause(self, tries: int, most: float = 5.0) -> None:
        """Sleep, longer from try to try, at most so many seconds; ``Cancelled`` wakes."""
        # Jitter against sixty tablets in step, no secret.
        pause = min(0.1 * 2 ** min(tries, 9), 5.0) * random.uniform(0.5, 1.5)  # noqa: S311
        end = time.monotonic() + min(pause, most)
        while (rest := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(rest, 0.1))

    def _gone(self, error: Exception) -> Unavailable:
        if isinstance(error, Unavailable):
            return error
        if _untrusted(error):
            return Unavailable(
                _(
                    "{url} shows a certificate that this device does not trust; "
                    "enrol with a file from the office, or with --certificate."
                ).format(url=self.url)
            )
        if self._reached:
            return Unavailable(
                _(
                    "The connection to {url} broke off; everything is kept here, sync again later."
                ).format(url=self.url)
            )
        return Unavailable(
            _("{url} does not answer; check the network, and that the centre runs there.").format(
                url=self.url
            )
        )


def _checked(url: str) -> str:
    wrong = BadUsage(
        _("{url} is no address of a centre; it looks like https://centre.example:8443").format(
            url=url
        )
    )
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise wrong from error
    if not fits or parts.query or parts.fragment or parts.username:
        raise wrong
    return url.rstrip("/") + "/"


def _tls(certificate: str) -> ssl.SSLContext:
    if not certificate:
        return ssl.create_default_context()
    try:
        context = ssl.create_default_context(cadata=certificate)
    except ssl.SSLError as error:
        raise BadInput(
            _("The centre's certificate is damaged; enrol this device again.")
        ) from error
    # Only this one certificate is trusted, so the name it bears does not matter.
    context.check_hostname = False
    return context


def _untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _never_sent(error: httpx.TransportError) -> bool:
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)


def _refusal(answer: Answer) -> Unavailable | Refused:
    try:
        detail = json.loads(answer.body)["detail"]
    except (ValueError, KeyError, TypeError, RecursionError):
        detail = None
    text = detail if isinstance(detail, str) and len(detail) < 1000 else ""
    if answer.status == 401:
        return Refused(
            text or _("The centre does not know this device; enrol it again."), answer.status
        )
    if answer.status >= 500 or answer.status in _LATER:
        return Unavailable(
            text
            or _("The centre has a fault ({status}); try again later.").format(status=answer.status)
        )
    return Refused(
        text
        or _("The centre refused the request ({status}); update both programs.").format(
            status=answer.status
        ),
        answer.status,
    )
