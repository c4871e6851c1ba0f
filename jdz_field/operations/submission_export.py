"""OpenRosa submissions out: records and their files, for ODK Central, Briefcase and others."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Record
from jdz_field.operations.definitions import definition
from jdz_field.operations.photo_exports import Leaving
from jdz_field.operations.photo_sensitive import BLUR
from jdz_field.operations.record_places import RecordPlaces
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.xforms.letters import plain_name, record_id_of
from jdz_field.xforms.submission import Written, write_submission


def instance_id(record: Record) -> str:
    """A record's OpenRosa id: what its form keeps, else one made of its own id."""
    meta = record.answers.get("meta")
    kept = meta.get("instanceID") if isinstance(meta, Mapping) else None
    return str(kept) if kept else f"uuid:{record.id}"


def record_xml(project: Project, record: Record) -> Written:
    """A record as OpenRosa submission, from what is stored; a correction names what it replaces.

    ``BadInput`` when its form is not in the project.
    """
    old = project.record(record.replaces) if record.replaces else None
    replaced = instance_id(old) if old else f"uuid:{record.replaces}" if record.replaces else ""
    return write_submission(
        definition(project, record.form, record.form_version),
        record.answers,
        instance_id=instance_id(record),
        deprecated_id=replaced,
        positions=record.positions,
        checks=record.checks,
    )


def export_submissions(
    project: Project, out: Path, records: Sequence[Record]
) -> tuple[int, list[str]]:
    """Write records into one file of submissions; how many.

    Says in sentences what could not be written as it is, or not at all.
    """
    top, notes = etree.Element("submissions"), []
    for record in records:
        try:
            written = record_xml(project, record)
        except BadInput as error:
            text = _("Record {id} was left out: {why}")
            notes.append(text.format(id=record.id, why=error))
            continue
        top.append(etree.fromstring(written.xml.encode()))
        notes += [
            _(
                "{ref} of record {id} holds a control character; it was written as its picture."
            ).format(ref=ref, id=record.id)
            for ref in written.replaced
        ]
    out.write_bytes(etree.tostring(top, encoding="utf-8", xml_declaration=True, pretty_print=True))
    return len(top), notes


def export_files(
    project: Project,
    folder: Path,
    records: Sequence[Record],
    sensitive: str = BLUR,
    places: RecordPlaces | None = None,
) -> list[str]:
    """Copy the files of records to ``folder/<UUID of the instanceID>/``; says which are missing.

    Sensitive photos are blurred, or with ``leave-out`` stay behind; each is said. So does the log
    of a record whose ``places`` are hidden, for it tells where it was filled in.
    """
    notes, leaving = [], Leaving(project, sensitive)
    for record in records:
        for one in project.attachments(record=record.id):
            source, name = file_of(project.path, one.sha256), plain_name(one.filename)
            if places is not None and places.hides(record) and not _picture(one):
                text = _("The file {name} of record {id} could tell a hidden place; it stays here.")
                notes.append(text.format(name=one.filename, id=record.id))
                continue
            if source is None or not name:
                notes.append(
                    _("The file {name} of record {id} is not on this device.").format(
                        name=one.filename, id=record.id
                    )
                )
                continue
            place = folder / record_id_of(instance_id(record))
            place.mkdir(parents=True, exist_ok=True)
            notes += _leave(leaving, one, source, place / name)
    return notes


def _picture(one: Attachment) -> bool:
    return one.mime.startswith("image/")


def _leave(leaving: Leaving, one: Attachment, source: Path, target: Path) -> list[str]:
    """Write a file as it may leave; what is to be said of it."""
    if not leaving.hides(one):
        shutil.copyfile(source, target)
        return []
    hidden = _("The sensitive photo {name} of record {id} was left out.")
    if not leaving.left_out(one) and target.suffix.lower() in (".jpg", ".jpeg"):
        try:
            target.write_bytes(leaving.jpeg(one, source))
            hidden = _("The sensitive photo {name} of record {id} was blurred.")
        except BadInput:
            pass  # What cannot be shown cannot be blurred: it stays behind.
    return [hidden.format(name=one.filename, id=one.record)]


def files_folder(file: Path) -> Path:
    """Where the files of the submissions in ``file`` lie."""
    return file.with_name(f"{file.stem}-files")
