"""``report ledger`` and ``report movement``: tables of sites for print and for Excel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import (
    Command,
    Context,
    emit,
    finish,
    json_option,
    pass_context,
    progress_to_terminal,
)
from jdz_field.cli.personal import personal_options, privacy_asked
from jdz_field.core.i18n import _

# Workbooks and typst take long to load; only the commands that need them do.
# ruff: noqa: PLC0415

OUT = click.option("-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
AS_OF = click.option(
    "--as-of", "day", default="", metavar="DAY", help="As it stood at the end of YYYY-MM-DD."
)
_SITES: tuple[Callable[[Any], Any], ...] = (
    click.option("--kind", default="geohazard", help="Kind of site (default: geohazard)."),
    click.option("--county", default="", help="Only this county (code or name)."),
    click.option("--town", default="", help="Only this township."),
    click.option("--grade", default="", help="Only this danger grade (code or word)."),
)


#: What ``personal_options`` adds.
PERSONAL = ("personal", "encrypt", "recipient", "passphrase_file")


def _of_sites(command: Command) -> Command:
    for option in reversed(_SITES):
        command = option(command)
    return command


@click.command()
@OUT
@_of_sites
@click.option("--all", "closed", is_flag=True, help="Those that are not in the register too.")
@click.option("--profile", default="", help="Columns of an office: a file of catalogue/exports.")
@AS_OF
@personal_options
@json_option
@pass_context
def ledger(
    context: Context,
    /,
    out: Path,
    profile: str,
    day: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Make the register as a table in the county's columns, as .xlsx, .pdf or .png."""
    from jdz_field.operations.ledger_report import LedgerRequest, write_ledger
    from jdz_field.operations.report_common import Issue
    from jdz_field.operations.report_state import wanted_of

    personal = {name: given.pop(name) for name in PERSONAL}
    issue = Issue(day, privacy=privacy_asked(**personal))
    request = LedgerRequest(wanted_of(**given), profile, issue)
    with context.open(read_only=True) as project:
        made = write_ledger(project, out, request, progress=progress_to_terminal())
    said = _("{n} sites written to {file}").format(n=made.count, file=made.files[0])
    emit(
        {"files": [str(one) for one in made.files], "sites": made.count, "told": list(made.told)},
        as_json=as_json,
        text="\n".join((said, *made.told)),
    )


@click.command()
@OUT
@_of_sites
@click.option("--from", "since", default="", metavar="DAY", help="First day; 1 January if not.")
@click.option("--lists", is_flag=True, help="Print the names at both ends too (.xlsx always does).")
@AS_OF
@json_option
@pass_context
def movement(
    context: Context,
    /,
    out: Path,
    since: str,
    lists: bool,
    day: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Make the table of changes: opening + new - closed +- changed = closing, with the names.

    Exit code 1: it was written and does not add up; the table says where.
    """
    from jdz_field.operations.report_common import Issue
    from jdz_field.operations.report_movement import MovementRequest, write_movement
    from jdz_field.operations.report_state import wanted_of

    request = MovementRequest(wanted_of(**given), since, Issue(day), lists)
    with context.open(read_only=True) as project:
        written, made = write_movement(project, out, request, progress=progress_to_terminal())
    said = _("{n} changes written to {file}").format(n=written.count, file=written.files[0])
    emit(
        {"files": [str(one) for one in written.files], **made.to_json()},
        as_json=as_json,
        text="\n".join((said, *written.told)),
    )
    finish(not made.found.adds_up)
