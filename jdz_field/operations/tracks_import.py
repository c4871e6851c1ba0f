"""Takes track files of other devices into a project."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.geo.tracks import Track, read_track
from jdz_field.operations import tracks_gpx as gpx
from jdz_field.operations import tracks_log as files
from jdz_field.operations.tracks_kinds import mime_of, suffix_of
from jdz_field.operations.tracks_line import length_of, line_of
from jdz_field.photos.files import disk_fault
from jdz_field.photos.keep import Kept, keep
from jdz_field.store.project import Project
from jdz_field.store.tracks import FILE, TrackEntry

Progress = Callable[[int, int], None]
ADDED, ALREADY, REFUSED = "added", "already", "refused"


def kept_gpx(project: Path, tracks: Sequence[gpx.Written], moment: str) -> Kept:
    """Write a GPX file durably into ``files/`` under the name of its content."""
    folder = project / files.FOLDER
    beside = folder / f".jdz-{secrets.token_hex(8)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(gpx.gpx_lines(tracks, moment))
        return keep(beside, project / "files", suffix=".gpx")
    except OSError as error:
        raise disk_fault(error, folder) from error
    finally:
        with suppress(OSError):
            beside.unlink()


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file: ``added``, ``already`` or ``refused``."""

    file: Path
    status: str
    entry: TrackEntry | None = None
    problem: str = ""


def import_tracks(
    project: Project,
    paths: Sequence[Path],
    *,
    person: str = "",
    whole: bool = False,
    progress: Progress | None = None,
) -> list[Imported]:
    """Take track files in, durably; the same content is ``already`` there.

    A GPX file with several tracks becomes as many, each in a file of its own, unless ``whole``;
    every other file is kept as it is. ``person``: who walked them, empty when unknown.
    ``Unavailable`` when the disk refuses.
    """
    done: list[Imported] = []
    for number, path in enumerate(paths):
        try:
            done += _import(project, path, person, whole)
        except BadInput as error:
            done.append(Imported(path, REFUSED, problem=str(error)))
        if progress:
            progress(number + 1, len(paths))
    return done


def _import(project: Project, path: Path, person: str, whole: bool) -> list[Imported]:
    track = read_track(path)
    apart = track.apart()
    if whole or len(apart) == 1:
        suffix = suffix_of(path)
        kept = keep(path, project.path / "files", suffix=suffix)
        return [_enter(project, path, track, kept, (path.name, path.stem, person))]
    found = []
    for number, (title, one) in enumerate(apart, 1):
        named = title or f"{path.stem} {number}"
        made = [gpx.of_track(one, named, person)]
        kept = kept_gpx(project.path, made, to_text(one.start))
        names = (f"{path.stem}-{number}.gpx", named, person)
        found.append(_enter(project, path, one, kept, names))
    damage = _damage(track)
    return [*found[:-1], replace(found[-1], problem=damage)]


def _enter(
    project: Project, path: Path, track: Track, kept: Kept, names: tuple[str, str, str]
) -> Imported:
    """Enter a kept file; ``names``: of the file, of the track, of who walked it."""
    start, end = to_text(track.start), to_text(track.end)
    length = length_of(track.segments)
    for one in project.tracks(start=start, end=end):
        if one.sha256 == kept.sha256 or _same(one, start, end, length):
            return Imported(path, ALREADY, one, _damage(track))
    filename, title, person = names
    entry = TrackEntry(
        id=new_id(),
        sha256=kept.sha256,
        filename=filename,
        size=kept.size,
        mime=mime_of(kept.path.suffix),
        started=start,
        ended=end,
        length=length,
        person=person,
        title=title,
        origin=FILE,
        geometry=line_of(track.segments),
    )
    project.add_track(entry)
    return Imported(path, ADDED, entry, _damage(track))


def _same(one: TrackEntry, start: str, end: str, length: float) -> bool:
    """Whether a track from another file is the same walk: exported and come back."""
    return (one.started, one.ended) == (start, end) and abs(one.length - length) <= 1


def _damage(track: Track) -> str:
    if track.cut_off is None:
        return ""
    return _("The file breaks off in line {line}; the points before it were taken.").format(
        line=track.cut_off
    )
