"""Snapping: corners before edges, within a finger's reach, only where it is on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QPointF

from jdz_field.operations.measuring import Measured, add_measured
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.desk import MapDesk
from jdz_field.ui.form.map_paint import Feature
from jdz_field.ui.form.map_stage import MapStage
from jdz_field.ui.form.trace_snap import CORNER, EDGE, SITE, Snapper
from jdz_field.ui.map.base import unit_array

#: Far from the invented sites.
WEST, SOUTH, EAST, NORTH = 118.2, 30.2, 118.21, 30.21


@pytest.fixture
def stage(app: AppContext, qtbot: Any) -> Iterator[MapStage]:
    box = shapely.transform(shapely.box(WEST, SOUTH, EAST, NORTH), unit_array)
    made = MapStage(MapDesk(app), [Feature("十五小班", box)])
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    made.map.go_to((WEST + EAST) / 2, (SOUTH + NORTH) / 2, 15)
    made.map.grab()
    yield made
    made.close_map()


def near(stage: MapStage, lon: float, lat: float, right: float, down: float) -> QPointF:
    x, y = stage.map.view.at(lon, lat)
    return QPointF(x + right, y + down)


def test_off_nothing_snaps(stage: MapStage) -> None:
    assert Snapper(stage).at(near(stage, WEST, SOUTH, 1, 1)) is None


def test_a_corner_within_reach_is_meant_even_on_an_edge(stage: MapStage) -> None:
    found = Snapper(stage, on=True).at(near(stage, WEST, SOUTH, 12, 0))
    assert found is not None
    assert (found.kind, found.name) == (CORNER, "十五小班")
    assert (found.lon, found.lat) == pytest.approx((WEST, SOUTH), abs=1e-9)


def test_an_edge_is_met_at_its_nearest_place(stage: MapStage) -> None:
    found = Snapper(stage, on=True).at(near(stage, WEST, (SOUTH + NORTH) / 2, 9, 0))
    assert found is not None
    assert found.kind == EDGE
    assert found.lon == pytest.approx(WEST, abs=1e-9)
    assert found.lat == pytest.approx((SOUTH + NORTH) / 2, abs=1e-6)


@pytest.mark.parametrize("right", [60, -60])
def test_what_is_out_of_reach_is_left_alone(stage: MapStage, right: float) -> None:
    assert Snapper(stage, on=True).at(near(stage, WEST, (SOUTH + NORTH) / 2, right, 0)) is None


def test_the_reach_is_pixels_whatever_the_zoom(stage: MapStage) -> None:
    stage.map.go_to(WEST, SOUTH, 18)
    stage.map.grab()
    assert Snapper(stage, on=True).at(near(stage, WEST, SOUTH, 12, 0)) is not None
    assert Snapper(stage, on=True).at(near(stage, WEST, SOUTH, -60, 60)) is None


def test_a_site_comes_first_and_the_outlines_of_sites_are_edges(
    app: AppContext, qtbot: Any, settle: Any
) -> None:
    ring = ((118.1, 30.1), (118.12, 30.1), (118.12, 30.12), (118.1, 30.12))
    area = Measured(closed=True, positions=tuple((*place, 0.0, 0.0) for place in ring))
    app.write(lambda project: add_measured(project, "plot", area, {"name": "界外"}), app)
    settle()
    made = MapStage(MapDesk(app))
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    made.map.go_to(118.11, 30.11, 13)
    made.map.grab()
    place = next(p for p in made.map.index.places if p.name == "界外")
    snapper = Snapper(made, on=True)
    on_site = snapper.at(near(made, place.lon, place.lat, 8, 8))
    on_edge = snapper.at(near(made, 118.105, 30.1, 0, 6))
    made.close_map()
    assert on_site is not None
    assert (on_site.kind, on_site.name) == (SITE, "界外")
    assert on_edge is not None
    assert on_edge.kind == EDGE
    assert on_edge.lat == pytest.approx(30.1, abs=1e-7)
