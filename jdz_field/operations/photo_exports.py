"""Photos out of a project: copies with names that say what they show, a table, a map file.

Sensitive ones are blurred or left out, as chosen; a stamp is written on copies only.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from jdz_field.core.clock import BEIJING
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Site
from jdz_field.operations.photo_sensitive import BLUR, LEAVE_OUT, Sensitive, known_choice
from jdz_field.operations.photo_views import label_of
from jdz_field.photos.blur import MOST_EDGE, areas_of, blurred, jpeg_of, upright
from jdz_field.photos.copies import write_copy
from jdz_field.photos.files import disk_fault
from jdz_field.photos.stamp import stamped
from jdz_field.store.check import file_of
from jdz_field.store.project import Project

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
_BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_COLUMNS = (
    *("file", "site_code", "site_name", "view", "caption", "taken", "lon", "lat", "altitude"),
    *("accuracy", "direction", "direction_ref", "person", "sensitive", "record", "original_name"),
)


@dataclass(frozen=True, slots=True)
class PhotoExport:
    """Which photos, and how they leave.

    Attributes:
        sites, records, views: only those of these (ids, ids, codes); none: all.
        sensitive: ``blur`` or ``leave-out``.
        stamp: words on every copy: site, position in CGCS2000, time, person.
        longest: longest side of the copies in pixels; 0: as they are.
    """

    sites: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    sensitive: str = BLUR
    stamp: bool = False
    longest: int = 0


@dataclass(frozen=True, slots=True)
class PhotosExported:
    """What was written to ``folder``, and what not: ``refused`` are ``{"file", "message"}``."""

    folder: Path
    files: tuple[str, ...] = ()
    blurred: int = 0
    left_out: int = 0
    refused: tuple[dict[str, str], ...] = ()
    cancelled: bool = False

    def to_json(self) -> dict[str, Any]:
        """As ``photos export`` prints it."""
        return {
            "written": len(self.files),
            "blurred": self.blurred,
            "left_out": self.left_out,
            "folder": str(self.folder),
            "files": list(self.files),
            "refused": list(self.refused),
            "cancelled": self.cancelled,
        }


def chosen(project: Project, request: PhotoExport) -> list[Attachment]:
    """The photos that are asked for, the oldest first; a picture whose copy answers comes once.

    A smaller copy is not exported where its original is here: that has more to show.
    """
    found = [a for a in project.attachments() if a.mime.startswith("image/")]
    for wanted, name in (
        (request.sites, "site"),
        (request.records, "record"),
        (request.views, "view"),
    ):
        if wanted:
            found = [a for a in found if getattr(a, name) in wanted]
    there = {a.sha256 for a in found if file_of(project.path, a.sha256) is not None}
    small = {a.original for a in found if a.variant == "small" and a.sha256 in there}
    once: dict[str, Attachment] = {}
    for one in found:
        doubled = one.original in there if one.variant == "small" else one.sha256 in small - there
        if not doubled:
            once.setdefault(one.sha256, one)
    return sorted(once.values(), key=lambda a: (a.taken or "", a.id))


def export_photos(
    project: Project,
    folder: Path,
    request: PhotoExport,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> PhotosExported:
    """Copies of photos into a new folder, with ``photos.csv`` and ``photos.kml``.

    A photo that is not here or cannot be shown is listed, the others are written.

    Raises:
        BadUsage: the folder holds something already; another word for sensitive ones.
        Unavailable: the disk; no font for stamps.
    """
    known_choice(request.sensitive)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadUsage(
            _("{folder} is there already; name a folder that is new or empty.").format(
                folder=folder
            )
        )
    work = _Export(project, folder, request)
    photos = chosen(project, request)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, photo in enumerate(photos):
            if cancelled and cancelled():
                return work.done(cancelled=True)
            work.take(photo)
            if progress:
                progress(number + 1, len(photos))
        work.write_lists()
    except OSError as error:
        raise disk_fault(error, folder) from error
    return work.done()


@dataclass
class _Export:
    project: Project
    folder: Path
    request: PhotoExport
    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    blurred: int = 0
    left_out: int = 0
    names: set[str] = field(default_factory=set)
    sites: dict[str, Site | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.leaving = Leaving(self.project, self.request.sensitive)

    def done(self, *, cancelled: bool = False) -> PhotosExported:
        return PhotosExported(
            self.folder,
            tuple(row["file"] for row in self.rows),
            self.blurred,
            self.left_out,
            tuple(self.refused),
            cancelled,
        )

    def take(self, photo: Attachment) -> None:
        if self.leaving.left_out(photo):
            self.left_out += 1
            return
        source = file_of(self.project.path, photo.sha256)
        if source is None:
            words = _("The photo is not on this machine; fetch it from the centre.")
            self.refused.append({"file": photo.filename, "message": words})
            return
        row = self._row(photo)
        try:
            self._write(photo, source, row)
        except BadInput as error:
            self.refused.append({"file": photo.filename, "message": str(error)})
            return
        self.blurred += bool(row["sensitive"])
        self.rows.append(row)

    def _write(self, photo: Attachment, source: Path, row: dict[str, Any]) -> None:
        hidden, request = self.leaving.hides(photo), self.request
        if not (hidden or request.stamp or request.longest):
            name = self._name(photo, row, source.suffix)
            _safely(self.folder / name, lambda target: _copied(source, target))
        else:
            image = upright(source, request.longest or MOST_EDGE)
            if hidden:
                image = blurred(image, self.leaving.areas(photo))
            if request.stamp:
                image = stamped(image, stamp_lines(photo, self._site(photo), row))
            name, jpeg = self._name(photo, row, ".jpg"), jpeg_of(image)
            # EXIF data hold a small picture and the exact place: none where something is hidden.
            kept = None if hidden or self.leaving.known.species(photo) else source
            _safely(self.folder / name, lambda target: write_copy(jpeg, kept, target))
        row["file"] = name

    def _site(self, photo: Attachment) -> Site | None:
        """Its site; none for a protected species, whose place the site would tell."""
        if photo.site is None or self.leaving.known.species(photo):
            return None
        if photo.site not in self.sites:
            self.sites[photo.site] = self.project.site(photo.site)
        return self.sites[photo.site]

    def _row(self, photo: Attachment) -> dict[str, Any]:
        site, place = self._site(photo), self.leaving.known.place(photo)
        mark = self.leaving.known.mark(photo)
        rough = self.leaving.known.species(photo)
        return {
            "file": "",
            "site_code": site.code if site else "",
            "site_name": site.name if site else "",
            "view": photo.view or "",
            "caption": photo.caption or "",
            "taken": photo.taken or "",
            "lon": place[0] if place else None,
            "lat": place[1] if place else None,
            "altitude": None if rough else photo.altitude,
            "accuracy": None if rough else photo.accuracy,
            "direction": photo.direction,
            "direction_ref": photo.direction_ref or "",
            "person": person_of(self.project, photo),
            "sensitive": (mark.sensitive or "") if mark else "",
            "record": "" if rough else photo.record or "",
            "original_name": photo.filename,
        }

    def _name(self, photo: Attachment, row: Mapping[str, Any], suffix: str) -> str:
        """``360222010001_瑶里镇示例滑坡_全貌_20261123-091000.jpg``, told apart by a number."""
        taken = _moment(photo.taken)
        moment = f"{taken:%Y%m%d-%H%M%S}" if taken else Path(photo.filename).stem
        parts = (row["site_code"], row["site_name"], label_of(photo.view), moment)
        stem = "_".join(_BAD.sub("", str(part))[:60].strip(". ") for part in parts if part)
        name, number = f"{stem or 'photo'}{suffix}", 1
        while name.casefold() in self.names:
            number += 1
            name = f"{stem}-{number}{suffix}"
        self.names.add(name.casefold())
        return name

    def write_lists(self) -> None:
        out = io.StringIO()
        writer = csv.DictWriter(out, _COLUMNS)
        writer.writeheader()
        writer.writerows({k: _plain(v) for k, v in row.items()} for row in self.rows)
        table, kml = out.getvalue().encode("utf-8-sig"), kml_of(self.rows).encode()
        _safely(self.folder / "photos.csv", lambda target: target.write_bytes(table))
        _safely(self.folder / "photos.kml", lambda target: target.write_bytes(kml))


class Leaving:
    """How photos leave a project; one for a whole export. ``sensitive`` as ``CHOICES``."""

    def __init__(self, project: Project, sensitive: str = BLUR) -> None:
        self.sensitive = known_choice(sensitive)
        self.known = Sensitive(project.attachments())

    def left_out(self, photo: Attachment) -> bool:
        """Whether the photo stays behind."""
        return self.sensitive == LEAVE_OUT and self.known.mark(photo) is not None

    def hides(self, photo: Attachment) -> bool:
        """Whether something of it is blurred."""
        return self.known.mark(photo) is not None

    def areas(self, photo: Attachment) -> Sequence[Any]:
        """The parts that are blurred; none: all of it. Parts that cannot be read hide it all."""
        mark = self.known.mark(photo)
        try:
            return areas_of(mark.sensitive_areas) if mark is not None else ()
        except BadInput:
            return ()

    def jpeg(self, photo: Attachment, file: Path, edge: int = MOST_EDGE) -> bytes:
        """A copy as JPEG without metadata, blurred where it must be; ``BadInput``: no picture."""
        image = upright(file, edge)
        return jpeg_of(blurred(image, self.areas(photo)) if self.hides(photo) else image)


def person_of(project: Project, photo: Attachment) -> str:
    """Who took a photo, as far as the project knows: its record's author, else who entered it."""
    record = project.record(photo.record) if photo.record else None
    if record is not None:
        return record.author
    history = project.site_history(photo.id)
    return history[-1].change.author if history else project.author


