"""The office server as an ASGI application; its OpenAPI document is at ``/openapi.json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

from jdz_field.central import (
    routes,
    routes_by_hand,
    routes_draws,
    routes_features,
    routes_feed,
    routes_files,
    routes_openrosa,
    routes_people,
    routes_progress,
    routes_tasks,
    tus,
)
from jdz_field.central.app_passwords import Doorkeeper
from jdz_field.central.gate import (
    Forbidden,
    Guard,
    TheOffice,
    Throttle,
    answer_errors,
    office_of,
)
from jdz_field.central.office import Office
from jdz_field.central.openrosa_lists import ListHashes
from jdz_field.core.i18n import _

_LOOPBACK = frozenset({"127.0.0.1", "::1", "testclient"})


def create_app(
    database_url: str | None, files: str | Path, *, office: Office | None = None
) -> FastAPI:
    """The application over a centre, founded when there is none.

    ``office``: one that is open already; it stays open when the server stops.
    """
    ours = office or Office(database_url, files)
    counts: Counter[int] = Counter()

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if office is None:
            ours.close()

    app = FastAPI(
        title="jdz_field centre",
        version=version("jdz-field"),
        lifespan=life,
        docs_url=None,
        redoc_url=None,
    )
    app.state.office = ours
    app.state.counts = counts
    app.state.throttle = Throttle()
    app.state.doorkeeper = Doorkeeper()
    app.state.list_hashes = ListHashes()
    answer_errors(app)
    app.include_router(routes_people.router)
    app.include_router(routes_feed.router)
    app.include_router(routes.router)
    app.include_router(routes_tasks.router)
    app.include_router(routes_draws.router)
    app.include_router(routes_progress.router)
    app.include_router(routes_by_hand.router)
    app.include_router(tus.router)
    app.include_router(routes_files.router)
    app.include_router(routes_openrosa.router)
    app.include_router(routes_features.router)
    app.add_api_route("/healthz", healthz, methods=["GET"], tags=["life"])
    app.add_api_route(
        "/metrics", metrics, methods=["GET"], tags=["life"], response_class=PlainTextResponse
    )
    app.add_middleware(Guard, counts=counts)
    return app


def healthz(office: TheOffice) -> dict[str, str]:
    """Whether the centre answers, database included."""
    return {"status": "ok", "centre": office.name}


def metrics(request: Request) -> PlainTextResponse:
    """Figures for a monitor on this machine, or for the office's token; Prometheus text."""
    _may_watch(request)
    office = office_of(request)
    lines = [f"jdz_{name} {value}" for name, value in _flat(office.info())]
    counts: Counter[int] = request.app.state.counts
    lines += [f'jdz_answers_total{{status="{s}"}} {n}' for s, n in sorted(counts.items())]
    return PlainTextResponse("\n".join(lines) + "\n")


def _may_watch(request: Request) -> None:
    if request.client is not None and request.client.host in _LOOPBACK:
        return
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and office_of(request).caller(token).office:
        return
    raise Forbidden(_("Only the office may do this."))


def _flat(data: dict[str, Any]) -> list[tuple[str, int]]:
    found = []
    for name, value in data.items():
        if isinstance(value, dict):
            label = "kind" if name == "sites" else "review"
            found += [(f'{name}{{{label}="{key}"}}', int(n)) for key, n in value.items()]
        elif isinstance(value, int):
            found.append((name, value))
    return found
