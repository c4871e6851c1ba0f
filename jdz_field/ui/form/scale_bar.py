"""A number line to point at: track, ticks, words at the ticks, a handle once it was touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.ui.form.hold import Hold
from jdz_field.ui.theme import current

_HANDLE, _TRACK, _TICK = 15, 6, 6
#: Ticks nearer than this are one grey line.
_NEAREST = 7
#: Digits typed within this time belong together.
_TYPED_MS = 1200
_HIGH = 300
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Minus: -1,
    Qt.Key.Key_Plus: 1,
}
_PAGES = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}


@dataclass(frozen=True, slots=True)
class Scale:
    """The values of a range, exact: ``start``, ``start + step`` … ``end``.

    Attributes:
        ticks: every so many steps there is a tick; 0: none.
        placeholder: a value that is marked while nothing is answered.
        words: by value, what stands below its tick.
    """

    start: Decimal
    step: Decimal
    last: int
    ticks: int = 1
    placeholder: Decimal | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def value(self, place: int) -> str:
        """The value at a place, without needless zeros."""
        exact = self.start + self.step * place
        text = f"{exact:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def place(self, text: str) -> int | None:
        """The nearest place of a value; ``None`` when it is no number or beyond the ends."""
        try:
            place = round((Decimal(text) - self.start) / self.step)
        except (InvalidOperation, ValueError, OverflowError):
            return None
        return place if 0 <= place <= self.last else None


def scale_of(parameters: Mapping[str, str], *, ticks: bool = True) -> Scale | None:
    """The scale that ``start``, ``end`` and ``step`` of a range describe; ``None``: none.

    A range that begins above its end runs downwards (XLSForm reference, range).
    """
    try:
        start, end = Decimal(parameters.get("start", "1")), Decimal(parameters.get("end", "10"))
        step = abs(Decimal(parameters.get("step", "1")))
        if not step or start == end or not (start - end + step).is_finite():
            return None
        between = abs(Decimal(parameters.get("tick-interval", "0")))
        marked = parameters.get("placeholder")
        return Scale(
            start,
            step if end > start else -step,
            int(abs(end - start) / step),
            max(1, int(between / step)) if ticks else 0,
            Decimal(marked) if marked else None,
        )
    except InvalidOperation:
        return None


class ScaleBar(QWidget):
    """The line itself. Arrows step, digits go to a value, a finger or the mouse points.

    Signals:
        moved(int): the person went to this place.
        settled(): and let go.
        cleared(): Delete was pressed.
    """

    moved = Signal(int)
    settled = Signal()
    cleared = Signal()

    def __init__(
        self, scale: Scale, *, vertical: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.scale = scale
        self._vertical = vertical
        self._place: int | None = None
        self._typed = ""
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(_TYPED_MS)
        self._forget.timeout.connect(self._forgotten)
        self._hold = Hold(self)
        # The page would turn by these keys.
        self.setProperty("keeps", "PgDown PgUp")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        expanding, fixed = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        self.setSizePolicy(*((fixed, fixed) if vertical else (expanding, fixed)))

    def show_place(self, place: int | None) -> None:
        """Put the handle there; ``None``: there is none."""
        self._place = place
        self.update()

    def sizeHint(self) -> QSize:
        """High enough for a thumb and the words below."""
        line = self.fontMetrics().lineSpacing()
        if self._vertical:
            words = [*self.scale.words.values(), *self._ends()]
            widest = max(self.fontMetrics().horizontalAdvance(word) for word in words)
            return QSize(current().touch() + widest + 24, _HIGH)
        rows = 2 if any(word for word in self.scale.words.values()) else 1
        return QSize(240, current().touch() + rows * line + 4)

    def minimumSizeHint(self) -> QSize:
        """As its hint, but narrower."""
        hint = self.sizeHint()
        return hint if self._vertical else QSize(120, hint.height())

    # ---- geometry
    def _span(self) -> tuple[float, float]:
        """Where the line begins and ends, along its way."""
        return (_HIGH - 20.0, 20.0) if self._vertical else (20.0, self.width() - 20.0)

    def _across(self) -> float:
        return current().touch() / 2

    def point_of(self, place: int) -> QPointF:
        """Where a place is, in pixels."""
        begin, end = self._span()
        along = begin + (end - begin) * place / max(1, self.scale.last)
        return QPointF(self._across(), along) if self._vertical else QPointF(along, self._across())

    def _place_at(self, point: QPointF) -> int:
        begin, end = self._span()
        along = point.y() if self._vertical else point.x()
        share = (along - begin) / ((end - begin) or 1)
        return min(max(round(share * self.scale.last), 0), self.scale.last)

    # ---- pointing
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Point: the handle comes."""
        self._hold.take()
        self.moved.emit(self._place_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        place = self._place_at(event.position())
        if place != self._place:
            self.moved.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._hold.let_go()
        self.settled.emit()

    # ---- keys
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Steps, ends, digits, Delete."""
        key, last = Qt.Key(event.key()), self.scale.last
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._typed = ""
            self.cleared.emit()
        elif key in _STEPS and not (self._typed or (event.text() == "-" and self._signed())):
            self.step(_STEPS[key])
        elif key in _PAGES:
            self.step(_PAGES[key] * max(1, last // 10))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if key == Qt.Key.Key_Home else last)
        elif event.text() and event.text() in "0123456789.-":
            self._type(event.text())
        else:
            super().keyPressEvent(event)

    def _signed(self) -> bool:
        return self._place is None and self.scale.start < 0

    def step(self, steps: int) -> None:
        """Go so many steps; the first goes to the placeholder, else to the beginning."""
        if self._place is None:
            marked = self.scale.placeholder
            first = self.scale.place(str(marked)) if marked is not None else None
            self._go(first if first is not None else 0 if steps > 0 else self.scale.last)
        else:
            self._go(min(max(self._place + steps, 0), self.scale.last))

    def _type(self, sign: str) -> None:
        self._typed += sign
        self._forget.start()
        place = self.scale.place(self._typed)
        if place is None:
            place = self.scale.place(sign)
            self._typed = sign if place is not None else self._typed
        if place is not None:
            self._go(place)

    def _go(self, place: int) -> None:
        self.moved.emit(place)
        self.settled.emit()

    def _forgotten(self) -> None:
        self._typed = ""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys go."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Digits typed so far are done with."""
        super().focusOutEvent(event)
        self._forget.stop()
        self._typed = ""
        self.update()

    # ---- painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Track, ticks, words, handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t, last = current().colours, self.scale.last
        begin, end = self.point_of(0), self.point_of(last)
        painter.setPen(QPen(QColor(t.line), _TRACK / 2, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(begin, end)
        if self._place is not None:
            painter.setPen(QPen(QColor(t.accent), _TRACK + 2, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(begin, self.point_of(self._place))
        self._paint_ticks(painter)
        self._paint_words(painter)
        self._paint_handle(painter)

    def _paint_ticks(self, painter: QPainter) -> None:
        begin, end = self._span()
        room = abs(end - begin) / max(1, self.scale.last)
        every = self.scale.ticks
        if not every:
            return
        while every * room < _NEAREST:
            every *= 10 if every % 10 == 0 or every == 1 else 2
        painter.setPen(QPen(QColor(current().colours.ink2), 1.5))
        away = QPointF(_TICK, 0) if self._vertical else QPointF(0, _TICK)
        off = QPointF(_TRACK, 0) if self._vertical else QPointF(0, _TRACK)
        for place in range(0, self.scale.last + 1, every):
            here = self.point_of(place) + off
            painter.drawLine(here, here + away)

    def _ends(self) -> tuple[str, str]:
        return self.scale.value(0), self.scale.value(self.scale.last)

    def _labels(self) -> list[tuple[int, str]]:
        ends = {0: self._ends()[0], self.scale.last: self._ends()[1]}
        for value, word in self.scale.words.items():
            place = self.scale.place(value)
            if place is not None:
                ends[place] = word
        return sorted(ends.items())

    def _paint_words(self, painter: QPainter) -> None:
        painter.setPen(QColor(current().colours.ink2))
        painter.setFont(current().font("caption"))
        metrics = painter.fontMetrics()
        past = -1e9
        for place, word in self._labels():
            wide, point = metrics.horizontalAdvance(word) + 2, self.point_of(place)
            if self._vertical:
                box = QRectF(current().touch() + 4, point.y() - 20, wide, 40)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), word)
                continue
            left = min(max(0.0, point.x() - wide / 2), self.width() - wide)
            # Words that would run into each other stand one line lower.
            lower = metrics.lineSpacing() if left < past + 4 else 0
            past = left + wide if not lower else past
            box = QRectF(left, current().touch() - 6 + lower, wide, metrics.lineSpacing())
            painter.drawText(box, 0, word)

    def _paint_handle(self, painter: QPainter) -> None:
        t = current().colours
        if self._place is None:
            marked = self.scale.placeholder
            place = self.scale.place(str(marked)) if marked is not None else None
            if place is not None:
                painter.setPen(QPen(QColor(t.ink2), 2, Qt.PenStyle.DotLine))
                painter.setBrush(QColor(t.surface))
                painter.drawEllipse(self.point_of(place), _HANDLE - 3, _HANDLE - 3)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent))
            painter.drawEllipse(self.point_of(self._place), _HANDLE, _HANDLE)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
