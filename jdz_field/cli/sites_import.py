"""``sites import``: a ledger into the project, with what a person settles over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jdz_field.cli.common import (
    Context,
    emit,
    finish,
    json_option,
    pass_context,
    progress_to_terminal,
)
from jdz_field.core.catalogue import SITE_KINDS, CodeList, site_kind
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _

if TYPE_CHECKING:
    from jdz_field.ledger.options import ImportOptions
    from jdz_field.operations.ledger_run import ImportReport

# Workbooks, GDAL and PROJ take long to load; only the commands that need them do.
# ruff: noqa: PLC0415

#: Rows with issues that are printed for a person; the report and --json hold all.
_PRINTED = 60
_FILE = click.Path(path_type=Path)
SHIFTS = ("gcj02", "bd09")


class Kind(click.Choice[str]):
    """A site kind; what is missing is said in one line."""

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The kinds there are."""
        del param, ctx
        return _("Choose from {kinds}.").format(kinds=", ".join(self.choices))


def pairs(texts: tuple[str, ...], what: str) -> dict[str, str]:
    """``NAME=VALUE`` texts by name; ``BadUsage`` for anything else."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise BadUsage(_("«{text}» is not {what}.").format(text=text, what=what))
        found[name.strip()] = value.strip()
    return found


def codes_of(kind: str, texts: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """``FIELD:TEXT=CODE`` texts as field → text → code; codes may be named by their label.

    Raises ``BadUsage`` for another form, an unknown field or a code that the list does not hold.
    """
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        left, equals, code = text.rpartition("=")
        name, colon, cell = left.partition(":")
        if not equals or not colon or not cell.strip():
            raise BadUsage(_("«{text}» is not {what}.").format(text=text, what="FIELD:TEXT=CODE"))
        about = site_kind(kind).by_name.get(name.strip())
        codes = about.code_list() if about else None
        if codes is None:
            raise BadUsage(
                _("--code {text}: {kind} has no field «{field}» with a code list.").format(
                    text=text, kind=site_kind(kind).label, field=name.strip()
                )
            )
        found.setdefault(name.strip(), {})[cell.strip()] = _known(codes, code.strip(), text)
    return found


def _known(codes: CodeList, code: str, text: str) -> str:
    values = []
    for part in code.replace("、", " ").split():
        one = codes.find(part)
        if one is None:
            known = " ".join(f"{c.value} {c.label}" for c in codes.codes)
            raise BadUsage(
                _("--code {text}: the list has no «{code}»; it has {known}.").format(
                    text=text, code=part, known=known
                )
            )
        values.append(one.value)
    return " ".join(values)


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--kind", type=Kind(SITE_KINDS), required=True, help="Kind of the sites.")
@click.option("--sheet", help="Sheet or layer (default: the one that looks most like a ledger).")
@click.option("--crs", metavar="EPSG:n", help="What the coordinates are, if the file does not say.")
@click.option("--shift", type=click.Choice(SHIFTS), help="Degrees are those of phone maps.")
@click.option("--datum", metavar="NAME", help="Parameter set that converts an older datum.")
@click.option(
    "mapping", "--map", multiple=True, metavar="COLUMN=FIELD", help="What a column holds."
)
@click.option(
    "codes", "--code", multiple=True, metavar="FIELD:TEXT=CODE", help="What a text of a list means."
)
@click.option("--leave", multiple=True, metavar="CODE:FIELD", help="Keep what the site says here.")
@click.option("--take", multiple=True, metavar="CODE:FIELD", help="Take it though changed here.")
@click.option("--differences", type=_FILE, help="Write what differs, cell by cell (.xlsx .csv).")
@click.option(
    "--remember", is_flag=True, help="Use and keep these choices for ledgers of this header."
)
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option("--report", type=_FILE, help="Write a workbook with every row and its reasons.")
@json_option
@pass_context
def import_command(  # noqa: PLR0913, PLR0917 - click passes each option
    context: Context,
    file: Path,
    kind: str,
    sheet: str | None,
    crs: str | None,
    shift: str | None,
    datum: str | None,
    mapping: tuple[str, ...],
    codes: tuple[str, ...],
    leave: tuple[str, ...],
    take: tuple[str, ...],
    differences: Path | None,
    remember: bool,
    dry_run: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Import a ledger: workbook, text table, map file, KML, GPX, DXF."""
    from jdz_field.ledger.options import ImportOptions
    from jdz_field.operations.differences import cells_named, write_differences
    from jdz_field.operations.ledger import import_ledger

    columns, meanings = pairs(mapping, "COLUMN=FIELD"), codes_of(kind, codes)
    options = ImportOptions(sheet, crs, columns, meanings, shift or "", datum or "")
    if remember:
        options = _remembered(file, kind, options)
    with context.open() as project:
        options = replace(
            options,
            leave=cells_named(project, kind, leave, "--leave"),
            take=cells_named(project, kind, take, "--take"),
        )
        done = import_ledger(
            project,
            file,
            kind,
            options,
            dry_run=dry_run,
            report=report,
            progress=progress_to_terminal(),
        )
    if differences is not None:
        write_differences(differences, kind, done.differences, done.missing)
    emit(done.to_json(), as_json=as_json, text=lambda: _import_text(done))
    finish(refused=done.refused > 0)


