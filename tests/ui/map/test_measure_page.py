"""Measuring on the map: by finger, by keys, walking; kept, copied, made a site."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import shapely
from pyproj import Geod
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from jdz_field.gnss.fix import Fix
from jdz_field.operations.measuring import kept
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.trace_board import LEGS, WALK
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.map.measure_page import MeasurePage
from jdz_field.ui.preferences import Preferences
from tests.ui.test_finding_way import fix

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Settle = Callable[[], None]
EARTH = Geod(a=6_378_137.0, rf=298.257222101)
CORNERS = (QPoint(300, 200), QPoint(600, 200), QPoint(600, 450), QPoint(300, 450))


@pytest.fixture
def window(app: AppContext, qtbot: Any, settle: Settle) -> Iterator[MainWindow]:
    made = MainWindow(app, Preferences.load())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    made.stage.map.go_to(117.9, 29.95, 15)
    yield made
    made.close()


def opened(window: MainWindow, settle: Settle, qtbot: Any) -> MeasurePage:
    window.stage.map.setFocus()
    qtbot.keyClick(window.stage.map, Qt.Key.Key_M)
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, MeasurePage)
    return page


def now(lon: float, lat: float) -> Fix:
    return replace(fix(lon, lat), monotonic=time.monotonic())


def drawn(page: MeasurePage, qtbot: Any, *, closed: bool = False, count: int = 4) -> None:
    page.set_closed(closed=closed)
    for at in CORNERS[:count]:
        qtbot.mouseClick(page.stage.map, Qt.MouseButton.LeftButton, pos=at)
    qtbot.wait(80)


def test_a_length_drawn_by_finger(window: MainWindow, settle: Settle, qtbot: Any) -> None:
    page = opened(window, settle, qtbot)
    drawn(page, qtbot)
    lon, lat = page._trace.arrays()
    metres = EARTH.line_length(lon, lat)
    assert page.figures.large.text() == f"{metres:,.1f} m"
    assert f"{metres / 1000:,.3f} km" in page.figures.small.text()


def test_an_area_in_mu_hectares_and_square_metres(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    page = opened(window, settle, qtbot)
    qtbot.mouseClick(page._kinds[True], Qt.MouseButton.LeftButton)
    drawn(page, qtbot, closed=True)
    area, around = EARTH.polygon_area_perimeter(*page._trace.arrays())
    assert page.figures.large.text() == f"{abs(area) / (2000 / 3):,.2f} 亩"
    small = page.figures.small.text()
    for words in (f"{abs(area) / 1e4:,.3f} 公顷", f"{abs(area):,.0f} m²", f"{around:,.1f} m"):
        assert words in small


def test_segments_with_length_and_bearing(window: MainWindow, settle: Settle, qtbot: Any) -> None:
    page = opened(window, settle, qtbot)
    drawn(page, qtbot, closed=True)
    qtbot.mouseClick(page.modes[LEGS], Qt.MouseButton.LeftButton)
    model = page.legs.model
    assert model.rowCount() == 4
    bearings = [model.data(model.index(row, 2)) for row in range(4)]
    assert [round(float(words[:-1]) / 90) % 4 for words in bearings] == [1, 2, 3, 0]
    lon, lat = page._trace.arrays()
    _there, _back, metres = EARTH.inv(lon[3], lat[3], lon[0], lat[0])
    assert model.data(model.index(3, 1)) == f"{metres:,.1f} m"


def test_by_keyboard_alone(window: MainWindow, settle: Settle, qtbot: Any) -> None:
    page = opened(window, settle, qtbot)
    map_ = page.stage.map
    map_.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Down):
        qtbot.keyClick(map_, key)
    qtbot.keyClick(map_, Qt.Key.Key_Return)
    assert len(page._trace.vertices) == 3
    qtbot.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(page._trace.vertices) == 2
    qtbot.keyClick(page, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(page._trace.vertices) == 3


def test_walked_with_the_receiver(window: MainWindow, settle: Settle, qtbot: Any) -> None:
    window.app.receiver.put(now(117.9, 29.95))
    page = opened(window, settle, qtbot)
    page.show_mode(WALK)
    page.walk.every.setCurrentIndex(4)
    qtbot.mouseClick(page.walk.start, Qt.MouseButton.LeftButton)
    for step in range(1, 6):
        lon, lat, _back = EARTH.fwd(117.9, 29.95, 90, 10 * step)
        window.app.receiver.put(now(lon, lat))
    assert len(page._trace.vertices) >= 5
    assert page._trace.length() == pytest.approx(50, abs=0.5)
    assert kept(window.app.path) is not None


def test_it_is_there_again_after_a_slip(window: MainWindow, settle: Settle, qtbot: Any) -> None:
    page = opened(window, settle, qtbot)
    drawn(page, qtbot, closed=True)
    before = page.measured()
    qtbot.mouseClick(page.done, Qt.MouseButton.LeftButton)
    settle()
    assert not isinstance(window.stage.sheet.page, MeasurePage)
    again = opened(window, settle, qtbot)
    assert again.measured() == before
    qtbot.mouseClick(again.clear, Qt.MouseButton.LeftButton)
    assert kept(window.app.path) is None
    qtbot.mouseClick(again.undo, Qt.MouseButton.LeftButton)
    assert kept(window.app.path) == before


def test_it_is_copied_in_four_ways(window: MainWindow, settle: Settle, qtbot: Any) -> None:
    page = opened(window, settle, qtbot)
    assert not page.copy.isEnabled()
    drawn(page, qtbot, closed=True)
    qtbot.mouseClick(page.copy, Qt.MouseButton.LeftButton)
    assert page.menu is not None
    texts = []
    for act in page.menu.actions():
        act.trigger()
        texts.append(QApplication.clipboard().text())
    figures, places, wkt, geojson = texts
    assert "亩" in figures
    assert len(places.splitlines()) == 4
    assert shapely.equals_exact(shapely.from_wkt(wkt), shapely.from_geojson(geojson), 1e-7)
    page.menu.close()


def test_an_area_is_made_a_site(window: MainWindow, settle: Settle, qtbot: Any) -> None:
    page = opened(window, settle, qtbot)
    drawn(page, qtbot, closed=True)
    wkt = page.measured().wkt()
    qtbot.mouseClick(page.make, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.save.kinds["plot"], Qt.MouseButton.LeftButton)
    page.save.name.setText("后山小班")
    qtbot.keyClick(page.save.name, Qt.Key.Key_Return)
    settle()
    site = window.stage.sheet.page.site  # type: ignore[union-attr]
    assert site.name == "后山小班"
    assert shapely.equals_exact(shapely.from_wkt(site.geometry), shapely.from_wkt(wkt), 1e-6)
    assert kept(window.app.path) is None


def test_an_area_that_crosses_itself_is_refused_where_it_does(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    page = opened(window, settle, qtbot)
    page.set_closed(closed=True)
    for at in (CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]):
        qtbot.mouseClick(page.stage.map, Qt.MouseButton.LeftButton, pos=at)
    qtbot.wait(80)
    assert page.figures.fault.isVisible()
    assert page.figures.large.text() == "—"
    page.open_save()
    page.save.name.setText("后山小班")
    page.save.act()
    settle()
    assert isinstance(window.stage.sheet.page, MeasurePage)
    crossing = page.measured().crossing()
    assert page.stage.map.middle() == pytest.approx(crossing, abs=1e-4)
    assert not [p for p in window.app.reader.map_points() if p.name == "后山小班"]


def test_a_site_without_a_name_is_asked_for_one(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    page = opened(window, settle, qtbot)
    drawn(page, qtbot, closed=True)
    page.open_save()
    qtbot.mouseClick(page.save.go, Qt.MouseButton.LeftButton)
    assert isinstance(window.stage.sheet.page, MeasurePage)
    assert "名称" in window.toast.words.text()


def test_points_snap_onto_sites_unless_switched_off(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    site = next(p for p in window.app.reader.map_points() if p.kind == "geohazard")
    page = opened(window, settle, qtbot)
    map_ = page.stage.map
    map_.go_to(site.lon, site.lat, 18)
    map_.grab()
    at = QPoint(*(round(one) for one in map_.view.at(site.lon, site.lat)))
    qtbot.mouseClick(map_, Qt.MouseButton.LeftButton, pos=at + QPoint(10, 6))
    assert page._trace.vertices[-1].place == pytest.approx((site.lon, site.lat), abs=1e-8)
    qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.draw.snap, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(map_, Qt.MouseButton.LeftButton, pos=at + QPoint(10, 6))
    assert page._trace.vertices[-1].place != pytest.approx((site.lon, site.lat), abs=1e-6)
