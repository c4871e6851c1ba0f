"""``sites``: ledgers in and out, finding, showing and editing sites."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import click

from jdz_field.cli.common import (
    Context,
    emit,
    json_option,
    pass_context,
)
from jdz_field.cli.sites_duplicates import duplicates, merge, two
from jdz_field.cli.sites_export import export_command
from jdz_field.cli.sites_find import line, list_command, search
from jdz_field.cli.sites_history import history, restore
from jdz_field.cli.sites_import import Kind, import_command, pairs
from jdz_field.core.catalogue import SITE_KINDS, CodeList, Field, SiteKind, site_kind
from jdz_field.core.changes import Change
from jdz_field.core.grades import STATED, derive, rules_of
from jdz_field.core.i18n import _
from jdz_field.core.positions import Provenance
from jdz_field.operations.position_words import found_how, whole_words
from jdz_field.operations.sites import (
    add_site,
    delete_site,
    edit_site,
    resolve,
    to_flat_json,
)
from jdz_field.store.project import Project

# Workbooks, GDAL and PROJ take long to load; only the commands that need them do.
# ruff: noqa: PLC0415

_KIND = Kind(SITE_KINDS)


@click.group()
def sites() -> None:
    """Sites: import, list, show, search, export, set, add, delete, restore, history, undo."""


_FINDING = (list_command, search, duplicates)
_WRITING = (import_command, export_command, history, restore, merge, two)
for _command in (*_FINDING, *_WRITING):
    sites.add_command(_command)


# ---- ledgers


@sites.command()
@click.argument("origin", metavar="IMPORT")
@json_option
@pass_context
def undo(context: Context, origin: str, as_json: bool) -> None:
    """Take an import back, where nobody touched its sites since."""
    from jdz_field.operations.ledger import undo_import

    with context.open() as project:
        undone = undo_import(project, origin)
    emit(
        {"undone": undone},
        as_json=as_json,
        text=lambda: _("Took back {n} changes.").format(n=undone),
    )


# ---- finding


@sites.command()
@click.argument("code")
@json_option
@pass_context
def show(context: Context, code: str, as_json: bool) -> None:
    """Show one site by number, field number or id."""
    with context.open(read_only=True) as project:
        site = resolve(project, code)
        how = found_how(site, project.site_history(site.id))
        data = to_flat_json(site) | {"position": how.to_json() if how is not None else None}
    emit(data, as_json=as_json, text=lambda: _show_text(data))


def _show_text(data: dict[str, Any]) -> str:
    kind = site_kind(data["kind"])
    lines = [line(data), f"id: {data['id']}"]
    for field in kind.fields:
        value, codes = data.get(field.name), field.code_list()
        if value is None:
            continue
        lines.append(f"{field.label}: {_shown(value, codes)} {field.unit_label}".rstrip())
        lines += _origin(kind, field, data)
    if data["position"]:
        words = whole_words(Provenance.from_json(data["position"]))
        lines.append(f"{_('How the position was found')}: {words}")
    if data["deleted"]:
        lines.append(_("Deleted"))
    return "\n".join(lines)


def _origin(kind: SiteKind, field: Field, data: Mapping[str, Any]) -> list[str]:
    """Where a value comes from that a rule gives, and what was stated instead."""
    by = rules_of(kind.name).get(field.name)
    found = derive(by, data) if by else None
    if found is None:
        return []
    source = _("by: {source}").format(source=found.table.source)
    if found.table.certainty == "general":
        source = _("{what} (general knowledge, to be confirmed)").format(what=source)
    lines = [f"  {source}"]
    stated = data.get(field.name + STATED)
    if stated is not None:
        said = _("stated: {value}; the rule gives {other}")
        value, other = (_shown(one, field.code_list()) for one in (stated, found.value))
        lines.append(f"  {said.format(value=value, other=other)}")
    return lines


def _shown(value: Any, codes: CodeList | None) -> str:
    if codes is not None:
        return "、".join(codes.label(one) for one in str(value).split())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:.12g}" if isinstance(value, float) else str(value)


# ---- editing


def _changed(project: Project, site_id: str, change: Change | None) -> dict[str, Any]:
    site = project.site(site_id)
    return {
        "id": site_id,
        "change": change.id if change else None,
        "version": site.version if site else 0,
    }


def _changed_text(data: dict[str, Any]) -> str:
    if data["change"] is None:
        return _("Nothing differs; nothing was written.")
    saved = _("Saved as change {id}.").format(id=data["change"])
    return "\n".join([saved, *data.get("notes", ())])


def _overruled(data: dict[str, Any], names: Collection[str]) -> list[str]:
    """What to say of values that were set while a rule gives another one, which holds."""
    kind = site_kind(data["kind"])
    told = []
    for name in names:
        if data.get(name + STATED) is not None:
            field = kind.by_name[name]
            told += [f"{field.label}:", *_origin(kind, field, data)]
    return told


def _typed(fields: Mapping[str, Any]) -> Provenance | None:
    """What is kept of a position that stands on the command line; ``None`` when none does."""
    from jdz_field.geo.typed import DEGREES, system_of

    parts = [str(fields[name]) for name in ("lon", "lat") if name in fields]
    if not parts:
        return Provenance(method="typed") if fields.get("geometry") else None
    typed = ", ".join(parts)
    system = system_of(typed) if len(parts) > 1 else DEGREES
    return Provenance(method="typed", crs=system, typed=typed[:200])


@sites.command("set")
@click.argument("code")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@json_option
@pass_context
def set_command(context: Context, code: str, values: tuple[str, ...], as_json: bool) -> None:
    """Set fields of a site (lon and lat too) in one change; an empty VALUE clears a field."""
    fields = pairs(values, "FIELD=VALUE")
    with context.open() as project:
        site = resolve(project, code)
        data = _changed(project, site.id, edit_site(project, site.id, fields, _typed(fields)))
        data["notes"] = _overruled(to_flat_json(resolve(project, site.id)), fields)
    emit(data, as_json=as_json, text=lambda: _changed_text(data))


@sites.command()
@click.argument("code")
@json_option
@pass_context
def delete(context: Context, code: str, as_json: bool) -> None:
    """Mark a site as deleted; it can be restored."""
    with context.open() as project:
        site = resolve(project, code)
        data = _changed(project, site.id, delete_site(project, site))
    emit(data, as_json=as_json, text=lambda: _changed_text(data))


@sites.command()
@click.argument("values", nargs=-1, metavar="[NAME] [FIELD=VALUE]...")
@click.option("--kind", type=_KIND, required=True, help="Kind of the site.")
@click.option("--lon", required=True, help="Longitude, or metres east.")
@click.option("--lat", required=True, help="Latitude, or metres north.")
@json_option
@pass_context
def add(
    context: Context, values: tuple[str, ...], kind: str, lon: str, lat: str, as_json: bool
) -> None:
    """Add a site found in the field; it gets a provisional number."""
    from jdz_field.geo.coordinates import point_from_text

    names = [value for value in values if "=" not in value]
    fields = pairs(tuple(value for value in values if "=" in value), "FIELD=VALUE")
    if names:
        fields["name"] = " ".join(names)
    east, north = point_from_text(lon, lat)
    how = _typed({"lon": lon, "lat": lat})
    with context.open() as project:
        data = to_flat_json(add_site(project, kind, east, north, fields, how))
    emit(data, as_json=as_json, text=lambda: line(data))
