"""The last step of an import: every row, what becomes of it, and what of it is taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.ledger.issues import REFUSED, WARNING, CheckedRow
from jdz_field.operations.differences import propose_closing
from jdz_field.operations.import_preview import Preview
from jdz_field.operations.ledger_run import ImportReport
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.sites.import_cells import CellPanel
from jdz_field.ui.sites.import_steps import Choices, Step, keyed
from jdz_field.ui.sites.import_table import ImportTable
from jdz_field.ui.widgets import boxed, button, column, set_role, text

ALL, NEW, CHANGED, SAME, MISSING = "all", "imported", "changed", "unchanged", "missing"
FILTERS = (ALL, NEW, CHANGED, SAME, WARNING, REFUSED, MISSING)
_NARROW = 900


class RowsStep(Step):
    """Filters, table and panel.

    Signals:
        place_wanted(int): show this row on the map.
        counted: what would be taken in changed.
    """

    place_wanted = Signal(int)
    counted = Signal()

    def __init__(self, app: AppContext, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(app, choices, parent)
        self.report: ImportReport | None = None
        self.done = False
        self.summary = text("", "strong")
        self.summary_box = boxed(column(self.summary, margins=12), "note")
        self.filters = {}
        filters = QWidget()
        flow = Flow(filters)
        for name in FILTERS:
            chip = button("", self._filter_clicked, kind="chip")
            chip.setCheckable(True)
            chip.setProperty("name", name)
            self.filters[name] = chip
            flow.addWidget(chip)
        self.next = keyed("F8", button("", self.next_faulty, icon="chevron-down"))
        flow.addWidget(self.next)
        self.table = ImportTable()
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.panel = CellPanel(choices)
        self.panel.switched.connect(self._switched)
        self.panel.place_wanted.connect(self.place_wanted)
        self.panel.closing_wanted.connect(self._close_sites)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box.setSpacing(12)
        self._box.addWidget(self.table, 3)
        self._box.addWidget(self.panel, 2)
        whole = column(self.summary_box, filters, self._box, gap=10)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self._filter = ALL
        self._differing: dict[int, CheckedRow] = {}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Upright the panel stands under the table."""
        super().resizeEvent(event)
        upright = self.width() < _NARROW
        way = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        if self._box.direction() != way:
            self._box.setDirection(way)

    # ---- what is shown
    def put(self, preview: Preview | None) -> None:
        """The rows of a check."""
        self.show_report(preview.report if preview else None, done=False)
        super().put(preview)

    def show_report(self, report: ImportReport | None, *, done: bool) -> None:
        """The rows of a check, or of the import that was ``done``."""
        self.report, self.done = report, done
        self._differing = {}
        self.panel.put(report.differences if report else (), locked=done)
        if report is not None:
            rows = {row.row: row for row in report.rows}
            for one in report.differences:
                # Of a large ledger only rows with issues are listed.
                stub = CheckedRow(one.row, {"code": one.code, "name": one.name})
                self._differing.setdefault(one.row, rows.get(one.row) or stub)
        self._mark(self._filter if self._count(self._filter) else ALL)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = {
            ALL: _("All"),
            NEW: _("new"),
            CHANGED: _("differing"),
            SAME: _("unchanged"),
            WARNING: _("with a hint"),
            REFUSED: _("refused"),
            MISSING: _("no longer listed"),
        }
        for name, chip in self.filters.items():
            count = self._count(name)
            chip.setText(f"{words[name]} {count:,}")
            chip.setVisible(bool(count) or name == ALL)
            chip.setChecked(name == self._filter)
        self.next.setText(_("Next issue"))
        report = self.report
        self.next.setVisible(bool(report and report.warnings + report.refused))
        self._say()
        self.panel.retranslate()

    def _say(self) -> None:
        report = self.report
        self.summary_box.setVisible(report is not None)
        if report is None:
            return
        said = _("Imported: {new} new, {changed} changed, {same} unchanged, {refused} refused.")
        plan = _(
            "{read} rows: {new} new, {changed} changed, {same} unchanged, {refused} refused. "
            "Nothing is written yet."
        )
        same = report.unchanged + report.updated - self.updated()
        self.summary.setText(
            (said if self.done else plan).format(
                read=f"{report.read:,}",
                new=f"{report.imported:,}",
                changed=f"{self.updated():,}",
                same=f"{same:,}",
                refused=f"{report.refused:,}",
            )
        )
        set_role(self.summary_box, "good" if self.done else "note")

    def updated(self) -> int:
        """How many sites would change, as things are taken and left now."""
        report = self.report
        if report is None:
            return 0
        if self.done or report.differences.more:
            return report.updated
        return self.panel.rows_changed()

    @property
    def wanted(self) -> int:
        """How many rows the import would write."""
        return (self.report.imported if self.report else 0) + self.updated()

    def _count(self, name: str) -> int:
        report = self.report
        if report is None:
            return 0
        return {
            ALL: report.read,
            NEW: report.imported,
            CHANGED: len(self._differing),
            SAME: report.unchanged,
            WARNING: report.warnings,
            REFUSED: report.refused,
            MISSING: report.missing.total,
        }[name]

    # ---- filters
    def _filter_clicked(self) -> None:
        self._mark(str(self.sender().property("name")))

    def _mark(self, name: str) -> None:
        self._filter = name
        report = self.report
        self.table.rows.put(self._filtered(name), report.actions if report else {})
        self.table.setVisible(name != MISSING)
        if name == MISSING and report is not None:
            self.panel.show_missing(report.missing)
        else:
            self.panel.show_columns()
        for other, chip in self.filters.items():
            chip.setChecked(other == name)

    def _filtered(self, name: str) -> Sequence[CheckedRow]:
        report = self.report
        if report is None or name == MISSING:
            return ()
        if name == CHANGED:
            return list(self._differing.values())
        if name in (NEW, SAME):
            return [row for row in report.rows if report.actions.get(row.row) == name]
        if name in (WARNING, REFUSED):
            return [row for row in report.rows if row.status == name]
        return report.rows

    # ---- rows
    def _row_chosen(self) -> None:
        row = self.table.current()
        if row is not None:
            self.panel.show_row(row)

    def show_row(self, number: int) -> None:
        """Choose a row by its number in the ledger."""
        if not self.table.choose(number):
            self._mark(ALL)
            self.table.choose(number)

    def next_faulty(self) -> None:
        """The next row with an issue."""
        if self.table.next_faulty() is None and self._filter != ALL:
            self._mark(ALL)
            self.table.next_faulty()

    def _switched(self) -> None:
        self._say()
        self.counted.emit()

    def _close_sites(self, ids: list[str]) -> None:
        file = self.choices.file.name if self.choices.file else ""
        reason = f"【台账不再列出】{file}"

        def done(count: int) -> None:
            self.app.toast(_("{n} sites: 核销 is proposed to the office.").format(n=count))

        self.app.write(lambda project: propose_closing(project, ids, reason), self, done)
