"""What opens in a cell of a repeat's table: a line, or a line with a list of choices below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QHideEvent, QKeyEvent, QMoveEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.picking import best, ranked
from jdz_field.ui.form.table_columns import Column, in_order, read
from jdz_field.ui.form.table_drop import Drop
from jdz_field.xforms.view import Choice

#: What the page would take for itself (it finishes the form with Ctrl+Enter).
KEPT_KEYS = "Ctrl+Return Ctrl+Enter"
_WITH_CONTROL = {
    Qt.Key.Key_Return: "new",
    Qt.Key.Key_Enter: "new",
    Qt.Key.Key_D: "above",
    Qt.Key.Key_Apostrophe: "above",
    Qt.Key.Key_Minus: "remove",
}
_SELF = {Qt.Key.Key_Escape: "escape", Qt.Key.Key_F2: "here"}
_CTRL = Qt.KeyboardModifier.ControlModifier
#: The step that a key means while a line is open: rows, columns.
_STEPS = {
    Qt.Key.Key_Return: "down",
    Qt.Key.Key_Enter: "down",
    Qt.Key.Key_Tab: "right",
    Qt.Key.Key_Backtab: "left",
}
#: Further ones where typing opened the line: arrows leave it, as in a spreadsheet.
_ARROWS = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "below",
    Qt.Key.Key_Left: "before",
    Qt.Key.Key_Right: "after",
}


class CellLine(QLineEdit):
    """A line in a cell.

    Signals:
        done(str): the answer stands, go on: down, right, left, new, above (take over what
            stands there), remove, or an arrow's way.
        given_up(): Escape.
    """

    done = Signal(str)
    given_up = Signal()

    def __init__(self, column: Column, value: str, shown: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.column = column
        self.before = value
        self.typed_over = False
        self.year = 0
        self.choices: Sequence[Choice] = ()
        self.setText(shown)
        self._shown = shown
        self.setProperty("role", "cell")
        self.setProperty("keeps", KEPT_KEYS)
        self.setFrame(False)
        if column.kind == "number":
            whole = column.node.type == "int"
            hints = Qt.InputMethodHint
            self.setInputMethodHints(
                hints.ImhDigitsOnly if whole else hints.ImhFormattedNumbersOnly
            )

    def value(self) -> str:
        """The answer as it is typed now, in lexical form."""
        if self.text() == self._shown:
            return self.before
        return read(self.column, self.text(), self.choices, self.year)

    def unfinished(self) -> bool:
        """Whether what is typed so far is no answer yet."""
        return False

    def event(self, event: QEvent) -> bool:
        """Keys that leave the cell come before all others; so do the form's shortcuts."""
        if isinstance(event, QKeyEvent):
            way = self._way(event)
            if way and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                if way:
                    self._leave(way)
                else:
                    super().event(event)
                # What a line has no use for is no key of the table below it.
                event.accept()
                return True
        return super().event(event)

    def _way(self, event: QKeyEvent) -> str:
        key = Qt.Key(event.key())
        if event.modifiers() & _CTRL:
            return _WITH_CONTROL.get(key, "")
        if key in _SELF:
            return _SELF[key]
        on_pad = bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)
        if key == Qt.Key.Key_Plus and on_pad and self.column.kind != "text":
            return "right"
        arrow = _ARROWS.get(key, "") if self.typed_over and not on_pad else ""
        return _STEPS.get(key, "") or arrow

    def _leave(self, way: str) -> None:
        if way == "escape":
            self.given_up.emit()
        elif way == "here":
            # From now on arrows move in the line.
            self.typed_over = False
        else:
            self.done.emit(way)


class PickLine(CellLine):
    """A line that finds choices: code, number, label or pinyin; the list is for fingers."""

    def __init__(
        self, column: Column, value: str, choices: Sequence[Choice], parent: QWidget
    ) -> None:
        super().__init__(column, value, "", parent)
        self.choices = choices
        self.several = column.kind == "several"
        self.chosen = value.split() if self.several else [value] if value else []
        self._touched = False
        self.drop = Drop(self, choices)
        self.drop.hide()
        self.drop.clicked.connect(self._tapped)
        # It lies on the page, not in the line: Qt would not take it along.
        self.destroyed.connect(self.drop.deleteLater)
        self.textEdited.connect(self._typed)
        self._offer()

    def value(self) -> str:
        """What is chosen, with what the line says taken as one more choice."""
        typed = self.text().strip()
        if not typed and not self._touched:
            return self.before
        marked = self.drop.marked() if typed or not self.several else None
        taken = marked.value if marked is not None else typed
        if not self.several:
            return taken if typed or marked is not None else self.before
        chosen = [*self.chosen, taken] if taken and taken not in self.chosen else self.chosen
        return " ".join(in_order(chosen, self.choices))

    def unfinished(self) -> bool:
        """A beginning of a label is no answer yet."""
        return bool(self.text().strip())

    def _typed(self, words: str) -> None:
        if self.several and not self._touched and self.typed_over:
            self.chosen = []
        self._touched = True
        apart = words[-1:] in (" ", ",", "，", "、")
        found = best(words[:-1], self.choices) if self.several and apart else None
        if found is not None:
            self._toggle(found.value)
            self.clear()
        self._offer()

    def _toggle(self, value: str) -> None:
        if value in self.chosen:
            self.chosen.remove(value)
        else:
            self.chosen.append(value)

    def _offer(self) -> None:
        labels = [one.label for one in self.choices if one.value in self.chosen]
        self.setPlaceholderText(_(", ").join(labels) or _("Choose"))
        typed = self.text()
        self.drop.put(ranked(typed, self.choices), self.chosen, at_chosen=not typed)

    def _way(self, event: QKeyEvent) -> str:
        way = super()._way(event)
        return "" if way in ("up", "below") else way

    def event(self, event: QEvent) -> bool:
        """Up and Down mark another choice."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            if step is not None:
                self._touched = self._touched or not self.several
                self.drop.move_by(step)
                return True
        return super().event(event)

    def _tapped(self, index: QModelIndex) -> None:
        choice = self.drop.offers.rows[index.row()]
        self._touched = True
        if self.several:
            self._toggle(choice.value)
            self.clear()
            self._offer()
            return
        self.setText(choice.value)
        self.drop.put([choice], [], at_chosen=False)
        self.done.emit("stay")

    def showEvent(self, event: QShowEvent) -> None:
        """The list comes with the line."""
        super().showEvent(event)
        self.drop.place()

    def moveEvent(self, event: QMoveEvent) -> None:
        """The list follows the line."""
        super().moveEvent(event)
        self.drop.place()

    def hideEvent(self, event: QHideEvent) -> None:
        """The list goes with the line."""
        super().hideEvent(event)
        self.drop.hide()
