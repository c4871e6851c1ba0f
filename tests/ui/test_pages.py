"""Ways through the window: from the map to a site, a form, photos, a move, an import."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.photos.page import PhotosPage
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.sites.add import AddSitePage
from jdz_field.ui.sites.importing import ImportPage
from jdz_field.ui.sites.move import MovePage
from jdz_field.ui.sites.page import SitePage

#: Menus on the offscreen platform say that it cannot raise them or grab the keyboard.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Settle = Callable[[], None]


@pytest.fixture
def window(app: AppContext, qtbot, settle: Settle) -> Iterator[MainWindow]:
    made = MainWindow(app, Preferences(theme="outdoor"))
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.close()


@pytest.fixture
def site(app: AppContext) -> str:
    return app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0].id


def on_top(window: MainWindow) -> object:
    return window.stage.sheet.page


def acts(window: MainWindow) -> dict[str, QAction]:
    menu = window.stage._menu
    assert menu is not None
    return {act.text(): act for act in menu.actions() if act.text()}


def test_from_the_map_to_an_inspection_and_back(
    window: MainWindow, app: AppContext, site: str, settle: Settle, qtbot
) -> None:
    place = app.reader.site(site)
    window.stage.map.go_to(place.lon, place.lat, 16.0)
    window.stage.map.grab()
    at = window.stage.map.view.at(place.lon, place.lat)
    qtbot.mouseClick(
        window.stage.map, Qt.MouseButton.LeftButton, pos=QPoint(round(at[0]), round(at[1]))
    )
    settle()
    page = on_top(window)
    assert isinstance(page, SitePage)
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    settle()
    assert isinstance(on_top(window), FormPage)
    assert window.stage.sheet.width() == window.stage.width()
    window.stage.sheet.pop()
    settle()
    assert isinstance(on_top(window), SitePage)
    assert window.stage.sheet.width() < window.stage.width()


def test_photos_of_a_site_open_above_it(
    window: MainWindow, app: AppContext, site: str, settle: Settle
) -> None:
    app.open_site(site)
    app.show_page("photos", site)
    settle()
    assert isinstance(on_top(window), PhotosPage)
    app.back()
    settle()
    assert isinstance(on_top(window), SitePage)


def test_a_site_is_moved_from_its_page(
    window: MainWindow, app: AppContext, site: str, settle: Settle
) -> None:
    app.open_site(site)
    app.show_page("move", site)
    settle()
    page = on_top(window)
    assert isinstance(page, MovePage)
    assert window.stage.map._pin == page.place.place
    window.stage.sheet.pop()
    assert window.stage.map._pin is None


def test_the_import_is_wide(window: MainWindow, app: AppContext, settle: Settle) -> None:
    app.show_page("sites")
    narrow = window.stage.sheet.width()
    app.show_page("import")
    settle()
    assert isinstance(on_top(window), ImportPage)
    assert window.stage.sheet.width() > narrow


def test_adding_starts_in_the_middle_and_follows_taps(
    window: MainWindow, app: AppContext, settle: Settle, qtbot
) -> None:
    qtbot.mouseClick(window.stage.add, Qt.MouseButton.LeftButton)
    settle()
    page = on_top(window)
    assert isinstance(page, AddSitePage)
    assert page.place.place == pytest.approx(window.stage.map._pin)
    window.stage.add_wanted.emit(117.4, 29.5)
    assert on_top(window) is page
    assert page.place.place == pytest.approx((117.4, 29.5))


def test_a_long_press_offers_to_add_and_to_copy(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    window.stage.map.place_held.emit(117.31, 29.42)
    offered = acts(window)
    copy = next(act for words, act in offered.items() if words.startswith("复制"))
    copy.trigger()
    assert QApplication.clipboard().text().startswith("117.31000000°E")
    window.stage.map.place_held.emit(117.31, 29.42)
    acts(window)["在此新增点位"].trigger()
    settle()
    page = on_top(window)
    assert isinstance(page, AddSitePage)
    assert page.place.place == pytest.approx((117.31, 29.42))


def test_sites_on_one_spot_are_offered_by_name(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    found = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=3)
    window.stage.map.pile_tapped.emit([one.id for one in found])
    window.stage._menu.actions()[1].trigger()
    settle()
    page = on_top(window)
    assert isinstance(page, SitePage)
    assert page.site_id == found[1].id


def test_the_layers_menu_takes_a_kind_off_and_says_there_is_no_base_map(
    window: MainWindow, settle: Settle
) -> None:
    before = len(window.stage.map.index.places)
    window.stage._open_layers()
    offered = acts(window)
    assert any("basemaps" in words for words in offered)
    offered["矿山"].trigger()
    settle()
    assert 0 < len(window.stage.map.index.places) < before


def test_the_layers_menu_takes_the_cones_of_photos_off_for_good(
    window: MainWindow, settle: Settle
) -> None:
    assert window.photos_on_map.layer.cones
    window.stage._open_layers()
    act = acts(window)["拍摄方向"]
    assert act.isChecked()
    act.trigger()
    settle()
    assert not window.photos_on_map.layer.cones
    assert window.preferences.cones == 0
    window.stage._open_layers()
    assert not acts(window)["拍摄方向"].isChecked()
    acts(window)["拍摄方向"].trigger()
    assert window.photos_on_map.layer.cones


def test_buttons_zoom_the_map(window: MainWindow, qtbot) -> None:
    zoom = window.stage.map.view.zoom
    qtbot.mouseClick(window.stage.closer, Qt.MouseButton.LeftButton)
    assert window.stage.map.view.zoom == pytest.approx(zoom + 1)
    qtbot.mouseClick(window.stage.farther, Qt.MouseButton.LeftButton)
    assert window.stage.map.view.zoom == pytest.approx(zoom)
    qtbot.mouseClick(window.stage.city, Qt.MouseButton.LeftButton)
    assert window.stage.map.in_sight(117.2, 29.3)


def test_a_site_is_brought_to_the_middle(
    window: MainWindow, app: AppContext, site: str, settle: Settle
) -> None:
    app.open_site(site)
    settle()
    window.stage.map.show_city()
    app.locate_wanted.emit(site)
    place = app.reader.site(site)
    middle = window.stage.map.free_middle()
    at = window.stage.map.view.at(place.lon, place.lat)
    assert at == pytest.approx((middle.x(), middle.y()), abs=1)


def test_a_record_is_shown_from_a_site(
    window: MainWindow, app: AppContext, site: str, settle: Settle
) -> None:
    app.open_site(site)
    app.show_page("records", "no such record")
    settle()
    assert window.pages.place() == "records"


@pytest.mark.parametrize("look", ["outdoor", "light"])
def test_the_map_waits_below_a_form_and_catches_up(
    window: MainWindow, app: AppContext, site: str, settle: Settle, look: str
) -> None:
    app.prefer("theme", look)
    app.open_form("geohazard_inspection", site)
    settle()
    place = app.reader.site(site)
    app.write(lambda p: p.edit(place.kind, site, {"name": "改了名字"}), window)
    settle()
    row = window.stage.map.index.row_of(site)
    assert window.stage.map.index.places[row].name != "改了名字"
    window.stage.sheet.close_by_person()
    settle()
    row = window.stage.map.index.row_of(site)
    assert window.stage.map.index.places[row].name == "改了名字"
