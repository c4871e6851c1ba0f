"""Fixtures for every test: language, outside parts, shared data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long an example takes says nothing on a busy machine; CI tries the same examples each time,
# so that what fails there can be repeated.
settings.register_profile("usual", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("usual"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "usual")

ROOT = Path(__file__).resolve().parent.parent


def pytest_xdist_auto_num_workers() -> int:
    """Windows, disks and servers are waited for half of the time: more workers than cores."""
    cores = os.cpu_count() or 1
    return cores + min(cores, 4)


def missing(what: str) -> None:
    """Skip on a person's machine, fail where everything must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture
def shared() -> Path:
    """The folder with the sample ledger and the reference engine."""
    folder = Path(os.environ.get("JDZ_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        missing("the shared data folder")
    return folder


@pytest.fixture
def tool() -> object:
    """``tool("exiftool")`` gives the program's path."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            missing(name)
        return str(found)

    return find


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Every test starts in Chinese, as the program does."""
    from jdz_field.core.i18n import set_language

    set_language("zh")
    yield
    set_language("zh")
