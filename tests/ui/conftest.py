"""Fixtures of the windows: a small real project, its context, answers for dialogs, leaks."""
# ruff: noqa: ARG002 - the questions keep the names of what they stand for

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from jdz_field.core.i18n import set_language
from jdz_field.operations.projects import create_project
from jdz_field.operations.sample import sample_edits
from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.questions import Questions

#: Sites of each kind in the small project.
FEW = {"geohazard": 40, "mine": 6, "plot": 4, "risk": 3, "works": 1}


@dataclass
class Answers(Questions):
    """Answers as told, in order; no dialog ever opens. ``told`` keeps what was said."""

    files: list[Path | None] = field(default_factory=list)
    yes: bool = True
    told: list[str] = field(default_factory=list)

    def open_files(self, parent: QWidget | None, title: str, patterns: str) -> list[Path]:
        return [file for file in self.files if file is not None]

    def open_file(self, parent: QWidget | None, title: str, patterns: str) -> Path | None:
        return self.files.pop(0) if self.files else None

    def save_file(
        self, parent: QWidget | None, title: str, start: str, patterns: str
    ) -> Path | None:
        return self.files.pop(0) if self.files else None

    def folder(self, parent: QWidget | None, title: str) -> Path | None:
        return self.files.pop(0) if self.files else None

    def confirm(self, parent: QWidget | None, text: str, *, act: str) -> bool:
        self.told.append(text)
        return self.yes

    def tell(self, parent: QWidget | None, text: str) -> None:
        self.told.append(text)


@pytest.fixture(autouse=True)
def look(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The outdoor theme has no motion: nothing to wait for. Preferences go to a folder of ours."""
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")
    now = theme.current()
    if (now.name, now.scale) != ("outdoor", 1.0) or not qapp.styleSheet():
        theme.apply(qapp, "outdoor")
    yield
    set_language("zh")


@pytest.fixture(scope="session", autouse=True)
def _light_collections() -> Iterator[None]:
    """What the modules hold stays: every test's collection need not look through it."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def no_leaks(qapp: QApplication) -> Iterator[None]:
    """No test leaves a window, a running timer or a lane behind."""
    threads = set(threading.enumerate())
    windows = set(map(id, QApplication.topLevelWidgets()))
    yield
    for _turn in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
    gc.collect()
    left = [w for w in QApplication.topLevelWidgets() if id(w) not in windows and w.isVisible()]
    assert not left, f"windows left open: {left}"
    lanes = [t for t in threading.enumerate() if t not in threads and _is_lane(t)]
    assert not lanes, f"lanes left running: {lanes}"
    timers = [
        timer
        for window in QApplication.topLevelWidgets()
        for timer in window.findChildren(QTimer)
        if timer.isActive() and id(window) not in windows
    ]
    assert not timers, f"timers left running: {timers}"


def _is_lane(thread: threading.Thread) -> bool:
    return thread.name.startswith(("store", "free")) and thread.is_alive()


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "project"
    wanted = dict(FEW)
    edits = []
    for edit in sample_edits(1):
        if wanted.get(edit.kind, 0) > 0:
            wanted[edit.kind] -= 1
            edits.append(edit)
        if not any(wanted.values()):
            break
    with create_project(folder, name="试点项目", author="余小敏", sample=True) as project:
        project.edit_many(edits, origin="import:few")
    return folder


@pytest.fixture
def folder(_template: Path, tmp_path: Path) -> Path:
    """The folder of a small project: 40 geohazard points and some of each other kind."""
    import shutil

    target = tmp_path / "project"
    shutil.copytree(_template, target)
    return target


@pytest.fixture
def answers() -> Answers:
    """What the person answers to questions."""
    return Answers()


@pytest.fixture
def app(folder: Path, answers: Answers) -> Iterator[AppContext]:
    """The context of the small project, closed afterwards."""
    context = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True), answers
    )
    yield context
    context.close()
    context.deleteLater()


@pytest.fixture
def settle(app: AppContext, qtbot: Any) -> Callable[[], None]:
    """Wait until everything that was asked of the lanes has been delivered and shown."""

    def wait() -> None:
        qtbot.waitUntil(app.jobs.idle, timeout=20_000)
        for _turn in range(4):
            QApplication.processEvents()
            qtbot.wait(20)

    return wait
