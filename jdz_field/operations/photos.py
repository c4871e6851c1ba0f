"""Photos: read them, take them into a project, place them by a track, find where they belong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jdz_field.geo.tracks import Track
from jdz_field.operations.geotagging import geotag, read_tracks
from jdz_field.operations.photo_adding import (
    ADDED,
    ALREADY,
    REFUSED,
    AddedPhoto,
    Adding,
    AddReport,
    Belongs,
    Cancelled,
    Copied,
    in_batches,
)
from jdz_field.operations.photo_places import (
    NEAR_M,
    PROPOSED,
    Proposal,
    RecordFinder,
    RecordProposal,
    SiteFinder,
    propose_sites,
)
from jdz_field.photos.exif import PhotoInfo, read_photo
from jdz_field.photos.files import sweep
from jdz_field.photos.geotag import Geotagging, GeotagReport
from jdz_field.photos.keep import Stopped
from jdz_field.photos.match import Matcher
from jdz_field.photos.place import Timing, in_parallel, photo_files
from jdz_field.store.project import Project

__all__ = [
    "ADDED",
    "ALREADY",
    "NEAR_M",
    "PROPOSED",
    "REFUSED",
    "AddReport",
    "AddedPhoto",
    "Belongs",
    "Cancelled",
    "Copied",
    "GeotagReport",
    "Geotagging",
    "Proposal",
    "RecordFinder",
    "RecordProposal",
    "SiteFinder",
    "Timing",
    "add_photos",
    "geotag",
    "propose_sites",
    "read_photos",
]

Progress = Callable[[int, int], None]


def read_photos(
    paths: Sequence[Path],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[PhotoInfo]:
    """What each file says; folders give the photos in and below them.

    After ``cancelled()`` became true, what was read by then.
    """
    files = photo_files(paths)
    found: list[PhotoInfo] = []
    for info in in_parallel(files, read_photo, stopped=cancelled or (lambda: False)):
        found.append(info)
        if progress:
            progress(len(found), len(files))
    return found


def add_photos(  # noqa: PLR0913 - what a person chooses
    project: Project,
    paths: Sequence[Path],
    *,
    record: str | None = None,
    site: str | None = None,
    path: str | None = None,
    each: Mapping[Path, Belongs] | None = None,
    track: Path | Sequence[Path | Track] | None = None,
    timing: Timing | None = None,
    any_file: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    copied: Copied | None = None,
) -> AddReport:
    """Take photos, and the photos in folders, into a project.

    Each is copied into ``files/`` under its SHA-256, durably, and entered as an attachment of
    the record or draft, its question (``path``) and the site; ``each`` says otherwise for
    single files. The source and the stored bytes are never changed: a photo without a position
    gets one from ``track`` in its attachment alone. The same content for the same record, site
    and question is ``already`` there, so running it again goes on where it stopped, without
    copying, and mostly without reading, what was done. ``any_file`` takes files that are no
    picture too. ``progress`` hears of files that are in the store for good; ``copied``, in the
    working thread, of every byte twice: copied, checked.

    Raises:
        BadInput: a track cannot be used.
        Unavailable: the disk is full or fails; what was added stays added.
    """
    tracks = [] if track is None else [track] if isinstance(track, Path) else list(track)
    timing = timing or Timing()
    matcher = Matcher(read_tracks(tracks), timing.max_gap) if tracks else None
    every = Belongs(record, site, path)
    adding = Adding(project, every, each or {}, timing, matcher, any_file, cancelled, copied)
    files = photo_files(paths)
    sweep(project.path / "files")
    done: list[AddedPhoto] = []
    try:
        sources = in_parallel(files, adding.take, stopped=cancelled or (lambda: False))
        for batch in in_batches(sources):
            for photo in adding.enter(batch):
                done.append(photo)
                if progress:
                    progress(len(done), len(files))
    except Stopped:
        pass
    if len(done) == len(files):
        adding.journal.clear()
    return AddReport(tuple(done), stopped=len(done) < len(files))
