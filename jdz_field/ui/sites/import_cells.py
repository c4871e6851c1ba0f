"""Beside the rows of an import: what differs, cell by cell or column by column; taken or left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.ledger.issues import CheckedRow
from jdz_field.operations.differences import (
    EVERY,
    Difference,
    Missing,
    field_label,
    since_words,
    taken,
    value_words,
)
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.sites.import_steps import Choices, keyed
from jdz_field.ui.widgets import Scroll, button, column, line, text

_SIGN = "\x1f"
#: Room of the words above a list, in pixels; without one they have all.
_WORDS, _ANY = 130, 16_777_215


class Switches(RowList):
    """Rows that are switched by a tap, Enter or Space."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space switches the row that is chosen."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._picked(self.currentIndex())
            return
        super().keyPressEvent(event)


class CellPanel(QWidget):
    """The row that is chosen; else every column that differs; or the sites no longer listed.

    Signals:
        switched: something is taken that was left, or left that was taken.
        place_wanted(int): show this row on the map.
        closing_wanted(object): mark these sites (a list of ids) as 已核销.
    """

    switched = Signal()
    place_wanted = Signal(int)
    closing_wanted = Signal(object)

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = choices
        self.heading, self.issues = text("", "heading"), text("")
        self.words = Scroll(margins=0)
        self.words.body.addWidget(self.issues)
        self.words.body.addStretch(1)
        self.list = Switches()
        self.list.chosen.connect(self._switch)
        self.all = keyed("Alt+T", button("", self._take_all, kind="quiet", icon="check"))
        self.none = keyed("Alt+L", button("", self._leave_all, kind="quiet", icon="close"))
        self.columns = button("", self.show_columns, kind="quiet", icon="list")
        self.where = button("", self._place, kind="quiet", icon="map")
        self.close_sites = button("", self._close_sites, icon="proposal")
        acts = line(self.columns, self.where, None, self.all, self.none, gap=4)
        whole = column(self.heading, self.words, self.list, acts, self.close_sites, gap=6)
        whole.setStretch(1, 1)
        whole.setStretch(2, 3)
        self.setLayout(whole)
        self._differences: Sequence[Difference] = ()
        self._by_row: dict[int, list[Difference]] = {}
        self._row: CheckedRow | None = None
        self._missing: Sequence[Missing] | None = None
        self._closing: set[str] = set()
        self._locked = False

    # ---- what is shown
    def put(self, differences: Sequence[Difference], *, locked: bool = False) -> None:
        """Every difference of the last check; ``locked``: it was imported."""
        self._differences, self._locked = differences, locked
        self._by_row = {}
        for one in differences:
            self._by_row.setdefault(one.row, []).append(one)
        self._missing = None
        self.show_columns()

    def show_columns(self) -> None:
        """Every field that differs somewhere, to be taken or left as a whole."""
        self._row, self._missing = None, None
        self.retranslate()

    def show_row(self, row: CheckedRow | None) -> None:
        """One row: what is wrong with it, and its cells."""
        self._row, self._missing = row, None
        self.retranslate()

    def show_missing(self, missing: Sequence[Missing]) -> None:
        """Sites that the ledger lists no more."""
        self._row, self._missing = None, missing
        self._closing &= {one.id for one in missing}
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        marking = self._missing is not None
        self.all.setText(_("Mark all") if marking else _("Take all"))
        self.none.setText(_("Mark none") if marking else _("Leave all"))
        self.columns.setText(_("By column"))
        self.where.setText(_("Show on the map"))
        if self._missing is not None:
            rows = self._missing_rows(self._missing)
        elif self._row is not None:
            rows = self._row_cells(self._row)
        else:
            rows = self._field_rows()
        self.list.put(rows)
        self.list.setVisible(bool(rows))
        self.words.setVisible(bool(self.issues.text()))
        high = self.issues.heightForWidth(max(self.width() - 24, 200)) + 12
        self.words.setMaximumHeight(min(high, _WORDS) if rows else _ANY)
        # With nothing to say the table has all the room.
        said = self._row is not None or self._missing is not None
        self.setVisible(said or bool(self._differences))
        self._show_acts(bool(rows))

    def _show_acts(self, some: bool) -> None:
        switches = some and not self._locked
        self.all.setVisible(switches)
        self.none.setVisible(switches)
        self.columns.setVisible(self._row is not None and bool(self._differences))
        self.where.setVisible(self._row is not None and "geometry" in self._row.fields)
        self.close_sites.setVisible(self._missing is not None)
        self.close_sites.setEnabled(bool(self._closing))
        self.close_sites.setText(_("Propose 核销 of {n} sites").format(n=len(self._closing)))

    def _row_cells(self, row: CheckedRow) -> list[Row]:
        name = str(row.fields.get("name") or row.code or "")
        self.heading.setText(f"{_('Row {n}').format(n=row.row)}  {name}")
        told = [issue.message for issue in row.issues] + list(row.notes)
        differences = self._by_row.get(row.row, [])
        if not told and not differences:
            told = [_("Nothing is wrong with this row.")]
        self.issues.setText("\n".join(f"• {one}" for one in told))
        return [self._cell(one) for one in differences]

    def _cell(self, one: Difference) -> Row:
        kind = self.choices.kind
        before = value_words(kind, one.field, one.before) or "—"
        after = value_words(kind, one.field, one.after) or "—"
        chip, role = _chip(self.taken(one))
        title = f"{field_label(kind, one.field)}   {before} → {after}"
        return Row(_SIGN.join(one.key), title, since_words(one), "", chip, role)

    def _field_rows(self) -> list[Row]:
        self.heading.setText(_("What differs, by column") if self._differences else "")
        self.issues.setText("" if self._differences else _("Tap a row to see what is in it."))
        by_field: dict[str, list[Difference]] = {}
        for one in self._differences:
            by_field.setdefault(one.field, []).append(one)
        rows = []
        for field, some in by_field.items():
            count = sum(map(self.taken, some))
            since = sum(one.since for one in some)
            words = _("{n} cells").format(n=len(some))
            if since:
                words += " · " + _("{n} changed here since").format(n=since)
            chip, role = _chip(True) if count == len(some) else _chip(False)
            if 0 < count < len(some):
                chip, role = _("{n} taken").format(n=count), "accent"
            label = field_label(self.choices.kind, field)
            rows.append(Row(_SIGN.join((EVERY, field)), label, words, "", chip, role))
        return rows

    def _missing_rows(self, missing: Sequence[Missing]) -> list[Row]:
        self.heading.setText(_("No longer listed"))
        self.issues.setText(
            _(
                "These sites came from an earlier import of this ledger. They stay; mark those "
                "that are closed, the office decides."
            )
        )
        rows = []
        for one in missing:
            marked = one.id in self._closing
            chip, role = (_("propose 核销"), "attention") if marked else (_("stays"), "")
            rows.append(
                Row(one.id, one.name or one.code, f"{one.code} · {one.town}", "", chip, role)
            )
        return rows

    # ---- taking and leaving
    def taken(self, one: Difference) -> bool:
        """Whether a difference is taken as things stand."""
        if self._locked:
            return one.taken
        # The choices quack as the options do: both hold ``leave`` and ``take``.
        return taken(self.choices, one.id, one.field, since=one.since)

    def rows_changed(self) -> int:
        """How many rows would change something."""
        return len({one.row for one in self._differences if self.taken(one)})

    def _switch(self, row: Row) -> None:
        if self._missing is not None:
            self._closing ^= {row.key}
            self.retranslate()
            return
        if self._locked:
            return
        site, _sign, field = row.key.partition(_SIGN)
        if site == EVERY:
            some = [one for one in self._differences if one.field == field]
            self._set_field(field, take=not all(map(self.taken, some)))
        else:
            one = next(d for d in self._differences if d.key == (site, field))
            self._set([one.key], take=not self.taken(one))
        self._changed()

    def _take_all(self) -> None:
        self._all(take=True)

    def _leave_all(self) -> None:
        self._all(take=False)

    def _all(self, *, take: bool) -> None:
        if self._missing is not None:
            self._closing = {one.id for one in self._missing} if take else set()
            self.retranslate()
            return
        if self._row is not None:
            self._set([one.key for one in self._by_row.get(self._row.row, [])], take=take)
        else:
            for field in {one.field for one in self._differences}:
                self._set_field(field, take=take)
        self._changed()

    def _set(self, keys: Iterable[tuple[str, str]], *, take: bool) -> None:
        into, out = self.choices.take, self.choices.leave
        into, out = (into, out) if take else (out, into)
        for key in keys:
            into.add(key)
            out.discard(key)

    def _set_field(self, field: str, *, take: bool) -> None:
        for chosen in (self.choices.take, self.choices.leave):
            chosen -= {key for key in chosen if key[1] == field}
        self._set([(EVERY, field)], take=take)

    def _changed(self) -> None:
        self.retranslate()
        self.switched.emit()

    def _place(self) -> None:
        if self._row is not None:
            self.place_wanted.emit(self._row.row)

    def _close_sites(self) -> None:
        self.closing_wanted.emit(sorted(self._closing))


def _chip(take: bool) -> tuple[str, str]:
    return (_("taken"), "ok") if take else (_("left"), "attention")
