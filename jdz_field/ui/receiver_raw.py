"""What the receiver says, word by word: to be looked at, paused and copied."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.gnss.sentences import checksum_holds
from jdz_field.ui.context import AppContext
from jdz_field.ui.page import Page
from jdz_field.ui.widgets import button, by_finger, column, line, text

_EVERY_MS = 1000


class RawPage(Page):
    """The last sentences; those with a wrong checksum are marked."""

    wide = True

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self._paused = False
        self.counts = text("", "secondary")
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        by_finger(self.lines)
        self.hold = button("", self._hold, icon="pause")
        self.copy = button("", self._copy, kind="primary", icon="copy")
        self._look = QTimer(self, interval=_EVERY_MS)
        self._look.timeout.connect(self.look)
        buttons = line(self.hold, None, self.copy)
        layout = column(self.counts, self.lines, buttons, margins=16)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.retranslate()

    def title(self) -> str:
        """The heading."""
        return _("Sentences of the receiver")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.hold.setText(_("Go on") if self._paused else _("Pause"))
        self.copy.setText(_("Copy all"))
        self.lines.setAccessibleName(_("Sentences of the receiver"))
        self.lines.setPlaceholderText(_("Nothing has come yet."))
        self.look()

    def showEvent(self, event: QShowEvent) -> None:
        """Look again and again, only while it is seen."""
        super().showEvent(event)
        self.look()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        self._look.stop()
        super().hideEvent(event)

    def look(self) -> None:
        """Show what came meanwhile."""
        reader = self.app.receiver.reader
        if self._paused or reader is None:
            return
        heard = reader.heard
        words = _("{name} · {n} sentences, {broken} with a wrong checksum")
        self.counts.setText(
            words.format(name=heard.name, n=f"{heard.sentences:,}", broken=heard.broken)
        )
        raw = "\n".join(_shown(one) for one in reader.raw())
        if raw != self.lines.toPlainText():
            self.lines.setPlainText(raw)
            bar = self.lines.verticalScrollBar()
            bar.setValue(bar.maximum())

    def _hold(self) -> None:
        self._paused = not self._paused
        self.hold.setText(_("Go on") if self._paused else _("Pause"))
        self.look()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.lines.toPlainText() + "\n")
        self.app.toast(_("The sentences are on the clipboard."))


def _shown(raw: bytes) -> str:
    words = raw.decode("ascii", "backslashreplace")
    return words if checksum_holds(raw) else f"✗ {words}"
