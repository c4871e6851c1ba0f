"""Photos on the map: where they were taken, which way they looked, how sure that is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from jdz_field.core.sites import Attachment
from jdz_field.ui.map.photo_layer import LONG, PhotoLayer, paint_cone
from jdz_field.ui.map.view import View


def photo(**fields: object) -> Attachment:
    start = {"lon": 117.2, "lat": 29.3, "mime": "image/jpeg"} | fields
    return Attachment("a", "a" * 64, "a.jpg", 1, **start)


def near(zoom: float = 15.0) -> View:
    return View(0.5, 0.5, zoom, 400, 300).centred(117.2, 29.3, zoom)


def painted(direction: float, *, true: bool = True) -> QImage:
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_cone(painter, QPointF(100, 100), direction, true=true)
    painter.end()
    return image


@pytest.mark.parametrize(
    ("direction", "x", "y"),
    [(0, 100, 80), (90, 120, 100), (180, 100, 120), (270, 80, 100), (361, 100, 80)],
)
def test_a_cone_looks_clockwise_from_the_top(direction, x, y) -> None:
    image = painted(direction)
    white = QColor("white")
    assert image.pixelColor(x, y) != white
    assert image.pixelColor(200 - x, 200 - y) == white


def test_a_magnetic_direction_is_drawn_otherwise() -> None:
    assert painted(45) != painted(45, true=False)
    assert painted(float("nan")) == painted(float("inf"))


def test_photos_are_seen_near_and_where_they_are() -> None:
    layer = PhotoLayer()
    shots = [photo(direction=90.0, direction_ref="true"), photo(lon=None), photo(lon=120.0)]
    assert layer.put(shots)
    assert not layer.put(shots)
    ((at, direction, true),) = layer.seen(near())
    assert (round(at.x()), round(at.y())) == (200, 150)
    assert (direction, true) == (90.0, True)
    assert layer.seen(near(9.0)) == []


def test_the_layer_paints_dots_and_cones() -> None:
    layer = PhotoLayer()
    layer.put([photo(direction=90.0, direction_ref="magnetic")])
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    layer.paint(painter, near())
    painter.end()
    assert image.pixelColor(200, 150) != QColor("white")
    assert image.pixelColor(200 + LONG // 2, 150) != QColor("white")
    assert image.pixelColor(200 - LONG // 2, 150) == QColor("white")


def test_files_that_are_no_pictures_are_left_out() -> None:
    layer = PhotoLayer()
    layer.put([photo(mime="video/mp4")])
    assert layer.photos == []
