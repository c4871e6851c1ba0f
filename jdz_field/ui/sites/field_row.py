"""One field of a site: label, value and what is to be said of it; a tap opens its editor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from jdz_field.core.i18n import _
from jdz_field.ui import icons, theme
from jdz_field.ui.sites.derived import Note
from jdz_field.ui.values import NOTHING

#: Share of the row that labels take.
LABEL = 0.34
_LEFT, _RIGHT, _ABOVE = 12, 44, 10
_WRAP = int(Qt.TextFlag.TextWrapAnywhere)
_WORDS = int(Qt.TextFlag.TextWordWrap)


class FieldRow(QAbstractButton):
    """A label and a value; can be tapped when the field can be edited."""

    def __init__(
        self, name: str, label: str, value: str, notes: Sequence[Note] = (), *, editable: bool
    ) -> None:
        super().__init__()
        self.name, self.label, self.value, self.notes = name, label, value, tuple(notes)
        self.setEnabled(editable)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(f"{label}: {value}")
        self.setAccessibleDescription("; ".join(note.words for note in notes))
        if editable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(_("Edit (Enter)"))

    def hasHeightForWidth(self) -> bool:
        """Long values wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as label, value and notes need, never lower than a target."""
        heights = [rect.height() for rect in self._places(width)]
        label = _height("caption", round(width * LABEL) - _LEFT, self.label, _WORDS)
        return max(theme.current().touch(), label + 2 * _ABOVE, sum(heights) + 2 * _ABOVE)

    def sizeHint(self) -> QSize:
        """For the usual width of a sheet."""
        return QSize(380, self.heightForWidth(max(self.width(), 380)))

    def minimumSizeHint(self) -> QSize:
        """At least a target."""
        return QSize(200, theme.current().touch())

    def _places(self, width: int) -> list[QRect]:
        """Where value and notes go, from the top of the row."""
        left = round(width * LABEL) + 8
        room = max(1, width - left - _RIGHT)
        places, top = [], 0
        said = (("body", self.value, _WRAP), *(("caption", n.words, _WORDS) for n in self.notes))
        for role, words, wrap in said:
            high = _height(role, room, words, wrap)
            places.append(QRect(left, top, room, high))
            top += high
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        """Label, value, notes, pencil."""
        del event
        now = theme.current()
        painter = QPainter(self)
        area = self.rect()
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.fillRect(area, now.colour("accent_soft" if self.isDown() else "sunken"))
        if self.hasFocus():
            painter.setPen(now.colour("accent"))
            painter.drawRect(area.adjusted(1, 1, -2, -2))
        split = round(area.width() * LABEL)
        painter.setFont(now.font("caption"))
        painter.setPen(now.colour("ink2"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(_LEFT, 0, split - _LEFT, area.height()), middle | _WORDS, self.label)
        self._paint_value(painter)
        if self.isEnabled():
            pencil = icons.pixmap("edit", "ink2", 18, self.devicePixelRatioF())
            painter.drawPixmap(area.right() - 30, area.center().y() - 9, pencil)

    def _paint_value(self, painter: QPainter) -> None:
        now = theme.current()
        value, *below = self._places(self.width())
        high = value.height() + sum(place.height() for place in below)
        top = (self.height() - high) // 2
        painter.setFont(now.font())
        painter.setPen(now.colour("ink" if self.value != NOTHING else "ink2"))
        painter.drawText(value.translated(0, top), _WRAP, self.value)
        painter.setFont(now.font("caption"))
        for note, place in zip(self.notes, below, strict=True):
            painter.setPen(now.colour(note.role))
            painter.drawText(place.translated(0, top), _WORDS, note.words)


def _height(role: str, width: int, words: str, flags: int) -> int:
    metrics = QFontMetrics(theme.current().font(role))
    return metrics.boundingRect(0, 0, max(1, width), 10_000, flags, words).height()
