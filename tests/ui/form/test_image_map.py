"""Choosing on a drawing: by touch on the areas, by keyboard in the list, without a drawing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.image_map import ImageMapEditor, MapPicture, map_editor
from jdz_field.xforms.image_map import read_image_map
from jdz_field.xforms.view import Choice

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CHOICES = [Choice("head", "后缘"), Choice("left", "左侧"), Choice("toe", "前缘")]
#: A triangle, a circle that only has an outline, and a turned group.
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200">
<rect width="400" height="200" fill="#eef"/>
<path id="head" d="M0 0 L200 0 L0 100 z" fill="green"/>
<circle id="left" cx="300" cy="50" r="40" fill="none" stroke="black"/>
<g id="toe" transform="translate(100 150) rotate(45)"><rect x="-20" y="-20" width="40"
 height="40" fill="red" opacity="0.3"/></g>
<text x="10" y="190">words</text></svg>"""


@pytest.fixture
def drawing(tmp_path):
    file = tmp_path / "media" / "slope.svg"
    file.parent.mkdir()
    file.write_text(SVG, encoding="utf-8")
    return file


def made(file, qtbot, several=False):
    editor = map_editor(file, CHOICES, several=several)
    assert editor is not None
    editor.set_choices(CHOICES)
    editor.resize(400, 500)
    editor.show()
    qtbot.waitExposed(editor)
    said = []
    editor.answered.connect(said.append)
    return editor, said


@pytest.fixture
def done():
    left = []
    yield left.append
    for widget in left:
        widget.close()
        widget.deleteLater()


def tap(editor, x, y):
    """Tap a place of the drawing, in its own units."""
    scale = editor.picture.width() / 400
    QTest.mouseClick(editor.picture, LEFT, NONE, QPoint(round(x * scale), round(y * scale)))


def test_areas_are_tapped_by_their_true_shapes(drawing, qtbot, done):
    editor, said = made(drawing, qtbot)
    done(editor)
    assert isinstance(editor, ImageMapEditor)
    for x, y in ((20, 20), (300, 50), (100, 150)):
        tap(editor, x, y)
    assert said == ["head", "left", "toe"]
    # Inside the triangle's box and far from the triangle: nothing is meant.
    tap(editor, 195, 95)
    tap(editor, 380, 190)
    assert len(said) == 3
    tap(editor, 100, 150)
    assert said[-1] == ""


def test_a_finger_may_miss_a_little(drawing, qtbot, done):
    editor, said = made(drawing, qtbot)
    done(editor)
    tap(editor, 300, 98)
    assert said == ["left"]


def test_several_are_tapped_and_chosen_ones_are_tinted(drawing, qtbot, done):
    editor, said = made(drawing, qtbot, several=True)
    done(editor)
    before = editor.picture._picture.copy()
    tap(editor, 100, 150)
    tap(editor, 20, 20)
    assert said[-1] == "head toe"
    after = editor.picture._picture
    scale = after.width() / 400
    at = (round(20 * scale), round(20 * scale))
    assert QColor(after.pixel(*at)).blue() > QColor(before.pixel(*at)).blue() + 20
    other = (round(300 * scale), round(50 * scale))
    assert after.pixel(*other) == before.pixel(*other)


def test_the_list_below_is_for_the_keyboard(drawing, qtbot, done):
    editor, said = made(drawing, qtbot)
    done(editor)
    editor.take_focus()
    QTest.keyClick(editor.list.grid.cells[0], Qt.Key.Key_Down)
    QTest.keyClick(editor.list.grid.cells[1], Qt.Key.Key_Space)
    assert said == ["left"]
    assert editor.picture._chosen == {"left"}


def test_an_answer_is_shown_in_both(drawing, qtbot, done):
    editor, said = made(drawing, qtbot, several=True)
    done(editor)
    editor.show_value("toe left")
    assert [c.isChecked() for c in editor.list.grid.cells] == [False, True, True]
    assert editor.picture._chosen == {"toe", "left"}
    assert said == []
    editor.set_readonly(True)
    assert not editor.picture.isEnabled()
    assert editor.hint.isHidden()


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"no svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'><rect id='else' width='9' height='9'/></svg>",
    ],
    ids=["hostile", "broken", "no area"],
)
def test_without_a_usable_drawing_the_list_answers_and_says_why(drawing, qtbot, done, content):
    drawing.write_bytes(content)
    editor, said = made(drawing, qtbot)
    done(editor)
    assert isinstance(editor, ToggleEditor)
    assert any(
        "slope.svg" in label.text()
        for label in editor.findChildren(object)
        if hasattr(label, "text")
    )
    editor.grid.cells[0].click()
    assert said == ["head"]


def test_what_is_no_drawing_is_left_to_other_editors(tmp_path):
    assert map_editor(None, CHOICES, several=False) is None
    assert map_editor(tmp_path / "photo.jpg", CHOICES, several=False) is None


def test_a_form_without_its_drawing_has_the_list(desk):
    assert isinstance(desk.editor("spots"), ToggleEditor)
    desk.editor("several").grid.cells[0].click()
    assert desk.value("several") == "head"


def test_a_form_with_its_drawing_is_tapped(app, drawing, qtbot, settle):
    from jdz_field.operations.form_media import add_media
    from jdz_field.store.project import Project
    from tests.ui.form.conftest import Desk

    with Project.open(app.path) as project:
        add_media(project, "media", "1", drawing, drawing.parent)
    made_desk = Desk(app)
    settle()
    editor = made_desk.editor("spots")
    assert isinstance(editor, ImageMapEditor)
    scale = editor.picture._picture.deviceIndependentSize().width() / 400
    at = QPoint(round(20 * scale), round(20 * scale))
    QTest.mouseClick(editor.picture, LEFT, NONE, at)
    assert made_desk.value("spots") == "head"
    made_desk.sheet.close_by_person()
    settle()
    made_desk.close()
    made_desk.deleteLater()


def test_a_place_outside_is_no_area(qtbot, done):
    picture = MapPicture(read_image_map(SVG.encode(), "x.svg", ["head"]))
    done(picture)
    picture.resize(300, 150)
    picture.show()
    assert picture.area_at(QPointF(-50, -50)) == ""
    assert picture.area_at(QPointF(5000, 5000)) == ""


def test_the_drawing_is_not_shown_above_itself(app, drawing, settle):
    from jdz_field.operations.form_media import add_media
    from jdz_field.store.project import Project
    from tests.ui.form.conftest import Desk

    with Project.open(app.path) as project:
        add_media(project, "media", "1", drawing, drawing.parent)
    made_desk = Desk(app)
    settle()
    question = made_desk.page.body.questions["/data/spots"]
    assert question.media is not None
    assert question.media.isHidden()
    made_desk.sheet.close_by_person()
    settle()
    made_desk.close()
    made_desk.deleteLater()
