"""A list of rows for gloves: title, one line of what matters, a state chip, a time at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QHeaderView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from jdz_field.ui.theme import current
from jdz_field.ui.widgets import by_finger

_Index = QModelIndex | QPersistentModelIndex
_ROW = int(Qt.ItemDataRole.UserRole)
#: Ink and ground of a chip by its role.
_CHIPS = {
    "": ("ink2", "sunken"),
    "ok": ("ok", "ok_soft"),
    "attention": ("attention", "attention_soft"),
    "error": ("error", "error_soft"),
    "accent": ("accent", "accent_soft"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    ``chip`` is a word in a pill, ``chip_role`` its colour (``ok``, ``attention``, ``error``,
    ``accent`` or none); ``heading`` makes it a line between groups that cannot be chosen.
    """

    key: str
    title: str
    line: str = ""
    right: str = ""
    chip: str = ""
    chip_role: str = ""
    picture: QPixmap | None = None
    heading: bool = False
    data: Any = None


class RowModel(QAbstractListModel):
    """The rows as a list model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    @property
    def rows(self) -> Sequence[Row]:
        """The rows in order."""
        return self._rows

    def put(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself, and its text for readers."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return " · ".join(part for part in (row.title, row.line, row.chip, row.right) if part)
        return row if role == _ROW else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if index.isValid() and self._rows[index.row()].heading:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)


def row_height(*, two_lines: bool) -> int:
    """Height of a row in pixels, never lower than a target."""
    theme = current()
    lines = theme.text() * 1.5 + (theme.text("caption") * 1.6 if two_lines else 0)
    return max(theme.touch() + 8, round(lines) + 20)


class RowDelegate(QStyledItemDelegate):
    """Paints rows with the theme's tokens."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        """Two lines of text, never lower than a target."""
        row = index.data(_ROW)
        if row.heading:
            return QSize(0, round(current().text("caption") * 1.6) + 24)
        return QSize(0, row_height(two_lines=bool(row.line)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Ground, picture, title and line, chip and time."""
        row: Row = index.data(_ROW)
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.heading:
            self._heading(painter, row, box)
        else:
            self._ground(painter, option, box)
            inner = box.adjusted(16, 8, -16, -8)
            self._picture(painter, row, inner)
            right = self._right(painter, row, inner)
            self._texts(painter, row, inner.adjusted(0, 0, -right, 0))
        painter.restore()

    def _heading(self, painter: QPainter, row: Row, box: QRect) -> None:
        painter.setFont(current().font("caption", bold=True))
        painter.setPen(current().colour("ink2"))
        bottom = int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(box.adjusted(16, 0, -16, -8), bottom, row.title)

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        theme = current()
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("accent_soft"))
            painter.fillRect(QRect(box.x(), box.y(), 4, box.height()), theme.colour("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("sunken"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(box.left() + 16, box.bottom(), box.right(), box.bottom())

    def _picture(self, painter: QPainter, row: Row, inner: QRect) -> None:
        if row.picture is None:
            return
        side = inner.height()
        ratio = row.picture.devicePixelRatio()
        size = (row.picture.size() / ratio).scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(inner.x(), inner.y(), size.width(), size.height())
        place.moveCenter(QRect(inner.x(), inner.y(), side, side).center())
        painter.drawPixmap(place, row.picture)
        inner.setLeft(inner.left() + side + 12)

    def _right(self, painter: QPainter, row: Row, inner: QRect) -> int:
        """Draw chip and right text; the width they take."""
        theme = current()
        font = theme.font("caption", bold=True)
        metrics = QFontMetrics(font)
        used = 0
        half = inner.height() // 2 if row.chip and row.right else inner.height()
        if row.chip:
            ink, ground = _CHIPS[row.chip_role]
            wide, high = metrics.horizontalAdvance(row.chip) + 20, metrics.height() + 6
            pill = QRectF(inner.right() - wide, inner.y() + (half - high) / 2, wide, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(ground))
            painter.drawRoundedRect(pill, high / 2, high / 2)
            painter.setFont(font)
            painter.setPen(theme.colour(ink))
            painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), row.chip)
            used = wide
        if row.right:
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.colour("ink2"))
            wide = QFontMetrics(theme.font("caption")).horizontalAdvance(row.right)
            top = inner.y() + (half if row.chip else 0)
            room = QRect(inner.right() - wide, top, wide, half)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), row.right)
            used = max(used, wide)
        return used + 12 if used else 0

    def _texts(self, painter: QPainter, row: Row, room: QRect) -> None:
        theme = current()
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        title_font, line_font = theme.font(bold=True), theme.font("caption")
        share = 0.56 if row.line else 1.0
        upper = QRect(room.x(), room.y(), room.width(), round(room.height() * share))
        elide = Qt.TextElideMode.ElideRight
        painter.setFont(title_font)
        painter.setPen(QColor(theme.colours.ink))
        painter.drawText(
            upper, left, QFontMetrics(title_font).elidedText(row.title, elide, room.width())
        )
        if row.line:
            lower = QRect(room.x(), upper.bottom(), room.width(), room.bottom() - upper.bottom())
            painter.setFont(line_font)
            painter.setPen(theme.colour("ink2"))
            painter.drawText(
                lower, left, QFontMetrics(line_font).elidedText(row.line, elide, room.width())
            )


class RowList(QListView):
    """The list itself.

    Signals:
        chosen(object): the ``Row`` that the person went to.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = RowModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        by_finger(self)
        self.clicked.connect(self._picked)
        self.activated.connect(self._picked)

    @property
    def rows(self) -> Sequence[Row]:
        """The rows in order."""
        return self._rows.rows

    def put(self, rows: Sequence[Row]) -> None:
        """Show these rows; the chosen one stays chosen when it is still there."""
        key, others = self.key(), {row.key for row in self.selected()}
        top = self.verticalScrollBar().value()
        self._rows.put(rows)
        if key:
            self.select(key)
        if len(others) > 1:
            flag = QItemSelectionModel.SelectionFlag.Select
            for place, row in enumerate(rows):
                if row.key in others:
                    self.selectionModel().select(self._rows.index(place), flag)
        self.verticalScrollBar().setValue(top)

    def key(self) -> str:
        """The key of the chosen row, empty when none is."""
        row = self.currentIndex().data(_ROW)
        return row.key if row is not None else ""

    def selected(self) -> list[Row]:
        """The rows that are marked, when several can be."""
        return [index.data(_ROW) for index in self.selectedIndexes()]

    def select(self, key: str) -> None:
        """Choose the row with this key without saying so."""
        for place, row in enumerate(self._rows.rows):
            if row.key == key and not row.heading:
                self.setCurrentIndex(self._rows.index(place))
                return

    def _picked(self, index: QModelIndex) -> None:
        row = index.data(_ROW)
        if row is not None and not row.heading:
            self.chosen.emit(row)


class LongList(QTableView):
    """A list of very many rows of one height.

    ``QListView`` asks the model for every row to lay them out, which takes a third of a second
    for 100,000; a table of one column counts them only.
    """

    def __init__(self, model: QAbstractListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setProperty("role", "rows")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.hide()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        by_finger(self)
        self.fit()

    def fit(self) -> None:
        """Take over the row height of the theme in force."""
        down = self.verticalHeader()
        down.setMinimumSectionSize(1)
        down.setDefaultSectionSize(row_height(two_lines=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the first and last row: there is one column."""
        keys = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.model().rowCount() - 1}
        row = keys.get(Qt.Key(event.key()))
        if row is None:
            super().keyPressEvent(event)
        else:
            self.setCurrentIndex(self.model().index(row, 0))
