"""A repeat as a table: the cells, a line that says what is wrong, keys for fingers below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.number import NumberPad
from jdz_field.ui.form.table_columns import Column, notes_of
from jdz_field.ui.form.table_editors import CellLine
from jdz_field.ui.form.table_model import ChoicesOf, TableModel
from jdz_field.ui.form.table_view import Table
from jdz_field.ui.icons import give
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import button, column, line, set_role, text, tool

#: How much of the window's height the table takes before it scrolls: alone, and with the pad.
_SHARE, _SHARE_WITH_PAD = 0.62, 0.34
#: It is never lower than this where it scrolls, in rows.
_LEAST_ROWS = 4


class RepeatTable(QWidget):
    """The entries of the repeat ``ref`` as rows.

    Signals:
        removed(str, object): an entry (its ref) was removed, with what it held.
    """

    removed = Signal(str, object)

    def __init__(
        self,
        driver: Driver,
        ref: str,
        columns: Sequence[Column],
        choices: ChoicesOf,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = TableModel(driver, ref, columns, choices, self)
        self.table = Table(self.model, driver)
        self.table.moved.connect(self._say)
        self.table.delegate.opened.connect(self._opened)
        self.table.acts.removed.connect(self.removed)
        self.notes = text("\n".join(map(plain, notes_of(driver.session, ref))), "caption")
        self.said = text("", "caption")
        self._sign = text("", wrap=False)
        give(self._sign, "error", "error", 20)
        self._sign.hide()
        words = line(self._sign, self.said)
        words.setStretch(1, 1)
        self.add = button(_("New entry"), self._add, icon="plus")
        self.add.setToolTip(_("New entry (Ctrl+Enter)"))
        self._column = column(self.notes, self.table, words, self._bar(), gap=8)
        self.setLayout(self._column)
        self.notes.setVisible(bool(self.notes.text()))
        self._pad: QWidget | None = None
        self.table.verticalScrollBar().setSingleStep(24)
        self.model.dataChanged.connect(self._say)
        self._say()

    def _bar(self) -> QHBoxLayout:
        self.above = tool("copy", _("Same as above (Ctrl+D)"), self._above, kind="")
        self.remove = tool("trash", _("Remove this entry (Ctrl+-)"), self._remove, kind="")
        bar = line(self.add, self.above, self.remove)
        bar.setStretch(0, 1)
        return bar

    # ---- keeping up
    def follow(self, refs: Sequence[str], rows: int) -> None:
        """The session changed at ``refs``; the repeat has so many entries now."""
        first = self.model.rowCount() == 0 and rows > 0
        self.model.follow(refs, rows)
        if first:
            # Lists of choices are known now.
            self.table.fit()
        self._fit()
        self._say()

    def flush(self) -> None:
        """Answer what is being typed."""
        self.table.flush()

    def tidy(self) -> None:
        """Take an entry away that came by itself and that nobody wrote in."""
        self.table.tidy()

    def complain(self, ref: str, message: str) -> None:
        """Show at a cell what stands against finishing."""
        self.model.complain(ref, message)
        self._say()

    def go_to(self, ref: str) -> bool:
        """Make the cell of a question (or the first empty one of an entry) the current one."""
        place = self.model.place_of(ref)
        if place is None or not 0 <= place[0] < self.model.rowCount():
            return False
        row, at = place
        self.table.acts.put(row, at if at >= 0 else self.model.first_empty(row))
        self.table.setFocus()
        return True

    def _say(self) -> None:
        """What is wrong with the current cell, else what its question hints at."""
        row, at = self.table.acts.here()
        there = 0 <= row < self.model.rowCount()
        wrong = self.model.wrong(row, at) if there else ""
        hint = plain(self.model.cell(row, at).hint) if there else ""
        keys = _("Enter: down · Tab: right · Ctrl+Enter: new entry")
        set_role(self.said, "error" if wrong else "caption")
        self.said.setText(wrong or hint or keys)
        self._sign.setVisible(bool(wrong))
        entry = f"{self.model.ref}[{row + 1}]"
        self.add.setVisible(self.table.acts.may_add())
        self.remove.setEnabled(there and self.table.acts.may_remove(entry))
        self.above.setEnabled(there and row > 0)

    # ---- acts of the bar
    def _add(self) -> None:
        self.table.finish()
        self.table.setFocus()
        self.table.go_on("new")

    def _above(self) -> None:
        self.table.finish()
        self.table.acts.copy_above()
        self.table.setFocus()

    def _remove(self) -> None:
        self.table.finish()
        self.table.acts.remove()
        self.table.setFocus()

    # ---- the number pad
    def _opened(self, opened: CellLine) -> None:
        self._drop_pad()
        if opened.column.kind == "number" and self.table.touched:
            pad = NumberPad(opened, whole=opened.column.node.type == "int")
            pad.closed.connect(self.table.finish)
            onward = button(_("Next cell"), self._onward, kind="primary", icon="chevron-right")
            row = line(pad, onward, None, gap=16)
            row.setAlignment(onward, Qt.AlignmentFlag.AlignBottom)
            self._pad = QWidget()
            self._pad.setLayout(row)
            # Between its keys, too, the cell keeps the keyboard.
            self._pad.setFocusProxy(opened)
            onward.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._column.addWidget(self._pad)
            opened.destroyed.connect(self._drop_pad)
            self._fit()
            QTimer.singleShot(0, self, self._show_pad)

    def _show_pad(self) -> None:
        """Cell and pad into sight: the page scrolls for it."""
        here: QWidget | None = self
        while here is not None and not isinstance(here, QScrollArea):
            here = here.parentWidget()
        if here is not None and self._pad is not None:
            here.ensureWidgetVisible(self._pad, 0, 8)
            self.table.scrollTo(self.table.currentIndex())

    def _onward(self) -> None:
        if self.table.line is not None:
            self.table.line.done.emit("right")

    def _drop_pad(self) -> None:
        if self._pad is not None:
            self._pad.hide()
            self._pad.deleteLater()
            self._pad = None
            self._fit()

    # ---- sizes
    def _fit(self) -> None:
        window = self.window().height() if self.isVisible() else 0
        share = _SHARE if self._pad is None else _SHARE_WITH_PAD
        most = max(round(window * share), (_LEAST_ROWS + 1) * current().touch())
        high = self.table.wanted_height(most)
        if high != self.table.height():
            self.table.setFixedHeight(high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, perhaps another window."""
        super().resizeEvent(event)
        self._fit()
