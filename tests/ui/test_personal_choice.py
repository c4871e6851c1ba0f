"""The choice of what becomes of names and telephones: by touch, by keys, and what is missing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from jdz_field.operations.personal import KEEP, Carried, Privacy
from jdz_field.ui.personal_choice import WAYS, PersonalChoice

SOME = Carried(12, ("监测人", "监测人电话"))


@pytest.fixture
def choice(qtbot) -> PersonalChoice:
    made = PersonalChoice()
    qtbot.addWidget(made)
    made.about(SOME)
    made.resize(440, 400)
    made.show()
    return made


def test_nothing_personal_is_nothing_to_choose(qtbot) -> None:
    made = PersonalChoice()
    qtbot.addWidget(made)
    made.show()
    made.about(Carried(0, ()))
    assert not made.isVisible()
    assert made.privacy() == KEEP


def test_nothing_is_chosen_for_the_person(choice: PersonalChoice) -> None:
    assert choice.privacy() is None
    assert choice.wrong.isVisible()
    assert choice.chips["keep"].hasFocus()
    assert "12" in choice.what.text()


@pytest.mark.parametrize(
    ("way", "wanted"), [("keep", Privacy()), ("leave-out", Privacy(leave_out=True))]
)
def test_a_tap_chooses(choice: PersonalChoice, qtbot, way: str, wanted: Privacy) -> None:
    with qtbot.waitSignal(choice.changed):
        qtbot.mouseClick(choice.chips[way], Qt.MouseButton.LeftButton)
    assert choice.note.isVisible()
    assert not choice.closing.isVisible()
    assert choice.privacy() == wanted
    assert not choice.wrong.isVisible()


def test_keys_alone_encrypt(choice: PersonalChoice, qtbot) -> None:
    choice.chips["encrypt"].setFocus()
    qtbot.keyClick(choice.chips["encrypt"], Qt.Key.Key_Space)
    assert choice.first.hasFocus()
    qtbot.keyClicks(choice.first, "correct horse")
    assert choice.privacy() is None
    qtbot.keyClick(choice.first, Qt.Key.Key_Tab)
    qtbot.keyClicks(choice.second, "correct horse")
    assert choice.privacy() == Privacy(passphrase="correct horse")
    choice.forget()
    assert choice.first.text() == choice.second.text() == ""


@pytest.mark.parametrize(
    ("first", "second", "word"), [("short", "short", "8"), ("long enough", "other words", "不一")]
)
def test_a_bad_passphrase_is_said(
    choice: PersonalChoice, qtbot, first: str, second: str, word: str
) -> None:
    choice.choose("encrypt")
    qtbot.keyClicks(choice.first, first)
    qtbot.keyClicks(choice.second, second)
    assert choice.privacy() is None
    assert word in choice.wrong.text()
    qtbot.keyClicks(choice.second, "x")
    assert not choice.wrong.isVisible()


def test_every_target_is_for_fingers(choice: PersonalChoice) -> None:
    assert all(choice.chips[way].height() >= 44 for way in WAYS)
