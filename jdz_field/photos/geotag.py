"""Geotags picture files from tracks: in place, as copies, or only as a preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadUsage, JdzError
from jdz_field.core.i18n import _
from jdz_field.geo.tracks import Track
from jdz_field.photos.exif import PhotoInfo, read_photo
from jdz_field.photos.files import DiskFull, disk_fault, sweep, sync_folder
from jdz_field.photos.match import Match, Matcher
from jdz_field.photos.place import Placed, Timing, in_parallel, place
from jdz_field.photos.splice import Position
from jdz_field.photos.writer import write_gps

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

#: ``method`` of a picture whose own position is kept.
OWN = "exif"


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
        for photo in in_parallel(targets, run.one, stopped=stopped):
            done.append(photo)
            if progress:
                progress(len(done), len(targets))
    finally:
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

    def one(self, target: _Target) -> TaggedPhoto:
        """Geotag one picture; ``DiskFull`` is raised, every other fault becomes its problem."""
        file, written = target
        info = read_photo(file)
        if info.broken:
            return TaggedPhoto(file, problem=info.problem)
        if info.lon is not None and not self.how.overwrite:
            return self._own(info)
        placed = place(info, self.matcher, self.how.timing)
        if placed.match is None:
            return TaggedPhoto(file, gap_s=placed.gap_s, problem=placed.problem)
        if written is None:
            return _of(file, placed.match)
        return self._write(info, placed, placed.match, written)

    def _own(self, info: PhotoInfo) -> TaggedPhoto:
        return TaggedPhoto(info.file, info.lon, info.lat, info.gps.altitude, method=OWN)

    def _write(self, info: PhotoInfo, placed: Placed, match: Match, target: Path) -> TaggedPhoto:
        position = Position(match.lon, match.lat, match.altitude, moment=placed.moment)
        photo = _of(info.file, match)
        if self.how.out is not None and target.exists():
            return self._is_there(photo, target)
        try:
            write_gps(info.file, position, target if self.how.out is not None else None)
        except DiskFull:
            raise
        except JdzError as error:
            return replace(photo, problem=str(error))
        return replace(photo, written=target)

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
