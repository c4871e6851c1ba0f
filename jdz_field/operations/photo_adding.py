"""One run of taking files into a project: copied by several threads, entered in batches."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from jdz_field.core.changes import ATTACHMENT
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_mimes import MIMES
from jdz_field.operations.photo_pile import Journal, Stamp
from jdz_field.operations.photo_places import Proposal, SiteFinder
from jdz_field.photos.exif import PhotoInfo, read_photo
from jdz_field.photos.faults import Fault
from jdz_field.photos.files import DiskFull
from jdz_field.photos.keep import Kept, keep
from jdz_field.photos.kinds import suffix_of
from jdz_field.photos.match import Matcher
from jdz_field.photos.place import Placed, Timing, place
from jdz_field.store.check import file_of
from jdz_field.store.project import Project

Cancelled = Callable[[], bool]
Copied = Callable[[int], None]

ADDED, ALREADY, REFUSED = "added", "already", "refused"
#: Entries are brought into the store so many at once, or after so many seconds.
BATCH, PATIENCE = 16, 0.5

#: What ``photos add`` prints of an attachment.
_PRINTED = (
    *("id", "sha256", "filename", "taken", "lon", "lat", "altitude", "direction"),
    *("accuracy", "method", "record", "site"),
)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Belongs:
    """What a file belongs to: record or draft, site, and question (``path``) of the record."""

    record: str | None = None
    site: str | None = None
    path: str | None = None

    def fields(self) -> dict[str, str | None]:
        """As an attachment's fields."""
        return {"record": self.record, "site": self.site, "path": self.path}

    def of(self, a: Attachment) -> bool:
        """Whether an attachment belongs to exactly this."""
        return (a.record, a.site, a.path) == (self.record, self.site, self.path)


