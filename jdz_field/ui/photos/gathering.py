"""Where photos come from: files, folders, cards and telephones, the clipboard, a drop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from jdz_field.core.clock import BEIJING
from jdz_field.core.i18n import _
from jdz_field.operations.photo_pile import FOLDER, PASTED
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.photos.cards import card_roots, root_name
from jdz_field.ui.widgets import button, column, frame

#: What the dialog for files offers; folders are searched for the same.
PATTERNS = "*.jpg *.jpeg *.jpe *.heic *.heif *.png *.tif *.tiff *.webp *.dng"


class Gathering(QWidget):
    """The strip above a pile.

    Signals:
        files_wanted(object): a list of ``Path``, files and folders.
        wall_wanted(): look at all photos of the project.
    """

    files_wanted = Signal(object)
    wall_wanted = Signal()

    def __init__(
        self,
        app: AppContext,
        roots: Callable[[], list[Path]] = card_roots,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._app, self._roots = app, roots
        self.files = button("", self.ask_for_files, icon="file")
        self.folder = button("", self.ask_for_folder, icon="folder")
        self.card = button("", self.from_card, icon="card")
        self.paste = button("", self.from_clipboard, icon="paste")
        self.paste.setShortcut(QKeySequence(QKeySequence.StandardKey.Paste))
        self.wall = button("", self.wall_wanted.emit, icon="image")
        flow = Flow()
        flow.setContentsMargins(16, 8, 16, 8)
        for part in self.parts():
            flow.addWidget(part)
        flow.addWidget(self.wall)
        strip = frame("strip")
        strip.setLayout(flow)
        self.setLayout(column(strip))
        self.retranslate()

    def parts(self) -> tuple[QWidget, ...]:
        """What brings photos."""
        return (self.files, self.folder, self.card, self.paste)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.files.setText(_("Photos"))
        self.folder.setText(_("Folder"))
        self.card.setText(_("Card or telephone"))
        self.paste.setText(_("Paste"))
        self.paste.setToolTip(_("Photos that were copied elsewhere (Ctrl+V)"))
        self.wall.setText(_("All photos"))

    def ask_for_files(self) -> None:
        """Add single photos."""
        words = _("Photos ({patterns})").format(patterns=PATTERNS)
        self._tell(self._app.questions.open_files(self, _("Choose photos"), words))

    def ask_for_folder(self) -> None:
        """Add all photos of a folder."""
        folder = self._app.questions.folder(self, _("Choose a folder with photos"))
        self._tell([folder] if folder is not None else [])

    def from_card(self) -> None:
        """Add the photos of a card or telephone; with several, the person says of which."""
        roots = self._roots()
        if not roots:
            self._app.toast(_("There is no memory card and no telephone with photos here."))
        elif len(roots) == 1:
            self._tell([roots[0] / "DCIM"])
        else:
            menu = self.menu(roots)
            menu.popup(self.card.mapToGlobal(self.card.rect().bottomLeft()))

    def menu(self, roots: list[Path]) -> QMenu:
        """Each root by its name, and all."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for root in roots:
            menu.addAction(root_name(root)).setData([str(root / "DCIM")])
        menu.addAction(_("All of them")).setData([str(root / "DCIM") for root in roots])
        menu.triggered.connect(self._from_menu)
        return menu

    def _from_menu(self, action: object) -> None:
        told = action.data() if hasattr(action, "data") else []
        self._tell([Path(one) for one in told])

    def from_clipboard(self) -> None:
        """Add files that were copied, or a picture that was."""
        self.take(QGuiApplication.clipboard().mimeData())

    def take(self, mime: QMimeData) -> None:
        """Add what lies on the clipboard or was dropped."""
        files = files_in(mime)
        if files:
            self._tell(files)
        elif mime.hasImage():
            image = mime.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self._keep(image)
        else:
            self._app.toast(_("There is no photo on the clipboard."))

    def _keep(self, image: QImage) -> None:
        folder = self._app.path / FOLDER / PASTED

        def work() -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            now = datetime.now(BEIJING)
            name = _("pasted")
            file = folder / f"{name}-{now:%Y%m%d-%H%M%S-%f}.png"
            if not image.save(str(file)):
                raise OSError(file)
            return file

        self._app.jobs.without_store(work, self, self._kept, self._app.say_failure)

    def _kept(self, file: Path) -> None:
        self._tell([file])

    def _tell(self, files: list[Path]) -> None:
        if files:
            self.files_wanted.emit(files)


def files_in(mime: QMimeData) -> list[Path]:
    """Files and folders on this machine that are meant."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def accepts(event: QDragEnterEvent) -> None:
    """Photos, folders and pictures may be dropped."""
    if event.mimeData().hasUrls() or event.mimeData().hasImage():
        event.acceptProposedAction()


def dropped(event: QDropEvent, to: Gathering) -> None:
    """Take what was dropped."""
    event.acceptProposedAction()
    to.take(event.mimeData())
