"""The project's magnetic declination on the receiver page, and what a photo says with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from jdz_field.core.i18n import set_language
from jdz_field.core.sites import Attachment
from jdz_field.operations.declination import Declination, declination
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.photo_lines import direction_words
from jdz_field.ui.receiver_north import NorthFields


@pytest.fixture
def north(qtbot: QtBot, app: AppContext) -> NorthFields:
    """The fields, shown."""
    made = NorthFields(app)
    qtbot.addWidget(made)
    made.retranslate()
    made.show()
    qtbot.waitExposed(made)
    return made


def test_it_is_kept_with_its_source_and_forgotten(
    qtbot: QtBot, app: AppContext, north: NorthFields
) -> None:
    assert north.keep.height() >= 44
    QTest.keyClicks(north.degrees, "-4.6")
    QTest.keyClicks(north.source, "WMM2025")
    QTest.mouseClick(north.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: declination(app.reader) == Declination(-4.6, "WMM2025"))
    qtbot.waitUntil(lambda: "-4.6" in north.said.text())
    north.degrees.clear()
    north.keep.setFocus()
    QTest.keyClick(north.keep, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: declination(app.reader) is None)


@pytest.mark.parametrize(
    ("typed", "source"), [("west", "x"), ("90", "x"), ("-4.6", ""), ("nan", "x")]
)
def test_what_is_wrong_is_said_and_nothing_kept(
    qtbot: QtBot, app: AppContext, north: NorthFields, typed: str, source: str
) -> None:
    before = north.said.text()
    north.degrees.setText(typed)
    north.source.setText(source)
    north.keep.click()
    qtbot.waitUntil(lambda: north.said.text() != before)
    assert declination(app.reader) is None


def test_a_photo_says_both_norths() -> None:
    photo = Attachment("a", "b", "c.jpg", 1, "image/jpeg", direction=2.0, direction_ref="magnetic")
    assert "357" in direction_words(photo, Declination(-5.0, "x"))
    assert "磁北" in direction_words(photo, Declination(-5.0, "x"))
    assert direction_words(photo) == direction_words(photo, None)
    set_language("en")
    assert direction_words(photo, Declination(-5.0, "x")) == (
        "facing 2° (magnetic north), 357° from true north"
    )
