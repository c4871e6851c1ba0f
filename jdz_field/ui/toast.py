"""A sentence in passing, above everything, with 撤销 for ten seconds when something was done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.widgets import line

#: How long a toast stays, in ms: long enough to read, or to change one's mind.
STAYS, STAYS_WITH_UNDO = 5_000, 10_000


class Toast(QFrame):
    """One at a time; a new one takes the place of the old."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.setProperty("role", "toast")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.undo = QPushButton()
        self.undo.setShortcut("Ctrl+Z")
        self.undo.clicked.connect(self._undo)
        self._act: Callable[[], None] | None = None
        row = line(self.words, self.undo, gap=12)
        row.setContentsMargins(20, 6, 12, 6)
        self._row = row
        self.setLayout(row)
        self.setMinimumHeight(56)
        self._gone = QTimer(self, singleShot=True)
        self._gone.timeout.connect(self.hide)
        self.bottom = 24
        parent.installEventFilter(self)
        self.hide()

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Show ``words``; with ``undo``, a button that calls it once."""
        self._act = undo
        self.words.setText(words)
        self.undo.setVisible(undo is not None)
        self.undo.setText(_("Undo"))
        self.undo.setToolTip("Ctrl+Z")
        self.undo.setShortcut("Ctrl+Z")
        self.place()
        self.show()
        self.raise_()
        self._gone.start(STAYS if undo is None else STAYS_WITH_UNDO)

    def place(self) -> None:
        """At the bottom of the parent, in the middle, as wide as its words need."""
        area = self._area
        room = min(area.width() - 32, 620)
        wanted = self.words.fontMetrics().horizontalAdvance(self.words.text()) + 48
        if self._act is not None:
            wanted += self.undo.sizeHint().width() + 24
        width = max(min(room, wanted), 200)
        self.setFixedWidth(width)
        height = max(self._row.heightForWidth(width), 56)
        self.setGeometry(
            (area.width() - width) // 2, area.height() - height - self.bottom, width, height
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def _undo(self) -> None:
        act, self._act = self._act, None
        self.hide()
        if act is not None:
            act()
