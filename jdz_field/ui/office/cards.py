"""The cards of a conflict: a value large, who gave it and when, and the key that takes it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from jdz_field.ui.theme import current
from jdz_field.ui.widgets import column, line, set_role, text


class ValueCard(QPushButton):
    """One value to take, with its key. A press takes it."""

    def __init__(self, key: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        # A button's own shortcut shows the press for a while: too slow for 300 conflicts.
        QShortcut(QKeySequence(key), self).activated.connect(self.click)
        self.setToolTip(key)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.key = text(key, "chip", wrap=False)
        self.words = text(words, "section", wrap=False)
        self.value = text("", "title")
        self.value.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.who = text("", "secondary")
        self.note = text("", "caption")
        self.found = text("", "caption")
        self.warning = text("", "attention")
        told = (self.value, self.who, self.note, self.found, self.warning)
        for label in (self.key, self.words, *told):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        top = line(self.key, self.words, None)
        self._column = column(top, *told, None, margins=16, gap=8)
        self.setLayout(self._column)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def put(
        self,
        value: str,
        who: str,
        note: str = "",
        *,
        mark: str = "",
        found: tuple[str, str] = ("", ""),
    ) -> None:
        """Show a value; ``mark`` is the role of its key (``chip-accent`` stands out).

        ``found``: how a position was found, and what stands out of that.
        """
        self.value.setText(value)
        set_role(
            self.value, "figure" if len(value) <= 8 else "title" if len(value) <= 18 else "heading"
        )
        self.who.setText(who)
        self.who.setVisible(bool(who))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        for label, words in zip((self.found, self.warning), found, strict=True):
            label.setText(words)
            label.setVisible(bool(words))
        set_role(self.key, mark or "chip")
        self.setAccessibleName(f"{self.words.text()}: {value}")

    def sizeHint(self) -> QSize:
        """What the labels need."""
        return self._column.sizeHint().expandedTo(QSize(180, 3 * current().touch()))

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for three beside each other on an upright tablet."""
        return QSize(160, self._column.minimumSize().height())
