"""Photos: read them, take them into a project, place them by a track, find their sites."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from jdz_field.core.changes import ATTACHMENT
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Attachment
from jdz_field.geo.tracks import distance_m
from jdz_field.operations.geotagging import geotag, read_tracks
from jdz_field.photos.exif import PhotoInfo, read_photo
from jdz_field.photos.faults import Fault
from jdz_field.photos.files import DiskFull, sweep
from jdz_field.photos.geotag import Geotagging, GeotagReport
from jdz_field.photos.keep import Kept, Stopped, keep
from jdz_field.photos.match import Matcher
from jdz_field.photos.place import Placed, Timing, in_parallel, photo_files, place
from jdz_field.store.project import Project
from jdz_field.store.queries import MapPoint

__all__ = [
    "AddReport",
    "AddedPhoto",
    "GeotagReport",
    "Geotagging",
    "Proposal",
    "SiteFinder",
    "Timing",
    "add_photos",
    "geotag",
    "propose_sites",
    "read_photos",
]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Copied = Callable[[int], None]

ADDED, ALREADY, REFUSED = "added", "already", "refused"

#: How far from a photo a site is proposed, metres, and how many are.
NEAR_M, PROPOSED = 500.0, 3

#: What ``photos add`` prints of an attachment.
_PRINTED = (
    *("id", "sha256", "filename", "taken", "lon", "lat", "altitude", "direction"),
    *("accuracy", "method", "record", "site"),
)

_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_MIMES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".heic": "image/heic",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".amr": "audio/amr",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".aac": "audio/aac",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".3gp": "video/3gpp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A site near a photo; ``distance_m`` metres away."""

    site: str
    kind: str
    name: str
    distance_m: float

    def to_json(self) -> dict[str, Any]:
        """As ``photos add`` prints it."""
        return {
            "site": self.site,
            "kind": self.kind,
            "name": self.name,
            "distance_m": round(self.distance_m, 1),
        }


class SiteFinder:
    """The sites of a project by latitude, to find those near a photo."""

    def __init__(self, points: Iterable[MapPoint]) -> None:
        self._points = sorted(points, key=lambda point: point.lat)
        self._lats = [point.lat for point in self._points]

    def near(
        self, lon: float, lat: float, within: float = NEAR_M, limit: int = PROPOSED
    ) -> list[Proposal]:
        """Sites within ``within`` metres of a place (degrees, EPSG:4490), the nearest first."""
        reach = within / 110_000  # a degree of latitude is never shorter than 110 km
        found = []
        for index in range(bisect_left(self._lats, lat - reach), len(self._points)):
            point = self._points[index]
            if point.lat > lat + reach:
                break
            distance = distance_m(lon, lat, point.lon, point.lat)
            if distance <= within:
                found.append(Proposal(point.id, point.kind, point.name, distance))
        return sorted(found, key=lambda proposal: proposal.distance_m)[:limit]


def propose_sites(
    project: Project, lon: float, lat: float, *, within: float = NEAR_M, limit: int = PROPOSED
) -> list[Proposal]:
    """Sites near a place; for many photos ask one ``SiteFinder``."""
    return SiteFinder(project.map_points()).near(lon, lat, within, limit)


