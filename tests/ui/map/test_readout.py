"""The plate with scale and coordinates: copying, choosing another form, the copied place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from jdz_field.geo.display import FORMS, read_position
from jdz_field.ui.context import AppContext
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.map.readout import ARROW, Readout
from jdz_field.ui.preferences import Preferences

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Settle = Callable[[], None]


@pytest.fixture
def window(app: AppContext, qtbot: Any, settle: Settle) -> Iterator[MainWindow]:
    made = MainWindow(app, Preferences.load())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.close()


def at_arrow(readout: Readout) -> QPoint:
    return QPoint(readout.width() - ARROW // 2, readout.height() // 2)


def test_a_tap_copies_finer_than_is_shown(window: MainWindow, qtbot: Any) -> None:
    readout = window.stage.readout
    qtbot.mouseClick(readout, Qt.MouseButton.LeftButton, pos=QPoint(200, 20))
    copied = QApplication.clipboard().text()
    assert len(copied) > len(readout.words())
    assert read_position(copied) == pytest.approx(window.stage.map.middle(), abs=1e-7)


def test_the_arrow_offers_every_form_and_keeps_the_choice(window: MainWindow, qtbot: Any) -> None:
    readout = window.stage.readout
    qtbot.mouseClick(readout, Qt.MouseButton.LeftButton, pos=at_arrow(readout))
    assert readout.menu is not None
    acts = {act.data(): act for act in readout.menu.actions() if act.data()}
    assert list(acts) == list(FORMS)
    assert acts["decimal"].isChecked()
    acts["plane39"].trigger()
    assert window.app.coordinates == "plane39"
    assert readout.words().startswith("X ")
    assert Preferences.load().coordinates == "plane39"


def test_the_down_key_opens_the_forms(window: MainWindow, qtbot: Any) -> None:
    readout = window.stage.readout
    readout.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(readout, Qt.Key.Key_Down)
    assert readout.menu is not None
    assert readout.menu.isVisible()
    readout.menu.close()


def test_every_page_writes_in_the_chosen_form(window: MainWindow, settle: Settle) -> None:
    site = next(p for p in window.app.reader.map_points() if p.kind == "geohazard")
    window.app.open_site(site.id)
    settle()
    heading = window.stage.sheet.page.heading  # type: ignore[union-attr]
    assert heading.place.text().endswith("°N")
    window.app.prefer("coordinates", "plane39")
    settle()
    assert heading.place.text().startswith("X ")


@pytest.mark.parametrize("text", ["29.35, 117.21", "X 3248077.9, Y 39520389.9"])
def test_a_copied_place_is_gone_to(window: MainWindow, qtbot: Any, text: str) -> None:
    QApplication.clipboard().setText(text)
    window.stage.map.setFocus()
    qtbot.keyClick(window.stage.map, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.stage.map.middle() == pytest.approx((117.21, 29.35), abs=1e-4)


def test_a_copied_text_that_is_no_place_is_said(window: MainWindow, qtbot: Any) -> None:
    before = window.stage.map.middle()
    QApplication.clipboard().setText("GCJ-02 29.35, 117.21")
    window.stage.map.setFocus()
    qtbot.keyClick(window.stage.map, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.stage.map.middle() == before
    assert "GCJ-02" in window.toast.words.text()
