"""Layers over the map: below the marks in the picture, above them in every frame."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

from jdz_field.ui.map.layer import Layers
from jdz_field.ui.map.view import View
from jdz_field.ui.map.widget import MapWidget
from tests.ui.map.test_widget import Now


class Square:
    """Ten pixels of one colour around a place."""

    def __init__(self, lon: float, lat: float, colour: str, *, hit: bool = False) -> None:
        self.place, self.colour, self.hit = (lon, lat), QColor(colour), hit
        self.painted = 0
        self.taps: list[QPointF] = []

    def paint(self, painter: QPainter, view: View) -> None:
        x, y = view.at(*self.place)
        painter.setOpacity(1.0)
        painter.fillRect(round(x) - 10, round(y) - 10, 20, 20, self.colour)
        self.painted += 1

    def tap(self, at: QPointF, view: View) -> bool:
        del view
        self.taps.append(at)
        return self.hit


def shown(qtbot: Any) -> MapWidget:
    made = MapWidget(Now())
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    made.go_to(117.2, 29.3, 12)
    return made


def colour_at(widget: MapWidget, lon: float, lat: float) -> str:
    x, y = widget.view.at(lon, lat)
    return widget.grab().toImage().pixelColor(round(x), round(y)).name()


def test_layers_are_seen_and_go_again(qtbot: Any) -> None:
    widget = shown(qtbot)
    below, above = Square(117.2, 29.3, "#123456"), Square(117.22, 29.31, "#654321")
    widget.add_layer(below, below=True)
    widget.add_layer(above)
    assert colour_at(widget, *below.place) == "#123456"
    assert colour_at(widget, *above.place) == "#654321"
    widget.remove_layer(below)
    widget.remove_layer(above)
    assert colour_at(widget, *below.place) != "#123456"
    assert colour_at(widget, *above.place) != "#654321"
    widget.remove_layer(above)


def test_one_below_is_painted_once_while_the_map_moves(qtbot: Any) -> None:
    widget = shown(qtbot)
    below, above = Square(117.2, 29.3, "#123456"), Square(117.2, 29.3, "#654321")
    widget.add_layer(below, below=True)
    widget.add_layer(above)
    widget.grab()
    counts = below.painted, above.painted
    for _step in range(5):
        widget.set_view(widget.view.panned(3, 0))
        widget.grab()
    assert below.painted == counts[0]
    assert above.painted >= counts[1] + 5
    widget.redraw_layer(below)
    widget.grab()
    assert below.painted == counts[0] + 1


def test_the_topmost_layer_is_tapped_first_and_the_ground_last(qtbot: Any) -> None:
    widget = shown(qtbot)
    lower, upper = Square(117.2, 29.3, "#123456"), Square(117.2, 29.3, "#654321", hit=True)
    widget.add_layer(lower)
    widget.add_layer(upper)
    ground: list[tuple[float, float]] = []
    widget.place_tapped.connect(lambda lon, lat: ground.append((lon, lat)))
    widget.tap(QPointF(200, 150))
    assert (len(upper.taps), len(lower.taps), ground) == (1, 0, [])
    upper.hit = False
    widget.tap(QPointF(200, 150))
    assert (len(upper.taps), len(lower.taps), len(ground)) == (2, 1, 1)


def test_a_layer_added_again_moves_up() -> None:
    layers, one, two = Layers(), Square(0, 0, "red"), Square(0, 0, "blue")
    layers.add(one, below=False)
    layers.add(two, below=False)
    layers.add(one, below=False)
    assert layers.above == [two, one]
    assert layers.remove(one)
    assert not layers.remove(one)
