"""A real centre on loopback for the tests of sync."""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jdz_field.central.office import Office
from jdz_field.central.run import RunningServer, start_in_thread
from jdz_field.central.server import create_app
from jdz_field.operations.sync import enrol
from jdz_field.store.project import Project
from jdz_field.sync.client import CentralClient
from jdz_field.sync.engine import SyncReport, sync
from jdz_field.sync.sealing import identity_of_project
from tests.central.cluster import fresh, shared_server, template

#: Enough for a busy test machine, short enough for a test of giving up.
PATIENCE = 10.0


@dataclass
class Centre:
    """An office with its server."""

    office: Office
    server: RunningServer
    files: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url

    @property
    def port(self) -> int:
        """The port of ``url``."""
        return int(self.url.rstrip("/").rpartition(":")[2])

    def admit(self, project: Project, role: str = "field", user: str = "") -> None:
        """Take a project's device in."""
        name = user or project.author
        if name not in {u["name"] for u in self.office.users()}:
            self.office.add_user(name, role)
        enrol(project, self.url, self.office.device_code(name))


@cache
def _postgres() -> tuple[str, str]:
    """A PostgreSQL server that lives as long as this process, and an empty centre in it."""
    stack = ExitStack()
    atexit.register(stack.close)
    run = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    url = stack.enter_context(shared_server(run, "sync"))
    return url, stack.enter_context(template(url))


@contextmanager
def database() -> Iterator[str | None]:
    """Where a centre's database is: ``JDZ_TEST_CENTRE=postgresql`` asks for the other kind."""
    if os.environ.get("JDZ_TEST_CENTRE") != "postgresql":
        yield None
        return
    server, empty = _postgres()
    with fresh(server, empty) as url:
        yield url


@contextmanager
def centre(folder: Path, backup: Path | None = None) -> Iterator[Centre]:
    """A centre that listens on a free port of loopback; restored from a backup when given."""
    files = folder / "files"
    with database() as url:
        if backup is not None:
            Office.restore(backup, url, files)
        server = start_in_thread(create_app(url, files))
        office = Office(url, files)
        try:
            yield Centre(office, server, files)
        finally:
            server.stop()
            office.close()


def client_of(project: Project, url: str, patience: float = PATIENCE) -> CentralClient:
    """A client of this project's device, at any address."""
    return CentralClient(
        url, identity_of_project(project).token, patience=patience, first=min(patience, 2.0)
    )


def synced(
    project: Project, url: str, patience: float = PATIENCE, *, good: bool = False, **more: object
) -> SyncReport:
    """One sync through an address; ``good``: the line has proved good before."""
    with client_of(project, url, patience) as client:
        if good:
            client._link.piece = 4 << 20
        return sync(project, client, **more)  # type: ignore[arg-type]