def stamp_lines(photo: Attachment, site: Site | None, row: Mapping[str, Any]) -> list[str]:
    """Site and number; place in CGCS2000; time and person. Sensitive places are rough here too."""
    first = " ".join(word for word in (site.name, site.code) if word) if site else ""
    place = ""
    if row["lon"] is not None:
        place = f"CGCS2000 {row['lon']:.6f}°E {row['lat']:.6f}°N"
        if row["accuracy"] is not None:
            place += f" ±{row['accuracy']:.0f} m"
    view = label_of(photo.view)
    last = "  ".join(word for word in (_when(photo.taken), row["person"], view) if word)
    return [first, place, last]


def _when(taken: str | None) -> str:
    moment = _moment(taken)
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _moment(taken: str | None) -> datetime | None:
    """A stored moment as it was here, in Beijing time."""
    try:
        moment = datetime.fromisoformat(taken or "")
    except ValueError:
        return None
    return moment.astimezone(BEIJING) if moment.tzinfo else moment


def kml_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """A map file whose places show the pictures beside it (OGC 07-147r2)."""
    marks = "".join(_placemark(row) for row in rows if row["lon"] is not None)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n{marks}</Document></kml>\n'
    )


def _placemark(row: Mapping[str, Any]) -> str:
    name = escape(f"{row['site_name']} {label_of(row['view'])}".strip() or row["file"])
    told = f'<img src="{escape(row["file"])}" width="480"/><p>{escape(row["caption"])}</p>'
    heading = row["direction"]
    turned = (
        f"<Style><IconStyle><heading>{heading:.0f}</heading></IconStyle></Style>"
        if heading is not None
        else ""
    )
    return (
        f"<Placemark><name>{name}</name><description>{escape(told)}</description>{turned}"
        f"<Point><coordinates>{row['lon']},{row['lat']}</coordinates></Point></Placemark>\n"
    )


def _plain(value: Any) -> Any:
    """Spreadsheets run texts as formulas that begin with one of these."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        return "'" + value
    return value


def _copied(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _safely(target: Path, write: Callable[[Path], Any]) -> None:
    """Write beside it and rename: a file is whole or not there."""
    part = target.with_name(f".{target.name}.part")
    try:
        write(part)
        os.replace(part, target)  # noqa: PTH105 - the atomic one, on Windows too
    except BaseException:
        part.unlink(missing_ok=True)
        raise
