"""The tile layer: MBTiles decoded off the GUI thread, the nearest coarser tile meanwhile."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from jdz_field.geo.tiles import MBTiles, to_unit
from jdz_field.ui.map.view import View

#: Decoded tiles that are kept (256 kB each).
KEEP = 320
#: Tiles that are kept at the size they have on the screen.
KEEP_SCALED = 160
#: How many levels up a stand-in is looked for.
STAND_IN = 5


class Lanes(Protocol):
    """The part of ``Jobs`` that is needed here."""

    def without_store(
        self,
        work: Callable[[], Any],
        owner: QObject,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run work off the GUI thread."""


@dataclass(frozen=True, slots=True)
class TileKey:
    """One tile of one base map, XYZ."""

    source: int
    zoom: int
    x: int
    y: int

    def parent(self, up: int) -> TileKey:
        """The tile ``up`` levels coarser that holds this one."""
        return TileKey(self.source, self.zoom - up, self.x >> up, self.y >> up)


class TileLayer(QObject):
    """Paints the base maps of a project.

    Signals:
        arrived: a tile was decoded; paint again.
        broken: a base map cannot be read; its sentence.
    """

    arrived = Signal()
    broken = Signal(str)

    def __init__(self, sources: list[MBTiles], lanes: Lanes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sources = sources
        self._lanes = lanes
        self._ready: OrderedDict[TileKey, QImage | None] = OrderedDict()
        self._scaled: OrderedDict[tuple[TileKey, int, int], QPixmap] = OrderedDict()
        self._asked: set[TileKey] = set()

    @property
    def shown(self) -> bool:
        """Whether there is any base map."""
        return bool(self.sources)

    def attribution(self) -> str:
        """What the base maps want said about their origin."""
        return " · ".join(s.source.attribution for s in self.sources if s.source.attribution)

    def close(self) -> None:
        """Close the files; nothing may be painted after."""
        for source in self.sources:
            source.close()
        self.sources = []

    def paint(self, painter: QPainter, view: View) -> None:
        """Paint every tile in view; what is not there yet is asked for."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, source in enumerate(self.sources):
            for key in self._in_view(number, source, view):
                self._paint_tile(painter, view, key, source.source.min_zoom)

    def _in_view(self, number: int, source: MBTiles, view: View) -> list[TileKey]:
        about = source.source
        zoom = min(max(round(view.zoom), about.min_zoom), about.max_zoom)
        side = 1 << zoom
        left, top = view.to_unit(0, 0)
        right, bottom = view.to_unit(view.width, view.height)
        if about.bounds is not None:
            west, north = to_unit(about.bounds[0], about.bounds[3])
            east, south = to_unit(about.bounds[2], about.bounds[1])
            left, top = max(left, west), max(top, north)
            right, bottom = min(right, east), min(bottom, south)
        if left >= right or top >= bottom:
            return []
        return [
            TileKey(number, zoom, x, y)
            for y in range(max(0, math.floor(top * side)), min(side, math.ceil(bottom * side)))
            for x in range(max(0, math.floor(left * side)), min(side, math.ceil(right * side)))
        ]

    def _paint_tile(self, painter: QPainter, view: View, key: TileKey, least: int) -> None:
        target = _target(view, key, painter.device().devicePixelRatioF())
        image = self._get(key)
        if image is not None:
            painter.drawPixmap(QPointF(target.topLeft()), self._fitted(key, image, target, painter))
            return
        for up in range(1, min(STAND_IN, key.zoom - least) + 1):
            above = key.parent(up)
            coarse = self._ready.get(above)
            if coarse is not None:
                painter.drawImage(target, coarse, _part(key, up, coarse))
                return

    def _fitted(self, key: TileKey, image: QImage, target: QRectF, painter: QPainter) -> QPixmap:
        """The tile at the size it has now; kept, because panning asks for it again and again."""
        ratio = painter.device().devicePixelRatioF()
        size = (round(target.width() * ratio), round(target.height() * ratio))
        found = self._scaled.get((key, *size))
        if found is None:
            found = QPixmap(*size)
            found.fill(Qt.GlobalColor.transparent)
            inside = QPainter(found)
            inside.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            inside.drawImage(found.rect(), image)
            inside.end()
            found.setDevicePixelRatio(ratio)
            self._scaled[(key, *size)] = found
            while len(self._scaled) > KEEP_SCALED:
                self._scaled.popitem(last=False)
        return found

    def _get(self, key: TileKey) -> QImage | None:
        if key in self._ready:
            self._ready.move_to_end(key)
            return self._ready[key]
        if key not in self._asked:
            self._asked.add(key)
            source = self.sources[key.source]
            self._lanes.without_store(
                lambda: (key, decode(source, key)), self, self._take, self._fail
            )
        return None

    def _take(self, answer: tuple[TileKey, QImage | None]) -> None:
        key, image = answer
        self._asked.discard(key)
        self._ready[key] = image
        while len(self._ready) > KEEP:
            self._ready.popitem(last=False)
        if image is not None:
            self.arrived.emit()

    def _fail(self, error: Exception) -> None:
        # The tiles asked for stay asked for: a broken file is not read again and again.
        self.broken.emit(str(error))


def decode(source: MBTiles, key: TileKey) -> QImage | None:
    """Read and decode one tile (any thread); ``None`` when there is none or it is damaged."""
    data = source.tile(key.zoom, key.x, key.y)
    if data is None:
        return None
    image = QImage.fromData(data)
    if image.isNull():
        return None
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _target(view: View, key: TileKey, ratio: float) -> QRectF:
    """Where a tile lies, on whole pixels of the device, so that no seam shows."""
    side = 1 << key.zoom
    left, top = view.to_screen(key.x / side, key.y / side)
    right, bottom = view.to_screen((key.x + 1) / side, (key.y + 1) / side)
    x, y = round(left * ratio) / ratio, round(top * ratio) / ratio
    return QRectF(x, y, round(right * ratio) / ratio - x, round(bottom * ratio) / ratio - y)


def _part(key: TileKey, up: int, image: QImage) -> QRectF:
    """Which part of a tile ``up`` levels coarser covers this tile."""
    share = 1 / (1 << up)
    fraction_x = (key.x & ((1 << up) - 1)) * share
    fraction_y = (key.y & ((1 << up) - 1)) * share
    w, h = image.width(), image.height()
    return QRectF(fraction_x * w, fraction_y * h, share * w, share * h)
