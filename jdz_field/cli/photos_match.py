"""``photos propose|accept``: what photos belong to; ``photos declination``: where they look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jdz_field.cli.common import Context, emit, finish, json_option, pass_context
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

if TYPE_CHECKING:
    from jdz_field.core.sites import Attachment
    from jdz_field.operations.photo_matching import Proposed
    from jdz_field.store.project import Project

# The store takes long to load; only the commands that need it do.
# ruff: noqa: PLC0415


@click.command("propose")
@click.argument("names", metavar="[PHOTO...]", nargs=-1)
@json_option
@pass_context
def propose_command(context: Context, names: tuple[str, ...], as_json: bool) -> None:
    """Propose records and sites for photos (all that belong nowhere); nothing is written."""
    from jdz_field.operations.photo_matching import propose

    with context.open(read_only=True) as project:
        found = propose(project, _photos(project, names))
    data = [one.to_json() for one in found]
    emit(data, as_json=as_json, text=lambda: "\n".join(map(_line, found)) or _("No such photo."))


@click.command("accept")
@click.argument("names", metavar="[PHOTO...]", nargs=-1)
@click.option("--record", help="This record, not the one proposed.")
@click.option("--site", "code", help="This site, not the one proposed.")
@json_option
@pass_context
def accept_command(
    context: Context, names: tuple[str, ...], record: str | None, code: str | None, as_json: bool
) -> None:
    """Take over the proposals that are sure, or the record or site that is named."""
    from jdz_field.operations.photo_matching import accept, belong, propose
    from jdz_field.operations.sites import resolve

    with context.open() as project:
        photos = _photos(project, names)
        site = resolve(project, code).id if code else None
        if record is None and site is None:
            found = propose(project, photos)
            taken = [one.photo.id for one in accept(project, found)]
            left = [one.photo.id for one in found if not one.sure]
        else:
            if not photos:
                raise BadInput(_("Name the photos that belong there; see photos propose."))
            if record is not None:
                site = site or _site_of(project, record)
            belong(project, photos, record, site)
            taken, left = [one.id for one in photos], []
    text = _("Assigned: {n}; to be decided by a person: {left}.")
    emit(
        {"accepted": taken, "left": left},
        as_json=as_json,
        text=text.format(n=len(taken), left=len(left)),
    )
    finish(refused=bool(left and names))


def _photos(project: Project, names: tuple[str, ...]) -> list[Attachment]:
    from jdz_field.operations.photo_sensitive import find_photo

    return [find_photo(project, name) for name in names]


def _site_of(project: Project, record: str) -> str | None:
    found = project.record(record) or project.draft(record)
    if found is None:
        raise BadInput(_("There is no record {id} in this project.").format(id=record))
    return found.site


def _line(one: Proposed) -> str:
    words = [one.photo.filename]
    words += [f"{found.title} {found.name}".strip() for found in one.records[:1]]
    near = _("near {name} ({metres:.0f} m)")
    words += [near.format(name=p.name, metres=p.distance_m) for p in one.sites[:1]]
    words += [_("sure") if one.sure else _("to be decided")]
    return "  ".join(words)


@click.command("declination")
@click.option("--set", "degrees", type=float, help="Degrees, east positive.")
@click.option("--source", default="", help="Who says so, and of which year.")
@json_option
@pass_context
def declination_command(
    context: Context, degrees: float | None, source: str, as_json: bool
) -> None:
    """The project's magnetic declination, that turns compass directions on the map."""
    from jdz_field.operations.declination import (
        declination,
        set_declination,
        shown_declination,
    )

    with context.open(read_only=degrees is None) as project:
        if degrees is not None:
            set_declination(project, degrees, source)
        known = declination(project)
    told = _("No declination is set; directions from magnetic north stay as they are.")
    if known is not None:
        told = shown_declination(known)
    emit(known.to_json() if known else None, as_json=as_json, text=told)


COMMANDS = (propose_command, accept_command, declination_command)
