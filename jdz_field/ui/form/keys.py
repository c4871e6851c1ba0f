"""Keys of the form page, before the field that has the keyboard takes them for itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from jdz_field.ui.form.text import TypingEditor

_Key = QKeySequence.StandardKey
_TYPING = (QEvent.Type.KeyPress, QEvent.Type.InputMethod)
#: Names of what the page does, by key; with Alt, Ctrl or Shift before it.
_ACTS = {
    "Ctrl+G": "jump",
    "F4": "jump",
    "F8": "problem",
    "Shift+F8": "problem-back",
    "Alt+Right": "next",
    "Alt+Left": "back",
    "Ctrl+Return": "finish",
    "Ctrl+Enter": "finish",
}


class Keys(QObject):
    """Watches whatever has the keyboard inside the page.

    Text fields would take undo for their own letters: here one step is a whole answer.

    Signals:
        undo(), redo(): take the last step back, do it again.
        act(str): jump, problem, problem-back, next, back, finish.
        scroll(int): a page down (1) or up (-1).
        entered(): Enter in a field of one line.
        typed(): a key that may have changed what is typed.
        moved(object): the keyboard went to another widget of the page.
    """

    undo = Signal()
    redo = Signal()
    act = Signal(str)
    scroll = Signal(int)
    entered = Signal()
    typed = Signal()
    moved = Signal(object)

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._at: QWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._changed)

    def _changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._at is not None:
            self._at.removeEventFilter(self)
            self._at.destroyed.disconnect(self._gone)
        inside = new is not None and (new is self._page or self._page.isAncestorOf(new))
        self._at = new if inside else None
        if self._at is not None:
            self._at.installEventFilter(self)
            self._at.destroyed.connect(self._gone)
            self.moved.emit(self._at)

    def _gone(self) -> None:
        self._at = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ours are taken twice: as an override of shortcuts, then as the key itself."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self._what(event):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and self._take(event):
                return True
        if event.type() in _TYPING:
            self.typed.emit()
        return super().eventFilter(watched, event)

    def _what(self, event: QKeyEvent) -> str:
        pressed = QKeySequence(event.keyCombination()).toString(
            QKeySequence.SequenceFormat.PortableText
        )
        if self._at is not None and pressed in str(self._at.property("keeps") or "").split():
            # A table has its own use for some keys, and says so.
            return ""
        if event.matches(_Key.Undo):
            return "undo"
        # Ctrl+Y, too, where the system has another key for it.
        if event.matches(_Key.Redo) or pressed == "Ctrl+Y":
            return "redo"
        if pressed in ("PgDown", "PgUp"):
            return "" if self._scrolls_itself() else pressed
        plain_enter = pressed in ("Return", "Enter") and self._in_a_line()
        return "enter" if plain_enter else _ACTS.get(pressed, "")

    def _take(self, event: QKeyEvent) -> bool:
        what = self._what(event)
        if what in ("undo", "redo"):
            (self.undo if what == "undo" else self.redo).emit()
        elif what in ("PgDown", "PgUp"):
            self.scroll.emit(1 if what == "PgDown" else -1)
        elif what == "enter":
            # The field takes it too: it has an answer now.
            self.entered.emit()
            return False
        elif what:
            self.act.emit(what)
        return bool(what)

    def _scrolls_itself(self) -> bool:
        return (
            self._at is not None
            and self._at.inherits("QAbstractScrollArea")
            and not bool(self._at.property("form_area"))
        )

    def _in_a_line(self) -> bool:
        if not isinstance(self._at, QLineEdit):
            return False
        above = self._at.parentWidget()
        while above is not None and not isinstance(above, TypingEditor):
            above = above.parentWidget()
        return above is not None
