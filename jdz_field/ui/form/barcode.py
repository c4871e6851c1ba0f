"""A code as an answer: typed, scanned by a reader that types, or read from a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QPushButton, QWidget

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.photos.barcode import Code, one_code, read_codes
from jdz_field.photos.kinds import IMAGE
from jdz_field.ui.context import sentence
from jdz_field.ui.flow import flow
from jdz_field.ui.form.card_strip import CardStrip
from jdz_field.ui.form.clip import files_of, path_in
from jdz_field.ui.form.media import patterns_of
from jdz_field.ui.form.shelf import Shelf, small
from jdz_field.ui.form.text import LineEditor
from jdz_field.ui.photos.camera import Camera
from jdz_field.ui.widgets import button, clear, column, text

#: A picture is read at this many pixels a side: a code on a sheet at arm's length is seen.
_EDGE = 3200


class BarcodeEditor(LineEditor):
    """A line for keyboard and scanner, pictures beside it; what was read stands large.

    A scanner that types ends with Enter: the answer is given and the keyboard goes on.
    """

    def __init__(self, shelf: Shelf, *, front: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.line.setPlaceholderText(_("Type or scan the code"))
        self.line.setMaxLength(8000)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._show_large)
        self.shoot = button(_("Take a picture of the code"), self._shoot, icon="camera")
        self.pick = button(_("Read from a picture"), self._pick, icon="barcode")
        self.card = button(_("Memory card"), self._card, icon="card")
        self.paste = button(_("Paste"), self.paste_now, icon="paste")
        self.ways = flow(self.shoot, self.pick, self.card, self.paste)
        self.large = text("", "figure")
        self.large.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words = text("", "caption")
        self.choices = QWidget()
        self._choices = column(gap=8)
        self.choices.setLayout(self._choices)
        self.strip: CardStrip | None = None
        self._camera: Camera | None = None
        hint = _("Hold the code in front of the camera that looks at you.") if front else ""
        self.rule = text(hint, "caption")
        self.rule.setVisible(front)
        for part in (self.rule, self.large, self.words, self.choices, self.ways):
            self.column.addWidget(part)
        for part in (self.large, self.words, self.choices):
            part.hide()
        self.setAcceptDrops(True)

    # ---- typed and scanned
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter ends a scan and goes on to what comes next; Ctrl+V may paste a picture."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.line.text():
                self.leave()
                self.focusNextChild()
                return True
            if event.matches(QKeySequence.StandardKey.Paste) and self._holds_picture():
                self.paste_now()
                return True
        return super().eventFilter(watched, event)

    def set_readonly(self, readonly: bool) -> None:
        """Legible and copyable."""
        super().set_readonly(readonly)
        self.ways.setVisible(not readonly)
        self.setAcceptDrops(not readonly)

    def show_value(self, value: str) -> None:
        """Show the code."""
        super().show_value(value)
        self._show_large(self.line.text())

    def _show_large(self, value: str) -> None:
        # Wherever it may break: a code has no spaces.
        self.large.setText("\u200b".join(value[:200]))
        self.large.setVisible(bool(value))

    # ---- from a picture
    def read(self, file: Path) -> None:
        """Look for codes in a picture file."""
        self._look(lambda: read_codes(grey(small(file, _EDGE))))

    def read_image(self, image: QImage) -> None:
        """Look for codes in a picture that is no file."""
        self._look(lambda: read_codes(grey(image)))

    def _look(self, work: Any) -> None:
        self._say(_("Reading the code …"))
        self.choices.hide()
        self._shelf.app.jobs.without_store(work, self, self._found, self._failed)

    def _found(self, codes: list[Code]) -> None:
        try:
            code = one_code(codes)
        except BadInput as error:
            self._failed(error)
            return
        if code is not None:
            self._take(code)
            return
        self._say(_("Several codes are in the picture; tap yours."))
        clear(self._choices)
        for one in codes:
            made = button(one.text if len(one.text) < 60 else f"{one.text[:60]}…", self._chosen)
            made.setProperty("code", one)
            made.setToolTip(one.format)
            self._choices.addWidget(made)
        self.choices.show()
        first = self.choices.findChild(QPushButton)
        if isinstance(first, QPushButton):
            first.setFocus()

    def _chosen(self) -> None:
        self._take(self.sender().property("code"))

    def _take(self, code: Code) -> None:
        self.choices.hide()
        self._say(_("Read: {kind}").format(kind=code.format))
        self.line.setText(code.text)
        self.leave()
        self.line.setFocus()

    def _failed(self, error: Exception) -> None:
        self._say(sentence(error))

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))

    # ---- where pictures come from
    def _shoot(self) -> None:
        if self._camera is None:
            self._camera = Camera(parent=self)
            self._camera.taken.connect(self.read)
        if self._camera.start():
            self._say(_("The photo comes here by itself once it is taken."))
        else:
            self._say(
                _("This machine has no camera program; take it with a camera and use its card.")
            )

    def _pick(self) -> None:
        title = _("Read from a picture")
        file = self._shelf.app.questions.open_file(self, title, patterns_of(IMAGE))
        if file is not None:
            self.read(file)

    def _card(self) -> None:
        if self.strip is None:
            self.strip = CardStrip(self._shelf.app.jobs)
            self.strip.picked.connect(self._from_card)
            self.column.addWidget(self.strip)
        self.strip.load()

    def _from_card(self, file: Path) -> None:
        if self.strip is not None:
            self.strip.hide()
        self.read(file)

    def _holds_picture(self) -> bool:
        data = QGuiApplication.clipboard().mimeData()
        return data.hasImage() or bool(files_of(data))

    def paste_now(self) -> None:
        """A picture of a code, or the code itself as text."""
        data = QGuiApplication.clipboard().mimeData()
        if not self._take_data(data) and data.hasText():
            self.line.setText(data.text().strip())
            self.leave()

    def _take_data(self, data: QMimeData) -> bool:
        image = data.imageData() if data.hasImage() else None
        files = files_of(data) or [file for file in (path_in(data),) if file is not None]
        if files:
            self.read(files[0])
        elif isinstance(image, QImage):
            self.read_image(image)
        return bool(files) or isinstance(image, QImage)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A picture may be dropped."""
        if files_of(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read it."""
        if self._take_data(event.mimeData()):
            event.acceptProposedAction()


def grey(image: QImage) -> npt.NDArray[np.uint8]:
    """A picture as rows × columns of grey, 0 black … 255 white."""
    flat = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(flat.constBits(), np.uint8, flat.height() * flat.bytesPerLine())
    return rows.reshape(flat.height(), flat.bytesPerLine())[:, : flat.width()].copy()
