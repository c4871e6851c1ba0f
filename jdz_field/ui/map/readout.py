"""North, scale bar and the coordinates of the map's middle, on one plate.

A tap on the coordinates copies them; a tap on the arrow beside them, or the down key, offers the
place in every form to choose from.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from jdz_field.core.i18n import _
from jdz_field.geo.display import FORMS, position_system
from jdz_field.ui import theme
from jdz_field.ui.map.view import View, round_length
from jdz_field.ui.numbers import chosen_form, coordinates

#: The scale bar is at most so many pixels long.
BAR = 110
#: The arrow at the right end is so wide: a finger's target.
ARROW = 44


class Readout(QAbstractButton):
    """The plate.

    Signals:
        form_chosen: the person reads positions in this form from now on.
        paste_wanted: to the place on the clipboard.
    """

    form_chosen = Signal(str)
    paste_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: View | None = None
        self._place = (0.0, 0.0)
        #: Whether the menu offers the way to a copied place.
        self.pastes = False
        self.menu: QMenu | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.setToolTip("\n".join((_("Copy the coordinates (Ctrl+C)"), _("Other coordinates (↓)"))))
        self.setAccessibleName(_("Coordinates of the middle of the map"))

    def show_view(self, view: View, place: tuple[float, float]) -> None:
        """Show the scale of ``view`` and the coordinates of ``place`` (degrees)."""
        self._view, self._place = view, place
        self.setAccessibleDescription(f"{position_system(chosen_form())}: {self.words()}")
        self.resize(self.sizeHint())
        self.update()

    def words(self) -> str:
        """The coordinates in the chosen form."""
        return coordinates(*self._place)

    def to_copy(self) -> str:
        """The coordinates as they are copied: finer than they are shown."""
        return coordinates(*self._place, fine=True)

    def sizeHint(self) -> QSize:
        """As wide as the bar and the coordinates need."""
        now = theme.current()
        metrics = QFontMetricsF(now.font("caption"))
        width = round(40 + BAR + 20 + metrics.horizontalAdvance(self.words()) + 8 + ARROW)
        return QSize(width, max(44, round(metrics.height() + 24)))

    # ---- choosing a form
    def open_menu(self) -> None:
        """Offer the place in every form."""
        if self.menu is not None:
            self.menu.deleteLater()
        self.menu = QMenu(self)
        group = QActionGroup(self.menu)
        for form in FORMS:
            words = coordinates(*self._place, form)
            named = words if form == "wgs84" else f"{_system(form)}  {words}"
            act = self.menu.addAction(named)
            act.setCheckable(True)
            act.setChecked(form == chosen_form())
            act.setData(form)
            group.addAction(act)
        group.triggered.connect(self._picked)
        if self.pastes:
            self.menu.addSeparator()
            self.menu.addAction(_("To the copied coordinates (Ctrl+V)")).triggered.connect(
                self.paste_wanted
            )
        up = self.menu.sizeHint().height()
        self.menu.popup(self.mapToGlobal(QPoint(0, -up)))

    def _picked(self, act: QAction) -> None:
        self.form_chosen.emit(str(act.data()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The arrow opens the menu; everything else is a click."""
        if self.isDown() and event.position().x() >= self.width() - ARROW:
            self.setDown(False)
            self.open_menu()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the menu."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Menu):
            self.open_menu()
        else:
            super().keyPressEvent(event)

    # ---- drawing
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
        self._arrow(painter, now)

    def _arrow(self, painter: QPainter, now: theme.Theme) -> None:
        middle = QPointF(self.width() - ARROW / 2, self.height() / 2)
        painter.setPen(QPen(now.colour("line"), 1))
        painter.drawLine(
            QPointF(self.width() - ARROW + 0.5, 10),
            QPointF(self.width() - ARROW + 0.5, self.height() - 10),
        )
        pen = QPen(now.colour("ink2"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPolyline(
            [middle + QPointF(-6, 3), middle + QPointF(0, -3), middle + QPointF(6, 3)]
        )

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


def _system(form: str) -> str:
    """A short name of what a form's numbers hang on."""
    return _("CGCS2000 zone 39") if form == "plane39" else "CGCS2000"
