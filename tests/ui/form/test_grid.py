"""The grid theme: questions beside each other by their widths, below each other when narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.grid import units_of
from jdz_field.ui.form.page import FormPage
from tests.ui.form.forms import GRID


@pytest.fixture
def page(folder, app: AppContext, settle: Callable[[], None]) -> Iterator[FormPage]:
    with Project.open(folder) as project:
        project.add_form("grid", "1", "网格", GRID, None)
    app.look()
    made = FormPage(app, "grid")
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.leave()
    settle()
    made.close()
    made.deleteLater()


def box(page: FormPage, name: str):
    return page.body.questions[f"/data/tree/{name}"].geometry()


@pytest.mark.parametrize(
    ("appearance", "units"),
    [
        *(("w1", 1), ("w12", 12), ("w40", 12), ("w0", 1), ("", 4)),
        *(("numbers w2", 2), ("w2x", 4), ("row2", 4), ("minimal", 4)),
    ],
)
def test_the_width_is_read_from_the_appearance(appearance, units):
    assert units_of(appearance, 4) == units


def test_cells_stand_side_by_side_and_fill_the_row(page):
    kind, high, thick = (box(page, name) for name in ("kind", "high", "thick"))
    assert kind.y() == high.y() == thick.y()
    assert kind.right() < high.left() < high.right() < thick.left()
    assert abs(kind.width() - thick.width()) <= 2
    note = box(page, "note")
    assert note.left() == kind.left()
    assert abs(note.right() - thick.right()) <= 2


def test_the_last_cell_of_a_row_is_stretched(page):
    assert box(page, "far").width() == box(page, "note").width()


def test_a_cell_that_is_not_asked_leaves_its_place(page, settle):
    assert abs(box(page, "dead").width() - box(page, "note").width()) <= 2
    page.driver.answer("/data/tree/dead", "yes")
    settle()
    dead, why = box(page, "dead"), box(page, "why")
    assert dead.y() == why.y()
    assert dead.right() < why.left()


def test_no_cell_is_narrower_than_what_is_in_it(page, settle):
    for width in (1280, 1000, 820, 700, 560):
        page.resize(width, 500)
        settle()
        for question in page.body.questions.values():
            if question.isVisible():
                assert question.width() >= question.minimumSizeHint().width()


def test_a_narrow_window_stacks_them(page, settle):
    page.resize(600, 500)
    settle()
    assert box(page, "kind").bottom() < box(page, "high").top()
    assert box(page, "kind").width() == box(page, "high").width()


def test_tab_goes_along_the_rows(page, qtbot):
    page.activateWindow()
    page.body.questions["/data/tree/kind"].editor.take_focus()
    seen = []
    for _step in range(8):
        page.focusNextPrevChild(True)
        here = page.focusWidget()
        while here is not None and not hasattr(here, "ref"):
            here = here.parentWidget()
        if here is not None and here.ref not in seen:
            seen.append(here.ref)
    assert seen[:3] == ["/data/tree/high", "/data/tree/thick", "/data/tree/dead"]
