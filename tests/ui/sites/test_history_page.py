"""The past of a site in the window: read, filtered, brought back by touch and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from jdz_field.store.queries import SiteQuery
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.sites.history_page import ENTRIES, FIELDS, HistoryPage
from jdz_field.ui.sites.page import SitePage


@pytest.fixture
def site(app, settle) -> str:
    """A geohazard point that was edited twice and moved once."""
    found = app.reader.search(SiteQuery(kinds=("geohazard",), order="code"), limit=1)[0].id
    for fields in (
        {"town": "甲镇", "threatened_people": 41},
        {"town": "乙镇", "remarks": "新裂缝"},
        {"geometry": "POINT (117.5 29.5)"},
    ):
        app.write(lambda project, f=fields: project.edit("geohazard", found, f), app)
    settle()
    return found


@pytest.fixture
def page(app, site, qtbot, settle) -> HistoryPage:
    map_ = MapWidget(app.jobs, [])
    qtbot.addWidget(map_)
    made = HistoryPage(app, map_, site)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    settle()
    return made


@pytest.fixture
def toasts(app) -> list:
    said: list = []
    app.toast_wanted.connect(lambda words, undo: said.append((words, undo)))
    return said


def buttons(widget, words: str) -> list[QPushButton]:
    return [one for one in widget.findChildren(QPushButton) if words in one.text()]


def texts(widget) -> str:
    return " ".join(one.text() for one in widget.findChildren(QLabel))


def test_every_change_says_who_when_what_and_from_where(page) -> None:
    assert len(page.cards) == 4
    newest, second, _first, made = page.cards
    assert "余小敏" in texts(newest)
    assert "本机" in texts(newest)
    assert "117.5" in texts(newest)
    assert "甲镇 → 乙镇" in texts(second)
    assert "台账导入" in texts(made)


def test_a_long_change_is_folded_until_all_is_wanted(page, qtbot) -> None:
    made = page.cards[-1]
    assert len(made.entry.change.fields) > FIELDS
    (more,) = buttons(made, "个字段")
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert not buttons(page.cards[-1], "个字段")


def test_one_value_comes_back_by_touch_and_is_taken_back(
    page, app, site, qtbot, settle, toasts
) -> None:
    (back,) = buttons(page.cards[2], "甲镇")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    settle()
    assert app.reader.site(site).fields["town"] == "甲镇"
    assert app.reader.site(site).fields["remarks"] == "新裂缝"
    words, undo = toasts[-1]
    assert "甲镇" in words
    undo()
    settle()
    assert app.reader.site(site).fields["town"] == "乙镇"


def test_the_whole_site_comes_back_by_keys_and_is_taken_back(
    page, app, site, qtbot, settle, toasts
) -> None:
    before = app.reader.site(site)
    (whole,) = buttons(page.cards[-1], "整个对象")
    whole.setFocus()
    qtbot.keyClick(whole, Qt.Key.Key_Space)
    settle()
    now = app.reader.site(site)
    assert now.fields["town"] not in ("甲镇", "乙镇")
    assert now.lon != 117.5
    toasts[-1][1]()
    settle()
    again = app.reader.site(site)
    assert (again.fields["town"], again.lon) == (before.fields["town"], 117.5)


def test_the_newest_change_offers_what_was_before(page, app, site, qtbot, settle) -> None:
    (back,) = buttons(page.cards[0], "移回")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    settle()
    assert app.reader.site(site).lon != 117.5


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_field_is_chosen_by_key_and_menu(page, qtbot) -> None:
    page.filter.setFocus()
    qtbot.keyClick(page.filter, Qt.Key.Key_Space)
    act = next(one for one in page._menu.actions() if one.data() == "town")
    act.trigger()
    page._menu.close()
    assert page.filter.text() == "乡镇"
    assert len(page.cards) == 3
    assert all("备注" not in texts(card) for card in page.cards)
    page.choose("")
    assert len(page.cards) == 4


def test_an_earlier_position_is_shown_on_the_map(page, qtbot) -> None:
    (show,) = buttons(page.cards[0], "地图")
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert page._map.middle() == pytest.approx((117.5, 29.5), abs=1e-3)
    assert page.leave()


def test_many_changes_are_shown_in_parts(page, app, site, qtbot, settle) -> None:
    def work(project) -> None:
        for number in range(ENTRIES + 5):
            project.edit("geohazard", site, {"remarks": str(number)})

    app.write(work, app)
    settle()
    assert len(page.cards) == ENTRIES
    qtbot.mouseClick(page.more, Qt.MouseButton.LeftButton)
    assert len(page.cards) == ENTRIES + 9
    assert page.more.isHidden()


def test_a_value_that_fits_no_more_is_said(page, app, site, settle, toasts) -> None:
    page._restore_value("threatened_people", "约30人")
    settle()
    assert "约30人" in toasts[-1][0]


def test_the_site_page_leads_here(app, site, qtbot, settle) -> None:
    wanted: list = []
    app.page_wanted.connect(lambda *what: wanted.append(what))
    made = SitePage(app, site)
    qtbot.addWidget(made)
    made.show()
    settle()
    (all_,) = buttons(made.history, "次更改")
    qtbot.mouseClick(all_, Qt.MouseButton.LeftButton)
    assert wanted == [("history", site)]
