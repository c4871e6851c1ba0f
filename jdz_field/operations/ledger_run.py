"""One import on its way: every row is decided, counted and written."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from jdz_field.core.catalogue import SiteKind
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Site
from jdz_field.ledger.apart import Recipe, parts_of, rows_of
from jdz_field.ledger.checking import Checker
from jdz_field.ledger.columns import ID
from jdz_field.ledger.identity import unswept
from jdz_field.ledger.issues import (
    REFUSED,
    WARNING,
    CheckedRow,
    Issue,
    PlainRows,
    Skipped,
    Unmatched,
)
from jdz_field.ledger.report import ReportBook
from jdz_field.operations.differences import Bounded, Difference, Missing, field_label, value_words
from jdz_field.operations.ledger_known import Ambiguous, Known
from jdz_field.store.editing import Edit, NewSites
from jdz_field.store.project import Project

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

#: Beyond this many rows only those with issues are listed.
LISTED = 10_000
#: Beyond this many listed ones only refused rows are; the others are counted, as memory is bounded.
LISTED_WARNED = 100_000
#: What a row keeps that is listed beyond ``LISTED``.
_TOLD = ("code", "name", "geometry")
_EVERY = 500
#: Fewer rows together are looked at one by one.
_FEW = 50


class _Stopped(Exception):
    """The person asked to stop; nothing is written."""


@dataclass
class ImportReport:
    """What became of a ledger's rows.

    ``rows`` lists all of them up to 10,000, beyond that those with issues (of more than 100,000
    such only those that are refused; ``warnings`` counts them all). ``origin`` is the
    import's id, by which it can be undone; ``cancelled``: nothing was written. ``differences``
    are cells that say something else than a site here, ``missing`` sites of earlier imports of
    this ledger that it lists no more, ``actions`` what became of each row that is listed.
    """

    origin: str = ""
    sheet: str = ""
    read: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    rows: list[CheckedRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    differences: Bounded[Difference] = field(default_factory=Bounded)
    missing: Bounded[Missing] = field(default_factory=Bounded)
    actions: dict[int, str] = field(default_factory=dict)
    columns: dict[str, str | None] = field(default_factory=dict)
    cancelled: bool = False
    dry_run: bool = False

    def to_json(self) -> dict[str, Any]:
        """As ``sites import --json`` prints it."""
        return {
            "import": self.origin,
            "sheet": self.sheet,
            "read": self.read,
            "imported": self.imported,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "warnings": self.warnings,
            "dry_run": self.dry_run,
            "cancelled": self.cancelled,
            "columns": self.columns,
            "skipped": [
                {"row": one.row, "reason": one.reason, "text": one.text} for one in self.skipped
            ],
            "unmatched": [one.to_json() for one in self.unmatched],
            "notes": self.notes,
            "differences": [one.to_json() for one in self.differences],
            "differences_more": self.differences.more,
            "missing": [one.to_json() for one in self.missing],
            "missing_more": self.missing.more,
            "rows": [row.to_json() for row in self.rows],
        }

    def count(self, row: CheckedRow, action: str) -> None:
        """Count a row and list it."""
        self.read += 1
        if action == "imported":
            self.imported += 1
        else:
            setattr(self, action, getattr(self, action) + 1)
        if self.read <= LISTED:
            self._list(row, action)
        elif row.issues:
            fields = {name: row.fields[name] for name in _TOLD if name in row.fields}
            self._list(CheckedRow(row.row, fields, row.issues, row.notes, row.id), action)
        if self.read == LISTED + 1:
            self._list_no_more()

    def count_new(self, number: int) -> None:
        """Count rows beyond ``LISTED`` that are new sites and have nothing to say."""
        if self.read == LISTED:
            self._list_no_more()
        self.read += number
        self.imported += number

    def _list_no_more(self) -> None:
        self.rows = [one for one in self.rows if one.issues]
        self.actions = {one.row: self.actions[one.row] for one in self.rows}

    def _list(self, row: CheckedRow, action: str) -> None:
        status = row.status
        self.warnings += status == WARNING
        if len(self.rows) < LISTED_WARNED or status == REFUSED:
            self.rows.append(row)
            self.actions[row.row] = action


class Run:
    """One import on its way."""

    def __init__(
        self,
        project: Project,
        kind: SiteKind,
        checker: Checker,
        book: ReportBook | None,
        recipe: Recipe,
    ) -> None:
        self.project, self.kind, self.checker, self.book = project, kind, checker, book
        self._recipe = recipe
        self.report = ImportReport(origin=new_id())
        self._known = Known(project, kind, recipe.options, checker.layout.columns)
        # Rows with a number and without an id of their own are told apart by the checker.
        self._all_seen = ID in checker.layout.columns
        self._seen: dict[str, int] = {}
        self._progress: Progress | None = None
        self._cancelled: Cancelled | None = None
        self._size = 0

    def watch(
        self, progress: Progress | None, cancelled: Cancelled | None, size: int | None
    ) -> None:
        """Who is told how far it is, and who may stop it."""
        self._progress, self._cancelled, self._size = progress, cancelled, size or 0

    def go(self, *, dry_run: bool) -> ImportReport:
        """Check and write every row; the report."""
        with unswept():
            return self._go(dry_run=dry_run)

    def _go(self, *, dry_run: bool) -> ImportReport:
        self.report.dry_run = dry_run
        try:
            with closing(self._rows()) as rows:
                edits = self._edits(rows)
                if dry_run:
                    for _edit in edits:
                        pass
                else:
                    self.project.edit_many(edits, origin=f"import:{self.report.origin}")
        except _Stopped:
            return ImportReport(origin=self.report.origin, cancelled=True)
        self.report.skipped = self.checker.skipped
        self.report.unmatched = self.checker.unmatched
        self.report.missing = self._known.missing(f"import:{self.report.origin}")
        if self._progress:
            self._progress(self.report.read, self.report.read)
        return self.report

    def _rows(self) -> Generator[CheckedRow | PlainRows, None, None]:
        if self._known.none and self.book is None:
            yield from parts_of(self._recipe, self.checker, LISTED)
        else:
            with closing(rows_of(self._recipe, self.checker)) as rows:
                yield from self._known.ahead(rows)

    def _edits(self, rows: Iterator[CheckedRow | PlainRows]) -> Iterator[Edit | NewSites]:
        for some in rows:
            if isinstance(some, CheckedRow):
                yield from self._edit(some)
            elif self._all_new(some):
                self.report.count_new(len(some.ids))
                self._pulse(self.report.read)
                columns = dict(zip(some.names, zip(*some.lines, strict=True), strict=True))
                yield NewSites(self.kind.name, some.ids, columns)
            else:
                for row in some:
                    yield from self._edit(row)

    def _all_new(self, rows: PlainRows) -> bool:
        """Whether rows need not be looked at one by one; no site is known then."""
        if self.report.read < LISTED or len(rows.ids) < _FEW:
            return False
        if "code" in rows.names and not self._all_seen:
            return True
        here = set(rows.ids)
        if len(here) < len(rows.ids) or not here.isdisjoint(self._seen):
            return False
        self._seen.update(zip(rows.ids, rows.numbers, strict=True))
        return True

    def _edit(self, row: CheckedRow) -> Iterator[Edit]:
        edit, action, changes = self._decide(row)
        self.report.count(row, action)
        if self.report.read % _EVERY == 0:
            self._pulse(self.report.read)
        if self.book is not None:
            self.book.add(row, action, changes)
        if edit is not None:
            yield edit

    def _pulse(self, number: int) -> None:
        if self._cancelled and self._cancelled():
            raise _Stopped
        if self._progress:
            self._progress(number, max(self._size, number + 1))

    def _decide(self, row: CheckedRow) -> tuple[Edit | None, str, Sequence[str]]:
        """What is written for a row, what became of it, and what differs."""
        if row.status == REFUSED:
            return None, "refused", ()
        subject = row.id
        assert subject is not None
        seen = self._all_seen or row.code is None
        first = self._seen.setdefault(subject, row.row) if seen else row.row
        if first != row.row:
            return self._refused(row, _("The row is the same as row {row}.").format(row=first))
        try:
            site = self._known.of(subject, row.code)
        except Ambiguous as error:
            return self._refused(row, str(error))
        if site is None:
            return Edit(self.kind.name, subject, row.fields), "imported", ()
        return self._deleted(row, site) if site.deleted else self._update(row, site)

    @staticmethod
    def _refused(row: CheckedRow, why: str) -> tuple[None, str, Sequence[str]]:
        row.issues.append(Issue("duplicate_code", why))
        return None, "refused", ()

    def _update(self, row: CheckedRow, site: Site) -> tuple[Edit | None, str, Sequence[str]]:
        found = self._known.compared(site, row)
        for one in found.differences:
            self.report.differences.put(one)
        if not found.fields:
            return None, "unchanged", _told(self.kind.name, found.differences)
        return (
            Edit(self.kind.name, site.id, found.fields),
            "updated",
            _told(self.kind.name, found.differences),
        )

    def _deleted(self, row: CheckedRow, site: Site) -> tuple[Edit | None, str, Sequence[str]]:
        """A site that an undone import deleted comes back; one that a person deleted does not."""
        if self._known.undone(site):
            fields = {**self._known.compared(site, row).fields, "deleted": False}
            return Edit(self.kind.name, site.id, fields), "imported", ()
        message = _("The site was deleted here; bring it back with sites restore {id}.")
        row.issues.append(Issue("deleted_here", message.format(id=site.id)))
        return None, "unchanged", ()


def _told(kind: str, differences: Sequence[Difference]) -> list[str]:
    """Differences as the report's last column tells them."""
    told = []
    for one in differences:
        before, after = (value_words(kind, one.field, v) for v in (one.before, one.after))
        text = f"{field_label(kind, one.field)}: {before} → {after}"
        told.append(
            text if one.taken else _("{difference} (left as it is here)").format(difference=text)
        )
    return told
