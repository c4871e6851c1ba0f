"""Parts of the plan's page: notes in a box, a record in full, labelled figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.core.plan import plan
from jdz_field.ui.office.plan_rows import Told, record_lines, record_rows
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.widgets import Scroll, boxed, clear, column, line, text


class Lines(QFrame):
    """Sentences in a box; gone when there are none. ``role``: note, warning, sunken."""

    def __init__(self, role: str, title: str = "") -> None:
        super().__init__()
        self.setProperty("role", role)
        self.head = text(title, "strong")
        self.head.setVisible(bool(title))
        self.words = text("")
        self.setLayout(column(self.head, self.words, margins=12, gap=4))
        self.hide()

    def put(self, lines: Iterable[str]) -> None:
        """Show these sentences."""
        told = [one for one in lines if one]
        self.words.setText("\n".join(told))
        self.setVisible(bool(told))


class Behind(QWidget):
    """The records behind a figure, and the one that was chosen in full."""

    def __init__(self) -> None:
        super().__init__()
        self.head = text("", "section")
        self.card = RowCard()
        self.card.chosen.connect(self._chosen)
        self.one = Lines("sunken")
        self._unit = ""
        self.setLayout(column(self.head, self.card, self.one, gap=6))
        self.hide()

    def put(self, title: str, found: Told, ids: Sequence[str], unit: str) -> None:
        """Show the records of a figure."""
        rows = record_rows(found, ids)
        self._unit = unit
        self.head.setText(_("Records behind: {what}").format(what=title))
        self.card.put(rows)
        self.card.setVisible(bool(rows))
        self.one.put(())
        self.setVisible(bool(rows))

    def _chosen(self, row: Row) -> None:
        self.one.put(record_lines(row.data, self._unit))


class Facts(QWidget):
    """Labelled figures beside each other."""

    def __init__(self) -> None:
        super().__init__()
        self._row = line(gap=8)
        self.setLayout(self._row)

    def put(self, facts: Sequence[tuple[str, str]]) -> None:
        """Label and figure of each."""
        clear(self._row)
        for label, value in facts:
            cell = column(text(label, "caption"), text(value, "heading"), margins=12, gap=2)
            self._row.addWidget(boxed(cell), 1)


class Doubts(Scroll):
    """Every contradiction of the plan, with the plan's own words."""

    def __init__(self) -> None:
        super().__init__(margins=24, gap=10)
        self.body.addWidget(text(_("Where the plan contradicts itself"), "heading"))
        self.body.addWidget(text(_("Shown where they matter, settled by nobody here."), "caption"))
        for doubt in plan().doubts.values():
            quotes = "\n".join(f"«{quote}»" for quote in doubt.quotes)
            cell = column(text(f"{doubt.id}  {doubt.label}", "strong"), text(quotes, "caption"))
            cell.setContentsMargins(14, 10, 14, 10)
            self.body.addWidget(boxed(cell))
        self.body.addStretch(1)


def labelled(label: str, field: QWidget) -> QWidget:
    """A field below its name."""
    made = QWidget()
    name = text(label, "section", wrap=False)
    name.setBuddy(field)
    field.setAccessibleName(label)
    made.setLayout(column(name, field, gap=4))
    return made


def cell_edit(name: str) -> QLineEdit:
    """A field for a sum of money; ``name`` for readers."""
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setMinimumWidth(72)
    return made
