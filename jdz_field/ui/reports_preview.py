"""The first pages of a report as pictures: fitted to the room, turned by touch and by key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QStackedWidget, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import Empty, by_finger, column, line, text, tool

#: Round the page, in pixels.
_AROUND = 8


class _Page(QWidget):
    """One page; ``whole`` fits it into the room, otherwise it is as wide as it was made."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__()
        self._area = area
        self.image = QImage()
        self.whole = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_image(self, image: QImage) -> None:
        self.image = image
        self.fit()

    def fit(self) -> None:
        """Take the room, or what the page needs."""
        self.setMinimumSize(QSize(0, 0) if self.whole else self.image.size())
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page in the middle."""
        del event
        if self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = self.size() - QSize(2 * _AROUND, 2 * _AROUND)
        size = self.image.size()
        if self.whole:
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = ((self.width() - size.width()) // 2, (self.height() - size.height()) // 2)
        ratio = self.devicePixelRatioF()
        sharp = self.image.scaled(
            size * ratio,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        sharp.setDevicePixelRatio(ratio)
        painter.drawImage(max(0, left), max(0, top), sharp)
        painter.setPen(current().colours.line)
        painter.drawRect(max(0, left), max(0, top), size.width() - 1, size.height() - 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap looks closer, the next one fits the page again."""
        super().mouseReleaseEvent(event)
        self.whole = not self.whole
        self.fit()


class ReportPreview(QWidget):
    """Pages, which one is shown, and what stands in the way of a preview."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pages: list[QImage] = []
        self.number = 0
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        by_finger(self._scroll)
        self.page = _Page(self._scroll)
        self._scroll.setWidget(self.page)
        self.trouble = Empty("file", "", "")
        self.stack = QStackedWidget()
        for part in (self._scroll, self.trouble):
            self.stack.addWidget(part)
        self.before = tool("chevron-left", "", self.turn_back)
        self.after = tool("chevron-right", "", self.turn)
        self.which = text("", "caption", wrap=False)
        turn = line(None, self.before, self.which, self.after, None, gap=12)
        whole = column(self.stack, turn, gap=4)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        for part, words in (
            (self.before, _("Page before (PgUp)")),
            (self.after, _("Next page (PgDn)")),
        ):
            part.setToolTip(words)
            part.setAccessibleName(words)
        self.setAccessibleName(_("Preview"))
        self._show()

    def show_pages(self, pages: Sequence[bytes]) -> None:
        """Show these (PNG), the first first."""
        self.pages = [QImage.fromData(page, "PNG") for page in pages]  # type: ignore[arg-type]
        self.number = 0
        self.stack.setCurrentWidget(self._scroll)
        self._show()

    def show_drawing(self) -> None:
        """Others are being drawn; those that are shown stay until then."""
        self.which.setText(_("Drawing …"))

    def show_trouble(self, words: str) -> None:
        """There is nothing to show, and why."""
        self.pages = []
        self.trouble.say(words)
        self.stack.setCurrentWidget(self.trouble)
        self._show()

    def turn(self) -> None:
        """To the next page."""
        self._go(self.number + 1)

    def turn_back(self) -> None:
        """To the page before."""
        self._go(self.number - 1)

    def _go(self, number: int) -> None:
        if 0 <= number < len(self.pages):
            self.number = number
            self._show()

    def _show(self) -> None:
        count = len(self.pages)
        self.before.setEnabled(self.number > 0)
        self.after.setEnabled(self.number + 1 < count)
        words = _("Preview, page {n} of {m}").format(n=self.number + 1, m=count)
        self.which.setText(words if count else "")
        if count:
            self.page.show_image(self.pages[self.number])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pages turn with PgUp, PgDn and the arrows."""
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_Right):
            self.turn()
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_Left):
            self.turn_back()
        else:
            super().keyPressEvent(event)
