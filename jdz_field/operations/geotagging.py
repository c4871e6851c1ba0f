"""Geotagging: places photos on tracks by their time, and writes the places into the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jdz_field.geo.tracks import Track, read_track
from jdz_field.photos import geotag as tagging
from jdz_field.photos.geotag import Geotagging, GeotagReport
from jdz_field.photos.place import Timing, photo_files

__all__ = ["GeotagReport", "Geotagging", "Timing", "geotag", "read_tracks"]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


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
