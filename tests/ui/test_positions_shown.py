"""How positions were found, where a person looks at a record, a site and its history."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel

from jdz_field.core.i18n import set_language
from jdz_field.core.positions import Provenance
from jdz_field.core.sites import point_wkt
from jdz_field.operations.forms import add_form
from jdz_field.operations.records import Filling
from jdz_field.operations.sites import edit_site
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.records import RecordsPage
from jdz_field.ui.sites.history_page import HistoryPage
from jdz_field.ui.sites.page import SitePage
from tests.xforms.books import survey

PLACE = "29.3521 117.2103 88.0 18.0"
AVERAGE = Provenance(method="average", accuracy=1.2, samples=23, fix="rtk", satellites=14)
GORGE = replace(AVERAGE, accuracy=18.0, fix="single", limit=5.0, reason="gorge", note="崖下")
SAID, WHY = "平均定位 ±1.2 m · 23 次 · RTK固定 · 14 颗卫星", "未达 5 m 要求：峡谷"
HEAD = ("type", "name", "label")
ROWS = (("text", "who", "巡查人"), ("geopoint", "place", "裂缝位置"))
SETTINGS = (("form_title", "form_id", "version"), ("位置", "places", "1"))


def words(widget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if not one.isHidden() and one.text()]


def roles(widget, beginning: str) -> list[str]:
    every = widget.findChildren(QLabel)
    return [one.property("role") for one in every if one.text().startswith(beginning)]


@pytest.fixture
def site(folder) -> str:
    with Project.open(folder) as project:
        return project.search(SiteQuery(kinds=("geohazard",), order="code"), limit=1)[0].id


@pytest.fixture
def page(app, site, qtbot, settle):
    made = SitePage(app, site)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    settle()
    return made


def moved(app, page, settle, lon: float, how: Provenance | None) -> None:
    app.write(lambda p: edit_site(p, page.site_id, {"lon": lon, "lat": 29.31}, how), page)
    settle()
    page.refresh()
    settle()


def test_a_position_of_a_ledger_says_so(page) -> None:
    assert page.heading.found.text() == "台账导入"
    assert page.heading.warning.isHidden()


def test_a_sites_page_says_how_and_an_override_stands_out(page, app, settle) -> None:
    moved(app, page, settle, 117.31, AVERAGE)
    assert page.heading.found.text() == SAID
    assert page.heading.warning.isHidden()
    moved(app, page, settle, 117.32, GORGE)
    assert page.heading.warning.text().startswith(WHY)
    assert page.heading.warning.property("role") == "attention"
    moved(app, page, settle, 117.33, None)
    assert page.heading.found.isHidden()
    set_language("en")
    moved(app, page, settle, 117.31, None)
    assert page.heading.found.text().startswith("Averaged ±1.2 m")


def test_history_tells_it_below_the_position_and_offers_no_json(page, app, settle, qtbot) -> None:
    moved(app, page, settle, 117.31, AVERAGE)
    moved(app, page, settle, 117.31, GORGE)
    map_ = MapWidget(app.jobs, [])
    qtbot.addWidget(map_)
    history = HistoryPage(app, map_, page.site_id)
    qtbot.addWidget(history)
    history.resize(480, 900)
    history.show()
    settle()
    said = words(history)
    assert SAID in said
    assert any(WHY in one for one in said)
    assert not [one for one in said if "{" in one]
    assert not [one for one in words(page.history) if "{" in one]


def test_bringing_an_old_place_back_brings_back_how_it_was_found(page, app, settle) -> None:
    moved(app, page, settle, 117.31, AVERAGE)
    moved(app, page, settle, 117.32, GORGE)
    app.write(lambda p: edit_site(p, page.site_id, {"geometry": point_wkt(117.31, 29.31)}), page)
    settle()
    page.refresh()
    assert page.heading.found.text() == SAID


@pytest.fixture
def records(folder, site, tmp_path, app, settle):
    with Project.open(folder) as project:
        add_form(project, survey(tmp_path / "f.xlsx", HEAD, *ROWS, settings=SETTINGS))
        filling = Filling.start(project, "places", site)
        filling.session.answer("/data/who", "虚构示例 张三")
        filling.note_position(PLACE, GORGE)
        filling.session.answer("/data/place", PLACE)
        assert filling.finalize(project).record
    made = RecordsPage(app)
    made.resize(820, 700)
    made.show()
    settle()
    yield made
    settle()
    made.close()
    made.deleteLater()


def test_a_record_tells_it_below_the_answer(records) -> None:
    assert "平均定位 ±18 m · 23 次 · 单点定位 · 14 颗卫星" in words(records.detail)
    assert roles(records.detail, WHY) == ["attention"]
