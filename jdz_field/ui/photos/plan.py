"""What shall become of a pile of photos: where each was taken, and what it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.geo.tracks import Track, read_track
from jdz_field.operations import photo_pile
from jdz_field.operations.photo_places import first_sure
from jdz_field.operations.photos import (
    Belongs,
    Proposal,
    RecordFinder,
    RecordProposal,
    SiteFinder,
    Timing,
    read_photos,
)
from jdz_field.photos.clock import Proposal as Clock
from jdz_field.photos.clock import propose
from jdz_field.photos.exif import PhotoInfo
from jdz_field.photos.match import Matcher
from jdz_field.photos.place import Placed, place


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo of the pile.

    ``near`` are sites around it, the nearest first; ``records`` those that were being made when
    it was taken. ``site`` and ``record`` are the chosen ones' ids, ``chosen`` by the person.
    ``name`` is how it is called when the file's name says nothing.
    """

    info: PhotoInfo
    placed: Placed | None = None
    near: tuple[Proposal, ...] = ()
    records: tuple[RecordProposal, ...] = ()
    site: str | None = None
    record: str | None = None
    chosen: bool = False
    name: str = ""

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

    @property
    def title(self) -> str:
        """Its name for a person."""
        return self.name or self.info.file.name

    @property
    def belongs(self) -> Belongs:
        """What was chosen for it."""
        return Belongs(self.record, self.site)

    @property
    def why(self) -> RecordProposal | Proposal | None:
        """The proposal that was chosen; ``None`` when it is another, or nothing is chosen."""
        if self.record is not None:
            return next((one for one in self.records if one.record == self.record), None)
        return next((one for one in self.near if one.site == self.site), None)


@dataclass(frozen=True, slots=True)
class Pile:
    """The photos, the tracks they are compared with, and how camera times become true ones.

    ``clocks``: what the photos that have a position say about their cameras' clocks.
    """

    shots: tuple[Shot, ...] = ()
    tracks: tuple[Track, ...] = ()
    timing: Timing = field(default_factory=Timing)
    clocks: tuple[Clock, ...] = ()

    def moment(self, shot: Shot) -> datetime | None:
        """When it was taken, in UTC."""
        timing = self.timing
        return shot.info.moment(timing.zone, timing.clock_offset) or shot.info.gps.moment

    def good(self) -> tuple[Shot, ...]:
        """Those that are whole pictures."""
        return tuple(shot for shot in self.shots if not shot.info.broken)


