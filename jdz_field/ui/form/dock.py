"""Where the list of all questions stands: beside the form when there is room, else over it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from jdz_field.ui.form.head import Head
from jdz_field.ui.form.overview import Overview
from jdz_field.ui.theme import current

#: Width of the list beside the form, and of the page from which on it has room there.
_WIDE, _WITH_LIST = 320, 1000


class Veil(QWidget):
    """What is behind the sheet, darker; a tap on it closes the sheet.

    Signals:
        tapped(): it was tapped.
    """

    tapped = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close."""
        event.accept()
        self.tapped.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Darker."""
        del event
        shade = QColor(0, 0, 0, 110)
        QPainter(self).fillRect(self.rect(), shade)


class Dock(QObject):
    """Shows and hides the list; in a wide page it is there until it is put away.

    Signals:
        moved(): it takes another part of the page's width.
        closed(): it was put away; the keyboard belongs to the form again.
    """

    moved = Signal()
    closed = Signal()

    def __init__(self, page: QWidget, overview: Overview, row: QHBoxLayout, head: Head) -> None:
        super().__init__(page)
        self._page, self._overview, self._row, self._head = page, overview, row, head
        self.veil = Veil(page)
        self.veil.hide()
        overview.setParent(page)
        overview.hide()
        self.beside = False
        self._away = False
        overview.closed.connect(self.close)
        self.veil.tapped.connect(self.close)

    def taken(self) -> int:
        """Pixels of the page's width that the list takes from the form."""
        return self._overview.width() if self.beside and not self._overview.isHidden() else 0

    def toggle(self) -> None:
        """Open it with the keyboard in its search; a second time puts it away."""
        shown = not self._overview.isHidden()
        if shown and (not self.beside or self._overview.search.hasFocus()):
            self.close()
            return
        self._away = False
        self._show()
        self._overview.search.setFocus()
        self._overview.search.selectAll()

    def close(self) -> None:
        """Put it away."""
        self._away = True
        self._hide()
        self.closed.emit()

    def went(self) -> None:
        """The person chose a question: what covers the form goes."""
        if not self.beside:
            self.close()

    def place(self) -> None:
        """The page has another size."""
        beside = self._page.width() >= _WITH_LIST * current().scale
        if beside is not self.beside:
            self._turn(beside=beside)
        elif not self._overview.isHidden():
            self._fit()

    def _turn(self, *, beside: bool) -> None:
        self.beside = beside
        self._row.removeWidget(self._overview)
        if beside:
            self._row.insertWidget(0, self._overview)
        else:
            self._overview.setParent(self._page)
        if beside and not self._away:
            self._show()
        else:
            self._hide()

    def _show(self) -> None:
        self._fit()
        self._overview.show()
        self._overview.show_now()
        self.veil.setVisible(not self.beside)
        if not self.beside:
            self.veil.raise_()
            self._overview.raise_()
        self._head.list.setChecked(True)
        self.moved.emit()

    def _hide(self) -> None:
        self.veil.hide()
        self._overview.hide()
        self._head.list.setChecked(False)
        self.moved.emit()

    def _fit(self) -> None:
        if self.beside:
            self._overview.setFixedWidth(round(_WIDE * current().scale))
            return
        whole = self._page.rect()
        self._overview.setFixedWidth(whole.width())
        self.veil.setGeometry(whole)
        top = whole.height() // 6
        self._overview.setGeometry(0, top, whole.width(), whole.height() - top)
