"""Selects with many choices: a search field and a list that opens in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.icons import pixmap
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import by_finger, column, line, text, tool
from jdz_field.xforms.view import Choice

_ROWS_SHOWN = 6
_Index = QModelIndex | QPersistentModelIndex


class ChoiceModel(QAbstractListModel):
    """The choices that hold every word searched for; chosen ones carry a tick."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Choice] = []
        self._haystack: list[str] = []
        self._shown: list[int] = []
        self._chosen: frozenset[str] = frozenset()

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these."""
        self.beginResetModel()
        self._all = list(choices)
        self._haystack = [f"{c.label}\n{c.value}".casefold() for c in self._all]
        self._shown = list(range(len(self._all)))
        self.endResetModel()

    def search(self, text: str) -> None:
        """Show only the choices with every word of ``text`` in their label or code."""
        words = text.casefold().split()
        self.beginResetModel()
        self._shown = [
            i for i, hay in enumerate(self._haystack) if all(word in hay for word in words)
        ]
        self.endResetModel()

    def set_chosen(self, values: Sequence[str]) -> None:
        """Which carry a tick."""
        self._chosen = frozenset(values)
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))

    def choice(self, row: int) -> Choice:
        """The choice in this row."""
        return self._all[self._shown[row]]

    def labels(self, values: Sequence[str]) -> list[str]:
        """The labels of these values; a value that is not on offer stands for itself."""
        known = {c.value: c.label for c in self._all}
        return [known.get(value, value) for value in values]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Label, tick, and a height for gloves."""
        if not index.isValid():
            return None
        choice = self.choice(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.label
        if role == Qt.ItemDataRole.CheckStateRole and choice.value in self._chosen:
            return Qt.CheckState.Checked
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, current().touch())
        return None


class FieldButton(QPushButton):
    """Looks like a field: words at the left, an arrow at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setStyleSheet("text-align: left; padding-right: 44px;")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, then the arrow."""
        super().paintEvent(event)
        name = "chevron-up" if self.isChecked() else "chevron-down"
        arrow = pixmap(name, "ink2", 20, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - 34, (self.height() - 20) // 2, arrow)


class SearchEditor(Editor):
    """One or several of many: what is chosen, and a list with a search that opens below it."""

    def __init__(self, *, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._several = several
        self._value: list[str] = []
        self.model = ChoiceModel(self)
        self.button = FieldButton()
        self.button.setCheckable(True)
        self.button.toggled.connect(self._open)
        self.setFocusProxy(self.button)
        self._clear = tool("close", _("Clear"), self._clear_all, kind="")
        self.panel = self._build_panel()
        self.panel.hide()
        top = line(self.button, self._clear)
        top.setStretch(0, 1)
        self.setLayout(column(top, self.panel))
        self._show()

    def _build_panel(self) -> QWidget:
        panel = QWidget()
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setFixedHeight(_ROWS_SHOWN * current().touch())
        self.list.clicked.connect(self._picked)
        self.list.activated.connect(self._picked)
        by_finger(self.list)
        self._none = text(_("Nothing on the list matches."), "caption")
        self._none.hide()
        panel.setLayout(column(self.search, self._none, self.list))
        return panel

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these; an open search stays as it is typed."""
        self.model.set_choices(choices)
        if self.search.text():
            self.model.search(self.search.text())
        self._show()

    def show_value(self, value: str) -> None:
        """Show the labels of what is chosen."""
        self._value = value.split()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search: Down goes into the list, Enter takes the first, Escape closes."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            return self._search_key(event)
        return super().eventFilter(watched, event)

    def _search_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.button.setChecked(False)
            self.button.setFocus()
        elif event.key() == Qt.Key.Key_Down and self.model.rowCount():
            self.list.setFocus()
            self.list.setCurrentIndex(self.model.index(0))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.model.rowCount() and self.search.text():
                self._picked(self.model.index(0))
        else:
            return False
        return True

    def _open(self, opened: bool) -> None:
        self.panel.setVisible(opened)
        if opened:
            self.search.clear()
            self.search.setFocus()
        else:
            self.settled.emit()
        self._show()

    def _searched(self, words: str) -> None:
        self.model.search(words)
        self._none.setVisible(self.model.rowCount() == 0)

    def _picked(self, index: QModelIndex) -> None:
        value = self.model.choice(index.row()).value
        if not self._several:
            self._value = [value]
            self.button.setChecked(False)
            self.button.setFocus()
        elif value in self._value:
            self._value.remove(value)
        else:
            self._value.append(value)
        self._show()
        self.answered.emit(" ".join(self._value))

    def _clear_all(self) -> None:
        self._value = []
        self._show()
        self.answered.emit("")
        self.settled.emit()

    def _show(self) -> None:
        labels = self.model.labels(self._value)
        self.button.setText(_(", ").join(labels) if labels else _("Choose"))
        self.button.setProperty("empty", not labels)
        self._clear.setVisible(bool(labels))
        self.model.set_chosen(self._value)
