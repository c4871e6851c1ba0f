"""How loud it is now: a bar that every recorder has."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.theme import current

#: Louder than this the sound is cut: the bar turns to attention.
_TOO_LOUD = 0.95


class Meter(QWidget):
    """A level from 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level = 0.0
        self.setAccessibleName(_("Loudness"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A flat bar."""
        return QSize(240, 16)

    def show_level(self, level: float) -> None:
        """Show this."""
        self.level = level
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and bar."""
        del event
        now = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour("sunken"))
        ground = QRectF(self.rect())
        painter.drawRoundedRect(ground, 6, 6)
        painter.setBrush(now.colour("attention" if self.level > _TOO_LOUD else "celadon"))
        painter.drawRoundedRect(QRectF(0, 0, ground.width() * self.level, ground.height()), 6, 6)


def clock(seconds: float) -> str:
    """``0:42``, ``1:03:20``."""
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
