"""What stands before every handler: who asks, and errors as sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from jdz_field.central import lockouts
from jdz_field.central.accounts import Caller, NotAllowed, Stranger
from jdz_field.central.blobs import UploadBusy, UploadGone, WrongOffset
from jdz_field.central.lockouts import TooMany
from jdz_field.central.office import Office
from jdz_field.central.people import AUDIT, SECURITY
from jdz_field.central.pieces import WrongHash
from jdz_field.central.receiving import Forged, OtherContent
from jdz_field.central.scope import Unseen
from jdz_field.core.errors import BadInput, BadUsage, JdzError, Unavailable
from jdz_field.core.i18n import _
from jdz_field.sync.merge_decide import MovedOn

#: Most bytes of one OpenRosa submission.
SUBMISSION_LIMIT = 512 << 20

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


class TooLarge(JdzError):
    """The body is too large; the server says 413."""


_STATUS = (
    (Forbidden, 403),
    (NotHere, 404),
    (Unseen, 404),
    (Moved, 409),
    (TooMany, 429),
    (TooLarge, 413),
    *_STATUS,
)
#: What is open to those whose one duty is audit.
_AUDITORS = frozenset({"/v1/audit", "/v1/audit/check", "/v1/duties", "/v1/hello"})
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
    """The device that asks; 401 when its token is none of ours, 429 after many such."""
    if given is None:
        raise NotAllowed(_("This address needs the token of an enrolled device."))
    try:
        caller = request.state.caller = office_of(request).caller(given.credentials)
    except Stranger:
        _count_stranger(request)
        raise
    keep_to_audit(caller, request.url.path)
    return caller


def _count_stranger(request: Request) -> None:
    office = office_of(request)
    keys = lockouts.token_keys(request.client.host if request.client else "")
    with office.database.read() as connection:
        lockouts.check(connection, office.now, keys)
    with office.database.write() as connection:
        lockouts.failed(connection, office.now, keys)


def keep_to_audit(caller: Caller, path: str = "") -> None:
    """``Forbidden``: who only audits asks for something else."""
    if caller.only_audits and path not in _AUDITORS:
        raise Forbidden(_("Who audits reads the audit log and nothing else."))


def office_caller(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    """A device of the office; 403 for any other."""
    if not caller.desk:
        raise Forbidden(_("Only the office may do this."))
    return caller


def _with_duty(duty: str) -> Callable[[Caller], Caller]:
    def caller_with(caller: Annotated[Caller, Depends(office_caller)]) -> Caller:
        if duty not in caller.duties:
            raise Forbidden(
                _("Only an administrator with the duty {duty} may do this.").format(duty=duty)
            )
        return caller

    return caller_with


async def _office(request: Request) -> Office:
    # Not a thread's work: handing it to one would cost more than the rest of many a request.
    return office_of(request)


TheOffice = Annotated[Office, Depends(_office)]
AnyDevice = Annotated[Caller, Depends(caller_of)]
OfficeDevice = Annotated[Caller, Depends(office_caller)]
Security = Annotated[Caller, Depends(_with_duty(SECURITY))]
Auditor = Annotated[Caller, Depends(_with_duty(AUDIT))]


def answer_errors(app: FastAPI) -> None:
    """Every error becomes ``{"detail": sentence}`` with the status that fits."""

    @app.exception_handler(JdzError)
    async def known(_request: Request, error: JdzError) -> JSONResponse:
        status = status_of(error)
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        if isinstance(error, TooMany):
            headers["Retry-After"] = str(error.seconds)
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
