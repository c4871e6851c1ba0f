"""Fixtures for every test: language, outside parts, shared data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent


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
