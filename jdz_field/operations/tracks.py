"""Tracks of a project: seal what was recorded, take files in, list, export, give to geotagging."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import table
from jdz_field.core.changes import ATTACHMENT
from jdz_field.core.clock import BEIJING, from_text, to_text
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.i18n import _
from jdz_field.geo.tracks import Segment, Track, read_track
from jdz_field.operations import tracks_gpx as gpx
from jdz_field.operations import tracks_log as files
from jdz_field.operations.tracks_import import (
    ADDED,
    ALREADY,
    REFUSED,
    Imported,
    import_tracks,
    kept_gpx,
)
from jdz_field.operations.tracks_kinds import mime_of
from jdz_field.operations.tracks_line import length_of, line_of
from jdz_field.operations.tracks_log import Log, read_log
from jdz_field.photos.files import disk_fault, replacing, sync_folder
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.store.tracks import RECORDED, TrackEntry

__all__ = [
    "ADDED",
    "ALREADY",
    "REFUSED",
    "Imported",
    "Recovered",
    "delete",
    "enter",
    "export",
    "file_of_track",
    "has_recordings",
    "import_tracks",
    "prepare",
    "read_entry",
    "recover",
    "rename",
    "running",
    "seal",
    "seal_all",
    "tracks_between",
]

# ---- recordings


def seal(project: Project, path: Path) -> TrackEntry | None:
    """Make a finished recording an attachment: file and entry, then its growing file goes.

    Done again after a kill at any instant, it makes the same file and one entry. ``None`` when
    it holds no point. ``Unavailable`` when the disk refuses; the recording stays then.
    """
    return enter(project, path, prepare(project.path, path))


def seal_all(project: Project, paths: Sequence[Path]) -> None:
    """Seal what is still there of these; one whose disk refuses waits for the next start."""
    for path in paths:
        if path.exists():
            with suppress(JdzError):
                seal(project, path)


def prepare(folder: Path, path: Path) -> TrackEntry | None:
    """The first half of ``seal``, which takes long and needs no store: write the file.

    ``folder``: the project's. ``None`` when there is no point.
    """
    log = read_log(path)
    return _entry_of(folder, log) if log.points else None


def enter(project: Project, path: Path, entry: TrackEntry | None) -> TrackEntry | None:
    """The other half: enter what ``prepare`` made; then the growing file goes."""
    if entry is not None:
        project.add_track(entry)
    with suppress(FileNotFoundError):
        path.unlink()
    return entry


def _entry_of(folder: Path, log: Log) -> TrackEntry:
    title = log.head.title or default_title(log)
    begun = log.head.begun or to_text(_moment(next(files.each_point(log)).time))
    kept = kept_gpx(folder, [gpx.of_log(log, title)], begun)
    segments = [_segment(stretch) for stretch in log.stretches]
    times = [time for one in segments for time in (one.times[0], one.times[-1])]
    return TrackEntry(
        id=log.head.id,
        sha256=kept.sha256,
        filename=f"{log.head.day or 'track'}-{log.head.id[:8]}.gpx",
        size=kept.size,
        mime=mime_of(".gpx"),
        started=to_text(_moment(min(times))),
        ended=to_text(_moment(max(times))),
        length=length_of(segments),
        person=log.head.person,
        title=title,
        origin=RECORDED,
        geometry=line_of(segments),
    )


def default_title(log: Log) -> str:
    """The day, when nobody gave a title."""
    return log.head.day


def _segment(stretch: files.Stretch) -> Segment:
    made = Segment()
    for point in stretch.points:
        made.add(point.time, point.lon, point.lat, point.height)
    made.know([point.accuracy for point in stretch.points])
    return made


def has_recordings(folder: Path) -> bool:
    """Whether a project's folder holds recordings that are not sealed; quick."""
    return bool(files.logs_in(folder))


