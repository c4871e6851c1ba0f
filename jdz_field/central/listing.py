"""What the office looks at: conflicts, proposals, waiting, quarantine, records, counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, column, func, select, table

from jdz_field.central.accounts import Caller
from jdz_field.central.scope import seen_of, sees_conflict
from jdz_field.central.tables import (
    attachments,
    batches,
    changes,
    conflicts,
    devices,
    forms,
    held,
    subjects,
    users,
)
from jdz_field.central.worlds import Loader, known_of, subject_of
from jdz_field.central.writing import head
from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import ATTACHMENT, RECORD, Outcome
from jdz_field.core.errors import BadInput
from jdz_field.core.grades import STATED, effective
from jdz_field.core.i18n import _
from jdz_field.core.positions import HOW
from jdz_field.sync.merge_rules import reason_text
from jdz_field.sync.merge_types import Conflict, ConflictType, Known, Rival, Subject
from jdz_field.sync.merge_work import same

#: States of a record's review.
REVIEWS = ("received", "approved", "returned", "rejected")
_MOST = 2_000


def list_conflicts(connection: Connection, caller: Caller | None = None) -> list[dict[str, Any]]:
    """Open conflicts, oldest first, as ``central conflicts list`` prints them."""
    query = select(conflicts.c.id, conflicts.c.subject, conflicts.c.opened)
    query = query.where(conflicts.c.open, sees_conflict(caller)).order_by(
        conflicts.c.opened, conflicts.c.id
    )
    rows = connection.execute(query.limit(_MOST)).all()
    loader = Loader(connection)
    loader.load_subjects({r.subject for r in rows})
    loader.load_open({r.subject for r in rows})
    writers = (
        loader.subjects[c.subject].fields.get(c.field)
        for c in loader.conflicts.values()
        if c.subject in loader.subjects
    )
    loader.load_changes({w.change for w in writers if w and w.change})
    names = _device_names(connection)
    return [
        conflict_json(loader, loader.conflicts[r.id], names) | {"opened": r.opened}
        for r in rows
        if r.id in loader.conflicts
    ]


def _device_names(connection: Connection) -> dict[str, str]:
    return {r.id: r.name for r in connection.execute(select(devices.c.id, devices.c.name))}


def _made(known: Known | None) -> str:
    """When a change was made, by its device's clock (UTC)."""
    return known.change.hlc[:24] if known else ""


def conflict_json(loader: Loader, conflict: Conflict, names: Mapping[str, str]) -> dict[str, Any]:
    """One conflict: what stands, what came, who sent it."""
    subject = loader.subjects.get(conflict.subject) or Subject(conflict.subject, conflict.kind)
    newest = conflict.rivals[-1]
    writer = _central_writer(loader, conflict, subject)
    return {
        "id": conflict.id,
        "type": str(conflict.type),
        "subject": conflict.subject,
        "kind": conflict.kind,
        "code": subject.value("code") or "",
        "name": subject.value("name") or "",
        "field": conflict.field,
        "base": newest.base,
        "central": _central_side(conflict, subject),
        "central_author": writer.change.author if writer else "",
        "central_at": _made(writer),
        "central_device": names.get(writer.change.device, "") if writer else "",
        "incoming": newest.value,
        "rivals": _collapse(loader, conflict.rivals, names),
        "seen_version": conflict.revision,
        "position_how": subject.value(HOW) if conflict.field == "geometry" else None,
    }


def _central_side(conflict: Conflict, subject: Subject) -> Any:
    if conflict.type in (ConflictType.DUPLICATE, ConflictType.RECORD):
        return conflict.other
    value = subject.value(conflict.field)
    return bool(value) if conflict.type is ConflictType.DELETE else value


def _central_writer(loader: Loader, conflict: Conflict, subject: Subject) -> Known | None:
    state = subject.fields.get(conflict.field)
    return loader.known.get(state.change or "") if state else None


