"""What pages of the field window have in common: a title, and showing the store anew in time."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from jdz_field.ui.context import AppContext


class Page(QWidget):
    """A page in the sheet.

    ``wide`` asks for a wider sheet, ``full`` for the whole area. Subclasses define ``title``,
    ``refresh`` (read the store anew) and ``retranslate`` (set every text anew).
    """

    wide = False
    full = False

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.app = app
        self._stale = True
        # Several changes in one turn of the loop are shown once.
        self._soon = QTimer(self, singleShot=True, interval=30)
        self._soon.timeout.connect(self._refresh_if_seen)
        app.changed.connect(self._mark_stale)
        app.language_changed.connect(self._translate)
        app.theme_changed.connect(self._mark_stale)

    def title(self) -> str:
        """The heading of the sheet."""
        return ""

    def refresh(self) -> None:
        """Read the store and show it anew."""

    def retranslate(self) -> None:
        """Set every text in the language in force."""

    def leave(self) -> bool:
        """Whether the page may be left; ``False`` keeps it."""
        return True

    def refresh_soon(self) -> None:
        """Ask for ``refresh`` in this or the next turn of the loop, if the page is seen."""
        self._mark_stale()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while the page was hidden."""
        super().showEvent(event)
        self._refresh_if_seen()

    def _mark_stale(self) -> None:
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _refresh_if_seen(self) -> None:
        if self._stale and self.isVisible():
            self._stale = False
            self.refresh()

    def _translate(self) -> None:
        self.retranslate()
        self._stale = True
        self._refresh_if_seen()
