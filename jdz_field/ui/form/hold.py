"""Keeps the page from scrolling while something on it is dragged by a finger."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QAbstractScrollArea, QScroller, QWidget

from jdz_field.ui.widgets import by_finger


class Hold:
    """Holds the scroll areas around a widget still between ``take`` and ``let_go``."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._held: list[QAbstractScrollArea] = []

    def take(self) -> None:
        """The drag begins."""
        above = self._widget.parentWidget()
        while above is not None:
            if isinstance(above, QAbstractScrollArea) and QScroller.hasScroller(above.viewport()):
                QScroller.scroller(above.viewport()).stop()
                QScroller.ungrabGesture(above.viewport())
                self._held.append(above)
            above = above.parentWidget()

    def let_go(self) -> None:
        """The drag is over."""
        for area in self._held:
            if shiboken6.isValid(area):
                by_finger(area)
        self._held = []
