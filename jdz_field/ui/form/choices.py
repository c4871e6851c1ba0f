"""Selects: large toggles for few choices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.cell_grid import CellGrid
from jdz_field.ui.form.cells import ChoiceCell
from jdz_field.ui.form.choice_media import ChoiceMedia
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.looks import Look
from jdz_field.ui.widgets import column
from jdz_field.xforms.view import Choice

#: So many choices may stand beside their question.
_BESIDE = 3
_SIDEWAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_UP_AND_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ToggleEditor(Editor):
    """One or several of a few choices; a second tap takes a choice back.

    Arrows move, Space chooses, the digits 1 to 9 choose at once, Delete clears. Tab stops once,
    at the chosen cell. What is chosen and not on offer any more stays, in red, until tapped.
    """

    def __init__(
        self,
        *,
        several: bool,
        look: Look | None = None,
        media: ChoiceMedia | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._several = several
        self.look = look or Look()
        #: Width of the choices where several questions share their columns; 0: their own.
        self.row_width = 0
        self._media = media or ChoiceMedia()
        self._choices: list[Choice] = []
        self._labels: dict[str, str] = {}
        self._value: list[str] = []
        self._gone: list[str] = []
        self.grid = CellGrid()
        self.setLayout(column(self.grid))

    # ---- showing
    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these; nothing is redrawn when they are the same."""
        if list(choices) == self._choices and self.grid.cells:
            return
        self._choices = list(choices)
        self._labels |= {choice.value: choice.label for choice in self._choices}
        self._build()

    def set_look(self, look: Look) -> None:
        """Lay the choices out otherwise."""
        if look != self.look:
            self.look = look
            if self.grid.cells:
                self._build()

    def show_value(self, value: str) -> None:
        """Mark what is chosen."""
        self._value = value.split()
        if self._not_offered() != self._gone:
            self._build()
        self._show()

    def _not_offered(self) -> list[str]:
        offered = {choice.value for choice in self._choices}
        return [value for value in self._value if value not in offered]

    def _build(self) -> None:
        place = next((i for i, cell in enumerate(self.grid.cells) if cell.hasFocus()), -1)
        self._gone = self._not_offered()
        cells = [self._cell(choice) for choice in self._choices]
        cells += [self._gone_cell(value) for value in self._gone]
        self.grid.put(cells, self.look)
        if 0 <= place < len(cells):
            cells[place].setFocus()
        self._show()

    def _cell(self, choice: Choice) -> ChoiceCell:
        picture = self._media.picture(choice.media) if choice.media else None
        cell = ChoiceCell(choice.label, several=self._several, look=self.look, picture=picture)
        cell.setObjectName(choice.value)
        if self.look.passive:
            cell.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            cell.setEnabled(False)
            return cell
        if choice.media and self._media.sound(choice.media) is not None:
            cell.put_sound().clicked.connect(self._listen)
        cell.clicked.connect(self._clicked)
        cell.installEventFilter(self)
        return cell

    def _gone_cell(self, value: str) -> ChoiceCell:
        words = _("{choice} (not on the list any more; tap to clear)")
        label = words.format(choice=self._labels.get(value, value))
        cell = ChoiceCell(label, several=self._several, gone=True)
        cell.setObjectName(value)
        cell.clicked.connect(self._clicked)
        cell.installEventFilter(self)
        return cell

    def _listen(self) -> None:
        cell = self.sender().parent()
        for choice in self._choices:
            if cell is not None and choice.value == cell.objectName():
                file = self._media.sound(choice.media)
                if file is not None:
                    self._media.play(file)

    def short_width(self) -> int:
        """Two or three short choices fit beside their question; so do columns to line up."""
        if self.look.line or any(choice.media for choice in self._choices):
            return 0
        if self.look.one_line:
            return self.row_width or self.grid.one_row()
        few = len(self._choices) <= _BESIDE and not self._gone
        return self.grid.one_row() if few and not self.look.columns else 0

    def mark_invalid(self, invalid: bool) -> None:
        """The sentence below the choices says it; the marks stay as they are."""

    # ---- the keyboard
    def take_focus(self) -> None:
        """The chosen cell, else the first."""
        cell = self._stop()
        if cell is not None:
            cell.setFocus()

    def _stop(self) -> ChoiceCell | None:
        """The cell that Tab comes to."""
        cells = self.grid.cells
        here = next((cell for cell in cells if cell.hasFocus()), None)
        chosen = next((cell for cell in cells if cell.isChecked()), None)
        return here or chosen or (cells[0] if cells else None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, digits, Delete."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(watched, event)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._set_stop()
        return super().eventFilter(watched, event)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        cells = list(self.grid.cells)
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if (key in _SIDEWAYS or key in _UP_AND_DOWN) and watched in cells:
            self._move(cells.index(watched), key)
            return True
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._answer([])
            return True
        place = int(event.text()) - 1 if event.text() in tuple("123456789") else len(cells)
        if place < len(cells):
            cells[place].setFocus()
            cells[place].click()
            return True
        return False

    def _move(self, place: int, key: Qt.Key) -> None:
        cells = self.grid.cells
        if key in _SIDEWAYS or self.look.pack:
            step = _SIDEWAYS.get(key) or _UP_AND_DOWN[key]
        else:
            step = _UP_AND_DOWN[key] * self.grid.columns(self.grid.width())
        if key in _SIDEWAYS:
            cells[(place + step) % len(cells)].setFocus()
        elif 0 <= place + step < len(cells):
            cells[place + step].setFocus()

    def _set_stop(self) -> None:
        stop = self._stop()
        for cell in self.grid.cells:
            policy = Qt.FocusPolicy.StrongFocus if cell is stop else Qt.FocusPolicy.ClickFocus
            if not self.look.passive:
                cell.setFocusPolicy(policy)

    # ---- answering
    def _clicked(self) -> None:
        value = self.sender().objectName()
        if not self._several:
            self._answer([] if self._value == [value] else [value])
        elif value in self._value:
            self._answer([v for v in self._value if v != value])
        else:
            # In the order of the list, as every ODK client writes them.
            chosen = {*self._value, value}
            listed = [c.value for c in self._choices if c.value in chosen]
            self._answer(listed + [v for v in self._value if v not in listed])

    def _answer(self, value: list[str]) -> None:
        changed = value != self._value
        self._value = value
        self._show()
        if not changed:
            return
        self.answered.emit(" ".join(value))
        self.settled.emit()
        if self.look.quick and value and not self._several:
            self.advance.emit()

    def _show(self) -> None:
        for cell in self.grid.cells:
            cell.setChecked(cell.objectName() in self._value)
        self._set_stop()
