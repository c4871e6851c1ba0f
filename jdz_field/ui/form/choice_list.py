"""The rows of a long list of choices: only what is searched for, chosen ones ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QIcon, QPixmap

from jdz_field.core.i18n import _
from jdz_field.ui.form.choice_media import ChoiceMedia, read_picture
from jdz_field.ui.form.marked import is_marked, plain
from jdz_field.ui.form.matching import Finder
from jdz_field.ui.theme import current
from jdz_field.xforms.view import Choice

_Index = QModelIndex | QPersistentModelIndex
#: Side of a row's picture in pixels, and how many are kept.
_SIDE, _KEPT = 40, 200


class ChoiceModel(QAbstractListModel):
    """The choices that hold every word searched for; chosen ones carry a tick.

    Values that are chosen but no longer on offer stand first, until they are taken back.
    """

    def __init__(self, media: ChoiceMedia | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._media = media or ChoiceMedia()
        self._given: Sequence[Choice] = ()
        self._all: list[Choice] = []
        self._gone: list[Choice] = []
        self._offered: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._shown: list[int] = []
        self._chosen: tuple[str, ...] = ()
        self._finder: Finder | None = None
        self._text = ""
        self._pictures: dict[str, QIcon] = {}

    def set_choices(self, choices: Sequence[Choice]) -> bool:
        """Offer these; whether they are others than before."""
        if choices is self._given or list(choices) == self._all:
            self._given = choices
            return False
        self._given, self._all = choices, list(choices)
        # The labels of chosen values outlive the list that had them.
        chosen = {value: self._label_of(value) for value in self._chosen}
        self._offered = {choice.value: _words(choice.label) for choice in self._all}
        self._known = {value: label for value, label in chosen.items() if label != value}
        self._finder = None
        self._pictures = {}
        self._find()
        return True

    def search(self, text: str) -> None:
        """Show only the choices with every word of ``text`` in label, code or pinyin."""
        self._text = text
        self._find()

    def prepare(self) -> None:
        """What the first letter needs, while nobody waits for it."""
        self._searcher().spell()

    def _searcher(self) -> Finder:
        if self._finder is None:
            labels = [self._offered[choice.value] for choice in self._all]
            self._finder = Finder(labels, [choice.value for choice in self._all])
        return self._finder

    def _find(self) -> None:
        self.beginResetModel()
        self._gone = self._not_offered() if not self._text.strip() else []
        if self._text.strip():
            self._shown = self._searcher().find(self._text)
        else:
            self._shown = list(range(len(self._all)))
        self.endResetModel()

    def set_chosen(self, values: Sequence[str]) -> None:
        """Which carry a tick."""
        if tuple(values) == self._chosen:
            return
        for value in values:
            if value in self._offered:
                self._known[value] = self._offered[value]
        self._chosen = tuple(values)
        if self._text.strip() or self._not_offered() == self._gone:
            self.dataChanged.emit(self.index(0), self.index(max(0, self.rowCount() - 1)))
        else:
            self._find()

    def _not_offered(self) -> list[Choice]:
        return [
            Choice(value, self._label_of(value))
            for value in self._chosen
            if value not in self._offered
        ]

    def choice(self, row: int) -> Choice:
        """The choice in this row."""
        if row < len(self._gone):
            return self._gone[row]
        return self._all[self._shown[row - len(self._gone)]]

    def row_of(self, value: str) -> int:
        """The row of a value while nothing is searched for; -1 when it is not there."""
        for row, choice in enumerate(self._gone):
            if choice.value == value:
                return row
        if value not in self._offered or len(self._shown) != len(self._all):
            return -1
        return len(self._gone) + [choice.value for choice in self._all].index(value)

    def is_offered(self, value: str) -> bool:
        """Whether the list has this value now."""
        return value in self._offered

    def labels(self, values: Sequence[str]) -> list[str]:
        """The labels of these values; what is not on offer any more says so."""
        words = _("{choice} (not on the list any more)")
        return [
            label if value in self._offered else words.format(choice=label)
            for value, label in ((value, self._label_of(value)) for value in values)
        ]

    def _label_of(self, value: str) -> str:
        return self._offered.get(value) or self._known.get(value) or value

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many are shown."""
        return 0 if parent.isValid() else len(self._gone) + len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Label, tick, picture, and a height for gloves."""
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, current().touch())
        return self._shown_as(self.choice(index.row()), role) if index.isValid() else None

    def _shown_as(self, choice: Choice, role: int) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.labels([choice.value])[0]
        if role == Qt.ItemDataRole.CheckStateRole and choice.value in self._chosen:
            return Qt.CheckState.Checked
        if role == Qt.ItemDataRole.ForegroundRole and choice.value not in self._offered:
            return current().colour("error")
        if role == Qt.ItemDataRole.DecorationRole and choice.media:
            return self._picture(choice)
        return None

    def _picture(self, choice: Choice) -> QIcon | None:
        if choice.value not in self._pictures:
            if len(self._pictures) > _KEPT:
                self._pictures.clear()
            file = self._media.picture(choice.media)
            picture = read_picture(file, 2 * _SIDE) if file is not None else QPixmap()
            self._pictures[choice.value] = QIcon(picture) if not picture.isNull() else QIcon()
        found = self._pictures[choice.value]
        return None if found.isNull() else found


def _words(label: str) -> str:
    return plain(label) if is_marked(label) else label
