"""The rows of a ledger in the wizard: what becomes of each, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

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


def action_words(action: str) -> str:
    """What becomes of a row."""
    return {
        "imported": _("new"),
        "updated": _("changed"),
        "unchanged": _("unchanged"),
        "refused": _("refused"),
    }.get(action, "")


class ImportModel(QAbstractTableModel):
    """Rows, and what becomes of each."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[CheckedRow] = ()
        self._actions: Mapping[int, str] = {}

    def put(self, rows: Sequence[CheckedRow], actions: Mapping[int, str] | None = None) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows, self._actions = rows, actions or {}
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Row, what becomes of it, number, name, remarks."""
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The headings."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (_("Row"), _("Becomes"), _("Number"), _("Site name"), _("What was noticed"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, icon, colour."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
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
            return action_words(self._actions.get(row.row, "")) or word
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
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.current().touch() + 6)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(round(3.4 * theme.current().text()))
        for column, letters in enumerate((3.4, 8.6, 8.8, 9.4)):
            header.resizeSection(column, round(letters * theme.current().text()))
        self._name_width = header.sectionSize(3)
        by_finger(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for a sentence, the panel beside the table says it."""
        super().resizeEvent(event)
        others = sum(self.columnWidth(column) for column in range(3)) + self._name_width
        room = self.viewport().width() - others
        self.setColumnHidden(4, room < 7 * theme.current().text())

    def current(self) -> CheckedRow | None:
        """The row that is chosen."""
        place = self.currentIndex().row()
        return self.rows.rows[place] if 0 <= place < len(self.rows.rows) else None

    def choose(self, number: int) -> bool:
        """Choose a row by its number in the ledger; whether it is shown."""
        for place, row in enumerate(self.rows.rows):
            if row.row == number:
                self.setCurrentIndex(self.rows.index(place, 0))
                self.scrollTo(self.rows.index(place, 0))
                return True
        return False

    def next_faulty(self) -> CheckedRow | None:
        """Choose the next row with an issue, from the top again at the end."""
        rows, start = self.rows.rows, self.currentIndex().row()
        for place in (*range(start + 1, len(rows)), *range(max(start + 1, 0))):
            found: CheckedRow = rows[place]
            if found.issues:
                self.setCurrentIndex(self.rows.index(place, 0))
                return found
        return None
