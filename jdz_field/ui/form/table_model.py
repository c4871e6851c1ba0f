"""A repeat as a table model over the session: nothing is copied, cells are asked for when seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.table_columns import Column, shown
from jdz_field.xforms.view import Choice, Node

_Index = QModelIndex | QPersistentModelIndex
#: Gives the ``Node`` of a cell.
NODE = int(Qt.ItemDataRole.UserRole)
#: Gives the choices a question offers now.
ChoicesOf = Callable[[Node], Sequence[Choice]]
_HERE = QModelIndex()


class TableModel(QAbstractTableModel):
    """Rows are the entries of the repeat ``ref``, columns its questions."""

    def __init__(
        self,
        driver: Driver,
        ref: str,
        columns: Sequence[Column],
        choices: ChoicesOf,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.ref = ref
        self.columns = list(columns)
        self._driver = driver
        self._choices = choices
        self._place = {column.path: at for at, column in enumerate(self.columns)}
        self._rows = len(driver.session.node(ref).children)
        self._cells: dict[tuple[int, int], Node] = {}
        self._complaints: dict[str, str] = {}

    # ---- cells
    def cell_ref(self, row: int, column: int) -> str:
        """The ref of the question in a cell."""
        return f"{self.ref}[{row + 1}]/{self.columns[column].path}"

    def place_of(self, ref: str) -> tuple[int, int] | None:
        """Row and column (-1: the whole entry) of a ref in this repeat; else ``None``."""
        start = f"{self.ref}["
        if not ref.startswith(start):
            return None
        row, _end, path = ref[len(start) :].partition("]")
        return int(row) - 1, self._place.get(path.lstrip("/"), -1)

    def cell(self, row: int, column: int) -> Node:
        """The question in a cell as it is now."""
        found = self._cells.get((row, column))
        if found is None:
            found = self.fresh(row, column)
            self._cells[row, column] = found
        return found

    def fresh(self, row: int, column: int) -> Node:
        """The question in a cell, asked of the session: right even before ``follow``."""
        return self._driver.session.node(self.cell_ref(row, column))

    def choices(self, node: Node) -> Sequence[Choice]:
        """What a question offers now."""
        return self._choices(node)

    def offered(self, column: int) -> Sequence[Choice]:
        """What the first entry offers in a column; nothing when there is none."""
        return self._choices(self.cell(0, column)) if self._rows else ()

    def text(self, row: int, column: int) -> str:
        """The answer as it is shown; empty where the question does not apply."""
        node = self.cell(row, column)
        if not node.relevant:
            return ""
        one = self.columns[column]
        return shown(one, node, self._choices(node) if one.picked else ())

    def wrong(self, row: int, column: int) -> str:
        """What is wrong with a cell, in a sentence; empty when nothing is known to be."""
        node = self.cell(row, column)
        if not node.relevant:
            return ""
        return node.error or self._complaints.get(node.ref, "")

    def is_open(self, row: int, column: int) -> bool:
        """Whether a cell can be answered now."""
        return self.takes(self.cell(row, column), column)

    def takes(self, node: Node, column: int) -> bool:
        """Whether a question of this column takes an answer as it is now."""
        return node.relevant and not node.readonly and not self.columns[column].fixed

    def first_empty(self, row: int) -> int:
        """The first column of a row that waits for an answer; else the first that takes one."""
        takes = [at for at in range(len(self.columns)) if self.is_open(row, at)]
        return next((at for at in takes if not self.cell(row, at).value), takes[0] if takes else 0)

    def is_blank(self, row: int) -> bool:
        """Whether nothing that a person could answer is answered in a row."""
        return not any(
            self.cell(row, at).value for at in range(len(self.columns)) if self.is_open(row, at)
        )

    # ---- keeping up with the session
    def follow(self, refs: Iterable[str], rows: int) -> None:
        """The session changed at ``refs``; the repeat has so many entries now."""
        if rows > self._rows:
            self.beginInsertRows(_HERE, self._rows, rows - 1)
            self._rows = rows
            self.endInsertRows()
        elif rows < self._rows:
            self.beginRemoveRows(_HERE, rows, self._rows - 1)
            self._rows = rows
            # Entries have moved up: what was said of them is of others now.
            self._complaints.clear()
            self._cells = {place: node for place, node in self._cells.items() if place[0] < rows}
            self.endRemoveRows()
        places = [place for place in map(self.place_of, refs) if place is not None]
        places = [place for place in places if place[0] < rows]
        for place in places:
            self._complaints.pop(self.cell_ref(*place) if place[1] >= 0 else "", None)
            self._forget(*place)
        if places:
            self._tell(places)

    def _forget(self, row: int, column: int) -> None:
        if column >= 0:
            self._cells.pop((row, column), None)
            return
        for at in range(len(self.columns)):
            self._cells.pop((row, at), None)

    def _tell(self, places: Sequence[tuple[int, int]]) -> None:
        rows = [row for row, _column in places]
        columns = [column for _row, column in places if column >= 0]
        whole = len(columns) < len(places)
        left = 0 if whole else min(columns)
        right = len(self.columns) - 1 if whole else max(columns)
        self.dataChanged.emit(self.index(min(rows), left), self.index(max(rows), right))

    def complain(self, ref: str, message: str) -> None:
        """Something stands against finishing: shown until the cell is answered."""
        self._complaints[ref] = message
        place = self.place_of(ref)
        if place is not None:
            self._tell([place])

    # ---- as Qt asks
    def rowCount(self, parent: _Index = _HERE) -> int:
        """How many entries."""
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: _Index = _HERE) -> int:
        """How many questions."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The answer, the whole node, or what is wrong as the tooltip."""
        if not index.isValid() or index.row() >= self._rows:
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.wrong(row, column) or plain(self.cell(row, column).hint)
            return words or None
        return self.cell(row, column) if role == NODE else None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Answer a cell; ``value`` in XForms lexical form. A closed cell takes none."""
        row, column = index.row(), index.column()
        if role != Qt.ItemDataRole.EditRole or not self.is_open(row, column):
            return False
        if value != self.cell(row, column).value:
            self._driver.answer(self.cell_ref(row, column), str(value))
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Open cells can be edited, all can be looked at."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.is_open(index.row(), index.column()):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Numbers of the entries; labels of the questions, with their hints as tooltips."""
        if side == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        one = self.columns[section]
        node = one.node
        label = plain(node.label) or node.name
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{label} *" if one.required and not one.fixed else label
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (label, plain(node.hint)) if part)
        return None
