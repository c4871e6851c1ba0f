"""The button in the strip that says whether the track is recorded; one touch starts or ends it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui import icons
from jdz_field.ui.tracking import OFF, ON, PAUSED, Tracking
from jdz_field.ui.tracking_words import shown_km

KEY = "Ctrl+R"
#: In a window that is no wider the strip has no room for the word.
_NARROW = 900


class TrackChip(QPushButton):
    """Off, recording with its length, waiting for a position, paused, or short of room."""

    def __init__(self, tracking: Tracking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "quiet")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tracking = tracking
        self._shown: tuple[str, ...] = ()
        self.clicked.connect(tracking.toggle)
        tracking.changed.connect(self.show_state)
        tracking.grown.connect(self.show_state)
        self.retranslate()

    def join(self, strip: QFrame, after: QWidget) -> None:
        """Take a place in the strip, behind one of its parts."""
        row = strip.layout()
        if isinstance(row, QBoxLayout):
            row.insertWidget(row.indexOf(after) + 1, self)

    def retranslate(self) -> None:
        """Its words in the language in force."""
        self._shown = ()
        self.show_state()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The window may have become narrow."""
        super().resizeEvent(event)
        self.show_state()

    def show_state(self) -> None:
        """As the recording is now."""
        shown = self._words()
        if shown == self._shown:
            return
        self._shown = shown
        words, tip, icon, ink = shown
        self.setText(words)
        # A new text takes the shortcut away.
        self.setShortcut(KEY)
        self.setToolTip(f"{tip} ({KEY})")
        self.setAccessibleName(tip)
        icons.give(self, icon, ink, 20)

    def _words(self) -> tuple[str, str, str, str]:
        """Words, tooltip, icon, ink."""
        one, state = self._tracking, self._tracking.state
        if one.problem:
            return _("Disk full"), one.problem, "warning", "error"
        if state == OFF or one.recording is None:
            words = _("Track") if self.window().width() > _NARROW else ""
            return words, _("Record my track"), "route", "ink2"
        length = shown_km(one.recording.length)
        if state == PAUSED:
            return length, _("The track is paused; touch to end it"), "pause", "attention"
        if state == ON:
            return length, _("The track is recorded; touch to end it"), "record", "error"
        waiting = _("The track waits for a position; touch to end it")
        return length, waiting, "record", "attention"
