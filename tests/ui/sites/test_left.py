"""The page of a site that this person gets no more: said, readable, not to be written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.core.sites import Draft
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.sites.page import SitePage

Settle = Callable[[], None]


@pytest.fixture
def site(app: AppContext) -> str:
    return app.reader.search(SiteQuery(kinds=("geohazard",), order="code"), limit=1)[0].id


def take(app: AppContext, site: str, *, away: bool) -> None:
    entry = FeedEntry(
        *(1, "geohazard", site, 1, {"remarks": "中心写的"}, "c", None, "d", "李四"),
        *("2026-11-23T00:00:00.000Z-000000-d", "2026-11-23T00:00:00.000Z"),
    )
    with Project.open(app.reader.path) as project:
        project.apply_feed([entry, *([Leave(2, "geohazard", site)] if away else [])], 2)


def opened(app: AppContext, site: str, qtbot, settle: Settle) -> SitePage:
    made = SitePage(app, site)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    settle()
    return made


@pytest.mark.parametrize("away", [False, True])
def test_what_left_is_said_and_nothing_offers_to_write_it(
    app: AppContext, site: str, qtbot, settle: Settle, away: bool
) -> None:
    take(app, site, away=away)
    page = opened(app, site, qtbot, settle)
    assert page.left_box.isVisible() is away
    assert page.fields.rows["remarks"].isEnabled() is not away
    for part in (page.start, page.others, page.take, page.more):
        assert part.isVisible() is not away
    assert page.lacking.isVisible() is not away, "nothing is asked of who cannot write it"
    assert not (away and page.due.isVisible())
    assert page.print.isVisible(), "what is here can be read and printed"
    assert "虚构示例" in page.fields.rows["remarks"].accessibleName(), "what was entered here"


def test_an_inspection_that_was_begun_can_be_finished(
    app: AppContext, site: str, qtbot, settle: Settle
) -> None:
    take(app, site, away=True)
    with Project.open(app.reader.path) as project:
        project.save_draft(
            Draft(
                id="01980000-0000-7000-8000-000000000001",
                form="geohazard_inspection",
                form_version="1",
                answers={},
                site=site,
                author=project.author,
                started="2026-11-23T00:00:00.000Z",
                updated="2026-11-23T00:00:00.000Z",
            )
        )
    page = opened(app, site, qtbot, settle)
    assert page.start.isVisible()
    assert not page.others.isVisible()
