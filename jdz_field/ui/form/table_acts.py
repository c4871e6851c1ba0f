"""What a person does in a repeat's table: go on, copy, paste, clear, add and remove entries."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QObject, QPoint, Signal
from PySide6.QtWidgets import QApplication, QTableView

from jdz_field.core.clock import BEIJING
from jdz_field.core.i18n import _, ngettext
from jdz_field.ui.form import table_block
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.table_columns import TICKED, read
from jdz_field.ui.form.table_model import TableModel

_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect
_ARROWS = {
    "up": QPoint(0, -1),
    "below": QPoint(0, 1),
    "before": QPoint(-1, 0),
    "after": QPoint(1, 0),
}


class Acts(QObject):
    """The acts of one table.

    Signals:
        removed(str, object): an entry (its ref) was removed, with what it held.
    """

    removed = Signal(str, object)

    def __init__(self, table: QTableView, model: TableModel, driver: Driver) -> None:
        super().__init__(table)
        self._table, self._model, self._driver = table, model, driver
        #: The column in which a run of Tabs began: Enter goes on below it.
        self._run: int | None = None
        #: An entry that Enter or Tab made, and what it held then: gone again if left as it is.
        self._offered: tuple[int, tuple[str, ...]] | None = None

    # ---- where one is
    def here(self) -> tuple[int, int]:
        """Row and column of the current cell; -1 where there is none."""
        index = self._table.currentIndex()
        return index.row(), index.column()

    def put(self, row: int, column: int) -> None:
        """Make a cell the current one."""
        # Not by the view: it would ask which keys are held down (Ctrl+Enter) what to select.
        index = self._model.index(row, column)
        self._table.selectionModel().setCurrentIndex(index, _ALONE)

    def chosen(self) -> list[tuple[int, int]]:
        """The selected cells in order, at least the current one."""
        found = sorted((i.row(), i.column()) for i in self._table.selectedIndexes())
        return found or [cell for cell in (self.here(),) if cell[0] >= 0]

    def forget_run(self) -> None:
        """The person went somewhere by other means than Tab."""
        self._run = None

    # ---- going on
    def go(self, way: str) -> bool:
        """Go on to the next cell that takes an answer; False where there is none."""
        if way in _ARROWS:
            self._run = None
            return self._arrow(_ARROWS[way])
        if way == "new":
            return self.new_entry()
        return {"down": self._down, "right": self._right, "left": self._left}[way]()

    def _arrow(self, step: QPoint) -> bool:
        row, column = self.here()
        row, column = row + step.y(), column + step.x()
        if 0 <= row < self._model.rowCount() and 0 <= column < self._model.columnCount():
            self.put(row, column)
        return True

    def _down(self) -> bool:
        row, column = self.here()
        column, self._run = (column if self._run is None else self._run), None
        for below in range(row + 1, self._model.rowCount()):
            if self._model.is_open(below, column):
                self.put(below, column)
                return True
        return self._offer_entry()

    def _right(self) -> bool:
        row, column = self.here()
        if self._run is None:
            self._run = column
        width = self._model.columnCount()
        for place in range(row * width + column + 1, self._model.rowCount() * width):
            if self._model.is_open(*divmod(place, width)):
                if place // width > row:
                    self._run = None
                self.put(*divmod(place, width))
                return True
        return self._offer_entry()

    def _left(self) -> bool:
        row, column = self.here()
        self._run = None
        width = self._model.columnCount()
        for place in range(row * width + column - 1, -1, -1):
            if self._model.is_open(*divmod(place, width)):
                self.put(*divmod(place, width))
                return True
        return False

    # ---- entries
    def may_add(self) -> bool:
        """Whether a person may add an entry now."""
        return self._driver.session.node(self._model.ref).can_add

    def may_remove(self, ref: str) -> bool:
        """Whether the form lets a person remove this entry."""
        return self._driver.session.node(ref).can_remove

    def new_entry(self) -> bool:
        """Add an entry and go to its first empty cell; False when none may be added."""
        if not self.may_add():
            return False
        self._run = self._offered = None
        self._driver.add_repeat(self._model.ref)
        row = self._model.rowCount() - 1
        self.put(row, self._model.first_empty(row))
        return True

    def _offer_entry(self) -> bool:
        """After the last row comes a new one, unless the last is still blank."""
        last = self._model.rowCount() - 1
        if last >= 0 and self._model.is_blank(last):
            return False
        if not self.new_entry():
            return False
        self._offered = (last + 1, self._held(last + 1))
        return True

    def _held(self, row: int) -> tuple[str, ...]:
        return tuple(self._model.cell(row, at).value for at in range(self._model.columnCount()))

    def tidy(self) -> None:
        """Take an entry away that came by itself and that nobody wrote in."""
        offered, self._offered = self._offered, None
        if offered is None or offered[0] != self._model.rowCount() - 1:
            return
        row, held = offered
        ref = f"{self._model.ref}[{row + 1}]"
        if self._held(row) != held or not self.may_remove(ref):
            return
        self._driver.remove_repeat(ref)
        steps = self._driver.history.done
        if [step.ref for step in steps[-2:]] == [ref, ref]:
            # Nobody did anything: there is nothing to take back.
            del steps[-2:]
            self._driver.history_changed.emit()

    def remove(self) -> None:
        """Remove the entries of the selected cells, as far as the form lets."""
        refs = [f"{self._model.ref}[{row + 1}]" for row in {row for row, _at in self.chosen()}]
        refs = sorted(filter(self.may_remove, refs), key=self._row_of, reverse=True)
        if not refs:
            return
        column = self.here()[1]
        held: dict[str, object] = {}
        with self._driver.together(_("Remove this entry")):
            for ref in refs:
                held = self._driver.remove_repeat(ref)
        if self._model.rowCount():
            self.put(min(self._row_of(refs[-1]), self._model.rowCount() - 1), max(column, 0))
        self.removed.emit(refs[-1], held)

    def _row_of(self, ref: str) -> int:
        place = self._model.place_of(ref)
        return place[0] if place is not None else -1

    # ---- cells
    def toggle(self) -> None:
        """Tick, or take the tick away."""
        row, column = self.here()
        if self._model.is_open(row, column):
            ticked = self._model.cell(row, column).value == TICKED
            self._model.setData(self._model.index(row, column), "" if ticked else TICKED)

    def clear(self) -> None:
        """Empty the selected cells."""
        with self._driver.together(_("Clear")):
            for row, column in self.chosen():
                self._answer(row, column, "")

    def copy_above(self) -> None:
        """Take over what stands above, in every selected cell."""
        with self._driver.together(_("Same as above")):
            for row, column in self.chosen():
                if row > 0:
                    above = self._model.fresh(row - 1, column)
                    self._answer(row, column, above.value if above.relevant else "")

    def _answer(self, row: int, column: int, value: str) -> bool:
        """Answer a cell; False when it takes none."""
        node = self._model.fresh(row, column)
        if not self._model.takes(node, column):
            return False
        if node.value != value:
            self._driver.answer(node.ref, value)
        return True

    def copy(self) -> None:
        """The selection to the clipboard, as spreadsheets take it."""
        cells = self.chosen()
        if not cells:
            return
        left, right = min(c for _r, c in cells), max(c for _r, c in cells)
        taken = set(cells)
        rows = [
            [
                self._model.text(row, column) if (row, column) in taken else ""
                for column in range(left, right + 1)
            ]
            for row in sorted({row for row, _column in cells})
        ]
        QApplication.clipboard().setText(table_block.to_text(rows))

    # ---- pasting
    def paste(self) -> None:
        """Fill cells from the clipboard, making entries where the form lets."""
        rows = table_block.from_text(QApplication.clipboard().text())
        cells = self.chosen()
        if not rows or not cells:
            return
        if self._is_head(rows[0], cells[0][1]):
            rows = rows[1:]
        with self._driver.together(_("Paste")):
            if len(rows) == 1 and len(rows[0]) == 1:
                for row, column in cells:
                    self._fill(row, column, rows[0][0])
                return
            left_over = self._paste_block(rows, cells[0][0], min(c for _r, c in cells))
        if left_over:
            words = ngettext(
                "{n} cell found no place in the table.",
                "{n} cells found no place in the table.",
                left_over,
            )
            self._driver.app.toast(words.format(n=left_over))

    def _is_head(self, cells: Sequence[str], left: int) -> bool:
        """Whether a row only repeats the names of the columns."""
        labels = [plain(one.node.label) for one in self._model.columns[left : left + len(cells)]]
        return len(cells) > 1 and [cell.rstrip(" *") for cell in cells] == labels

    def _paste_block(self, rows: Sequence[Sequence[str]], top: int, left: int) -> int:
        """How many cells with something in them found no place."""
        lost, ref = 0, self._model.ref
        there = len(self._driver.session.node(ref).children)
        for row, cells in enumerate(rows, top):
            if row >= there and self.may_add():
                self._driver.add_repeat(ref)
                there += 1
            for column, typed in enumerate(cells, left):
                placed = row < there and column < self._model.columnCount()
                placed = placed and self._fill(row, column, typed)
                lost += not placed and bool(typed)
        return lost

    def _fill(self, row: int, column: int, typed: str) -> bool:
        """Answer one cell with a pasted text; False when it takes none."""
        year = self._driver.app.reader.now().astimezone(BEIJING).year
        one = self._model.columns[column]
        node = self._model.fresh(row, column)
        choices = self._model.choices(node) if one.picked else ()
        return self._answer(row, column, read(one, typed, choices, year))
