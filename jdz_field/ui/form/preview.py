"""Pictures on a form's page: large, and last time's beside it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

#: Longest side in pixels of what is read for a preview.
EDGE = 1280


class Preview(QLabel):
    """A picture as large as the page allows, in its own proportions."""

    def __init__(
        self, wide: int = 640, high: int = 360, words: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture = QPixmap()
        self._room = QSize(wide, high)
        self.setAccessibleName(words)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def put(self, image: QImage) -> None:
        """Show this picture."""
        self._picture = QPixmap.fromImage(image)
        self._fit()

    def clear_picture(self) -> None:
        """Show nothing."""
        self._picture = QPixmap()
        self.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        if self._picture.isNull() or self.width() < 20:
            return
        ratio = self.devicePixelRatioF()
        room = QSize(min(self.width(), self._room.width()), self._room.height())
        size = self._picture.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        shown = self._picture.scaled(
            size * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)
        self.setFixedHeight(size.height())
