"""The files of a submission, as attachments of its record."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from jdz_field.central.tables import subjects
from jdz_field.central.worlds import subject_of
from jdz_field.core.changes import ATTACHMENT, Change, Value
from jdz_field.core.clock import to_text
from jdz_field.core.ids import import_id
from jdz_field.photos.exif import read_photo

if TYPE_CHECKING:
    from jdz_field.central.openrosa import Post
    from jdz_field.central.openrosa_sites import Sites


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that came with a submission and is kept; ``facts``: fields of its attachment."""

    name: str
    sha256: str
    size: int
    facts: dict[str, Value]


def facts_of(file: Path, name: str, mime: str) -> dict[str, Value]:
    """What a picture says of itself, as fields of an attachment, and its type."""
    guessed = mimetypes.guess_type(name)[0]
    facts: dict[str, Value] = {"mime": guessed or mime or "application/octet-stream"}
    info = read_photo(file)
    if info.broken:
        return facts
    gps, moment = info.gps, info.taken if info.taken and info.taken.tzinfo else info.gps.moment
    facts |= {
        "taken": to_text(moment) if moment else None,
        "lon": info.lon,
        "lat": info.lat,
        "altitude": gps.altitude,
        "direction": gps.direction,
        "direction_ref": gps.direction_reference,
        "accuracy": gps.accuracy,
        "method": "exif" if info.lon is not None else None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def attachment_changes(
    work: Sites, post: Post, site: tuple[str, str] | None, files: Sequence[Kept]
) -> list[Change]:
    """An attachment for every new file, at the question that names it; for others too."""
    refs: dict[str, list[str | None]] = {}
    for ref, name in post.received.files.items():
        refs.setdefault(name, []).append(ref)
    made = [
        _change(work, post, site, file, ref)
        for file in files
        for ref in refs.get(file.name, [None])
    ]
    query = select(subjects.c.id).where(subjects.c.id.in_([one.subject for one in made]))
    there = set(work.connection.execute(query).scalars())
    return [one for one in made if one.subject not in there]


def _change(
    work: Sites, post: Post, site: tuple[str, str] | None, file: Kept, ref: str | None
) -> Change:
    about = {"record": post.record, "path": ref, "sha256": file.sha256, "name": file.name}
    values: dict[str, Value] = {
        "sha256": file.sha256,
        "filename": file.name,
        "size": file.size,
        "record": post.record,
        "path": ref,
        "site": site[0] if site else None,
        **file.facts,
    }
    return Change(
        id=import_id("change", None, about),
        device=work.caller.device,
        author=work.caller.user,
        hlc=work.tick(),
        kind=ATTACHMENT,
        subject=import_id("attachment", None, about),
        fields={name: (None, value) for name, value in values.items() if value is not None},
        origin=f"form:{post.record}",
    )


def names_here(connection: Connection, record: str) -> set[str]:
    """Names of the files of a record that have come."""
    query = select(subjects).where(subjects.c.kind == ATTACHMENT, subjects.c.record == record)
    return {str(subject_of(row).value("filename")) for row in connection.execute(query)}
