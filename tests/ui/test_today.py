"""The first page: what waits, what was touched, where a tap leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from jdz_field.core.sites import Draft
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.today import TodayPage

Settle = Callable[[], None]


@pytest.fixture
def page(app: AppContext, qtbot, settle: Settle) -> TodayPage:
    made = TodayPage(app)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    settle()
    return made


def test_figures_are_those_of_the_store(page: TodayPage, app: AppContext) -> None:
    counts = app.reader.counts()
    assert page.figures["sites"].accessibleName() == f"点位: {sum(counts['sites'].values())}"
    assert page.figures["unsent"].accessibleName() == f"未传: {counts['unsent']}"
    assert not page.drafts.isVisible()
    assert not page.nothing.isVisible()


def test_a_draft_can_be_gone_on_with(page: TodayPage, app: AppContext, settle: Settle) -> None:
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
    moment = "2026-11-22T02:00:00.000Z"
    draft = Draft("d1", "geohazard_inspection", "1", {}, "余", moment, moment, site=site.id)
    app.write(lambda p: p.save_draft(draft), page)
    settle()
    assert page.drafts.isVisible()
    row = page.drafts.list.rows[0]
    assert row.title == site.name
    wanted: list[tuple[object, ...]] = []
    app.form_wanted.connect(lambda *what: wanted.append(what))
    page.drafts.chosen.emit(row)
    assert wanted == [("geohazard_inspection", site.id, "d1")]


def test_what_was_touched_last_stands_first(
    page: TodayPage, app: AppContext, settle: Settle
) -> None:
    site = app.reader.search(SiteQuery(kinds=("geohazard",), order="code"), limit=9)[8]
    app.write(lambda p: p.edit(site.kind, site.id, {"remarks": "今天看过"}), page)
    settle()
    assert page.recent.list.rows[0].key == site.id
    wanted: list[str] = []
    app.site_wanted.connect(wanted.append)
    page.recent.chosen.emit(page.recent.list.rows[0])
    assert wanted == [site.id]


@pytest.mark.parametrize(
    ("figure", "place"),
    [("sites", "sites"), ("drafts", "records"), ("unsent", "sync"), ("problems", "sync")],
)
def test_figures_lead_to_their_pages(
    page: TodayPage, app: AppContext, qtbot, figure: str, place: str
) -> None:
    wanted: list[str] = []
    app.page_wanted.connect(lambda name, _argument: wanted.append(name))
    qtbot.mouseClick(page.figures[figure], Qt.MouseButton.LeftButton)
    assert wanted == [place]
