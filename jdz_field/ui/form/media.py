"""A photo or another file as an answer: shown large, taken by camera, from files or a card."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.ui.context import sentence
from jdz_field.ui.form.card_strip import CardStrip
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.photos.camera import Camera
from jdz_field.ui.values import joined, shown_point, shown_size, shown_time
from jdz_field.ui.widgets import button, column, line, text

#: Longest side of the preview's picture in pixels, and its greatest height on the page.
_EDGE, _HIGH = 1280, 360


class Preview(QLabel):
    """A picture as large as the page allows, in its own proportions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QPixmap()
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def put(self, picture: QPixmap) -> None:
        """Show this picture."""
        self._picture = picture
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        if self._picture.isNull() or self.width() < 20:
            return
        ratio = self.devicePixelRatioF()
        room = QSize(min(self.width(), 640), _HIGH)
        size = self._picture.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        shown = self._picture.scaled(
            size * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)
        self.setFixedHeight(size.height())


class MediaEditor(Editor):
    """One file. Its answer is the file's name in the record."""

    def __init__(
        self, shelf: Shelf, ref: str, mediatype: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shelf, self._ref = shelf, ref
        self._photo = mediatype.startswith("image")
        self._value = ""
        self.preview = Preview()
        self.about = text("", "caption")
        self.fault = text("", "error")
        self.fault.hide()
        self.shoot = button(_("Take a photo"), self._shoot, icon="camera")
        self.pick = button(_("Choose a file"), self._pick, icon="file")
        self.card = button(_("Memory card"), self._card, icon="card")
        self.drop = button(_("Remove"), self._drop, kind="quiet", icon="trash")
        self.strip: CardStrip | None = None
        self._camera: Camera | None = None
        row = line(self.shoot, self.pick, self.card, self.drop, None)
        self._column = column(self.preview, self.about, row, self.fault)
        self.setLayout(self._column)
        # Only now: a part without a parent would be a window of its own.
        self.shoot.setVisible(self._photo)
        self.card.setVisible(self._photo)
        self.setFocusProxy(self.shoot if self._photo else self.pick)
        self.show_value("")

    def show_value(self, value: str) -> None:
        """Show the file that is the answer."""
        if value and value == self._value:
            return
        self._value = value
        attachment = self._shelf.attachment(self._ref, value) if value else None
        self._show(attachment, value)

    def set_readonly(self, readonly: bool) -> None:
        """Only looked at."""
        for part in (self.shoot, self.card):
            part.setVisible(self._photo and not readonly)
        self.pick.setVisible(not readonly)
        self.drop.setVisible(bool(self._value) and not readonly)

    def _show(self, attachment: Attachment | None, value: str) -> None:
        file = self._shelf.path_of(attachment) if attachment is not None else None
        self.preview.setVisible(self._photo and file is not None)
        self.about.setVisible(bool(value))
        self.about.setText(about(attachment) if attachment is not None else value)
        self.drop.setVisible(bool(value))
        if self._photo and file is not None:
            self._shelf.picture(file, _EDGE, self, self._pictured)

    def _pictured(self, image: QImage) -> None:
        self.preview.put(QPixmap.fromImage(image))

    # ---- taking
    def take(self, file: Path) -> None:
        """Make this file the answer; the one before stays in the project."""
        self._say("")
        self.about.setText(_("Copying {file} …").format(file=file.name))
        self.about.show()
        self._shelf.take(
            self._ref, file, photo=self._photo, done=self._taken, failed=self._not_taken
        )

    def _taken(self, attachment: Attachment) -> None:
        if self._value and self._value != attachment.filename:
            self._shelf.let_go(self._ref, self._value)
        self._value = attachment.filename
        self._show(attachment, attachment.filename)
        self.answered.emit(attachment.filename)
        self.settled.emit()

    def _not_taken(self, error: Exception) -> None:
        self._say(sentence(error))
        self.about.setText(self._value)
        self.about.setVisible(bool(self._value))

    def _shoot(self) -> None:
        if self._camera is None:
            self._camera = Camera(parent=self)
            self._camera.taken.connect(self.take)
        if self._camera.start():
            self._say(_("The photo comes here by itself once it is taken."))
        else:
            self._say(
                _("This machine has no camera program; take it with a camera and use its card.")
            )

    def _pick(self) -> None:
        patterns = _("Photos (*.jpg *.jpeg)") if self._photo else _("All files (*)")
        file = self._shelf.app.questions.open_file(self, _("Choose a file"), patterns)
        if file is not None:
            self.take(file)

    def _card(self) -> None:
        if self.strip is None:
            self.strip = CardStrip(self._shelf.app.jobs)
            self.strip.picked.connect(self._from_card)
            self._column.addWidget(self.strip)
        self.strip.load()

    def _from_card(self, file: Path) -> None:
        if self.strip is not None:
            self.strip.hide()
        self.take(file)

    def _drop(self) -> None:
        self._shelf.let_go(self._ref, self._value)
        self._value = ""
        self._show(None, "")
        self.answered.emit("")
        self.settled.emit()

    def _say(self, words: str) -> None:
        self.fault.setText(words)
        self.fault.setVisible(bool(words))


def about(attachment: Attachment) -> str:
    """Name, time, place and size in one line."""
    place = ""
    if attachment.lon is not None and attachment.lat is not None:
        place = shown_point(attachment.lon, attachment.lat)
    taken = shown_time(attachment.taken) if attachment.taken else _("no time")
    return joined(
        [attachment.filename, taken, place or _("no position"), shown_size(attachment.size)]
    )
