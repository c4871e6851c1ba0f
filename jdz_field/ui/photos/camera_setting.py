"""Setting: the folder in which the machine's camera program keeps its pictures."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.context import AppContext
from jdz_field.ui.photos.camera import camera_folders
from jdz_field.ui.widgets import button, column, line, text


class CameraSetting(QWidget):
    """A heading, the folder in force, and the way to another."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.head, self.folder = text("", "section"), text("", "secondary")
        self.choose = button("", self._choose, icon="folder")
        self.usual = button("", self._usual, kind="quiet")
        row = line(self.folder, self.choose, self.usual)
        row.setStretch(0, 1)
        self.setLayout(column(self.head, row))
        app.language_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.head.setText(_("Pictures of this machine's camera"))
        self.choose.setText(_("Choose a folder"))
        self.usual.setText(_("As usual"))
        self.show_chosen()

    def show_chosen(self) -> None:
        """What holds now."""
        told = "\n".join(str(folder) for folder in camera_folders())
        self.folder.setText(told or _("This machine has no folder of pictures."))

    def _choose(self) -> None:
        folder = self._app.questions.folder(self, _("Where the camera keeps its pictures"))
        if folder is not None:
            self._keep(str(folder))

    def _usual(self) -> None:
        self._keep("")

    def _keep(self, folder: str) -> None:
        self._app.prefer("camera", folder)
        self.show_chosen()
