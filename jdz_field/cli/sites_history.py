"""``sites history`` and ``sites restore``: a site's past, and any value of it brought back."""

from __future__ import annotations

from typing import Any

import click

from jdz_field.cli.common import Context, emit, json_option, pass_context
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.history import Restored, history_json, restore_last, restore_moment
from jdz_field.operations.sites import resolve, restore_site
from jdz_field.store.history import field_label
from jdz_field.store.project import Project


@click.command()
@click.argument("code")
@click.option("--field", help="Only the changes of this field.")
@json_option
@pass_context
def history(context: Context, code: str, field: str | None, as_json: bool) -> None:
    """Show who changed what, when and from where, newest first."""
    with context.open(read_only=True) as project:
        site = resolve(project, code)
        entries = project.site_history(site.id)
        if field:
            entries = [entry for entry in entries if field in entry.change.fields]
        data = [history_json(project, entry) for entry in entries]
    emit(data, as_json=as_json, text=lambda: "\n".join(map(_line, data)))


def _line(entry: dict[str, Any]) -> str:
    when = local_text(from_text(entry["at"])) if entry["at"] else ""
    words = (when, entry["author"], entry["source"]["words"], entry["state"], entry["summary"])
    return "  ".join((*words, entry["change"]))


@click.command()
@click.argument("code")
@click.option("--change", metavar="ID", help="A change that sites history names: as it was then.")
@click.option("--before", is_flag=True, help="With --change: as it was right before.")
@click.option("--field", help="Only this field; without --change its last other value.")
@json_option
@pass_context
def restore(
    context: Context,
    code: str,
    change: str | None,
    before: bool,
    field: str | None,
    as_json: bool,
) -> None:
    """Bring a deleted site back; with options, the values of a moment or of one field."""
    if before and not change:
        raise BadUsage(_("--before needs --change, which says before what."))
    with context.open() as project:
        site = resolve(project, code)
        data = _restore(project, site, change, field or "", before=before)
    emit(data, as_json=as_json, text=lambda: _told(data))


def _restore(
    project: Project, site: Site, change: str | None, field: str, *, before: bool
) -> dict[str, Any]:
    if change:
        done = restore_moment(project, site, change, field=field, before=before)
    elif field:
        done = restore_last(project, site, field)
    else:
        back = restore_site(project, site)
        done = Restored(back, tuple(back.fields) if back else (), (), {})
    now = project.site(site.id)
    return {
        "id": site.id,
        "change": done.change.id if done.change else None,
        "version": now.version if now else 0,
        "fields": list(done.fields),
        "left": [field_label(site.kind, name) for name in done.left],
    }


def _told(data: dict[str, Any]) -> str:
    if data["change"] is None:
        lines = [_("Nothing differs; nothing was written.")]
    else:
        lines = [_("Saved as change {id}.").format(id=data["change"])]
    if data["left"]:
        lines.append(
            _("Left as they are, because they cannot take their old value: {fields}.").format(
                fields=", ".join(data["left"])
            )
        )
    return "\n".join(lines)
