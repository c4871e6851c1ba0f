"""Questions to the person: files, folders and the few confirmations that cannot be undone.

Pages ask through ``AppContext.questions``, so that tests answer without a dialog.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from jdz_field.core.i18n import _


class Questions:
    """Asks with the system's dialogs."""

    def open_files(self, parent: QWidget | None, title: str, patterns: str) -> list[Path]:
        """Files the person picks; empty when none. ``patterns``: ``Photos (*.jpg *.jpeg)``."""
        names, _used = QFileDialog.getOpenFileNames(parent, title, "", patterns)
        return [Path(name) for name in names]

    def open_file(self, parent: QWidget | None, title: str, patterns: str) -> Path | None:
        """One file, or ``None``."""
        name, _used = QFileDialog.getOpenFileName(parent, title, "", patterns)
        return Path(name) if name else None

    def save_file(
        self, parent: QWidget | None, title: str, start: str, patterns: str
    ) -> Path | None:
        """Where to write a file, or ``None``."""
        name, _used = QFileDialog.getSaveFileName(parent, title, start, patterns)
        return Path(name) if name else None

    def folder(self, parent: QWidget | None, title: str) -> Path | None:
        """A folder, or ``None``."""
        name = QFileDialog.getExistingDirectory(parent, title)
        return Path(name) if name else None

    def confirm(self, parent: QWidget | None, text: str, *, act: str) -> bool:
        """Whether to do what cannot be undone; ``act`` is the word on the button that does it."""
        box = QMessageBox(parent)
        box.setText(text)
        yes = box.addButton(act, QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        box.exec()
        return box.clickedButton() is yes

    def tell(self, parent: QWidget | None, text: str) -> None:
        """One sentence, and a button to go on."""
        box = QMessageBox(parent)
        box.setText(text)
        box.addButton(_("OK"), QMessageBox.ButtonRole.AcceptRole)
        box.exec()
