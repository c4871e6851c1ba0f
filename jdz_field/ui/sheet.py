"""The sheet over the map: slides in at the right, or up from the bottom in an upright window."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QPropertyAnimation, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui import theme
from jdz_field.ui.widgets import Elided, column, divider, frame, line, tool

#: Heights of the upright sheet, as shares of the area.
LOW, MIDDLE, HIGH = 0.32, 0.58, 1.0


class Grip(QWidget):
    """The handle by which the upright sheet is dragged.

    Signals:
        dragged: pixels downward since the last event.
        released: let go.
    """

    dragged = Signal(int)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(28)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self._at = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where."""
        self._at = round(event.globalPosition().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell how far."""
        now = round(event.globalPosition().y())
        self.dragged.emit(now - self._at)
        self._at = now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar that says: drag me."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().colour("ink2"))
        painter.drawRoundedRect(self.width() // 2 - 28, 11, 56, 5, 2.5, 2.5)


class Sheet(QFrame):
    """A stack of pages with a heading.

    Signals:
        moved: its place over the map changed.
        left: it was closed by the person.
        turned: another page is on top.
    """

    moved = Signal()
    left = Signal()
    turned = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.setProperty("role", "sheet")
        self._upright = False
        self._share = MIDDLE
        self._pages: list[QWidget] = []
        self._lasting: set[QWidget] = set()
        self.grip = Grip(self)
        self.grip.dragged.connect(self._dragged)
        self.grip.released.connect(self._released)
        self.back = tool("back", "", self.pop)
        self.heading = Elided("", "heading")
        self.shut = tool("close", "", self.close_by_person)
        head = line(self.back, self.heading, self.shut, gap=4)
        head.setContentsMargins(8, 4, 8, 4)
        self._head_row = head
        head.setStretch(1, 1)
        self.head = frame("surface")
        self.head.setLayout(head)
        self._stack = QStackedWidget()
        whole = column(self.grip, self.head, divider(), self._stack, gap=0)
        whole.setContentsMargins(1, 0, 0, 0)
        self.setLayout(whole)
        self._slide = QPropertyAnimation(self, b"geometry", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._settled)
        self._closing = False
        self.hide()
        self.retranslate()

    # ---- pages
    @property
    def page(self) -> QWidget | None:
        """The page on top."""
        return self._pages[-1] if self._pages else None

    def open_root(self, page: QWidget) -> bool:
        """Show a lasting page alone; ``False`` when the page that is shown will not be left."""
        if self._pages == [page] and not self._closing and self.isVisible():
            return True
        if not self._all_may_leave():
            return False
        self._lasting.add(page)
        self._drop_to(0)
        self._add(page)
        return True

    def push(self, page: QWidget) -> None:
        """Show a page above the others; it is let go when left."""
        self._add(page)

    def pop(self) -> bool:
        """Leave the page on top; the sheet closes with its last one."""
        if self.page is not None and not _may_leave(self.page):
            return False
        if len(self._pages) <= 1:
            self.close_by_person()
            return True
        self._drop_to(len(self._pages) - 1)
        self._show_top()
        return True

    def pop_quietly(self) -> bool:
        """Take the page on top away, to put another in its place; ``False``: it will not go."""
        if self.page is not None and not _may_leave(self.page):
            return False
        self._drop_to(len(self._pages) - 1)
        return True

    def close_by_person(self) -> bool:
        """Close, if every page may be left."""
        if not self._all_may_leave():
            return False
        self.slide_out()
        self.left.emit()
        return True

    def slide_out(self) -> None:
        """Slide away and let the pages go."""
        self._closing = True
        self._glide(self._away())

    def retitle(self) -> None:
        """The heading of the page on top."""
        title = getattr(self.page, "title", None)
        words = title() if callable(title) else ""
        self.heading.setText(words)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        for button, words in ((self.back, _("Back (Esc)")), (self.shut, _("Close"))):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.retitle()

    def _add(self, page: QWidget) -> None:
        self._pages.append(page)
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._show_top()

    def _drop_to(self, keep: int) -> None:
        while len(self._pages) > keep:
            page = self._pages.pop()
            if page not in self._lasting:
                self._stack.removeWidget(page)
                page.hide()
                page.deleteLater()

    def _show_top(self) -> None:
        page = self.page
        if page is None:
            return
        self._stack.setCurrentWidget(page)
        self.back.setVisible(len(self._pages) > 1)
        self._head_row.setContentsMargins(8 if len(self._pages) > 1 else 16, 4, 8, 4)
        # Full pages bring their own heading.
        self.head.setVisible(
            not getattr(page, "full", False) or callable(getattr(page, "title", None))
        )
        self.retitle()
        was_open = self.isVisible() and not self._closing
        self._closing = False
        if not was_open:
            self.setGeometry(self._away())
        self.show()
        self.raise_()
        self._glide(self.wanted())
        self.turned.emit()

    def _all_may_leave(self) -> bool:
        return all(_may_leave(page) for page in reversed(self._pages))

    # ---- place
    def set_upright(self, *, upright: bool) -> None:
        """Come from the bottom (``upright``) or from the right."""
        self._upright = upright
        self.place()

    def place(self) -> None:
        """Take the place at once, without motion."""
        self._slide.stop()
        self.grip.setVisible(self._upright and not getattr(self.page, "full", False))
        if self.isVisible() and not self._closing:
            self.setGeometry(self.wanted())
            self.moved.emit()

    def wanted(self) -> QRect:
        """Where the sheet belongs with the page that is on top."""
        area = self._area.rect()
        if getattr(self.page, "full", False):
            return area
        if self._upright:
            share = HIGH if getattr(self.page, "wide", False) else self._share
            height = min(area.height(), max(round(area.height() * share), 220))
            return QRect(0, area.height() - height, area.width(), height)
        width = min(max(round(area.width() * 0.4), 440), 500)
        if getattr(self.page, "wide", False):
            width = min(880, round(area.width() * 0.72))
        width = min(round(width * min(theme.current().scale, 1.5)), area.width())
        return QRect(area.width() - width, 0, width, area.height())

    def covered(self) -> QRect:
        """The part of the area that the sheet covers, empty when closed."""
        return self.wanted() if self.isVisible() and not self._closing else QRect()

    def set_share(self, share: float) -> None:
        """Height of the upright sheet as a share of the area."""
        self._share = share
        self._glide(self.wanted())

    def _away(self) -> QRect:
        rect = self.wanted()
        if self._upright:
            return rect.translated(0, rect.height())
        return rect.translated(rect.width(), 0)

    def _glide(self, to: QRect) -> None:
        self._slide.stop()
        self.grip.setVisible(self._upright and not getattr(self.page, "full", False))
        motion = theme.current().motion
        if motion == 0 or not self.window().isVisible():
            self.setGeometry(to)
            self._settled()
            return
        self._slide.setDuration(motion)
        self._slide.setStartValue(self.geometry())
        self._slide.setEndValue(to)
        self._slide.start()
        self.moved.emit()

    def _settled(self) -> None:
        if self._closing:
            self.hide()
            self._closing = False
            self._drop_to(0)
        self.moved.emit()

    def _dragged(self, down: int) -> None:
        area = self._area.height()
        top = min(max(self.y() + down, 0), area - 120)
        self.setGeometry(0, top, self.width(), area - top)

    def _released(self) -> None:
        share = self.height() / max(self._area.height(), 1)
        if share < LOW * 0.7:
            self.close_by_person()
            return
        self.set_share(min((LOW, MIDDLE, HIGH), key=lambda stop: abs(stop - share)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.pop()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and the edge towards the map."""
        super().paintEvent(event)
        now = theme.current()
        painter = QPainter(self)
        painter.setPen(QColor(now.colour("land_line" if now.outline < 2 else "line")))
        if self._upright:
            painter.drawLine(0, 0, self.width(), 0)
        else:
            painter.drawLine(0, 0, 0, self.height())

    def changeEvent(self, event: QEvent) -> None:
        """Another theme may have other sizes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_slide"):
            self.place()


def _may_leave(page: QWidget) -> bool:
    leave = getattr(page, "leave", None)
    return bool(leave()) if callable(leave) else True
