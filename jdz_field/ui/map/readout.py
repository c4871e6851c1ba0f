"""North, scale bar and the coordinates of the map's middle, on one plate; a tap copies them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui import theme
from jdz_field.ui.map.view import View, round_length
from jdz_field.ui.numbers import coordinates

#: The scale bar is at most so many pixels long.
BAR = 110


class Readout(QAbstractButton):
    """The plate. ``form`` is ``decimal`` or ``dms``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = "decimal"
        self._view: View | None = None
        self._place = (0.0, 0.0)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.setToolTip(_("Copy the coordinates (Ctrl+C)"))
        self.setAccessibleName(_("Coordinates of the middle of the map"))

    def show_view(self, view: View, place: tuple[float, float]) -> None:
        """Show the scale of ``view`` and the coordinates of ``place`` (degrees)."""
        self._view, self._place = view, place
        self.setAccessibleDescription(self.words())
        self.resize(self.sizeHint())
        self.update()

    def words(self) -> str:
        """The coordinates in the chosen form."""
        return coordinates(*self._place, self.form)

    def sizeHint(self) -> QSize:
        """As wide as the bar and the coordinates need."""
        now = theme.current()
        metrics = QFontMetricsF(now.font("caption"))
        width = round(40 + BAR + 20 + metrics.horizontalAdvance(self.words()) + 16)
        return QSize(width, max(44, round(metrics.height() + 24)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the plate."""
        del event
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(now.colour("accent" if self.hasFocus() else "line"), now.outline))
        painter.setBrush(now.colour("surface"))
        painter.drawRoundedRect(box, 8, 8)
        self._north(painter, now)
        right = self._bar(painter, now)
        painter.setPen(now.colour("ink"))
        painter.setFont(now.font("caption"))
        words = QRectF(right + 16, 0, self.width() - right - 16, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.words())

    def _north(self, painter: QPainter, now: theme.Theme) -> None:
        middle = self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour("ink"))
        tip = [QPointF(20, middle - 15), QPointF(25, middle), QPointF(20, middle - 3)]
        painter.drawPolygon([*tip, QPointF(15, middle)])
        font = now.font("caption", bold=True)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(now.colour("ink"))
        painter.drawText(QRectF(10, middle, 20, 16), Qt.AlignmentFlag.AlignCenter, "N")

    def _bar(self, painter: QPainter, now: theme.Theme) -> float:
        if self._view is None:
            return 40.0
        per_pixel = self._view.metres_per_pixel()
        metres = round_length(BAR * per_pixel)
        length = metres / per_pixel
        left, bottom = 42.0, self.height() - 13.0
        painter.setPen(QPen(now.colour("ink"), 1.5 * min(now.outline, 1.6)))
        painter.drawLine(QPointF(left, bottom), QPointF(left + length, bottom))
        for x in (left, left + length):
            painter.drawLine(QPointF(x, bottom - 5), QPointF(x, bottom))
        painter.setFont(now.font("caption"))
        box = QRectF(left, 4, length, bottom - 6)
        words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        wide = box.adjusted(-30, 0, 30, 0)
        painter.drawText(wide, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, words)
        return left + length
