"""Choosing a form: from a site's page, and from the first page without a site."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from jdz_field.core.i18n import set_language
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.forms_page import FormsPage
from jdz_field.ui.sites.page import SitePage
from jdz_field.ui.today import TodayPage


def shown(qtbot: QtBot, page: FormsPage) -> list[str]:
    """Open the page; the forms that it lists."""
    qtbot.addWidget(page)
    page.resize(420, 760)
    page.show()
    qtbot.waitExposed(page)
    return keys(page)


def keys(page: FormsPage) -> list[str]:
    """The forms that it lists."""
    model = page.card.list.model()
    role = int(Qt.ItemDataRole.UserRole)
    return [model.index(row, 0).data(role).key for row in range(model.rowCount())]


def some_site(app: AppContext, kind: str) -> str:
    """A site of this kind."""
    return app.reader.search(SiteQuery(kinds=(kind,)), limit=1)[0].id


def test_a_sites_forms_are_begun_by_finger(qtbot: QtBot, app: AppContext) -> None:
    site = some_site(app, "geohazard")
    page = FormsPage(app, site)
    found = shown(qtbot, page)
    assert found[0] == "geohazard_inspection"
    assert {"card_survey", "geohazard_evacuation", "disaster_report"} <= set(found)
    listed = page.card.list
    place = listed.visualRect(listed.model().index(found.index("card_survey"), 0))
    assert place.height() >= 44
    with qtbot.waitSignal(app.form_wanted) as wanted:
        QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    assert wanted.args[:2] == ["card_survey", site]


def test_and_by_keys(qtbot: QtBot, app: AppContext) -> None:
    page = FormsPage(app)
    assert shown(qtbot, page) == ["disaster_report", "old_tree", "clue_report"]
    page.card.list.setFocus()
    page.card.list.setCurrentIndex(page.card.list.model().index(2, 0))
    with qtbot.waitSignal(app.form_wanted) as wanted:
        QTest.keyClick(page.card.list, Qt.Key.Key_Return)
    assert wanted.args[:2] == ["clue_report", None]


def test_its_words_follow_the_language(qtbot: QtBot, app: AppContext) -> None:
    page = FormsPage(app)
    shown(qtbot, page)
    assert page.title() == "填写表格"
    set_language("en")
    page.retranslate()
    assert page.title() == "Fill in a form"


def test_the_site_page_leads_there(qtbot: QtBot, app: AppContext) -> None:
    site = some_site(app, "mine")
    page = SitePage(app, site)
    qtbot.addWidget(page)
    with qtbot.waitSignal(app.page_wanted) as wanted:
        page.others.click()
    assert list(wanted.args) == ["forms", site]


def test_the_first_page_has_the_urgent_report_at_hand(qtbot: QtBot, app: AppContext) -> None:
    page = TodayPage(app)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    assert page.urgent.isVisible()
    assert page.urgent.height() >= 44
    with qtbot.waitSignal(app.form_wanted) as wanted:
        page.urgent.click()
    assert wanted.args[:2] == ["disaster_report", None]
    with qtbot.waitSignal(app.page_wanted) as opened:
        page.forms.click()
    assert opened.args[0] == "forms"
