"""The way by stick in the window: out, read back, in; a stick that is full or lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from jdz_field.central.office import Office
from jdz_field.core.errors import Unavailable
from jdz_field.operations.stick import answers_on, need, pack, read_back
from jdz_field.operations.sync import enrol_from_file
from jdz_field.store.project import Project
from jdz_field.ui import sync_usb
from jdz_field.ui.context import AppContext
from jdz_field.ui.sync_drives import Drive
from jdz_field.ui.sync_usb import UsbPage


@pytest.fixture
def office(tmp_path: Path, app: AppContext, settle):
    with Office(None, tmp_path / "centre") as made:
        made.add_user("江一", "field")
        made.issue_device("江一", tmp_path / "e.json")
        app.write(lambda project: enrol_from_file(project, tmp_path / "e.json"), app)
        settle()
        yield made


def shown(app: AppContext, qtbot: Any, settle: Any) -> UsbPage:
    page = UsbPage(app)
    qtbot.addWidget(page)
    page.resize(480, 900)
    page.show()
    settle()
    return page


def test_out_to_a_stick_and_back_with_the_answer(
    app: AppContext, office: Office, qtbot, settle, tmp_path: Path, monkeypatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    plugged = [Drive(stick, "外业U盘", 8_000_000_000, True)]
    monkeypatch.setattr(sync_usb, "drives", lambda: plugged)
    page = shown(app, qtbot, settle)
    assert page.drives.list.rows[0].chip == "导出到这里"
    page.drives.list.setFocus()
    page.drives.list.setCurrentIndex(page.drives.list.model().index(0, 0))
    page.drives.chosen.emit(page.drives.list.rows[0])
    settle()
    (file,) = stick.glob("*.jdzb")
    assert page.said.text().startswith("已写入并回读校验：54 条修改")
    assert "安全删除" in page.said_hint.text()
    assert app.reader.fates()["sent"] == 54
    office.receive_file(file, stick / "回执.jdzr")
    before = sorted((f.name, f.read_bytes()) for f in stick.iterdir())
    qtbot.mouseClick(page.look, Qt.MouseButton.LeftButton)
    page.answers.chosen.emit(page.answers.list.rows[0])
    settle()
    assert page.said.text().startswith("完成")
    assert app.reader.fates()["sent"] == 0
    assert app.reader.counts()["unsent"] == 0
    assert sorted((f.name, f.read_bytes()) for f in stick.iterdir()) == before


def test_another_folder_and_a_damaged_answer_are_said_in_one_sentence(
    app: AppContext, office: Office, answers: Any, qtbot, settle, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(sync_usb, "drives", list)
    page = shown(app, qtbot, settle)
    assert page.no_drive.isVisible()
    answers.files = [tmp_path / "出.jdzb"]
    page.pack.setFocus()
    qtbot.keyClick(page.pack, Qt.Key.Key_Space)
    settle()
    assert (tmp_path / "出.jdzb").is_file()
    (tmp_path / "坏.jdzr").write_bytes(b"nothing")
    answers.files = [tmp_path / "坏.jdzr"]
    qtbot.mouseClick(page.take, Qt.MouseButton.LeftButton)
    settle()
    assert page.said_box.property("role") == "fault"
    assert "没有丢" in page.said_hint.text()
    assert page.take.isEnabled()


def test_a_drive_too_full_or_read_only_is_not_offered(
    app: AppContext, office: Office, qtbot, settle, tmp_path: Path, monkeypatch
) -> None:
    found = [Drive(tmp_path, "满", 10, True), Drive(tmp_path, "光盘", 1 << 40, False)]
    monkeypatch.setattr(sync_usb, "drives", lambda: found)
    page = shown(app, qtbot, settle)
    assert [row.chip for row in page.drives.list.rows] == ["空间不够", "只读"]
    page.drives.chosen.emit(page.drives.list.rows[1])
    settle()
    assert list(tmp_path.glob("*.jdzb")) == []


def test_what_comes_back_other_than_written_is_no_success(
    app: AppContext, office: Office, settle, tmp_path: Path
) -> None:
    with Project.open(app.path) as project:
        assert need(project).changes == 54
        file = Path(pack(project, tmp_path / "a.jdzb").files[0])
        assert read_back(project, file) == file.stat().st_size
        whole = file.read_bytes()
        for at in (40, len(whole) // 2, len(whole) - 1):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with pytest.raises(Unavailable):
                read_back(project, file)
        with pytest.raises(Unavailable):
            pack(project, tmp_path / "gone" / "a.jdzb")
    assert answers_on(tmp_path / "gone") == []
