"""The map under fingers, mouse, wheel and keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QEvent, QIODevice, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from jdz_field.geo.tiles import MBTiles, to_unit
from jdz_field.store.queries import MapPoint
from jdz_field.ui.map.view import CITY, Margins
from jdz_field.ui.map.widget import MapWidget
from tests.geo.test_tiles import make


class Now:
    """Lanes that work at once."""

    def without_store(
        self,
        work: Callable[[], Any],
        owner: object,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        del owner
        try:
            done(work())
        except Exception as error:  # noqa: BLE001 - as the real lanes do
            failed(error)


def place(n: int, lon: float, lat: float, grade: str = "D") -> MapPoint:
    return MapPoint(str(n), "geohazard", "01", lon, lat, grade, False, False, f"点{n}")


@pytest.fixture
def widget(qtbot) -> MapWidget:
    made = MapWidget(Now())
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


def middle_of(widget: MapWidget) -> QPoint:
    return QPoint(widget.width() // 2, widget.height() // 2)


def wheel(widget: MapWidget, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def drag(widget: MapWidget, start: QPoint, end: QPoint, qtbot) -> None:
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.3, 0.6, 1.0):
        at = QPointF(start) + (QPointF(end) - QPointF(start)) * share
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            at,
            QPointF(widget.mapToGlobal(at)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)
    qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=end)


def test_at_first_the_whole_city_is_in_view(widget: MapWidget) -> None:
    for lon, lat in ((CITY[0], CITY[1]), (CITY[2], CITY[3])):
        assert widget.in_sight(lon, lat)


def test_the_city_stays_in_view_while_a_sheet_opens(widget: MapWidget) -> None:
    widget.set_margins(Margins(right=400))
    px, _py = widget.view.at(CITY[2], CITY[1])
    assert px <= 400


def test_dragging_takes_the_ground_along(widget: MapWidget, qtbot) -> None:
    under = widget.view.lon_lat(400, 300)
    drag(widget, QPoint(400, 300), QPoint(250, 380), qtbot)
    assert widget.view.at(*under) == pytest.approx((250, 380), abs=0.5)


def test_a_drag_is_no_tap(widget: MapWidget, qtbot) -> None:
    widget.set_places([place(1, *widget.view.lon_lat(400, 300))])
    tapped: list[str] = []
    widget.site_tapped.connect(tapped.append)
    widget.grab()
    drag(widget, QPoint(400, 300), QPoint(300, 300), qtbot)
    assert tapped == []


def test_the_wheel_zooms_about_the_pointer(widget: MapWidget) -> None:
    under = widget.view.lon_lat(100, 120)
    zoom = widget.view.zoom
    wheel(widget, QPoint(100, 120), 2)
    assert widget.view.zoom == pytest.approx(zoom + 1)
    assert widget.view.at(*under) == pytest.approx((100, 120), abs=0.5)


def test_two_fingers_zoom_and_move(widget: MapWidget) -> None:
    zoom = widget.view.zoom
    centre = QPointF(widget.mapToGlobal(QPointF(300, 300)))
    widget.input.pinch(2.0, centre, centre)
    assert widget.view.zoom == pytest.approx(zoom + 1)
    widget.input.pinch(0.0, centre, centre)
    assert widget.view.zoom == pytest.approx(zoom + 1)


def test_keys_move_and_zoom(widget: MapWidget, qtbot) -> None:
    widget.setFocus()
    start = widget.view
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert widget.view.x > start.x
    qtbot.keyClick(widget, Qt.Key.Key_Down)
    assert widget.view.y > start.y
    qtbot.keyClick(widget, Qt.Key.Key_Plus)
    assert widget.view.zoom == pytest.approx(start.zoom + 1)
    qtbot.keyClick(widget, Qt.Key.Key_Minus)
    assert widget.view.zoom == pytest.approx(start.zoom)
    qtbot.keyClick(widget, Qt.Key.Key_0)
    assert widget.in_sight(CITY[0], CITY[1])


def test_a_tap_near_a_site_chooses_it(widget: MapWidget, qtbot) -> None:
    widget.set_places(
        [place(1, *widget.view.lon_lat(300, 200)), place(2, *widget.view.lon_lat(500, 400))]
    )
    widget.grab()
    with qtbot.waitSignal(widget.site_tapped) as tapped:
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(320, 214))
    assert tapped.args == ["1"]


def test_a_tap_on_the_ground_tells_the_place(widget: MapWidget, qtbot) -> None:
    with qtbot.waitSignal(widget.place_tapped) as tapped:
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(320, 214))
    assert tuple(tapped.args) == pytest.approx(widget.view.lon_lat(320, 214))


def test_a_long_press_and_a_right_click_mean_the_same(widget: MapWidget, qtbot) -> None:
    held: list[tuple[float, float]] = []
    widget.place_held.connect(lambda lon, lat: held.append((lon, lat)))
    qtbot.mouseClick(widget, Qt.MouseButton.RightButton, pos=QPoint(200, 200))
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.waitUntil(lambda: len(held) == 2, timeout=3000)
    tapped: list[object] = []
    widget.place_tapped.connect(lambda *where: tapped.append(where))
    qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert held[0] == pytest.approx(held[1])
    assert tapped == []


def test_a_tap_on_a_cluster_goes_closer(widget: MapWidget, qtbot) -> None:
    lon, lat = widget.view.lon_lat(400, 300)
    widget.set_places([place(n, lon + n * 0.002, lat) for n in range(8)])
    widget.grab()
    zoom = widget.view.zoom
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(402, 300))
    assert widget.view.zoom > zoom + 0.9


def test_sites_at_one_place_are_offered_by_name(widget: MapWidget, qtbot) -> None:
    lon, lat = widget.view.lon_lat(400, 300)
    widget.set_places([place(n, lon, lat) for n in range(5)])
    widget.grab()
    with qtbot.waitSignal(widget.pile_tapped) as pile:
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert sorted(pile.args[0]) == ["0", "1", "2", "3", "4"]


def test_enter_opens_what_is_in_the_middle(widget: MapWidget, qtbot) -> None:
    middle = widget.free_middle()
    widget.set_places([place(7, *widget.view.lon_lat(middle.x(), middle.y()))])
    widget.grab()
    with qtbot.waitSignal(widget.site_tapped) as tapped:
        qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert tapped.args == ["7"]


def test_going_to_a_site_puts_it_in_the_middle_of_what_is_free(widget: MapWidget) -> None:
    widget.set_margins(Margins(right=300))
    widget.go_to(117.3, 29.4, 14)
    assert widget.view.at(117.3, 29.4) == pytest.approx((250, 300), abs=1)


def test_panning_within_the_picture_renders_nothing_anew(widget: MapWidget) -> None:
    widget.grab()
    rendered = widget.picture.view
    widget.set_view(widget.view.panned(60, -40))
    widget.grab()
    assert widget.picture.view is rendered
    widget.set_view(widget.view.panned(400, 0))
    widget.grab()
    assert widget.picture.view is not rendered


def test_selected_pin_and_area_are_drawn(widget: MapWidget) -> None:
    plain = widget.grab().toImage()
    widget.set_places([place(1, 117.2, 29.3)])
    widget.select("1", "POLYGON ((117.1 29.2, 117.3 29.2, 117.3 29.4, 117.1 29.4, 117.1 29.2))")
    widget.set_pin((117.25, 29.1))
    assert widget.grab().toImage() != plain
    widget.select("none", "no geometry at all")
    widget.set_pin(None)
    widget.grab()


def tile(colour: str) -> bytes:
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    x, y = to_unit(lon, lat)
    return zoom, int(x * 2**zoom), int(y * 2**zoom)


def test_tiles_of_the_project_are_drawn(tmp_path: Path, qtbot) -> None:
    lon, lat = 117.28, 29.70
    file = make(tmp_path / "a.mbtiles", {tile_at(lon, lat, 10): tile("#00ff00")}, format="png")
    widget = MapWidget(Now(), [MBTiles(file)])
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.show()
    for zoom in (10.0, 12.0, 9.6):
        widget.go_to(lon, lat, zoom)
        widget.render_now()
        widget.grab()
        widget.render_now()
        assert widget.grab().toImage().pixelColor(200, 200) == QColor("#00ff00"), zoom
    widget.close_files()


def test_a_coarser_tile_stands_in_for_a_missing_one(tmp_path: Path, qtbot) -> None:
    lon, lat = 117.28, 29.70
    tiles = {tile_at(lon, lat, 8): tile("#0000ff"), (12, 0, 0): tile("#ffffff")}
    widget = MapWidget(Now(), [MBTiles(make(tmp_path / "a.mbtiles", tiles))])
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.show()
    widget.go_to(lon, lat, 8)
    for _turn in range(2):
        widget.render_now()
        widget.grab()
    widget.go_to(lon, lat, 11)
    widget.render_now()
    assert widget.grab().toImage().pixelColor(200, 200) == QColor("#0000ff")
    widget.close_files()


def test_a_damaged_tile_leaves_the_counties(tmp_path: Path, qtbot) -> None:
    lon, lat = 117.28, 29.70
    file = make(tmp_path / "a.mbtiles", {tile_at(lon, lat, 10): b"no picture"})
    widget = MapWidget(Now(), [MBTiles(file)])
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.show()
    widget.go_to(lon, lat, 10)
    widget.grab()
    widget.close_files()


def test_a_base_map_that_breaks_is_told_once(tmp_path: Path, qtbot) -> None:
    lon, lat = 117.28, 29.70
    source = MBTiles(make(tmp_path / "a.mbtiles", {tile_at(lon, lat, 10): tile("#00ff00")}))
    widget = MapWidget(Now(), [source])
    qtbot.addWidget(widget)
    told: list[str] = []
    widget.trouble.connect(told.append)
    widget.resize(300, 300)
    widget.show()
    source.close()
    widget.go_to(lon, lat, 10)
    for _turn in range(3):
        widget.render_now()
        widget.grab()
    assert told
    assert len(set(told)) == 1
    widget.close_files()


def test_the_gliding_map_ends_where_it_was_sent(qtbot, qapp) -> None:
    from jdz_field.ui import theme

    theme.apply(qapp, "light")
    widget = MapWidget(Now())
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.show()
    wanted = widget.view.zoomed(widget.view.zoom + 1, 100, 100)
    widget.move_to(wanted)
    qtbot.waitUntil(lambda: widget.view.zoom == wanted.zoom, timeout=3000)
    assert (widget.view.x, widget.view.y) == pytest.approx((wanted.x, wanted.y))
