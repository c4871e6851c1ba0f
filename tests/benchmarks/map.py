"""The map's frames beside Qt's own QGraphicsView on the same points.

For 3,037 and 1,000,000 random points in the city: milliseconds for a frame of panning (the
cached picture is blitted), for a frame that renders anew (panned past its edge, another zoom),
and what ``QGraphicsScene`` with one item a point takes for the same.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsPixmapItem,
    QGraphicsScene,
    QGraphicsView,
    QWidget,
)

from jdz_field.geo.tiles import MBTiles, to_unit
from jdz_field.store.queries import MapPoint
from jdz_field.ui import marks, theme
from jdz_field.ui.map.view import CITY
from jdz_field.ui.map.widget import MapWidget
from tests.geo.test_tiles import make

SIZE = (1280, 800)
#: Beyond this many items the scene takes minutes to fill.
MOST_ITEMS = 100_000
FRAMES = 40


class Now:
    """Lanes that work at once, so that tiles are there in the first frame."""

    def without_store(
        self, work: Callable[[], Any], _owner: object, done: Callable[[Any], None], _failed: object
    ) -> None:
        done(work())


def points(count: int) -> list[MapPoint]:
    draw = random.Random(1)
    return [
        MapPoint(
            str(n),
            "geohazard",
            draw.choice(("01", "02", "03")),
            draw.uniform(CITY[0], CITY[2]),
            draw.uniform(CITY[1], CITY[3]),
            draw.choice("ABCD"),
            False,
            False,
            f"点{n}",
        )
        for n in range(count)
    ]


def tiles(folder: Path) -> MBTiles:
    """Noise as tiles from zoom 7 to 11 over the city."""
    wanted = {}
    for zoom in range(7, 12):
        (left, top), (right, bottom) = to_unit(CITY[0], CITY[3]), to_unit(CITY[2], CITY[1])
        side = 1 << zoom
        for x in range(int(left * side), int(right * side) + 1):
            for y in range(int(top * side), int(bottom * side) + 1):
                wanted[zoom, x, y] = _tile((x * 31 + y * 17) % 255)
    return MBTiles(make(folder / "base.mbtiles", wanted, format="png"))


def _tile(shade: int) -> bytes:
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor(shade, 200, 255 - shade))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def frame(widget: Any, target: QPixmap) -> float:
    """Milliseconds to draw a widget once."""
    start = time.perf_counter()
    QWidget.render(widget, target)
    return (time.perf_counter() - start) * 1000


def median(act: Callable[[], float]) -> float:
    return statistics.median(act() for _frame in range(FRAMES))


def measure_map(count: int, source: MBTiles) -> dict[str, float]:
    widget = MapWidget(Now(), [source])
    widget.resize(*SIZE)
    widget.set_places(points(count))
    target = QPixmap(*SIZE)
    frame(widget, target)
    home = widget.view

    def pan() -> float:
        widget.set_view(widget.view.panned(3, 2) if widget.view.x > 0 else home)
        return frame(widget, target)

    def anew() -> float:
        widget.picture.forget()
        return frame(widget, target)

    panning = median(pan)
    widget.set_view(home)
    rendering = median(anew)
    widget.set_view(home.zoomed(home.zoom + 4, 640, 400))
    close = median(anew)
    widget.close_files()
    return {"pan": panning, "render, whole city": rendering, "render, close up": close}


def measure_scene(count: int) -> float:
    scene = QGraphicsScene()
    stamp = marks.pixmap(marks.Mark("geohazard", "01", "D"), 34)
    for place in points(min(count, MOST_ITEMS)):
        item = QGraphicsPixmapItem(stamp)
        item.setPos((place.lon - CITY[0]) * 1000, (CITY[3] - place.lat) * 1000)
        scene.addItem(item)
    view = QGraphicsView(scene)
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.resize(*SIZE)
    view.fitInView(scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QPixmap(*SIZE)
    frame(view, target)
    return statistics.median(frame(view, target) for _n in range(5 if count > 10_000 else FRAMES))


def main() -> None:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "light")
    with TemporaryDirectory(ignore_cleanup_errors=True) as temp:
        for count, limit in ((3_037, 8.0), (1_000_000, 33.0)):
            folder = Path(temp) / str(count)
            folder.mkdir()
            ours, scene = measure_map(count, tiles(folder)), measure_scene(count)
            shown = min(count, MOST_ITEMS)
            print(f"{count:,} points and tiles, {SIZE[0]}×{SIZE[1]} (limit {limit:g} ms a frame)")
            print(f"  QGraphicsView, {shown:,} items    {scene:8.2f} ms")
            for name, value in ours.items():
                print(f"  map, {name:<22} {value:8.2f} ms   ratio {value / scene:.3f}")


if __name__ == "__main__":
    main()
