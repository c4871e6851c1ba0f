"""A row of thumbnails, read and made small off the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.photos.keep import kept_path
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.widgets import by_finger, clear

#: Side of a thumbnail in pixels.
SIDE = 104


class Pictures(QScrollArea):
    """Thumbnails side by side.

    Signals:
        chosen: the attachment that was tapped.
    """

    chosen = Signal(object)

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._shown: dict[str, QToolButton] = {}
        self._photos: dict[QToolButton, Attachment] = {}
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFixedHeight(SIDE + 18)
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.setWidget(inside)
        by_finger(self)

    def show_photos(self, photos: Sequence[Attachment]) -> None:
        """Show these photos; those that cannot be shown keep a drawing."""
        if list(self._shown) == [p.sha256 for p in photos]:
            return
        clear(self._row)
        self._shown, self._photos = {}, {}
        for photo in photos:
            button = self._button(photo)
            self._shown[photo.sha256] = button
            self._photos[button] = photo
            self._row.addWidget(button)
        self._row.addStretch(1)
        folder = self._app.path / "files"
        for photo in photos:
            file = kept_path(folder, photo.sha256, Path(photo.filename).suffix.lower())
            self._ask(photo.sha256, file)

    def _ask(self, sha256: str, file: Path) -> None:
        self._app.jobs.without_store(lambda: (sha256, _small(file)), self, self._take, self._cannot)

    def _button(self, photo: Attachment) -> QToolButton:
        made = QToolButton()
        made.setFixedSize(SIDE, SIDE)
        icons.give(made, "image", "ink2", 32)
        made.setToolTip(photo.caption or photo.filename)
        made.setAccessibleName(_("Photo {name}").format(name=photo.filename))
        made.clicked.connect(self._clicked)
        return made

    def _take(self, answer: tuple[str, QImage]) -> None:
        sha256, image = answer
        button = self._shown.get(sha256)
        if button is not None and not image.isNull():
            # A retint must not draw the icon over the picture again.
            button.setProperty("jdz_icon", "")
            button.setIcon(QPixmap.fromImage(image))
            button.setIconSize(QSize(SIDE - 8, SIDE - 8))

    def _cannot(self, error: Exception) -> None:
        # The drawing stays; the photo's own page says what is wrong with it.
        del error

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton) and button in self._photos:
            self.chosen.emit(self._photos[button])


def _small(file: Path) -> QImage:
    """A square cut-out from the middle (any thread)."""
    image = QImage.fromData(thumbnail(file, 2 * SIDE).jpeg)
    side = min(image.width(), image.height())
    return image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
