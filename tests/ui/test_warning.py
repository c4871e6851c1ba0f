"""The warning near a point of high danger, in the real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from jdz_field.store.danger import Danger
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.receiver import LOST
from jdz_field.ui.settings import SettingsPage
from jdz_field.ui.sites.page import SitePage
from tests.gnss.sentences_made import second
from tests.gnss.simulated import TcpReceiver
from tests.operations.tracks_made import DEGREE, LAT
from tests.ui.test_tracking import live

Settle = Callable[[], None]
LON = 117.21


def place(project: Project, code: str, north: float, people: int, **more: object) -> Danger:
    """Move a site of the project to so many metres north, and make it dangerous."""
    site = project.sites_by_code(code)[0]
    fields = {"geometry": f"POINT ({LON} {LAT + north / DEGREE:.7f})", "status": "active"}
    project.edit(site.kind, site.id, fields | {"threatened_people": people} | more)
    return next(one for one in project.dangers(("A", "B"), ("active",)) if one.id == site.id)


@pytest.fixture
def dangers(folder: Path) -> list[Danger]:
    with Project.open(folder) as project:
        for one in project.dangers(("A", "B"), ("active",)):
            project.edit(one.kind, one.id, {"status": "closed"})
        few = project.search(SiteQuery(kinds=("geohazard",)), limit=2)
        codes = [site.id for site in few]
        card = {"alarm_signal": "铜锣三声", "shelter": "村小学", "escape_route": None}
        first = place(project, codes[0], 150, 600, **card)
        return [first, place(project, codes[1], 400, 2000)]


@pytest.fixture
def window(
    dangers: list[Danger], app: AppContext, qtbot, settle: Settle, tmp_path: Path
) -> Iterator[MainWindow]:
    preferences = Preferences.load(tmp_path / "window.json")
    preferences.theme = "outdoor"
    made = MainWindow(app, preferences)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.close()


def test_a_walk_towards_the_point_warns_once_and_ends_behind_it(
    window: MainWindow, app: AppContext, dangers: list[Danger]
) -> None:
    band = window.warning_band
    told: list[object] = []
    window.warning.warned.connect(told.append)
    for n in range(0, 40, 4):
        live(app, n, north=float(n))
    assert band.isHidden()
    live(app, 60, north=60)
    assert band.isVisible()
    assert dangers[0].name in band.words.text()
    assert "90 米" in band.detail.text()
    assert "大型" in band.detail.text()
    assert "铜锣三声" in band.card.text()
    assert "村小学" in band.card.text()
    assert "一般经验" in band.source.text()
    assert min(band.open.height(), band.close_it.height()) >= 44
    live(app, 70, north=-25)
    assert band.isHidden()
    assert len(told) == 1


def test_it_is_put_away_until_the_next_approach(window: MainWindow, app: AppContext, qtbot) -> None:
    live(app, 0, north=100)
    qtbot.mouseClick(window.warning_band.close_it, Qt.MouseButton.LeftButton)
    assert window.warning_band.isHidden()
    live(app, 1, north=120)
    assert window.warning_band.isHidden()
    live(app, 2, north=-200)
    live(app, 3, north=120)
    assert window.warning_band.isVisible()
    window.warning_band.close_it.setFocus()
    qtbot.keyClick(window.warning_band.close_it, Qt.Key.Key_Space)
    assert window.warning_band.isHidden()


def test_its_card_is_opened_from_there(
    window: MainWindow, app: AppContext, dangers: list[Danger], qtbot, settle: Settle
) -> None:
    live(app, 0, north=100)
    qtbot.mouseClick(window.warning_band.open, Qt.MouseButton.LeftButton)
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, SitePage)
    assert page.site_id == dangers[0].id
    assert window.warning_band.isHidden()


def test_a_lost_receiver_takes_the_distance_away(window: MainWindow, app: AppContext) -> None:
    live(app, 0, north=100)
    app.receiver.show(LOST)
    assert "过时" in window.warning_band.detail.text()
    assert "米" not in window.warning_band.detail.text()


def test_an_old_position_warns_of_nothing(
    window: MainWindow, app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.receiver, "age", lambda _fix: 30.0)
    live(app, 0, north=150)
    assert window.warning_band.isHidden()


def test_several_are_counted_and_the_nearest_is_named(
    window: MainWindow, app: AppContext, dangers: list[Danger]
) -> None:
    live(app, 0, north=240)
    assert dangers[0].name in window.warning_band.words.text()
    assert "另有 1 处" in window.warning_band.detail.text()


def test_what_is_typed_goes_on_being_typed(window: MainWindow, app: AppContext) -> None:
    window.stage.map.setFocus()
    before = QApplication.focusWidget()
    live(app, 0, north=100)
    assert window.warning_band.isVisible()
    assert QApplication.focusWidget() is before


def test_the_lock_hides_it_and_it_is_there_afterwards(window: MainWindow, app: AppContext) -> None:
    window.guard.lock()
    live(app, 0, north=100)
    assert not window.warning_band.isVisible()
    window.guard._open()
    assert window.warning_band.isVisible()


def test_a_site_closed_meanwhile_warns_no_more(
    window: MainWindow, app: AppContext, dangers: list[Danger], settle: Settle
) -> None:
    live(app, 0, north=100)
    one = dangers[0]
    app.write(lambda project: project.edit(one.kind, one.id, {"status": "closed"}), window)
    settle()
    live(app, 1, north=100)
    assert window.warning_band.isHidden()


def test_settings_choose_distance_and_sound(
    window: MainWindow, app: AppContext, qtbot, settle: Settle, monkeypatch
) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    app.show_page("settings")
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, SettingsPage)
    chosen = page.warnings
    assert "200 m" in chosen.hint.text()
    chosen.distance.setCurrentIndex(chosen.distance.findData(50))
    chosen.distance.activated.emit(chosen.distance.currentIndex())
    qtbot.mouseClick(chosen.sound, Qt.MouseButton.LeftButton)
    assert (window.preferences.near_metres, window.preferences.near_sound) == (50, 1)
    settle()
    live(app, 0, north=80)
    assert window.warning_band.isHidden()
    live(app, 1, north=110)
    assert window.warning_band.isVisible()
    assert beeps == [1]
    app.prefer("near_metres", 0)
    settle()
    live(app, 2, north=150)
    assert window.warning_band.isHidden()


def test_no_sound_unless_it_was_chosen(window: MainWindow, app: AppContext, monkeypatch) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    live(app, 0, north=100)
    assert window.warning_band.isVisible()
    assert beeps == []


def test_a_receiver_over_tcp_warns(
    window: MainWindow, app: AppContext, qtbot, settle: Settle
) -> None:
    receiver = TcpReceiver()
    try:
        window.apply_preference("receiver", receiver.spec)
        receiver.accept()
        receiver.say(second(1) + second(2) + second(3))
        qtbot.waitUntil(lambda: app.receiver.latest is not None, timeout=5000)
        here = app.receiver.latest
        assert here is not None
        point = f"POINT ({here.lon + 0.0005} {here.lat})"
        one = app.reader.dangers(("B",), ("active",))[0]
        app.write(lambda p: p.edit(one.kind, one.id, {"geometry": point}), window)
        settle()
        receiver.say(second(4) + second(5))
        qtbot.waitUntil(window.warning_band.isVisible, timeout=5000)
        assert "东" in window.warning_band.detail.text()
    finally:
        window.listener.stop()
        receiver.close()
