"""A line or area as a list of positions: a table for the keyboard, typing, pasting, files."""

from __future__ import annotations

from pathlib import Path

import shapely
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QPlainTextEdit, QTableView, QWidget

from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.i18n import _
from jdz_field.geo.coordinates import as_dms, parse_coordinate, point_from_text, split_pair
from jdz_field.geo.display import MINUTES, SECONDS, as_minutes
from jdz_field.operations.measuring import kept
from jdz_field.operations.shape_files import ALL, Shapes, read_shapes
from jdz_field.ui.flow import Flow
from jdz_field.ui.form.desk import MapDesk
from jdz_field.ui.form.lexical import Vertex, rounded
from jdz_field.ui.form.pasted import shape_vertices, vertices_in
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.numbers import chosen_form
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import boxed, button, by_finger, column, line, text

_Index = QModelIndex | QPersistentModelIndex
_LAT, _LON, _ALTITUDE, _ACCURACY = range(4)


class VertexModel(QAbstractTableModel):
    """The vertices as rows; positions typed in any spelling.

    Signals:
        edited(): a vertex was changed here.
        refused(str): what was typed is no value; its sentence.
    """

    edited = Signal()
    refused = Signal(str)

    def __init__(self, trace: Trace, desk: MapDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace, self._desk = trace, desk

    def show_trace(self) -> None:
        """The vertices are others."""
        self.beginResetModel()
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One a vertex."""
        return 0 if parent.isValid() else len(self._trace.vertices)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Latitude, longitude, height, accuracy."""
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns, numbers of the vertices."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        names = (_("Latitude"), _("Longitude"), _("Height m"), "± m")
        return names[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What is shown and what is edited."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        vertex = self._trace.vertices[index.row()]
        column_ = index.column()
        if column_ in (_LAT, _LON):
            degrees = vertex.lat if column_ == _LAT else vertex.lon
            if role == Qt.ItemDataRole.EditRole:
                return f"{degrees:.8f}".rstrip("0")
            return _spelt(degrees)
        number = vertex.altitude if column_ == _ALTITUDE else vertex.accuracy
        return f"{number:g}" if number or role == Qt.ItemDataRole.EditRole else ""

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Accuracy is measured, not typed."""
        found = super().flags(index)
        return found if index.column() == _ACCURACY else found | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed; ``refused`` when it is none."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        if str(value) == self.data(index, Qt.ItemDataRole.EditRole):
            return True
        made = self._read(self._trace.vertices[index.row()], index.column(), str(value))
        if made is None:
            words = _("«{text}» does not belong there; write it as 29.35 or 29°21'08\".")
            self.refused.emit(words.format(text=str(value)[:40]))
            return False
        self._trace.move(index.row(), made)
        self.dataChanged.emit(
            self.index(index.row(), 0), self.index(index.row(), self.columnCount() - 1)
        )
        self.edited.emit()
        return True

    def _read(self, vertex: Vertex, column_: int, typed: str) -> Vertex | None:
        if column_ == _ALTITUDE:
            found = parse_coordinate(typed)
            return None if found is None else vertex._replace(altitude=round(found.value, 2))
        pair = split_pair(typed)
        if pair is not None:
            try:
                return rounded(*point_from_text(*pair), vertex.altitude)
            except BadInput:
                return None
        found = parse_coordinate(typed)
        limit = 90 if column_ == _LAT else 180
        if found is None or abs(found.value) > limit:
            return None
        lon, lat = (vertex.lon, found.value) if column_ == _LAT else (found.value, vertex.lat)
        return rounded(lon, lat, vertex.altitude)


class VertexTable(QTableView):
    """Enter goes down, Insert puts one in, Delete takes one out, Ctrl+V pastes a list.

    Signals:
        insert_wanted(int), delete_wanted(int): a vertex behind / at this row.
        paste_wanted(): the clipboard is to be taken over.
    """

    insert_wanted = Signal(int)
    delete_wanted = Signal(int)
    paste_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the table."""
        row = self.currentIndex().row()
        editing = self.state() == QTableView.State.EditingState
        if not editing and event.matches(QKeySequence.StandardKey.Paste):
            self.paste_wanted.emit()
        elif not editing and event.key() == Qt.Key.Key_Insert:
            self.insert_wanted.emit(row)
        elif not editing and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit(row)
        elif not editing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class ListPanel(QWidget):
    """The list's part of the tool.

    Signals:
        changed(): the vertices are others.
        chose(): another vertex is worked on.
    """

    changed = Signal()
    chose = Signal()

    def __init__(self, desk: MapDesk, trace: Trace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._trace = desk, trace
        self.model = VertexModel(trace, desk, self)
        self.model.edited.connect(self.changed)
        self.model.refused.connect(self._say)
        self._build_table()
        self.type = button(_("Type or paste"), self.open_typing, icon="keypad")
        self.file = button(_("Read a file"), self.ask_file, icon="folder")
        self.put_in = button(_("Put one in"), self._insert_here, icon="plus")
        self.take_out = button(_("Take it out"), self._delete_here, icon="trash")
        self._acts = QWidget()
        flow = Flow(self._acts)
        self.measured = button(_("What was measured"), self._take_measured, icon="ruler")
        self.measured.setToolTip(_("Take over the shape that was measured on the map"))
        for each in (self.type, self.file, self.measured, self.put_in, self.take_out):
            flow.addWidget(each)
        self.measured.setVisible(desk.takes_measured and kept(desk.app.path) is not None)
        self.said = text("", "error")
        self.said.hide()
        self._build_typing()
        whole = column(self._acts, self.said, self.typing, self.table, gap=8)
        whole.setStretch(2, 1)
        whole.setStretch(3, 1)
        self.setLayout(whole)

    def _build_table(self) -> None:
        self.table = VertexTable()
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("The points of the line"))
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().setDefaultSectionSize(current().touch())
        heads = self.table.horizontalHeader()
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for narrow in (_ALTITUDE, _ACCURACY):
            heads.setSectionResizeMode(narrow, QHeaderView.ResizeMode.ResizeToContents)
        self.table.setStyleSheet(f"font-size: {current().text('caption')}px;")
        self.table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.table.insert_wanted.connect(self._insert)
        self.table.delete_wanted.connect(self._delete)
        self.table.paste_wanted.connect(self.paste)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        by_finger(self.table)

    def _build_typing(self) -> None:
        self.area = QPlainTextEdit()
        self.area.setTabChangesFocus(True)
        self.area.setPlaceholderText(
            _("One point a line, in any spelling:\n29.3521, 117.2103\nor WKT, GeoJSON, J1,1,X,Y")
        )
        self.replace = button(_("Take over"), self._replace, kind="primary", icon="check")
        self.append = button(_("Put behind"), self._append)
        shut = button(_("Cancel"), self._close_typing)
        inside = column(self.area, line(self.replace, self.append, shut, None))
        self.typing = boxed(inside, "surface")
        self.typing.hide()

    # ---- showing
    def show_trace(self) -> None:
        """The vertices are others."""
        row = self._trace.chosen if self._trace.chosen is not None else self._row()
        self.model.show_trace()
        if 0 <= row < self.model.rowCount():
            self.table.setCurrentIndex(
                self.model.index(row, max(0, self.table.currentIndex().column()))
            )

    def _row(self) -> int:
        return self.table.currentIndex().row()

    def _row_chosen(self, index: QModelIndex) -> None:
        if index.isValid() and self.table.hasFocus():
            self._trace.choose(index.row())
            self.chose.emit()

    def _say(self, words: str = "") -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    # ---- rows
    def _insert_here(self) -> None:
        self._insert(self._row())

    def _insert(self, row: int) -> None:
        """Behind a row: half way to the next vertex, to be written over."""
        vertices = self._trace.vertices
        if not vertices:
            self.open_typing()
            return
        at = row if 0 <= row < len(vertices) else len(vertices) - 1
        one = vertices[at]
        ring = self._trace.closed and len(vertices) > 2
        other = vertices[(at + 1) % len(vertices)] if ring or at + 1 < len(vertices) else one
        self._trace.insert(at + 1, rounded((one.lon + other.lon) / 2, (one.lat + other.lat) / 2))
        self._tell()
        self.table.setFocus()

    def _delete_here(self) -> None:
        self._delete(self._row())

    def _delete(self, row: int) -> None:
        if 0 <= row < len(self._trace.vertices):
            self._trace.delete(row)
            self._tell()
            self.table.setFocus()

    def _tell(self) -> None:
        self._say()
        self.show_trace()
        self.changed.emit()

    # ---- typing, pasting
    def open_typing(self) -> None:
        """Open the field for a list, in the table's place."""
        self.typing.show()
        self.table.hide()
        self._acts.hide()
        self.area.setFocus()

    def _close_typing(self) -> None:
        self.typing.hide()
        self.table.show()
        self._acts.show()
        self.area.clear()
        self._say()
        self.type.setFocus()

    def paste(self) -> None:
        """Take the clipboard over into the field, to be looked at first."""
        self.open_typing()
        self.area.setPlainText(QGuiApplication.clipboard().text())

    def _replace(self) -> None:
        self._take([])

    def _append(self) -> None:
        self._take(self._trace.vertices)

    def _take(self, before: list[Vertex]) -> None:
        try:
            found = vertices_in(self.area.toPlainText())
        except BadInput as error:
            self._say(str(error))
            return
        self.take_vertices(found, before)

    def take_vertices(self, found: list[Vertex], before: list[Vertex]) -> None:
        """Make these the line, behind ``before``; a ring's repeated first vertex is left out."""
        whole = [*before, *found]
        if self._trace.closed and len(whole) > 2 and whole[0].place == whole[-1].place:
            whole.pop()
        if not found:
            self._say(_("There is nothing to take over: write one point a line."))
            return
        self._trace.replace(whole)
        self._close_typing()
        self._tell()
        self.table.setFocus()

    def _take_measured(self) -> None:
        found = kept(self._desk.app.path)
        positions = found.positions if found is not None else ()
        self.take_vertices([Vertex(*position) for position in positions], [])

    # ---- files
    def ask_file(self) -> None:
        """Let the person choose a file with the line."""
        patterns = " ".join(f"*{suffix}" for suffix in sorted(ALL))
        words = _("Lines and areas ({patterns})").format(patterns=patterns)
        file = self._desk.app.questions.open_file(self, _("A file with the line"), words)
        if file is not None:
            self.read(file)

    def read(self, file: Path) -> None:
        """Read a file off the GUI thread and take its line over."""
        self._say()
        self._desk.app.jobs.without_store(
            lambda: read_shapes(file), self, self._was_read, self._not_read
        )

    def _was_read(self, found: Shapes) -> None:
        try:
            if found.text:
                vertices = vertices_in(found.text)
            else:
                vertices = shape_vertices(_together(found), found.system)
        except BadInput as error:
            self._say(str(error))
            return
        self.take_vertices(vertices, [])
        if len(found.shapes) > 1:
            words = _("The file holds {n} shapes; the largest was taken.")
            self._desk.app.toast(words.format(n=len(found.shapes)))

    def _not_read(self, error: Exception) -> None:
        if isinstance(error, JdzError):
            self._say(str(error))
        else:
            self._desk.app.say_failure(error)


def _spelt(degrees: float) -> str:
    """One coordinate in the person's spelling; metres need both, they are read as degrees."""
    sign = "-" if degrees < 0 else ""
    if chosen_form() == SECONDS:
        return as_dms(degrees, digits=1)
    return f"{sign}{as_minutes(degrees)}" if chosen_form() == MINUTES else f"{degrees:.6f}"


def _together(found: Shapes) -> shapely.GeometryCollection:
    return shapely.GeometryCollection(list(found.shapes))