def _remembered(file: Path, kind: str, options: ImportOptions) -> ImportOptions:
    """The choices with those settled before for this header; they are kept for the next time."""
    from jdz_field.ledger.files import open_ledger
    from jdz_field.ledger.layout import lay_out
    from jdz_field.ledger.memory import Memory, merged, settled_before

    memory, tables = Memory(), open_ledger(file)
    whole = merged(options, settled_before(tables, kind, memory, options.sheet))
    layout = lay_out(
        tables, site_kind(kind), file=file.name, sheet=whole.sheet, mapping=whole.mapping
    )
    memory.remember(layout.header, whole, kind)
    return whole


def _import_text(done: ImportReport) -> str:
    from jdz_field.ledger.report import status_label

    lines = [
        _(
            "{read} rows read: {imported} imported, {updated} updated, {unchanged} unchanged, "
            "{refused} refused; {warnings} with a warning."
        ).format(
            read=done.read,
            imported=done.imported,
            updated=done.updated,
            unchanged=done.unchanged,
            refused=done.refused,
            warnings=done.warnings,
        )
    ]
    lines += done.notes
    faulty = [row for row in done.rows if row.issues]
    for row in faulty[:_PRINTED]:
        told = " ".join(issue.message for issue in row.issues)
        lines.append(f"{row.row:>6}  {status_label(row.status)}  {row.code or ''}  {told}")
    if len(faulty) > _PRINTED:
        lines.append(_("… and {n} more; --report lists them all.").format(n=len(faulty) - _PRINTED))
    lines += _unmatched_text(done) + _updating_text(done)
    if done.dry_run:
        lines.append(_("Trial run: nothing was written."))
    elif done.imported or done.updated:
        lines.append(_("To take it back: sites undo {id}").format(id=done.origin))
    return "\n".join(lines)


def _updating_text(done: ImportReport) -> list[str]:
    lines = []
    left = sum(not one.taken for one in done.differences)
    if done.differences:
        lines.append(
            _("{n} cells differ, {left} of them stay as they are here.").format(
                n=done.differences.total, left=left
            )
        )
    if done.missing:
        lines.append(
            _("{n} sites of an earlier import are listed no more; they stay: {codes}").format(
                n=done.missing.total,
                codes="、".join(one.code or one.name for one in done.missing[:10]),
            )
        )
    return lines


def _unmatched_text(done: ImportReport) -> list[str]:
    lines = []
    for one in done.unmatched[:_PRINTED]:
        hint = f"--code {one.field}:{one.text}={one.proposal or 'CODE'}"
        lines.append(
            _("«{text}» ({count} rows) is in no list; settle it with {hint}").format(
                text=one.text, count=one.count, hint=hint
            )
        )
    return lines
