"""What shall become of a pile of photos: where each was taken, and which site it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from statistics import median

from jdz_field.geo.tracks import Track, read_track
from jdz_field.operations.photos import Proposal, SiteFinder, Timing, read_photos
from jdz_field.photos.exif import PhotoInfo
from jdz_field.photos.match import Matcher
from jdz_field.photos.place import Placed, place

#: A site this near to a photo is chosen without being asked, in metres.
SURE_M = 150.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo of the pile.

    ``near`` are sites around it, the nearest first; ``site`` the chosen one's id.
    """

    info: PhotoInfo
    placed: Placed | None = None
    near: tuple[Proposal, ...] = ()
    site: str | None = None
    chosen: bool = False

    @property
    def position(self) -> tuple[float, float] | None:
        """Longitude and latitude: its own, else the track's."""
        if self.info.lon is not None and self.info.lat is not None:
            return self.info.lon, self.info.lat
        match = self.placed.match if self.placed is not None else None
        return (match.lon, match.lat) if match is not None else None

    @property
    def source(self) -> str:
        """``exif``, ``track`` or empty."""
        if self.info.lon is not None:
            return "exif"
        return "track" if self.position is not None else ""

    @property
    def key(self) -> str:
        """What names it in lists."""
        return str(self.info.file)


@dataclass(frozen=True, slots=True)
class Pile:
    """The photos, the tracks they are compared with, and how camera times become true ones."""

    shots: tuple[Shot, ...] = ()
    tracks: tuple[Track, ...] = ()
    timing: Timing = field(default_factory=Timing)

    def moment(self, shot: Shot) -> datetime | None:
        """When it was taken, in UTC."""
        timing = self.timing
        return shot.info.moment(timing.zone, timing.clock_offset) or shot.info.gps.moment

    def good(self) -> tuple[Shot, ...]:
        """Those that are whole pictures."""
        return tuple(shot for shot in self.shots if not shot.info.broken)


def add(pile: Pile, paths: Sequence[Path], finder: SiteFinder, site: str | None) -> Pile:
    """The pile with the photos at ``paths`` (files, folders) too; reads them from the disk."""
    known = {shot.info.file for shot in pile.shots}
    new = [Shot(info) for info in read_photos(paths) if info.file not in known]
    return settled(replace(pile, shots=(*pile.shots, *new)), finder, site)


def with_tracks(pile: Pile, paths: Sequence[Path], finder: SiteFinder, site: str | None) -> Pile:
    """The pile compared with these tracks too; ``BadInput`` when a file is no track."""
    known = {track.file for track in pile.tracks}
    read = tuple(read_track(path) for path in paths if path not in known)
    return settled(replace(pile, tracks=(*pile.tracks, *read)), finder, site)


def settled(pile: Pile, finder: SiteFinder, site: str | None) -> Pile:
    """Places by the tracks and sites by the places anew; what a person chose stays.

    ``site``: everything belongs there.
    """
    matcher = Matcher(pile.tracks, pile.timing.max_gap) if pile.tracks else None
    shots = tuple(_settled(shot, matcher, pile.timing, finder, site) for shot in pile.shots)
    return replace(pile, shots=shots)


def _settled(
    shot: Shot, matcher: Matcher | None, timing: Timing, finder: SiteFinder, site: str | None
) -> Shot:
    wants_track = matcher is not None and shot.info.lon is None and not shot.info.broken
    placed = place(shot.info, matcher, timing) if wants_track and matcher is not None else None
    shot = replace(shot, placed=placed)
    near = tuple(finder.near(*shot.position)) if shot.position is not None else ()
    chosen = shot.site if shot.chosen else site or _nearest(near)
    return replace(shot, near=near, site=chosen)


def _nearest(near: Sequence[Proposal]) -> str | None:
    return near[0].site if near and near[0].distance_m <= SURE_M else None


def choose(pile: Pile, keys: Sequence[str], site: str | None) -> Pile:
    """The pile with a site chosen for these photos."""
    wanted = frozenset(keys)
    shots = tuple(
        replace(shot, site=site, chosen=True) if shot.key in wanted else shot for shot in pile.shots
    )
    return replace(pile, shots=shots)


def without(pile: Pile, keys: Sequence[str]) -> Pile:
    """The pile without these photos; the files are not touched."""
    gone = frozenset(keys)
    return replace(pile, shots=tuple(shot for shot in pile.shots if shot.key not in gone))


def clock_error(pile: Pile) -> float | None:
    """Seconds by which the camera's clock is behind, by photos whose receiver told the time."""
    errors = []
    for shot in pile.shots:
        told, true = shot.info.moment(pile.timing.zone), shot.info.gps.moment
        if told is not None and true is not None:
            errors.append((true - told).total_seconds())
    return median(errors) if errors else None
