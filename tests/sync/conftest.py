"""What the tests of sync share: secrets in a folder of the test, a real centre."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.centre import Centre, centre


@pytest.fixture(autouse=True)
def _own_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Centre]:
    """A centre that listens."""
    with centre(tmp_path / "centre") as one:
        yield one
