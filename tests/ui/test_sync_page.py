"""The sync page against a real centre: registering, piles, held values, files, no server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from jdz_field.central.office import Office
from jdz_field.central.run import RunningServer, start_in_thread
from jdz_field.central.server import create_app
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.sync_page import SyncPage

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
    assert "没有丢" in page.said.text()
    assert page.go.isEnabled()
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
    wanted: list[str] = []
    app.site_wanted.connect(wanted.append)
    page.problems.chosen.emit(row)
    assert wanted == [site.id]


def test_a_file_is_packed_for_the_stick(
    page: SyncPage,
    app: AppContext,
    office: Office,
    server: RunningServer,
    answers: Any,
    tmp_path: Path,
    settle,
    qtbot,
) -> None:
    register(page, office, server, settle, qtbot)
    answers.files = [tmp_path / "out.jdzb"]
    qtbot.mouseClick(page.pack, Qt.MouseButton.LeftButton)
    settle()
    assert (tmp_path / "out.jdzb").is_file()
    assert "out.jdzb" in page.said.text()
    assert not page.under_way.accessibleName().endswith(": 0")
    assert page.unsent.accessibleName().endswith(": 0")


def test_a_damaged_file_is_one_sentence(
    page: SyncPage, office: Office, server: RunningServer, answers: Any, tmp_path, settle, qtbot
) -> None:
    register(page, office, server, settle, qtbot)
    (tmp_path / "bad").write_bytes(b"nothing")
    answers.files = [tmp_path / "bad"]
    qtbot.mouseClick(page.take, Qt.MouseButton.LeftButton)
    settle()
    assert page.said.text()
    assert page.go.isEnabled()
