"""Ledgers into a project and out of it: what is new, what differs, what is refused.

A row is a site that is here already when it carries our id, when an equal row made it (its id
follows from kind, number and values), or when exactly one site has its number. Of such a site
only what differs is written, and a value that the ledger has not changed since it was last
imported does not take back what a person entered in the meantime. Empty cells say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, SiteKind
from jdz_field.core.changes import Value
from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Site, point_of
from jdz_field.geo.crs import reference
from jdz_field.geo.geometry import close
from jdz_field.ledger import export
from jdz_field.ledger.checking import Checker, is_sample
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.identity import identified, unswept
from jdz_field.ledger.issues import REFUSED, WARNING, CheckedRow, Issue, Skipped
from jdz_field.ledger.layout import Layout, lay_out
from jdz_field.ledger.report import ReportBook
from jdz_field.operations.sites import known_kind
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

#: Beyond this many rows only those with issues are listed.
LISTED = 10_000
#: No project holds as many sites.
_ALL = 1 << 40
_EVERY = 500
#: Degrees that are no difference.
_TINY = 1e-8
#: Differs from every value a ledger can hold.
_UNSAID = object()


class _Stopped(Exception):
    """The person asked to stop; nothing is written."""


@dataclass
class ImportReport:
    """What became of a ledger's rows.

    ``rows`` lists all of them up to 10,000, beyond that those with issues. ``origin`` is the
    import's id, by which it can be undone; ``cancelled``: nothing was written.
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
            "rows": [row.to_json() for row in self.rows],
        }

    def count(self, row: CheckedRow, action: str) -> None:
        """Count a row and list it."""
        self.read += 1
        setattr(self, action, getattr(self, action) + 1)
        self.warnings += row.status == WARNING
        self.rows.append(row)
        if self.read == LISTED + 1:
            self.rows = [one for one in self.rows if one.issues]
        elif self.read > LISTED and not row.issues:
            self.rows.pop()


