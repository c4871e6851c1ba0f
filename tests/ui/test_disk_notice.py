"""The word about the disk: once a day, never for an invented project, never in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.operations.disk import NO, UNKNOWN, YES, Disk
from jdz_field.operations.projects import create_project
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.disk_notice import DiskNotice
from jdz_field.ui.preferences import Preferences

Settle = Callable[[], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_project(tmp_path / "real", name="真项目", author="余小敏").close()
    return tmp_path / "real"


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences.load(tmp_path / "window.json")


def said(app: AppContext, preferences: Preferences, settle: Settle, state: str) -> list[str]:
    words: list[str] = []
    app.toast_wanted.connect(lambda text, _undo: words.append(text))
    DiskNotice(app, preferences, lambda: Disk(state)).begin()
    settle()
    assert app.disk == Disk(state)
    return words


@pytest.mark.parametrize("state", [NO, UNKNOWN])
def test_it_is_said_once_a_day(
    app: AppContext, preferences: Preferences, settle: Settle, state: str
) -> None:
    assert said(app, preferences, settle, state) == [Disk(state).sentence]
    again = Preferences.load(preferences.file)
    assert said(app, again, settle, state) == []
    yesterday = utc_now().astimezone(BEIJING) - timedelta(days=1)
    again.disk_warned = f"{yesterday:%Y-%m-%d}"
    assert said(app, again, settle, state) != []


def test_an_encrypted_disk_is_no_news(
    app: AppContext, preferences: Preferences, settle: Settle
) -> None:
    assert said(app, preferences, settle, YES) == []


def test_an_invented_project_names_nobody(
    app: AppContext, preferences: Preferences, settle: Settle
) -> None:
    with Project.open(app.path) as project:
        project.set_setting("sample", True)
    assert said(app, preferences, settle, NO) == []


def test_a_system_that_fails_is_not_known(
    app: AppContext, preferences: Preferences, settle: Settle
) -> None:
    def fail() -> Disk:
        raise OSError("x")

    DiskNotice(app, preferences, fail).begin()
    settle()
    assert app.disk == Disk(UNKNOWN)


def test_an_answer_after_the_window_is_nobodys(
    app: AppContext, preferences: Preferences, settle: Settle
) -> None:
    notice = DiskNotice(app, preferences, lambda: Disk(NO))
    notice.begin()
    notice.stop()
    settle()
    assert app.disk is None
    assert preferences.disk_warned == ""
