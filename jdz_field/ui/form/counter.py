"""Counting: a large key for one more, one for one less."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import tool

_UP = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Up)
_DOWN = (Qt.Key.Key_Minus, Qt.Key.Key_Down)


class CounterEditor(NumberEditor):
    """A count from 0 upwards; + and −, by key or thumb; a number can be typed too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(whole=True, parent=parent)
        self.less = self._step_key("minus", _("One less (−)"))
        self.more = self._step_key("plus", _("One more (+)"))
        self.less.clicked.connect(self._less)
        self.more.clicked.connect(self._more)
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line.setMaximumWidth(round(120 * current().scale))
        self.line.setMinimumHeight(current().touch() + 8)
        self.row.insertWidget(0, self.less)
        self.row.insertWidget(2, self.more)

    def _step_key(self, icon: str, tip: str) -> QToolButton:
        made = tool(icon, tip, kind="")
        # The style sheet's least size would win over a fixed size.
        made.setStyleSheet(
            f"min-width: {current().touch() + 24}px; min-height: {current().touch()}px"
        )
        made.setAutoRepeat(True)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return made

    def set_readonly(self, readonly: bool) -> None:
        """Nothing to count."""
        super().set_readonly(readonly)
        self.less.setVisible(not readonly)
        self.more.setVisible(not readonly)

    def short_width(self) -> int:
        """Two keys, a number, the pad's key."""
        return 3 * current().touch() + 2 * 24 + round(120 * current().scale) + 48

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """+ and −, arrows."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if not self.line.isReadOnly() and key in (*_UP, *_DOWN):
                self.count(1 if key in _UP else -1)
                return True
        return super().eventFilter(watched, event)

    def count(self, steps: int) -> None:
        """One more or less; from nothing, the first step up is 1; never below 0."""
        text = self.text()
        if text and not text.lstrip("-").isdecimal():
            return
        self.line.setText(str(max(0, int(text or 0) + steps)))
        self.leave()

    def _less(self) -> None:
        self.count(-1)

    def _more(self) -> None:
        self.count(1)
