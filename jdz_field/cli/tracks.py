"""``tracks``: list, show, import, export, delete, and take in what a killed window left."""

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
from jdz_field.core.clock import BEIJING, from_text
from jdz_field.core.i18n import _, ngettext

if TYPE_CHECKING:
    from jdz_field.store.project import Project
    from jdz_field.store.tracks import TrackEntry

_day = click.option("--day", default="", metavar="YYYY-MM-DD", help="Only this day (Beijing).")
_person = click.option("--person", default=None, help="Only this person's.")


@click.group()
def tracks() -> None:
    """Tracks: where somebody was when. The field window records them."""


def _flat(entry: TrackEntry) -> dict[str, Any]:
    from jdz_field.operations.tracks import day_of_entry  # noqa: PLC0415 - starts fast

    return {
        "id": entry.id,
        "title": entry.title,
        "person": entry.person,
        "day": day_of_entry(entry),
        "start": entry.started,
        "end": entry.ended,
        "length_m": entry.length,
        "origin": entry.origin,
        "filename": entry.filename,
        "sha256": entry.sha256,
        "size": entry.size,
        "deleted": entry.deleted,
        "running": False,
    }


def _chosen(
    project: Project, day: str, person: str | None, *, deleted: bool = False
) -> list[TrackEntry]:
    from jdz_field.operations.tracks import day_bounds  # noqa: PLC0415 - starts fast

    start, end = day_bounds(day) if day else ("", "")
    return project.tracks(start=start, end=end, person=person, deleted=deleted)


def _line(one: dict[str, Any]) -> str:
    start, end = (
        f"{from_text(one[key]).astimezone(BEIJING):%H:%M}" if one[key] else "…"
        for key in ("start", "end")
    )
    state = _("running") if one["running"] else _("deleted") if one["deleted"] else ""
    length = f"{one['length_m'] / 1000:.2f} km"
    words = (one["id"], one["day"], f"{start}–{end}", length, one["person"], one["title"], state)
    return "  ".join(word for word in words if word)


@tracks.command("list")
@_day
@_person
@click.option("--deleted", is_flag=True, help="Deleted ones too.")
@json_option
@pass_context
def list_command(
    context: Context, /, day: str, person: str | None, deleted: bool, as_json: bool
) -> None:
    """List tracks, the newest first; one that is being recorded too."""
    from jdz_field.operations.tracks import running  # noqa: PLC0415 - starts fast

    with context.open(read_only=True) as project:
        found = [_flat(one) for one in _chosen(project, day, person, deleted=deleted)]
        now = [
            one
            for one in running(project)
            if (not day or one["day"] == day) and (person is None or one["person"] == person)
        ]
    rows = [*now, *found]
    emit(rows, as_json=as_json, text=lambda: "\n".join(map(_line, rows)) or _("No track found."))


@tracks.command()
@click.argument("track_id", metavar="ID")
@json_option
@pass_context
def show(context: Context, /, track_id: str, as_json: bool) -> None:
    """Show one track: when, how far, its stretches."""
    from jdz_field.operations.tracks import read_entry  # noqa: PLC0415 - starts fast

    with context.open(read_only=True) as project:
        entry = project.track(track_id)
        track = read_entry(project, entry)
    told = _flat(entry) | {
        "points": track.points,
        "segments": [
            {"start": _text(one.times[0]), "end": _text(one.times[-1]), "points": len(one.times)}
            for one in track.segments
        ],
    }
    words = ngettext("{n} point", "{n} points", track.points).format(n=f"{track.points:,}")
    lines = [_line(told), words]
    lines += [f"  {s['start']} – {s['end']}  {s['points']:,}" for s in told["segments"]]
    emit(told, as_json=as_json, text="\n".join(lines))


def _text(seconds: float) -> str:
    from jdz_field.operations.tracks_gpx import gpx_time  # noqa: PLC0415 - starts fast

    return gpx_time(seconds)


