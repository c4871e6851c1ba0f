"""The patrol plan in the settings, what is due on a site's page, heavy rain switched on and off."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from jdz_field.core.i18n import set_language
from jdz_field.operations.patrols import rain_since
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.patrol_settings import PatrolSettings, tables_words
from jdz_field.ui.sites.page import SitePage

Settle = Callable[[], None]


@pytest.fixture
def plan(app: AppContext, qtbot, settle: Settle) -> PatrolSettings:
    made = PatrolSettings(app)
    qtbot.addWidget(made)
    made.resize(480, 400)
    made.show()
    settle()
    return made


def test_the_plan_says_its_seasons_and_that_it_is_to_be_confirmed(plan: PatrolSettings) -> None:
    assert "汛前排查" in plan.plan.text()
    assert "4.1 至 6.30" in plan.plan.text()
    assert "待确认" in plan.plan.text()
    assert plan.state.text().startswith("今天适用")
    assert plan.rain.height() >= 44


@pytest.mark.parametrize("way", ["touch", "keyboard"])
def test_heavy_rain_is_switched_on_and_off(
    plan: PatrolSettings, app: AppContext, qtbot, settle: Settle, way: str
) -> None:
    def switch() -> None:
        if way == "touch":
            qtbot.mouseClick(plan.rain, Qt.MouseButton.LeftButton)
        else:
            plan.rain.setFocus()
            qtbot.keyClick(plan.rain, Qt.Key.Key_Space)
        settle()

    switch()
    assert rain_since(app.reader) is not None
    assert plan.rain.isChecked()
    assert "暴雨期间每日巡查" in plan.state.text()
    switch()
    assert rain_since(app.reader) is None
    assert not plan.rain.isChecked()
    assert plan.state.text().startswith("今天适用")


def test_the_plan_speaks_english(plan: PatrolSettings, app: AppContext) -> None:
    set_language("en")
    app.language_changed.emit()
    assert "Flood season" in plan.plan.text()


def test_a_countys_own_tables_are_named(
    plan: PatrolSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "程序自带" in plan.tables.text()
    (tmp_path / "own" / "codes").mkdir(parents=True)
    (tmp_path / "own" / "codes" / "sex.toml").write_text("")
    monkeypatch.setenv("JDZ_FIELD_CATALOGUE", str(tmp_path / "own"))
    assert "codes/sex.toml" in tables_words()
    assert os.fspath(tmp_path / "own") in tables_words()


def test_a_sites_page_says_what_is_due(app: AppContext, qtbot, settle: Settle) -> None:
    found = app.reader.search(SiteQuery(kinds=("geohazard",), overdue=True), limit=1)
    page = SitePage(app, found[0].id)
    qtbot.addWidget(page)
    page.show()
    settle()
    assert "逾期" in page.due.text()
    assert page.due.isVisible()
    mine = SitePage(app, app.reader.search(SiteQuery(kinds=("mine",)), limit=1)[0].id)
    qtbot.addWidget(mine)
    mine.show()
    settle()
    assert not mine.due.isVisible()
