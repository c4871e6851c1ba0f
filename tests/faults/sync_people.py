"""The processes of ``tests.faults.sync``: a centre that serves, a person who edits and syncs.

Both are there to be killed. A person reports what the store has taken, and what the centre has
acknowledged, through a pipe whose messages are whole or not there.
"""

from __future__ import annotations

import faulthandler
import os
import random
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from jdz_field.central.office import Office
from jdz_field.central.run import serve
from jdz_field.central.server import create_app
from jdz_field.core.clock import utc_now
from jdz_field.core.errors import JdzError
from jdz_field.store.project import Project
from tests.sync.centre import synced
from tests.sync.places import add_photo, add_site

FIELDS = ("remarks", "shelter", "escape_route", "village")
#: A person gives up a sync after so many seconds without progress.
PATIENCE = 2.0


def wrong_clock(hours: float):
    """A clock that is wrong by so many hours."""

    def now() -> datetime:
        return utc_now() + timedelta(hours=hours)

    return now


def within(environment: Mapping[str, str], target: Callable[..., None], *given: object) -> None:
    """Do something in this environment."""
    os.environ.clear()
    os.environ.update(environment)
    target(*given)


def keep_centre(url: str | None, files: str, port: int, hours: float, tell: Connection) -> None:
    """Serve until killed."""
    if hours:
        _serve_with_clock(url, files, port, hours, tell)
    else:
        serve(url, files, port=port, announce=lambda at: tell.send(("listens", at)))


def _serve_with_clock(
    url: str | None, files: str, port: int, hours: float, tell: Connection
) -> None:
    import uvicorn

    with Office(url, files, now=wrong_clock(hours)) as office:
        app = create_app(None, files, office=office)
        config = uvicorn.Config(app, port=port, log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        started = server.startup

        async def startup(sockets=None) -> None:
            await started(sockets)
            tell.send(("listens", ""))

        server.startup = startup  # type: ignore[method-assign]
        server.run()


def work(folder: str, url: str, seed: int, hours: float, tell: Connection) -> None:
    """Edit, photograph and sync until killed."""
    chance = random.Random(seed)
    faulthandler.enable()
    while True:
        try:
            with Project.open(Path(folder), now=wrong_clock(hours)) as project:
                while True:
                    _try(project, url, chance, tell)
        except JdzError as error:
            # No room while it opens: one sentence, and the person tries again.
            tell.send(("trouble", str(error)))
            time.sleep(0.05)
        except Exception:
            # Standard error may be a file that has no room either.
            tell.send(("died", traceback.format_exc()))
            raise


def _try(project: Project, url: str, chance: random.Random, tell: Connection) -> None:
    try:
        _one(project, url, chance, tell)
    except JdzError as error:
        tell.send(("trouble", str(error)))


def _one(project: Project, url: str, chance: random.Random, tell: Connection) -> None:
    from jdz_field.store.queries import SiteQuery

    known = [site.id for site in project.search(SiteQuery(), limit=40)]
    what = chance.random()
    if not known or what < 0.1:
        tell.send(("site", add_site(project, f"点 {chance.random()}")))
    elif what < 0.25:
        data = os.urandom(chance.choice([900, 20_000, 200_000]))
        # The camera's own failure to write is not what is tried here.
        with suppress(OSError):
            tell.send(("photo", add_photo(project, chance.choice(known), data)))
    else:
        fields = {chance.choice(FIELDS): str(chance.randint(0, 9))}
        change = project.edit("geohazard", chance.choice(known), fields)
        if change:
            tell.send(("change", change.id))
    if chance.random() < 0.6:
        before = {row.id for row in project.batches() if row.received}
        try:
            synced(project, url, PATIENCE, good=chance.random() < 0.5)
        finally:
            for row in project.batches():
                if row.received and row.id not in before:
                    tell.send(("acknowledged", row.id))
        tell.send(("synced", project.device))
