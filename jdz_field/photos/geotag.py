"""Geotags picture files from tracks: in place, as copies, or only as a preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadUsage, JdzError, Unavailable
from jdz_field.core.i18n import _
from jdz_field.geo.tracks import Track
from jdz_field.photos.exif import PhotoInfo, read_photo
from jdz_field.photos.files import DiskFull, disk_fault, sweep, sync_folder
from jdz_field.photos.journal import note
from jdz_field.photos.match import Match, Matcher
from jdz_field.photos.place import Placed, Timing, in_parallel, place
from jdz_field.photos.spares import Spares
from jdz_field.photos.splice import Position
from jdz_field.photos.writer import Staged, stage

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

#: ``method`` of a picture whose own position is kept.
OWN = "exif"

#: So many files, or files of so many bytes, wait for each other before they take their names.
BATCH, BATCH_BYTES = 16, 128_000_000


@dataclass(frozen=True, slots=True)
class TaggedPhoto:
    """What became of one picture.

    ``lon``, ``lat``: degrees WGS 84; ``gap_s``: seconds to the nearest point of the track;
    ``method``: ``interpolated``, ``nearest`` or ``exif`` (it had a position, which is kept);
    ``written``: the file that has the position now, ``None`` when none was written.
    """

    file: Path
    lon: float | None = None
    lat: float | None = None
    altitude: float | None = None
    gap_s: float | None = None
    method: str | None = None
    problem: str | None = None
    written: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``photos geotag`` prints it."""
        return {
            "file": str(self.file),
            "lon": _rounded(self.lon, 9),
            "lat": _rounded(self.lat, 9),
            "altitude": _rounded(self.altitude, 3),
            "gap_s": _rounded(self.gap_s, 3),
            "method": self.method,
            "problem": self.problem,
            "written": None if self.written is None else str(self.written),
        }


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


@dataclass(frozen=True, slots=True)
class GeotagReport:
    """What became of all pictures; ``warnings`` are about the tracks."""

    files: tuple[TaggedPhoto, ...]
    preview: bool
    warnings: tuple[str, ...] = ()
    stopped: bool = False

    @property
    def tagged(self) -> int:
        """How many were written."""
        return sum(photo.written is not None for photo in self.files)

    @property
    def skipped(self) -> int:
        """How many were left as they are, or would be: no place found, or one of their own."""
        if self.preview:
            return sum(photo.problem is not None or photo.method == OWN for photo in self.files)
        return len(self.files) - self.tagged

    @property
    def refused(self) -> bool:
        """Whether a picture could not be geotagged."""
        return any(photo.problem for photo in self.files)

    def to_json(self) -> dict[str, Any]:
        """As ``photos geotag`` prints it."""
        return {
            "tagged": self.tagged,
            "skipped": self.skipped,
            "preview": self.preview,
            "stopped": self.stopped,
            "warnings": list(self.warnings),
            "files": [photo.to_json() for photo in self.files],
        }


@dataclass(frozen=True, slots=True)
class Geotagging:
    """How to do it.

    Attributes:
        timing: time zone, clock offset and the longest gap.
        in_place: write into the files themselves.
        out: write copies into this folder, the files stay as they are.
        overwrite: also where a picture has a position of its own.
    """

    timing: Timing = field(default_factory=Timing)
    in_place: bool = False
    out: Path | None = None
    overwrite: bool = False


