"""The field window with the form of places open at a site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.preferences import Preferences
from tests.ui.form.geo_forms import GEO


class World:
    """The window and what a test wants of it."""

    def __init__(self, window: MainWindow, qtbot: Any, settle: Callable[[], None]) -> None:
        self.window, self.app, self.bot, self.settle = window, window.app, qtbot, settle
        page = window.stage.sheet.page
        assert isinstance(page, FormPage)
        self.form = page

    @property
    def page(self) -> QWidget:
        found = self.window.stage.sheet.page
        assert found is not None
        return found

    def editor(self, name: str) -> Editor:
        question = self.form.body.questions[f"/data/{name}"]
        self.form.go_to(question.ref)
        self.settle()
        return question.editor

    def value(self, name: str) -> str:
        return self.form.driver.session.node(f"/data/{name}").value

    def draft(self, name: str) -> str | None:
        """What another process would find in the store."""
        with Project.open(self.app.path, read_only=True) as other:
            drafts = other.drafts()
        return drafts[0].answers.get(name) if drafts else None

    def key(self, widget: QWidget, *keys: Qt.Key, mod: Any = None) -> None:
        for key in keys:
            self.bot.keyClick(widget, key, mod or Qt.KeyboardModifier.NoModifier)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self.bot.mouseClick(
            widget, Qt.MouseButton.LeftButton, pos=at if at is not None else widget.rect().center()
        )
        QApplication.processEvents()

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        self.bot.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
        for share in (0.3, 0.7, 1.0):
            at = QPointF(start) + (QPointF(end) - QPointF(start)) * share
            event = QMouseEvent(
                QEvent.Type.MouseMove,
                at,
                QPointF(widget.mapToGlobal(at)),
                Qt.MouseButton.NoButton,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
            QApplication.sendEvent(widget, event)
        self.bot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=end)
        QApplication.processEvents()


@pytest.fixture
def folder(folder: Path) -> Path:
    with Project.open(folder) as project:
        project.add_form("geo", "1", "位置", GEO, None)
    return folder


def site_id(app: AppContext) -> str:
    """A point whose place is known."""
    return next(place.id for place in app.reader.map_points(("geohazard",)))


@pytest.fixture
def world(
    app: AppContext, qtbot: Any, settle: Callable[[], None], tmp_path: Path
) -> Iterator[World]:
    window = MainWindow(app, Preferences.load(tmp_path / "window.json"))
    window.preferences.theme = "outdoor"
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=3000)
    app.open_form("geo", site_id(app))
    settle()
    yield World(window, qtbot, settle)
    settle()
    window.close()
    window.deleteLater()
