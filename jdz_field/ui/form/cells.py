"""The large toggles that choices are made with, and the grid they stand in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from jdz_field.ui.theme import current

_MARK, _PAD, _GAP = 22, 12, 8
#: Narrower cells are hard to hit.
_NARROWEST = 96
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class ChoiceCell(QAbstractButton):
    """One choice: a round or square mark, and a label that wraps."""

    def __init__(self, label: str, *, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._several = several
        self.setText(label)
        self.setAccessibleName(label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    def wanted_width(self) -> int:
        """Width that shows the label on one line."""
        return self.fontMetrics().horizontalAdvance(self.text()) + _MARK + 3 * _PAD + 2

    def wanted_height(self, width: int) -> int:
        """Height that shows the whole label at this width."""
        room = QRect(0, 0, max(40, width - _MARK - 3 * _PAD), 10_000)
        text = self.fontMetrics().boundingRect(room, int(_WRAP), self.text())
        return max(current().touch(), text.height() + 2 * _PAD)

    def sizeHint(self) -> QSize:
        """One line of text."""
        return QSize(self.wanted_width(), current().touch())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Border, mark, label; the focus is a second border."""
        t = current().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent, line = QColor(t.accent), QColor(t.line)
        fill = QColor(t.surface)
        if self.isChecked():
            fill = QColor(t.accent_soft)
        elif self.isDown() or self.underMouse():
            fill = QColor(t.sunken)
        painter.setPen(QPen(accent if self.isChecked() else line, 2 if self.isChecked() else 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(accent, 2, Qt.PenStyle.SolidLine))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 6, 6)
        self._paint_mark(painter, accent, QColor(t.ink2))
        painter.setPen(QColor(t.ink if self.isEnabled() else t.ink2))
        left = _MARK + 2 * _PAD
        painter.drawText(self.rect().adjusted(left, 0, -_PAD, 0), int(_WRAP), self.text())

    def _paint_mark(self, painter: QPainter, accent: QColor, ink: QColor) -> None:
        box = QRectF(_PAD, (self.height() - _MARK) / 2, _MARK, _MARK)
        on = self.isChecked()
        painter.setPen(QPen(accent if on else ink, 2))
        painter.setBrush(accent if on and self._several else Qt.BrushStyle.NoBrush)
        if not self._several:
            painter.drawEllipse(box)
            if on:
                painter.setBrush(accent)
                painter.drawEllipse(box.adjusted(6, 6, -6, -6))
            return
        painter.drawRoundedRect(box, 4, 4)
        if on:
            tick = [QPointF(5, 11.5), QPointF(9.5, 16), QPointF(17, 6.5)]
            painter.setPen(QPen(QColor(current().colours.on_accent), 2.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([box.topLeft() + point for point in tick]))


class CellGrid(QWidget):
    """Cells in columns of one width: as many as fit the widest label, or as many as asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: list[ChoiceCell] = []
        self._columns = 0
        # Layouts ask again and again; texts are measured once a width.
        self._known: dict[int, list[int]] = {}
        self._widest = 0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def cells(self) -> Sequence[ChoiceCell]:
        """The cells in order."""
        return self._cells

    def put(self, cells: Sequence[ChoiceCell], columns: int = 0) -> None:
        """Replace the cells; ``columns`` 0 lets the width decide."""
        for cell in self._cells:
            cell.hide()
            cell.deleteLater()
        self._cells, self._columns = list(cells), columns
        self._forget()
        for cell in self._cells:
            cell.setParent(self)
            cell.show()
        self.updateGeometry()
        self._place()

    def columns(self, width: int) -> int:
        """How many columns this width takes."""
        if not self._cells:
            return 1
        if self._columns:
            return max(1, min(self._columns, len(self._cells), (width + _GAP) // (88 + _GAP)))
        return max(1, min(len(self._cells), (width + _GAP) // (self._wide() + _GAP)))

    def _wide(self) -> int:
        """Width of the widest cell."""
        if not self._widest:
            self._widest = max([_NARROWEST, *(cell.wanted_width() for cell in self._cells)])
        return self._widest

    def _forget(self) -> None:
        self._known, self._widest = {}, 0

    def one_row(self) -> int:
        """Width of all cells beside each other, each as wide as the widest."""
        return len(self._cells) * (self._wide() + _GAP) - _GAP if self._cells else 0

    def hasHeightForWidth(self) -> bool:
        """Fewer columns make more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows at this width."""
        return sum(self._row_heights(width)) + _GAP * (max(1, len(self._row_heights(width))) - 1)

    def sizeHint(self) -> QSize:
        """As wide as four middling cells."""
        return QSize(480, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        """One column of wrapped labels."""
        return QSize(120, current().touch())

    def changeEvent(self, event: QEvent) -> None:
        """Another theme, other letters."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._forget()
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another number of columns."""
        super().resizeEvent(event)
        self._place()

    def _cell_width(self, width: int) -> int:
        columns = self.columns(width)
        fit = (width - _GAP * (columns - 1)) // columns
        # Few short answers do not stretch over a wide screen.
        return min(fit, max(self._wide(), 200)) if columns > 1 else fit

    def _row_heights(self, width: int) -> list[int]:
        if not self._cells:
            return [0]
        if width in self._known:
            return self._known[width]
        columns, cell_width = self.columns(width), self._cell_width(width)
        heights = [cell.wanted_height(cell_width) for cell in self._cells]
        rows = [max(heights[i : i + columns]) for i in range(0, len(heights), columns)]
        self._known[width] = rows
        return rows

    def _place(self) -> None:
        width = self.width()
        columns, cell_width = self.columns(width), self._cell_width(width)
        top = 0
        for row, height in enumerate(self._row_heights(width)):
            for column, cell in enumerate(self._cells[row * columns : (row + 1) * columns]):
                cell.setGeometry(column * (cell_width + _GAP), top, cell_width, height)
            top += height + _GAP
