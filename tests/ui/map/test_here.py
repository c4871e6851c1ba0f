"""The dot where the person stands."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from jdz_field.ui import theme
from jdz_field.ui.map.here import Here, paint_here
from jdz_field.ui.map.view import View


def drawn(here: Here, zoom: float = 15.0) -> tuple[QImage, View]:
    view = View(0.5, 0.5, zoom, 400, 400).centred(117.2, 29.3, zoom)
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_here(painter, view, here)
    painter.end()
    return image, view


def test_the_dot_is_where_the_person_stands(qapp) -> None:
    image, view = drawn(Here(117.2, 29.3, 5.0))
    at = QPointF(*view.at(117.2, 29.3)).toPoint()
    assert image.pixelColor(at) == theme.current().colour("accent")


def test_the_circle_is_as_wide_as_the_error(qapp) -> None:
    image, view = drawn(Here(117.2, 29.3, 100.0))
    at = QPointF(*view.at(117.2, 29.3)).toPoint()
    reach = round(100 / view.metres_per_pixel())
    assert reach > 12
    white = QColor("white")
    assert image.pixelColor(at.x() + reach - 3, at.y()) != white
    assert image.pixelColor(at.x() + reach + 5, at.y()) == white


def test_an_old_position_has_no_circle(qapp) -> None:
    image, view = drawn(Here(117.2, 29.3, 100.0, old=True))
    at = QPointF(*view.at(117.2, 29.3)).toPoint()
    assert image.pixelColor(at.x() + 14, at.y()) == QColor("white")
    assert image.pixelColor(at) == theme.current().colour("surface")
