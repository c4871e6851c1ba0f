"""A centre with work, and the office window that works at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from jdz_field.ui.office.main import open_office
from jdz_field.ui.office.window import OfficeWindow
from tests.ui.office.centre import Centre, centre, fill


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Centre]:
    with centre(tmp_path / "centre") as made:
        yield made


@pytest.fixture
def busy(at: Centre, tmp_path: Path) -> Centre:
    """The centre with some of everything."""
    fill(at, tmp_path / "photos")
    return at


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody has signed in on this machine."""
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")
    return tmp_path / "config"


@pytest.fixture
def rest(qtbot: Any) -> Callable[[OfficeWindow], None]:
    """Wait until the centre has answered everything."""

    def wait(window: OfficeWindow) -> None:
        for _turn in range(3):
            if window.office is not None:
                qtbot.waitUntil(window.office.jobs.idle, timeout=20_000)
            QApplication.processEvents()
            qtbot.wait(20)

    return wait


@pytest.fixture
def window(at: Centre, rest: Callable[[OfficeWindow], None]) -> Iterator[OfficeWindow]:
    made = open_office(at.url, at.token)
    rest(made)
    yield made
    made.close()
    made.deleteLater()