def _collapse(
    loader: Loader, rivals: Sequence[Rival], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rivals with equal values as one; its change is the first that brought it."""
    shown: list[tuple[Rival, list[str]]] = []
    for rival in rivals:
        twin = next((s for s in shown if _equal(s[0], rival)), None)
        if twin:
            twin[1].append(rival.author)
        else:
            shown.append((rival, [rival.author]))
    return [
        {
            "value": r.value,
            "field": r.field,
            "author": ", ".join(dict.fromkeys(authors)),
            "device": r.device,
            "device_name": names.get(r.device, ""),
            "at": _made(loader.known.get(r.change)),
            "change": r.change,
            "base": r.base,
        }
        for r, authors in shown
    ]


def _equal(one: Rival, two: Rival) -> bool:
    return one.field == two.field and same(one.value, two.value)


def list_held(
    connection: Connection, outcome: Outcome, caller: Caller | None = None
) -> list[dict[str, Any]]:
    """Open proposals or quarantined values, oldest first; ``id`` is ``<change>:<field>``."""
    query = (
        select(held.c.field, changes)
        .join(changes, changes.c.id == held.c.change)
        .where(held.c.outcome == str(outcome), seen_of(caller, held.c.subject))
        .order_by(changes.c.received, held.c.change, held.c.field)
        .limit(_MOST)
    )
    rows = connection.execute(query).all()
    loader = Loader(connection)
    loader.load_subjects({r.target for r in rows})
    names = _device_names(connection)
    found = []
    for row in rows:
        known = known_of(row)
        told = _held_json(loader, row.field, known)
        told |= {"at": known.change.hlc[:24], "device_name": names.get(known.change.device, "")}
        found.append(told | {"received": row.received})
    return found


def _held_json(loader: Loader, name: str, known: Known) -> dict[str, Any]:
    fate = known.fates[name]
    subject = loader.subjects.get(known.target) or Subject(known.target, known.change.kind)
    return {
        "id": f"{known.change.id}:{name}",
        "change": known.change.id,
        "field": name,
        "subject": known.target,
        "kind": known.change.kind,
        "code": subject.value("code") or "",
        "name": subject.value("name") or "",
        "base": fate.base,
        "central": subject.value(name),
        "value": fate.value,
        "author": known.change.author,
        "device": known.change.device,
        "at": _made(known),
        "reason": reason_text(fate.reason),
        "reason_code": fate.reason or "",
        "position_how": subject.value(HOW) if name == "geometry" else None,
    }


def list_waiting(connection: Connection, caller: Caller | None = None) -> list[dict[str, Any]]:
    """Changes that wait for their parent, oldest first; ``id`` is the change's."""
    query = select(changes).where(changes.c.waiting, seen_of(caller, changes.c.target))
    rows = connection.execute(query.order_by(changes.c.received, changes.c.id).limit(_MOST)).all()
    loader = Loader(connection)
    loader.load_subjects({r.target for r in rows})
    names = _device_names(connection)
    return [
        _waiting_json(loader, known_of(row))
        | {"received": row.received, "device_name": names.get(row.via or "", "")}
        for row in rows
    ]


def _waiting_json(loader: Loader, known: Known) -> dict[str, Any]:
    change = known.change
    subject = loader.subjects.get(known.target) or Subject(known.target, change.kind)
    reason = next(iter(known.fates.values())).reason
    values = [f"{pair[1]}" for pair in change.fields.values()]
    return {
        "id": change.id,
        "change": change.id,
        "subject": known.target,
        "kind": change.kind,
        "code": subject.value("code") or "",
        "name": subject.value("name") or "",
        "parent": change.parent,
        "field": ", ".join(change.fields),
        "value": ", ".join(values),
        "fields": {n: list(pair) for n, pair in change.fields.items()},
        "author": change.author,
        "device": change.device,
        "at": _made(known),
        "reason": reason_text(reason),
        "reason_code": reason or "",
    }


def list_records(
    connection: Connection, review: str | None = None, caller: Caller | None = None
) -> list[dict[str, Any]]:
    """Records with their answers and photos, newest first; all or one state of review."""
    query = select(subjects).where(subjects.c.kind == RECORD, seen_of(caller, subjects.c.id))
    if review is not None:
        if review not in REVIEWS:
            raise BadInput(
                _("There is no review state {state}; states: {states}.").format(
                    state=review, states=", ".join(REVIEWS)
                )
            )
        query = query.where(subjects.c.review == review)
    rows = connection.execute(query.order_by(subjects.c.updated.desc()).limit(_MOST)).all()
    records = [subject_of(row) for row in rows]
    loader = Loader(connection)
    loader.load_subjects({str(r.value("site")) for r in records if r.value("site")})
    photos = _attachments_of(connection, records)
    return [_record_json(loader, r, photos.get(r.id, [])) for r in records]


def _record_json(loader: Loader, record: Subject, photos: list[dict[str, Any]]) -> dict[str, Any]:
    site = loader.subjects.get(str(record.value("site") or "")) or Subject("", "")
    names = (
        "form form_version site site_kind answers author started finished replaces geometry "
        "review review_comment positions checks"
    )
    return {
        "id": record.id,
        **{name: record.value(name) for name in names.split()},
        "code": site.value("code") or "",
        "name": site.value("name") or "",
        "version": record.version,
        "attachments": photos,
    }


def _attachments_of(
    connection: Connection, records: Iterable[Subject]
) -> dict[str, list[dict[str, Any]]]:
    """Attachments by record; ``here`` says whether the file itself has arrived."""
    found: dict[str, list[dict[str, Any]]] = {}
    ordered = sorted(r.id for r in records)
    here = set(connection.execute(select(attachments.c.sha256)).scalars()) if ordered else set()
    query = select(subjects).where(
        subjects.c.kind == ATTACHMENT,
        subjects.c.record.in_(ordered),
        subjects.c.deleted.is_(False),
    )
    for row in connection.execute(query.order_by(subjects.c.id)):
        photo = subject_of(row)
        entry = {name: state.value for name, state in photo.fields.items()}
        entry |= {"id": photo.id, "here": photo.value("sha256") in here}
        found.setdefault(str(row.record), []).append(entry)
    return {record: _without_previews(entries) for record, entries in found.items()}


def _without_previews(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pictures themselves; ``small`` is the SHA-256 of a smaller copy that has arrived."""
    small = {
        e["original"]: e["sha256"]
        for e in entries
        if e.get("variant") in ("preview", "small") and e["here"]
    }
    return [
        e | {"small": small.get(e.get("sha256"))} for e in entries if e.get("variant") != "preview"
    ]


def info(connection: Connection) -> dict[str, Any]:
    """Counts of everything the centre holds."""

    def count(query: Select[Any]) -> int:
        return int(connection.execute(query).scalar_one())

    def rows(table: Any, *where: Any) -> int:
        return count(select(func.count()).select_from(table).where(*where))

    alive = (subjects.c.deleted.is_(False),)
    return {
        "sites": {k: rows(subjects, subjects.c.kind == k, *alive) for k in SITE_KINDS},
        "records": {
            r: rows(subjects, subjects.c.kind == RECORD, subjects.c.review == r) for r in REVIEWS
        },
        "sample": sum(
            rows(table(kind, column("sample")), column("sample").is_(True)) for kind in SITE_KINDS
        ),
        "attachments": rows(attachments),
        "changes": rows(changes),
        "batches": rows(batches),
        "held_batches": rows(batches, batches.c.state == "held"),
        "conflicts": rows(conflicts, conflicts.c.open),
        "proposals": rows(held, held.c.outcome == str(Outcome.PROPOSED)),
        "waiting": rows(changes, changes.c.waiting),
        "quarantined": rows(held, held.c.outcome == str(Outcome.QUARANTINED)),
        "forms": rows(forms),
        "users": rows(users),
        "devices": rows(devices),
        "head": head(connection),
    }


def list_sites(
    connection: Connection,
    *,
    provisional: bool = False,
    limit: int = _MOST,
    caller: Caller | None = None,
) -> list[dict[str, Any]]:
    """Living sites by number, every field by name; ``provisional``: those without a final one."""
    query = select(subjects).where(
        subjects.c.kind.in_(SITE_KINDS),
        subjects.c.deleted.is_(False),
        subjects.c.merged_into.is_(None),
        seen_of(caller, subjects.c.id),
    )
    if provisional:
        query = query.where(subjects.c.provisional)
    rows = connection.execute(query.order_by(subjects.c.code, subjects.c.id).limit(limit))
    return [_site_json(row) for row in rows]


def _site_json(row: Row[Any]) -> dict[str, Any]:
    subject = subject_of(row)
    fields = {name: state.value for name, state in subject.fields.items()}
    given = effective(subject.kind, fields)
    stated = {n + STATED: fields[n] for n, v in given.items() if fields.get(n) not in (None, v)}
    holds = {name: value for name, value in given.items() if value is not None}
    return {
        "id": subject.id,
        "kind": subject.kind,
        "version": subject.version,
        **fields,
        **holds,
        **stated,
    }
