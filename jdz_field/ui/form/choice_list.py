"""The rows of a long list of choices: what is searched for, and a view that paints what is seen.

Qt's own list asks its model for every one of 50,000 rows whenever they change; this one only for
those in sight.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.choice_media import ChoiceMedia, read_picture
from jdz_field.ui.form.marked import is_marked, plain
from jdz_field.ui.form.matching import Finder
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import by_finger
from jdz_field.xforms.view import Choice

#: How many pictures of rows are kept, and how far a finger may slip in a tap.
_KEPT, _SLIP = 200, 12
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class ChoiceRows:
    """The choices that hold every word searched for.

    Values that are chosen but no longer on offer stand first, until they are taken back.
    """

    def __init__(self) -> None:
        self._given: Sequence[Choice] = ()
        self._all: list[Choice] = []
        self._gone: list[Choice] = []
        self._offered: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._shown: list[int] = []
        self.chosen: tuple[str, ...] = ()
        self._finder: Finder | None = None
        self._text = ""

    def set_choices(self, choices: Sequence[Choice]) -> bool:
        """Offer these; whether they are others than before."""
        if choices is self._given or list(choices) == self._all:
            self._given = choices
            return False
        # The labels of chosen values outlive the list that had them.
        chosen = {value: self._label_of(value) for value in self.chosen}
        self._given, self._all = choices, list(choices)
        self._offered = {choice.value: _words(choice.label) for choice in self._all}
        self._known = {value: label for value, label in chosen.items() if label != value}
        self._finder = None
        self._find()
        return True

    def search(self, text: str) -> None:
        """Show only the choices with every word of ``text`` in label, code or pinyin."""
        self._text = text
        self._find()

    def prepare(self) -> None:
        """What the first letter needs, while nobody waits for it."""
        self._searcher().spell()

    def _searcher(self) -> Finder:
        if self._finder is None:
            labels = [self._offered[choice.value] for choice in self._all]
            self._finder = Finder(labels, [choice.value for choice in self._all])
        return self._finder

    def _find(self) -> None:
        searched = bool(self._text.strip())
        self._gone = [] if searched else self._not_offered()
        everything = list(range(len(self._all)))
        self._shown = self._searcher().find(self._text) if searched else everything

    def set_chosen(self, values: Sequence[str]) -> None:
        """Which are chosen."""
        for value in values:
            if value in self._offered:
                self._known[value] = self._offered[value]
        self.chosen = tuple(values)
        if not self._text.strip():
            self._gone = self._not_offered()

    def _not_offered(self) -> list[Choice]:
        gone = (value for value in self.chosen if value not in self._offered)
        return [Choice(value, self._label_of(value)) for value in gone]

    def count(self) -> int:
        """How many rows there are."""
        return len(self._gone) + len(self._shown)

    def choice(self, row: int) -> Choice:
        """The choice in this row."""
        if row < len(self._gone):
            return self._gone[row]
        return self._all[self._shown[row - len(self._gone)]]

    def row_of(self, value: str) -> int:
        """The row of a value while nothing is searched for; -1 when it is not there."""
        for row, choice in enumerate(self._gone):
            if choice.value == value:
                return row
        if value not in self._offered or len(self._shown) != len(self._all):
            return -1
        return len(self._gone) + [choice.value for choice in self._all].index(value)

    def is_offered(self, value: str) -> bool:
        """Whether the list has this value now."""
        return value in self._offered

    def labels(self, values: Sequence[str]) -> list[str]:
        """The labels of these values; what is not on offer any more says so."""
        words = _("{choice} (not on the list any more)")
        labels = ((value, self._label_of(value)) for value in values)
        return [
            label if value in self._offered else words.format(choice=label)
            for value, label in labels
        ]

    def _label_of(self, value: str) -> str:
        return self._offered.get(value) or self._known.get(value) or value


class ChoiceView(QAbstractScrollArea):
    """The rows, as large as gloves need; chosen ones carry a tick.

    Signals:
        picked(int): a row was tapped, or Enter or Space pressed on it.
    """

    picked = Signal(int)

    def __init__(
        self, rows: ChoiceRows, media: ChoiceMedia | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rows, self._media = rows, media or ChoiceMedia()
        self._pictures: dict[str, QPixmap] = {}
        self._pressed: QPointF | None = None
        self.row = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        by_finger(self)

    def fit(self, most: int) -> None:
        """Take the height of the rows, of ``most`` at the most."""
        self.setFixedHeight(max(1, min(most, self._rows.count())) * self.row_height())
        self._limit()

    def row_height(self) -> int:
        """Height of one row in pixels."""
        return current().touch()

    def refresh(self) -> None:
        """The rows are others."""
        self._limit()
        self.viewport().update()

    def _limit(self) -> None:
        bar, high = self.verticalScrollBar(), self.row_height()
        bar.setRange(0, max(0, self._rows.count() * high - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(high // 2)

    def go_to(self, row: int) -> None:
        """Make a row the current one and bring it into sight; -1: none, from the top."""
        self.row = min(row, self._rows.count() - 1)
        bar, high = self.verticalScrollBar(), self.row_height()
        if self.row < 0:
            bar.setValue(0)
        elif self.row * high < bar.value():
            bar.setValue(self.row * high)
        elif (self.row + 1) * high > bar.value() + self.viewport().height():
            bar.setValue((self.row + 1) * high - self.viewport().height())
        self.viewport().update()

    def box(self, row: int) -> QRect:
        """Where a row is, in the viewport."""
        high = self.row_height()
        top = row * high - self.verticalScrollBar().value()
        return QRect(0, top, self.viewport().width(), high)

    def _row_at(self, point: QPointF) -> int:
        row = int(point.y() + self.verticalScrollBar().value()) // self.row_height()
        return row if 0 <= row < self._rows.count() else -1

    def sizeHint(self) -> QSize:
        """As wide as its page."""
        return QSize(320, self.row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less to scroll."""
        super().resizeEvent(event)
        self._limit()

    # ---- pointing and keys
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap begins."""
        self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap ends where it began; anything else was a drag."""
        began, self._pressed = self._pressed, None
        if began is None or (event.position() - began).manhattanLength() > _SLIP:
            return
        row = self._row_at(event.position())
        if row >= 0:
            self.row = row
            self.picked.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Rows, pages, ends; Enter and Space choose."""
        page = max(1, self.viewport().height() // self.row_height())
        key = Qt.Key(event.key())
        steps = {
            Qt.Key.Key_Up: self.row - 1,
            Qt.Key.Key_Down: self.row + 1,
            Qt.Key.Key_PageUp: self.row - page,
            Qt.Key.Key_PageDown: self.row + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._rows.count() - 1,
        }
        if key in steps:
            self.go_to(max(0, steps[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.row >= 0:
                self.picked.emit(self.row)
        else:
            super().keyPressEvent(event)

    def find_begun(self, letter: str) -> None:
        """Go to the next row that begins with a letter."""
        count = self._rows.count()
        for step in range(1, count + 1):
            row = (max(self.row, -1) + step) % count
            if self._rows.choice(row).label.casefold().startswith(letter.casefold()):
                self.go_to(row)
                return

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Where the keyboard is, is seen."""
        super().focusInEvent(event)
        if self.row < 0:
            self.row = min(0, self._rows.count() - 1)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Rows under the mouse are lit."""
        if event.type() in (QEvent.Type.MouseMove, QEvent.Type.Leave):
            self.viewport().update()
        return super().viewportEvent(event)

    # ---- painting
    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows in sight."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), current().colour("surface"))
        painter.setFont(self.font())
        high, count = self.row_height(), self._rows.count()
        first = self.verticalScrollBar().value() // high
        last = min(count, first + self.viewport().height() // high + 2)
        for row in range(first, last):
            self._paint_row(painter, row, self.box(row))

    def _paint_row(self, painter: QPainter, row: int, box: QRect) -> None:
        t, choice = current().colours, self._rows.choice(row)
        chosen, offered = choice.value in self._rows.chosen, self._rows.is_offered(choice.value)
        under = self.viewport().mapFromGlobal(self.cursor().pos())
        lit = row == self.row or (self.viewport().underMouse() and box.contains(under))
        if chosen or lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent_soft if chosen else t.sunken))
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 6, 6)
        if row == self.row and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 2))
            painter.drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), 6, 6)
        if chosen:
            _paint_tick(painter, box)
        left = 44
        picture = self._picture(choice) if choice.media else QPixmap()
        if not picture.isNull():
            place = QRect(left, box.y() + 4, picture.width(), picture.height())
            painter.drawPixmap(place, picture)
            left += picture.width() + 10
        painter.setPen(QColor(t.ink if offered else t.error))
        room = box.adjusted(left, 0, -8, 0)
        words = painter.fontMetrics().elidedText(
            self._rows.labels([choice.value])[0], Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.drawText(room, int(_LEFT), words)

    def _picture(self, choice: Choice) -> QPixmap:
        if choice.value not in self._pictures:
            if len(self._pictures) > _KEPT:
                self._pictures.clear()
            file = self._media.picture(choice.media)
            found = read_picture(file) if file is not None else QPixmap()
            side = self.row_height() - 8
            self._pictures[choice.value] = (
                found.scaled(
                    QSize(2 * side, side),
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
                if not found.isNull()
                else found
            )
        return self._pictures[choice.value]


def _paint_tick(painter: QPainter, box: QRect) -> None:
    middle = QPointF(22, box.center().y() + 1)
    painter.setPen(QPen(QColor(current().colours.accent), 2.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = [QPointF(-7, -0.5), QPointF(-2, 4.5), QPointF(7, -5.5)]
    painter.drawPolyline(QPolygonF([middle + point for point in points]))


def _words(label: str) -> str:
    return plain(label) if is_marked(label) else label
