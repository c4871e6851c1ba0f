"""Fills the forms that ship through their widgets; and pictures of them, to be looked at.

``python -m tests.ui.form.filled OUT [zh|en] [WIDTH] [FORM…]`` writes every form, filled with its
example, whole.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from jdz_field.core.i18n import set_language
from jdz_field.core.ids import import_id
from jdz_field.core.resources import folder
from jdz_field.core.sites import point_wkt
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.place import PlaceEditor
from jdz_field.ui.form.text import LineEditor, TypingEditor
from jdz_field.ui.jobs import Jobs
from jdz_field.xforms.session import FormSession
from tests.xforms.example_records import Example, example, give

SHIPPED = sorted(file.stem for file in folder("forms").glob("*.xlsx"))


class Hand:
    """A session whose answers go through the widgets of a page; ``by``: how many of each kind."""

    def __init__(self, page: FormPage) -> None:
        self.page = page
        self.by: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page.driver.session, name)

    def add_repeat(self, ref: str) -> None:
        """With the button below the entries that are there."""
        above = ref.rpartition("/")[0]
        if above.endswith("]"):
            self.page.body.go_to(above)
        view = self.page.body.repeats[ref].view
        before = len(self.page.driver.session.node(ref).children)
        view.add.click()
        assert len(self.page.driver.session.node(ref).children) == before + 1

    def answer(self, ref: str, value: str) -> None:
        """As a person would: a cell is clicked, text is typed, the rest is chosen."""
        if ref not in self.page.body.questions:
            self.page.body.go_to(ref)
        question = self.page.body.questions[ref]
        editor = question.editor
        self.by[type(editor).__name__] = self.by.get(type(editor).__name__, 0) + 1
        if isinstance(editor, ToggleEditor):
            wanted = value.split()
            for cell in editor.grid.cells:
                if cell.objectName() in wanted and not cell.isChecked():
                    cell.click()
        elif isinstance(editor, LineEditor) and not isinstance(editor, PlaceEditor):
            editor.line.setText(value)
            editor.leave()
        else:
            editor.answered.emit(value)
            if isinstance(editor, TypingEditor):
                editor.settled.emit()


def fill_example(page: FormPage, one: Example) -> Hand:
    """Answer what the form's example says, and nothing else."""
    hand = Hand(page)
    give(cast(FormSession, hand), hand, one.answers)
    return hand


def place_of_example(one: Example) -> Edit | None:
    """The site of an example, for a project; ``None``: it has none."""
    if not one.site:
        return None
    fields = {name: value for name, value in one.site.items() if name != "kind"}
    place = {"geometry": point_wkt(117.21, 29.35), "status": "active", "sample": True}
    kind = str(one.site["kind"])
    return Edit(kind, import_id(kind, fields["code"], {}), {**place, **fields})


def visit_before(project: Project, one: Example) -> None:
    """The earlier record that an example speaks of; its site is there."""
    site = place_of_example(one)
    earlier = Filling.start(project, one.form, site.subject if site else None)
    give(earlier.session, earlier.session, one.before)
    assert earlier.finalize(project).record is not None


def _turn(app: AppContext) -> None:
    for _turn_ in range(200):
        QApplication.processEvents()
        if app.jobs.idle() and _turn_ > 8:
            break


def _picture(app: AppContext, form: str, file: Path, width: int) -> None:
    one = example(form)
    site = place_of_example(one)
    page = FormPage(app, form, site.subject if site else None)
    page.resize(width, width - 20)
    page.show()
    _turn(app)
    fill_example(page, one)
    _turn(app)
    # Wider than high: everything stands on one page, however high it is.
    page.body.grab().save(str(file))
    page.leave()
    _turn(app)
    page.close()
    page.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def main(out: Path, spoken: str = "zh", width: str = "1000", *forms: str) -> None:
    """Write the pictures."""
    qt = QApplication.instance() or QApplication([])
    set_language(spoken)
    theme.apply(cast(QApplication, qt), "light")
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as where:
        target = Path(where) / "p"
        with create_project(target, name="示例", author="余小敏", sample=True) as project:
            places = [place for place in map(place_of_example, map(example, SHIPPED)) if place]
            project.edit_many(list({one.subject: one for one in places}.values()), origin="import")
            for one in filter(lambda one: one.before, map(example, SHIPPED)):
                visit_before(project, one)
        app = AppContext(
            target, Jobs(lambda: Project.open(target)), Project.open(target, read_only=True)
        )
        for form in forms or SHIPPED:
            _picture(app, form, out / f"{form}-{spoken}-{width}.png", int(width))
        app.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
