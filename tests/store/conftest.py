"""Fixtures of the store's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.store.project import Project
from tests.store.tools import quick_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A fresh, empty project; sound when the test is over."""
    made = quick_project(tmp_path / "project")
    yield made
    made.close()
