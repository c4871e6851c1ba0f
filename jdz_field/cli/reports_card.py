"""``report card`` and ``report households``: what hangs on the wall of a house."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jdz_field.cli.common import (
    Context,
    emit,
    finish,
    json_option,
    pass_context,
    progress_to_terminal,
)
from jdz_field.cli.personal import personal_options, privacy_asked
from jdz_field.cli.reports_record import MAP_NUMBER
from jdz_field.cli.reports_tables import AS_OF, OUT, PERSONAL
from jdz_field.core.i18n import _

if TYPE_CHECKING:
    from jdz_field.core.sites import Site
    from jdz_field.store.project import Project

# Typst takes long to load; only the commands that need it do.
# ruff: noqa: PLC0415


def _sites(project: Project, codes: tuple[str, ...], county: str, town: str) -> tuple[Site, ...]:
    """The points that are named, and those in the register of a county or township."""
    from jdz_field.operations.report_common import moment_of
    from jdz_field.operations.report_state import listed, wanted_of
    from jdz_field.operations.sites import resolve

    named = [resolve(project, one) for one in codes]
    if county or town:
        wanted = wanted_of("geohazard", county=county, town=town)
        named += listed(project, wanted, moment_of("", project.now())).sites
    return tuple({site.id: site for site in named}.values())


@click.command()
@click.argument("code", nargs=-1)
@click.option("--kind", type=click.Choice(["work", "household"]), default="work")
@click.option("--county", default="", help="Every point in the register of this county.")
@click.option("--town", default="", help="Every point in the register of this township.")
@OUT
@AS_OF
@MAP_NUMBER
@personal_options
@json_option
@pass_context
def card(
    context: Context,
    /,
    code: tuple[str, ...],
    kind: str,
    out: Path,
    as_json: bool,
    **given: Any,
) -> None:
    """Make the work card or the household cards of geohazard points, as .pdf or .png.

    More than a hundred cards go into several files. Exit code 1: some points have no households.
    """
    from jdz_field.operations.report_cards import CardRequest, write_cards
    from jdz_field.operations.report_common import Issue

    issue = Issue(given["day"], given["map_number"], _privacy(given))
    with context.open(read_only=True) as project:
        sites = _sites(project, code, given["county"], given["town"])
        request = CardRequest(sites, kind, issue)
        made = write_cards(project, out, request, progress=progress_to_terminal())
    written = made.written
    said = _("{n} cards written to {file}").format(n=written.count, file=written.files[0])
    emit(
        {
            "files": [str(file) for file in written.files],
            "cards": written.count,
            "without": [site.code for site in made.without],
        },
        as_json=as_json,
        text="\n".join((said, *written.told)),
    )
    finish(bool(made.without))


def _privacy(given: dict[str, Any]) -> Any:
    return privacy_asked(**{name: given.pop(name) for name in PERSONAL})


@click.command()
@click.argument("code", nargs=-1)
@click.option("--county", default="", help="Every point in the register of this county.")
@click.option("--town", default="", help="Every point in the register of this township.")
@OUT
@AS_OF
@personal_options
@json_option
@pass_context
def households(
    context: Context, /, code: tuple[str, ...], out: Path, as_json: bool, **given: Any
) -> None:
    """Make the list of households of geohazard points, as .xlsx, .pdf or .png."""
    from jdz_field.operations.report_common import Issue
    from jdz_field.operations.report_households import HouseholdsRequest, write_households

    issue = Issue(given["day"], privacy=_privacy(given))
    with context.open(read_only=True) as project:
        sites = _sites(project, code, given["county"], given["town"])
        request = HouseholdsRequest(sites, issue)
        made = write_households(project, out, request, progress=progress_to_terminal())
    said = _("{n} households written to {file}").format(n=made.count, file=made.files[0])
    emit(
        {
            "files": [str(one) for one in made.files],
            "households": made.count,
            "told": list(made.told),
        },
        as_json=as_json,
        text="\n".join((said, *made.told)),
    )
