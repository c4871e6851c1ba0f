"""How wide the columns of a repeat's table are, and how high its head."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from jdz_field.ui.form.table_delegate import PAD
from jdz_field.ui.form.table_model import TableModel
from jdz_field.ui.theme import current

#: Letters that an answer of a kind takes, at least and at most.
_LETTERS = {
    "number": (5, 9),
    "date": (10, 12),
    "time": (6, 8),
    "moment": (16, 18),
    "tick": (4, 8),
    "one": (7, 14),
    "several": (9, 18),
    "text": (9, 18),
    "words": (9, 24),
}
_NARROW = frozenset(("number", "date", "time", "moment", "tick"))


def fit_table(table: QTableView, model: TableModel) -> None:
    """Rows for fingers, columns as wide as their answers, the rest shared out."""
    table.verticalHeader().setDefaultSectionSize(current().touch())
    table.verticalHeader().setMinimumWidth(current().touch())
    widths = [_width(table, model, place) for place in range(model.columnCount())]
    spare = table.viewport().width() - sum(widths)
    if spare > 0 and widths:
        # Words grow more than numbers do.
        shares = [1 if one.kind in _NARROW else 3 for one in model.columns]
        widths = [
            width + spare * share // sum(shares)
            for width, share in zip(widths, shares, strict=True)
        ]
    for place, width in enumerate(widths):
        table.setColumnWidth(place, width)
    table.horizontalHeader().setFixedHeight(_head_height(table, model, widths))


def _head_height(table: QTableView, model: TableModel, widths: Sequence[int]) -> int:
    """One line, or two where a title is wider than its column."""
    letters = table.horizontalHeader().fontMetrics()
    titles = (_title(model, place) for place in range(len(widths)))
    folded = any(
        letters.horizontalAdvance(title) > width - 22
        for title, width in zip(titles, widths, strict=True)
    )
    return max(current().touch(), letters.height() * (2 if folded else 1) + 20)


def _title(model: TableModel, place: int) -> str:
    return str(model.headerData(place, Qt.Orientation.Horizontal))


def _width(table: QTableView, model: TableModel, place: int) -> int:
    one = model.columns[place]
    letter = table.fontMetrics().horizontalAdvance("0")
    least, most = _LETTERS[one.kind]
    longest = least
    if one.picked:
        labels = (len(choice.label) for choice in model.offered(place))
        wide = max(labels, default=0) * table.fontMetrics().horizontalAdvance("中")
        longest = min(max(least, wide // letter), most)
    head = table.horizontalHeader().fontMetrics().horizontalAdvance(_title(model, place))
    # Long titles stand on two lines.
    head = head if head < 8 * letter else max(head // 2 + 2 * letter, 8 * letter)
    return max(longest * letter + 2 * PAD, min(head + 24, most * letter + 2 * PAD + 40))