def geotag(
    files: Sequence[Path],
    tracks: Sequence[Track],
    how: Geotagging,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> GeotagReport:
    """Geotag ``files`` from ``tracks``; a preview that writes nothing without a place to write.

    Every file is whole at any instant, old or new. Running it again goes on where it was
    stopped: a picture with a position is left alone unless ``how.overwrite``.

    Raises:
        BadUsage: both places to write are named.
        Unavailable: the folder cannot be made, or the disk is full; files done stay done.
    """
    run = _Run(how, Matcher(tracks, how.timing.max_gap))
    targets = run.targets(files)
    for folder in {target.parent for _file, target in targets if target is not None}:
        sweep(folder)
    stopped = cancelled or (lambda: False)
    done: list[TaggedPhoto] = []
    try:
        for photo, staged in in_parallel(targets, run.one, stopped=stopped):
            done.append(photo)
            if staged is not None:
                run.wait(len(done) - 1, staged)
            run.finish(done, BATCH, BATCH_BYTES)
            if progress:
                progress(len(done), len(targets))
    finally:
        run.finish(done)
        run.drop_rest()
        for folder in {photo.written.parent for photo in done if photo.written is not None}:
            sync_folder(folder)
    warnings = tuple(_warning(track) for track in tracks if track.cut_off is not None)
    return GeotagReport(tuple(done), run.preview, warnings, stopped=len(done) < len(targets))


def _warning(track: Track) -> str:
    text = _("The track {file} is damaged in line {line}; the points before it are used.")
    return text.format(file=track.file, line=track.cut_off)


#: A picture and the file to write; ``None`` for a preview.
_Target = tuple[Path, Path | None]


class _Run:
    """One run: where each picture goes, and the work on one of them."""

    def __init__(self, how: Geotagging, matcher: Matcher) -> None:
        if how.in_place and how.out is not None:
            raise BadUsage(_("Choose one: write in place, or copies into a folder."))
        self.how = how
        self.matcher = matcher
        self.preview = not how.in_place and how.out is None
        self._taken: set[str] = set()
        self._waiting: list[tuple[int, Staged]] = []
        self._made: dict[Path, Staged] = {}
        self._spares = Spares()

    def targets(self, files: Sequence[Path]) -> list[_Target]:
        """Each picture with the file to write, given out beforehand so that none is shared."""
        if self.how.out is None:
            return [(file, file if self.how.in_place else None) for file in files]
        try:
            self.how.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_fault(error, self.how.out) from error
        return [(file, self._copy_name(self.how.out, file)) for file in files]

    def _copy_name(self, out: Path, file: Path) -> Path:
        """The name in the folder; another one for a second picture of the same name."""
        number, name = 1, file.name
        while name.casefold() in self._taken:
            number += 1
            name = f"{file.stem}-{number}{file.suffix}"
        self._taken.add(name.casefold())
        return out / name

    def one(self, target: _Target) -> tuple[TaggedPhoto, Staged | None]:
        """Geotag one picture; ``DiskFull`` is raised, every other fault becomes its problem."""
        file, written = target
        info = read_photo(file)
        if info.broken:
            return TaggedPhoto(file, problem=info.problem), None
        if info.lon is not None and not self.how.overwrite:
            return self._own(info), None
        placed = place(info, self.matcher, self.how.timing)
        if placed.match is None:
            return TaggedPhoto(file, gap_s=placed.gap_s, problem=placed.problem), None
        if written is None:
            return _of(file, placed.match), None
        return self._stage(info, placed, placed.match, written)

    def _own(self, info: PhotoInfo) -> TaggedPhoto:
        return TaggedPhoto(info.file, info.lon, info.lat, info.gps.altitude, method=OWN)

    def _stage(
        self, info: PhotoInfo, placed: Placed, match: Match, target: Path
    ) -> tuple[TaggedPhoto, Staged | None]:
        position = Position(
            match.lon,
            match.lat,
            match.altitude,
            accuracy=match.accuracy,
            moment=placed.moment,
        )
        photo = _of(info.file, match)
        copied = self.how.out is not None
        if copied and target.exists():
            return self._is_there(photo, target), None
        try:
            staged = stage(info.file, position, target if copied else None, spares=self._spares)
        except DiskFull:
            raise
        except JdzError as error:
            return replace(photo, problem=str(error)), None
        self._made[staged.part] = staged
        return replace(photo, written=target), staged

    def wait(self, index: int, staged: Staged) -> None:
        """A new file waits for others, so that one line-up of the journal serves them all."""
        self._waiting.append((index, staged))

    def finish(self, done: list[TaggedPhoto], least: int = 1, room: int = 0) -> None:
        """Let the files that wait take their names, once there are enough or they take room."""
        size = sum(staged.after for _index, staged in self._waiting)
        if not self._waiting or (len(self._waiting) < least and size < room):
            return
        waiting, self._waiting = self._waiting, []
        problem = self._noted([staged for _index, staged in waiting])
        for index, staged in waiting:
            try:
                if problem is not None:
                    raise problem
                staged.take_name(self._spares)
            except Unavailable as error:
                staged.drop()
                done[index] = replace(done[index], problem=str(error), written=None)
            del self._made[staged.part]
        self._spares.names_are_kept(list({staged.target.parent for _index, staged in waiting}))

    def drop_rest(self) -> None:
        """Files that were made ahead when something stopped the run, and old ones, take no room."""
        self._spares.drop()
        for staged in self._made.values():
            staged.drop()

    def _noted(self, waiting: Sequence[Staged]) -> Unavailable | None:
        """Write down what takes the files back, before any of them changes; why it could not."""
        if self.how.out is not None:
            return None
        for folder in dict.fromkeys(staged.target.parent for staged in waiting):
            try:
                note(folder, [one for one in waiting if one.target.parent == folder])
            except OSError as error:
                return disk_fault(error, folder)
        return None

    def _is_there(self, photo: TaggedPhoto, target: Path) -> TaggedPhoto:
        """A copy that an earlier run made counts; any other file is left as it is."""
        found = read_photo(target)
        if not found.broken and _same(found.lon, photo.lon) and _same(found.lat, photo.lat):
            return replace(photo, written=target)
        text = _("The folder {folder} has another file of this name; choose an empty folder.")
        return replace(photo, problem=text.format(folder=target.parent))


def _of(file: Path, match: Match) -> TaggedPhoto:
    return TaggedPhoto(file, match.lon, match.lat, match.altitude, match.gap_s, match.method)


def _same(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) < 1e-7
