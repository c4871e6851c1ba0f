"""Answers that are a tap, or none at all: read and understood; a note."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.cell_grid import CellGrid
from jdz_field.ui.form.cells import ChoiceCell
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.widgets import column, text


class TriggerEditor(Editor):
    """Read and acknowledged: ``OK``, or empty again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cell = ChoiceCell(_("I have read this"), several=True)
        self.cell.clicked.connect(self._clicked)
        grid = CellGrid()
        grid.put([self.cell])
        self.setFocusProxy(self.cell)
        self.setLayout(column(grid))

    def show_value(self, value: str) -> None:
        """Ticked when acknowledged."""
        self.cell.setChecked(value == "OK")

    def _clicked(self) -> None:
        self.answered.emit("OK" if self.cell.isChecked() else "")
        self.settled.emit()


class NoteEditor(Editor):
    """A sentence and nothing to answer; a note with a value shows it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = text("", "strong")
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setLayout(column(self.value))

    def show_value(self, value: str) -> None:
        """The calculated value, when there is one."""
        self.value.setText(value)
        self.setVisible(bool(value))