def running(project: Project) -> list[dict[str, Any]]:
    """What is being recorded, as ``tracks list`` tells of it; broken files are passed over."""
    found = []
    for path in files.logs_in(project.path):
        with suppress(JdzError):
            log = read_log(path)
            segments = [_segment(one) for one in log.stretches]
            last = log.last()
            found.append(
                {
                    "id": log.head.id,
                    "title": log.head.title,
                    "person": log.head.person,
                    "day": log.head.day,
                    "start": log.head.begun,
                    "end": to_text(_moment(last.time)) if last else "",
                    "length_m": length_of(segments),
                    "points": log.points,
                    "deleted": False,
                    "running": True,
                }
            )
    return found


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a start found of recordings that a program left behind when it was killed.

    ``sealed``: tracks that were entered; ``going_on``: the recording that may go on, ``None``
    when there is none; ``problems``: sentences about files that could not be taken in.
    """

    sealed: tuple[TrackEntry, ...] = ()
    going_on: Log | None = None
    problems: tuple[str, ...] = ()


def recover(project: Project, person: str | None, now: datetime) -> Recovered:
    """Seal what was left behind; the caller holds the project's window lock.

    With ``person``, their own recording of today that was cut off lately is handed back to go on.
    """
    sealed: list[TrackEntry] = []
    problems: list[str] = []
    going_on: Log | None = None
    for path in reversed(files.logs_in(project.path)):
        try:
            log = read_log(path)
            if going_on is None and person is not None and _may_go_on(log, person, now):
                going_on = log
                continue
            entry = seal(project, path)
        except JdzError as error:
            problems.append(str(error))
            continue
        if entry is not None:
            sealed.append(entry)
    return Recovered(tuple(sealed), going_on, tuple(problems))


def _may_go_on(log: Log, person: str, now: datetime) -> bool:
    last = log.last()
    if log.ended or last is None or log.head.person != person:
        return False
    same_day = log.head.day == f"{now.astimezone(BEIJING):%Y-%m-%d}"
    recent = abs(now.timestamp() - last.time) <= float(table("tracks")["limits"]["resume_s"])
    return same_day and recent


# ---- for geotagging


def tracks_between(project: Project, start: datetime, end: datetime) -> list[Track]:
    """The project's tracks that touch this time: sealed, imported, and those that still grow.

    A file that is missing (it has not come from the centre yet) or broken is passed over.
    """
    found: list[Track] = []
    for entry in project.tracks(start=to_text(start), end=to_text(end)):
        with suppress(JdzError):
            found.append(read_entry(project, entry))
    for path in files.logs_in(project.path):
        with suppress(JdzError):
            track = track_of_log(read_log(path))
            if track is not None and track.start <= end and track.end >= start:
                found.append(track)
    return found


def track_of_log(log: Log) -> Track | None:
    """A recording that still grows as a track; ``None`` without a point."""
    segments = tuple(_segment(one).sorted() for one in log.stretches)
    return Track(log.path, segments) if segments else None


def file_of_track(project: Project, entry: TrackEntry) -> Path:
    """The track's file. ``BadInput`` when it is not on this device."""
    path = file_of(project.path, entry.sha256)
    if path is None:
        raise BadInput(
            _("The file of the track {name} is not on this device; sync first.").format(
                name=entry.title or entry.filename
            )
        )
    return path


def read_entry(project: Project, entry: TrackEntry) -> Track:
    """The points of a track. ``BadInput`` when its file is not here or is broken."""
    return read_track(file_of_track(project, entry))


# ---- files in and out


def export(project: Project, entries: Sequence[TrackEntry], out: Path) -> int:
    """Write tracks into one GPX 1.1 file, each a ``trk``; how many. A single GPX goes as it is.

    ``BadInput`` when there is none, or a file is not here; ``Unavailable`` when the disk refuses.
    """
    if not entries:
        raise BadInput(_("There is no track to export; see tracks list."))
    sources = [(one, file_of_track(project, one)) for one in entries]
    alone = len(sources) == 1 and sources[0][1].suffix == ".gpx"
    read = [] if alone else [(one, read_track(path)) for one, path in sources]
    written = [gpx.of_track(track, one.title, one.person) for one, track in read]
    try:
        with replacing(out) as file:
            if alone:
                file.write(sources[0][1].read_bytes())
            for piece in gpx.gpx_lines(written, to_text(project.now())) if written else ():
                file.write(piece.encode())
        sync_folder(out.parent)
    except OSError as error:
        raise disk_fault(error, out.parent) from error
    return len(entries)


# ---- acts


def delete(project: Project, track_id: str, *, deleted: bool = True) -> TrackEntry:
    """Mark a track deleted, or bring it back; its file stays. ``BadInput`` when there is none."""
    entry = project.track(track_id)
    project.edit(ATTACHMENT, entry.id, {"deleted": deleted})
    return entry


def rename(project: Project, track_id: str, title: str) -> None:
    """Give a track another title. ``BadInput`` when there is none."""
    project.edit(ATTACHMENT, project.track(track_id).id, {"caption": title.strip()})


def day_bounds(day: str) -> tuple[str, str]:
    """First and last moment of a Beijing day (``2026-11-23``). ``BadInput`` for no day."""
    try:
        begin = datetime.fromisoformat(f"{day}T00:00:00+08:00")
    except ValueError as error:
        raise BadInput(
            _("«{text}» is no day; write it like 2026-11-23.").format(text=day)
        ) from error
    return to_text(begin), to_text(begin + timedelta(days=1) - timedelta(milliseconds=1))


def day_of_entry(entry: TrackEntry) -> str:
    """The Beijing day on which a track begins."""
    return f"{from_text(entry.started).astimezone(BEIJING):%Y-%m-%d}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
