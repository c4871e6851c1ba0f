"""The preview of an import: one line a row of the ledger, its status, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from jdz_field.core.i18n import _
from jdz_field.ledger.issues import OK, REFUSED, WARNING, CheckedRow
from jdz_field.ui import icons, theme
from jdz_field.ui.widgets import by_finger

_Index = QModelIndex | QPersistentModelIndex


def status_words(status: str) -> tuple[str, str, str]:
    """A status's word, its colour and its icon."""
    return {
        OK: (_("ok"), "ok", "done"),
        WARNING: (_("with a hint"), "attention", "warning"),
        REFUSED: (_("refused"), "error", "error"),
    }[status]


class ImportModel(QAbstractTableModel):
    """The rows of one status, or all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[CheckedRow] = ()
        self._rows: Sequence[CheckedRow] = ()

    def put(self, rows: Sequence[CheckedRow], status: str | None = None) -> None:
        """Show these rows, only those of ``status``."""
        self.beginResetModel()
        self._all = rows
        self._rows = [row for row in rows if status is None or row.status == status]
        self.endResetModel()

    def show_status(self, status: str | None) -> None:
        """Only those of ``status``."""
        self.put(self._all, status)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Row, status, number, name, remarks."""
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The headings."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (_("Row"), _("Status"), _("Number"), _("Name"), _("What was noticed"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, icon, colour."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([*(i.message for i in row.issues), *row.notes]) or None
        if index.column() == 1:
            return self._status(row, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(row, index.column())
        return None

    def _status(self, row: CheckedRow, role: int) -> Any:
        word, tint, icon = status_words(row.status)
        if role == Qt.ItemDataRole.DisplayRole:
            return word
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.pixmap(icon, tint, 20, 2.0)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme.current().colour(tint)
        return None


def _cell(row: CheckedRow, column: int) -> str:
    if column == 0:
        return str(row.row)
    if column == 2:
        return row.code or ""
    if column == 3:
        return str(row.fields.get("name") or "")
    return " ".join([*(issue.message for issue in row.issues), *row.notes])


class ImportTable(QTableView):
    """The table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ImportModel(self)
        self.setModel(self.rows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.current().touch() + 6)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate((64, 112, 148, 170)):
            header.resizeSection(column, width)
        by_finger(self)
