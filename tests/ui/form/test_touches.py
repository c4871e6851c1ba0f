"""A patrol that finds nothing unusual: from «Today» to the record in six touches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from jdz_field.core.clock import utc_now
from jdz_field.gnss.fix import Fix
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.rows import RowList
from jdz_field.ui.sites.page import SitePage
from jdz_field.ui.today import TodayPage
from tests.ui.form.geo_forms import fix

Settle = Callable[[], None]


@dataclass
class Finger:
    """Touches what is to be seen, and counts; swiping to it is no touch."""

    bot: Any
    settle: Settle
    touched: list[str] = field(default_factory=list)

    def at(self, name: str, widget: QWidget, place: QPoint | None = None) -> None:
        above: QWidget | None = widget.parentWidget()
        while above is not None:
            if isinstance(above, QAbstractScrollArea) and hasattr(above, "ensureWidgetVisible"):
                above.ensureWidgetVisible(widget)
            above = above.parentWidget()
        assert widget.isVisible(), name
        assert widget.isEnabled(), name
        assert min(widget.width(), widget.height()) >= 40, name
        self.touched.append(name)
        self.bot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place or widget.rect().center())
        self.settle()

    def row(self, name: str, rows: RowList, number: int) -> None:
        place = rows.visualRect(rows.model().index(number, 0)).center()
        self.at(name, rows.viewport(), place)


@pytest.fixture(params=[(1280, 800), (800, 1280)], ids=["landscape", "portrait"])
def window(
    app: AppContext, qtbot: Any, settle: Settle, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[MainWindow]:
    preferences = Preferences.load(tmp_path / "window.json")
    preferences.theme = "outdoor"
    made = MainWindow(app, preferences)
    qtbot.addWidget(made)
    made.resize(*request.param)
    made.show()
    settle()
    yield made
    made.close()


def pages(window: MainWindow, kind: type[QWidget]) -> Any:
    return next(one for one in window.findChildren(kind) if one.isVisible())


def here(app: AppContext, site: Any) -> Fix:
    """A good fix at the site."""
    one = fix(accuracy=2.5)
    return Fix(site.lon, site.lat, *(getattr(one, n) for n in one.__slots__[2:]))


def test_nothing_unusual_takes_six_touches(
    window: MainWindow, app: AppContext, answers: Any, settle: Settle, tmp_path: Path, qtbot: Any
) -> None:
    finger = Finger(qtbot, settle)
    app.show_page("today")
    settle()
    today = pages(window, TodayPage)
    row = next(n for n, one in enumerate(today.recent.list.rows) if _is_slide(app, one.key))
    site = app.reader.site(today.recent.list.rows[row].key)
    assert site is not None

    finger.row("site", today.recent.list, row)
    finger.at("start", _start(window))
    page = pages(window, FormPage)
    place = page.body.questions["/data/visit/position"].editor
    app.receiver.put(here(app, site))
    finger.at("position", place.receive)
    for _second in range(3):
        app.receiver.put(here(app, site))
    qtbot.waitUntil(lambda: bool(page.driver.session.node("/data/visit/position").value))

    nothing = page.body.questions["/data/visit/nothing_seen"].editor
    finger.at("nothing unusual", nothing.grid.cells[0])

    answers.files = [sample_photo(tmp_path / "a.jpg", utc_now(), (site.lon, site.lat))]
    photo = page.body.questions["/data/photos/photo_overview"].editor
    finger.at("photo", photo.pick)
    qtbot.waitUntil(lambda: bool(page.driver.session.node("/data/photos/photo_overview").value))
    settle()
    finger.at("finish", page.foot.done)

    (record,) = app.reader.records()
    assert finger.touched == ["site", "start", "position", "nothing unusual", "photo", "finish"]
    assert set(record.answers["signs"].values()) == {"no"}
    assert set(record.answers["slide_warnings"].values()) == {"no"}
    assert record.answers["care"]["phone_answered"] == "yes"
    assert record.answers["visit"]["position"]
    assert record.checks == {}


def _is_slide(app: AppContext, site_id: str) -> bool:
    site = app.reader.site(site_id)
    return site is not None and site.fields.get("kind_code") == "01"


def _start(window: MainWindow) -> QWidget:
    start: QWidget = pages(window, SitePage).start
    return start


def test_every_sign_is_still_shown_and_can_be_changed(app: AppContext, settle: Settle) -> None:
    found = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=50)
    site = next(one for one in found if one.fields.get("kind_code") == "01")
    page = FormPage(app, "geohazard_inspection", site.id)
    page.resize(1100, 800)
    page.show()
    settle()
    driver = page.driver
    driver.answer("/data/signs/tension_crack", "yes")
    driver.answer("/data/visit/nothing_seen", "yes")
    assert driver.session.node("/data/signs/tension_crack").value == "no"
    assert page.body.questions["/data/signs/tension_crack"].isVisible()
    driver.answer("/data/signs/tension_crack", "yes")
    assert driver.session.node("/data/signs/shear_crack").value == "no"
    assert "/data/signs/tension_crack_part" in [p.ref for p in driver.session.problems()]
    driver.undo()
    driver.undo()
    assert driver.session.node("/data/signs/shear_crack").value == ""
    page.leave()
    settle()
    page.close()
    page.deleteLater()


def test_a_part_that_lacks_answers_is_not_gone_past(
    app: AppContext, settle: Settle, qtbot: Any
) -> None:
    found = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=50)
    site = next(one for one in found if one.fields.get("kind_code") == "01")
    page = FormPage(app, "geohazard_inspection", site.id)
    qtbot.addWidget(page)
    page.resize(800, 1100)
    page.show()
    settle()
    assert page.pager.view == "groups"
    page.driver.answer("/data/visit/nothing_seen", "yes")
    page.driver.answer("/data/slide_warnings/front_bulge", "")
    page.walker.advance("/data/visit/nothing_seen")
    lacking = {page.body.step_of(one.ref) for one in page.driver.session.problems()}
    assert page.pager.step is not None
    first = next(one.key for one in page.pager.steps[1:] if one.key in lacking)
    assert page.pager.step.key == first
    assert first == "/data/slide_warnings"


def test_a_part_that_another_answer_or_the_register_filled_in_is_not_gone_past(
    app: AppContext, settle: Settle, qtbot: Any
) -> None:
    found = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=50)
    site = next(one for one in found if one.fields.get("kind_code") == "01")
    page = FormPage(app, "geohazard_inspection", site.id)
    qtbot.addWidget(page)
    page.resize(800, 1100)
    page.show()
    settle()
    page.driver.answer("/data/visit/nothing_seen", "yes")
    last = [n.ref for _c, n in page.driver.session.questions() if n.relevant]
    signs = [ref for ref in last if ref.startswith("/data/signs/")]
    page.walker.go_to(signs[-1])
    page.walker.advance(signs[-1])
    assert page.pager.step is not None
    assert page.pager.step.key == "/data/slide_warnings"
