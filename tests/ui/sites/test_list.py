"""The list of sites: searching, filtering, opening, empty states."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from jdz_field.core.i18n import set_language
from jdz_field.gnss.fix import Fix
from jdz_field.operations.projects import create_project
from jdz_field.store.project import Project
from jdz_field.store.queries import NEVER, SiteQuery
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.preferences import default_file
from jdz_field.ui.rows import row_height
from jdz_field.ui.sites.filters import FilterChip
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


def ids(page: SitesPage) -> list[str]:
    model = page.model
    return [site.id for row in range(model.rowCount()) if (site := model.site(row)) is not None]


def fix_at(lon: float, lat: float) -> Fix:
    moment = datetime.now(UTC)
    return Fix(lon, lat, 80.0, 2.5, 1.2, 12, 20, "single", moment, time.monotonic())


def choose(chip: FilterChip, value: str | None) -> None:
    """As the menu does."""
    chip.set_value(value)
    chip.chosen.emit(value)


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


def test_filters_narrow_and_kinds_bring_their_own(
    page: SitesPage, app: AppContext, settle: Settle, qtbot
) -> None:
    qtbot.mouseClick(page.filters.more, Qt.MouseButton.LeftButton)
    choose(page.filters.kind, "mine")
    settle()
    assert page.model.rowCount() == app.reader.counts()["sites"]["mine"]
    assert page.filters.own_kind.isVisible()
    assert not page.filters.grade.isVisible()
    choose(page.filters.kind, "geohazard")
    choose(page.filters.grade, "D")
    settle()
    wanted = app.reader.find(SiteQuery(kinds=("geohazard",), grade="D"))
    assert page.model.rowCount() == len(wanted)


def test_what_narrows_is_seen_when_the_filters_are_shut(page: SitesPage, settle: Settle) -> None:
    filters = page.filters
    assert not filters.county.isVisible()
    assert not filters.clear.isVisible()
    choose(filters.county, "360222")
    choose(filters.visit, "overdue")
    settle()
    assert filters.county.isVisible()
    assert filters.visit.isVisible()
    assert not filters.town.isVisible()
    assert filters.more.text().startswith("2 ")
    assert "浮梁" in filters.county.text()


def test_clear_all_lets_everything_through(
    page: SitesPage, app: AppContext, settle: Settle, qtbot
) -> None:
    choose(page.filters.county, "360222")
    choose(page.filters.status, "closed")
    settle()
    qtbot.mouseClick(page.filters.clear, Qt.MouseButton.LeftButton)
    settle()
    assert page.model.rowCount() == app.reader.count(SiteQuery())
    assert not page.filters.narrow


def test_every_filter_asks_the_store_what_it_says(page: SitesPage) -> None:
    filters = page.filters
    for name, value, wanted in (
        ("town", None, {}),
        ("status", "closed", {"status": "closed"}),
        ("visit", "overdue", {"overdue": True}),
        ("visit", "-1", {"unvisited": NEVER}),
        ("visit", "31", {"unvisited": 31}),
        ("state", "unsent", {"unsent": True}),
        ("state", "sent", {"unsent": False}),
        ("state", "conflict", {"held": "conflict"}),
        ("state", "mine", {"mine": True}),
        ("place", "legacy", {"placed": "legacy"}),
    ):
        filters.reset()
        filters.chips[name].set_value(value)
        assert filters.query("x") == SiteQuery(text="x", **wanted)


def test_menus_count_what_each_value_would_leave(
    page: SitesPage, app: AppContext, settle: Settle
) -> None:
    choose(page.filters.kind, "geohazard")
    settle()
    facets = app.reader.facets(SiteQuery(kinds=("geohazard",)))
    town, count = next(iter(sorted(facets["town"].items())))
    assert f"{town}  ({count:,})" in page.filters.town.words()
    grades = page.filters.grade.words()
    assert any(f"({facets['grade'].get('D', 0):,})" in words for words in grades)


def test_filters_and_order_are_remembered_for_each_person(
    page: SitesPage, app: AppContext, settle: Settle, qtbot
) -> None:
    choose(page.filters.county, "360222")
    choose(page.filters.order, "code")
    settle()
    again = SitesPage(app)
    qtbot.addWidget(again)
    again.show()
    settle()
    assert again.filters.chosen() == {"county": "360222", "order": "code"}
    assert ids(again) == ids(page)
    app.write(lambda p: p.set_setting("author", "另一个人"), page)
    settle()
    assert again.filters.chosen() == {"order": "name"}
    assert again.model.rowCount() == app.reader.count(SiteQuery())


def test_filters_that_cannot_be_read_let_everything_through(
    app: AppContext, settle: Settle, qtbot
) -> None:
    file = default_file().with_name("lists.json")
    file.parent.mkdir(parents=True, exist_ok=True)
    for damaged in ("{", "[]", '{"x": 1}'):
        file.write_text(damaged, encoding="utf-8")
        made = SitesPage(app)
        qtbot.addWidget(made)
        made.show()
        settle()
        assert not made.filters.narrow
        assert made.model.rowCount() == app.reader.count(SiteQuery())


def test_the_nearest_are_first_and_rows_say_how_far(
    page: SitesPage, app: AppContext, settle: Settle
) -> None:
    place = next(site for site in app.reader.search(SiteQuery()) if site.lon is not None)
    app.receiver.put(fix_at(place.lon, place.lat))
    choose(page.filters.order, "distance")
    settle()
    assert page.model.site(0).id == place.id
    row = page.model.index(0).data(Qt.ItemDataRole.UserRole)
    assert row.right.startswith("0 m")
    far = page.model.index(5).data(Qt.ItemDataRole.UserRole)
    assert "km" in far.right or " m " in far.right


def test_home_end_and_arrows_move_through_the_list(page: SitesPage, qtbot) -> None:
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    page.view.setFocus()
    last = page.model.rowCount() - 1
    for key, row in ((Qt.Key.Key_End, last), (Qt.Key.Key_Up, last - 1), (Qt.Key.Key_Home, 0)):
        qtbot.keyClick(page.view, key)
        assert page.view.currentIndex().row() == row


def test_rows_take_the_height_of_the_theme(page: SitesPage, app: AppContext) -> None:
    theme.apply(QApplication.instance(), "light")
    app.theme_changed.emit()
    assert page.view.rowHeight(0) == row_height(two_lines=True)
    theme.apply(QApplication.instance(), "outdoor")
    app.theme_changed.emit()
    assert page.view.rowHeight(0) == row_height(two_lines=True) >= 56


def test_an_outdated_question_is_not_asked(page: SitesPage, settle: Settle) -> None:
    shown_before = page.model.query
    for text in ("瑶", "瑶里", "瑶里x", ""):
        page.search.setText(text)
        page.refresh()
    settle()
    assert page.model.query == shown_before


def test_typing_never_waits_for_an_answer(page: SitesPage, qtbot) -> None:
    for sign in "3602":
        begin = time.perf_counter()
        qtbot.keyClick(page.search, sign)
        assert time.perf_counter() - begin < 2
    qtbot.waitUntil(lambda: page.model.query.text == "3602", timeout=3000)


def test_nothing_found_offers_everything(page: SitesPage, qtbot) -> None:
    page.search.setText("没有这样的点位")
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.no_match, timeout=3000)
    qtbot.mouseClick(page.show_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.view, timeout=3000)
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
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.nothing, timeout=3000)
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
    assert wanted == [page.model.site(2).id, page.model.site(3).id]


def test_what_changes_in_the_store_shows_up(
    page: SitesPage, app: AppContext, settle: Settle
) -> None:
    site = page.model.site(0)
    app.write(lambda p: p.edit(site.kind, site.id, {"name": "改了名字的点"}), page)
    settle()
    assert "改了名字的点" in shown(page)


def test_words_follow_the_language(page: SitesPage, app: AppContext, settle: Settle) -> None:
    set_language("en")
    app.language_changed.emit()
    settle()
    assert page.imports.text() == "Import a ledger"
    assert page.found.text().endswith("sites")


def test_rows_say_what_matters(page: SitesPage, app: AppContext, settle: Settle) -> None:
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
    page.search.setText(site.code)
    page.refresh()
    settle()
    row = page.model.index(0).data(Qt.ItemDataRole.UserRole)
    people = site.fields["threatened_people"]
    assert not people or f"威胁 {people:,} 人" in row.line
    assert row.chip == "未传"
    assert row.picture is not None
    assert site.name in page.model.index(0).data(Qt.ItemDataRole.DisplayRole)


def test_the_model_keeps_qts_rules(app: AppContext, qtmodeltester) -> None:
    model = SiteModel(app.reader)
    model.show_found(app.reader.find(SiteQuery()))
    qtmodeltester.check(model)
    model.show_found(app.reader.find(SiteQuery(text="没有")))
    qtmodeltester.check(model)


def test_a_row_beyond_the_end_is_empty(app: AppContext) -> None:
    model = SiteModel(app.reader)
    model.show_found(app.reader.find(SiteQuery()))
    count = model.rowCount()
    assert model.site(count + PAGE) is None
