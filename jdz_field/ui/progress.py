"""Waiting: after 0.3 s a bar, after 3 s how long it takes, and a way to stop."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.widgets import button, column, line, text

#: When the bar and when the seconds appear, in ms.
BAR_AFTER, TIME_AFTER = 300, 3000


class Waiting(QWidget):
    """A bar for long work.

    Signals:
        stop_wanted: the person wants to stop.
    """

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = text("")
        self.seconds = text("", "caption", wrap=False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.stop = button("", self._stop, kind="quiet", icon="stop")
        row = line(self.words, self.seconds, self.stop)
        row.setStretch(0, 1)
        self.setLayout(column(row, self.bar, gap=6))
        self._began = 0.0
        self._appear = QTimer(self, singleShot=True, interval=BAR_AFTER)
        self._appear.timeout.connect(self.show)
        self._tick = QTimer(self, interval=500)
        self._tick.timeout.connect(self._count)
        self.hide()

    def begin(self, words: str) -> None:
        """Work begins; ``words`` say which."""
        self._began = time.monotonic()
        self.words.setText(words)
        self.seconds.setText("")
        self.stop.setText(_("Stop"))
        self.stop.setEnabled(True)
        self.bar.setRange(0, 0)
        self._appear.start()
        self._tick.start()

    def tell(self, done: int, total: int, words: str = "") -> None:
        """How far it is; a ``total`` of 0 means unknown."""
        self.bar.setRange(0, max(total, 0))
        self.bar.setValue(min(done, total))
        if words:
            self.words.setText(words)

    def end(self) -> None:
        """It is over."""
        self._appear.stop()
        self._tick.stop()
        self.hide()

    def _count(self) -> None:
        passed = time.monotonic() - self._began
        if passed * 1000 >= TIME_AFTER:
            self.seconds.setText(_("{n} s").format(n=round(passed)))

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.words.setText(_("Stopping …"))
        self.stop_wanted.emit()
