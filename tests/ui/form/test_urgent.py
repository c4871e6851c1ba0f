"""The urgent report goes out with no position, and with a bad one; nothing holds it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt

from jdz_field.ui.context import AppContext
from jdz_field.ui.form.lexical import vertex_of
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.place import PlaceEditor
from tests.ui.form.geo_forms import put

Settle = Callable[[], None]
ANSWERS = {
    "report_kind": "danger",
    "kind": "02",
    "place": "瑶里镇虚构示例村",
    "threatened": "12",
    "phone": "0798-0000000",
    "reporter": "余小敏",
}


@pytest.fixture
def urgent(app: AppContext, settle: Settle) -> Iterator[FormPage]:
    page = FormPage(app, "disaster_report")
    page.resize(900, 800)
    page.show()
    settle()
    for name, value in ANSWERS.items():
        page.driver.answer(f"/data/{name}", value)
    yield page
    page.leave()
    settle()
    page.close()
    page.deleteLater()


def finish(page: FormPage, qtbot, settle: Settle) -> dict[str, str]:
    assert [problem.ref for problem in page.driver.session.problems()] == []
    with qtbot.waitSignal(page.app.back_wanted, timeout=5000):
        page.finalize()
    settle()
    (record,) = page.app.reader.records()
    return dict(record.answers)


def test_without_a_position(urgent: FormPage, qtbot, settle: Settle) -> None:
    assert not finish(urgent, qtbot, settle).get("position")


@pytest.mark.parametrize("by_key", [True, False])
def test_with_a_bad_position_in_one_touch(
    urgent: FormPage, qtbot, settle: Settle, by_key: bool
) -> None:
    urgent.go_to("/data/position")
    settle()
    editor = urgent.body.questions["/data/position"].editor
    assert isinstance(editor, PlaceEditor)
    put(urgent.app.receiver, accuracy=180.0)
    editor.start_receiver()
    panel = editor.panel
    assert panel is not None
    assert panel.use.isEnabled()
    assert not panel.reasons.isVisible()
    if by_key:
        qtbot.keyClick(panel.use, Qt.Key.Key_Space)
    else:
        qtbot.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    value = urgent.driver.session.node("/data/position").value
    vertex = vertex_of(value)
    assert vertex is not None
    assert vertex.accuracy == pytest.approx(180.0)
    how = editor._desk.how(value)
    assert (how.reason, how.limit) == ("urgent", 30.0)
    assert finish(urgent, qtbot, settle)["position"] == value


def test_the_panel_says_beforehand_that_it_is_urgent(urgent: FormPage, settle: Settle) -> None:
    urgent.go_to("/data/position")
    settle()
    editor = urgent.body.questions["/data/position"].editor
    put(urgent.app.receiver, accuracy=60.0)
    editor.start_receiver()
    assert "紧急" in editor.panel.words.text()
