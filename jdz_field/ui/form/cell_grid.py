"""The grid that cells stand in: columns of one width, packed, or one line with a scale."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.ui.form.cells import ChoiceCell
from jdz_field.ui.form.looks import ALL, Look
from jdz_field.ui.theme import current

_GAP = 8
#: Narrower cells are hard to hit.
_NARROWEST, _NARROWEST_ASKED = 96, 88
#: ``columns`` never takes more than this, as in other clients.
_MOST = 5


class CellGrid(QWidget):
    """Cells in columns of one width: as many as fit the widest label, or as many as asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: list[ChoiceCell] = []
        self._look = Look()
        # Layouts ask again and again; texts are measured once a width.
        self._known: dict[int, list[QRect]] = {}
        self._widest = self._narrow = 0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def cells(self) -> Sequence[ChoiceCell]:
        """The cells in order."""
        return self._cells

    def put(self, cells: Sequence[ChoiceCell], look: Look | None = None) -> None:
        """Replace the cells; ``look`` says in how many columns they stand."""
        for cell in self._cells:
            cell.hide()
            cell.deleteLater()
        self._cells, self._look = list(cells), look or Look()
        self._forget()
        for cell in self._cells:
            cell.setParent(self)
            cell.show()
        self.updateGeometry()
        self._place()

    def columns(self, width: int) -> int:
        """How many columns this width takes."""
        count = len(self._cells)
        if not count:
            return 1
        if self._look.columns == ALL:
            return count if self._fits_one_line(width) else 1
        if self._look.columns:
            fit = (width + _GAP) // (_NARROWEST_ASKED + _GAP)
            return max(1, min(self._look.columns, count, fit))
        fit = max(self._look.least, (width + _GAP) // (self._wide() + _GAP))
        return max(1, min(count, fit, _MOST if self._look.least > 1 else count))

    def _fits_one_line(self, width: int) -> bool:
        gap = 0 if self._look.stacked else _GAP
        return len(self._cells) * (self._least_wide() + gap) - gap <= width

    def _wide(self) -> int:
        """Width of the widest cell."""
        if not self._widest:
            self._widest = max([_NARROWEST, *(cell.wanted_width() for cell in self._cells)])
        return self._widest

    def _least_wide(self) -> int:
        if not self._narrow:
            least = max((cell.narrowest() for cell in self._cells), default=0)
            self._narrow = max(current().touch(), least)
        return self._narrow

    def _forget(self) -> None:
        self._known, self._widest, self._narrow = {}, 0, 0

    def one_row(self) -> int:
        """Width of all cells beside each other."""
        if not self._cells:
            return 0
        if self._look.columns == ALL:
            return len(self._cells) * max(72, self._least_wide())
        if self._look.pack:
            return sum(cell.wanted_width() + _GAP for cell in self._cells) - _GAP
        return len(self._cells) * (self._wide() + _GAP) - _GAP

    def hasHeightForWidth(self) -> bool:
        """Fewer columns make more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows at this width."""
        return max((box.bottom() + 1 for box in self._boxes(width)), default=0)

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

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line of a scale, from the first mark to the last."""
        super().paintEvent(event)
        if not self._look.line or self.columns(self.width()) < 2:
            return
        first, last = self._cells[0], self._cells[-1]
        height = first.y() + first.mark_line()
        painter = QPainter(self)
        painter.setPen(QPen(QColor(current().colours.ink2), 2, Qt.PenStyle.SolidLine))
        painter.drawLine(
            first.geometry().center().x(), height, last.geometry().center().x(), height
        )

    # ---- placing
    def _boxes(self, width: int) -> list[QRect]:
        if width not in self._known:
            pack = self._look.pack
            self._known[width] = self._packed(width) if pack else self._in_columns(width)
        return self._known[width]

    def _packed(self, width: int) -> list[QRect]:
        rows: list[list[QRect]] = [[]]
        left = 0
        for cell in self._cells:
            wide = min(width, max(cell.wanted_width(), current().touch()))
            if rows[-1] and left + wide > width:
                rows.append([])
                left = 0
            rows[-1].append(QRect(left, 0, wide, cell.wanted_height(wide)))
            left += wide + _GAP
        return _stacked(rows)

    def _in_columns(self, width: int) -> list[QRect]:
        columns = self.columns(width)
        one_line = self._look.columns == ALL and columns > 1
        gap = 0 if one_line and self._look.stacked else _GAP
        wide = self._cell_width(width, columns, gap)
        rows = []
        for start in range(0, len(self._cells), columns):
            row = self._cells[start : start + columns]
            rows.append(
                [
                    QRect(i * (wide + gap), 0, wide, cell.wanted_height(wide))
                    for i, cell in enumerate(row)
                ]
            )
        return _stacked(rows)

    def _cell_width(self, width: int, columns: int, gap: int) -> int:
        fit = (width - gap * (columns - 1)) // columns
        if self._look.columns == ALL:
            return min(fit, 220) if columns > 1 else fit
        # Few short answers do not stretch over a wide screen.
        return min(fit, max(self._wide(), 200)) if columns > 1 else fit

    def _place(self) -> None:
        if self._look.columns == ALL and self._cells:
            self._turn(self.columns(self.width()) > 1 or len(self._cells) == 1)
        for cell, box in zip(self._cells, self._boxes(self.width()), strict=True):
            cell.setGeometry(box)

    def _turn(self, on_line: bool) -> None:
        """Too narrow for one line: below each other, with their labels beside the marks."""
        look = self._look if on_line else Look(marks=self._look.marks, passive=self._look.passive)
        if self._cells[0].look != look:
            for cell in self._cells:
                cell.look = look
            self._forget()
            self.updateGeometry()


def _stacked(rows: Sequence[Sequence[QRect]]) -> list[QRect]:
    """Rows below each other; the cells of one row are as high as its highest."""
    boxes, top = [], 0
    for row in rows:
        high = max((box.height() for box in row), default=0)
        boxes += [QRect(box.x(), top, box.width(), high) for box in row]
        top += high + _GAP
    return boxes
