"""The centre's addresses for whoever runs it: is it well, and how much does it do."""

from __future__ import annotations

import hmac
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel
from sqlalchemy import text

from jdz_field.central.database import NEWEST
from jdz_field.central.gate import Forbidden, TheOffice, bearer, office_of
from jdz_field.central.logs import troubles
from jdz_field.central.metrics import Meters
from jdz_field.central.office import Office
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _

router = APIRouter(tags=["life"])
#: Least bytes that must be free where the database and the files lie.
LEAST_FREE = 1 << 30
#: What a proxy adds: such a request comes from elsewhere, whoever brings it.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "testclient"})
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Health(BaseModel):
    """``ok`` or ``degraded``; ``steps``: the database's; ``log``: ``ok``, or lines are ``lost``."""

    status: str
    database: str
    steps: str
    disk: str
    log: str


@router.get("/healthz", response_model=Health, responses={503: {"model": Health}})
def healthz(office: TheOffice) -> JSONResponse:
    """Whether the centre can work: database, its steps, room on the disk; 503 when it cannot.

    Without its log it works: ``degraded`` with 200, so that nobody takes it off the network.
    """
    told = health(office)
    return JSONResponse(told, 200 if works(told) else 503)


def works(told: Mapping[str, str]) -> bool:
    """Whether a centre in this state takes work."""
    return told["database"] == told["disk"] == "ok" and told["steps"] == NEWEST


def health(office: Office) -> dict[str, str]:
    """The fields of ``Health``; nothing that a stranger may not know."""
    told = {"database": "ok", "steps": NEWEST, "disk": "ok"}
    told["log"] = "lost" if troubles()[1] else "ok"
    try:
        with office.database.read() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        told["steps"] = str(found)
    except JdzError:
        told["database"] = "away"
    if min(map(_free, _places(office))) < LEAST_FREE:
        told["disk"] = "full"
    well = works(told) and told["log"] == "ok"
    return {"status": "ok" if well else "degraded"} | told


def _places(office: Office) -> list[Path]:
    found = [office.files]
    if office.database.path is not None:
        found.append(office.database.path.absolute().parent)
    return found


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(
    request: Request,
    office: TheOffice,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> PlainTextResponse:
    """Figures for Prometheus: open to this machine, to the office, to ``JDZ_METRICS_TOKEN``."""
    _may_watch(request, given)
    meters: Meters = request.app.state.meters
    meters.lost(troubles()[0])
    return PlainTextResponse(meters.text(office), media_type=_PROMETHEUS)


def _may_watch(request: Request, given: HTTPAuthorizationCredentials | None) -> None:
    token = given.credentials if given else ""
    wanted = os.environ.get("JDZ_METRICS_TOKEN", "")
    if wanted and hmac.compare_digest(token.encode(), wanted.encode()):
        return
    if token:
        if office_of(request).caller(token).office:
            return
        raise Forbidden(_("Only the office may do this."))
    host = request.client.host if request.client else ""
    if host not in _LOOPBACK or any(name in request.headers for name in _FORWARDED):
        raise Forbidden(_("Figures are told to this machine and to the office alone."))
