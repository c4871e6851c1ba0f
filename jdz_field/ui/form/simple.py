"""Answers that are a tap: read and understood, and a place on a scale."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.cell_grid import CellGrid
from jdz_field.ui.form.cells import ChoiceCell
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.widgets import column, line, text, tool


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


class RangeEditor(Editor):
    """A slider between two bounds, with keys that go one step; unanswered until touched."""

    def __init__(
        self, start: Decimal, end: Decimal, step: Decimal, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._start, self._step = start, step if end >= start else -step
        self.figure = text("", "heading")
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.figure.setMinimumWidth(64)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, max(1, int((end - start) / self._step)))
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self.slider.actionTriggered.connect(self._moved)
        self.slider.sliderReleased.connect(self.settled)
        self.setFocusProxy(self.slider)
        row = line(
            self._key("minus", _("Less"), self._less),
            self.slider,
            self._key("plus", _("More"), self._more),
            self.figure,
        )
        row.setStretch(1, 1)
        ends = line(text(str(start), "caption"), None, text(str(end), "caption"))
        self.setLayout(column(row, ends, gap=0))
        self.show_value("")

    def show_value(self, value: str) -> None:
        """Put the handle there; a dash while unanswered."""
        place = self._place(value)
        self.figure.setText(value or "—")
        if place is not None and not self.slider.isSliderDown():
            self.slider.setValue(place)

    def _place(self, value: str) -> int | None:
        try:
            return int((Decimal(value) - self._start) / self._step)
        except (InvalidOperation, ValueError):
            return None

    def _key(self, name: str, tip: str, act: Callable[[], None]) -> QToolButton:
        made = tool(name, tip, act, kind="")
        made.setAutoRepeat(True)
        return made

    def _moved(self) -> None:
        # The action comes before the value: the position is where the handle goes.
        self._answer(self.slider.sliderPosition())

    def _less(self) -> None:
        self._go(-1)

    def _more(self) -> None:
        self._go(1)

    def _go(self, steps: int) -> None:
        place = min(max(self.slider.value() + steps, 0), self.slider.maximum())
        self.slider.setValue(place)
        self._answer(place)
        self.settled.emit()

    def _answer(self, place: int) -> None:
        value = str(self._start + self._step * place)
        self.figure.setText(value)
        self.answered.emit(value)
