"""Being led to a site: panel, line, staleness, arrival, and the ways in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyproj import Geod
from PySide6.QtCore import Qt

from jdz_field.core.sites import Site
from jdz_field.operations.sites import delete_site
from jdz_field.ui.context import AppContext
from jdz_field.ui.finding import Finder
from jdz_field.ui.finding_page import FindPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.receiver import Receiver
from tests.ui.test_finding_way import fix

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Settle = Callable[[], None]
EARTH = Geod(a=6_378_137.0, rf=298.257222101)


class Clock:
    """Seconds of a clock that stands still."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(app: AppContext) -> Clock:
    made = Clock()
    app.receiver.close()
    app.receiver = Receiver(app, monotonic=made)
    return made


@pytest.fixture
def window(app: AppContext, clock: Clock, qtbot: Any, settle: Settle) -> Iterator[MainWindow]:
    made = MainWindow(app, Preferences.load())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.close()


def finder_of(window: MainWindow) -> Finder:
    return window.pages.finder


def a_site(window: MainWindow) -> Site:
    point = next(p for p in window.app.reader.map_points() if p.kind == "geohazard")
    site = window.app.reader.site(point.id)
    assert site is not None
    assert site.lon is not None
    assert site.lat is not None
    return site


def beside(site: Site, bearing: float, metres: float) -> tuple[float, float]:
    """A place from which the site lies at this bearing and distance."""
    lon, lat, _back = EARTH.fwd(site.lon, site.lat, bearing + 180, metres)
    return lon, lat


def led(window: MainWindow, settle: Settle, qtbot: Any) -> tuple[Finder, Site]:
    site = a_site(window)
    window.app.open_site(site.id)
    settle()
    page = window.stage.sheet.page
    qtbot.mouseClick(page.heading.guide, Qt.MouseButton.LeftButton)  # type: ignore[union-attr]
    settle()
    return finder_of(window), site


def test_from_the_sites_page_one_touch_leads_there(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    finder, site = led(window, settle, qtbot)
    assert finder.panel.isVisible()
    assert window.stage.sheet.covered().isEmpty()
    assert finder.target is not None
    assert finder.target.site == site.id
    window.app.receiver.put(fix(*beside(site, 43, 1240)))
    assert finder.panel.far.text() == "1.24 km"
    assert "043°" in finder.panel.words.text()
    assert finder.panel.rose.angle == pytest.approx(43, abs=0.1)
    assert finder.layer.start is not None
    assert window.stage.map.layers.above[-1] is finder.layer


def test_somebody_who_walks_sees_the_arrow_turn_with_them(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    finder, site = led(window, settle, qtbot)
    window.app.receiver.put(fix(*beside(site, 90, 400), 2.0, 1.5, 60.0))
    assert finder.panel.rose.angle == pytest.approx(30, abs=0.1)
    assert "右前方" in finder.panel.words.text()
    window.app.receiver.put(fix(*beside(site, 90, 380), 2.0, 0.1, 200.0))
    assert finder.panel.rose.angle == pytest.approx(90, abs=0.1)


def test_every_fix_counts_and_arriving_is_said(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    finder, site = led(window, settle, qtbot)
    seen = []
    for metres in (300, 200, 100, 3):
        window.app.receiver.put(fix(*beside(site, 10, metres)))
        seen.append(finder.panel.far.text())
    assert seen == ["300 m", "200 m", "100 m", "您已到达"]
    assert finder.panel.rose.angle is None


def test_a_stale_position_shows_no_arrow_and_no_line(
    window: MainWindow, settle: Settle, qtbot: Any, clock: Clock
) -> None:
    finder, site = led(window, settle, qtbot)
    window.app.receiver.put(fix(*beside(site, 43, 500)))
    clock.now = 6.0
    window.app.receiver.look()
    assert finder.panel.rose.angle is None
    assert finder.layer.start is None
    assert finder.panel.far.text() == "当前没有位置"
    assert "500 m" in finder.panel.words.text()
    window.app.receiver.put(fix(*beside(site, 43, 480)))
    clock.now = 0.0
    window.app.receiver.put(fix(*beside(site, 43, 480)))
    assert finder.panel.far.text() == "480 m"


def test_without_a_receiver_the_way_to_one_is_offered(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    finder, _site = led(window, settle, qtbot)
    assert finder.panel.receiver.isVisible()
    assert finder.panel.rose.angle is None
    qtbot.mouseClick(finder.panel.receiver, Qt.MouseButton.LeftButton)
    assert type(window.stage.sheet.page).__name__ == "ReceiverPage"


def test_one_touch_ends_it_and_a_slip_is_taken_back(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    finder, site = led(window, settle, qtbot)
    qtbot.mouseClick(finder.panel.end, Qt.MouseButton.LeftButton)
    assert not finder.panel.isVisible()
    assert finder.layer not in window.stage.map.layers.above
    qtbot.mouseClick(window.toast.undo, Qt.MouseButton.LeftButton)
    assert finder.target is not None
    assert finder.target.site == site.id
    window.stage.map.setFocus()
    qtbot.keyClick(window.stage.map, Qt.Key.Key_Escape)
    assert finder.target is None


def test_by_keyboard_the_nearest_is_found_and_led_to(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    site = a_site(window)
    assert site.lon is not None
    assert site.lat is not None
    window.app.receiver.put(fix(*beside(site, 5, 20)))
    window.stage.map.setFocus()
    qtbot.keyClick(window.stage.map, Qt.Key.Key_G)
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, FindPage)
    first = page.model.site(0)
    assert first is not None
    assert first.id == site.id
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    settle()
    target = finder_of(window).target
    assert target is not None
    assert target.site == site.id


@pytest.mark.parametrize("typed", ["29.35, 117.21", "X 3248077.9, Y 39520389.9"])
def test_typed_coordinates_are_a_goal_too(
    window: MainWindow, settle: Settle, qtbot: Any, typed: str
) -> None:
    window.app.show_page("find")
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, FindPage)
    page.search.setText(typed)
    settle()
    assert page.place.isVisible()
    qtbot.mouseClick(page.place, Qt.MouseButton.LeftButton)
    target = finder_of(window).target
    assert target is not None
    assert (target.lon, target.lat) == pytest.approx((117.21, 29.35), abs=1e-4)


def test_what_is_nowhere_is_said(window: MainWindow, settle: Settle) -> None:
    window.app.show_page("find")
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, FindPage)
    page.search.setText("没有这样的点")
    settle()
    assert page.stack.currentWidget() is page.none
    window.app.show_page("guide", "no-such-site")
    assert finder_of(window).target is None


def test_a_site_that_is_deleted_meanwhile_ends_it(
    window: MainWindow, settle: Settle, qtbot: Any
) -> None:
    finder, site = led(window, settle, qtbot)
    window.app.write(lambda project: delete_site(project, site), window)
    settle()
    assert finder.target is None
    assert not finder.panel.isVisible()


def test_a_place_on_the_ground_can_be_the_goal(window: MainWindow, settle: Settle) -> None:
    window.stage.map.place_held.emit(117.31, 29.42)
    menu = window.stage._menu
    assert menu is not None
    act = next(a for a in menu.actions() if a.data() == ("guide", 117.31, 29.42))
    act.trigger()
    settle()
    target = finder_of(window).target
    assert target is not None
    assert (target.lon, target.lat) == (117.31, 29.42)