def add(
    pile: Pile,
    paths: Sequence[Path],
    finder: SiteFinder,
    site: str | None,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Pile:
    """The pile with the photos at ``paths`` (files, folders) too; reads them from the disk."""
    known = {shot.info.file for shot in pile.shots}
    read = read_photos(paths, progress=progress, cancelled=cancelled)
    new = [Shot(info) for info in read if info.file not in known]
    return settled(replace(pile, shots=(*pile.shots, *new)), finder, site)


def with_tracks(
    pile: Pile, paths: Sequence[Path | Track], finder: SiteFinder, site: str | None
) -> Pile:
    """The pile compared with these tracks too; ``BadInput`` when a file is no track."""
    known = {track.file for track in pile.tracks}
    read = (one if isinstance(one, Track) else read_track(one) for one in paths)
    new = tuple(track for track in read if track.file not in known)
    return settled(replace(pile, tracks=(*pile.tracks, *new)), finder, site)


def span(pile: Pile) -> tuple[datetime, datetime] | None:
    """When the first and the last photo were taken; ``None`` when no photo tells."""
    moments = [moment for shot in pile.shots if (moment := pile.moment(shot)) is not None]
    return (min(moments), max(moments)) if moments else None


def settled(
    pile: Pile, finder: SiteFinder, site: str | None, records: RecordFinder | None = None
) -> Pile:
    """Places by the tracks, records by the times and sites by the places anew.

    What a person chose stays. ``site``: everything belongs there. Without ``records`` those
    that were found before stay proposed.
    """
    matcher = Matcher(pile.tracks, pile.timing.max_gap) if pile.tracks else None
    shots = tuple(_settled(shot, pile, matcher, finder, records, site) for shot in pile.shots)
    return replace(pile, shots=shots)


def _settled(
    shot: Shot,
    pile: Pile,
    matcher: Matcher | None,
    finder: SiteFinder,
    records: RecordFinder | None,
    site: str | None,
) -> Shot:
    wants_track = matcher is not None and shot.info.lon is None and not shot.info.broken
    placed = place(shot.info, matcher, pile.timing) if wants_track and matcher else None
    shot = replace(shot, placed=placed)
    near = tuple(finder.near(*shot.position)) if shot.position is not None else ()
    fitting = shot.records
    if records is not None:
        fitting = tuple(records.near(pile.moment(shot), shot.position))
    shot = replace(shot, near=near, records=fitting)
    if shot.chosen:
        return shot
    record, nearest = (None, site) if site else first_sure(fitting, near)
    return replace(shot, record=record, site=nearest)


def choose(pile: Pile, keys: Sequence[str], site: str | None, record: str | None = None) -> Pile:
    """The pile with a record, a site or both chosen for these photos."""
    wanted = frozenset(keys)
    shots = tuple(
        replace(shot, site=site, record=record, chosen=True) if shot.key in wanted else shot
        for shot in pile.shots
    )
    return replace(pile, shots=shots)


def proposed_again(pile: Pile, keys: Sequence[str]) -> Pile:
    """The pile with these photos' choices taken back: what was proposed counts."""
    wanted = frozenset(keys)
    shots = []
    for shot in pile.shots:
        if shot.key in wanted:
            record, site = first_sure(shot.records, shot.near)
            shot = replace(shot, record=record, site=site, chosen=False)  # noqa: PLW2901
        shots.append(shot)
    return replace(pile, shots=tuple(shots))


def without(pile: Pile, keys: Sequence[str]) -> Pile:
    """The pile without these photos; the files are not touched."""
    gone = frozenset(keys)
    return replace(pile, shots=tuple(shot for shot in pile.shots if shot.key not in gone))


def with_clocks(pile: Pile) -> Pile:
    """The pile with what is known of its cameras' clocks; reads no file."""
    infos = [shot.info for shot in pile.good()]
    return replace(pile, clocks=tuple(propose(infos, pile.tracks, pile.timing.zone)))


def reread(pile: Pile, files: Sequence[Path]) -> Pile:
    """The pile with these files read anew: they were written meanwhile. Settle it after."""
    new = {info.file: info for info in read_photos(files)}
    shots = tuple(replace(shot, info=new.get(shot.info.file, shot.info)) for shot in pile.shots)
    return replace(pile, shots=shots)


def named(pile: Pile, names: Mapping[Path, str]) -> Pile:
    """The pile with these files called so."""
    shots = tuple(replace(shot, name=names.get(shot.info.file, shot.name)) for shot in pile.shots)
    return replace(pile, shots=shots)


def remembered(pile: Pile) -> photo_pile.Pile:
    """What is kept of a pile for the next time."""
    offset = pile.timing.zone.utcoffset(None)
    return photo_pile.Pile(
        photos=tuple(
            photo_pile.Choice(str(shot.info.file), shot.record, shot.site, shot.chosen)
            for shot in pile.shots
        ),
        tracks=tuple(str(track.file) for track in pile.tracks),
        clock_offset=pile.timing.clock_offset,
        max_gap=pile.timing.max_gap,
        offset_s=offset.total_seconds() if offset is not None else 28_800.0,
    )


def recalled(
    kept: photo_pile.Pile,
    now: Pile,
    finder: SiteFinder,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Pile:
    """A remembered pile and, after it, the one that lies there now.

    Photos that are not there any more are left out, tracks too.
    """
    zone = timezone(timedelta(seconds=kept.offset_s))
    choices = {Path(one.file): one for one in kept.photos}
    files = [file for file in choices if file.is_file()]
    pile = Pile(timing=Timing(zone, kept.clock_offset, kept.max_gap))
    pile = add(pile, files, finder, None, progress=progress, cancelled=cancelled)
    for track in kept.tracks:
        with suppress(BadInput, Unavailable):
            pile = with_tracks(pile, [Path(track)], finder, None)
    known = {shot.key for shot in pile.shots}
    shots = []
    for shot in pile.shots:
        one = choices[shot.info.file]
        if one.chosen:
            shot = replace(shot, record=one.record, site=one.site, chosen=True)  # noqa: PLW2901
        shots.append(shot)
    shots += [shot for shot in now.shots if shot.key not in known]
    return replace(pile, shots=tuple(shots))
