"""Adding a site: place from the map, typed or from a photo; what is missing is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from jdz_field.core.positions import provenance_at
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.sites.add import AddSitePage
from tests.ui.form.geo_forms import put

Settle = Callable[[], None]


@pytest.fixture
def map_(app: AppContext, qtbot) -> MapWidget:
    made = MapWidget(app.jobs)
    qtbot.addWidget(made)
    made.resize(600, 600)
    made.show()
    return made


@pytest.fixture
def page(app: AppContext, map_: MapWidget, qtbot) -> AddSitePage:
    made = AddSitePage(app, map_)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    return made


def type_in(page: AddSitePage, lon: str, lat: str) -> None:
    """As typed: Qt's own test keys know no degrees and no full-width digits."""
    for edit, words in ((page.place.lon, lon), (page.place.lat, lat)):
        edit.setText(words)
        edit.textEdited.emit(words)


def count(app: AppContext) -> int:
    return app.reader.count(SiteQuery())


def test_a_site_is_added_with_a_provisional_number(
    page: AddSitePage, app: AppContext, settle: Settle, qtbot
) -> None:
    opened: list[str] = []
    app.site_wanted.connect(opened.append)
    page.editors["kind_code"].chips["02"].click()
    page.name.setText("瑶里镇新发现崩塌")
    page.set_place(117.55, 29.52)
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle()
    site = app.reader.site(opened[0])
    assert site.name == "瑶里镇新发现崩塌"
    assert site.fields["kind_code"] == "02"
    assert site.fields["provisional"]
    assert "LS" in site.code
    assert (site.lon, site.lat) == pytest.approx((117.55, 29.52))


def test_a_tap_on_the_map_moves_the_pin(page: AddSitePage, map_: MapWidget, qtbot) -> None:
    qtbot.mouseClick(map_, Qt.MouseButton.LeftButton, pos=map_.rect().center())
    wanted = map_.view.lon_lat(map_.rect().center().x(), map_.rect().center().y())
    assert page.place.place == pytest.approx(wanted, abs=1e-5)
    assert map_._pin == page.place.place


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("117.2075", "29.3521"),
        ("117°12′27″", "29°21′7.56″"),
        ("29.3521", "117.2075"),
        ("１１７．２０７５", "２９．３５２１"),
    ],
)
def test_coordinates_are_typed_in_any_spelling(
    page: AddSitePage, qtbot, lon: str, lat: str
) -> None:
    type_in(page, lon, lat)
    assert page.place.place == pytest.approx((117.2075, 29.3521), abs=1e-4)
    assert page.place.county.text()


@pytest.mark.parametrize(("lon", "lat"), [("somewhere", "29.3"), ("117.2", "999"), ("--", "++")])
def test_coordinates_that_are_none_are_named(page: AddSitePage, lon: str, lat: str) -> None:
    type_in(page, lon, lat)
    assert page.place.place is None
    assert page.place.county.text()


def test_a_place_outside_the_city_is_said(page: AddSitePage) -> None:
    page.set_place(116.0, 28.0)
    assert page.place.county.text() == "在市域之外"


def test_a_photo_gives_its_position(
    page: AddSitePage, app: AppContext, answers: Any, tmp_path: Path, settle: Settle
) -> None:
    photo = sample_photo(
        tmp_path / "a.jpg", datetime(2026, 11, 22, 2, 0, tzinfo=UTC), (117.31, 29.41)
    )
    answers.files = [photo]
    page.place.ask_photo()
    settle()
    assert page.place.place == pytest.approx((117.31, 29.41), abs=1e-4)


def test_a_photo_without_a_position_says_so(
    page: AddSitePage, app: AppContext, answers: Any, tmp_path: Path, settle: Settle
) -> None:
    said: list[str] = []
    app.toast_wanted.connect(lambda words, _undo: said.append(words))
    answers.files = [sample_photo(tmp_path / "a.jpg", datetime(2026, 11, 22, tzinfo=UTC), None)]
    page.place.ask_photo()
    settle()
    assert page.place.place is None
    assert said


def test_a_file_that_is_no_photo_is_a_sentence(
    page: AddSitePage, app: AppContext, answers: Any, tmp_path: Path, settle: Settle
) -> None:
    said: list[str] = []
    app.toast_wanted.connect(lambda words, _undo: said.append(words))
    (tmp_path / "a.jpg").write_bytes(b"no photo")
    answers.files = [tmp_path / "a.jpg"]
    page.place.ask_photo()
    settle()
    assert page.place.place is None
    assert said


