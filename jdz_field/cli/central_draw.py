"""``central draw``: records or sites by lot, and who inspects them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from jdz_field.central import drawing
from jdz_field.cli.central_common import Place, central_options
from jdz_field.cli.common import emit
from jdz_field.core.i18n import _


@click.command("draw")
@click.option("--what", default=drawing.RECORDS, help="records (default) or sites.")
@click.option("--kind", default="", help="Kind of site.")
@click.option("--form", default="", help="Of records: the form.")
@click.option("--county", default="", help="County code.")
@click.option("--since", default="", help="Of records: first day, YYYY-MM-DD.")
@click.option("--until", default="", help="Of records: last day, YYYY-MM-DD.")
@click.option("--count", type=click.IntRange(0, 1_000), default=0, help="How many to draw.")
@click.option("--share", default="", help="Or which percentage of the list.")
@click.option("--inspector", "inspectors", multiple=True, help="A name to draw from; repeatable.")
@click.option("--each", type=click.IntRange(1, 5), default=1, help="Inspectors for each item.")
@click.option("--seed", default="", help="A word agreed on before; without: a fresh one.")
@click.option("--task", default="", help="Of sites: give a task with this form.")
@click.option("--due", default="", help="The task's last day, YYYY-MM-DD.")
@click.option("--why", default="", help="What the draw is for.")
@click.option("--list", "listed", is_flag=True, help="Show the draws so far instead.")
@central_options
def draw(place: Place, as_json: bool, *, listed: bool, **wanted: Any) -> None:
    """Draw records or sites by lot; the draw goes on record and can be drawn again."""
    with place.office() as office:
        if listed:
            found = drawing.made(office)
            lines = [f"{d['id']}  {d['at']}  {d['by']}  {_summary(d)}" for d in found]
            emit(found, as_json=as_json, text="\n".join(lines) or _("Nothing was drawn yet."))
            return
        told = drawing.make(office, drawing.Wanted(**wanted), who=place.who)
    emit(told, as_json=as_json, text="\n".join([_summary(told), *map(_line, told["drawn"])]))


def _summary(told: Mapping[str, Any]) -> str:
    return _("{n} of {all} drawn, seed {seed}, list {fingerprint}").format(
        n=len(told["drawn"]),
        all=told["population"],
        seed=told["seed"],
        fingerprint=told["fingerprint"][:12],
    )


def _line(one: Mapping[str, Any]) -> str:
    words = [one.get("code") or one["id"], one.get("name") or one.get("form") or ""]
    return "  ".join([*words, ", ".join(one["inspectors"])]).rstrip()
