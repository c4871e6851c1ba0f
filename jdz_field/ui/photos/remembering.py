"""A pile from last time: said at the top of the page, with the way to go on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations import photo_pile
from jdz_field.ui.context import AppContext
from jdz_field.ui.widgets import boxed, button, column, line, text


class Banner(QWidget):
    """Hidden until a pile is there that was not finished.

    Signals:
        wanted(object): go on with this ``photo_pile.Pile``.
    """

    wanted = Signal(object)

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._pile: photo_pile.Pile | None = None
        self.words = text("", "strong")
        self.on = button("", self._on, kind="primary", icon="play")
        self.off = button("", self._off, kind="quiet")
        row = line(self.words, self.on, self.off, margins=10)
        row.setStretch(0, 1)
        self.setLayout(column(boxed(row, "sunken"), margins=8))
        self.hide()

    def look(self) -> None:
        """Show itself when a pile was left."""
        self._pile = photo_pile.recall(self._app.path)
        self.setVisible(self._pile is not None)
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.on.setText(_("Go on"))
        self.off.setText(_("Forget them"))
        n = len(self._pile.photos) if self._pile is not None else 0
        said = ngettext(
            "{n} photo from last time is not in the project yet.",
            "{n} photos from last time are not in the project yet.",
            n,
        )
        self.words.setText(said.format(n=n))

    def _on(self) -> None:
        if self._pile is not None:
            self.hide()
            self.wanted.emit(self._pile)

    def _off(self) -> None:
        photo_pile.forget(self._app.path)
        self.hide()
