"""What a sync's counts stand for: the sites, records and files behind each of them."""

from __future__ import annotations

from dataclasses import dataclass

from jdz_field.core.changes import ATTACHMENT, RECORD
from jdz_field.store.fates import Fated
from jdz_field.store.project import Project

#: Returned records of one's own are counted beside the fates of changes.
RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Piles:
    """Own changes by how far they got; files that wait, with their bytes; returned records."""

    unsent: int
    sent: int
    received: int
    merged: int
    conflict: int
    office: int
    returned: int
    waiting_files: int
    waiting_bytes: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One subject behind a count, named as a person knows it.

    ``site`` or ``record``: where it is looked at, empty when there is no such page.
    """

    subject: str
    kind: str
    name: str
    form: str
    changes: int
    at: str
    site: str = ""
    record: str = ""


def piles(reader: Project) -> Piles:
    """Count everything."""
    files = {a.sha256: a.size for a in reader.pending_attachments()}
    return Piles(
        **reader.fates(),
        returned=len(returned(reader)),
        waiting_files=len(files),
        waiting_bytes=sum(files.values()),
    )


def returned(reader: Project) -> list[str]:
    """Records that the office returned and nobody has corrected yet; their ids, newest first."""
    found = reader.records(state="returned", limit=10_000)
    begun = {draft.replaces for draft in reader.drafts() if draft.replaces}
    # Whose correction was finished is answered: the newer version goes its own way.
    answered = {r.replaces for r in reader.records(limit=10_000) if r.replaces} if found else set()
    return [r.id for r in found if r.id not in answered or r.id in begun]


def listed(reader: Project, fate: str, batch: str | None = None, limit: int = 200) -> list[Listed]:
    """What is behind a count, the newest first; an empty ``fate`` of a batch: all of it."""
    titles = {row.form_id: row.title for row in reader.forms()}
    if fate == RETURNED:
        return [_record(reader, Fated(one, RECORD, 1, ""), titles) for one in returned(reader)]
    return [_listed(reader, one, titles) for one in reader.fated(fate, batch, limit)]


def _listed(reader: Project, one: Fated, titles: dict[str, str]) -> Listed:
    if one.kind == RECORD:
        return _record(reader, one, titles)
    if one.kind == ATTACHMENT:
        return _file(reader, one)
    site = reader.site(one.subject)
    name = (site.name or site.code or "") if site is not None else ""
    return Listed(one.subject, one.kind, name, "", one.changes, one.at, site=one.subject)


def _record(reader: Project, one: Fated, titles: dict[str, str]) -> Listed:
    record = reader.record(one.subject)
    if record is None:
        return Listed(one.subject, RECORD, "", "", one.changes, one.at)
    site = reader.site(record.site) if record.site else None
    form = titles.get(record.form, record.form)
    name = (site.name or site.code or "") if site is not None else ""
    at = one.at or record.finished
    return Listed(one.subject, RECORD, name or form, form, one.changes, at, record=record.id)


def _file(reader: Project, one: Fated) -> Listed:
    filename, site, record = reader.whose_file(one.subject) or ("", "", "")
    return Listed(
        *(one.subject, ATTACHMENT, filename, "", one.changes, one.at),
        site=site,
        record=record if record and reader.record(record) else "",
    )
