"""A row of thumbnails, read and made small off the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Site
from jdz_field.operations.photo_views import label_of, views_of_kind
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.photo_lines import direction_words
from jdz_field.ui.map.photo_layer import paint_cone
from jdz_field.ui.photo_pictures import photo_words, picture
from jdz_field.ui.theme import FAMILIES
from jdz_field.ui.values import joined
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
        if list(self._photos.values()) == list(photos):
            return
        clear(self._row)
        self._shown, self._photos = {}, {}
        for photo in photos:
            button = self._button(photo)
            self._shown[photo.sha256] = button
            self._photos[button] = photo
            self._row.addWidget(button)
        self._row.addStretch(1)
        for photo in photos:
            self._ask(photo)

    def _ask(self, photo: Attachment) -> None:
        path = self._app.path
        self._app.jobs.without_store(
            lambda: (photo.sha256, _small(path, photo)), self, self._take, self._cannot
        )

    def _button(self, photo: Attachment) -> QToolButton:
        made = QToolButton()
        made.setFixedSize(SIDE, SIDE)
        icons.give(made, "image", "ink2", 32)
        told = joined([photo_words(photo), direction_words(photo)])
        made.setToolTip(told or photo.filename)
        name = _("Photo {name}").format(name=photo.filename)
        made.setAccessibleName(joined([name, told]))
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


def _small(project: Path, photo: Attachment) -> QImage:
    """A square cut-out from the middle, with view, mark and direction on it (any thread)."""
    image = picture(project, photo, 2 * SIDE)
    if image.isNull():
        return image
    side = min(image.width(), image.height())
    cut = image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    made = cut.scaled(2 * SIDE, 2 * SIDE, mode=Qt.TransformationMode.SmoothTransformation)
    return _marked(made.convertToFormat(QImage.Format.Format_RGB32), photo)


def _marked(image: QImage, photo: Attachment) -> QImage:
    """The view's name at the foot, a shield for sensitive ones, a cone of sight: north is up."""
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if photo.direction is not None:
        at = QPointF(image.width() - 36, 36)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 200))
        painter.drawEllipse(at, 32, 32)
        true = photo.direction_ref == "true"
        paint_cone(painter, at, photo.direction, true=true, long=30)
    font = QFont(painter.font())
    font.setFamilies(FAMILIES)
    font.setPixelSize(30)
    painter.setFont(font)
    mark = _("sensitive") if photo.sensitive else ""
    wide = painter.fontMetrics().horizontalAdvance(mark) + 16
    for words, band in (
        (label_of(photo.view), QRectF(0, image.height() - 44, image.width(), 44)),
        (mark, QRectF(0, 0, wide, 44)),
    ):
        if words:
            painter.fillRect(band, QColor(0, 0, 0, 165))
            painter.setPen(QColor("white"))
            painter.drawText(band.adjusted(8, 0, -4, 0), int(Qt.AlignmentFlag.AlignVCenter), words)
    painter.end()
    return image


def lacking_words(site: Site, photos: Sequence[Attachment]) -> str:
    """Which of the views that every visit should bring a site has no photo of; empty: none."""
    there = {one.view for one in photos}
    lacking = [label_of(code) for code in views_of_kind(site.kind) if code not in there]
    return _("No photo yet of: {views}").format(views=_(", ").join(lacking)) if lacking else ""
