"""Fills the forms that ship through their widgets; and pictures of them, to be looked at.

``python -m tests.ui.form.filled OUT [zh|en] [WIDTH] [FORM…]`` writes every form, filled, whole.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import set_language
from jdz_field.core.ids import import_id
from jdz_field.core.resources import folder
from jdz_field.core.sites import Site, point_wkt
from jdz_field.operations.form_choice import offers
from jdz_field.operations.projects import create_project
from jdz_field.operations.sample import sample_edits
from jdz_field.operations.sample_filler import Filler
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.place import PlaceEditor
from jdz_field.ui.form.text import LineEditor, TypingEditor
from jdz_field.ui.jobs import Jobs
from jdz_field.xforms.session import FormSession
from tests.xforms.example_records import Example, give

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


def site_for(project: Project, form: str) -> Site | None:
    """A site that the form is offered for; ``None`` for a form without one."""
    offer = next((one for one in offers() if one.id == form), None)
    if offer is None:
        return None
    kinds = offer.kinds or (("plot",) if "plot" in form else ())
    if not kinds:
        return None
    found = project.search(SiteQuery(kinds=(kinds[0],)), limit=50)
    wanted = {"mine_random_check": ("licensed",)}.get(form)
    fitting = [one for one in found if not wanted or one.fields.get("population") in wanted]
    programmes = [one for one in fitting if one.fields.get("kind_code") in offer.programmes]
    return next(iter([*programmes, *fitting, *found]), None)


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


def fill(page: FormPage, seed: int = 1) -> Hand:
    """Answer everything that the form asks for."""
    hand = Hand(page)
    moment = utc_now() - timedelta(minutes=1)
    source = random.Random(seed)
    Filler(source, page.filling.site, moment, "a").fill(cast(FormSession, hand))
    return hand


def _turn(app: AppContext) -> None:
    for _turn_ in range(200):
        QApplication.processEvents()
        if app.jobs.idle() and _turn_ > 8:
            break


def _picture(app: AppContext, form: str, file: Path, width: int) -> None:
    site = site_for(app.reader, form)
    page = FormPage(app, form, site.id if site else None)
    page.resize(width, width - 20)
    page.show()
    _turn(app)
    fill(page)
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
            edits = list(sample_edits(1))
            kinds = {one.kind: [e for e in edits if e.kind == one.kind] for one in edits}
            kept = [one for every in kinds.values() for one in every[:120]]
            project.edit_many(kept, origin="import:few")
        app = AppContext(
            target, Jobs(lambda: Project.open(target)), Project.open(target, read_only=True)
        )
        for form in forms or SHIPPED:
            _picture(app, form, out / f"{form}-{spoken}-{width}.png", int(width))
        app.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