def import_ledger(  # noqa: PLR0913 - one keyword an option of the command
    project: Project,
    file: Path,
    kind: str,
    *,
    sheet: str | None = None,
    crs: str | None = None,
    mapping: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    dry_run: bool = False,
    report: Path | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ImportReport:
    """Import a ledger in one transaction; every row is taken, taken with a warning, or refused.

    Args:
        project: the open project.
        file: .xlsx .xls .csv .gpkg .geojson .shp .kml .gpx
        kind: a site kind.
        sheet: sheet or layer; else the one that looks most like a ledger.
        crs: ``EPSG:n`` of coordinates that do not say it themselves.
        mapping: heading (or column letter) → field, over what would be found.
        dry_run: check everything, write nothing.
        report: a workbook to write, one row for each of the ledger's.
        progress: called with rows done and rows in all (an estimate).
        cancelled: asked now and then; true leaves the project as it was.

    Raises:
        BadInput: no ledger, no header, no coordinates, a damaged file.
        BadUsage: no such sheet, column or field.
        Unavailable: the report cannot be written.
    """
    about = known_kind(kind)
    system = reference(crs) if crs else None
    tables = open_ledger(file)
    layout = lay_out(tables, about, file=file.name, sheet=sheet, mapping=dict(mapping))
    checker = Checker(layout, about, system, sample=project.sample or is_sample(layout))
    run = _Run(project, about, checker, ReportBook() if report else None)
    run.watch(progress, cancelled, layout.table.size)
    try:
        done = run.go(dry_run=dry_run)
        done.sheet = layout.table.name
        done.columns = {m.heading.text: m.field for m in layout.matches}
        if report and run.book and not done.cancelled:
            _save_report(run, report, layout, done, file.name)
    finally:
        if run.book:
            run.book.discard()
    return done


class _Run:
    """One import on its way."""

    def __init__(
        self, project: Project, kind: SiteKind, checker: Checker, book: ReportBook | None
    ) -> None:
        self.project, self.kind, self.checker, self.book = project, kind, checker, book
        self.report = ImportReport(origin=new_id())
        self._known = _Known(project, kind.name)
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
            if dry_run:
                for _edit in self._edits():
                    pass
            else:
                self.project.edit_many(self._edits(), origin=f"import:{self.report.origin}")
        except _Stopped:
            return ImportReport(origin=self.report.origin, cancelled=True)
        self.report.skipped = self.checker.skipped
        if self._progress:
            self._progress(self.report.read, self.report.read)
        return self.report

    def _edits(self) -> Iterator[Edit]:
        for number, row in enumerate(identified(self.kind.name, self.checker.rows()), start=1):
            if number % _EVERY == 0:
                self._pulse(number)
            edit, action, changes = self._decide(row)
            self.report.count(row, action)
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
        first = self._seen.setdefault(subject, row.row)
        if first != row.row:
            return self._refused(row, _("The row is the same as row {row}.").format(row=first))
        try:
            site = self._known.of(subject, row.code)
        except _Ambiguous as error:
            return self._refused(row, str(error))
        if site is None:
            return Edit(self.kind.name, subject, row.fields), "imported", ()
        return self._deleted(row, site) if site.deleted else self._update(row, site)

    @staticmethod
    def _refused(row: CheckedRow, why: str) -> tuple[None, str, Sequence[str]]:
        row.issues.append(Issue("duplicate_code", why))
        return None, "refused", ()

    def _update(self, row: CheckedRow, site: Site) -> tuple[Edit | None, str, Sequence[str]]:
        fields = self._known.differing(site, row.fields)
        if not fields:
            return None, "unchanged", ()
        return Edit(self.kind.name, site.id, fields), "updated", self._told(site, fields)

    def _deleted(self, row: CheckedRow, site: Site) -> tuple[Edit | None, str, Sequence[str]]:
        """A site that an undone import deleted comes back; one that a person deleted does not."""
        if self._known.undone(site):
            fields = {**self._known.differing(site, row.fields), "deleted": False}
            return Edit(self.kind.name, site.id, fields), "imported", ()
        message = _("The site was deleted here; bring it back with sites restore {id}.")
        row.issues.append(Issue("deleted_here", message.format(id=site.id)))
        return None, "unchanged", ()

    def _told(self, site: Site, fields: Mapping[str, Value]) -> list[str]:
        told = []
        for name, value in fields.items():
            about = self.kind.by_name.get(name)
            before = site.geometry if name == "geometry" else site.fields.get(name)
            label = about.label if about else _("Position")
            told.append(f"{label}: {'' if before is None else before} → {value}")
        return told


class _Ambiguous(Exception):
    """Several sites of the project have the row's number."""


class _Known:
    """The sites of a kind that the project holds, by id and by number."""

    def __init__(self, project: Project, kind: str) -> None:
        self._project = project
        query = SiteQuery(kinds=(kind,), include_deleted=True, order="code")
        self._sites: dict[str, Site] = {}
        self._numbers: dict[str, list[str]] = {}
        for site in project.search(query, limit=_ALL):
            self._sites[site.id] = site
            if site.code and not site.deleted:
                self._numbers.setdefault(site.code, []).append(site.id)

    def of(self, subject: str, code: str | None) -> Site | None:
        """The site of a row, if it is here; ``_Ambiguous`` when its number does not tell."""
        found = self._sites.get(subject)
        if found is not None:
            return found
        ids = self._numbers.get(code or "", [])
        if len(ids) > 1:
            raise _Ambiguous(
                _("{count} sites here have the number {code}: {ids}.").format(
                    count=len(ids), code=code, ids="、".join(ids)
                )
            )
        return self._sites[ids[0]] if ids else None

    def differing(self, site: Site, fields: Mapping[str, Value]) -> dict[str, Value]:
        """The fields that the ledger would change; those a person changed since are left alone."""
        present = {**site.fields, "geometry": site.geometry}
        changed = {n: v for n, v in fields.items() if not _same(present.get(n), v, n)}
        if not changed:
            return changed
        last = self._last_import(site)
        return {n: v for n, v in changed.items() if n not in last or last[n] != v}

    def _last_import(self, site: Site) -> dict[str, Value]:
        """What the last import said of each field; an undone one said nothing."""
        said: dict[str, Value] = {}
        for entry in reversed(self._in_order(site)):
            origin = entry.change.origin
            for name, (_base, new) in entry.change.fields.items():
                if origin.startswith("undo:"):
                    said.setdefault(name, _UNSAID)
                elif origin.startswith("import:"):
                    said.setdefault(name, new)
        return said

    def undone(self, site: Site) -> bool:
        """Whether the undoing of an import deleted this site."""
        origins = [
            entry.change.origin
            for entry in self._in_order(site)
            if "deleted" in entry.change.fields
        ]
        return bool(origins) and origins[-1].startswith("undo:")

    def _in_order(self, site: Site) -> list[Any]:
        return sorted(self._project.site_history(site.id), key=lambda entry: entry.change.hlc)


def _same(present: Value, new: Value, name: str) -> bool:
    """Whether two values are equal; geometry to 1 mm, which formats round away."""
    if present == new:
        return True
    if name != "geometry" or not isinstance(present, str) or not isinstance(new, str):
        return False
    here, there = point_of(present), point_of(new)
    if here and there:
        return abs(here[0] - there[0]) < _TINY and abs(here[1] - there[1]) < _TINY
    return not here and not there and close(present, new, _TINY)


def _save_report(run: _Run, out: Path, layout: Layout, done: ImportReport, file: str) -> None:
    facts = {
        _("File"): file,
        _("Worksheet"): layout.table.name,
        _("Import id"): done.origin,
        _("Rows read"): done.read,
        _("Rows imported"): done.imported,
        _("Rows updated"): done.updated,
        _("Rows unchanged"): done.unchanged,
        _("Rows refused"): done.refused,
        _("Rows with a warning"): done.warnings,
        _("Columns that were not read"): "、".join(layout.unread) or "—",
    }
    if done.dry_run:
        facts[_("Trial run")] = _("nothing was written")
    try:
        assert run.book is not None
        run.book.save(out, layout, run.kind, facts, done.skipped, sample=run.checker.sample)
    except OSError as error:
        raise Unavailable(
            _(
                "The import is done, but its report {file} could not be written ({what}); "
                "close it if it is open and name another file."
            ).format(file=out, what=error.strerror or error)
        ) from error


def undo_import(project: Project, origin: str) -> int:
    """Take an import back where nobody touched its sites since; how many changes that took.

    ``BadUsage`` when the project knows no such import.
    """
    name = origin.strip().removeprefix("import:")
    undone = project.undo_origin(f"import:{name}")
    if not undone:
        raise BadUsage(
            _("There is nothing of the import «{id}» to undo in this project.").format(id=name)
        )
    return undone


def export_sites(
    project: Project, out: Path, crs: str | None = None, kinds: Sequence[str] = ()
) -> int:
    """Write every site (of these kinds) to a file by its suffix; how many were written.

    Raises ``BadUsage`` for another suffix or several kinds in a format that holds one,
    ``BadInput`` for a system that is not converted to, ``Unavailable`` for the disk.
    """
    system = reference(crs) if crs else export.degrees()
    chosen = [known_kind(kind).name for kind in kinds or SITE_KINDS]
    batches = []
    for kind in chosen:
        sites = project.search(SiteQuery(kinds=(kind,), order="code"), limit=_ALL)
        if sites:
            batches.append(export.batch_of(kind, sites, system))
    if not batches:
        batches = [export.batch_of(chosen[0], [], system)]
    export.write(out, batches)
    return sum(len(batch.sites) for batch in batches)
