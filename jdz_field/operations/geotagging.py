"""Geotagging: places photos on tracks by their time, writes the places into the files, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.tracks import Track, read_track
from jdz_field.photos import geotag as tagging
from jdz_field.photos.clock import Proposal, offset_from_clock, propose, span
from jdz_field.photos.exif import PhotoInfo, read_photo
from jdz_field.photos.geotag import Geotagging, GeotagReport
from jdz_field.photos.place import Timing, in_parallel, photo_files
from jdz_field.photos.taking_back import Restored, take_back

if TYPE_CHECKING:
    from jdz_field.store.project import Project

__all__ = [
    "GeotagReport",
    "Geotagging",
    "Proposal",
    "Restored",
    "Timing",
    "clock_offset",
    "geotag",
    "own_tracks",
    "propose",
    "propose_offsets",
    "read_tracks",
    "undo",
]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

#: Clocks that are wrong by more than this were never set; tracks are looked for so far around.
_WRONG_BY = timedelta(days=1)


def geotag(
    paths: Sequence[Path],
    tracks: Sequence[Path | Track],
    how: Geotagging,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> GeotagReport:
    """Geotag files, and the photos in folders, from tracks or files; see ``photos.geotag``."""
    return tagging.geotag(
        photo_files(paths), read_tracks(tracks), how, progress=progress, cancelled=cancelled
    )


def read_tracks(tracks: Sequence[Path | Track]) -> list[Track]:
    """Tracks as they are, and those in files; ``BadInput``, ``Unavailable`` by ``read_track``."""
    return [track if isinstance(track, Track) else read_track(track) for track in tracks]


def own_tracks(project: Project, paths: Sequence[Path], timing: Timing) -> list[Track]:
    """The project's own tracks from a day before the first of these photos to a day after the last.

    ``BadInput`` when there is none.
    """
    between = span(_read(paths), timing.zone)
    found = [] if between is None else _tracks(project, *between)
    if not found:
        text = _("The project has no track of the days of these photos; name a file with --track.")
        raise BadInput(text)
    return found


def _tracks(project: Project, start: datetime, end: datetime) -> list[Track]:
    # It brings geometry along that geotagging from a file need not wait for.
    from jdz_field.operations.tracks import tracks_between  # noqa: PLC0415

    return tracks_between(project, start - _WRONG_BY, end + _WRONG_BY)


def clock_offset(photo: Path, shown: str, timing: Timing) -> float:
    """Seconds to add to a camera's time, by its photo of a clock that showed ``shown``.

    ``BadInput`` when the photo has no time, ``BadUsage`` when ``shown`` is none; see
    ``photos.clock.offset_from_clock`` for how it may be written.
    """
    return offset_from_clock(read_photo(photo), shown, timing.zone)


def propose_offsets(
    paths: Sequence[Path], tracks: Sequence[Path | Track], timing: Timing
) -> list[Proposal]:
    """What the photos that have a position say about their cameras' clocks."""
    return propose(_read(paths), read_tracks(tracks), timing.zone)


def _read(paths: Sequence[Path]) -> list[PhotoInfo]:
    return list(in_parallel(photo_files(paths), read_photo, stopped=lambda: False))


def undo(paths: Sequence[Path]) -> list[Restored]:
    """Give files, and the photos in folders, the bytes that they had before any geotagging.

    ``Unavailable`` when the disk is full; files done stay done.
    """
    return take_back(photo_files(paths))
