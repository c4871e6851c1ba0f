"""A centre that really listens on loopback, and devices that talk to it."""

from __future__ import annotations

import httpx
import pytest

from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from tests.central.tablet import Tablet, open_office


@pytest.fixture
def office(tmp_path):
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
