"""A project that can only be read: what the window says of it, and the store that refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _
from jdz_field.store.project import Project
from jdz_field.ui import icons
from jdz_field.ui.widgets import line, text


def refusing(folder: Path) -> Callable[[], Project]:
    """What opens the writing store of such a project: a sentence, and no look at the disk."""

    def refuse() -> Project:
        raise Unavailable(
            _(
                "{path} can only be read, so nothing was saved; copy the folder to this disk."
            ).format(path=folder)
        )

    return refuse


class ReadOnlyBand(QFrame):
    """Says over the map that nothing can be entered here, and what helps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "warning")
        picture = QLabel()
        icons.give(picture, "eye", "attention", 20)
        self.words = text("", "strong")
        row = line(picture, self.words, gap=10)
        row.setStretch(1, 1)
        row.setContentsMargins(16, 8, 16, 8)
        self.setLayout(row)
        self.retranslate()

    def retranslate(self) -> None:
        """The sentence in the language in force."""
        self.words.setText(
            _("To be read only: this place cannot be written. To work, copy the folder to a disk.")
        )
