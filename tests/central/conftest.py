"""A centre that really listens on loopback, and devices that talk to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from jdz_field.central.office import Office
from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from tests.central.cluster import fresh, installed, shared_server, template
from tests.central.tablet import Tablet, open_office
from tests.conftest import missing


@pytest.fixture(scope="session")
def postgres(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, testrun_uid: str
) -> Iterator[str]:
    """The address of a server with PostGIS where we may make databases."""
    if not installed():
        missing("needs an outside part: PostgreSQL with PostGIS")
    base = tmp_path_factory.getbasetemp()
    run = base if worker_id == "master" else base.parent
    with shared_server(run, f"{worker_id}-{testrun_uid}") as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[str]:
    """The name of a database that is up to date and empty."""
    with template(postgres) as name:
        yield name


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh central database on PostgreSQL."""
    server = request.getfixturevalue("postgres")
    with fresh(server, request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def central_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh central database, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'central.gpkg').as_posix()}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def office(request, tmp_path):
    """A centre; on PostgreSQL where a module says so, or everywhere by ``JDZ_TEST_CENTRE``."""
    if os.environ.get("JDZ_TEST_CENTRE") == "postgresql":
        with Office(request.getfixturevalue("postgres_url"), tmp_path / "files") as opened:
            yield opened
        return
    with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def server(office):
    with start_in_thread(create_app(None, office.files, office=office)) as running:
        yield running


@pytest.fixture
def tablet(office):
    return Tablet.enrol(office)


@pytest.fixture
def call(server, tablet):
    """An HTTP client with the token of an office device."""
    headers = {"Authorization": f"Bearer {tablet.enrolment.token}"}
    with httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


@pytest.fixture
def field(server, office):
    """The same for a field role."""
    device = Tablet.enrol(office, "Zhao", "field")
    headers = {"Authorization": f"Bearer {device.enrolment.token}"}
    with httpx.Client(base_url=server.url, headers=headers) as client:
        yield client
