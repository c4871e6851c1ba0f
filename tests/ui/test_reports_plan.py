"""The plan's progress among the reports of the field window: seen and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from jdz_field.ui.reports_page import ReportsPage
from tests.ui.test_reports_page import drawn, opened

__all__ = ["opened"]
Settle = Callable[[], None]


def test_the_plans_progress_is_seen_and_saved(
    opened: Callable[..., ReportsPage],
    qtbot: Any,
    settle: Settle,
    answers: Any,
    tmp_path: Path,
) -> None:
    page = opened()
    qtbot.mouseClick(page.controls.reports.chips["plan"], Qt.MouseButton.LeftButton)
    drawn(page, qtbot, settle)
    assert len(page.preview.pages) >= 2
    assert not page.controls.scopes.isVisible()
    for act, name in ((page.go, "规划.pdf"), (page.edit, "规划.xlsx")):
        answers.files = [tmp_path / name]
        qtbot.keyClick(act, Qt.Key.Key_Space)
        drawn(page, qtbot, settle)
        assert (tmp_path / name).stat().st_size > 10_000
