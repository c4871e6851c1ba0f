"""Ledgers into a project and out of it: what is new, what differs, what is refused.

A row is a site that is here already when it carries our id, when an equal row made it (its id
follows from kind, number and values), or when exactly one site has its number. Of such a site
only what differs is written, and a value that the ledger has not changed since it was last
imported does not take back what a person entered in the meantime. Empty cells say nothing.
"""

from __future__ import annotations

from pathlib import Path

from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.ledger.apart import Recipe
from jdz_field.ledger.layout import Layout
from jdz_field.ledger.options import NO_CHOICE, ImportOptions
from jdz_field.ledger.report import ReportBook
from jdz_field.operations.datums import with_conversion
from jdz_field.operations.exporting import export_sites
from jdz_field.operations.ledger_run import Cancelled, ImportReport, Progress, Run
from jdz_field.operations.sites import known_kind
from jdz_field.store.project import Project

__all__ = ["export_sites", "import_ledger", "undo_import"]


def import_ledger(
    project: Project,
    file: Path,
    kind: str,
    options: ImportOptions = NO_CHOICE,
    *,
    dry_run: bool = False,
    report: Path | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ImportReport:
    """Import a ledger in one transaction; every row is taken, taken with a warning, or refused.

    Args:
        project: the open project.
        file: .xlsx .xls .csv .txt .gpkg .geojson .shp .kml .kmz .gpx .dxf .ovkml .ovkmz .ovjsn
        kind: a site kind.
        options: what the person settled over what would be found.
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
    options = with_conversion(project, options)
    recipe = Recipe(file, about.name, options, sample=project.sample)
    checker = recipe.checker()
    layout = checker.layout
    run = Run(project, about, checker, ReportBook() if report else None, recipe)
    run.watch(progress, cancelled, layout.table.size)
    try:
        done = run.go(dry_run=dry_run)
        if not dry_run and done.imported + done.updated:
            project.name_import(done.origin, file.name)
        done.sheet = layout.table.name
        done.notes = list(layout.table.notes)
        done.columns = {m.heading.text: m.field for m in layout.matches}
        if report and run.book and not done.cancelled:
            _save_report(run, report, layout, done, file.name)
    finally:
        if run.book:
            run.book.discard()
    return done


def _save_report(run: Run, out: Path, layout: Layout, done: ImportReport, file: str) -> None:
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
