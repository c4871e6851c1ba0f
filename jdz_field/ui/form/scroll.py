"""The form's scroll area: what one is working at stays where it is, whatever appears above it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QCoreApplication,
    QEasingCurve,
    QEvent,
    QPoint,
    QPropertyAnimation,
    Qt,
)
from PySide6.QtWidgets import QWidget

from jdz_field.ui.theme import current
from jdz_field.ui.widgets import Scroll

#: A question one was led to stands this far below the upper edge.
_AIR = 24


class FormScroll(Scroll):
    """A column that scrolls and holds still."""

    def __init__(self, parent: QWidget | None = None, *, margins: int = 16, gap: int = 12) -> None:
        super().__init__(parent, margins=margins, gap=gap)
        self._glide = QPropertyAnimation(self.verticalScrollBar(), b"value", self)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setProperty("form_area", True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @contextmanager
    def steady(self, anchor: QWidget | None) -> Iterator[None]:
        """Keep ``anchor`` at its place in the window while things around it change."""
        before = self._top(anchor) if anchor is not None else 0
        bar = self.verticalScrollBar()
        value = bar.value()
        # Updates are not held back: that would paint the whole page anew with every answer.
        yield
        # Shown and hidden widgets take their places now, not after the next paint.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        moved = self._top(anchor) - before if anchor is not None else 0
        bar.setValue(value + moved if anchor is not None else value)

    def glide_to(self, widget: QWidget) -> None:
        """Bring a widget to the upper part of the window."""
        bar = self.verticalScrollBar()
        inside = self.widget()
        top = (widget.mapTo(inside, QPoint(0, 0)).y() if inside else 0) - _AIR
        target = min(max(top, 0), bar.maximum())
        motion = current().motion
        if motion == 0 or not self.isVisible():
            bar.setValue(target)
            return
        self._glide.stop()
        self._glide.setDuration(motion)
        self._glide.setEndValue(target)
        self._glide.start()

    def to_top(self) -> None:
        """Where a page begins, at once."""
        self._glide.stop()
        self.verticalScrollBar().setValue(0)

    def page(self, by: int) -> bool:
        """A screen down (1) or up (-1); False when there is nothing further."""
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + by * bar.pageStep())
        return bar.value() != before

    def top_of(self, widget: QWidget) -> int:
        """How far below the upper edge of the window a widget stands, in pixels."""
        return self._top(widget)

    def hold(self, widget: QWidget, top: int) -> None:
        """Put a widget so far below the upper edge; seen in any case."""
        bar = self.verticalScrollBar()
        most = max(0, self.viewport().height() - widget.height())
        bar.setValue(bar.value() + self._top(widget) - min(max(top, 0), most))

    def _top(self, widget: QWidget | None) -> int:
        return widget.mapTo(self, QPoint(0, 0)).y() if widget is not None else 0
