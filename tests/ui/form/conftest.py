"""A project with the small form, and a page that fills it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.sheet import Sheet
from jdz_field.ui.toast import Toast
from tests.ui.form.forms import EVERY
from tests.ui.form.media_form import MEDIA
from tests.ui.form.one import sheet_of  # noqa: F401 - a fixture


@pytest.fixture(scope="session")
def _template(_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with two forms, made once."""
    folder = tmp_path_factory.mktemp("forms") / "project"
    shutil.copytree(_template, folder)
    with Project.open(folder) as project:
        project.add_form("every", "1", "每一种", EVERY, None)
        project.add_form("media", "1", "文件", MEDIA, None)
    return folder


@pytest.fixture
def site(app: AppContext) -> str:
    return app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0].id


@pytest.fixture
def page(app: AppContext, settle: Callable[[], None]) -> Iterator[FormPage]:
    """The small form, shown."""
    made = FormPage(app, "every")
    made.resize(900, 800)
    made.show()
    settle()
    yield made
    made.leave()
    settle()
    made.close()
    made.deleteLater()


class Desk(QWidget):
    """A window with a sheet and toasts, as the frame has them, and a form in it."""

    def __init__(self, app: AppContext, form: str = "media", site: str | None = None) -> None:
        super().__init__()
        self.app = app
        self.resize(1000, 800)
        self.sheet = Sheet(self)
        self.toast = Toast(self)
        app.page_pushed.connect(self.sheet.push)
        app.back_wanted.connect(self.sheet.pop)
        app.toast_wanted.connect(self.toast.say)
        self.page = FormPage(app, form, site)
        self.show()
        self.sheet.push(self.page)

    def editor(self, name: str) -> Any:
        return self.page.body.questions[f"/data/{name}"].editor

    def value(self, name: str) -> str:
        return self.page.driver.session.node(f"/data/{name}").value

    def top(self) -> Any:
        return self.sheet.page


@pytest.fixture
def desk(app: AppContext, settle: Callable[[], None]) -> Iterator[Desk]:
    """The form with every kind of file, in a window with a sheet."""
    made = Desk(app)
    settle()
    yield made
    made.sheet.close_by_person()
    settle()
    made.close()
    made.deleteLater()
