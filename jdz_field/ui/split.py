"""A list and, beside it or below it, what was chosen from it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from jdz_field.ui.theme import current

#: Below this width (at 100 % text) the list lies above the detail.
NARROW = 900


class Split(QSplitter):
    """List left and detail right; upright: list above."""

    def __init__(
        self, left: QWidget, right: QWidget, *, narrow: int = NARROW, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._narrow = narrow
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(left)
        self.addWidget(right)
        self.setStretchFactor(0, 2)
        self.setStretchFactor(1, 3)
        left.setMinimumSize(280, 160)
        right.setMinimumSize(320, 280)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn with the window."""
        narrow = event.size().width() < self._narrow * current().scale
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self.orientation() != wanted:
            self.setOrientation(wanted)
            whole = event.size().height() if narrow else event.size().width()
            self.setSizes(
                [whole // 3, whole - whole // 3] if narrow else [whole * 2 // 5, whole * 3 // 5]
            )
        super().resizeEvent(event)