@dataclass(frozen=True, slots=True)
class AddedPhoto:
    """What became of one file: ``status`` is ``added``, ``already`` or ``refused``.

    ``attachment`` is its entry in the project, ``None`` when refused. ``problem`` says why it
    was refused, or what is wrong with an added photo's position or time. ``proposed`` are sites
    near it when it belongs to no site or record yet.
    """

    file: Path
    status: str
    attachment: Attachment | None = None
    gap_s: float | None = None
    problem: str | None = None
    proposed: tuple[Proposal, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As ``photos add`` prints it."""
        return {
            "file": str(self.file),
            "status": self.status,
            **{name: getattr(self.attachment, name, None) for name in _PRINTED},
            "gap_s": None if self.gap_s is None else round(self.gap_s, 3),
            "problem": self.problem,
            "proposed": [proposal.to_json() for proposal in self.proposed],
        }


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of all files; ``stopped`` when the person stopped before the last one."""

    files: tuple[AddedPhoto, ...]
    stopped: bool = False

    def count(self, status: str) -> int:
        """How many files have this status."""
        return sum(photo.status == status for photo in self.files)

    def to_json(self) -> dict[str, Any]:
        """As ``photos add`` prints it."""
        return {
            "added": self.count(ADDED),
            "already": self.count(ALREADY),
            "refused": self.count(REFUSED),
            "stopped": self.stopped,
            "files": [photo.to_json() for photo in self.files],
        }


def read_photos(paths: Sequence[Path]) -> list[PhotoInfo]:
    """What each file says; folders give the photos in and below them."""
    files = photo_files(paths)
    return list(in_parallel(files, read_photo, stopped=lambda: False))


@dataclass(slots=True)
class _Source:
    """What the worker threads learnt about one file."""

    info: PhotoInfo
    kept: Kept | None = None
    problem: str | None = None


@dataclass(slots=True)
class _Adding:
    """One run of ``add_photos``: where the photos go and how their place is found."""

    project: Project
    record: str | None
    site: str | None
    path: str | None
    timing: Timing
    matcher: Matcher | None
    any_file: bool
    cancelled: Cancelled | None
    copied: Copied | None = None
    finder: SiteFinder | None = None
    names: dict[str, str] = field(default_factory=dict)

    def take(self, file: Path) -> _Source:
        """Look at a file and copy it into the project (in a worker thread)."""
        info = read_photo(file)
        if info.broken and not (self.any_file and Fault.NO_JPEG in info.faults):
            return _Source(info, problem=info.problem)
        suffix = ".jpg" if not info.broken else _suffix_of(file)
        files = self.project.path / "files"
        try:
            kept = keep(file, files, suffix=suffix, cancelled=self.cancelled, progress=self.copied)
            return _Source(info, kept)
        except DiskFull:
            raise
        except (BadInput, Unavailable) as error:
            return _Source(info, problem=str(error))

    def enter(self, source: _Source) -> AddedPhoto:
        """Enter a copied file into the store (in the project's own thread)."""
        file, kept = source.info.file, source.kept
        if kept is None:
            return AddedPhoto(file, REFUSED, problem=source.problem)
        known = self.project.attachment_by_hash(kept.sha256)
        same = self._ours(known)
        if same is not None:
            return AddedPhoto(file, ALREADY, same, proposed=self._proposed(same))
        attachment, placed = self._attachment(source.info, kept)
        self.project.add_attachment(attachment)
        problem = source.info.problem if not source.info.broken else None
        if attachment.lon is None and placed is not None:
            problem = placed.problem
        return AddedPhoto(
            file,
            ADDED,
            attachment,
            None if placed is None else placed.gap_s,
            problem,
            self._proposed(attachment),
        )

    def _ours(self, known: Sequence[Attachment]) -> Attachment | None:
        """The entry that this content has already; one that belongs nowhere yet is linked."""
        wanted = {"record": self.record, "site": self.site, "path": self.path}
        if not any(wanted.values()):
            return next(iter(known), None)
        for a in known:
            if (a.record, a.site, a.path) == tuple(wanted.values()):
                return a
        for a in known:
            if not (a.record or a.site or a.path):
                self.project.edit(ATTACHMENT, a.id, wanted)
                return replace(a, record=self.record, site=self.site, path=self.path)
        return None

    def _attachment(self, info: PhotoInfo, kept: Kept) -> tuple[Attachment, Placed | None]:
        placed = None
        if info.lon is None and self.matcher is not None and not info.broken:
            placed = place(info, self.matcher, self.timing)
        gps, match = info.gps, placed.match if placed else None
        moment = info.moment(self.timing.zone, self.timing.clock_offset) or gps.moment
        own = info.lon is not None
        suffix = kept.path.suffix
        attachment = Attachment(
            id=new_id(),
            sha256=kept.sha256,
            filename=self._name(info.file.name, kept.sha256),
            size=kept.size,
            mime=_MIMES.get(suffix, "application/octet-stream"),
            record=self.record,
            path=self.path,
            site=self.site,
            taken=to_text(moment) if moment else None,
            lon=match.lon if match else info.lon,
            lat=match.lat if match else info.lat,
            altitude=match.altitude if match else gps.altitude,
            direction=gps.direction,
            accuracy=gps.accuracy if own else None,
            method="exif" if own else "track" if match else None,
        )
        return attachment, placed

    def _name(self, name: str, sha256: str) -> str:
        """The file's name, numbered when the record has another file of this name."""
        if self.record is None:
            return name
        if not self.names:
            for one in self.project.attachments(record=self.record):
                self.names[one.filename.casefold()] = one.sha256
        stem, suffix, number = PurePath(name).stem, PurePath(name).suffix, 1
        while self.names.setdefault(name.casefold(), sha256) != sha256:
            number += 1
            name = f"{stem}-{number}{suffix}"
        return name

    def _proposed(self, a: Attachment) -> tuple[Proposal, ...]:
        if a.site or a.record or a.lon is None or a.lat is None:
            return ()
        if self.finder is None:
            self.finder = SiteFinder(self.project.map_points())
        return tuple(self.finder.near(a.lon, a.lat))


def _suffix_of(file: Path) -> str:
    suffix = file.suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ".bin"


def add_photos(  # noqa: PLR0913 - what a person chooses
    project: Project,
    paths: Sequence[Path],
    *,
    record: str | None = None,
    site: str | None = None,
    path: str | None = None,
    track: Path | Sequence[Path] | None = None,
    timing: Timing | None = None,
    any_file: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    copied: Copied | None = None,
) -> AddReport:
    """Take photos, and the photos in folders, into a project.

    Each is copied into ``files/`` under its SHA-256, durably, and entered as an attachment of
    the record or draft, its question (``path``) and the site. The source and the stored bytes
    are never changed: a photo without a position gets one from ``track`` in its attachment
    alone. The same content for the same record, site and question is ``already`` there, so
    running it again goes on where it stopped. ``any_file`` takes files that are no JPEG too.
    ``copied`` hears, in the working thread, of every byte twice: copied, checked.

    Raises:
        BadInput: a track cannot be used.
        Unavailable: the disk is full or fails; what was added stays added.
    """
    tracks = [] if track is None else [track] if isinstance(track, Path) else list(track)
    timing = timing or Timing()
    matcher = Matcher(read_tracks(tracks), timing.max_gap) if tracks else None
    adding = _Adding(project, record, site, path, timing, matcher, any_file, cancelled, copied)
    files = photo_files(paths)
    sweep(project.path / "files")
    done: list[AddedPhoto] = []
    try:
        for source in in_parallel(files, adding.take, stopped=cancelled or (lambda: False)):
            done.append(adding.enter(source))
            if progress:
                progress(len(done), len(files))
    except Stopped:
        pass
    return AddReport(tuple(done), stopped=len(done) < len(files))
