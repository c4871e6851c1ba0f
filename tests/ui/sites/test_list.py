"""The list of sites: searching, filtering, opening, empty states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from jdz_field.core.i18n import set_language
from jdz_field.operations.projects import create_project
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.sites.list import SitesPage
from jdz_field.ui.sites.model import PAGE, SiteModel

Settle = Callable[[], None]


@pytest.fixture
def page(app: AppContext, qtbot, settle: Settle) -> SitesPage:
    made = SitesPage(app)
    qtbot.addWidget(made)
    made.resize(480, 700)
    made.show()
    settle()
    return made


def shown(page: SitesPage) -> list[str]:
    model = page.model
    return [
        model.index(row).data(Qt.ItemDataRole.UserRole).title for row in range(model.rowCount())
    ]


def test_every_site_is_listed(page: SitesPage, app: AppContext) -> None:
    assert len(shown(page)) == sum(app.reader.counts()["sites"].values())
    assert page.found.text().startswith(str(page.model.rowCount()))


def test_typing_searches_after_a_pause(page: SitesPage, app: AppContext, qtbot) -> None:
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
    qtbot.keyClicks(page.search, site.code)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=3000)
    assert shown(page) == [site.name]


def test_initials_find_too(page: SitesPage, app: AppContext, qtbot) -> None:
    from pypinyin import Style, lazy_pinyin

    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
    page.search.setText("".join(lazy_pinyin(site.name, style=Style.FIRST_LETTER))[:4])
    qtbot.waitUntil(lambda: site.name in shown(page), timeout=3000)


def test_filters_narrow_and_kinds_bring_their_own(page: SitesPage, app: AppContext) -> None:
    page.filters.kind.set_value("mine")
    page.filters.kind.chosen.emit("mine")
    assert page.model.rowCount() == app.reader.counts()["sites"]["mine"]
    assert page.filters.own_kind.isVisible()
    assert not page.filters.grade.isVisible()
    page.filters.kind.set_value("geohazard")
    page.filters.kind.chosen.emit("geohazard")
    page.filters.grade.set_value("D")
    page.filters.changed.emit()
    wanted = app.reader.count(SiteQuery(kinds=("geohazard",), grade="D"))
    assert page.model.rowCount() == wanted


def test_nothing_found_offers_everything(page: SitesPage, qtbot) -> None:
    page.search.setText("没有这样的点位")
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.no_match, timeout=3000)
    qtbot.mouseClick(page.show_all, Qt.MouseButton.LeftButton)
    assert page.stack.currentWidget() is page.view
    assert page.search.text() == ""


def test_an_empty_project_offers_the_ledger(tmp_path: Path, qtbot) -> None:
    folder = tmp_path / "empty"
    create_project(folder, name="空", author="江一").close()
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    page = SitesPage(app)
    qtbot.addWidget(page)
    page.show()
    wanted: list[str] = []
    app.page_wanted.connect(lambda name, _argument: wanted.append(name))
    assert page.stack.currentWidget() is page.nothing
    qtbot.mouseClick(page.import_first, Qt.MouseButton.LeftButton)
    assert wanted == ["import"]
    app.close()
    app.deleteLater()


def test_a_click_and_enter_open_the_site(page: SitesPage, app: AppContext, qtbot) -> None:
    wanted: list[str] = []
    app.site_wanted.connect(wanted.append)
    box = page.view.visualRect(page.model.index(2))
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    page.view.setCurrentIndex(page.model.index(3))
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    ids = [page.model.site(2).id, page.model.site(3).id]
    assert wanted == ids


def test_what_changes_in_the_store_shows_up(
    page: SitesPage, app: AppContext, settle: Settle
) -> None:
    site = page.model.site(0)
    app.write(lambda p: p.edit(site.kind, site.id, {"name": "改了名字的点"}), page)
    settle()
    assert "改了名字的点" in shown(page)


def test_words_follow_the_language(page: SitesPage, app: AppContext) -> None:
    set_language("en")
    app.language_changed.emit()
    QApplication.processEvents()
    assert page.imports.text() == "Import a ledger"
    assert page.found.text().endswith("sites")


def test_rows_say_what_matters(page: SitesPage, app: AppContext) -> None:
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
    page.search.setText(site.code)
    page.refresh()
    row = page.model.index(0).data(Qt.ItemDataRole.UserRole)
    people = site.fields["threatened_people"]
    assert not people or f"威胁 {people:,} 人" in row.line
    assert row.chip == "未传"
    assert row.picture is not None
    assert site.name in page.model.index(0).data(Qt.ItemDataRole.DisplayRole)


def test_the_model_keeps_qts_rules(app: AppContext, qtmodeltester) -> None:
    model = SiteModel(app.reader)
    model.show_query(SiteQuery())
    qtmodeltester.check(model)
    model.show_query(SiteQuery(text="没有"))
    qtmodeltester.check(model)


def test_a_row_beyond_the_end_is_empty(app: AppContext) -> None:
    model = SiteModel(app.reader)
    count = model.show_query(SiteQuery())
    assert model.site(count + PAGE) is None
