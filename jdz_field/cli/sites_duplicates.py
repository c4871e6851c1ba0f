"""``sites duplicates``, ``merge`` and ``two``: sites that may be one."""

from __future__ import annotations

from typing import Any

import click

from jdz_field.cli.common import Context, emit, json_option, pass_context
from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.i18n import _
from jdz_field.operations.duplicates import (
    NUMBER,
    Pair,
    compare,
    find_duplicates,
    keep_both,
    merge_sites,
)
from jdz_field.operations.sites import resolve


@click.command()
@click.option("kinds", "--kind", type=click.Choice(SITE_KINDS), multiple=True, help="Only these.")
@json_option
@pass_context
def duplicates(context: Context, kinds: tuple[str, ...], as_json: bool) -> None:
    """List sites with one number, or with one name within 50 m, side by side."""
    with context.open(read_only=True) as project:
        pairs = find_duplicates(project, kinds)
        data = [_told(pair, compare(project, pair.one, pair.other)) for pair in pairs]
    emit(data, as_json=as_json, text=lambda: "\n".join(map(_line, data)) or _("No duplicates."))


def _told(pair: Pair, fields: list[Any]) -> dict[str, Any]:
    differing = {f.field: [f.one, f.other] for f in fields if f.differs}
    return {**pair.to_json(), "differs": differing}


def _line(data: dict[str, Any]) -> str:
    why = data["code"] if data["why"] == NUMBER else f"{data['metres']} m"
    return f"{why}  {data['name']}  {'  '.join(data['ids'])}  {', '.join(data['differs'])}"


@click.command()
@click.argument("goes")
@click.argument("stays")
@click.option(
    "--take", multiple=True, metavar="FIELD", help="Take this value of the one that goes."
)
@json_option
@pass_context
def merge(context: Context, goes: str, stays: str, take: tuple[str, ...], as_json: bool) -> None:
    """Merge the site GOES into the site STAYS."""
    with context.open() as project:
        winner, loser = resolve(project, stays), resolve(project, goes)
        changes = merge_sites(project, winner.id, loser.id, take)
    emit(
        {"stays": winner.id, "goes": loser.id, "changes": changes},
        as_json=as_json,
        text=lambda: _("{goes} was merged into {stays}.").format(
            goes=loser.name or loser.id, stays=winner.name or winner.id
        ),
    )


@click.command()
@click.argument("one")
@click.argument("other")
@json_option
@pass_context
def two(context: Context, one: str, other: str, as_json: bool) -> None:
    """Remember that two sites are two; they are listed as duplicates no more."""
    with context.open() as project:
        first, second = resolve(project, one), resolve(project, other)
        keep_both(project, first.id, second.id)
    emit(
        {"ids": [first.id, second.id]},
        as_json=as_json,
        text=lambda: _("Remembered: they are two."),
    )
