"""The map's cached picture: rendered a little larger than the window, blitted while it moves."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from jdz_field.ui import theme
from jdz_field.ui.map.base import paint_counties, paint_graticule, paint_names
from jdz_field.ui.map.layer import MapLayer, paint_layers
from jdz_field.ui.map.points import Cluster, PointIndex, Single
from jdz_field.ui.map.symbols import boxes, paint_labels, paint_shown
from jdz_field.ui.map.tiles import TileLayer
from jdz_field.ui.map.view import View

#: Pixels that the picture reaches beyond the window on every side.
MARGIN = 128


class Picture:
    """One rendering of base, tiles and marks.

    Attributes:
        view: the view that was rendered, ``MARGIN`` larger than the window.
        shown: the clusters and sites in it, in its pixels.
        cost: seconds that the last rendering took.
    """

    def __init__(self) -> None:
        self.view: View | None = None
        self.shown: Sequence[Single | Cluster] = ()
        self.cost = 0.0
        self._pixmap = QPixmap()

    def render(
        self,
        view: View,
        index: PointIndex,
        tiles: TileLayer,
        ratio: float,
        layers: Sequence[MapLayer] = (),
    ) -> None:
        """Render anew for a window that shows ``view``; ``layers`` lie below the marks."""
        start = time.perf_counter()
        now = theme.current()
        big = View(view.x, view.y, view.zoom, view.width + 2 * MARGIN, view.height + 2 * MARGIN)
        wanted = (round(big.width * ratio), round(big.height * ratio))
        if (self._pixmap.width(), self._pixmap.height()) != wanted:
            self._pixmap = QPixmap(*wanted)
            self._pixmap.setDevicePixelRatio(ratio)
        self._pixmap.fill(now.colour("sea"))
        painter = QPainter(self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if tiles.shown:
            tiles.paint(painter, big)
            paint_counties(painter, big, filled=False)
        else:
            paint_counties(painter, big)
            paint_graticule(painter, big)
        paint_layers(list(layers), painter, big)
        self.shown = index.shown(big)
        paint_shown(painter, index, self.shown, ratio)
        paint_names(painter, big, boxes(self.shown))
        paint_labels(painter, index, self.shown, big.zoom)
        painter.end()
        self.view = big
        self.cost = time.perf_counter() - start

    def forget(self) -> None:
        """What was rendered is out of date."""
        self.view = None

    def covers(self, view: View) -> bool:
        """Whether the picture has the right zoom and reaches over the whole window."""
        if self.view is None or self.view.zoom != view.zoom:
            return False
        left, top = self.offset(view)
        return (
            left <= 0
            and top <= 0
            and left + self.view.width >= view.width
            and top + self.view.height >= view.height
        )

    def offset(self, view: View) -> tuple[float, float]:
        """Where the picture's corner lies in the window, in pixels (same zoom)."""
        if self.view is None:
            return 0.0, 0.0
        left, top = self.view.to_unit(0, 0)
        return view.to_screen(left, top)

    def draw(self, painter: QPainter, view: View) -> None:
        """Blit it; at another zoom, stretched until the next rendering."""
        painter.fillRect(0, 0, view.width, view.height, theme.current().colour("sea"))
        if self.view is None:
            return
        left, top = self.offset(view)
        if self.view.zoom == view.zoom:
            painter.drawPixmap(QPointF(round(left), round(top)), self._pixmap)
            return
        grown = view.scale / self.view.scale
        target = QRectF(left, top, self.view.width * grown, self.view.height * grown)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=grown < 1)
        painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))

    def found(self, view: View) -> list[Single | Cluster]:
        """The shown things in the window's pixels."""
        left, top = self.offset(view)
        moved: list[Single | Cluster] = []
        for item in self.shown:
            if isinstance(item, Single):
                moved.append(Single(item.row, item.px + left, item.py + top))
            else:
                moved.append(
                    Cluster(
                        item.px + left,
                        item.py + top,
                        item.first,
                        item.count,
                        item.by_grade,
                        item.extent,
                    )
                )
        return moved
