"""The segments of a line or a ring, one a row: from where to where, how long, which bearing."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from jdz_field.core.i18n import _
from jdz_field.geo.measures import legs, way
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.form.trace_figures import shown_length
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import by_finger, column, text

_Index = QModelIndex | QPersistentModelIndex


def leg_lines(trace: Trace, chosen: int) -> list[str]:
    """The segments before and behind a vertex, each in a line."""
    count = len(trace.vertices)
    ring = trace.closed and count > 2
    places = [chosen - 1, chosen]
    if ring:
        places = [(chosen - 1) % count, chosen]
    last = count if ring else count - 1
    said = []
    for at in places:
        if 0 <= at < last:
            one, other = trace.vertices[at], trace.vertices[(at + 1) % count]
            metres, bearing = way(*one.place, *other.place)
            said.append(
                _("{a} to {b}: {length}, {bearing}°").format(
                    a=at + 1,
                    b=(at + 1) % count + 1,
                    length=shown_length(metres),
                    bearing=_degrees(bearing),
                )
            )
    return said


def _degrees(bearing: float) -> str:
    # 359.96 is written as the north it is.
    return f"{round(bearing, 1) % 360:05.1f}"


class LegModel(QAbstractTableModel):
    """The segments; measured once for each change of the line."""

    def __init__(self, trace: Trace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace = trace
        self._metres, self._bearings = np.empty(0), np.empty(0)

    def show_trace(self) -> None:
        """The vertices are others."""
        self.beginResetModel()
        self._metres, self._bearings = legs(*self._trace.arrays(), closed=self._trace.closed)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One a segment."""
        return 0 if parent.isValid() else len(self._metres)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Which, length, bearing."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns."""
        if role != Qt.ItemDataRole.DisplayRole or orientation == Qt.Orientation.Vertical:
            return None
        return (_("Points"), _("Length"), _("Bearing"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words of a cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return None
        at = index.row()
        if index.column() == 0:
            return f"{at + 1} – {(at + 1) % len(self._trace.vertices) + 1}"
        if index.column() == 1:
            return shown_length(float(self._metres[at]))
        return f"{_degrees(float(self._bearings[at]))}°"


class LegsPanel(QWidget):
    """The segments' part of the tool.

    Signals:
        chose(): the vertex in which a segment begins is worked on.
    """

    chose = Signal()

    def __init__(self, trace: Trace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace = trace
        self.model = LegModel(trace, self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("Segments"))
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(current().touch())
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        by_finger(self.table)
        note = text(_("Along the ellipsoid; bearings from true north."), "caption")
        whole = column(self.table, note, gap=6)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def show_trace(self) -> None:
        """The vertices are others."""
        self.model.show_trace()

    def _row_chosen(self, index: QModelIndex) -> None:
        if index.isValid() and self.table.hasFocus():
            self._trace.choose(index.row())
            self.chose.emit()
