"""Putting choices in order: by dragging, by keys, or as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.hold import Hold
from jdz_field.ui.form.marked import is_marked, plain
from jdz_field.ui.icons import give
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import button, column, line, text, tool
from jdz_field.xforms.view import Choice

_UP_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class RankRow(QFrame):
    """One choice: its place, its label, a grip to drag it by, keys up and down.

    Signals:
        moved(object, int): this row, so many places down.
        stepped(object, int): the keyboard goes to a neighbour.
        dragged(object, float): the grip is at this height of the list, in pixels.
        dropped(): the grip was let go.
    """

    moved = Signal(object, int)
    stepped = Signal(object, int)
    dragged = Signal(object, float)
    dropped = Signal()

    def __init__(self, value: str, label: str, *, gone: bool = False) -> None:
        super().__init__()
        self.value, self.label, self.gone = value, label, gone
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(current().touch() + 8)
        self.setAccessibleName(label)
        self.number = text("", "strong", wrap=False)
        self.number.setFixedWidth(round(2.2 * current().text()))
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.grip = QLabel()
        give(self.grip, "grip", "ink2", 24)
        self.grip.setFixedWidth(current().touch())
        self.grip.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.grip.setCursor(Qt.CursorShape.SizeVerCursor)
        self.words = text(label, "error" if gone else "body")
        self.up = tool("chevron-up", _("Up (Alt+↑)"), self._up)
        self.down = tool("chevron-down", _("Down (Alt+↓)"), self._down)
        for key in (self.up, self.down):
            key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = line(self.grip, self.number, self.words, self.up, self.down, gap=4)
        row.setStretch(2, 1)
        self.setLayout(row)
        self._hold = Hold(self)
        self._dragging = False

    def show_place(self, place: int | None, *, first: bool, last: bool) -> None:
        """Its number; ``None``: not in order yet."""
        self.number.setText("–" if place is None else str(place))
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)

    def _up(self) -> None:
        self.moved.emit(self, -1)

    def _down(self) -> None:
        self.moved.emit(self, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go, with Alt they take the row along."""
        step = _UP_DOWN.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(self, step)
        else:
            self.stepped.emit(self, step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the row, anywhere but on its keys."""
        self.setFocus()
        self._dragging = True
        if self.grip.geometry().contains(event.position().toPoint()):
            self._hold.take()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._dragging:
            self.dragged.emit(self, self.mapToParent(event.position()).y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        del event
        self._dragging = False
        self.update()
        self._hold.let_go()
        self.dropped.emit()

    def event(self, event: QEvent) -> bool:
        """Where the keyboard is, is seen."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """A card, lit while it is dragged, with a second border where the keyboard is."""
        painter, t = QPainter(self), current().colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(t.accent if focused else t.line), 2 if focused else 1))
        painter.setBrush(QColor(t.accent_soft if self._dragging else t.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)


class RankEditor(Editor):
    """All choices in the person's order; nothing is answered until one is moved or all taken.

    Choices that came to the list since stand unnumbered at the end; what the list has no more
    stays in red, and goes with the next move.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: list[Choice] = []
        self._labels: dict[str, str] = {}
        self._value: list[str] = []
        self._before: list[str] = []
        self.rows: list[RankRow] = []
        self._readonly = False
        self.take = button(_("Take the list in this order"), self._take_all, icon="check")
        self.drop = button(_("Clear the order"), self._clear, kind="quiet", icon="close")
        self.say = text(_("Drag the rows, or use the arrows; 1 is first."), "caption")
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.setLayout(column(self.say, self._list, line(self.take, self.drop, None)))
        self._show()

    # ---- showing
    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Order these."""
        if list(choices) == self._choices:
            return
        self._choices = list(choices)
        for choice in self._choices:
            label = choice.label
            self._labels[choice.value] = plain(label) if is_marked(label) else label
        self._build()

    def show_value(self, value: str) -> None:
        """Show this order."""
        if value.split() != self._value:
            self._value = value.split()
            self._before = list(self._value)
            self._build()

    def set_readonly(self, readonly: bool) -> None:
        """The order is only shown."""
        self._readonly = readonly
        self._list.setEnabled(not readonly)
        self._show()

    def take_focus(self) -> None:
        """The first row."""
        if self.rows:
            self.rows[0].setFocus()

    def _wanted(self) -> list[str]:
        offered = [choice.value for choice in self._choices]
        return self._value + [value for value in offered if value not in self._value]

    def _build(self) -> None:
        """Rows are made where they are absent and moved where they are not."""
        kept = {row.value: row for row in self.rows}
        offered = {choice.value for choice in self._choices}
        self.rows = []
        for value in self._wanted():
            row = kept.pop(value, None)
            label = self._labels.get(value, value)
            if row is None or row.label != label or row.gone != (value not in offered):
                if row is not None:
                    kept[value] = row
                row = self._row(value, label, gone=value not in offered)
            self.rows.append(row)
        for row in kept.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._place()

    def _row(self, value: str, label: str, *, gone: bool) -> RankRow:
        words = _("{choice} (not on the list any more)").format(choice=label) if gone else label
        row = RankRow(value, words, gone=gone)
        row.label = label
        row.moved.connect(self._move)
        row.stepped.connect(self._step)
        row.dragged.connect(self._drag)
        row.dropped.connect(self._drop)
        return row

    def _place(self) -> None:
        focused = next((row for row in self.rows if row.hasFocus()), None)
        for place, row in enumerate(self.rows):
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
        if focused is not None:
            focused.setFocus()
        self._show()

    def _show(self) -> None:
        last = len(self.rows) - 1
        for place, row in enumerate(self.rows):
            known = row.value in self._value and not row.gone
            row.show_place(place + 1 if known else None, first=place == 0, last=place == last)
            policy = Qt.FocusPolicy.StrongFocus if place == 0 else Qt.FocusPolicy.ClickFocus
            row.setFocusPolicy(policy)
        whole = bool(self._value) and {row.value for row in self.rows} == set(self._value)
        self.take.setVisible(not whole and not self._readonly and bool(self.rows))
        self.drop.setVisible(bool(self._value) and not self._readonly)

    # ---- ordering
    def _order(self, rows: list[RankRow]) -> None:
        self.rows = rows
        self._value = [row.value for row in rows]
        self._place()

    def _move(self, row: RankRow, steps: int) -> None:
        place = self.rows.index(row)
        if 0 <= place + steps < len(self.rows):
            rows = [one for one in self.rows if one is not row]
            rows.insert(place + steps, row)
            self._order(rows)
            row.setFocus()
            self._answer()

    def _step(self, row: RankRow, steps: int) -> None:
        place = self.rows.index(row) + steps
        if 0 <= place < len(self.rows):
            self.rows[place].setFocus()

    def _drag(self, row: RankRow, height: float) -> None:
        """The row goes where the finger is as soon as it is over a neighbour's middle."""
        here = self.rows.index(row)
        wanted = sum(
            1 for one in self.rows if one is not row and one.geometry().center().y() < height
        )
        if wanted != here:
            rows = [one for one in self.rows if one is not row]
            rows.insert(wanted, row)
            self._order(rows)
            self._column.activate()

    def _drop(self) -> None:
        if self._value != self._before:
            self._answer()

    def _take_all(self) -> None:
        self._order([row for row in self.rows if not row.gone])
        self._answer()

    def _clear(self) -> None:
        self._value = []
        self._answer()

    def _answer(self) -> None:
        gone = {row.value for row in self.rows if row.gone}
        self._value = [value for value in self._value if value not in gone]
        self._before = list(self._value)
        self._build()
        self.answered.emit(" ".join(self._value))
        self.settled.emit()
