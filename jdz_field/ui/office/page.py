"""What pages of the office window have in common: loading, nothing there, no server."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.office import Desk
from jdz_field.ui.context import sentence
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.widgets import Empty, button, column, line, text

#: The bar shows when an answer takes longer than this; the seconds after a while more.
_BAR_MS, _SECONDS_MS = 300, 1000


class Waiting(QWidget):
    """A thin bar after 0.3 s, the seconds after 3 s; nothing before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.words = text("", "caption", wrap=False)
        self.setLayout(line(self.bar, self.words, gap=12))
        self.setFixedHeight(20)
        self.hide()
        self._seconds = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_BAR_MS)
        self._soon.timeout.connect(self._show)
        self._tick = QTimer(self)
        self._tick.setInterval(_SECONDS_MS)
        self._tick.timeout.connect(self._count)
        self.stop()

    def start(self) -> None:
        """Something was asked."""
        self._seconds = 0
        self._soon.start()
        self._tick.start()

    def stop(self) -> None:
        """It was answered."""
        self._soon.stop()
        self._tick.stop()
        self.words.hide()
        self.hide()

    def _show(self) -> None:
        self.show()

    def _count(self) -> None:
        self._seconds += 1
        if self._seconds >= 3:
            self.words.setText(_("{n} s").format(n=self._seconds))
            self.words.show()


class OfficePage(QWidget):
    """A page that shows what the centre has of one kind.

    Subclasses give ``name`` and ``drawing``, ``fetch`` (runs in the lane: no widgets there),
    ``show_items`` (the result, on the GUI thread; the number that waits is returned) and
    ``empty_words``; they put their parts into ``content``.

    Signals:
        loaded(): the centre's answer is shown.
    """

    name = ""
    drawing = "inbox"
    loaded = Signal()

    def __init__(self, office: OfficeContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.office = office
        self._fresh = False
        self._loading = False
        self._count = 0
        self.waiting = Waiting()
        self.content = QWidget()
        self.empty = Empty(self.drawing, "")
        self.retry = button("", self.load, kind="primary", icon="sync")
        self.trouble = Empty("no-signal", "", "", self.retry)
        self.stack = QStackedWidget()
        self._blank = QWidget()
        for part in (self._blank, self.content, self.empty, self.trouble):
            self.stack.addWidget(part)
        whole = column(self.waiting, self.stack, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def fetch(self, desk: Desk) -> Any:
        """Ask the centre; in the lane."""
        raise NotImplementedError

    def show_items(self, items: Any) -> int:
        """Show the answer; how many things wait."""
        raise NotImplementedError

    def empty_words(self) -> tuple[str, str]:
        """What to say when nothing waits: words and a hint."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.retry.setText(_("Try again"))
        self.empty.say(*self.empty_words())

    def load(self) -> None:
        """Ask anew; what is shown stays until the answer is there."""
        if self._loading:
            return
        self._loading = True
        self.waiting.start()
        self.office.ask(self.fetch, self, self._arrived, self._failed)

    def recount(self, count: int) -> None:
        """So many wait now; nothing waiting shows the empty state."""
        self._count = count
        self.office.counted.emit(self.name, count)
        self.stack.setCurrentWidget(self.content if count else self.empty)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask when first shown."""
        super().showEvent(event)
        if not self._fresh:
            self.load()

    def _arrived(self, items: Any) -> None:
        self._loading, self._fresh = False, True
        self.waiting.stop()
        self.recount(self.show_items(items))
        self.loaded.emit()

    def _failed(self, error: Exception) -> None:
        self._loading = False
        self.waiting.stop()
        self.office.reached.emit(False)
        words = sentence(error)
        if self._fresh and self._count:
            self.office.toast(words)
            return
        hint = _("Nothing was lost: decisions are kept at the centre, batches on the tablets.")
        self.trouble.say(words, hint)
        self.stack.setCurrentWidget(self.trouble)
