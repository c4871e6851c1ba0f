"""A stick's file in the office's window: taken in, answered, harmless twice; damage is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from jdz_field.operations.sync import apply_receipt_file, enrol_from_file, export_batches
from jdz_field.store.project import Project
from jdz_field.ui.office.batches import BatchesPage
from jdz_field.ui.office.window import OfficeWindow
from tests.sync.places import add_photo, add_site, project
from tests.ui.conftest import Answers
from tests.ui.office.centre import Centre

Rest = Callable[[OfficeWindow], None]


def bar(window: OfficeWindow, rest: Rest, files: list[Path | None]) -> BatchesPage:
    page = window.pages["batches"]
    assert isinstance(page, BatchesPage)
    assert window.office is not None
    window.office.questions = Answers(files=files)
    window.show_page("batches")
    window.show()
    rest(window)
    return page


def packed(at: Centre, folder: Path) -> tuple[Path, str]:
    """A file of a tablet that never has a network; its project stays in ``folder``."""
    at.office.add_user("山里人", "field")
    at.office.issue_device("山里人", folder / "e.json")
    with project(folder / "far", "山里人") as device:
        enrol_from_file(device, folder / "e.json")
        sha = add_photo(device, add_site(device))
        export_batches(device, folder / "a.jdzb")
    return folder / "a.jdzb", sha


def test_a_file_is_taken_in_and_its_answer_goes_back(
    at: Centre, window: OfficeWindow, rest: Rest, tmp_path: Path, qtbot: Any, config: Path
) -> None:
    file, sha = packed(at, tmp_path)
    before, known = file.read_bytes(), len(at.office.batches())
    page = bar(window, rest, [file, tmp_path / "a.jdzr", file, tmp_path / "b.jdzr"])
    qtbot.mouseClick(page.stick.take, Qt.MouseButton.LeftButton)
    rest(window)
    assert "2" in page.stick.said.text()
    assert "a.jdzr" in page.stick.next.text()
    assert len(page.list.rows) == known + 1
    assert at.office.blobs.holds(sha)
    page.stick.take.setFocus()
    qtbot.keyClick(page.stick.take, Qt.Key.Key_Space)
    rest(window)
    assert len(page.list.rows) == known + 1
    assert "已有" in page.stick.said.text() or "已知" in page.stick.said.text()
    assert file.read_bytes() == before
    with Project.open(tmp_path / "far") as device:
        report = apply_receipt_file(device, tmp_path / "a.jdzr")
        assert (report.attachments, device.counts()["unsent"]) == (1, 0)
        assert device.check() == []


def test_a_damaged_file_is_one_sentence_and_changes_nothing(
    at: Centre, window: OfficeWindow, rest: Rest, tmp_path: Path, qtbot: Any
) -> None:
    (tmp_path / "bad.jdzb").write_bytes(b"nothing at all")
    known = at.office.info()
    page = bar(window, rest, [tmp_path / "bad.jdzb", tmp_path / "bad.jdzr"])
    qtbot.mouseClick(page.stick.take, Qt.MouseButton.LeftButton)
    rest(window)
    assert page.stick.said_box.property("role") == "fault"
    assert page.stick.take.isEnabled()
    assert not (tmp_path / "bad.jdzr").exists()
    assert at.office.info() == known


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_an_answer_is_written_for_a_tablet_that_sent_no_file(
    at: Centre, window: OfficeWindow, rest: Rest, tmp_path: Path, qtbot: Any
) -> None:
    file, _sha = packed(at, tmp_path)
    at.office.receive_file(file, None)
    page = bar(window, rest, [tmp_path / "g.jdzr"])
    page.stick.give.setFocus()
    qtbot.keyClick(page.stick.give, Qt.Key.Key_Space)
    rest(window)
    menu = page.stick._menu
    assert menu is not None
    menu.close()
    (act,) = [act for act in menu.actions() if "山里人" in act.text()]
    act.trigger()
    rest(window)
    assert page.stick.said_box.property("role") == "good"
    assert "g.jdzr" in page.stick.said.text()
    with Project.open(tmp_path / "far") as device:
        apply_receipt_file(device, tmp_path / "g.jdzr")
        assert device.counts()["unsent"] == 0
        assert device.check() == []


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_who_names_no_place_for_the_answer_gets_none(
    at: Centre, window: OfficeWindow, rest: Rest, tmp_path: Path, qtbot: Any
) -> None:
    packed(at, tmp_path)
    page = bar(window, rest, [None])
    qtbot.mouseClick(page.stick.give, Qt.MouseButton.LeftButton)
    rest(window)
    menu = page.stick._menu
    assert menu is not None
    menu.close()
    next(act for act in menu.actions() if "山里人" in act.text()).trigger()
    rest(window)
    assert not page.stick.said_box.isVisible()
    assert page.stick.give.isEnabled()
    assert not list(tmp_path.glob("*.jdzr"))


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_shut_out_tablet_is_not_offered(
    at: Centre, window: OfficeWindow, rest: Rest, tmp_path: Path, qtbot: Any
) -> None:
    packed(at, tmp_path)
    (lost,) = [one["id"] for one in at.office.devices() if one["user"] == "山里人"]
    at.office.revoke(lost)
    page = bar(window, rest, [])
    qtbot.mouseClick(page.stick.give, Qt.MouseButton.LeftButton)
    rest(window)
    menu = page.stick._menu
    assert menu is not None
    menu.close()
    assert all("山里人" not in act.text() for act in menu.actions())
