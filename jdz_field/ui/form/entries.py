"""The entries of a repeat as cards: one open, the others painted as lines, however many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from jdz_field.core.i18n import _, ngettext
from jdz_field.ui.form.sections import Section
from jdz_field.ui.icons import give, pixmap
from jdz_field.ui.theme import RADIUS, current
from jdz_field.ui.widgets import button, column, line, tool

_Index = QModelIndex | QPersistentModelIndex
_HERE = QModelIndex()
_LINE = int(Qt.ItemDataRole.UserRole)
_GAP, _PAD, _ICON, _BIN = 8, 12, 20, 24
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


@dataclass(frozen=True, slots=True)
class Line:
    """What a closed entry says of itself; ``wrong``: how many of its answers are."""

    title: str
    summary: str = ""
    wrong: int = 0
    removable: bool = False


def is_inner(repeat: str) -> bool:
    """Whether a repeat lies in an entry of another, from whose ground its own must stand out."""
    return repeat.count("[") % 2 == 1


class _Lines(QAbstractListModel):
    """A run of entries; each is asked for when it is seen."""

    def __init__(self, ask: Callable[[str], Line], parent: QListView) -> None:
        super().__init__(parent)
        self._ask = ask
        self.refs: list[str] = []
        self._rows: dict[str, int] = {}
        self._known: dict[str, Line] = {}

    def put(self, refs: Sequence[str]) -> None:
        if list(refs) == self.refs:
            return
        self.beginResetModel()
        self.refs = list(refs)
        self._rows = {ref: row for row, ref in enumerate(self.refs)}
        self.endResetModel()

    def forget(self, refs: Collection[str]) -> None:
        """These entries may say something else now."""
        for ref in refs:
            self._known.pop(ref, None)
            row = self._rows.get(ref)
            if row is not None:
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: _Index = _HERE) -> int:
        return 0 if parent.isValid() else len(self.refs)

    def line(self, row: int) -> Line:
        ref = self.refs[row]
        if ref not in self._known:
            self._known[ref] = self._ask(ref)
        return self._known[ref]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            line = self.line(index.row())
            return " ".join(part for part in (line.title, line.summary) if part)
        return self.line(index.row()) if role == _LINE else None


class _Painter(QStyledItemDelegate):
    """Paints a closed entry: arrow, title, answers, how many are wrong, the bin."""

    def __init__(self, ref: str, parent: QListView) -> None:
        super().__init__(parent)
        self._inner = is_inner(ref)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        del option, index
        return QSize(0, current().touch() + _GAP + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        said: Line = index.data(_LINE)
        theme, colours = current(), current().colours
        box: QRect = option.rect.adjusted(0, _GAP // 2, 0, -_GAP // 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QPen(QColor(colours.accent), 2) if focus else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.surface if self._inner else colours.sunken))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        inner = box.adjusted(_PAD, 0, -_PAD, 0)
        ratio = painter.device().devicePixelRatioF()
        middle = box.center().y() - _ICON // 2
        painter.drawPixmap(inner.left(), middle, pixmap("chevron-right", "ink2", _ICON, ratio))
        inner.setLeft(inner.left() + _ICON + _GAP)
        if said.removable:
            # Where the open entry has its button.
            centre = box.right() - theme.touch() // 2 - 4
            bin_ = pixmap("trash", "accent", _BIN, ratio)
            painter.drawPixmap(centre - _BIN // 2, box.center().y() - _BIN // 2, bin_)
            inner.setRight(box.right() - theme.touch() - _GAP)
        self._words(painter, inner, said)
        painter.restore()

    def _words(self, painter: QPainter, box: QRect, said: Line) -> None:
        theme = current()
        if said.wrong:
            words = ngettext("{n} wrong", "{n} wrong", said.wrong).format(n=said.wrong)
            painter.setFont(theme.font("caption", bold=True))
            width = painter.fontMetrics().horizontalAdvance(words)
            sign = pixmap("error", "error", 18, painter.device().devicePixelRatioF())
            left = box.right() - width
            painter.setPen(theme.colour("error"))
            painter.drawText(QRect(left, box.top(), width, box.height()), _MIDDLE, words)
            painter.drawPixmap(left - 24, box.center().y() - 9, sign)
            box.setRight(left - 24 - _GAP)
        painter.setFont(theme.font(bold=True))
        painter.setPen(theme.colour("ink"))
        room = painter.fontMetrics()
        title = room.elidedText(said.title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _MIDDLE, title)
        box.setLeft(box.left() + room.horizontalAdvance(title) + 2 * _PAD)
        if box.width() > 40:
            painter.setFont(theme.font())
            painter.setPen(theme.colour("ink2"))
            room = painter.fontMetrics()
            summary = room.elidedText(said.summary, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, _MIDDLE, summary)


class EntryList(QListView):
    """A run of closed entries; as high as it is long, so that the page scrolls it.

    Signals:
        wanted(str): an entry is to be opened.
        unwanted(str): an entry is to be removed.
    """

    wanted = Signal(str)
    unwanted = Signal(str)

    def __init__(self, ref: str, ask: Callable[[str], Line], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = _Lines(ask, self)
        self.setModel(self.lines)
        self.setItemDelegate(_Painter(ref, self))
        self.setUniformItemSizes(True)
        self.setProperty("role", "entries")
        for bar in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def put(self, refs: Sequence[str]) -> None:
        """Show these entries."""
        self.lines.put(refs)
        self.fit()

    def fit(self) -> None:
        """As high as its lines are in the theme in force."""
        rows = len(self.lines.refs)
        self.setFixedHeight(rows * (current().touch() + 2 * _GAP))
        self.setVisible(rows > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or Space opens, Delete removes."""
        row = self.currentIndex().row()
        key = Qt.Key(event.key())
        if row < 0 or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.wanted.emit(self.lines.refs[row])
        elif key == Qt.Key.Key_Delete and self.lines.line(row).removable:
            self.unwanted.emit(self.lines.refs[row])
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap opens; on the bin it removes."""
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        ref = self.lines.refs[index.row()]
        on_bin = place.x() > self.viewport().width() - current().touch() - _PAD // 2
        if on_bin and self.lines.line(index.row()).removable:
            self.unwanted.emit(ref)
        else:
            self.wanted.emit(ref)

    def currentChanged(self, new: _Index, old: _Index) -> None:
        """The page follows the keyboard."""
        super().currentChanged(new, old)
        here: QWidget | None = self
        while here is not None and not isinstance(here, QScrollArea):
            here = here.parentWidget()
        inside = here.widget() if here is not None else None
        if here is not None and inside is not None and new.isValid() and self.hasFocus():
            place = self.viewport().mapTo(inside, self.visualRect(new).center())
            here.ensureVisible(place.x(), place.y(), 0, current().touch() * 2)


class Instance(QFrame):
    """The open entry: its line, which closes it, and its questions.

    Signals:
        closed(): the person has done with it.
        removed(str): its ref; the person wants it gone.
    """

    closed = Signal()
    removed = Signal(str)

    def __init__(self, ref: str, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ref, self.section = ref, section
        self.setProperty("role", "card" if is_inner(ref.rpartition("[")[0]) else "sunken")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.head = button("", self.closed.emit, kind="row")
        bold = self.head.font()
        bold.setWeight(QFont.Weight.DemiBold)
        self.head.setFont(bold)
        self.head.setToolTip(_("Close this entry"))
        give(self.head, "chevron-down", "ink2", _ICON)
        self.remove = tool("trash", _("Remove this entry"), self._remove)
        top = line(self.head, self.remove, gap=4)
        top.setStretch(0, 1)
        section.setContentsMargins(12, 0, 12, 12)
        whole = column(top, section, gap=8)
        whole.setContentsMargins(0, 4, 4, 4)
        self.setLayout(whole)

    def show_line(self, said: Line) -> None:
        """The title, and whether the entry can be removed."""
        self.head.setText(said.title)
        self.remove.setVisible(said.removable)

    def _remove(self) -> None:
        self.removed.emit(self.ref)
