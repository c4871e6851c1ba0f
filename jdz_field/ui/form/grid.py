"""Questions beside each other, as the grid theme of XLSForm has them (``theme-grid``, w1 … w10).

A group is so many units wide as its appearance says (four by default), a question takes as many
of them as its own says, or the whole row. A row that is not full is stretched. Where a unit would
be too narrow to write in, everything stands below each other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from jdz_field.ui.theme import current
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.view import Node

_WIDTH = re.compile(r"(?:^|\s)w(\d{1,2})(?=\s|$)")
_UNITS = 4
_MOST = 12
_GAP_X, _GAP_Y = 24, 22
#: A unit narrower than this, at normal text size, is too narrow.
_NARROW = 110


def asks_for_grid(form: FormDefinition) -> bool:
    """Whether the form is laid out as a grid (settings sheet, ``style``)."""
    return "theme-grid" in form.style.split()


def units_of(appearance: str, otherwise: int) -> int:
    """The width that an appearance names, in units."""
    found = _WIDTH.search(appearance)
    return min(max(int(found[1]), 1), _MOST) if found else otherwise


@dataclass(slots=True)
class _Cell:
    item: QLayoutItem
    units: int


class GridLayout(QLayout):
    """Rows of cells; hidden ones leave their place to the others."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self._cells: list[_Cell] = []
        self._wanted = units
        self.setContentsMargins(0, 0, 0, 0)

    def put(self, part: QWidget, units: int) -> None:
        """Add a widget of this width after the others."""
        self._wanted = min(units, self.units)
        self.addWidget(part)

    # ---- what Qt asks of a layout
    def addItem(self, item: QLayoutItem) -> None:
        """Put it at the end."""
        self._cells.append(_Cell(item, self._wanted))

    def count(self) -> int:
        """How many there are."""
        return len(self._cells)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at this place."""
        return self._cells[index].item if 0 <= index < len(self._cells) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take an item out."""
        return self._cells.pop(index).item if 0 <= index < len(self._cells) else None

    def expandingDirections(self) -> Qt.Orientation:
        """As wide as it may be."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Narrow means high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows."""
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put every widget in its place."""
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        """One unit is wide enough to write in."""
        width = max(self.minimumSize().width(), self.units * round(_NARROW * current().scale))
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """The widest part; as high as the parts are when they stand side by side."""
        seen = [cell.item.minimumSize() for cell in self._cells if not cell.item.isEmpty()]
        return QSize(
            max((size.width() for size in seen), default=0),
            max((size.height() for size in seen), default=0),
        )

    # ---- rows
    def rows(self, width: int) -> Iterator[list[_Cell]]:
        """The seen cells row by row."""
        unit = (width + _GAP_X) / self.units
        stacked = unit < _NARROW * current().scale
        row: list[_Cell] = []
        left = 0
        for cell in self._cells:
            if cell.item.isEmpty():
                continue
            # What cannot be made so narrow takes more.
            needed = math.ceil((cell.item.minimumSize().width() + _GAP_X) / max(unit, 1))
            units = self.units if stacked else min(self.units, max(cell.units, needed))
            if row and units > left:
                yield row
                row = []
            left = (left if row else self.units) - units
            row.append(_Cell(cell.item, units))
        if row:
            yield row

    def _lay(self, rect: QRect, *, move: bool) -> int:
        y = rect.y()
        for row in self.rows(rect.width()):
            high = 0
            for cell, (x, width) in zip(row, _widths(row, rect.width()), strict=True):
                own = _height(cell.item, width)
                if move:
                    cell.item.setGeometry(QRect(QPoint(rect.x() + x, y), QSize(width, own)))
                high = max(high, own)
            y += high + _GAP_Y
        return max(0, y - _GAP_Y - rect.y())


def _widths(row: list[_Cell], width: int) -> Iterator[tuple[int, int]]:
    """Left edge and width of each cell; together they fill the row."""
    units = sum(cell.units for cell in row)
    room = width - _GAP_X * (len(row) - 1)
    x, used = 0, 0
    for place, cell in enumerate(row):
        used += cell.units
        end = round(room * used / units)
        start = x
        x = end
        yield start + _GAP_X * place, end - start


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return max(item.heightForWidth(width), item.minimumSize().height())
    return item.sizeHint().height()


class Grid:
    """The parts of a section in a grid."""

    def __init__(self, node: Node) -> None:
        self._layout = GridLayout(units_of(node.appearance, _UNITS))

    def layout(self) -> QLayout:
        """The layout that holds the parts."""
        return self._layout

    def put(self, part: QWidget, node: Node) -> None:
        """A question as wide as it says; groups and repeats take the row unless they say."""
        self._layout.put(part, units_of(node.appearance, self._layout.units))
