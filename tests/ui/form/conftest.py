"""A project with the small form, and a page that fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from tests.ui.form.forms import EVERY


@pytest.fixture
def folder(folder: Path) -> Path:
    with Project.open(folder) as project:
        project.add_form("every", "1", "每一种", EVERY, None)
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
