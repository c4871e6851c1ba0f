"""The newest photos of the card that is in the machine, to be tapped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.shelf import small
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.photos.cards import card_roots, newest_photos
from jdz_field.ui.widgets import by_finger, column, text

_SIDE = 128


class CardStrip(QWidget):
    """A grid of the newest photos.

    Signals:
        picked(object): the ``Path`` that was tapped.
    """

    picked = Signal(object)

    def __init__(
        self,
        jobs: Jobs[Any],
        roots: Callable[[], list[Path]] = card_roots,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._roots = jobs, roots
        self.words = text("", "caption")
        self.grid = QListWidget()
        self.grid.setViewMode(QListView.ViewMode.IconMode)
        self.grid.setResizeMode(QListView.ResizeMode.Adjust)
        self.grid.setMovement(QListView.Movement.Static)
        self.grid.setIconSize(QSize(_SIDE, _SIDE))
        self.grid.setGridSize(QSize(_SIDE + 12, _SIDE + 34))
        self.grid.setFixedHeight(2 * (_SIDE + 34) + 8)
        self.grid.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.grid.itemClicked.connect(self._tapped)
        self.grid.itemActivated.connect(self._tapped)
        by_finger(self.grid)
        self.setLayout(column(self.words, self.grid))

    def load(self) -> None:
        """Look at the cards that are in now."""
        self.show()
        self.grid.hide()
        self.words.setText(_("Looking at the card …"))
        roots = self._roots
        self._jobs.without_store(lambda: newest_photos(roots), self, self._found, self._failed)

    def _found(self, files: list[Path] | None) -> None:
        self.grid.clear()
        if not files:
            self.words.setText(
                _("There is no memory card with photos in this machine; put one in and try again.")
                if files is None
                else _("The card holds no photos.")
            )
            return
        self.words.setText(_("The newest photos; tap one."))
        for file in files:
            item = QListWidgetItem(file.name)
            item.setData(Qt.ItemDataRole.UserRole, file)
            self.grid.addItem(item)
        self.grid.show()
        self._next(0)

    def _next(self, row: int) -> None:
        """Draw one picture after the other: a card is slow, and the person may leave."""
        item = self.grid.item(row)
        if item is None:
            return
        file = item.data(Qt.ItemDataRole.UserRole)

        def drawn(image: QImage) -> None:
            if self.grid.item(row) is item:
                item.setIcon(QIcon(QPixmap.fromImage(image)))
                self._next(row + 1)

        def skipped(_error: Exception) -> None:
            self._next(row + 1)

        self._jobs.without_store(lambda: small(file, 2 * _SIDE), self, drawn, skipped)

    def _failed(self, _error: Exception) -> None:
        self.words.setText(_("The card cannot be read; take it out and put it in again."))

    def _tapped(self, item: QListWidgetItem) -> None:
        self.picked.emit(item.data(Qt.ItemDataRole.UserRole))
