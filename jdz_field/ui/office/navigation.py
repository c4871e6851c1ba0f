"""The way around the office window: a rail at the left, a bar at the bottom when upright."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.navigation import NavButton, Place
from jdz_field.ui.widgets import set_role


@dataclass(frozen=True, slots=True)
class OfficePlace(Place):
    """One place of the office's navigation."""

    def words(self) -> str:
        """Its name for the person."""
        return {
            "batches": _("Batches"),
            "conflicts": _("Conflicts"),
            "proposals": _("Proposals"),
            "reviews": _("Reviews"),
            "numbers": _("New points"),
            "tasks": _("Tasks"),
            "draws": _("Draws"),
            "plan": _("The plan"),
            "people": _("Accounts"),
            "reports": _("Reports"),
        }[self.name]


PLACES = (
    OfficePlace("conflicts", "conflict", "Ctrl+1"),
    OfficePlace("proposals", "proposal", "Ctrl+2"),
    OfficePlace("reviews", "review", "Ctrl+3"),
    OfficePlace("numbers", "number", "Ctrl+4"),
    OfficePlace("batches", "batch", "Ctrl+5"),
    OfficePlace("tasks", "calendar", "Ctrl+6"),
    OfficePlace("draws", "dice", "Ctrl+7"),
    OfficePlace("plan", "plan", "Ctrl+8"),
    OfficePlace("people", "user", "Ctrl+9"),
    OfficePlace("reports", "print", "Ctrl+0"),
)


class OfficeNavigation(QFrame):
    """The rail or bar.

    Signals:
        chosen(str): the name of the page that the person wants.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, NavButton] = {}
        self._group = QButtonGroup(self)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setSpacing(4)
        for place in PLACES:
            made = NavButton(place, self)
            self.buttons[place.name] = made
            self._group.addButton(made)
            made.clicked.connect(self._clicked)
            self._layout.addWidget(made)
        self._layout.addStretch(1)
        self.set_upright(upright=False)

    def set_upright(self, *, upright: bool) -> None:
        """Be a bar at the bottom (``upright``) or a rail at the left."""
        way = QBoxLayout.Direction
        self._layout.setDirection(way.LeftToRight if upright else way.TopToBottom)
        self._layout.setContentsMargins(*((8, 4, 8, 4) if upright else (6, 8, 6, 8)))
        for place in range(len(PLACES)):
            self._layout.setStretch(place, 1 if upright else 0)
        self._layout.setStretch(len(PLACES), 0 if upright else 1)
        set_role(self, "bar" if upright else "rail")
        self.setMinimumWidth(0 if upright else 92)
        self.setMaximumWidth(16777215 if upright else 92)

    def show_place(self, name: str) -> None:
        """Mark where the person is."""
        self.buttons[name].setChecked(True)

    def set_count(self, name: str, count: int) -> None:
        """Show how many things wait there."""
        self.buttons[name].set_count(count)

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, NavButton):
            self.chosen.emit(sender.place.name)
