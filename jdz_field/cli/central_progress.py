"""``central progress``, ``figure`` and ``money``: the plan at the central database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from jdz_field.central import progress as acts
from jdz_field.cli.central_common import Place, central_options
from jdz_field.cli.common import emit
from jdz_field.cli.progress import OUT, as_of_option, moment, tell
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadUsage
from jdz_field.core.figures import Figure
from jdz_field.core.i18n import _
from jdz_field.core.progress_json import progress_json


@click.command()
@click.option("-o", "--out", type=OUT, help="A .xlsx, .pdf or .png to write.")
@as_of_option
@central_options
def progress(place: Place, out: Path | None, as_of: str, as_json: bool) -> None:
    """Show or write how far the restoration plan has come, by the central database."""
    until = to_text(moment(as_of))
    with place.office() as office:
        found = progress_json(acts.progress(office, until))
    tell(found, out, as_json)


@click.group()
def figure() -> None:
    """Values of indicators that no visit measures, each with its source."""


@figure.command("enter")
@click.option("--indicator", type=int, required=True, help="Its number in the plan, 1 to 16.")
@click.option("--year", type=int, required=True, help="The year it is of.")
@click.option("--value", type=float, required=True, help="In the indicator's unit.")
@click.option("--source", required=True, help="Who says so: an office, a survey.")
@click.option("--document", required=True, help="Name and number of the document.")
@click.option("--stated-on", default="", help="The document's day, YYYY-MM-DD.")
@click.option("--note", default="", help="Anything else.")
@click.option("--id", "figure_id", default="", help="Corrects the entered value of this id.")
@click.option("--why", default="", help="The reason of a correction.")
@central_options
def figure_enter(place: Place, figure_id: str, why: str, as_json: bool, **told: Any) -> None:
    """Enter an indicator's value, or correct one."""
    with place.office() as office:
        kept = acts.enter_figure(office, Figure(id=figure_id, **told), why, who=place.who)
    emit(asdict(kept), as_json=as_json, text=_("Entered: {id}").format(id=kept.id))


@figure.command("withdraw")
@click.argument("item")
@click.option("--why", required=True, help="The reason.")
@central_options
def figure_withdraw(place: Place, item: str, why: str, as_json: bool) -> None:
    """Take an entered value back."""
    with place.office() as office:
        gone = acts.withdraw_figure(office, item, why, who=place.who)
    emit(asdict(gone), as_json=as_json, text=_("Withdrawn: {id}").format(id=gone.id))


@click.command()
@click.argument("project")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--why", default="", help="The reason.")
@central_options
def money(place: Place, project: str, values: tuple[str, ...], why: str, as_json: bool) -> None:
    """Write a project's money, in 10⁴ yuan: planned_central=1200 spent_social= (empty: none)."""
    wanted = dict(_pair(text) for text in values)
    with place.office() as office:
        done = acts.set_money(office, project, wanted, why, who=place.who)
    emit(done, as_json=as_json, text=_("Version {version}").format(version=done["version"]))


def _pair(text: str) -> tuple[str, float | str | None]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadUsage(_("Write FIELD=VALUE, not «{text}».").format(text=text))
    if not value:
        return name, None
    if name in ("performance", "money_document"):
        return name, value
    try:
        return name, float(value)
    except ValueError as error:
        raise BadUsage(_("«{text}» is no sum of money.").format(text=value)) from error
