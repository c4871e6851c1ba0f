"""What stands before every handler: who asks, how much they send, and errors as sentences."""

from __future__ import annotations

import threading
import time
import zlib
from collections import Counter, deque
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jdz_field.central.accounts import Caller, NotAllowed
from jdz_field.central.blobs import UploadBusy, UploadGone, WrongHash, WrongOffset
from jdz_field.central.office import Office
from jdz_field.central.receiving import Forged, OtherContent
from jdz_field.core.errors import BadInput, BadUsage, JdzError, Unavailable
from jdz_field.core.i18n import _
from jdz_field.sync.merge_decide import MovedOn

#: Most bytes of a body, by the start of its path; everything else is small JSON.
SUBMISSION_LIMIT = 512 << 20
_LIMITS = {
    "/v1/batches/": 96 << 20,
    "/v1/attachments/uploads/": 1 << 62,
    "/openrosa/submission": SUBMISSION_LIMIT,
}
_SMALL = 1 << 20
#: Most bytes a compressed batch may become.
MAX_BODY = 192 << 20

#: Failed enrolments that one address may make in the time below, in seconds.
_TRIES, _WINDOW = 10, 300.0

_STATUS: tuple[tuple[type[JdzError], int], ...] = (
    (NotAllowed, 401),
    (Forged, 403),
    (OtherContent, 409),
    (MovedOn, 409),
    (UploadGone, 404),
    (UploadBusy, 423),
    (WrongOffset, 409),
    (WrongHash, 460),
    (BadUsage, 400),
    (BadInput, 400),
    (Unavailable, 503),
)


class Forbidden(JdzError):
    """Who asks is known and may not; the server says 403."""


class NotHere(JdzError):
    """What is asked for is not here; the server says 404."""


class Moved(JdzError):
    """What the question rests on is another by now; the server says 409."""


class TooMany(JdzError):
    """Too many tries; the server says 429."""


class TooLarge(JdzError):
    """The body is too large; the server says 413."""


_STATUS = (
    (Forbidden, 403),
    (NotHere, 404),
    (Moved, 409),
    (TooMany, 429),
    (TooLarge, 413),
    *_STATUS,
)
bearer = HTTPBearer(auto_error=False, description="The token that the enrolment gave.")


def status_of(error: JdzError) -> int:
    """The HTTP status that an error has."""
    return next((code for kind, code in _STATUS if isinstance(error, kind)), 400)


def office_of(request: Request) -> Office:
    """The office behind the server."""
    office: Office = request.app.state.office
    return office


def caller_of(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Caller:
    """The device that asks; 401 when its token is none of ours."""
    if given is None:
        raise NotAllowed(_("This address needs the token of an enrolled device."))
    return office_of(request).caller(given.credentials)


def office_caller(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    """A device of the office; 403 for any other."""
    if not caller.office:
        raise Forbidden(_("Only the office may do this."))
    return caller


TheOffice = Annotated[Office, Depends(office_of)]
AnyDevice = Annotated[Caller, Depends(caller_of)]
OfficeDevice = Annotated[Caller, Depends(office_caller)]


def answer_errors(app: FastAPI) -> None:
    """Every error becomes ``{"detail": sentence}`` with the status that fits."""

    @app.exception_handler(JdzError)
    async def known(_request: Request, error: JdzError) -> JSONResponse:
        status = status_of(error)
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        if status == 423:
            headers["Retry-After"] = "1"
        return JSONResponse({"detail": str(error)}, status, headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        detail = _("The request makes no sense at {where}: {what}.").format(
            where=where, what=first["msg"]
        )
        return JSONResponse({"detail": detail}, 422)

    @app.exception_handler(HTTPException)
    async def other(_request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"detail": str(error.detail)}, error.status_code, error.headers)

    @app.exception_handler(ClientDisconnect)
    async def gone(_request: Request, _error: ClientDisconnect) -> Response:
        # Nobody reads it; without an answer every broken line would be a fault in the log.
        return Response(status_code=400)

    @app.exception_handler(OSError)
    async def disk(_request: Request, error: OSError) -> JSONResponse:
        detail = _("The disk of the centre does not do its part ({reason}); try later.").format(
            reason=error.strerror or error
        )
        return JSONResponse({"detail": detail}, 507)


async def read_body(request: Request) -> bytes:
    """The body, decompressed; ``TooLarge`` before it grows beyond all measure."""
    squeezed = request.headers.get("content-encoding", "") == "gzip"
    unpack = zlib.decompressobj(wbits=31) if squeezed else None
    body = bytearray()
    async for chunk in request.stream():
        try:
            body += unpack.decompress(chunk, MAX_BODY - len(body) + 1) if unpack else chunk
        except zlib.error as error:
            raise BadInput(_("The body cannot be decompressed; send it again.")) from error
        if len(body) > MAX_BODY or (unpack and unpack.unconsumed_tail):
            raise TooLarge(_("The body is too large."))
    if unpack and not unpack.eof:
        raise BadInput(_("The body cannot be decompressed; send it again."))
    return bytes(body)


class Throttle:
    """Stops an address that guesses codes; keeps its memory small and short."""

    def __init__(self) -> None:
        self._tries: dict[str, deque[float]] = {}
        self._guard = threading.Lock()

    def check(self, address: str) -> None:
        """``TooMany`` when this address failed too often lately."""
        with self._guard:
            tries = self._recent(address)
            if len(tries) >= _TRIES:
                raise TooMany(_("Too many wrong codes; wait five minutes."))

    def failed(self, address: str) -> None:
        """Note a failure."""
        with self._guard:
            if len(self._tries) > 10_000:
                self._tries.clear()
            self._tries.setdefault(address, deque()).append(time.monotonic())

    def _recent(self, address: str) -> deque[float]:
        tries = self._tries.get(address, deque())
        while tries and tries[0] < time.monotonic() - _WINDOW:
            tries.popleft()
        return tries


class Guard:
    """Limits bodies, counts answers and adds the headers that every answer bears."""

    def __init__(self, app: ASGIApp, counts: Counter[int]) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((n for p, n in _LIMITS.items() if scope["path"].startswith(p)), _SMALL)
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLarge(_("The body is too large."))
            return message

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._counts[message["status"]] += 1
                headers: list[Any] = list(message.get("headers", ()))
                headers.append((b"x-content-type-options", b"nosniff"))
                if not any(name.lower() == b"cache-control" for name, _value in headers):
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, limited, marked)
