"""The first page: where the centre is, and the one-time code that lets this machine in."""

from __future__ import annotations

import platform
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.office_login import Login, sign_in
from jdz_field.ui import icons
from jdz_field.ui.context import sentence
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.widgets import boxed, button, column, line, text


class SignInPage(QWidget):
    """Asks for address and code.

    Signals:
        signed_in(object): the ``Login``.
    """

    signed_in = Signal(object)

    def __init__(self, jobs: Jobs[Any], url: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        picture = QLabel()
        icons.give(picture, "server", "celadon_fill", 56)
        self.heading = text(_("Connect to the centre"), "title")
        self.words = text(
            _(
                "The administrator draws a code for you (central device code). It is used once; "
                "afterwards this machine stays connected."
            ),
            "secondary",
        )
        self.url = QLineEdit(url)
        self.url.setPlaceholderText("https://")
        self.code = QLineEdit()
        self.url.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self.sign_in)
        self.fault = text("", "error")
        self.fault.hide()
        self.act = button(_("Connect"), self.sign_in, kind="primary")
        card = boxed(
            column(
                picture,
                self.heading,
                self.words,
                8,
                text(_("Address of the centre"), "strong"),
                self.url,
                text(_("One-time code"), "strong"),
                self.code,
                self.fault,
                8,
                self.act,
                margins=32,
            )
        )
        card.setMaximumWidth(560)
        middle = line(None, card, None, margins=16)
        middle.setStretch(1, 8)
        self.setLayout(column(None, middle, None))
        (self.code if url else self.url).setFocus()

    def sign_in(self) -> None:
        """Ask the centre to take this machine in."""
        url, code = self.url.text().strip(), self.code.text().strip()
        if not url or not code:
            self._say(_("Both are needed: the address and the code."))
            return
        if "://" not in url:
            url = f"http://{url}"
        self._busy(busy=True)
        name = platform.node() or "office"
        self._jobs.without_store(
            lambda: sign_in(url, code, name), self, self._signed_in, self._failed
        )

    def _signed_in(self, login: Login) -> None:
        self._busy(busy=False)
        self.signed_in.emit(login)

    def _failed(self, error: Exception) -> None:
        self._busy(busy=False)
        self._say(sentence(error))

    def _busy(self, *, busy: bool) -> None:
        self._say("")
        self.act.setEnabled(not busy)
        self.act.setText(_("Connecting …") if busy else _("Connect"))

    def _say(self, words: str) -> None:
        self.fault.setText(words)
        self.fault.setVisible(bool(words))
