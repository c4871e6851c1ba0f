"""Chips of which any number may be on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QPushButton, QWidget

from jdz_field.ui.flow import Flow
from jdz_field.ui.widgets import button, clear


class Chips(QWidget):
    """Values, each a chip; they break lines as text does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: dict[str, QPushButton] = {}
        self._flow = Flow(self)

    def offer(self, values: Sequence[tuple[str, str]]) -> None:
        """These values with their words; what was on stays on."""
        before = self.chosen()
        clear(self._flow)
        self.chips = {}
        for value, words in values:
            chip = self.chips[value] = button(words, kind="chip")
            chip.setCheckable(True)
            self._flow.addWidget(chip)
        self.choose(before)

    def choose(self, values: Iterable[str]) -> None:
        """These are on, the others off."""
        wanted = set(values)
        for value, chip in self.chips.items():
            chip.setChecked(value in wanted)

    def chosen(self) -> list[str]:
        """What is on."""
        return [value for value, chip in self.chips.items() if chip.isChecked()]