@dataclass(frozen=True, slots=True)
class AddedPhoto:
    """What became of one file: ``status`` is ``added``, ``already`` or ``refused``.

    ``attachment`` is its entry in the project, ``None`` when refused. ``problem`` says why it
    was refused, or what is wrong with an added photo's position or time. ``proposed`` are sites
    near it when it belongs to no site or record yet. ``note`` says where its content is besides.
    """

    file: Path
    status: str
    attachment: Attachment | None = None
    gap_s: float | None = None
    problem: str | None = None
    proposed: tuple[Proposal, ...] = ()
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``photos add`` prints it."""
        return {
            "file": str(self.file),
            "status": self.status,
            **{name: getattr(self.attachment, name, None) for name in _PRINTED},
            "gap_s": None if self.gap_s is None else round(self.gap_s, 3),
            "problem": self.problem,
            "note": self.note,
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


@dataclass(slots=True)
class Source:
    """What the worker threads learnt about one file."""

    info: PhotoInfo
    kept: Kept | None = None
    problem: str | None = None
    stamp: Stamp | None = None


@dataclass(slots=True)
class Adding:
    """Where the photos go and how their place is found.

    ``every`` is what all belong to; ``each`` says otherwise for single files.
    """

    project: Project
    every: Belongs
    each: Mapping[Path, Belongs]
    timing: Timing
    matcher: Matcher | None
    any_file: bool
    cancelled: Cancelled | None
    copied: Copied | None = None
    sizes: frozenset[int] = frozenset()
    journal: Journal = field(init=False)
    finder: SiteFinder | None = None
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    _new: list[Attachment] = field(default_factory=list)
    _files: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What earlier runs did, and what lies in the project's folder already."""
        self.journal = Journal(self.project.path)
        self.sizes = _sizes(self.project.path / "files")

    # ---- in worker threads
    def take(self, file: Path) -> Source:
        """Look at a file and copy it into the project (in a worker thread)."""
        stamp, done = Stamp.of(file), self.journal.hash_of(file)
        stored = file_of(self.project.path, done) if done is not None else None
        if done is not None and stored is not None and stamp is not None:
            if self.copied is not None:
                self.copied(2 * stamp.size)
            return Source(PhotoInfo(file), Kept(done, stamp.size, stored, True), None, stamp)
        info = read_photo(file)
        if info.broken and not (self.any_file and Fault.NO_PICTURE in info.faults):
            return Source(info, problem=info.problem)
        try:
            kept = keep(
                file, self.project.path / "files", suffix=_suffix_of(info),
                cancelled=self.cancelled, progress=self.copied, sizes=self.sizes,
            )  # fmt: skip
            return Source(info, kept, None, stamp)
        except DiskFull:
            raise
        except (BadInput, Unavailable) as error:
            return Source(info, problem=str(error))

    # ---- in the project's own thread
    def enter(self, sources: Sequence[Source]) -> list[AddedPhoto]:
        """Enter copied files into the store, in one transaction; then they are told as done."""
        entered = [self._entered(source) for source in sources]
        self.project.add_attachments(self._new)
        self._new.clear()
        self.journal.note(
            {one.info.file: (one.kept.sha256, one.stamp) for one in sources if one.kept}
        )
        return entered

    def _entered(self, source: Source) -> AddedPhoto:
        file, kept = source.info.file, source.kept
        if kept is None:
            return AddedPhoto(file, REFUSED, problem=source.problem)
        wanted = self.each.get(file, self.every)
        known = [a for a in self._new if a.sha256 == kept.sha256]
        known += self.project.attachment_by_hash(kept.sha256)
        twin = self._files.setdefault(kept.sha256, file)
        same = self._same(known, wanted)
        if same is not None:
            note = self._twin(twin) if twin != file else self._elsewhere([same], Belongs())
            return AddedPhoto(file, ALREADY, same, proposed=self._proposed(same), note=note)
        if source.info.size == 0:
            # Only its hash was remembered; it belongs to something else now.
            source.info = read_photo(file)
        attachment, placed = self._attachment(source.info, kept, wanted)
        self._new.append(attachment)
        problem = source.info.problem if not source.info.broken else None
        if attachment.lon is None and placed is not None:
            problem = placed.problem
        gap = None if placed is None else placed.gap_s
        proposed = self._proposed(attachment)
        note = self._elsewhere(known, wanted)
        return AddedPhoto(file, ADDED, attachment, gap, problem, proposed, note)

    def _same(self, known: Sequence[Attachment], wanted: Belongs) -> Attachment | None:
        """The entry that this content has already; one that belongs nowhere yet is linked."""
        if wanted == Belongs():
            return next(iter(known), None)
        for a in known:
            if wanted.of(a):
                return a
        for a in known:
            if Belongs().of(a):
                return self._linked(a, wanted)
        return None

    def _linked(self, a: Attachment, wanted: Belongs) -> Attachment:
        linked = replace(a, record=wanted.record, site=wanted.site, path=wanted.path)
        if a in self._new:
            self._new[self._new.index(a)] = linked
        else:
            self.project.edit(ATTACHMENT, a.id, wanted.fields())
        return linked

    def _twin(self, other: Path) -> str:
        return _("the same picture as {file}").format(file=other.name)

    def _elsewhere(self, known: Sequence[Attachment], wanted: Belongs) -> str | None:
        """Where the content is besides: in another record, or at another site."""
        for a in known:
            if a.record and a.record != wanted.record:
                return _("already in another record, as {name}").format(name=a.filename)
            if a.site and a.site != wanted.site:
                site = self.project.site(a.site)
                name = (site.name or site.code) if site is not None else a.site
                return _("already at {site}").format(site=name)
        return None

    def _attachment(
        self, info: PhotoInfo, kept: Kept, wanted: Belongs
    ) -> tuple[Attachment, Placed | None]:
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
            filename=self._name(info.file.name, kept.sha256, wanted.record),
            size=kept.size,
            mime=MIMES.get(suffix, "application/octet-stream"),
            record=wanted.record,
            path=wanted.path,
            site=wanted.site,
            taken=to_text(moment) if moment else None,
            lon=match.lon if match else info.lon,
            lat=match.lat if match else info.lat,
            altitude=match.altitude if match else gps.altitude,
            direction=gps.direction,
            direction_ref=gps.direction_reference,
            accuracy=gps.accuracy if own else None,
            method="exif" if own else "track" if match else None,
        )
        return attachment, placed

    def _name(self, name: str, sha256: str, record: str | None) -> str:
        """The file's name, numbered when the record has another file of this name."""
        if record is None:
            return name
        if record not in self.names:
            there = self.project.attachments(record=record)
            self.names[record] = {one.filename.casefold(): one.sha256 for one in there}
        stem, suffix, number = PurePath(name).stem, PurePath(name).suffix, 1
        while self.names[record].setdefault(name.casefold(), sha256) != sha256:
            number += 1
            name = f"{stem}-{number}{suffix}"
        return name

    def _proposed(self, a: Attachment) -> tuple[Proposal, ...]:
        if a.site or a.record or a.lon is None or a.lat is None:
            return ()
        if self.finder is None:
            self.finder = SiteFinder(self.project.map_points())
        return tuple(self.finder.near(a.lon, a.lat))


def in_batches(sources: Iterable[Source]) -> Iterable[list[Source]]:
    """What the threads finished, in lists that are entered at once.

    What is raised while waiting for the next file comes after those that are finished.
    """
    batch: list[Source] = []
    begun = time.monotonic()
    try:
        for source in sources:
            batch.append(source)
            if len(batch) >= BATCH or time.monotonic() - begun > PATIENCE:
                yield batch
                batch, begun = [], time.monotonic()
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _sizes(files: Path) -> frozenset[int]:
    """Sizes of the files that the project has, in bytes; a folder that cannot be read has none."""
    try:
        return frozenset(path.stat().st_size for path in files.glob("??/*"))
    except OSError:
        return frozenset()


def _suffix_of(info: PhotoInfo) -> str:
    """Under which suffix it is kept: what the content is, else what its name says."""
    try:
        suffix = suffix_of(info.file)
    except OSError:
        # Whoever copies it says what is wrong.
        suffix = info.file.suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ".bin"
