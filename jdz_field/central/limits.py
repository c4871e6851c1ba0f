"""What comes in over the network is bounded: bytes, time, headers, nesting, memory, number.

``Limits`` stands before the application: it refuses what is too large, too slow, too deep or too
much at once, each with one sentence and a status of the 4xx (503 when it is the centre that has
no room). What comes before a request is one, ``line`` bounds.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jdz_field.central.gate import SUBMISSION_LIMIT, TooLarge
from jdz_field.central.patience import Patience
from jdz_field.core.errors import BadInput, JdzError, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.nesting import depth_within, values_within
from jdz_field.sync.batch import MAX_VALUES

#: Most bytes of a body, by the start of its path; everything else is small JSON.
BODIES = {
    "/v1/batches/": 96 << 20,
    "/v1/attachments": 4 << 30,
    "/openrosa/submission": SUBMISSION_LIMIT,
}
SMALL = 1 << 20
#: Most values in a small body.
SMALL_VALUES = 100_000
#: Most bytes a compressed batch may become, and how many times its size from a MiB on.
MAX_BODY, MAX_RATIO = 160 << 20, 200
#: Most bytes of a request's headers with its address, and most headers.
HEAD_BYTES, HEADERS = 64 << 10, 100
#: Most bytes of all bodies that are held in memory at once.
MEMORY = 512 << 20
#: Most requests at once.
AT_ONCE = 400
#: Seconds without a byte of a body; for a body before its pace counts.
GAP_SECONDS, GRACE_SECONDS = 60.0, 60.0
#: Least bytes a second of a body after that.
PACE = 1 << 10

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_IN_NO_NAME = re.compile(r"[\x00-\x1f\x7f/\\]")


class TooSlow(JdzError):
    """The body comes too slowly; the server says 408."""


class TooMuch(JdzError):
    """The headers are too large or too many; the server says 431."""


class Crowded(Unavailable):
    """The centre has no room for one more at this moment; the server says 503."""


_STATUS: tuple[tuple[type[JdzError], int], ...] = (
    (TooLarge, 413),
    (TooSlow, 408),
    (TooMuch, 431),
    (Crowded, 503),
)


class Budget:
    """Bytes of bodies in memory, over all requests of a process; used from one event loop."""

    def __init__(self, most: int = MEMORY) -> None:
        self.most = most
        self.used = 0

    def take(self, size: int) -> None:
        """``Crowded`` when there is no room for so many bytes."""
        if self.used + size > self.most:
            raise Crowded(_("The centre has much to do; it goes on by itself in a moment."))
        self.used += size

    def give(self, size: int) -> None:
        """What was taken, back."""
        self.used -= size


class Tally:
    """What one request holds of the budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._held = 0

    def take(self, size: int) -> None:
        """``Crowded``: no room."""
        self._budget.take(size)
        self._held += size

    def close(self) -> None:
        """Give everything back."""
        self._budget.give(self._held)
        self._held = 0


class Limits:
    """The application behind its limits."""

    def __init__(self, app: ASGIApp, budget: Budget | None = None) -> None:
        self._app = app
        self._budget = budget or Budget()
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._first_look(scope)
        if refusal is not None:
            await refuse(refusal, scope, send)
            return
        self._running += 1
        tally = Tally(self._budget)
        scope["jdz.tally"] = tally
        try:
            await self._within(scope, receive, send, tally)
        finally:
            tally.close()
            self._running -= 1

    def _first_look(self, scope: Scope) -> JdzError | None:
        headers = scope["headers"]
        size = sum(len(name) + len(value) for name, value in headers)
        size += len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if size > HEAD_BYTES or len(headers) > HEADERS:
            return TooMuch(_("The headers of the request are too large."))
        if _CONTROL.search(scope["path"]) or b"%00" in scope["query_string"]:
            return BadInput(_("The address holds a character that no name has."))
        sent = next((v for n, v in headers if n == b"content-length"), b"")
        if sent.isdigit() and (len(sent) > 18 or int(sent) > limit_of(scope["path"])):
            return TooLarge(_("The body is too large."))
        if self._running >= AT_ONCE:
            return Crowded(_("The centre has much to do; it goes on by itself in a moment."))
        return None

    async def _within(self, scope: Scope, receive: Receive, send: Send, tally: Tally) -> None:
        small = _is_small(scope["path"])
        body = _Body(receive, limit_of(scope["path"]), tally if small else None)
        reading: Receive = body.piece
        if small:
            try:
                reading = await _replayed(body, receive)
            except JdzError as error:
                body.close()
                await refuse(error, scope, send)
                return
        try:
            await self._app(scope, reading, _Answer(body, scope, send).pass_on)
        finally:
            body.close()


def limit_of(path: str) -> int:
    """Most bytes of a body that is sent to this path."""
    return next((most for start, most in BODIES.items() if path.startswith(start)), SMALL)


def _is_small(path: str) -> bool:
    return not path.startswith(tuple(BODIES))


