"""A page of a few questions from survey lines, over a real session and a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from jdz_field.operations.forms import add_form
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.jobs import Jobs
from tests.ui.form.gallery import CHOICES, Row, draw_pictures, form_of


class Sheet:
    """A shown page and shortcuts to what is on it."""

    def __init__(self, page: FormPage) -> None:
        self.page = page

    def editor(self, name: str) -> Any:
        return self.page.body.questions[f"/data/{name}"].editor

    def value(self, name: str) -> str:
        return self.page.driver.session.node(f"/data/{name}").value

    def answer(self, name: str, value: str) -> None:
        self.page.driver.answer(f"/data/{name}", value)

    def wrong(self, name: str) -> str:
        return self.page.body.questions[f"/data/{name}"].wrong()


Open = Callable[..., Sheet]


@pytest.fixture
def sheet_of(folder: Path, qtbot: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a page for survey lines (and choices, when they are not the gallery's)."""
    opened: list[tuple[FormPage, AppContext]] = []

    def open_sheet(*rows: Row, choices: list[Row] | None = None, width: int = 900) -> Sheet:
        file = tmp_path / "one.xml"
        made = form_of(list(rows), choices if choices is not None else CHOICES, name="one")
        file.write_text(made, encoding="utf-8")
        draw_pictures(tmp_path / "one-media")
        with Project.open(folder) as project:
            add_form(project, file)
        app = AppContext(
            folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
        )
        page = FormPage(app, "one")
        page.resize(width, 800)
        page.show()
        qtbot.waitExposed(page)
        QApplication.processEvents()
        opened.append((page, app))
        return Sheet(page)

    yield open_sheet
    for page, app in opened:
        page.leave()
        qtbot.waitUntil(app.jobs.idle, timeout=10_000)
        page.close()
        page.deleteLater()
        app.close()
        app.deleteLater()


def commit(widget: QWidget, text: str) -> None:
    """A text as an input method commits it."""
    widget.setFocus()
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def compose(widget: QWidget, text: str) -> None:
    """Letters that an input method has not made words of yet."""
    widget.setFocus()
    QApplication.sendEvent(widget, QInputMethodEvent(text, []))
