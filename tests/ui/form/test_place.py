"""Positions in a real window: typed, on the map, from the receiver."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from jdz_field.core.catalogue import site_kind
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.ui.form.averaging import AveragePanel, Limits, limits_of
from jdz_field.ui.form.lexical import vertex_of
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.place import PlaceEditor
from jdz_field.ui.form.place_map import PointMapPage
from tests.ui.form.geo_forms import fix, put
from tests.ui.form.geo_window import World, folder, world

__all__ = ["folder", "world"]


def place(world: World, name: str = "spot") -> PlaceEditor:
    found = world.editor(name)
    assert isinstance(found, PlaceEditor)
    return found


def typed(world: World, editor: PlaceEditor, text: str) -> None:
    editor.line.setFocus()
    editor.line.clear()
    world.bot.keyClicks(editor.line, text)
    world.key(editor.line, Qt.Key.Key_Return)


# ---- typed
@pytest.mark.parametrize(
    "text",
    ["29.3521, 117.2103", "117.2103 29.3521", "117.2103E 29.3521N", "29.3521N,117.2103E"],
)
def test_any_spelling_becomes_a_geopoint(world, text) -> None:
    editor = place(world)
    typed(world, editor, text)
    assert world.value("spot") == "29.3521 117.2103 0.0 0.0"
    assert editor.line.text() == "29.352100, 117.210300"
    assert not editor.preview.isHidden()
    assert "117.21030°E" in editor.read.text()


def test_what_is_no_position_stays_and_is_said(world) -> None:
    editor = place(world)
    typed(world, editor, "beim Bach")
    assert world.value("spot") == "beim Bach"
    assert editor.line.text() == "beim Bach"
    assert world.form.body.questions["/data/spot"].wrong()
    assert editor.preview.isHidden()


def test_leaving_it_untouched_keeps_height_and_accuracy(world) -> None:
    world.form.driver.answer("/data/spot", "29.35210012 117.21030034 86.4 2.5")
    editor = place(world)
    editor.line.setFocus()
    world.key(editor.line, Qt.Key.Key_Return)
    assert world.value("spot") == "29.35210012 117.21030034 86.4 2.5"
    assert "± 2.5 m" in editor.read.text()
    assert "86" in editor.read.text()


def test_degrees_minutes_seconds_where_the_person_wants_them(world) -> None:
    world.app.coordinates = "dms"
    editor = place(world)
    editor.show_value("29.5 117.25 0.0 0.0")
    assert editor.line.text() == "29°30'00.00\"N 117°15'00.00\"E"
    assert editor.text() == "29.5 117.25 0.0 0.0"
    typed(world, editor, editor.line.text().replace("15'00", "16'00"))
    assert vertex_of(world.value("spot")).lon == pytest.approx(117 + 16 / 60)


def test_far_from_the_site_is_asked_about(world) -> None:
    editor = place(world)
    typed(world, editor, "29.9, 117.6")
    assert "远" in editor.read.text()
    assert editor.read.property("role") == "attention"


# ---- map
def opened(world: World, name: str = "spot") -> PointMapPage:
    editor = place(world, name)
    world.click(editor.on_map)
    world.settle()
    assert isinstance(world.page, PointMapPage)
    return world.page


def test_the_map_begins_at_the_site_and_shows_it(world) -> None:
    page = opened(world)
    site = world.form.filling.site
    assert page.stage.map.middle() == pytest.approx((site.lon, site.lat), abs=1e-6)
    assert any(point.id == site.id for point in page.stage.map.index.places)
    assert page.title() == "位置"
    assert "0 m" in page.about.text()


def test_picked_by_keyboard_alone(world) -> None:
    page = opened(world)
    assert page.stage.map.hasFocus()
    start = page.stage.map.middle()
    world.key(page.stage.map, Qt.Key.Key_Plus, Qt.Key.Key_Right, Qt.Key.Key_Up)
    world.key(page.stage.map, Qt.Key.Key_Right, mod=Qt.KeyboardModifier.ShiftModifier)
    lon, lat = page.stage.map.middle()
    assert lon > start[0]
    assert lat > start[1]
    world.key(page.stage.map, Qt.Key.Key_Return)
    world.settle()
    assert isinstance(world.page, FormPage)
    vertex = vertex_of(world.value("spot"))
    assert vertex.place == pytest.approx((lon, lat), abs=1e-8)
    # ODK: what was placed by hand has neither height nor accuracy.
    assert (vertex.altitude, vertex.accuracy) == (0, 0)


def test_picked_by_touch_alone(world) -> None:
    page = opened(world, "picked")
    map_ = page.stage.map
    middle = map_.free_middle().toPoint()
    wanted = map_.view.lon_lat(middle.x() + 120, middle.y() - 60)
    world.click(map_, middle + QPoint(120, -60))
    world.settle()
    assert map_.middle() == pytest.approx(wanted, abs=1e-7)
    world.drag(map_, middle, middle + QPoint(-50, 0))
    assert map_.middle()[0] > wanted[0]
    wanted = map_.middle()
    world.click(page.take)
    world.settle()
    assert vertex_of(world.value("picked")).place == pytest.approx(wanted, abs=1e-8)


def test_taking_the_unmoved_map_changes_nothing(world) -> None:
    before = "29.35210012 117.21030034 86.4 2.5"
    world.form.driver.answer("/data/spot", before)
    page = opened(world)
    assert page.stage.map.middle() == pytest.approx((117.2103, 29.3521), abs=1e-5)
    world.click(page.take)
    world.settle()
    assert world.value("spot") == before


def test_leaving_the_map_takes_nothing(world) -> None:
    page = opened(world)
    world.key(page.stage.map, Qt.Key.Key_Left)
    world.click(page.back)
    world.settle()
    assert isinstance(world.page, FormPage)
    assert world.value("spot") == ""


def test_where_it_is_stands_in_words_while_the_map_moves(world) -> None:
    page = opened(world)
    before = page.where.text()
    world.key(page.stage.map, Qt.Key.Key_Left)
    assert page.where.text() != before
    page.stage.map.go_to(117.9, 29.9, 12)
    assert "在市域之外" in page.about.text()
    assert page.about.property("role") == "attention"


def test_the_other_answers_are_seen(world) -> None:
    world.form.driver.answer("/data/way", "29.35 117.21 0 0; 29.351 117.211 0 0")
    world.form.driver.answer("/data/spot", "29.35 117.21 0 0")
    page = opened(world, "picked")
    assert [feature.name for feature in page.stage.others] == ["位置", "裂缝走向"]
    assert page.grab().toImage().width() > 0


def test_the_preview_opens_the_map(world) -> None:
    world.form.driver.answer("/data/spot", "29.3521 117.2103 0 0")
    editor = place(world)
    assert editor.preview.isVisible()
    assert editor.preview.grab().toImage().allGray() is False
    world.click(editor.preview)
    world.settle()
    assert isinstance(world.page, PointMapPage)


def test_a_readonly_position_opens_nothing(world) -> None:
    editor = place(world)
    editor.show_value("29.3521 117.2103 0 0")
    editor.set_readonly(True)
    assert editor._row.isHidden()
    editor.open_map()
    assert isinstance(world.page, FormPage)


# ---- receiver
def test_without_a_receiver_the_button_says_so_and_where_to_get_one(world) -> None:
    editor = place(world)
    assert editor.receive.text() == "没有接收机"
    world.click(editor.receive)
    assert "设置" in editor.read.text()
    assert editor.panel is None
    set_language("en")


def test_a_position_is_averaged_until_it_is_good_enough(world) -> None:
    receiver = world.app.receiver
    receiver.show("searching", satellites_seen=5)
    editor = place(world, "strict")
    assert editor.receive.text() == "从接收机取"
    world.click(editor.receive)
    panel = editor.panel
    assert isinstance(panel, AveragePanel)
    assert "5" in panel.words.text()
    assert not panel.use.isEnabled()
    put(receiver, 0, 0, accuracy=12.0)
    assert panel.figure.text() == "± 12.0 m"
    assert panel.words.property("role") == "error"
    put(receiver, 1, 0, accuracy=6.0)
    assert panel.use.isEnabled()
    assert "2" in panel.about.text()
    put(receiver, 0, 0, accuracy=1.5)
    world.settle()
    vertex = vertex_of(world.value("strict"))
    assert 0 < vertex.accuracy <= 3
    assert vertex.altitude == pytest.approx(86.4)
    assert vertex.place == pytest.approx((117.21, 29.35), abs=1e-5)
    assert editor.panel is None


def test_use_it_now_by_keyboard(world) -> None:
    receiver = world.app.receiver
    put(receiver, accuracy=8.0)
    editor = place(world, "strict")
    editor.receive.setFocus()
    world.key(editor.receive, Qt.Key.Key_Space)
    panel = editor.panel
    assert panel.cancel.hasFocus()
    put(receiver, accuracy=7.0)
    panel.use.setFocus()
    world.key(panel.use, Qt.Key.Key_Space)
    assert world.value("strict") == ""
    assert "3 m" in panel.reasons.why.text()
    world.key(panel.reasons.buttons["gorge"], Qt.Key.Key_2)
    assert vertex_of(world.value("strict")).accuracy > 3
    how = world.form.body.questions["/data/strict"].editor._desk.how(world.value("strict"))
    assert (how.method, how.reason, how.limit) == ("average", "trees", 3.0)
    assert (how.samples, how.satellites, how.fix) == (2, 14, "single")


def test_a_reason_by_touch_and_other_needs_words(world) -> None:
    put(world.app.receiver, accuracy=8.0)
    editor = place(world, "strict")
    world.click(editor.receive)
    panel = editor.panel
    world.click(panel.use)
    assert all(made.height() >= 44 for made in panel.reasons.buttons.values())
    world.click(panel.reasons.buttons["other"])
    assert not panel.reasons.take.isEnabled()
    world.key(panel.reasons.note, Qt.Key.Key_Return)
    assert world.value("strict") == ""
    panel.reasons.note.setText("悬崖下")
    world.click(panel.reasons.take)
    how = editor._desk.how(world.value("strict"))
    assert (how.reason, how.note) == ("other", "悬崖下")


def test_rather_waiting_leaves_the_reason_out(world) -> None:
    put(world.app.receiver, accuracy=8.0)
    editor = place(world, "strict")
    world.click(editor.receive)
    world.click(editor.panel.use)
    world.key(editor.panel.reasons, Qt.Key.Key_Escape)
    assert editor.panel.reasons.isHidden()
    put(world.app.receiver, accuracy=1.0)
    how = editor._desk.how(world.value("strict"))
    assert how.reason == ""
    assert how.accuracy <= 3


def test_an_urgent_question_is_never_held_up(world) -> None:
    put(world.app.receiver, accuracy=40.0)
    panel = AveragePanel(
        world.app.receiver, limits_of({"gate": "never", "accuracyThreshold": "3"}), world.form
    )
    panel.show()
    taken: list[object] = []
    panel.taken.connect(taken.append)
    world.click(panel.use)
    assert len(taken) == 1
    assert panel.how.reason == "urgent"
    panel.stop()
    panel.hide()


def test_without_words_of_the_form_the_kind_of_site_asks(world) -> None:
    editor = place(world)
    rule = site_kind(world.form.filling.site.kind).position
    put(world.app.receiver, accuracy=1.0)
    world.click(editor.receive)
    assert "一般经验" in editor.panel.asked.text()
    assert f"{rule.accuracy_m:g} m" in editor.panel.asked.text()
    # Good enough, but not yet for so long as the kind asks.
    put(world.app.receiver, accuracy=1.0)
    assert world.value("spot") == ""
    world.click(editor.panel.use)
    assert editor._desk.how(world.value("spot")).limit == rule.accuracy_m


def test_a_replayed_log_gives_no_answer_in_an_ordinary_project(world) -> None:
    receiver = world.app.receiver
    receiver.replay_counts = False
    editor = place(world, "strict")
    receiver.put(replace(fix(accuracy=1.0), origin="replay"))
    world.click(editor.receive)
    receiver.put(replace(fix(accuracy=1.0), origin="replay"))
    assert world.value("strict") == ""
    assert not editor.panel.use.isEnabled()
    assert "回放" in editor.panel.words.text()
    receiver.replay_counts = True
    receiver.put(replace(fix(accuracy=1.0), origin="replay"))
    assert editor._desk.how(world.value("strict")).replay


def test_outliers_are_counted_on_screen_and_left_out(world) -> None:
    receiver = world.app.receiver
    editor = place(world, "strict")
    for _n in range(4):
        put(receiver, accuracy=8.0)
        world.click(editor.receive) if editor.panel is None else None
    put(receiver, 60, 0, accuracy=8.0)
    assert "剔除 1 " in editor.panel.about.text()
    assert "单点" in editor.panel.about.text() or "卫星" in editor.panel.about.text()


def test_the_antenna_comes_off_the_height(world) -> None:
    receiver = world.app.receiver
    put(receiver, accuracy=8.0)
    editor = place(world, "strict")
    world.click(editor.receive)
    editor.panel.antenna.setValue(2.0)
    assert world.window.preferences.antennas == {"": 2.0}
    put(receiver, accuracy=1.0)
    assert vertex_of(world.value("strict")).altitude == pytest.approx(84.4)
    assert editor._desk.how(world.value("strict")).antenna == 2.0


@pytest.mark.parametrize("metres", [-0.1, 10.1, float("nan")])
def test_an_antenna_beyond_ten_metres_is_refused(world, metres) -> None:
    with pytest.raises(BadInput):
        world.app.receiver.set_antenna(metres)


def test_a_known_offset_makes_1985_heights(world) -> None:
    receiver = world.app.receiver
    receiver.offset_1985 = 9.0
    editor = place(world, "strict")
    world.click(editor.receive)
    receiver.show("searching")
    world.click(editor.receive)
    receiver.put(replace(fix(accuracy=1.0), separation=-7.0))
    assert vertex_of(world.value("strict")).altitude == pytest.approx(86.4 - 7.0 + 9.0)
    assert editor._desk.how(world.value("strict")).height_datum == "1985"
    assert "1985" in editor.read.text()


def test_typed_and_picked_say_so(world) -> None:
    editor = place(world)
    typed(world, editor, "X 3242537.4, Y 39519431.3")
    how = editor._desk.how(world.value("spot"))
    assert (how.method, how.crs, how.typed) == ("typed", "EPSG:4527", "X 3242537.4, Y 39519431.3")
    page = opened(world)
    world.key(page.stage.map, Qt.Key.Key_Right, Qt.Key.Key_Return)
    world.settle()
    assert editor._desk.how(world.value("spot")).method == "map"


def test_cancelling_takes_nothing(world) -> None:
    receiver = world.app.receiver
    put(receiver, accuracy=8.0)
    editor = place(world, "strict")
    world.click(editor.receive)
    world.key(editor.panel.cancel, Qt.Key.Key_Escape)
    assert editor.panel is None
    assert world.value("strict") == ""
    assert isinstance(world.page, FormPage)


def test_a_fix_older_than_five_seconds_is_never_used(world) -> None:
    receiver = world.app.receiver
    put(receiver, accuracy=1.0, age=5.5)
    editor = place(world, "strict")
    world.click(editor.receive)
    assert not editor.panel.use.isEnabled()
    put(receiver, accuracy=1.0, age=6.0)
    assert world.value("strict") == ""
    assert not editor.panel.use.isEnabled()
    assert "5" in editor.panel.words.text()


def test_unknown_accuracy_is_not_perfect_accuracy(world) -> None:
    receiver = world.app.receiver
    editor = place(world, "strict")
    put(receiver, accuracy=None)
    world.click(editor.receive)
    put(receiver, accuracy=None)
    assert world.value("strict") == ""
    assert editor.panel.figure.text() == "± ?"
    world.click(editor.panel.use)
    world.click(editor.panel.reasons.buttons["buildings"])
    assert vertex_of(world.value("strict")).accuracy == 0


def test_a_receiver_that_goes_while_averaging_is_said(world) -> None:
    receiver = world.app.receiver
    put(receiver, accuracy=20.0)
    editor = place(world, "strict")
    world.click(editor.receive)
    receiver.show("lost", why="COM3 断开")
    assert editor.panel.words.text() == "COM3 断开"


@pytest.mark.parametrize(
    ("parameters", "limits"),
    [
        ({}, (5, 100, 0)),
        ({"accuracyThreshold": "3.5", "unacceptableAccuracyThreshold": "20"}, (3.5, 20, 3.5)),
        ({"capture-accuracy": "0", "warning-accuracy": "9"}, (0, 9)),
        ({"accuracyThreshold": "soon", "warning-accuracy": "-4"}, (5, 100)),
        ({"accuracyThreshold": "nan", "warning-accuracy": "inf"}, (5, 100)),
    ],
)
def test_what_the_form_asks_for(parameters, limits) -> None:
    assert limits_of(parameters) == Limits(*limits)


def test_zero_never_takes_by_itself(world) -> None:
    receiver = world.app.receiver
    receiver.show("searching")
    panel = AveragePanel(receiver, Limits(0, 100), world.form)
    panel.show()
    taken: list[object] = []
    panel.taken.connect(taken.append)
    put(receiver, accuracy=0.02)
    assert taken == []
    panel.stop()
    panel.hide()