class _Body:
    """Takes the pieces of a body, as many and as fast as is allowed."""

    def __init__(self, receive: Receive, limit: int, tally: Tally | None) -> None:
        self._receive = receive
        self._limit = limit
        self._tally = tally
        self._taken = 0
        self._over = False
        self._began: float | None = None
        self._patience = Patience()
        #: Why no more was taken.
        self.refusal: JdzError | None = None

    async def piece(self) -> Message:
        """The next message. ``TooLarge``, ``TooSlow``, ``Crowded``: also said in ``refusal``."""
        if self._over:
            return await self._receive()
        try:
            message = await self._timely()
            self._taken += len(message.get("body", b""))
            if self._taken > self._limit:
                raise TooLarge(_("The body is too large."))
            if self._tally is not None:
                self._tally.take(len(message.get("body", b"")))
        except JdzError as error:
            self.refusal = error
            raise
        self._over = not message.get("more_body", False)
        if self._over:
            self.close()
        return message

    def close(self) -> None:
        """No more is taken."""
        self._patience.close()

    async def _timely(self) -> Message:
        now = self._patience.now()
        if self._began is None:
            self._began = now
        end = min(now + GAP_SECONDS, self._began + GRACE_SECONDS + self._taken / PACE)
        try:
            return await self._patience.wait(self._receive, end)
        except TimeoutError as error:
            raise TooSlow(_("The request comes too slowly; send it again.")) from error


async def _replayed(body: _Body, receive: Receive) -> Receive:
    """A small body, taken whole and looked at. ``BadInput``: nested beyond all forms."""
    raw = bytearray()
    messages = []
    while True:
        message = await body.piece()
        raw += message.get("body", b"")
        messages.append(message)
        if not message.get("more_body", False):
            break
    check_json(bytes(raw))
    waiting = iter(messages)

    async def again() -> Message:
        return next(waiting, None) or await receive()

    return again


def check_json(raw: bytes, values: int = SMALL_VALUES) -> None:
    """``BadInput`` when a JSON text would grow beyond measure, or lies too deep, once read."""
    if not values_within(raw, values) or not depth_within(raw):
        raise BadInput(_("The request is nested too deeply or too often; send less."))


class _Answer:
    """Passes an answer on; another in its place when the body was refused in the middle."""

    def __init__(self, body: _Body, scope: Scope, send: Send) -> None:
        self._body = body
        self._scope = scope
        self._send = send
        self._replaced = False

    async def pass_on(self, message: Message) -> None:
        """One message of the answer."""
        refusal = self._body.refusal
        if message["type"] == "http.response.start" and refusal is not None:
            self._replaced = message["status"] != status_of(refusal)
            if self._replaced:
                await refuse(refusal, self._scope, self._send)
        if not self._replaced:
            await self._send(message)


def status_of(refusal: JdzError) -> int:
    """The status that a refusal of this module has."""
    return next((code for kind, code in _STATUS if isinstance(refusal, kind)), 400)


async def refuse(refusal: JdzError, scope: Scope, send: Send) -> None:
    """Answer with the sentence of a refusal."""
    status = status_of(refusal)
    headers = {"Retry-After": "3"} if status == 503 else {}
    answer = JSONResponse({"detail": str(refusal)}, status, headers)
    await answer(scope, _nothing, send)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


# ---- batches


async def read_body(request: Request) -> bytearray:
    """A batch's body, decompressed. ``TooLarge`` before it grows beyond all measure."""
    squeezed = request.headers.get("content-encoding", "").strip().lower()
    if squeezed not in ("", "identity", "gzip"):
        raise BadInput(_("Bodies are compressed with gzip or not at all."))
    tally: Tally = request.scope["jdz.tally"]
    body = bytearray()
    async for piece in _unpacked(request, squeezed == "gzip"):
        if len(body) + len(piece) > MAX_BODY:
            raise TooLarge(_("The body is too large."))
        tally.take(len(piece))
        body += piece
    return body


async def _unpacked(request: Request, squeezed: bool) -> AsyncIterator[bytes]:
    unpack = zlib.decompressobj(wbits=31)
    taken = made = 0
    async for chunk in request.stream():
        if not squeezed:
            yield chunk
            continue
        taken += len(chunk)
        rest = chunk
        while rest:
            piece, rest = _inflate(unpack, rest)
            made += len(piece)
            if made > max(SMALL, taken * MAX_RATIO):
                raise TooLarge(_("The body is too large once it is unpacked."))
            yield piece
    if squeezed and not unpack.eof:
        raise BadInput(_("The body cannot be decompressed; send it again."))


def _inflate(unpack: Any, chunk: bytes) -> tuple[bytes, bytes]:
    """What a piece of gzip gives, and what of it is still to be unpacked."""
    try:
        piece: bytes = unpack.decompress(chunk, SMALL)
    except zlib.error as error:
        raise BadInput(_("The body cannot be decompressed; send it again.")) from error
    if unpack.unused_data:
        raise BadInput(_("The body cannot be decompressed; send it again."))
    rest: bytes = unpack.unconsumed_tail
    return piece, rest


def check_batch(raw: bytes | bytearray) -> None:
    """``BadInput`` when a batch's body would take far more as objects than it does as text."""
    if not values_within(raw, MAX_VALUES >> 1):
        raise BadInput(_("The request is nested too deeply or too often; send less."))


def plain_filename(name: str) -> str:
    """The name itself. ``BadInput``: it leads into folders, or no disk takes it."""
    if not name or len(name) > 255 or name in (".", "..") or _IN_NO_NAME.search(name):
        raise BadInput(
            _("The file's name {name} is none for a file; send it under a plain name.").format(
                name=_IN_NO_NAME.sub("?", name)[:60]
            )
        )
    return name
