"""The table of a repeat: a spreadsheet's keys, a finger's taps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QApplication,
    QGestureEvent,
    QHeaderView,
    QMenu,
    QTableView,
    QTapAndHoldGesture,
    QWidget,
)

from jdz_field.core.i18n import _
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.table_acts import Acts
from jdz_field.ui.form.table_delegate import TableDelegate
from jdz_field.ui.form.table_editors import KEPT_KEYS, CellLine
from jdz_field.ui.form.table_fit import fit_table
from jdz_field.ui.form.table_model import TableModel
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import by_finger

_Index = QModelIndex | QPersistentModelIndex
_Key = Qt.Key
_MOVES = frozenset(
    (
        *(_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down),
        *(_Key.Key_Home, _Key.Key_End, _Key.Key_PageUp, _Key.Key_PageDown),
    )
)
_CTRL = Qt.KeyboardModifier.ControlModifier


class Table(QTableView):
    """Keys: see ``act_of``. A tap selects, a second one opens; held down it shows a menu.

    Attributes:
        touched: the last press was a finger's: pads and lists are offered.

    Signals:
        moved(): another cell is the current one.
    """

    moved = Signal()

    def __init__(self, model: TableModel, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.touched = False
        self._model, self._driver = model, driver
        self._again = self._down = False
        self.delegate = TableDelegate(model, driver.app.reader.now, self)
        self.delegate.opened.connect(self._opened)
        self.acts = Acts(self, model, driver)
        self.line: CellLine | None = None
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setEditTriggers(
            QTableView.EditTrigger.AnyKeyPressed | QTableView.EditTrigger.EditKeyPressed
        )
        self.setTabKeyNavigation(True)
        self.setProperty("keeps", KEPT_KEYS)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self._build_heads()
        by_finger(self)
        self.viewport().grabGesture(Qt.GestureType.TapAndHoldGesture)

    def _build_heads(self) -> None:
        top, side = self.horizontalHeader(), self.verticalHeader()
        top.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        top.setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft
            | Qt.AlignmentFlag.AlignVCenter
            | Qt.AlignmentFlag(int(Qt.TextFlag.TextWordWrap))
        )
        top.setHighlightSections(False)
        top.setSectionsClickable(False)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)

    # ---- sizes
    def fit(self) -> None:
        """Rows for fingers, columns as wide as their answers, the rest shared out."""
        fit_table(self, self._model)

    def wanted_height(self, most: int) -> int:
        """Height that shows all rows, but no more than ``most``."""
        rows = max(self._model.rowCount(), 1) * current().touch()
        bar = self.horizontalScrollBar()
        more = bar.sizeHint().height() if bar.maximum() > 0 else 0
        return min(rows + self.horizontalHeader().height() + 2 + more, most)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width is shared out anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    # ---- keys
    def act_of(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key does when no line is open; ``None``: it is typed, or not ours."""
        key, acts = _Key(event.key()), self.acts
        if event.modifiers() & _CTRL:
            return self._act_with_control(key)
        on_pad = bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)
        if key == _Key.Key_Plus and on_pad and self._kind() != "text":
            return lambda: acts.go("right")
        plain: dict[Qt.Key, Callable[[], object]] = {
            _Key.Key_Return: lambda: acts.go("down"),
            _Key.Key_Enter: lambda: acts.go("down"),
            _Key.Key_F2: self.edit_here,
            _Key.Key_Delete: acts.clear,
            _Key.Key_Backspace: acts.clear,
        }
        if key == _Key.Key_Space and self._kind() in ("tick", "one", "several"):
            return self.edit_here
        return plain.get(key)

    def _act_with_control(self, key: Qt.Key) -> Callable[[], object] | None:
        acts = self.acts
        found: dict[Qt.Key, Callable[[], object]] = {
            _Key.Key_Return: acts.new_entry,
            _Key.Key_Enter: acts.new_entry,
            _Key.Key_D: acts.copy_above,
            _Key.Key_Apostrophe: acts.copy_above,
            _Key.Key_Minus: acts.remove,
            _Key.Key_C: acts.copy,
            _Key.Key_Insert: acts.copy,
            _Key.Key_V: acts.paste,
        }
        return found.get(key)

    def _kind(self) -> str:
        column = self.currentIndex().column()
        return self._model.columns[column].kind if column >= 0 else ""

    def event(self, event: QEvent) -> bool:
        """Keys of the table come before shortcuts of the form (Ctrl+Enter finishes it)."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self.act_of(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, act, or start typing in the cell."""
        self.touched = False
        act = self.act_of(event)
        if act is not None:
            act()
            return
        key = _Key(event.key())
        if key in (_Key.Key_Tab, _Key.Key_Backtab) and not event.modifiers() & _CTRL:
            way = "left" if key == _Key.Key_Backtab else "right"
            # Where no cell follows the keyboard leaves the table.
            event.setAccepted(self.acts.go(way))
            return
        if self._kind() == "tick" and event.text() in ("1", "x", "X"):
            self.acts.toggle()
            return
        if key in _MOVES:
            self.acts.forget_run()
        self._type(lambda: super(Table, self).keyPressEvent(event))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Chinese comes from an input method, not as keys."""
        shut = self.line is None
        self._type(lambda: super(Table, self).inputMethodEvent(event))
        words = event.commitString()
        if shut and self.line is not None and words and words not in self.line.text():
            # Handwriting and speech come whole, without composing: Qt only opens the cell.
            self.line.selectAll()
            self.line.insert(words)
            self.line.textEdited.emit(self.line.text())

    def _type(self, send: Callable[[], None]) -> None:
        self.delegate.typed_over = True
        try:
            send()
        finally:
            self.delegate.typed_over = False

    # ---- lines in cells
    def edit_here(self) -> None:
        """Open the current cell; a tick has nothing to open."""
        index = self.currentIndex()
        if not index.isValid() or not self._model.is_open(index.row(), index.column()):
            return
        if self._kind() == "tick":
            self.acts.toggle()
        else:
            self.edit(index)

    def _opened(self, line: CellLine) -> None:
        self.line = line
        line.done.connect(self._done)
        line.given_up.connect(self._given_up)
        line.textEdited.connect(self._driver.typed)

    def flush(self) -> None:
        """Answer what is being typed, as far as it is an answer."""
        if self.line is not None and not self.line.unfinished():
            self.commitData(self.line)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """The line is gone."""
        self.line = None
        super().closeEditor(editor, hint)

    def _close(self) -> None:
        if self.line is not None:
            self.closeEditor(self.line, QAbstractItemDelegate.EndEditHint.NoHint)
        self.setFocus()

    def _done(self, way: str) -> None:
        if self.line is None:
            return
        self.commitData(self.line)
        self._close()
        self.go_on("right" if way == "stay" and self.touched else way)

    def go_on(self, way: str) -> None:
        """Go to the next cell; under a finger it opens at once."""
        if way in ("above", "remove"):
            act = self.acts.copy_above if way == "above" else self.acts.remove
            act()
        elif way != "stay" and self.acts.go(way) and self.touched:
            self.edit_here()

    def _given_up(self) -> None:
        if self.line is None:
            return
        before = self.line.before
        self._close()
        # A pause in typing may have answered already.
        self._model.setData(self.currentIndex(), before)

    def finish(self) -> None:
        """End typing: what stands in the line is the answer."""
        if self.line is not None:
            self.commitData(self.line)
            self._close()

    def currentChanged(self, new: _Index, old: _Index) -> None:
        """Tell where one is."""
        super().currentChanged(new, old)
        if new.isValid():
            self._driver.place = self._model.cell_ref(new.row(), new.column())
        self.moved.emit()

    # ---- fingers and the mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the current cell may be the second tap."""
        self._pressed(event)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick taps are two taps."""
        self._pressed(event)
        super().mouseDoubleClickEvent(event)

    def _pressed(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self.touched = event.device().type() == event.device().DeviceType.TouchScreen
        self._again = index.isValid() and index == self.currentIndex()
        self._down = True
        self.acts.forget_run()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The second tap opens the cell; a tick is ticked by the first."""
        super().mouseReleaseEvent(event)
        if event.device().type() == event.device().DeviceType.TouchScreen:
            self.touched = True
        index = self.indexAt(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        # Of two quick taps Qt may tell the second one's end alone.
        again = self._again or (not self._down and index == self.currentIndex())
        if index.isValid() and not self._down:
            self.acts.put(index.row(), index.column())
        same = plain and index.isValid() and index == self.currentIndex()
        if same and (again or self._kind() == "tick"):
            self.edit_here()
        self._again = self._down = False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of a cell, by the right button or the menu key."""
        self.show_menu(event.pos() if event.reason() == event.Reason.Mouse else self._corner())

    def _corner(self) -> QPoint:
        return self.visualRect(self.currentIndex()).center()

    def viewportEvent(self, event: QEvent) -> bool:
        """A finger held down shows the menu of the cell."""
        if isinstance(event, QGestureEvent):
            held = event.gesture(Qt.GestureType.TapAndHoldGesture)
            if isinstance(held, QTapAndHoldGesture):
                if held.state() == Qt.GestureState.GestureFinished:
                    self.show_menu(self.viewport().mapFromGlobal(held.position().toPoint()))
                return True
        return super().viewportEvent(event)

    def show_menu(self, place: QPoint) -> None:
        """The acts on the cell at a place of the viewport, in a menu."""
        index = self.indexAt(place)
        if not index.isValid():
            return
        if not self.selectionModel().isSelected(index):
            self.acts.put(index.row(), index.column())
        menu = self.menu()
        menu.popup(self.viewport().mapToGlobal(place))

    def menu(self) -> QMenu:
        """The menu; it goes when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        acts = self.acts
        menu.addAction(_("Same as above") + "\tCtrl+D", acts.copy_above)
        menu.addAction(_("Copy") + "\tCtrl+C", acts.copy)
        menu.addAction(_("Paste") + "\tCtrl+V", acts.paste)
        menu.addAction(_("Clear") + "\tDel", acts.clear)
        removed = menu.addAction(_("Remove this entry") + "\tCtrl+-", acts.remove)
        entry = f"{self._model.ref}[{self.currentIndex().row() + 1}]"
        removed.setEnabled(acts.may_remove(entry))
        return menu

    # ---- coming and going
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming in by key: a cell is current."""
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.acts.put(0, self._model.first_empty(0))
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Going out: an entry that nobody wrote in goes."""
        super().focusOutEvent(event)
        QTimer.singleShot(0, self, self.tidy)

    def tidy(self) -> None:
        """Unless one is still here."""
        here = QApplication.focusWidget()
        gone = here is not None and here is not self and not self.isAncestorOf(here)
        if gone and not isinstance(QApplication.activePopupWidget(), QMenu):
            self.acts.tidy()
