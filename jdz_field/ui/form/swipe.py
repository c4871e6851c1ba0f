"""A finger drawn across the form turns its page; across what is drawn itself, it does not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer, Signal
from PySide6.QtGui import QEventPoint, QTouchEvent, QWindow
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QAbstractSlider, QWidget

from jdz_field.ui.theme import current

#: A swipe is so many targets long, and so many times longer than high.
_LONG, _FLAT = 2.0, 2.5
_TOUCHES = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd)


class Swipe(QObject):
    """Watches the window's touches before any widget sees them.

    A touch that has become a swipe is kept from the widgets: the choice it began on must not take
    the lifted finger for a tap.

    Signals:
        swiped(int): to the left (1) or to the right (-1).
    """

    swiped = Signal(int)

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._window: QWindow | None = None
        self._from: QPointF | None = None
        self._taken = False

    def follow(self) -> None:
        """The area is shown, maybe in another window."""
        window = self._area.window().windowHandle()
        if window is not self._window:
            if self._window is not None:
                self._window.removeEventFilter(self)
            self._window = window
            if window is not None:
                window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """One finger, sideways."""
        if event.type() not in _TOUCHES or not isinstance(event, QTouchEvent):
            return super().eventFilter(watched, event)
        points = event.points()
        if event.type() == QEvent.Type.TouchBegin:
            self._taken = False
            self._from = self._begin(points)
            return False
        if len(points) != 1:
            self._from = None
        elif self._from is not None and not self._taken:
            self._move(points[0].globalPosition() - self._from)
        if event.type() == QEvent.Type.TouchEnd:
            self._from = None
        return self._taken

    def _begin(self, points: list[QEventPoint]) -> QPointF | None:
        """Where a touch began that may become a swipe."""
        if len(points) != 1 or not self._area.isVisible():
            return None
        place = self._area.mapFromGlobal(points[0].globalPosition()).toPoint()
        if not self._area.rect().contains(place):
            return None
        return None if self._drags(place) else points[0].globalPosition()

    def _drags(self, place: object) -> bool:
        """Whether what lies there is drawn with a finger itself: maps, sliders, lists, tables."""
        here: QWidget | None = self._area.childAt(place)  # type: ignore[call-overload]
        while here is not None and here is not self._area:
            if isinstance(here, QAbstractSlider | QAbstractScrollArea) or _follows(here):
                return True
            here = here.parentWidget()
        return False

    def _move(self, way: QPointF) -> None:
        long = _LONG * current().touch()
        if abs(way.x()) < long or abs(way.x()) < _FLAT * abs(way.y()):
            return
        self._taken = True
        for button in self._area.findChildren(QAbstractButton):
            if button.isDown():
                button.setDown(False)
        # Not within the window's own event: widgets are about to change places.
        QTimer.singleShot(0, self, self._left if way.x() < 0 else self._right)

    def _left(self) -> None:
        self.swiped.emit(1)

    def _right(self) -> None:
        self.swiped.emit(-1)


def _follows(widget: QWidget) -> bool:
    """Whether a widget of ours follows the finger itself."""
    return any(
        "mouseMoveEvent" in vars(kind) and kind.__module__.startswith("jdz_field")
        for kind in type(widget).__mro__
    )
