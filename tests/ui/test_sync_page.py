"""The sync page against a real centre: registering, piles, held values, files, no server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from jdz_field.central.office import Office
from jdz_field.central.run import RunningServer, start_in_thread
from jdz_field.central.server import create_app
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.sync.clocks import CLOCK_OFF
from jdz_field.ui.context import AppContext
from jdz_field.ui.sync_lists import BatchesPage, BehindPage
from jdz_field.ui.sync_page import SyncPage
from jdz_field.ui.sync_runner import SyncRunner

Settle = Callable[[], None]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(f"sqlite:///{tmp_path / 'central.gpkg'}", tmp_path / "files")
    made.add_user("江一", "field")
    yield made
    made.close()


@pytest.fixture
def server(office: Office, tmp_path: Path) -> Iterator[RunningServer]:
    with start_in_thread(create_app(None, tmp_path / "files", office=office)) as running:
        yield running


@pytest.fixture
def page(app: AppContext, qtbot, settle: Settle) -> SyncPage:
    made = SyncPage(app)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    settle()
    return made


def register(page: SyncPage, office: Office, server: RunningServer, settle: Settle, qtbot) -> None:
    page.enrolling.url.setText(server.url)
    page.enrolling.code.setText(office.device_code("江一"))
    qtbot.mouseClick(page.enrolling.go, Qt.MouseButton.LeftButton)
    settle()


def sync(page: SyncPage, settle: Settle, qtbot) -> None:
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    settle()


def test_before_registering_the_way_in_is_shown(page: SyncPage) -> None:
    assert page.enrolling.isVisible()
    assert not page.foot.isVisible()
    assert page.last.text() == "这个项目还没有同步过。"
    assert page.state.text() == "本机还没有登记"


def test_register_then_sync_then_all_is_received(
    page: SyncPage, app: AppContext, office: Office, server: RunningServer, settle, qtbot
) -> None:
    register(page, office, server, settle, qtbot)
    assert not page.enrolling.isVisible()
    assert page.go.isVisible()
    sync(page, settle, qtbot)
    assert page.said.text().startswith("完成")
    assert app.reader.counts()["unsent"] == 0
    assert page.unsent.accessibleName() == "未传: 0"
    assert not page.received.accessibleName().endswith(": 0")
    assert "上次同步 今天" in page.last.text()
    sync(page, settle, qtbot)
    assert page.said.text() == "完成。两边已经一致。"


def test_a_wrong_code_is_one_sentence(
    page: SyncPage, office: Office, server: RunningServer, settle, qtbot
) -> None:
    page.enrolling.url.setText(server.url.removeprefix("http://"))
    page.enrolling.code.setText("nonsense")
    qtbot.mouseClick(page.enrolling.go, Qt.MouseButton.LeftButton)
    settle()
    assert page.enrolling.wrong.isVisible()
    assert page.enrolling.wrong.text()
    assert page.enrolling.go.isEnabled()


def test_both_address_and_code_are_asked_for(page: SyncPage, qtbot) -> None:
    qtbot.mouseClick(page.enrolling.go, Qt.MouseButton.LeftButton)
    assert page.enrolling.wrong.text() == "地址和登记码都要填。"


def test_a_server_that_is_gone_loses_nothing(
    page: SyncPage, app: AppContext, office: Office, server: RunningServer, settle, qtbot
) -> None:
    register(page, office, server, settle, qtbot)
    server.stop()
    before = app.reader.counts()["unsent"]
    sync(page, settle, qtbot)
    assert "没有丢" in page.last.text()
    assert page.state_box.property("role") == "warning"
    assert page.go.isVisible()
    assert page.go.text() == "重试"
    assert app.reader.counts()["unsent"] == before


def test_a_proposal_is_a_row_that_leads_to_its_site(
    page: SyncPage, app: AppContext, office: Office, server: RunningServer, settle, qtbot
) -> None:
    register(page, office, server, settle, qtbot)
    sync(page, settle, qtbot)
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
    app.write(lambda p: p.edit(site.kind, site.id, {"threatened_people": 99}), page)
    settle()
    sync(page, settle, qtbot)
    assert page.problems.isVisible()
    row = page.problems.list.rows[0]
    assert row.title == site.name
    assert "本机 99" in row.line
    wanted: list[str] = []
    app.site_wanted.connect(wanted.append)
    page.problems.chosen.emit(row)
    assert wanted == [site.id]


def test_a_device_that_is_shut_out_is_told_so_and_again_after_a_restart(
    page: SyncPage, app: AppContext, office: Office, server: RunningServer, settle, qtbot
) -> None:
    register(page, office, server, settle, qtbot)
    office.revoke(office.devices()[0]["id"])
    sync(page, settle, qtbot)
    assert page.state_box.property("role") == "fault"
    assert page.runner.state.phase == "shut_out"
    assert "都还在本机" in page.last.text()
    assert app.reader.counts()["unsent"] > 0
    fresh = SyncRunner(app)
    assert fresh.state.phase == "shut_out"
    assert fresh.state.words == page.runner.state.words


def test_every_count_opens_the_list_behind_it(
    page: SyncPage, app: AppContext, office: Office, server: RunningServer, settle, qtbot
) -> None:
    pushed: list[QWidget] = []
    app.page_pushed.connect(pushed.append)
    qtbot.mouseClick(page.unsent, Qt.MouseButton.LeftButton)
    register(page, office, server, settle, qtbot)
    sync(page, settle, qtbot)
    page.received.setFocus()
    qtbot.keyClick(page.received, Qt.Key.Key_Space)
    qtbot.mouseClick(page.batches, Qt.MouseButton.LeftButton)
    unsent, received, batches = pushed
    for one in pushed:
        qtbot.addWidget(one)
        one.show()
    settle()
    assert isinstance(unsent, BehindPage)
    assert isinstance(received, BehindPage)
    assert isinstance(batches, BatchesPage)
    assert unsent.empty.isVisible()
    assert len(received.list.rows) == 54
    wanted: list[str] = []
    app.site_wanted.connect(wanted.append)
    received.list.chosen.emit(received.list.rows[0])
    assert wanted == [received.list.rows[0].key]
    assert "已收到 54" in batches.list.rows[0].line
    batches.list.chosen.emit(batches.list.rows[0])
    one = pushed[-1]
    qtbot.addWidget(one)
    one.show()
    settle()
    assert len(one.list.rows) == 54


def test_a_pause_keeps_its_place_and_goes_on(
    page: SyncPage, app: AppContext, office: Office, server: RunningServer, settle, qtbot
) -> None:
    register(page, office, server, settle, qtbot)
    page.start()
    page.runner.pause()
    settle()
    assert page.runner.state.phase == "paused"
    assert page.go.text() == "继续"
    assert page.go.shortcut().toString() == "F5"
    page.go.setFocus()
    qtbot.keyClick(page.go, Qt.Key.Key_Space)
    settle()
    assert page.runner.state.phase == "idle"
    assert app.reader.counts()["unsent"] == 0


def test_by_itself_it_waits_for_whoever_types_and_failures_show_no_dialog(
    page: SyncPage, app: AppContext, office: Office, server: RunningServer, settle, qtbot, answers
) -> None:
    runner, toasts = page.runner, []
    app.toast_wanted.connect(lambda words, _undo: toasts.append(words))
    register(page, office, server, settle, qtbot)
    toasts.clear()
    runner.begin()
    assert not runner._wake.isActive(), "off: nothing is planned"
    qtbot.mouseClick(page.auto.chips["any"], Qt.MouseButton.LeftButton)
    settle()
    assert runner.mode() == "any"
    assert runner._wake.isActive()
    runner._look()
    assert runner.state.phase == "idle", "something was written a moment ago"
    runner._written -= timedelta(minutes=1)
    runner._look()
    settle()
    assert app.reader.counts()["unsent"] == 0
    assert runner.state.phase == "idle"
    server.stop()
    app.write(lambda p: p.edit("geohazard", first(p), {"remarks": "裂缝"}), page)
    settle()
    waits = []
    for _turn in range(4):
        runner._written -= timedelta(minutes=1)
        runner._look()
        settle()
        waits.append(runner.due())
    assert waits == [30.0, 60.0, 120.0, 240.0]
    assert (toasts, answers.told) == ([], [])
    assert page.state.text() == "现在连不上中心"
    assert "没有丢" in page.last.text()
    runner.rest()
    assert not runner._wake.isActive()


def first(project) -> str:
    return project.search(SiteQuery(kinds=("geohazard",)), limit=1)[0].id


@pytest.mark.parametrize(
    ("seconds", "said"), [(7 * 3600, "7"), (-7 * 3600, "7"), (900, "15"), (9 * 86400, "9")]
)
def test_a_wrong_clock_is_one_sentence(
    app: AppContext, page: SyncPage, settle: Settle, seconds: int, said: str
) -> None:
    assert not page.clock_box.isVisible()
    with Project.open(app.reader.path) as project:
        project.set_setting(CLOCK_OFF, seconds)
    page.refresh()
    assert page.clock_box.isVisible()
    assert said in page.clock.text()
    assert ("慢" if seconds > 0 else "快") in page.clock.text()


def test_anothers_clock_that_runs_ahead_is_said_while_it_does(
    app: AppContext, page: SyncPage, settle: Settle
) -> None:
    for stamp, seen in (
        ("2999-01-01T00:00:00.000Z-0", True),
        ("2001-01-01T00:00:00.000Z-0", False),
    ):
        with Project.open(app.reader.path) as project:
            project.set_setting("clock_skew", stamp)
        page.refresh()
        assert page.clock_box.isVisible() is seen
