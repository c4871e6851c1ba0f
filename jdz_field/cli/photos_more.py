"""``photos list|set|export|space|fetch``: what photos show, how they leave, what room they take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import (
    Context,
    emit,
    finish,
    json_option,
    pass_context,
    progress_to_terminal,
)
from jdz_field.cli.sensitive import sensitive_option
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.store.project import Project

# Coordinate systems and workbooks take long to load; only the commands that need them do.
# ruff: noqa: PLC0415

_FIELDS = (
    *("id", "sha256", "filename", "size", "mime", "record", "path", "site", "taken", "lon", "lat"),
    *("altitude", "accuracy", "method", "direction", "direction_ref", "view", "caption"),
    *("sensitive", "sensitive_areas", "sensitive_note", "original", "variant"),
)


@click.command("list")
@click.option("--site", "code", default="", help="Only photos of this site.")
@click.option("--record", default="", help="Only photos of this record or draft.")
@click.option("--view", default="", help="Only photos of this view.")
@click.option("--sensitive", "only_sensitive", is_flag=True, help="Only sensitive photos.")
@json_option
@pass_context
def list_command(
    context: Context, code: str, record: str, view: str, only_sensitive: bool, as_json: bool
) -> None:
    """List the photos of the project: view, caption, mark, and whether the file is here."""
    from jdz_field.operations.photo_views import known_view
    from jdz_field.store.check import file_of

    with context.open(read_only=True) as project:
        site = _site(project, code)
        found = [
            one
            for one in project.attachments(site=site or None, record=record or None)
            if one.mime.startswith("image/")
            and (not view or one.view == known_view(view).code)
            and (not only_sensitive or one.sensitive)
        ]
        data = [
            {name: getattr(one, name) for name in _FIELDS}
            | {"here": file_of(project.path, one.sha256) is not None}
            for one in found
        ]
    emit(data, as_json=as_json, text=lambda: "\n".join(map(_line, found)))


def _line(photo: Attachment) -> str:
    from jdz_field.operations.photo_sensitive import reason_words
    from jdz_field.operations.photo_views import label_of

    mark = _("sensitive: {why}").format(why=reason_words(photo.sensitive))
    parts = (
        photo.id,
        photo.filename,
        label_of(photo.view),
        photo.caption or "",
        mark if photo.sensitive else "",
    )
    return "  ".join(part for part in parts if part)


@click.command("set")
@click.argument("names", metavar="PHOTO...", nargs=-1, required=True)
@click.option("--view", help="The view it shows; empty: none.")
@click.option("--caption", help="A caption; empty: none.")
@click.option("--sensitive", help="people, protected_species or other; empty: not sensitive.")
@click.option("--areas", help="Parts to blur: x y width height in shares; … (empty: all of it).")
@click.option("--note", help="Why it is sensitive, in words.")
@json_option
@pass_context
def set_command(
    context: Context, /, names: tuple[str, ...], as_json: bool, **said: str | None
) -> None:
    """Say what photos show: view, caption, whether they are sensitive."""
    from jdz_field.operations.photo_sensitive import PhotoWords, find_photo, say_of

    if all(value is None for value in said.values()):
        raise BadUsage(_("Say what to set: --view, --caption, --sensitive, --areas or --note."))
    words = PhotoWords(**said)
    with context.open() as project:
        changed = say_of(project, [find_photo(project, name).id for name in names], words)
    text = _("Changed: {n}.").format(n=changed)
    emit({"changed": changed}, as_json=as_json, text=text)


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--site", "codes", multiple=True, help="Only photos of this site (several times).")
@click.option("--record", "records", multiple=True, help="Only photos of this record.")
@click.option("--view", "views", multiple=True, help="Only photos of this view.")
@click.option("--stamp", is_flag=True, help="Write site, position, time and person on the copies.")
@click.option("--longest", type=click.IntRange(0, 16384), default=0, help="Longest side, pixels.")
@sensitive_option
@json_option
@pass_context
def export_command(
    context: Context, /, folder: Path, codes: tuple[str, ...], as_json: bool, **given: Any
) -> None:
    """Write copies of photos into a new FOLDER, with photos.csv and photos.kml."""
    from jdz_field.operations.photo_exports import PhotoExport, export_photos
    from jdz_field.operations.photo_views import known_view

    given["views"] = tuple(known_view(view).code for view in given["views"])
    with context.open(read_only=True) as project:
        request = PhotoExport(tuple(_site(project, code) for code in codes), **given)
        done = export_photos(project, folder, request, progress=progress_to_terminal())
    said = _("Wrote {n} photos to {folder}; blurred: {blurred}; left out: {left}.").format(
        n=len(done.files), folder=done.folder, blurred=done.blurred, left=done.left_out
    )
    lines = [said, *(f"{one['file']}: {one['message']}" for one in done.refused)]
    emit(done.to_json(), as_json=as_json, text="\n".join(lines))
    finish(refused=bool(done.refused))


@click.command("space")
@click.option("--free", "let_go", is_flag=True, help="Take files off this machine that may go.")
@click.option("--policy", type=click.Choice(["at-once", "small-first", "by-hand"]), default=None,
              help="How photos go to the centre from now on.")  # fmt: skip
@click.option("--list", "listed", is_flag=True, help="List the files that may go.")
@json_option
@pass_context
def space_command(
    context: Context, let_go: bool, policy: str | None, listed: bool, as_json: bool
) -> None:
    """What photos take, which may go (the centre has confirmed them), in what order they travel."""
    from jdz_field.operations.photo_policy import policy as policy_of
    from jdz_field.operations.photo_policy import set_policy
    from jdz_field.operations.photo_space import Freed, free_confirmed, space

    with context.open(read_only=not (let_go or policy)) as project:
        if policy:
            set_policy(project, policy)
        found = space(project)
        done = free_confirmed(project, found.free) if let_go else Freed()
        data = found.to_json() | {"policy": policy_of(project)}
    if listed or as_json:
        data["files"] = [{"id": a.id, "file": a.filename, "size": a.size} for a in found.free]
    if let_go:
        data["freed"] = done.to_json()
    emit(data, as_json=as_json, text=lambda: _space_text(data))
    finish(refused=bool(done.refused))


def _space_text(data: dict[str, Any]) -> str:
    lines = [
        _("Here: {here} files, {size} MB; not confirmed by the centre: {unsent}.").format(
            here=data["here"], size=round(data["bytes"] / 1e6, 1), unsent=data["unsent"]
        ),
        _("May go: {n} files, {size} MB; at the centre only: {away}.").format(
            n=data["can_go"], size=round(data["can_go_bytes"] / 1e6, 1), away=data["away"]
        ),
    ]
    lines += [f"  {one['file']}  {one['size']:,}" for one in data.get("files", [])]
    freed = data.get("freed")
    if freed:
        told = _("Freed: {n} files, {size} MB.")
        lines.append(told.format(n=freed["files"], size=round(freed["bytes"] / 1e6, 1)))
        lines += [f"{one['file']}: {one['message']}" for one in freed["refused"]]
    return "\n".join(lines)


@click.command("fetch")
@click.argument("names", metavar="[PHOTO...]", nargs=-1)
@click.option("--site", "code", default="", help="Only photos of this site.")
@json_option
@pass_context
def fetch_command(context: Context, names: tuple[str, ...], code: str, as_json: bool) -> None:
    """Bring photos that are at the centre only to this machine (all, without a name)."""
    from jdz_field.operations.photo_sensitive import find_photo
    from jdz_field.operations.photo_space import fetch, space
    from jdz_field.operations.sync import connect

    with context.open() as project:
        site = _site(project, code)
        wanted = [find_photo(project, name) for name in names]
        if not names:
            wanted = [a for a in space(project).away if not site or a.site == site]
        with connect(project) as client:
            done = fetch(project, wanted, client, progress=progress_to_terminal())
    lines = [_("Fetched: {n}.").format(n=done.files)]
    lines += [f"{one['file']}: {one['message']}" for one in done.refused]
    emit(done.to_json(), as_json=as_json, text="\n".join(lines))
    finish(refused=bool(done.refused))


def _site(project: Project, code: str) -> str:
    from jdz_field.operations.sites import resolve

    return resolve(project, code).id if code else ""


#: What joins the group ``photos``.
COMMANDS = (list_command, set_command, export_command, space_command, fetch_command)
