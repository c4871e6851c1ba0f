"""Choices on the map in a real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from shapely.geometry import Point

from jdz_field.ui.form.map_choice import ChoiceMapPage, MapChoiceEditor
from jdz_field.ui.form.map_choice_tool import choice_feature
from jdz_field.ui.form.page import FormPage
from tests.ui.form.geo_window import World, folder, world

__all__ = ["folder", "world"]


def opened(world: World) -> ChoiceMapPage:
    editor = world.editor("pick")
    assert isinstance(editor, MapChoiceEditor)
    world.click(editor.on_map)
    world.settle()
    assert isinstance(world.page, ChoiceMapPage)
    return world.page


def pixel(page: ChoiceMapPage, place: int) -> QPoint:
    x, y = page._features[place].anchor
    return QPointF(*page.stage.map.view.to_screen(x, y)).toPoint()


def test_all_choices_are_in_sight_and_those_without_a_place_are_listed(world) -> None:
    page = opened(world)
    for place in (0, 1, 2):
        at = pixel(page, place)
        assert page.stage.map.rect().contains(at)
    assert page._features[3] is None
    assert page._features[4] is None
    assert page.rows.count() == 5
    assert "图上没有" in page.rows.choice(3).label
    assert "2" in page.missing.text()


def test_a_tapped_point_is_chosen_with_its_properties(world) -> None:
    page = opened(world)
    world.click(page.stage.map, pixel(page, 0))
    assert page.name.text() == "一号堆场"
    assert page.about.text() == "size: 12"
    assert world.value("pick") == ""
    world.click(page.take)
    world.settle()
    assert isinstance(world.page, FormPage)
    assert world.value("pick") == "a"


@pytest.mark.parametrize(("place", "value"), [(1, "b"), (2, "c")])
def test_lines_and_areas_are_tapped(world, place, value) -> None:
    page = opened(world)
    world.click(page.stage.map, pixel(page, place))
    world.click(page.take)
    world.settle()
    assert world.value("pick") == value


def test_a_tap_beside_everything_chooses_nothing(world) -> None:
    page = opened(world)
    world.click(page.stage.map, pixel(page, 0))
    world.click(page.stage.map, QPoint(5, 5))
    assert page.tool.chosen == -1
    assert not page.take.isEnabled()


def test_chosen_by_keyboard_alone(world) -> None:
    editor = world.editor("pick")
    editor.on_map.setFocus()
    world.key(editor.on_map, Qt.Key.Key_Space)
    world.settle()
    page = world.page
    assert page.search.hasFocus()
    world.bot.keyClicks(page.search, "shp")
    world.key(page.search, Qt.Key.Key_Return)
    assert page.name.text() == "三号坡"
    world.key(page.search, Qt.Key.Key_Return, mod=Qt.KeyboardModifier.ControlModifier)
    world.settle()
    assert world.value("pick") == "c"


def test_enter_on_the_map_takes_what_is_in_the_middle(world) -> None:
    page = opened(world)
    page.stage.fit(page._features[0].shape.bounds)
    page.stage.map.setFocus()
    world.key(page.stage.map, Qt.Key.Key_Return)
    assert page.tool.chosen == 0


def test_what_has_no_place_is_chosen_from_the_list(world) -> None:
    page = opened(world)
    page.list.picked.emit(3)
    assert "没有位置" in page.name.text()
    assert page.about.text()
    world.click(page.take)
    world.settle()
    assert world.value("pick") == "d"


def test_the_chosen_one_is_shown_when_it_opens_again_and_leaving_keeps_it(world) -> None:
    world.form.driver.answer("/data/pick", "a")
    page = opened(world)
    assert page.tool.chosen == 0
    assert page.stage.map.rect().center().x() == pytest.approx(pixel(page, 0).x(), abs=3)
    page.choose(2)
    world.click(page.back)
    world.settle()
    assert world.value("pick") == "a"


def test_points_at_one_place_are_taken_in_turn(world) -> None:
    page = opened(world)
    tool = page.tool
    rows = [{"label": str(n), "geometry": "29.35 117.21 0 0"} for n in range(5)]
    stacked = type(tool)(page.stage, [choice_feature(row) for row in rows])
    page.stage.map.tool = stacked
    page.stage.fit(stacked.whole())
    picked: list[int] = []
    stacked.picked.connect(picked.append)
    for _n in range(3):
        stacked.tap(page.stage.middle())
        stacked.chosen = picked[-1]
    assert len(set(picked)) == 3
    page.stage.map.grab()
    page.stage.map.tool = tool


@pytest.mark.parametrize("text", ["", "nowhere", "29", "95 117", "29 117; x"])
def test_what_is_no_geometry_is_no_feature(text) -> None:
    assert choice_feature({"label": "x", "geometry": text}) is None
    assert choice_feature({}) is None


def test_styles_are_taken_when_they_are_ones() -> None:
    row = {"geometry": "29 117", "marker-color": "#aaccee", "marker-symbol": "ABC"}
    feature = choice_feature(row)
    assert (feature.colour, feature.sign) == ("#aaccee", "AB")
    assert isinstance(feature.shape, Point)
    line = {"geometry": "29 117; 29 118", "stroke": "red; }", "stroke-width": "-3"}
    feature = choice_feature(line)
    assert (feature.colour, feature.width) == ("", 0.0)
    assert choice_feature({**line, "stroke": "#ace", "stroke-width": "900"}).width == 24
    assert choice_feature({**line, "stroke-width": "wide"}).width == 0
