"""A picture that can be looked into: wheel, two fingers, drag and keys; several look together."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from jdz_field.ui import theme

#: How far one looks in, and by how much a key or a notch of the wheel does.
MOST, STEP = 12.0, 1.25
#: A double tap looks so far in; an arrow key goes by this share of what is seen.
CLOSE, SHIFT = 3.0, 0.15


class Look(QObject):
    """How far pictures are looked into, and at what; shared by those that move together.

    ``scale`` 1 shows the whole picture; ``x``, ``y`` are the middle in shares of it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scale, self.x, self.y = 1.0, 0.5, 0.5

    def whole(self) -> None:
        """Show all of it."""
        self.set(1.0, 0.5, 0.5)

    def set(self, scale: float, x: float, y: float) -> None:
        """Look at another place; never beside the picture."""
        scale = min(max(scale, 1.0), MOST)
        half = 0.5 / scale
        x, y = min(max(x, half), 1 - half), min(max(y, half), 1 - half)
        if (scale, x, y) != (self.scale, self.x, self.y):
            self.scale, self.x, self.y = scale, x, y
            self.changed.emit()

    def zoom(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Look in or out; the place ``x``, ``y`` (shares) stays where it is."""
        scale = min(max(self.scale * factor, 1.0), MOST)
        px, py = (self.x if x is None else x), (self.y if y is None else y)
        left = self.scale / scale
        self.set(scale, px + (self.x - px) * left, py + (self.y - py) * left)

    def move(self, dx: float, dy: float) -> None:
        """Go by shares of what is seen."""
        self.set(self.scale, self.x + dx / self.scale, self.y + dy / self.scale)


class ZoomCanvas(QWidget):
    """One picture, fitted, as its ``look`` says."""

    def __init__(self, look: Look | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look or Look(self)
        self.image = QImage()
        self.words = ""
        self._held: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As large as can be had."""
        return QSize(480, 360)

    def show_image(self, image: QImage, words: str = "") -> None:
        """Show a picture, or words where there is none."""
        self.image, self.words = image, words
        self.update()

    # ---- places
    def fitted(self) -> QSize:
        """The whole picture's size in this widget."""
        return self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)

    def frame(self) -> QRectF:
        """Where the picture lies, its parts outside the widget too."""
        fit, look = self.fitted(), self.look
        wide, high = fit.width() * look.scale, fit.height() * look.scale
        left = self.width() / 2 - look.x * wide
        top = self.height() / 2 - look.y * high
        return QRectF(left, top, wide, high)

    def share(self, at: QPointF) -> QPointF:
        """A place of the widget as shares of the picture, inside it."""
        where = self.frame()
        if where.isEmpty():
            return QPointF(0.5, 0.5)
        x = (at.x() - where.left()) / where.width()
        y = (at.y() - where.top()) / where.height()
        return QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))

    # ---- hands
    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel looks in and out at the pointer."""
        turned = event.angleDelta().y()
        if turned:
            at = self.share(event.position())
            self.look.zoom(STEP ** (turned / 120), at.x(), at.y())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hold the picture."""
        self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._held is None:
            return
        gone, where = event.position() - self._held, self.frame()
        self._held = event.position()
        if not where.isEmpty():
            look = self.look
            x, y = look.x - gone.x() / where.width(), look.y - gone.y() / where.height()
            look.set(look.scale, x, y)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look close at a place, or at all of it again."""
        at = self.share(event.position())
        if self.look.scale > 1:
            self.look.whole()
        else:
            self.look.zoom(CLOSE, at.x(), at.y())

    def event(self, event: QEvent) -> bool:
        """Two fingers look in and out."""
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pinched(pinch)
                event.accept()
                return True
        return super().event(event)

    def _pinched(self, pinch: QPinchGesture) -> None:
        at = self.share(QPointF(self.mapFromGlobal(QPoint(*_whole(pinch.centerPoint())))))
        self.look.zoom(pinch.scaleFactor(), at.x(), at.y())

    # ---- drawing
    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture on a dark ground."""
        del event
        now = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), now.colour("sunken"))
        if self.image.isNull():
            painter.setPen(now.colour("ink2"))
            painter.setFont(now.font())
            centre = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), int(centre), self.words)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.frame(), self.image)
        self.paint_over(painter)

    def paint_over(self, painter: QPainter) -> None:
        """What lies above the picture."""


def _whole(point: QPointF) -> tuple[int, int]:
    return round(point.x()), round(point.y())


def look_by_key(look: Look, event: QKeyEvent) -> bool:
    """``+ − 0`` and, looked in, the arrows; whether the key was one of them."""
    key = Qt.Key(event.key())
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
        look.zoom(STEP)
    elif key == Qt.Key.Key_Minus:
        look.zoom(1 / STEP)
    elif key == Qt.Key.Key_0:
        look.whole()
    elif look.scale > 1 and key in _ARROWS:
        dx, dy = _ARROWS[key]
        look.move(dx * SHIFT, dy * SHIFT)
    else:
        return False
    return True


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
