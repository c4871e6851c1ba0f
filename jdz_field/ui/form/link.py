"""An address as an answer or a note, to be opened outside."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.text import LineEditor
from jdz_field.ui.widgets import button

#: Whatever else a form from outside writes there is not opened.
_SCHEMES = ("http", "https", "mailto", "tel", "geo")


def opened(address: str) -> QUrl | None:
    """What would be opened; ``None`` for anything but the web, mail, a call or a place."""
    words = address.strip()
    if words and "://" not in words and ":" not in words:
        words = f"https://{words}"
    url = QUrl(words)
    return url if url.isValid() and url.scheme() in _SCHEMES else None


class LinkEditor(LineEditor):
    """The address, and a button that opens it in the browser."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.go = button(_("Open"), self._go, icon="link")
        self.row.addWidget(self.go)
        self.line.textChanged.connect(self._look)
        self._look()

    def target(self) -> QUrl | None:
        """What the button would open."""
        return opened(self.line.text())

    def set_readonly(self, readonly: bool) -> None:
        """The address stays, and can still be opened."""
        super().set_readonly(readonly)
        self.line.setFrame(not readonly)

    def _look(self) -> None:
        self.go.setEnabled(self.target() is not None)

    def _go(self) -> None:
        url = self.target()
        if url is not None:
            QDesktopServices.openUrl(url)
