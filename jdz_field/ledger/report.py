"""The report workbook of an import: every row of the ledger, what became of it, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import SiteKind
from jdz_field.core.i18n import _
from jdz_field.ledger.books import MAX_ROWS, Book
from jdz_field.ledger.columns import IGNORED
from jdz_field.ledger.issues import CheckedRow, Skipped
from jdz_field.ledger.layout import Layout


def action_label(action: str) -> str:
    """What became of a row, in the language in force."""
    return {
        "imported": _("imported"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "refused": _("refused"),
    }[action]


def status_label(status: str) -> str:
    """A row's status, in the language in force."""
    return {"ok": _("in order"), "warning": _("warning"), "refused": _("refused")}[status]


class ReportBook:
    """Collects rows as they are checked; ``save`` writes the summary and the file."""

    def __init__(self) -> None:
        self._book = Book()
        self._summary_sheet = self._book.sheet(_("Summary"), (30, 60), ())
        self._rows = self._sheet(1)
        self._sheets = 1

    def _sheet(self, number: int) -> Any:
        name = _("Row by row") if number == 1 else f"{_('Row by row')} {number}"
        head = (
            _("Row"),
            _("Status"),
            _("What became of it"),
            _("Site number"),
            _("Site name"),
            _("Issues"),
            _("Reasons"),
            _("Read as something else"),
            _("Changes"),
        )
        return self._book.sheet(name, (8, 10, 12, 18, 28, 24, 60, 40, 40), head)

    def add(self, row: CheckedRow, action: str, changes: Sequence[str] = ()) -> None:
        """One row of the ledger: its status, what became of it, its faults and notes."""
        if self._rows.rows >= MAX_ROWS - 1:
            self._sheets += 1
            self._rows = self._sheet(self._sheets)
        status = row.status
        self._rows.row(
            (
                row.row,
                status_label(status),
                action_label(action),
                row.code,
                row.fields.get("name"),
                " ".join(issue.code for issue in row.issues),
                "\n".join(issue.message for issue in row.issues),
                "\n".join(row.notes),
                "\n".join(changes),
            ),
            shade=status if status != "ok" else "",
        )

    def discard(self) -> None:
        """Forget everything; for an import that did not come to its end."""
        self._book.discard()

    def save(
        self,
        path: Path,
        layout: Layout,
        kind: SiteKind,
        facts: Mapping[str, Any],
        skipped: Sequence[Skipped],
        *,
        sample: bool,
    ) -> None:
        """Write the workbook: rows, summary, columns, rows that are no sites."""
        self._summary(facts, skipped, sample=sample)
        self._columns(layout, kind)
        self._book.save(path)

    def _summary(
        self, facts: Mapping[str, Any], skipped: Sequence[Skipped], *, sample: bool
    ) -> None:
        sheet = self._summary_sheet
        if sample:
            sheet.row((_("Invented sample data"),), shade="warning", bold=True)
        for label, value in facts.items():
            sheet.row((label, value))
        if skipped:
            sheet.row(())
            sheet.row((_("Rows that are no sites"),), bold=True)
        for one in skipped:
            sheet.row((f"{one.row} ({one.reason})", one.text))

    def _columns(self, layout: Layout, kind: SiteKind) -> None:
        head = (_("Column"), _("Read as"))
        sheet = self._book.sheet(_("Columns"), (40, 30), head)
        for match in layout.matches:
            field = kind.by_name.get(match.field or "")
            label = field.label if field else match.field
            if match.field == IGNORED:
                label = _("a running number or the like")
            sheet.row(
                (match.heading.text, label or _("not read")), shade="" if label else "warning"
            )
