"""A photo question's view, last visit's photo, caption and mark while the form is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jdz_field.operations.answer_files import Question, take_answer
from jdz_field.operations.forms import add_form
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.sites.photo_compare import ComparePage
from jdz_field.ui.sites.photo_words import PhotoWordsPage
from tests.operations.test_photo_views import book
from tests.photos.pictures import HERE, camera, jpeg
from tests.ui.form.conftest import Desk

LEFT = Qt.MouseButton.LeftButton
Settle = Callable[[], None]


def shot(file: Path, day: str, wide: int = 800) -> Path:
    file.write_bytes(camera("<", HERE, taken=f"{day} 09:00:00", pixels=jpeg(wide, 600)))
    return file


@pytest.fixture
def desk(app: AppContext, site: str, tmp_path: Path, settle: Settle) -> Iterator[Desk]:
    """A form that names its views, at a site with a photo of an earlier visit."""
    with Project.open(app.path) as project:
        add_form(project, book(tmp_path))
        old = shot(tmp_path / "OLD.jpg", "2026:03:01", 640)
        take_answer(project, old, Question("r0", "/x/y", site, "image", view="overview"))
    made = Desk(app, "try", site)
    settle()
    yield made
    made.sheet.close_by_person()
    settle()
    made.close()
    made.deleteLater()


def taken(desk: Desk, folder: Path, settle: Settle):
    """The first question answered; its editor."""
    editor = desk.editor("first")
    editor.take(shot(folder / "NEW.jpg", "2026:08:11"))
    settle()
    return editor


def kept(desk: Desk):
    (photo,) = desk.app.reader.attachments(record=desk.page.filling.id)
    return photo


def test_the_view_is_said_until_it_is_taken(desk, tmp_path, settle) -> None:
    editor = desk.editor("first")
    assert editor.wanted_view.isVisible()
    assert "全貌" in editor.wanted_view.text()
    assert "原因" in editor.wanted_view.text()
    assert desk.editor("third").wanted_view.isHidden()
    taken(desk, tmp_path, settle)
    assert editor.wanted_view.isHidden()
    assert kept(desk).view == "overview"


def test_the_last_visit_s_photo_of_the_view_is_the_guide(desk, tmp_path, settle) -> None:
    editor = desk.editor("first")
    settle()
    assert editor.beside.isVisible()
    assert "2026-03-01" in editor.before_words.text()
    editor.larger.setFocus()
    QTest.keyClick(editor.larger, Qt.Key.Key_Space)
    settle()
    assert isinstance(desk.top(), ComparePage)
    assert desk.top().new is None
    desk.app.back()
    settle()
    taken(desk, tmp_path, settle)
    assert "相距 0 米" in editor.before_words.text()
    QTest.mouseClick(editor.larger, LEFT)
    settle()
    assert desk.top().new.filename == "NEW.jpg"
    desk.app.back()
    settle()


def test_a_caption_is_written_and_a_mark_made_while_filling(desk, tmp_path, settle) -> None:
    editor = taken(desk, tmp_path, settle)
    line = editor.said
    assert line.isVisible()
    line.caption.setFocus()
    QTest.keyClicks(line.caption, "top of slope")
    QTest.keyClick(line.caption, Qt.Key.Key_Return)
    settle()
    assert kept(desk).caption == "top of slope"
    QTest.mouseClick(line.mark, LEFT)
    settle()
    page = desk.top()
    assert isinstance(page, PhotoWordsPage)
    QTest.mouseClick(page.reason_chips["people"], LEFT)
    QTest.mouseClick(page.done, LEFT)
    settle()
    assert (kept(desk).sensitive, kept(desk).caption) == ("people", "top of slope")
    assert "人物" in line.mark.text()


def test_finishing_is_refused_without_picture_and_reason(desk, settle) -> None:
    desk.page.finalize()
    settle()
    assert desk.page.problems.isVisible()
    desk.page.driver.answer("/data/why", "fog")
    desk.page.finalize()
    settle()
    assert len(desk.app.reader.records()) == 1
