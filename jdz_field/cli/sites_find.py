"""``sites list`` and ``sites search``: the filters and orders of the window's list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from jdz_field.cli.common import Context, emit, json_option, pass_context
from jdz_field.cli.sites_import import Kind
from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.i18n import _
from jdz_field.operations.finding import site_query
from jdz_field.operations.sites import to_flat_json
from jdz_field.store.queries import SiteQuery

#: No project holds as many sites.
_ALL = 1 << 40
#: Sites that are read at once.
_AT_ONCE = 2000
_ORDERS = ("name", "code", "grade", "visited", "distance", "updated")
_OPTIONS = (
    click.option("kinds", "--kind", type=Kind(SITE_KINDS), multiple=True, help="Only these."),
    click.option("--county", help="County, code or name."),
    click.option("--town", help="Name of the township."),
    click.option("--kind-code", help="Code of the kind's own list (01: landslide)."),
    click.option("--grade", help="Danger grade (A–D or its word)."),
    click.option("--status", help="Status, code or word."),
    click.option("--overdue", is_flag=True, default=None, help="Inspection overdue."),
    click.option(
        "--unvisited",
        default="",
        metavar="DAYS|never",
        help="Not inspected for more than so many days, or never.",
    ),
    click.option("--unsent", is_flag=True, default=None, help="With changes that are not sent."),
    click.option("held", "--conflict", flag_value="conflict", help="With a value in conflict."),
    click.option("held", "--at-office", flag_value="proposed", help="Waiting for the office."),
    click.option("--mine", is_flag=True, default=None, help="Changed by who works here."),
    click.option(
        "--placed", type=click.Choice(["placed", "unplaced", "legacy"]), help="By their position."
    ),
    click.option("--near", default="", metavar="LON,LAT", help="Where distances are from."),
    click.option("order", "--sort", type=click.Choice(_ORDERS), help="Order."),
    click.option("include_deleted", "--deleted", is_flag=True, help="Deleted ones too."),
    click.option("--limit", type=click.IntRange(min=0), default=_ALL, help="At most so many."),
)


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


#: For other commands that choose sites.
filters = _filters


def line(site: dict[str, Any]) -> str:
    """A site in one line."""
    kind = site_kind(site["kind"])
    codes = kind.by_name["kind_code"].code_list() if "kind_code" in kind.by_name else None
    label = codes.label(site["kind_code"]) if codes else kind.label
    place = "" if site["lon"] is None else f"{site['lon']:.6f}, {site['lat']:.6f}"
    words = (site["code"] or site["id"], site["name"], label, site["town"], place)
    return "  ".join(str(word) for word in words if word)


def _tell(context: Context, query: SiteQuery, limit: int, *, as_json: bool) -> None:
    with context.open(read_only=True) as project:
        found = project.find(query)
        size = min(limit, len(found))
        rows = [
            to_flat_json(site)
            for start in range(0, size, _AT_ONCE)
            for site in project.sites_of(found, min(_AT_ONCE, size - start), start)
        ]
    emit(rows, as_json=as_json, text=lambda: "\n".join(map(line, rows)) or _("No site found."))


@click.command("list")
@_filters
@json_option
@pass_context
def list_command(
    context: Context, /, near: str, unvisited: str, limit: int, as_json: bool, **given: Any
) -> None:
    """List sites, by number unless --sort says otherwise."""
    given["order"] = given["order"] or "code"
    query = site_query(given, near=near, unvisited=unvisited)
    _tell(context, query, limit, as_json=as_json)


@click.command()
@click.argument("text")
@_filters
@json_option
@pass_context
def search(
    context: Context,
    /,
    text: str,
    near: str,
    unvisited: str,
    limit: int,
    as_json: bool,
    **given: Any,
) -> None:
    """Search sites by any part of a number, name, town, person or telephone, or by pinyin."""
    given |= {"text": text, "order": given["order"] or "name"}
    query = site_query(given, near=near, unvisited=unvisited)
    _tell(context, query, limit, as_json=as_json)
