"""The track in the real window: started by one touch, recorded meanwhile, ended, recovered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jdz_field.core.i18n import set_language
from jdz_field.operations import people_pins, tracks, tracks_writer
from jdz_field.operations.people_file import Person
from jdz_field.operations.tracks_log import logs_in, read_log
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.tracking import OFF, ON, PAUSED, WAITING
from jdz_field.ui.tracks_page import TracksPage
from tests.gnss.sentences_made import second
from tests.gnss.simulated import TcpReceiver
from tests.operations.test_tracks_writer import Full
from tests.operations.tracks_made import LAT, fix

Settle = Callable[[], None]


@pytest.fixture
def receiver() -> Iterator[TcpReceiver]:
    made = TcpReceiver()
    yield made
    made.close()


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


def live(app: AppContext, seconds: float, east: float = 0.0, **other: object) -> None:
    """A fix that comes now."""
    start = other.pop("start", datetime.now(UTC).replace(microsecond=0))
    made = fix(seconds, east, start=start, **other)  # type: ignore[arg-type]
    values = {name: getattr(made, name) for name in made.__dataclass_fields__}
    app.receiver.put(type(made)(**values | {"monotonic": app.receiver._monotonic()}))


def walk(app: AppContext, seconds: int, begin: int = 0, step: float = 1.5) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    for n in range(begin, begin + seconds):
        live(app, n, n * step, start=_day_safe(start))


def _day_safe(start: datetime) -> datetime:
    """A walk of the test is of today in Beijing, also shortly after midnight there."""
    now = datetime.now(UTC) + timedelta(hours=8)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=8)
    return max(start, midnight)


def sealed(app: AppContext, qtbot, count: int = 1) -> list:
    qtbot.waitUntil(lambda: len(app.reader.tracks()) == count, timeout=10_000)
    return app.reader.tracks()


# ---- a simulated receiver drives the window


def test_a_receiver_over_tcp_a_touch_and_a_track(
    window: MainWindow, app: AppContext, receiver: TcpReceiver, qtbot, settle: Settle
) -> None:
    chip = window.track_chip
    assert chip.text() == "轨迹"
    assert min(chip.width(), chip.height()) >= 44
    window.apply_preference("receiver", receiver.spec)
    receiver.accept()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert window.tracking.state == WAITING
    for n in range(1, 30):
        receiver.say(second(n))
    recording = window.tracking.recording
    assert recording is not None
    qtbot.waitUntil(lambda: recording.points > 2, timeout=10_000)
    assert window.tracking.state == ON
    qtbot.keyClick(window.stage.map, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.tracking.state == OFF)
    (entry,) = sealed(app, qtbot)
    assert entry.person == "余小敏"
    assert logs_in(app.path) == []
    settle()


def test_it_goes_on_while_a_form_is_filled_and_the_window_is_locked(
    window: MainWindow, app: AppContext, qtbot, settle: Settle, monkeypatch
) -> None:
    monkeypatch.setattr(people_pins, "_N", 16)
    window.tracking.start()
    walk(app, 20)
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0].id
    app.open_form("geohazard_inspection", site)
    settle()
    assert isinstance(window.stage.sheet.page, FormPage)
    recording = window.tracking.recording
    assert recording is not None
    before = recording.points
    walk(app, 20, 20)
    assert recording.points > before
    before = recording.points
    window.guard.lock()
    assert window.stage.isHidden()
    walk(app, 20, 40)
    assert recording.points > before
    window.guard._open()
    assert window.track_chip.isVisible()
    assert window.track_chip.text() == f"{recording.length:.0f} m"


def test_a_pause_and_a_gap_are_new_stretches(
    window: MainWindow, app: AppContext, qtbot, settle: Settle
) -> None:
    tracking = window.tracking
    tracking.start()
    walk(app, 30)
    app.show_page("tracks")
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, TracksPage)
    qtbot.mouseClick(page.panel.pause, Qt.MouseButton.LeftButton)
    assert tracking.state == PAUSED
    walk(app, 10, 30)
    qtbot.mouseClick(page.panel.pause, Qt.MouseButton.LeftButton)
    walk(app, 10, 40)
    walk(app, 10, 90)
    assert tracking.recording is not None
    assert tracking.recording.reasons == ["start", "pause", "receiver"]
    assert "中断 2 次" in page.panel.detail.text()
    qtbot.mouseClick(page.panel.more, Qt.MouseButton.LeftButton)
    page.panel.name.setText("西线")
    QTest.keyClick(page.panel.name, Qt.Key.Key_Return)
    qtbot.mouseClick(page.panel.start, Qt.MouseButton.LeftButton)
    (entry,) = sealed(app, qtbot)
    assert entry.title == "西线"
    assert len(tracks.read_entry(app.reader, entry).segments) == 3


def test_sleep_is_noticed(window: MainWindow, app: AppContext) -> None:
    tracking = window.tracking
    tracking.start()
    walk(app, 10)
    tracking._ticked -= timedelta(minutes=5)
    tracking.tick()
    walk(app, 10, 320)
    assert tracking.recording is not None
    assert tracking.recording.reasons == ["start", "sleep"]


def test_another_person_ends_the_track(window: MainWindow, app: AppContext, qtbot) -> None:
    window.tracking.start()
    walk(app, 20)
    app.know(Person("p2", "汪晓兰"))
    assert window.tracking.state == OFF
    assert "余小敏" in window.toast.words.text()
    (entry,) = sealed(app, qtbot)
    assert entry.person == "余小敏"
    window.tracking.start()
    walk(app, 20, 100)
    window.tracking.stop()
    found = sealed(app, qtbot, 2)
    assert {one.person for one in found} == {"余小敏", "汪晓兰"}


def test_another_name_of_the_same_person_does_not(window: MainWindow, app: AppContext) -> None:
    window.tracking.start()
    walk(app, 5)
    app.know(Person("p1", "余敏", earlier=("余小敏",)))
    assert window.tracking.recording is not None


def test_midnight_in_beijing_begins_another_track(
    window: MainWindow, app: AppContext, qtbot
) -> None:
    midnight = datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC)
    window.tracking.start()
    for n in range(-30, 30):
        live(app, n, n * 2, start=midnight)
    window.tracking.stop()
    found = sealed(app, qtbot, 2)
    assert [tracks.day_of_entry(one) for one in found] == ["2026-11-24", "2026-11-23"]


def test_a_touch_without_any_position_leaves_nothing(
    window: MainWindow, app: AppContext, qtbot
) -> None:
    qtbot.mouseClick(window.track_chip, Qt.MouseButton.LeftButton)
    assert "接收机" in window.toast.words.text()
    qtbot.mouseClick(window.track_chip, Qt.MouseButton.LeftButton)
    assert "没有" in window.toast.words.text()
    assert logs_in(app.path) == []
    assert app.reader.tracks() == []


# ---- killed, closed, full


def reopened(folder: Path, qtbot, answers) -> tuple[AppContext, MainWindow]:
    context = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True), answers
    )
    made = MainWindow(context, Preferences())
    qtbot.addWidget(made)
    made.show()
    return context, made


def test_what_a_killed_window_left_goes_on_and_is_said(
    window: MainWindow, app: AppContext, folder: Path, tmp_path: Path, qtbot, answers
) -> None:
    import shutil

    window.tracking.start()
    walk(app, 60)
    recording = window.tracking.recording
    assert recording is not None
    assert recording.writer is not None
    recording.writer.flush()
    qtbot.waitUntil(lambda: recording.writer.waiting == 0)
    again = tmp_path / "killed"
    shutil.copytree(folder, again)
    (path,) = logs_in(again)
    # The last line was half written.
    path.write_bytes(path.read_bytes()[:-10])
    kept = read_log(path).points
    context, other = reopened(again, qtbot, answers)
    # An hour ago was an hour ago: the walk of the test lies that far back.
    qtbot.waitUntil(lambda: other.tracking.recording is not None, timeout=10_000)
    resumed = other.tracking.recording
    assert resumed is not None
    assert resumed.points == kept
    assert "继续" in other.toast.words.text()
    other.close()
    context.deleteLater()


def test_closing_the_window_ends_and_keeps_the_track(
    window: MainWindow, app: AppContext, folder: Path
) -> None:
    window.tracking.start()
    walk(app, 30)
    assert window.close()
    with Project.open(folder) as project:
        (entry,) = project.tracks()
        assert entry.length > 30
        assert logs_in(folder) == []
        assert project.check() == []


def test_a_full_disk_is_said_once_and_nothing_is_lost(
    window: MainWindow, app: AppContext, qtbot, answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks_writer, "TrackWriter", tracks_writer.TrackWriter)
    disk = Full(monkeypatch)
    window.tracking.start()
    walk(app, 20)
    recording = window.tracking.recording
    assert recording is not None
    assert recording.writer is not None
    recording.writer.flush()
    qtbot.waitUntil(lambda: recording.writer.waiting == 0)
    disk.room = 0
    walk(app, 40, 20)
    recording.writer.flush()
    qtbot.waitUntil(lambda: bool(recording.problem), timeout=5000)
    window.tracking.tick()
    assert "磁盘" in window.toast.words.text()
    assert window.track_chip.text() == "磁盘已满"
    points = recording.points
    assert recording.kept < points
    # The window does not close over unsaved points unless told to.
    monkeypatch.setattr("jdz_field.ui.tracking._PATIENCE", 0.05)
    answers.yes = False
    assert not window.close()
    assert "内存" in answers.told[-1]
    disk.room = 1 << 40
    answers.yes = True
    (entry,) = sealed(app, qtbot)
    assert tracks.read_entry(app.reader, entry).points >= points
    assert window.track_chip.text() == "轨迹"


def test_words_follow_the_language(window: MainWindow, app: AppContext) -> None:
    window.apply_preference("language", "en")
    assert window.track_chip.text() == "Track"
    set_language("zh")


def test_a_project_that_cannot_be_written_records_nothing(
    window: MainWindow, app: AppContext
) -> None:
    app.read_only = True
    window.tracking.toggle()
    assert window.tracking.state == OFF
    assert "不可写入" in window.toast.words.text()


def test_the_place_of_the_walk_is_the_place_of_the_track(
    window: MainWindow, app: AppContext, qtbot
) -> None:
    window.tracking.start()
    walk(app, 20)
    window.tracking.stop()
    (entry,) = sealed(app, qtbot)
    read = tracks.read_entry(app.reader, entry)
    assert read.segments[0].lats[0] == pytest.approx(LAT, abs=1e-7)
