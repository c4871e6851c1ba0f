"""Tracks on the map: where they lie, what a zoom leaves of them, how the growing one grows."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage, QPainter

from jdz_field.geo.tracks import Segment
from jdz_field.ui import theme
from jdz_field.ui.map.track_layer import Line, TailLayer, TrackLayer, colour_of, unit_xy
from jdz_field.ui.map.view import View

BLANK = 0xFF000000


def straight(points: int, lon: float = 117.2, step: float = 1e-5) -> Segment:
    made = Segment()
    for n in range(points):
        made.add(float(n), lon + n * step, 29.3, math.nan)
    return made


def winding(points: int) -> Segment:
    made = Segment()
    for n in range(points):
        made.add(float(n), 117.2 + n * 1e-5, 29.3 + math.sin(n / 40) * 0.002, math.nan)
    return made


def view_of(line: Line, zoom: float | None = None) -> View:
    bounds = line.bounds()
    assert bounds is not None
    fitted = View(0.5, 0.5, 9, 800, 600).fitted(bounds)
    return fitted if zoom is None else View(fitted.x, fitted.y, zoom, 800, 600)


def painted(layer: TrackLayer | TailLayer, view: View) -> QImage:
    image = QImage(view.width, view.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(BLANK)
    painter = QPainter(image)
    layer.paint(painter, view)
    painter.end()
    return image


def marked(image: QImage) -> int:
    """Pixels that are not blank."""
    data = np.frombuffer(image.constBits(), np.uint32)
    return int(np.count_nonzero(data != BLANK))


def test_unit_coordinates_are_those_of_the_view() -> None:
    x, y = unit_xy([117.2], [29.3])
    view = View(0.825, 0.416, 12, 800, 600)
    assert view.to_screen(x[0], y[0]) == pytest.approx(view.at(117.2, 29.3), abs=1e-6)


def test_every_point_is_in_a_chunk_and_chunks_touch() -> None:
    line = Line.of([winding(1000), straight(1), straight(257)], "甲")
    for chunks, count in zip(line.stretches, (1000, 1, 257), strict=True):
        assert sum(len(one.xy) - 1 for one in chunks) == count - 1
        for before, after in itertools.pairwise(chunks):
            assert (before.xy[-1] == after.xy[0]).all()


def test_a_zoom_leaves_what_can_be_told_apart() -> None:
    line = Line.of([winding(5000)], "甲")
    counts = [sum(len(one.at(2 * zoom)) for one in line.stretches[0]) for zoom in (8, 12, 16)]
    assert counts[0] < counts[1] < counts[2] <= 5020
    off = 0.7 / (256 * 2.0**12)
    for chunk in line.stretches[0]:
        simple = shapely.linestrings(chunk.at(24))
        assert shapely.distance(shapely.points(chunk.xy), simple).max() <= off * 1.01


def test_growing_makes_only_the_last_chunk_anew() -> None:
    grown = straight(600)
    line = Line.of([grown], "甲", own=True)
    before = list(line.stretches[0])
    grown.add(600.0, 117.2061, 29.3, math.nan)
    line.grow([grown])
    after = line.stretches[0]
    assert after[:2] == before[:2]
    assert len(after[2].xy) == len(before[2].xy) + 1
    line.grow([grown, straight(3, 117.3)])
    assert line.whole() == (3, 1)


def test_a_track_is_painted_where_it_lies_and_not_elsewhere() -> None:
    layer = TrackLayer()
    layer.lines["a"] = Line.of([straight(300)], "甲")
    view = view_of(layer.lines["a"])
    assert marked(painted(layer, view)) > 2000
    away = View(view.x + 0.1, view.y, view.zoom, 800, 600)
    assert marked(painted(layer, away)) == 0


def test_a_gap_is_dashed() -> None:
    line = Line.of([straight(2), straight(2, 117.21)], "甲")
    layer = TrackLayer()
    layer.lines["a"] = line
    view = view_of(line)
    image = painted(layer, view)
    row = round(view.at(117.205, 29.3)[1])
    middle = [image.pixel(x, row) != BLANK for x in range(250, 550)]
    changes = sum(a != b for a, b in itertools.pairwise(middle))
    assert changes > 10


def test_the_growing_one_is_split_between_picture_and_frame() -> None:
    line = Line.of([straight(1000)], "甲", own=True)
    whole, tail = TrackLayer(), TailLayer()
    whole.lines["live"] = tail.line = line
    view = view_of(line)
    one, other = marked(painted(whole, view)), marked(painted(tail, view))
    assert other < one
    assert other > 500
    assert marked(painted(TailLayer(), view)) == 0


def test_a_line_that_leaves_the_window_and_comes_back_is_cut() -> None:
    line = Line.of([straight(3000, 116.5, 1e-3)], "甲")
    layer = TrackLayer()
    layer.lines["a"] = line
    assert marked(painted(layer, view_of(line, 18))) > 0


def test_a_person_has_one_colour_and_it_stands_out() -> None:
    assert colour_of("余小敏") == colour_of("余小敏")
    assert len({colour_of(name) for name in "甲乙丙丁戊己庚辛"}) > 3
    assert theme.current().colour("accent").name() != colour_of("余小敏").lower()


def test_nothing_to_show_paints_nothing() -> None:
    layer = TrackLayer()
    layer.lines["a"] = Line.of([], "甲")
    view = View(0.825, 0.416, 12, 800, 600)
    assert layer.lines["a"].bounds() is None
    assert marked(painted(layer, view)) == 0
