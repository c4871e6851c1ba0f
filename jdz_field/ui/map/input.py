"""How the map is moved: one finger or the mouse drags, two pinch, wheel and keys zoom."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

if TYPE_CHECKING:
    from jdz_field.ui.map.widget import MapWidget

#: A finger that stays within so many pixels for so many ms presses long.
STILL, LONG = 10, 550
#: Pixels of one arrow key, zoom levels of one wheel notch and one key.
STEP, NOTCH, KEY = 90, 0.5, 1.0


class MapInput(QObject):
    """Turns a widget's events into moves of its view.

    ``by_keys`` is whether the keyboard was used last: then focus and the middle are shown.
    """

    def __init__(self, target: MapWidget) -> None:
        super().__init__(target)
        self._map = target
        self.by_keys = False
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragged = False
        self._pinching = False
        self._hold = QTimer(self, singleShot=True, interval=LONG)
        self._hold.timeout.connect(self._held)
        target.grabGesture(Qt.GestureType.PinchGesture)
        target.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        kinds = QEvent.Type
        self._takers: dict[QEvent.Type, Callable[[QEvent], bool]] = {
            kinds.MouseButtonPress: self._press,
            kinds.MouseMove: self._drag,
            kinds.MouseButtonRelease: self._release,
            kinds.MouseButtonDblClick: self._double,
            kinds.Wheel: self._wheel,
            kinds.Gesture: self._gesture,
            kinds.KeyPress: self._key,
            kinds.FocusIn: self._focus,
        }
        self._moves: dict[int, tuple[float, float]] = {
            Qt.Key.Key_Left: (STEP, 0),
            Qt.Key.Key_Right: (-STEP, 0),
            Qt.Key.Key_Up: (0, STEP),
            Qt.Key.Key_Down: (0, -STEP),
        }

    def take(self, event: QEvent) -> bool:
        """Handle an event of the map; ``False`` leaves it to the widget."""
        if self._map.tool is not None and self._map.tool.take(event):
            return True
        taker = self._takers.get(event.type())
        return taker(event) if taker else False

    # ---- mouse and finger
    def _press(self, event: QEvent) -> bool:
        mouse = cast("QMouseEvent", event)
        self.by_keys = False
        self._map.setFocus(Qt.FocusReason.MouseFocusReason)
        if mouse.button() == Qt.MouseButton.RightButton:
            self._map.hold(mouse.position())
            return True
        if mouse.button() != Qt.MouseButton.LeftButton:
            return False
        self._pressed = self._last = mouse.position()
        self._dragged = False
        self._hold.start()
        return True

    def _drag(self, event: QEvent) -> bool:
        if self._pressed is None or self._pinching:
            return False
        at = cast("QMouseEvent", event).position()
        if not self._dragged and (at - self._pressed).manhattanLength() < STILL:
            return True
        if not self._dragged:
            self._dragged = True
            self._hold.stop()
            self._map.setCursor(Qt.CursorShape.ClosedHandCursor)
        moved = at - self._last
        self._last = at
        self._map.set_view(self._map.view.panned(moved.x(), moved.y()))
        return True

    def _release(self, event: QEvent) -> bool:
        held = self._pressed is not None and not self._hold.isActive() and not self._dragged
        tapped = self._pressed is not None and not self._dragged and not held
        self._hold.stop()
        self._pressed = None
        self._map.unsetCursor()
        if tapped and not self._pinching:
            self._map.tap(cast("QMouseEvent", event).position())
        return True

    def _held(self) -> None:
        if self._pressed is not None and not self._dragged and not self._pinching:
            self._map.hold(self._pressed)

    def _double(self, event: QEvent) -> bool:
        self._map.zoom_by(KEY, cast("QMouseEvent", event).position())
        return True

    def _wheel(self, event: QEvent) -> bool:
        wheel = cast("QWheelEvent", event)
        notches = wheel.angleDelta().y() / 120
        at = wheel.position()
        view = self._map.view
        self._map.set_view(view.zoomed(view.zoom + notches * NOTCH, at.x(), at.y()))
        return True

    def _gesture(self, event: QEvent) -> bool:
        pinch = cast("QGestureEvent", event).gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        self._hold.stop()
        self._pinching = pinch.state() in (
            Qt.GestureState.GestureStarted,
            Qt.GestureState.GestureUpdated,
        )
        self.pinch(pinch.scaleFactor(), pinch.centerPoint(), pinch.lastCenterPoint())
        return True

    def pinch(self, factor: float, centre: QPointF, last: QPointF) -> None:
        """Two fingers moved apart by ``factor``; centres in screen pixels."""
        at = self._map.mapFromGlobal(centre)
        moved = centre - last
        view = self._map.view.panned(moved.x(), moved.y())
        if factor > 0:
            view = view.zoomed(view.zoom + _levels(factor), at.x(), at.y())
        self._map.set_view(view)

    # ---- keys
    def _focus(self, event: QEvent) -> bool:
        reason = cast("QFocusEvent", event).reason()
        self.by_keys = reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._map.update()
        return False

    def _key(self, event: QEvent) -> bool:
        key = cast("QKeyEvent", event)
        code = key.key()
        if code in self._moves:
            self._map.set_view(self._map.view.panned(*self._moves[code]))
        elif code in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._map.zoom_by(KEY)
        elif code in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self._map.zoom_by(-KEY)
        elif code == Qt.Key.Key_0:
            self._map.show_city()
        elif code in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._map.tap(self._map.free_middle())
        elif code == Qt.Key.Key_Insert:
            self._map.hold(self._map.free_middle())
        else:
            return False
        self.by_keys = True
        self._map.update()
        return True


def _levels(factor: float) -> float:
    """Zoom levels of a factor of scale, at most two a gesture's step."""
    return min(max(math.log2(factor), -2.0), 2.0)
