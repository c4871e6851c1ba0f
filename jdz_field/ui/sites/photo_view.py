"""Looking at the photos of a site, one at a time, as large as the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.photos.keep import kept_path
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import coordinates
from jdz_field.ui.page import Page
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import column, line, text, tool

#: Photos are decoded no larger than this; screens are not larger.
EDGE = 2560


class Canvas(QWidget):
    """One picture, fitted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """As large as can be had."""
        return QSize(640, 480)

    def show_image(self, image: QImage, words: str = "") -> None:
        """Show a picture, or words where there is none."""
        self.image, self.words = image, words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in the middle, on a dark ground."""
        del event
        now = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), now.colour("sunken"))
        if self.image.isNull():
            painter.setPen(now.colour("ink2"))
            painter.setFont(now.font())
            centre = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), int(centre), self.words)
            return
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self.image)


class PhotoView(Page):
    """The photos, with arrows and keys between them."""

    full = True

    def __init__(
        self,
        app: AppContext,
        photos: Sequence[Attachment],
        first: Attachment,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(app, parent)
        self._photos = list(photos)
        self._place = next((n for n, p in enumerate(photos) if p.id == first.id), 0)
        self.canvas = Canvas()
        self.about = text("", "secondary")
        self.before = tool("back", "", self.show_before, kind="")
        self.after = tool("chevron-right", "", self.show_after, kind="")
        foot = line(self.before, self.about, self.after, gap=12)
        foot.setStretch(1, 1)
        foot.setContentsMargins(12, 8, 12, 8)
        whole = column(self.canvas, foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retranslate()
        self._show()

    @property
    def photo(self) -> Attachment:
        """The photo that is shown."""
        return self._photos[self._place]

    def title(self) -> str:
        """The heading."""
        return _("Photo {n} of {total}").format(n=self._place + 1, total=len(self._photos))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        for button, words in ((self.before, _("Before (←)")), (self.after, _("After (→)"))):
            button.setToolTip(words)
            button.setAccessibleName(words)

    def show_before(self) -> None:
        """The photo before."""
        self._go(-1)

    def show_after(self) -> None:
        """The photo after."""
        self._go(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go through the photos."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._go(step)

    def _go(self, step: int) -> None:
        wanted = self._place + step
        if 0 <= wanted < len(self._photos):
            self._place = wanted
            self._show()
            self.app.retitle_wanted.emit()

    def _show(self) -> None:
        photo = self.photo
        self.before.setEnabled(self._place > 0)
        self.after.setEnabled(self._place < len(self._photos) - 1)
        place = (
            coordinates(photo.lon, photo.lat)
            if photo.lon is not None and photo.lat is not None
            else _("no position")
        )
        said = (photo.caption or "", shown_time(photo.taken), place, photo.filename)
        self.about.setText(joined(said))
        self.canvas.show_image(QImage(), _("Opening …"))
        suffix = Path(photo.filename).suffix.lower()
        file = kept_path(self.app.path / "files", photo.sha256, suffix)
        self.app.jobs.without_store(
            lambda: (photo.id, read_upright(file)), self, self._take, self.app.say_failure
        )

    def _take(self, answer: tuple[str, QImage]) -> None:
        photo_id, image = answer
        if photo_id == self.photo.id:
            missing = _("This photo is not on this device yet, or it is damaged.")
            self.canvas.show_image(image, missing)


def read_upright(file: Path) -> QImage:
    """A photo turned upright, at most ``EDGE`` wide and high (any thread); null when unreadable."""
    reader = QImageReader(str(file))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > EDGE:
        reader.setScaledSize(size.scaled(EDGE, EDGE, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
