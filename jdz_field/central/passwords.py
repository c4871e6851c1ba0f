"""HTTP Basic (RFC 7617) at the doors for other programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from jdz_field.central.accounts import Caller, NotAllowed
from jdz_field.central.app_passwords import Doorkeeper
from jdz_field.central.gate import Forbidden, keep_to_audit, office_of
from jdz_field.central.lockouts import check, counted, failed, passed, password_keys
from jdz_field.core.i18n import _

REALM = 'Basic realm="jdz_field", charset="UTF-8"'
_LOOPBACK = frozenset({"127.0.0.1", "::1", "testclient"})


class _Basic(HTTPBasic):
    """Says no later, and in our words: what cannot be read counts as nothing given."""

    async def __call__(self, request: Request) -> HTTPBasicCredentials | None:  # type: ignore[override]
        """The name and password of a request, ``None`` when there are none."""
        from fastapi import HTTPException  # noqa: PLC0415

        try:
            return await super().__call__(request)
        except HTTPException:
            return None


basic = _Basic(auto_error=False, description="Name and app password of a person.")
Given = Annotated[HTTPBasicCredentials | None, Depends(basic)]


def basic_caller(request: Request, given: HTTPBasicCredentials | None) -> Caller:
    """Who asks. ``NotAllowed``: nobody we know; ``Forbidden``: in clear over a network."""
    host = request.client.host if request.client else ""
    if request.url.scheme != "https" and host not in _LOOPBACK:
        raise Forbidden(_("Passwords travel only over https; use the address that begins so."))
    if given is None:
        raise NotAllowed(_("This address needs a name and an app password."))
    keeper: Doorkeeper = request.app.state.doorkeeper
    office, keys = office_of(request), password_keys(host, given.username)
    try:
        with office.database.read() as connection:
            check(connection, office.now, keys)
            caller = keeper.caller(connection, given.username, given.password)
            forget = counted(connection, keys[:1])
    except NotAllowed:
        with office.database.write() as connection:
            failed(connection, office.now, keys)
        raise
    keep_to_audit(caller)
    if forget:
        with office.database.write() as connection:
            passed(connection, keys)
    request.state.caller = caller
    return caller
