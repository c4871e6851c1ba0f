"""Ranges: a number line, a drop-down of its values, or stars. Unanswered until touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.scale_bar import Scale, ScaleBar
from jdz_field.ui.form.search import SearchEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import column, line, text, tool
from jdz_field.xforms.view import Choice

#: More values than this are no drop-down, and more stars than this no rating.
MOST_PICKED, MOST_STARS = 5000, 20


class RangeEditor(Editor):
    """A number line with keys that go one step, the value in large figures beside it."""

    def __init__(
        self, scale: Scale, *, vertical: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.figure = text("", "heading")
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        widest = max(len(scale.value(0)), len(scale.value(scale.last)), len(scale.value(1)))
        self.figure.setMinimumWidth(round((widest + 1) * current().text("heading") * 0.62) + 8)
        self.bar = ScaleBar(scale, vertical=vertical)
        self.bar.moved.connect(self._moved)
        self.bar.settled.connect(self.settled)
        self.bar.cleared.connect(self.clear)
        self.setFocusProxy(self.bar)
        self.less = self._key("minus", _("Less"), self._less)
        self.more = self._key("plus", _("More"), self._more)
        self.drop = tool("close", _("Clear"), self.clear)
        if vertical:
            keys = column(self.more, self.figure, self.less, self.drop, None)
            self.setLayout(line(self.bar, keys, None, gap=16))
        else:
            row = line(self.less, self.bar, self.more, self.figure, self.drop)
            row.setStretch(1, 1)
            row.setAlignment(Qt.AlignmentFlag.AlignTop)
            for part in (self.less, self.more, self.figure, self.drop):
                row.setAlignment(part, Qt.AlignmentFlag.AlignTop)
            self.figure.setMinimumHeight(current().touch())
            self.setLayout(row)
        self._keep_room()
        self.show_value("")

    def _keep_room(self) -> None:
        """Nothing moves under the finger when the key that clears comes."""
        policy = self.drop.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.drop.setSizePolicy(policy)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """The words at the ticks."""
        words = {choice.value: plain(choice.label) for choice in choices}
        if words != self.bar.scale.words:
            self.bar.scale = replace(self.bar.scale, words=words)
            self.bar.updateGeometry()
            self.bar.update()

    def show_value(self, value: str) -> None:
        """Put the handle there; a dash while unanswered."""
        self.figure.setText(value or "—")
        self.drop.setVisible(bool(value))
        self.bar.show_place(self.bar.scale.place(value) if value else None)

    def _key(self, name: str, tip: str, act: Callable[[], None]) -> QToolButton:
        made = tool(name, tip, act, kind="")
        made.setAutoRepeat(True)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return made

    def _moved(self, place: int) -> None:
        value = self.bar.scale.value(place)
        self.show_value(value)
        self.answered.emit(value)

    def _less(self) -> None:
        self.bar.step(-1)

    def _more(self) -> None:
        self.bar.step(1)

    def clear(self) -> None:
        """Unanswered again."""
        self.show_value("")
        self.answered.emit("")
        self.settled.emit()


class PickerEditor(SearchEditor):
    """The values of a scale as a drop-down."""

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        self._scale = scale
        super().__init__(several=False, searched=False, parent=parent)
        self.set_choices(())

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """The values, with the words that the form has for some."""
        words = {choice.value: choice.label for choice in choices}
        values = [self._scale.value(place) for place in range(self._scale.last + 1)]
        super().set_choices([Choice(v, f"{v}　{words[v]}" if v in words else v) for v in values])


class StarsEditor(Editor):
    """So many stars of so many; a second tap on the last one takes them back."""

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = ""
        self.stars = Stars(scale)
        self.stars.picked.connect(self._picked)
        self.setFocusProxy(self.stars)
        self.words = text("", "secondary")
        row = line(self.stars, self.words, None, gap=12)
        self.setLayout(row)
        self.show_value("")

    def show_value(self, value: str) -> None:
        """Fill the stars up to this value."""
        self._value = value
        place = self.stars.scale.place(value) if value else None
        self.stars.show_place(place)
        most = self.stars.scale.value(self.stars.scale.last)
        words = _("{value} of {most}").format(value=value, most=most)
        self.words.setText(words if value else "—")

    def short_width(self) -> int:
        """The stars and their words."""
        return self.stars.sizeHint().width() + 120 if self.stars.scale.last < 7 else 0

    def _picked(self, place: int) -> None:
        value = self.stars.scale.value(place) if place >= 0 else ""
        self.show_value("" if value == self._value else value)
        self.answered.emit(self._value)
        self.settled.emit()


class Stars(QWidget):
    """A row of stars that wraps where the room ends.

    Signals:
        picked(int): the place that was tapped or keyed; -1: none.
    """

    picked = Signal(int)

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = scale
        self._place: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_place(self, place: int | None) -> None:
        """Fill the stars up to this place."""
        self._place = place
        self.update()

    def _side(self) -> int:
        return current().touch()

    def _columns(self, width: int) -> int:
        return max(1, min(self.scale.last + 1, width // self._side()))

    def sizeHint(self) -> QSize:
        """All stars on one line, ten at most."""
        columns = min(self.scale.last + 1, 10)
        wide = columns * self._side()
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        """Five on a line."""
        return QSize(min(5, self.scale.last + 1) * self._side(), self._side())

    def heightForWidth(self, width: int) -> int:
        """As many lines as the stars need."""
        return -(-(self.scale.last + 1) // self._columns(width)) * self._side()

    def box(self, place: int) -> QRectF:
        """Where a star is, in pixels."""
        columns, side = self._columns(self.width()), self._side()
        return QRectF(place % columns * side, place // columns * side, side, side)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap on a star."""
        for place in range(self.scale.last + 1):
            if self.box(place).contains(event.position()):
                self.picked.emit(place)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, digits, Delete."""
        here = -1 if self._place is None else self._place
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Down):
            self._go(here - 1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Up):
            self._go(min(here + 1, self.scale.last))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._go(-1)
        elif event.text().isdigit() and self.scale.place(event.text()) is not None:
            self._go(self.scale.place(event.text()) or 0)
        else:
            super().keyPressEvent(event)

    def _go(self, place: int) -> None:
        # The place that is shown already would be taken back by a second tap, not by a key.
        if place != (-1 if self._place is None else self._place):
            self.picked.emit(max(place, -1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Full stars and outlines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = current().colours
        for place in range(self.scale.last + 1):
            full = self._place is not None and place <= self._place
            painter.setPen(QPen(QColor(t.accent if full else t.ink2), 2))
            painter.setBrush(QColor(t.accent) if full else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(_star(self.box(place)))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)


#: A five-pointed star in a square from -1 to 1.
_POINTS = (
    (0.0, -1.0),
    (0.25, -0.34),
    (0.95, -0.31),
    (0.4, 0.13),
    (0.59, 0.81),
    (0.0, 0.42),
    (-0.59, 0.81),
    (-0.4, 0.13),
    (-0.95, -0.31),
    (-0.25, -0.34),
)


def _star(box: QRectF) -> QPolygonF:
    size, middle = box.width() * 0.36, box.center()
    return QPolygonF([QPointF(middle.x() + x * size, middle.y() + y * size) for x, y in _POINTS])