@tracks.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--person", default="", help="Who walked them.")
@click.option("--whole", is_flag=True, help="A file with several tracks becomes one track.")
@json_option
@pass_context
def import_command(
    context: Context, /, files: tuple[Path, ...], person: str, whole: bool, as_json: bool
) -> None:
    """Take track files in (GPX, KML, KMZ, NMEA logs); the same content is there once."""
    from jdz_field.operations.tracks import (  # noqa: PLC0415 - starts fast
        ADDED,
        ALREADY,
        REFUSED,
        import_tracks,
    )

    with context.open() as project:
        progress = progress_to_terminal()
        found = import_tracks(project, files, person=person, whole=whole, progress=progress)
    told = {
        "added": sum(one.status == ADDED for one in found),
        "already": sum(one.status == ALREADY for one in found),
        "refused": sum(one.status == REFUSED for one in found),
        "files": [
            {
                "file": str(one.file),
                "status": one.status,
                "id": one.entry.id if one.entry else None,
                "problem": one.problem,
            }
            for one in found
        ],
    }
    states = {ADDED: _("added"), ALREADY: _("here already"), REFUSED: _("refused")}
    lines = [
        "  ".join(part for part in (one.file.name, states[one.status], one.problem) if part)
        for one in found
    ]
    emit(told, as_json=as_json, text="\n".join(lines))
    finish(any(one.status == REFUSED for one in found))


@tracks.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("ids", "--id", multiple=True, help="Only these.")
@_day
@_person
@json_option
@pass_context
def export(
    context: Context,
    /,
    out: Path,
    ids: tuple[str, ...],
    day: str,
    person: str | None,
    as_json: bool,
) -> None:
    """Write tracks into one GPX 1.1 file: all, a day's, a person's."""
    from jdz_field.operations.tracks import export as write  # noqa: PLC0415 - starts fast

    with context.open(read_only=True) as project:
        named = [project.track(one) for one in ids]
        written = write(project, named or _chosen(project, day, person)[::-1], out)
    words = ngettext("{n} track written: {file}", "{n} tracks written: {file}", written)
    emit({"written": written}, as_json=as_json, text=words.format(n=written, file=out))


@tracks.command()
@click.argument("ids", metavar="[ID...]", nargs=-1)
@_day
@_person
@json_option
@pass_context
def fetch(
    context: Context, /, ids: tuple[str, ...], day: str, person: str | None, as_json: bool
) -> None:
    """Bring tracks of other devices from the centre: all, a day's, a person's."""
    from jdz_field.operations.photo_space import fetch as bring  # noqa: PLC0415 - starts fast
    from jdz_field.operations.sync import connect  # noqa: PLC0415 - starts fast

    with context.open() as project:
        wanted = [project.track(one) for one in ids] or _chosen(project, day, person)
        with connect(project) as client:
            done = bring(project, wanted, client, progress=progress_to_terminal())
    lines = [_("Fetched: {n}.").format(n=done.files)]
    lines += [f"{one['file']}: {one['message']}" for one in done.refused]
    emit(done.to_json(), as_json=as_json, text="\n".join(lines))
    finish(refused=bool(done.refused))


@tracks.command()
@click.argument("track_id", metavar="ID")
@json_option
@pass_context
def delete(context: Context, /, track_id: str, as_json: bool) -> None:
    """Mark a track deleted; its file stays, and restore brings it back."""
    _mark(context, track_id, deleted=True, as_json=as_json)


@tracks.command()
@click.argument("track_id", metavar="ID")
@json_option
@pass_context
def restore(context: Context, /, track_id: str, as_json: bool) -> None:
    """Bring a deleted track back."""
    _mark(context, track_id, deleted=False, as_json=as_json)


def _mark(context: Context, track_id: str, *, deleted: bool, as_json: bool) -> None:
    from jdz_field.operations.tracks import delete as mark  # noqa: PLC0415 - starts fast

    with context.open() as project:
        mark(project, track_id, deleted=deleted)
        told = _flat(project.track(track_id))
    emit(told, as_json=as_json, text=_line(told))


@tracks.command()
@json_option
@pass_context
def recover(context: Context, /, as_json: bool) -> None:
    """Take in recordings that a window left when it was killed; no window may be open."""
    from jdz_field.operations.tracks import recover as take_in  # noqa: PLC0415 - starts fast

    with context.open() as project:
        lock = project.lock_window()
        try:
            found = take_in(project, None, project.now())
        finally:
            # Whether the file is whole is the next window's to look at.
            lock.release(clean=not lock.left_by)
    rows = [_flat(one) for one in found.sealed]
    told = {"recovered": rows, "problems": list(found.problems)}
    lines = [*map(_line, rows), *found.problems] or [_("Nothing was left behind.")]
    emit(told, as_json=as_json, text="\n".join(lines))
    finish(bool(found.problems))
