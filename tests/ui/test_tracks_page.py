"""The page of tracks: reached from Today and Records, lists, shows, exports, imports, deletes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from jdz_field.geo.tracks import read_track
from jdz_field.operations import tracks
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.records import RecordsPage
from jdz_field.ui.today import TodayPage
from jdz_field.ui.tracks_page import TracksPage
from tests.operations.test_tracks import gpx_file
from tests.operations.tracks_made import recorded
from tests.ui.test_tracking import live, walk

Settle = Callable[[], None]


@pytest.fixture
def folder(folder: Path) -> Path:
    """Two tracks of one day, of two persons."""
    with Project.open(folder) as project:
        for person in ("余小敏", "汪晓兰"):
            tracks.seal(project, recorded(folder, 300, person))
    return folder


@pytest.fixture
def window(app: AppContext, qtbot, settle: Settle, tmp_path: Path) -> Iterator[MainWindow]:
    preferences = Preferences.load(tmp_path / "window.json")
    preferences.theme = "outdoor"
    made = MainWindow(app, preferences)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.close()


@pytest.fixture
def page(window: MainWindow, app: AppContext, settle: Settle) -> TracksPage:
    app.show_page("tracks")
    settle()
    made = window.stage.sheet.page
    assert isinstance(made, TracksPage)
    return made


def keys(page: TracksPage) -> list[str]:
    return [row.key for row in page.list.rows if not row.heading]


def choose(page: TracksPage, key: str, qtbot, settle: Settle) -> None:
    """Touch a row."""
    page.list.select(key)
    box = page.list.visualRect(page.list.currentIndex())
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    settle()


def test_tracks_are_reached_from_today_and_records(
    window: MainWindow, app: AppContext, qtbot, settle: Settle
) -> None:
    app.show_page("today")
    settle()
    today = window.stage.sheet.page
    assert isinstance(today, TodayPage)
    assert today.track.start.height() >= 44
    qtbot.mouseClick(today.track.more, Qt.MouseButton.LeftButton)
    settle()
    assert isinstance(window.stage.sheet.page, TracksPage)
    app.show_page("records")
    settle()
    records = window.stage.sheet.page
    assert isinstance(records, RecordsPage)
    qtbot.mouseClick(records.tracks, Qt.MouseButton.LeftButton)
    settle()
    assert isinstance(window.stage.sheet.page, TracksPage)


def test_today_starts_and_ends_the_track(
    window: MainWindow, app: AppContext, qtbot, settle: Settle
) -> None:
    app.show_page("today")
    settle()
    panel = window.stage.sheet.page.track
    qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    walk(app, 20)
    assert "正在记录" in panel.words.text()
    assert "点" in panel.detail.text()
    panel.start.setFocus()
    qtbot.keyClick(panel.start, Qt.Key.Key_Space)
    assert window.tracking.recording is None
    qtbot.waitUntil(lambda: len(app.reader.tracks()) == 3, timeout=10_000)
    settle()


def test_tracks_stand_by_day_with_person_hours_and_length(page: TracksPage) -> None:
    assert [row.title for row in page.list.rows if row.heading] == ["2026-11-23"]
    rows = [row for row in page.list.rows if not row.heading]
    assert {row.title for row in rows} == {"余小敏", "汪晓兰"}
    assert all("09:00–09:04" in row.line for row in rows)
    assert {row.right for row in rows} == {
        f"{one.length:.0f} m" for one in page.app.reader.tracks()
    }
    assert all(355 < one.length < 362 for one in page.app.reader.tracks())


def test_a_touch_shows_a_track_on_the_map_and_hides_it(
    page: TracksPage, window: MainWindow, app: AppContext, qtbot, settle: Settle
) -> None:
    key = keys(page)[0]
    choose(page, key, qtbot, settle)
    assert app.tracks_on_map is not None
    qtbot.waitUntil(lambda: key in app.tracks_on_map.layer.lines, timeout=5000)
    settle()
    assert window.stage.map.in_sight(117.21, 29.29)
    assert page.foot.isVisible()
    row = next(row for row in page.list.rows if row.key == key)
    assert row.chip == "地图上"
    qtbot.mouseClick(page.show_it, Qt.MouseButton.LeftButton)
    assert key not in app.tracks_on_map.layer.lines


def test_one_person_alone(page: TracksPage, settle: Settle) -> None:
    page.who.setCurrentIndex(page.who.findData("汪晓兰"))
    assert len(keys(page)) == 1
    page.who.setCurrentIndex(0)
    assert len(keys(page)) == 2


def test_one_day_alone_and_all_of_it_on_the_map(
    page: TracksPage, app: AppContext, qtbot, settle: Settle, tmp_path: Path
) -> None:
    assert page.day.isHidden()
    file = gpx_file(tmp_path)
    app.write(lambda project: tracks.import_tracks(project, [file]), page)
    settle()
    page.day.setCurrentIndex(page.day.findData("2026-11-20"))
    assert len(keys(page)) == 1
    page.day.setCurrentIndex(0)
    assert len(keys(page)) == 3
    qtbot.mouseClick(page.all_shown, Qt.MouseButton.LeftButton)
    settle()
    assert app.tracks_on_map is not None
    assert set(keys(page)) <= set(app.tracks_on_map.layer.lines)


def test_a_title_is_given(page: TracksPage, app: AppContext, qtbot, settle: Settle) -> None:
    key = keys(page)[0]
    choose(page, key, qtbot, settle)
    page.name.setText("东线")
    page.name.setFocus()
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    settle()
    assert app.reader.track(key).title == "东线"
    assert next(row for row in page.list.rows if row.key == key).title == "东线"


def test_a_deleted_track_comes_back_by_undo(
    page: TracksPage, window: MainWindow, app: AppContext, qtbot, settle: Settle
) -> None:
    key = keys(page)[0]
    choose(page, key, qtbot, settle)
    qtbot.mouseClick(page.drop, Qt.MouseButton.LeftButton)
    settle()
    assert len(keys(page)) == 1
    assert app.tracks_on_map is not None
    assert key not in app.tracks_on_map.shown
    qtbot.mouseClick(window.toast.undo, Qt.MouseButton.LeftButton)
    settle()
    assert len(keys(page)) == 2


def test_export_of_one_and_of_all(
    page: TracksPage, app: AppContext, qtbot, settle: Settle, answers, tmp_path: Path
) -> None:
    one, every = tmp_path / "one.gpx", tmp_path / "all.gpx"
    answers.files = [one, every]
    choose(page, keys(page)[0], qtbot, settle)
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle()
    qtbot.mouseClick(page.save_all, Qt.MouseButton.LeftButton)
    settle()
    assert read_track(every).points == 2 * read_track(one).points


def test_import_adds_and_says_what_was_here_or_bad(
    page: TracksPage, window: MainWindow, qtbot, settle: Settle, answers, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.gpx"
    bad.write_text("nothing", "utf-8")
    answers.files = [gpx_file(tmp_path), bad]
    qtbot.mouseClick(page.load, Qt.MouseButton.LeftButton)
    settle()
    assert "已添加 1 条" in window.toast.words.text()
    assert "bad.gpx" in window.toast.words.text()
    chosen = page.chosen()
    assert chosen is not None
    assert chosen.title == "巡查 一"
    qtbot.mouseClick(page.load, Qt.MouseButton.LeftButton)
    settle()
    assert "1 条已有" in window.toast.words.text()


def test_a_track_whose_file_is_missing_is_said(
    page: TracksPage, window: MainWindow, app: AppContext, qtbot, settle: Settle
) -> None:
    for file in (app.path / "files").rglob("*.gpx"):
        file.unlink()
    choose(page, keys(page)[0], qtbot, settle)
    assert "不在本机" in window.toast.words.text()


def test_the_line_grows_on_the_map_and_today_stays_shown(
    window: MainWindow, app: AppContext, qtbot, settle: Settle
) -> None:
    on_map = app.tracks_on_map
    assert on_map is not None
    window.tracking.start()
    walk(app, 700, step=6.0)
    line = on_map.tail.line
    assert line is not None
    assert line.own
    recording = window.tracking.recording
    assert recording is not None
    assert sum(len(c.xy) - 1 for c in line.stretches[0]) == recording.points - 1
    window.tracking.stop()
    assert on_map.tail.line is None
    qtbot.waitUntil(lambda: len(on_map.layer.lines) == 1, timeout=10_000)
    settle()


def test_without_any_track_the_page_says_what_to_do(
    app: AppContext, window: MainWindow, settle: Settle
) -> None:
    def remove(project: Project) -> None:
        for one in project.tracks():
            tracks.delete(project, one.id)

    app.write(remove, window)
    settle()
    app.show_page("tracks")
    settle()
    page = window.stage.sheet.page
    assert page.empty.isVisible()
    assert page.card.isHidden()


def test_a_denser_plan_is_kept_for_the_next_time(
    page: TracksPage, window: MainWindow, app: AppContext, qtbot
) -> None:
    page.panel.plan.setCurrentIndex(page.panel.plan.findData("dense"))
    page.panel.plan.activated.emit(page.panel.plan.currentIndex())
    assert window.preferences.track_plan == "dense"
    window.tracking.start()
    start = datetime.now(UTC) - timedelta(hours=1)
    for n in range(20):
        live(app, n, n * 2.1, start=start)
    assert window.tracking.recording is not None
    assert window.tracking.recording.points == 20


def test_a_track_whose_file_is_elsewhere_offers_to_fetch_it(
    page: TracksPage, app: AppContext, qtbot, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keys(page)[0]
    choose(page, key, qtbot, settle)
    assert page.save.isVisible()
    assert not page.bring.isVisible()
    entry = page.chosen()
    assert entry is not None
    tracks.file_of_track(app.reader, entry).unlink()
    page.refresh()
    choose(page, key, qtbot, settle)
    assert page.bring.isVisible()
    assert not page.save.isVisible()
    said: list[str] = []
    monkeypatch.setattr(app, "say_failure", lambda error: said.append(str(error)))
    qtbot.mouseClick(page.bring, Qt.MouseButton.LeftButton)
    settle()
    # This project has no centre; the person is told what to do.
    assert said
