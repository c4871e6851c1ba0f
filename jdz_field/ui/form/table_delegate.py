"""How cells of a repeat's table are painted, and which line opens in them."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from jdz_field.core.clock import BEIJING, Now
from jdz_field.ui.form.table_columns import TICKED
from jdz_field.ui.form.table_editors import CellLine, PickLine
from jdz_field.ui.form.table_model import TableModel
from jdz_field.ui.icons import pixmap
from jdz_field.ui.theme import current

_Index = QModelIndex | QPersistentModelIndex
#: Space at the sides of a cell, side of the sign of a wrong one.
PAD, SIGN = 10, 18
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TableDelegate(QStyledItemDelegate):
    """Paints with the theme's tokens: wrong cells red with a sign, closed ones grey.

    Signals:
        opened(object): a line (``CellLine``) has opened in a cell.
    """

    opened = Signal(object)

    def __init__(self, model: TableModel, now: Now, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._now = now
        #: The next line opens because a key was typed: the key takes the place of the answer.
        self.typed_over = False

    # ---- painting
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Ground, answer, sign, and a frame around the cell one is at."""
        row, column = index.row(), index.column()
        wrong = bool(self._model.wrong(row, column))
        box: QRect = option.rect
        painter.save()
        painter.fillRect(box, self._ground(option, row, column, wrong=wrong))
        inner = box.adjusted(PAD, 0, -PAD, 0)
        if wrong:
            self._sign(painter, inner)
            inner.setRight(inner.right() - SIGN - 4)
        self._answer(painter, option, inner, row, column)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(current().colour("accent"), 2))
            painter.drawRect(box.adjusted(1, 1, -2, -2))
        painter.restore()

    def _ground(
        self, option: QStyleOptionViewItem, row: int, column: int, *, wrong: bool
    ) -> QColor:
        colours = current().colours
        ground = colours.surface
        if option.state & QStyle.StateFlag.State_Selected:
            ground = colours.accent_soft
        elif wrong:
            ground = colours.error_soft
        elif not self._model.is_open(row, column):
            ground = colours.sunken
        return QColor(ground)

    def _sign(self, painter: QPainter, box: QRect) -> None:
        picture = pixmap("error", "error", SIGN, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.right() - SIGN, box.center().y() - SIGN // 2, picture)

    def _answer(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, row: int, column: int
    ) -> None:
        one, node = self._model.columns[column], self._model.cell(row, column)
        painter.setFont(option.font)
        if one.kind == "tick":
            self._tick(painter, box, ticked=node.value == TICKED, open_=node.relevant)
            return
        words = self._model.text(row, column)
        painter.setPen(current().colour("ink" if self._model.is_open(row, column) else "ink2"))
        if not words and node.relevant and node.required and not node.readonly:
            words = "*"
            painter.setPen(current().colour("ink2"))
        words = option.fontMetrics.elidedText(
            words.replace("\n", " "), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, int(_RIGHT if one.kind == "number" else _LEFT), words)

    def _tick(self, painter: QPainter, box: QRect, *, ticked: bool, open_: bool) -> None:
        if not open_:
            return
        side = 22
        place = QRect(box.left(), box.center().y() - side // 2, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(current().colour("accent" if ticked else "ink2"), 2))
        painter.setBrush(current().colour("accent") if ticked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, 4, 4)
        if ticked:
            picture = pixmap("check", "on_accent", side - 4, painter.device().devicePixelRatioF())
            painter.drawPixmap(place.left() + 2, place.top() + 2, picture)

    # ---- editing
    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's signature
        index: _Index,
    ) -> QWidget:
        """The line of a cell."""
        row, column = index.row(), index.column()
        one, node = self._model.columns[column], self._model.cell(row, column)
        line: CellLine
        if one.picked:
            line = PickLine(one, node.value, self._model.choices(node), parent)
        else:
            line = CellLine(one, node.value, self._model.text(row, column), parent)
        line.year = self._now().astimezone(BEIJING).year
        line.typed_over = self.typed_over
        self.opened.emit(line)
        return line

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """The line was made with its answer; what is typed is never written over."""

    def setModelData(
        self,
        editor: QWidget,
        model: QAbstractItemModel,
        index: _Index,
    ) -> None:
        """Answer what the line says."""
        if isinstance(editor, CellLine):
            model.setData(index, editor.value())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        """The whole cell."""
        del index
        editor.setGeometry(option.rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys are the line's own affair."""
        if isinstance(event, QKeyEvent):
            return False
        return super().eventFilter(watched, event)
