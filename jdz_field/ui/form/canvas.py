"""Drawing on a picture by finger, mouse, pen or keys: strokes, arrows, boxes, words, undo."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QTabletEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.theme import FAMILIES, current

PEN, ARROW, BOX, WORDS = "pen", "arrow", "box", "words"
#: Keys move the cross by so many shares of the picture's width; with Shift by tenfold.
_STEP = 1 / 200
_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(slots=True)
class Mark:
    """One mark, in pixels of the picture; ``widths`` goes along with a pen's ``points``."""

    tool: str
    colour: QColor
    width: float
    points: list[QPointF] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    words: str = ""

    def add(self, point: QPointF, pressure: float = 1.0) -> None:
        """Go on to a point; boxes and arrows have two."""
        if self.tool == PEN:
            self.points.append(point)
            self.widths.append(self.width * (0.35 + 0.65 * pressure))
        else:
            self.points = [*self.points[:1], point]

    def counts(self) -> bool:
        """Whether there is anything to see."""
        if self.tool in (ARROW, BOX):
            far = self.points[-1] - self.points[0] if self.points else QPointF()
            return math.hypot(far.x(), far.y()) > self.width
        return bool(self.words) if self.tool == WORDS else bool(self.points)

    def paint(self, painter: QPainter) -> None:
        """Draw it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(self.colour, self.width, Qt.PenStyle.SolidLine, cap, join))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.tool == PEN:
            self._paint_pen(painter)
        elif self.tool == BOX:
            painter.drawRect(QRectF(self.points[0], self.points[-1]).normalized())
        elif self.tool == ARROW:
            self._paint_arrow(painter)
        else:
            self._paint_words(painter)

    def _paint_pen(self, painter: QPainter) -> None:
        pen = painter.pen()
        if len(self.points) == 1:
            pen.setWidthF(self.widths[0])
            painter.setPen(pen)
            painter.drawPoint(self.points[0])
        for start, end, width in zip(self.points, self.points[1:], self.widths[1:], strict=False):
            pen.setWidthF(width)
            painter.setPen(pen)
            painter.drawLine(start, end)

    def _paint_arrow(self, painter: QPainter) -> None:
        start, end = self.points[0], self.points[-1]
        angle = math.atan2(end.y() - start.y(), end.x() - start.x())
        size = 4 * self.width
        wings = [
            end - QPointF(math.cos(angle + turn) * size, math.sin(angle + turn) * size)
            for turn in (0.5, -0.5)
        ]
        painter.drawLine(start, end - QPointF(math.cos(angle), math.sin(angle)) * size * 0.8)
        painter.setBrush(self.colour)
        painter.drawPolygon(QPolygonF([end, *wings]))

    def _paint_words(self, painter: QPainter) -> None:
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setPixelSize(max(12, round(self.width * 6)))
        font.setWeight(QFont.Weight.DemiBold)
        path = QPainterPath()
        path.addText(self.points[0], font, self.words)
        # A rim, so that words are read on any ground.
        rim = QColor("white" if self.colour.lightness() < 160 else "black")
        painter.strokePath(path, QPen(rim, self.width * 0.9, Qt.PenStyle.SolidLine))
        painter.fillPath(path, self.colour)


class Canvas(QWidget):
    """A picture and the marks on it.

    Keys: arrows move a cross, Space sets the tool down and lifts it, Shift is fast.

    Signals:
        changed(): a mark was made or taken back.
        words_wanted(object): with the words tool a place was chosen (``QPointF``).
    """

    changed = Signal()
    words_wanted = Signal(object)

    def __init__(self, base: QImage, guide: bool = False, parent: QWidget | None = None) -> None:
        """``guide`` shows a line to write on, which is no part of the picture."""
        super().__init__(parent)
        self.base = base
        self.marks: list[Mark] = []
        self.undone: list[Mark] = []
        self.tool, self.colour = PEN, QColor("#D32F2F")
        self.width_share = 1 / 160
        self._guide = guide
        self._mark: Mark | None = None
        self._cross = QPointF(base.width() / 2, base.height() / 2)
        self._keyed = False
        self._scaled: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking, on=True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self.setAccessibleName(_("Drawing: arrows move the cross, Space sets the pen down or up"))

    def sizeHint(self) -> QSize:
        """As large as there is room."""
        return QSize(800, 500)

    # ---- what is drawn
    def empty(self) -> bool:
        """Whether nothing was drawn."""
        return not self.marks

    def add(self, mark: Mark) -> None:
        """Put a mark on."""
        self.marks.append(mark)
        self.undone.clear()
        self.update()
        self.changed.emit()

    def undo(self) -> None:
        """Take the last mark back."""
        if self.marks:
            self.undone.append(self.marks.pop())
            self.update()
            self.changed.emit()

    def redo(self) -> None:
        """Bring it again."""
        if self.undone:
            self.marks.append(self.undone.pop())
            self.update()
            self.changed.emit()

    def clear_marks(self) -> None:
        """Take every mark away; ``undo`` has none to take, ``redo`` brings them one by one."""
        self.undone = self.marks[::-1]
        self.marks = []
        self.update()
        self.changed.emit()

    def image(self) -> QImage:
        """The picture with its marks, at its own size."""
        made = self.base.convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(made)
        for mark in self.marks:
            mark.paint(painter)
        painter.end()
        return made

    def new_mark(self, tool: str = "") -> Mark:
        """An empty mark of the tool, colour and width in force."""
        width = max(2.0, max(self.base.width(), self.base.height()) * self.width_share)
        return Mark(tool or self.tool, QColor(self.colour), width)

    # ---- places
    def _place(self) -> tuple[QPointF, float]:
        """The picture's corner on the widget, and its scale."""
        room = QSize(max(1, self.width() - 4), max(1, self.height() - 4))
        scale = min(room.width() / self.base.width(), room.height() / self.base.height())
        left = (self.width() - self.base.width() * scale) / 2
        top = (self.height() - self.base.height() * scale) / 2
        return QPointF(left, top), scale

    def on_picture(self, place: QPointF) -> QPointF:
        """Where on the picture a place of the widget is; never outside."""
        corner, scale = self._place()
        point = (place - corner) / scale
        return QPointF(
            min(max(point.x(), 0.0), self.base.width()),
            min(max(point.y(), 0.0), self.base.height()),
        )

    def on_widget(self, point: QPointF) -> QPointF:
        """Where on the widget a point of the picture is."""
        corner, scale = self._place()
        return corner + point * scale

    # ---- drawing
    def _begin(self, point: QPointF, pressure: float = 1.0) -> None:
        if self.tool == WORDS:
            self.words_wanted.emit(point)
            return
        self._mark = self.new_mark()
        self._mark.add(point, pressure)
        self.update()

    def _go_on(self, point: QPointF, pressure: float = 1.0) -> None:
        if self._mark is not None:
            self._mark.add(point, pressure)
            self.update()

    def _end(self) -> None:
        mark, self._mark = self._mark, None
        if mark is not None and mark.counts():
            self.add(mark)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._keyed = False
            self._begin(self.on_picture(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on."""
        self._go_on(self.on_picture(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen: its pressure is the line's width."""
        point, pressure = self.on_picture(event.position()), event.pressure() or 0.5
        if event.type() == QEvent.Type.TabletPress:
            self._begin(point, pressure)
        elif event.type() == QEvent.Type.TabletMove:
            self._go_on(point, pressure)
        elif event.type() == QEvent.Type.TabletRelease:
            self._end()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Space."""
        way = _KEYS.get(Qt.Key(event.key()))
        if way is not None:
            self._move_cross(*way, fast=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Space:
            self._keyed = True
            if self._mark is None:
                self._begin(QPointF(self._cross))
            else:
                self._end()
        else:
            super().keyPressEvent(event)

    def _move_cross(self, right: int, down: int, *, fast: bool) -> None:
        step = self.base.width() * _STEP * (10 if fast else 1)
        self._keyed = True
        self._cross = QPointF(
            min(max(self._cross.x() + right * step, 0.0), self.base.width()),
            min(max(self._cross.y() + down * step, 0.0), self.base.height()),
        )
        self._go_on(QPointF(self._cross))
        self.update()

    # ---- painting
    def forget_scaled(self) -> None:
        """The picture below the marks is another one now."""
        self._scaled = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture is scaled anew."""
        super().resizeEvent(event)
        self._scaled = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, marks, cross, frame."""
        del event
        painter = QPainter(self)
        corner, scale = self._place()
        size = QSize(round(self.base.width() * scale), round(self.base.height() * scale))
        frame = QRectF(corner.x(), corner.y(), size.width(), size.height())
        painter.drawPixmap(frame.topLeft(), self._picture(size))
        if self._guide:
            line = frame.bottom() - frame.height() * 0.22
            inset = frame.width() * 0.05
            painter.setPen(QPen(QColor("#9AA7B0"), 2, Qt.PenStyle.DashLine))
            painter.drawLine(
                QPointF(frame.left() + inset, line), QPointF(frame.right() - inset, line)
            )
        painter.save()
        painter.setClipRect(frame)
        painter.translate(corner)
        painter.scale(scale, scale)
        for mark in (*self.marks, *([self._mark] if self._mark else [])):
            mark.paint(painter)
        painter.restore()
        self._paint_frame(painter, frame)

    def _picture(self, size: QSize) -> QPixmap:
        if self._scaled is None:
            ratio = self.devicePixelRatioF()
            shown = self.base.scaled(
                size * ratio,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            shown.setDevicePixelRatio(ratio)
            self._scaled = QPixmap.fromImage(shown)
        return self._scaled

    def _paint_frame(self, painter: QPainter, frame: QRectF) -> None:
        now = current()
        colour = now.colour("accent" if self.hasFocus() else "line")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2))
        painter.drawRect(frame)
        if self._keyed and self.hasFocus():
            at, size = self.on_widget(self._cross), 14
            for paint, width in (("surface", 5), ("accent", 2)):
                painter.setPen(QPen(now.colour(paint), width))
                painter.drawLine(at - QPointF(size, 0), at + QPointF(size, 0))
                painter.drawLine(at - QPointF(0, size), at + QPointF(0, size))
