"""The list of choices below an open cell of a repeat's table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListView,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from jdz_field.ui.icons import pixmap
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import by_finger
from jdz_field.xforms.view import Choice

_Index = QModelIndex | QPersistentModelIndex
_HERE = QModelIndex()
_ROWS_SHOWN = 6
_NARROWEST = 220
_PAD, _TICK = 12, 20
#: Longer codes are no help to somebody who types.
_SHORT_CODE = 3
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class _Offers(QAbstractListModel):
    """The choices that fit what is typed; chosen ones carry a tick."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Choice] = []
        self.chosen: list[str] = []
        self.places: dict[str, int] = {}

    def put(self, rows: list[Choice], chosen: list[str]) -> None:
        self.beginResetModel()
        self.rows, self.chosen = rows, chosen
        self.endResetModel()

    def rowCount(self, parent: _Index = _HERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        choice = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.label or choice.value
        return None

    def key_of(self, choice: Choice) -> str:
        """What is typed to choose it: its code when that is short, else its place."""
        short = len(choice.value) <= _SHORT_CODE
        return choice.value if short else str(self.places.get(choice.value, ""))


class _Painter(QStyledItemDelegate):
    """A choice: what to type for it, its label, a tick when it is chosen."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        del option, index
        return QSize(0, current().touch())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        offers = index.model()
        if not isinstance(offers, _Offers):
            return
        choice, theme = offers.rows[index.row()], current()
        box: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("accent_soft"))
        inner = box.adjusted(_PAD, 0, -_PAD, 0)
        painter.setFont(option.font)
        painter.setPen(theme.colour("ink2"))
        painter.drawText(inner, _MIDDLE, offers.key_of(choice))
        inner.setLeft(inner.left() + option.fontMetrics.horizontalAdvance("0" * _SHORT_CODE) + 8)
        if choice.value in offers.chosen:
            tick = pixmap("check", "accent", _TICK, painter.device().devicePixelRatioF())
            painter.drawPixmap(inner.right() - _TICK, box.center().y() - _TICK // 2, tick)
            inner.setRight(inner.right() - _TICK - 8)
        painter.setPen(theme.colour("ink"))
        words = choice.label or choice.value
        fitting = option.fontMetrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _MIDDLE, fitting)
        painter.restore()


class Drop(QListView):
    """The list below (or above) an open cell; it takes no keys."""

    def __init__(self, cell: QWidget, choices: Sequence[Choice]) -> None:
        super().__init__(_ground_of(cell))
        self._cell = cell
        self.offers = _Offers()
        self.offers.setParent(self)
        self.offers.places = {one.value: place for place, one in enumerate(choices, 1)}
        self.setModel(self.offers)
        self.setItemDelegate(_Painter(self))
        self.setProperty("role", "drop")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Else a tap here would give the keyboard to the page below.
        self.setFocusProxy(cell)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        by_finger(self)

    def put(self, rows: list[Choice], chosen: list[str], *, at_chosen: bool) -> None:
        """Offer these; the first one is marked, or (``at_chosen``) the first chosen one."""
        self.offers.put(rows, chosen)
        taken = (at for at, one in enumerate(rows) if at_chosen and one.value in chosen)
        if rows:
            self.setCurrentIndex(self.offers.index(next(taken, 0)))
        self.place()

    def move_by(self, step: int) -> None:
        """Mark another one."""
        rows = len(self.offers.rows)
        if rows:
            row = (self.currentIndex().row() + step) % rows
            self.setCurrentIndex(self.offers.index(row))

    def marked(self) -> Choice | None:
        """The marked one."""
        row = self.currentIndex().row()
        return self.offers.rows[row] if 0 <= row < len(self.offers.rows) else None

    def place(self) -> None:
        """Under the cell, or above it where there is more room in sight."""
        rows = len(self.offers.rows)
        self.setVisible(rows > 0 and self._cell.isVisible())
        ground = self.parentWidget()
        if rows == 0 or ground is None:
            return
        labels = (self.fontMetrics().horizontalAdvance(one.label) for one in self.offers.rows[:50])
        wide = max(self._cell.width(), _NARROWEST, max(labels, default=0) + 104)
        high = min(rows, _ROWS_SHOWN) * current().touch() + 4
        corner = self._cell.mapTo(ground, QPoint(0, 0))
        seen = ground.visibleRegion().boundingRect()
        below, above = seen.bottom() - corner.y() - self._cell.height(), corner.y() - seen.top()
        down = below >= high or below >= above
        high = min(high, max(below if down else above, current().touch()))
        top = corner.y() + self._cell.height() if down else corner.y() - high
        wide = min(wide, ground.width())
        self.setGeometry(min(corner.x(), ground.width() - wide), top, wide, high)
        self.raise_()


def _ground_of(cell: QWidget) -> QWidget:
    """What the list lies on: it scrolls with the page, not with the table."""
    here = cell.parentWidget()
    while here is not None:
        above = here.parentWidget()
        area = above.parentWidget() if above is not None else None
        if isinstance(area, QScrollArea) and area.widget() is here:
            return here
        here = above
    return cell.window()
