"""The office server as an ASGI application; its OpenAPI document is at ``/openapi.json``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI

from jdz_field.central import (
    routes,
    routes_audit,
    routes_by_hand,
    routes_draws,
    routes_features,
    routes_feed,
    routes_files,
    routes_openrosa,
    routes_ops,
    routes_people,
    routes_progress,
    routes_tasks,
    tus,
)
from jdz_field.central.app_passwords import Doorkeeper
from jdz_field.central.gate import answer_errors
from jdz_field.central.headers import Headers
from jdz_field.central.limits import Limits
from jdz_field.central.logs import Observer
from jdz_field.central.metrics import Meters
from jdz_field.central.office import Office
from jdz_field.central.openapi import complete
from jdz_field.central.openrosa_lists import ListHashes


def create_app(
    database_url: str | None, files: str | Path, *, office: Office | None = None
) -> FastAPI:
    """The application over a centre, founded when there is none.

    ``office``: one that is open already; it stays open when the server stops.
    """
    ours = office or Office(database_url, files)

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
    app.state.meters = Meters()
    app.state.doorkeeper = Doorkeeper()
    app.state.list_hashes = ListHashes()
    answer_errors(app)
    # What is asked for most comes first: the others are tried in this order.
    app.include_router(tus.router)
    app.include_router(routes.router)
    app.include_router(routes_feed.router)
    app.include_router(routes_people.router)
    app.include_router(routes_tasks.router)
    app.include_router(routes_audit.router)
    app.include_router(routes_draws.router)
    app.include_router(routes_progress.router)
    app.include_router(routes_by_hand.router)
    app.include_router(routes_files.router)
    app.include_router(routes_openrosa.router)
    app.include_router(routes_features.router)
    app.include_router(routes_ops.router)
    complete(app)
    # The one that is added last comes first.
    app.add_middleware(Limits)
    app.add_middleware(Observer, meters=app.state.meters)
    app.add_middleware(Headers)
    return app