def test_what_is_missing_is_said_and_nothing_is_written(
    page: AddSitePage, app: AppContext, settle: Settle, qtbot
) -> None:
    before = count(app)
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    assert page.wrong.text() == "请填写名称。"
    page.name.setText("只有名称")
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    assert "坐标" in page.wrong.text()
    settle()
    assert count(app) == before


def test_kinds_bring_their_own_code_lists(page: AddSitePage) -> None:
    page.kinds["mine"].click()
    assert page.kind == "mine"
    assert list(page.editors) == ["population", "kind_code"]
    page.kinds["works"].click()
    assert page.kinds["works"].isChecked()
    assert not page.kinds["mine"].isChecked()


def test_what_was_asked_is_saved(page: AddSitePage, app: AppContext, settle: Settle, qtbot) -> None:
    page.kinds["risk"].click()
    qtbot.mouseClick(page.editors["subkind"].chips["2"], Qt.MouseButton.LeftButton)
    page.name.setText("王家屋后切坡")
    page.set_place(117.55, 29.52)
    qtbot.keyClick(page.save, Qt.Key.Key_Space)
    settle()
    (site,) = app.reader.search(SiteQuery(text="王家屋后切坡"), limit=2)
    assert (site.kind, site.fields["subkind"]) == ("risk", "2")


def test_a_sample_plot_is_added_below_its_subcompartment(
    app: AppContext, map_: MapWidget, settle: Settle, qtbot
) -> None:
    parent = app.reader.search(SiteQuery(kinds=("plot",)), limit=1)[0]
    page = AddSitePage(app, map_, below=parent)
    qtbot.addWidget(page)
    page.show()
    assert page.title() == "添加样地"
    assert not page.chips.isVisible()
    assert page.name.text() == f"{parent.name} 样地1"
    page.editors["corner"].edit.setText("东南角水泥桩")
    page.set_place(parent.lon, parent.lat)
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle()
    (child,) = app.reader.children(parent)
    assert child.fields["corner"] == "东南角水泥桩"
    assert (child.fields["role"], child.fields["plot_no"]) == ("sample", "1")


def test_leaving_takes_the_pin_away(page: AddSitePage, map_: MapWidget) -> None:
    page.set_place(117.2, 29.3)
    assert page.leave()
    assert map_._pin is None


def test_a_place_from_the_receiver_keeps_the_gate_of_the_kind(page: AddSitePage, qtbot) -> None:
    receiver = page.app.receiver
    page.place.start_receiver()
    assert page.place.panel is None
    put(receiver, accuracy=9.0)
    page.place.start_receiver()
    panel = page.place.panel
    panel.use.click()
    assert page.place.place is None
    panel.reasons.buttons["gorge"].click()
    assert page.place.place == pytest.approx((117.21, 29.35), abs=1e-5)
    assert page.place.how.reason == "gorge"
    assert page.place.panel is None
    page.set_place(117.3, 29.4)
    assert page.place.how.method == "map"


@pytest.mark.parametrize("form", ["decimal", "dm", "dms", "plane39", "wgs84"])
def test_a_place_is_spelt_as_the_person_chose_and_read_again(page: AddSitePage, form) -> None:
    page.app.coordinates = form
    page.set_place(117.31, 29.41)
    page.place._typed()
    assert page.place.place == pytest.approx((117.31, 29.41), abs=1e-6)
    assert page.place.how.method == "typed"
    assert page.place.how.crs == ("EPSG:4527" if form == "plane39" else "EPSG:4490")


def test_the_site_keeps_how_its_place_was_found(
    page: AddSitePage, app, settle: Settle, qtbot
) -> None:
    page.name.setText("王家屋后山")
    put(app.receiver, accuracy=2.0)
    page.place.start_receiver()
    page.place.panel.use.click()
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle()
    (site,) = app.reader.search(SiteQuery(text="王家屋后山"), limit=2)
    how = provenance_at(site.fields["position_how"], site.lon, site.lat)
    assert (how.method, how.accuracy, how.satellites) == ("receiver", 2.0, 14)
