"""Selects: large toggles for few choices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from jdz_field.ui.form.cells import CellGrid, ChoiceCell
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.widgets import column
from jdz_field.xforms.view import Choice

#: So many choices may stand beside their question.
_BESIDE = 3
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


class ToggleEditor(Editor):
    """One or several of a few choices; a second tap takes a choice back.

    Arrows move, Space chooses, the digits 1 to 9 choose at once.
    """

    def __init__(self, *, several: bool, columns: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._several = several
        self._columns = columns
        self._choices: list[Choice] = []
        self._value: list[str] = []
        self.grid = CellGrid()
        self.setLayout(column(self.grid))

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these; nothing is redrawn when they are the same."""
        if list(choices) == self._choices:
            return
        self._choices = list(choices)
        cells = []
        for choice in self._choices:
            cell = ChoiceCell(choice.label, several=self._several)
            cell.setObjectName(choice.value)
            cell.clicked.connect(self._clicked)
            cell.installEventFilter(self)
            cells.append(cell)
        self.grid.put(cells, self._columns)
        self._show()

    def show_value(self, value: str) -> None:
        """Mark what is chosen."""
        self._value = value.split()
        self._show()

    def short_width(self) -> int:
        """Two or three short choices fit beside their question."""
        return self.grid.one_row() if len(self._choices) <= _BESIDE else 0

    def take_focus(self) -> None:
        """The chosen cell, else the first."""
        cells = self.grid.cells
        chosen = next((cell for cell in cells if cell.isChecked()), None)
        if cells:
            (chosen or cells[0]).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and digits."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(watched, event)
        return super().eventFilter(watched, event)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        cells = list(self.grid.cells)
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and watched in cells:
            cells[(cells.index(watched) + step) % len(cells)].setFocus()
            return True
        if event.text() in "123456789" and event.text():
            place = int(event.text()) - 1
            if place < len(cells):
                cells[place].click()
                return True
        return False

    def _clicked(self) -> None:
        value = self.sender().objectName()
        if not self._several:
            self._value = [] if self._value == [value] else [value]
        elif value in self._value:
            self._value.remove(value)
        else:
            # In the order of the list, as every ODK client writes them.
            chosen = {*self._value, value}
            listed = [c.value for c in self._choices if c.value in chosen]
            self._value = listed + [v for v in self._value if v not in listed]
        self._show()
        self.answered.emit(" ".join(self._value))
        self.settled.emit()

    def _show(self) -> None:
        for cell in self.grid.cells:
            cell.setChecked(cell.objectName() in self._value)
