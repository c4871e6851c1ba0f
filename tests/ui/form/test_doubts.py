"""What the machine doubts is asked for before the record is made, by touch and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jdz_field.core.clock import utc_now
from jdz_field.operations.photos import add_photos
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from tests.ui.form.conftest import Desk

Settle = Callable[[], None]
FAR = "29.9 117.6 0 3"
PHOTO = "/data/photos/photo_overview"


@pytest.fixture
def visit(app: AppContext, site: str, settle: Settle) -> Iterator[FormPage]:
    """A patrol that lacks nothing but its photo, from a place far away."""
    desk = Desk(app, "geohazard_inspection", site)
    settle()
    page = desk.page
    page.driver.answer("/data/visit/position", FAR)
    while open_ := [one for one in page.driver.session.problems() if one.ref != PHOTO]:
        offered = [choice.value for choice in page.driver.session.choices(open_[0].ref)]
        page.driver.answer(open_[0].ref, "no" if "no" in offered else [*offered, "虚构示例"][0])
    settle()
    yield page
    desk.sheet.close_by_person()
    settle()
    desk.close()
    desk.deleteLater()


def give_photo(page: FormPage, folder: Path, settle: Settle) -> None:
    """The overview, as the card would bring it."""
    file = sample_photo(folder / "a.jpg", utc_now())

    def work(project: Project) -> str:
        project.save_draft(page.filling.draft(page.app.reader))
        made = add_photos(project, [file], record=page.filling.id, path=PHOTO).files[0]
        assert made.attachment is not None
        return made.attachment.filename

    page.app.write(work, page, lambda name: page.driver.answer(PHOTO, name))
    settle()


def test_each_is_answered_by_one_touch(visit: FormPage, qtbot, settle: Settle) -> None:
    visit.finalize()
    settle()
    doubts = visit.doubts
    assert doubts.isVisible()
    assert [row.finding.check for row in doubts.rows] == ["far", "view"]
    assert "千米" in doubts.rows[0].words.text()
    assert not visit.app.reader.records()
    qtbot.mouseClick(doubts.rows[0].reasons["no_way"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(doubts.rows[1].reasons["device"], Qt.MouseButton.LeftButton)
    assert doubts.open_rows() == []
    with qtbot.waitSignal(visit.app.back_wanted, timeout=5000):
        qtbot.mouseClick(visit.foot.done, Qt.MouseButton.LeftButton)
    settle()
    (record,) = visit.app.reader.records()
    assert {key: one["reason"] for key, one in record.checks.items()} == {
        "far:/data/visit/position": "no_way",
        f"view:{PHOTO}": "device",
    }
    assert record.checks["far:/data/visit/position"]["figures"]["limit"] == 300


def test_by_keyboard_with_own_words(visit: FormPage, qtbot, settle: Settle) -> None:
    visit.finalize()
    settle()
    first, second = visit.doubts.rows
    assert first.isAncestorOf(visit.window().focusWidget())
    QTest.keyClick(visit.window().focusWidget(), Qt.Key.Key_4)
    assert visit.window().focusWidget() is first.note
    QTest.keyClick(first.note, Qt.Key.Key_Return)
    assert first in visit.doubts.open_rows(), "«other» needs words"
    first.note.setText("")
    QTest.keyClicks(first.note, "bridge gone")
    QTest.keyClick(first.note, Qt.Key.Key_Return)
    assert second.isAncestorOf(visit.window().focusWidget())
    QTest.keyClick(visit.window().focusWidget(), Qt.Key.Key_1)
    assert visit.window().focusWidget() is visit.doubts.done
    with qtbot.waitSignal(visit.app.back_wanted, timeout=5000):
        QTest.keyClick(visit.doubts.done, Qt.Key.Key_Space)
    settle()
    (record,) = visit.app.reader.records()
    assert record.checks["far:/data/visit/position"]["reason"] == "other"
    assert record.checks["far:/data/visit/position"]["note"] == "bridge gone"


def test_what_is_mended_is_asked_no_more(
    visit: FormPage, qtbot, settle: Settle, tmp_path: Path
) -> None:
    visit.finalize()
    settle()
    site = visit.filling.site
    visit.driver.answer("/data/visit/position", f"{site.lat} {site.lon} 0 3")
    settle()
    assert [row.finding.check for row in visit.doubts.rows] == ["view"]
    give_photo(visit, tmp_path, settle)
    assert not visit.doubts.isVisible()
    with qtbot.waitSignal(visit.app.back_wanted, timeout=5000):
        visit.finalize()
    settle()
    (record,) = visit.app.reader.records()
    assert record.checks == {}


def test_go_there_and_escape_lead_back(visit: FormPage, qtbot, settle: Settle) -> None:
    visit.finalize()
    settle()
    qtbot.mouseClick(visit.doubts.rows[1].there, Qt.MouseButton.LeftButton)
    settle()
    assert visit.body.questions[PHOTO].isVisible()
    assert visit.body.questions[PHOTO].isAncestorOf(visit.window().focusWidget())
    visit.doubts.rows[0].reasons["unsafe"].setFocus()
    QTest.keyClick(visit.window().focusWidget(), Qt.Key.Key_Escape)
    assert not visit.doubts.isVisible()


def test_a_reason_outlives_the_program(visit: FormPage, settle: Settle) -> None:
    visit.finalize()
    settle()
    visit.doubts.rows[0].choose("ledger")
    settle()
    visit.driver.save()
    settle()
    draft = visit.app.reader.draft(visit.filling.id)
    assert draft is not None
    assert draft.checks["far:/data/visit/position"]["reason"] == "ledger"


def test_an_urgent_report_is_never_asked(app: AppContext, site: str, qtbot, settle: Settle) -> None:
    desk = Desk(app, "disaster_report", site)
    settle()
    page = desk.page
    page.driver.answer("/data/position", FAR)
    said = {"report_kind": "danger", "place": "虚构示例村", "threatened": "12"}
    for name, value in {**said, "phone": "0798-0000000", "reporter": "余小敏"}.items():
        page.driver.answer(f"/data/{name}", value)
    assert page.driver.session.problems() == []
    with qtbot.waitSignal(app.back_wanted, timeout=5000):
        page.finalize()
    settle()
    (record,) = app.reader.records()
    assert record.checks["far:/data/position"]["reason"] == "urgent"
    desk.close()
    desk.deleteLater()
