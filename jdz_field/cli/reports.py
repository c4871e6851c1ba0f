"""``report``: cards, progress and ledgers as documents."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from jdz_field.cli.common import Context, emit, json_option, pass_context
from jdz_field.cli.progress import progress
from jdz_field.cli.reports_record import record
from jdz_field.cli.reports_tables import ledger, movement
from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _


@click.group()
def report() -> None:
    """Cards, progress and ledgers as documents."""


def day_of(text: str | None) -> datetime:
    """The end of a day in Beijing; now when none is named. ``BadUsage``: no day."""
    if text is None:
        return utc_now()
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(hour=23, minute=59, tzinfo=BEIJING)
    except ValueError as error:
        raise BadUsage(_("{text} is no day such as 2026-11-22.").format(text=text)) from error


@report.command()
@click.argument("code", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(["work", "household"]), default="work")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--as-of", help="The day the card states, YYYY-MM-DD; today when left out.")
@json_option
@pass_context
def card(
    context: Context, code: tuple[str, ...], kind: str, out: Path, as_of: str | None, as_json: bool
) -> None:
    """Make the work card or the household cards of geohazard points, as .pdf or .png."""
    from jdz_field.operations.cards import write_cards  # noqa: PLC0415
    from jdz_field.operations.sites import resolve  # noqa: PLC0415

    with context.open(read_only=True) as project:
        sites = [resolve(project, one) for one in code]
        made = write_cards(project, sites, kind, out, on=day_of(as_of))
    emit(
        {"files": [str(file) for file in made.files], "cards": made.cards},
        as_json=as_json,
        text=_("{n} cards written to {file}").format(n=made.cards, file=made.files[0]),
    )


for _command in (progress, record, ledger, movement):
    report.add_command(_command)
